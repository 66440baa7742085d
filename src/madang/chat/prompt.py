"""The prompt: what never changes first, what changes with every message last, so that a model's cache stays warm.

One system message (persona, scenario, examples, constant lore, greeting), then the history, then the visitor's
message with the lore it called up, the passages and the time before it. Only the last message differs between
two turns. What does not fit into the model's context is dropped in a fixed order and put on record.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from madang.characters.types import Line, Profile
from madang.chat.strategies import Scene
from madang.chat.types import Dropped
from madang.kernel.errors import TooLarge
from madang.models.types import ChatRuntime, Message

SYSTEM_SHARE = 0.6
"""Most of the context that the system message may take: a long persona must leave room to talk."""
PASSAGE_SHARE = 0.6
HISTORY_BLOCK = 8
"""History is dropped in blocks of messages: dropping one a turn would change the cached prefix every turn."""
MESSAGE_OVERHEAD = 8
"""Tokens of a chat template around one message, with room to spare."""
ABOUT_TIME = re.compile(
    r"\b(?:time|today|tonight|tomorrow|yesterday|date|day|now|month|year)\b|시간|오늘|내일|어제|지금|몇 시|며칠|요일|날짜",
    re.IGNORECASE,
)
LANGUAGES = {"en": "English", "ko": "Korean"}


@dataclass(frozen=True, slots=True)
class Prompt:
    messages: tuple[Message, ...]
    dropped: tuple[Dropped, ...]
    passages: int
    """How many of the passages are in it, from the first."""


class Counter:
    """Counts tokens of texts that come again and again once. A text's bytes are an upper bound of its tokens."""

    def __init__(self, runtime: ChatRuntime, size: int = 2048) -> None:
        self.runtime = runtime
        self._size = size
        self._known: OrderedDict[str, int] = OrderedDict()

    async def count(self, text: str) -> int:
        if text in self._known:
            self._known.move_to_end(text)
            return self._known[text]
        number = self._known[text] = await self.runtime.count_tokens(text)
        if len(self._known) > self._size:
            self._known.popitem(last=False)
        return number


_counters: OrderedDict[int, Counter] = OrderedDict()


def counter(runtime: ChatRuntime) -> Counter:
    """The counter of a runtime; a few are kept."""
    known = _counters.get(id(runtime))
    if known is None or known.runtime is not runtime:
        known = _counters[id(runtime)] = Counter(runtime)
        while len(_counters) > 4:
            _counters.popitem(last=False)
    return known


def fill(text: str, profile: Profile, visitor: str = "User") -> str:
    """`text` with `{{char}}` and `{{user}}` filled in."""
    for name, value in (("char", profile.called), ("user", visitor)):
        for macro in (f"{{{{{name}}}}}", f"{{{{{name.capitalize()}}}}}", f"<{name.upper()}>"):
            text = text.replace(macro, value)
    return text


async def assemble(
    scene: Scene, *, reserve: int, passages: Sequence[str] = (), task: str = "", visitor: str = "User"
) -> Prompt:
    """The messages for one reply of at most `reserve` tokens. `task` tells what to do with the passages.

    Raises TooLarge when the visitor's message alone does not fit.
    """
    room = max(scene.runtime.card.context - reserve, 64)
    parts = _persona(scene.profile, visitor)
    tail = _tail(scene)
    system = _system(parts, scene.profile.examples, scene, visitor)
    whole = (
        Message("system", system),
        *scene.history,
        Message("user", _last(passages, task, tail, scene.message)),
    )
    # bytes bound tokens from above: most conversations need no counting at all
    if sum(len(message.content.encode()) + MESSAGE_OVERHEAD for message in whole) <= room:
        return Prompt(whole, (), len(passages))
    return await _fitted(scene, room, passages, task, tail, visitor)


async def _fitted(
    scene: Scene, room: int, passages: Sequence[str], task: str, tail: str, visitor: str
) -> Prompt:
    count = counter(scene.runtime).count
    system, dropped = await _fitted_system(scene, int(room * SYSTEM_SHARE), visitor)
    room -= MESSAGE_OVERHEAD + await count(system)
    room -= MESSAGE_OVERHEAD + await count(_last((), task, tail, scene.message))
    if room < 0:
        raise TooLarge("This message is longer than the attached model can read at once.")
    costs = [await count(passage) + 2 for passage in passages]
    share = room * PASSAGE_SHARE if scene.history else room
    kept = 0
    while kept < len(costs) and sum(costs[: kept + 1]) <= share:
        kept += 1
    if kept < len(costs):
        dropped.append(Dropped(part="passages", count=len(costs) - kept, tokens=sum(costs[kept:])))
    room -= sum(costs[:kept])
    lengths = [await count(message.content) + MESSAGE_OVERHEAD for message in scene.history]
    first = len(lengths)
    while first > 0 and sum(lengths[first - 1 :]) <= room:
        first -= 1
    if first:
        first = min(len(lengths), -(-first // HISTORY_BLOCK) * HISTORY_BLOCK)
        dropped.append(Dropped(part="history", count=first, tokens=sum(lengths[:first])))
    last = Message("user", _last(passages[:kept], task, tail, scene.message))
    return Prompt((Message("system", system), *scene.history[first:], last), tuple(dropped), kept)


async def _fitted_system(scene: Scene, most: int, visitor: str) -> tuple[str, list[Dropped]]:
    """The system message within `most` tokens: the last examples go first, then the end of the persona.

    It depends on the character and the model alone, so it is the same in every turn.
    """
    count = counter(scene.runtime).count
    parts, examples = _persona(scene.profile, visitor), list(scene.profile.examples)
    dropped: list[Dropped] = []
    text = _system(parts, examples, scene, visitor)
    size = full = await count(text)
    while size > most and examples:
        examples.pop()
        text = _system(parts, examples, scene, visitor)
        size = await count(text)
    if len(examples) < len(scene.profile.examples):
        lost = len(scene.profile.examples) - len(examples)
        dropped.append(Dropped(part="examples", count=lost, tokens=full - size))
    before = size
    while size > most and text:
        # a proportionate cut, a little deeper each time, so that few counts are needed
        text = text[: int(len(text) * most / size * 0.97)].rstrip()
        size = await count(text)
    if size < before:
        dropped.append(Dropped(part="persona", count=1, tokens=before - size))
    return text, dropped


def _persona(profile: Profile, visitor: str) -> list[str]:
    name = profile.called
    own = f"You are {name}. Stay in character and answer {visitor} briefly."
    system = profile.system_prompt.replace("{{original}}", own) if profile.system_prompt.strip() else own
    parts = [
        system,
        profile.persona,
        f"Personality: {profile.personality}" if profile.personality.strip() else "",
        f"Scenario: {profile.scenario}" if profile.scenario.strip() else "",
    ]
    return [fill(part, profile, visitor).strip() for part in parts if part.strip()]


def _system(parts: Sequence[str], examples: Sequence[Sequence[Line]], scene: Scene, visitor: str) -> str:
    profile = scene.profile
    blocks = list(parts)
    for exchange in examples:
        lines = [
            f"{visitor if line.speaker == 'visitor' else profile.called}: {fill(line.text, profile, visitor)}"
            for line in exchange
        ]
        blocks.append("Example:\n" + "\n".join(lines))
    if scene.greeting.strip():
        blocks.append(f"{profile.called} began the conversation with:\n{scene.greeting.strip()}")
    return "\n\n".join(blocks)


def _tail(scene: Scene) -> str:
    """What comes last before the visitor's words: the maker's closing instructions, then the time."""
    profile = scene.profile
    notes = [fill(profile.post_history_instructions.replace("{{original}}", ""), profile).strip()]
    notes.append(scene.instructions.strip())
    if scene.runtime.card.strategy == "cite":
        notes.append(f"Answer in {LANGUAGES[scene.language]}.")
    if scene.runtime.card.strategy == "cite" or ABOUT_TIME.search(scene.message):
        # a weak model repeats the time in every reply when it is always told
        notes.append(f"It is now {spoken_time(scene.now)}.")
    return "\n".join(note for note in notes if note)


def _last(passages: Sequence[str], task: str, tail: str, message: str) -> str:
    before = "\n\n".join(part for part in ("\n".join(passages), task, tail) if part)
    return f"{before}\n\n{message}" if before else message


def spoken_time(now: datetime) -> str:
    return now.strftime("%A, %d %B %Y, %H:%M")

"""The prompt: what never changes first, what changes with every message last.

The opening (`beginning.py`), then the history, then the visitor's message with the lore it called up,
the passages and the time before it. Between two turns only the last message differs. What does not fit
into the model's context is dropped in a fixed order and put on record.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from madang.characters.lorebook import LoreHit
from madang.characters.macros import expand
from madang.chat.beginning import MESSAGE_OVERHEAD, fill, fitted, names_for, opening, size_of
from madang.chat.lore import Lore, deepened, kept_within, lore_for
from madang.chat.strategies import Scene
from madang.chat.types import Dropped
from madang.kernel.errors import TooLarge
from madang.models.types import Message

__all__ = ["Prompt", "assemble", "fill", "spoken_time"]

SYSTEM_SHARE = 0.6
"""Most of the context that the system message may take: a long persona must leave room to talk."""
LORE_SHARE = 0.4
PASSAGE_SHARE = 0.6
"""Most of what then is left that lore and passages may take while there is a history."""
HISTORY_BLOCK = 8
"""History is dropped in blocks of messages: dropping one a turn would change the cached prefix every turn."""
LANGUAGES = {"en": "English", "ko": "Korean"}
ABOUT_TIME = re.compile(
    r"\b(?:time|today|tonight|tomorrow|yesterday|date|day|now|month|year)\b"
    r"|시간|오늘|내일|어제|지금|몇 시|며칠|요일|날짜",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Prompt:
    messages: tuple[Message, ...]
    dropped: tuple[Dropped, ...]
    passages: int
    """How many of the passages are in it, from the first."""
    beginning: int = 0
    """How many of the messages, from the first, depend on the character alone."""


async def assemble(scene: Scene, *, reserve: int, passages: Sequence[str] = (), task: str = "") -> Prompt:
    """The messages for one reply of at most `reserve` tokens. `task` tells what to do with the passages.

    Raises TooLarge when the visitor's message alone does not fit.
    """
    room = max(scene.runtime.card.context - reserve, 64)
    lore = lore_for(scene, names_for(scene, turn=str(len(scene.history))))
    end = (task, _closing(scene), scene.message)
    begun = opening(scene, lore, scene.profile.examples).messages
    whole = (
        *begun,
        *deepened(scene.history, lore.deep),
        Message("user", _last(lore.called, passages, end)),
    )
    # bytes bound tokens from above: most conversations need no counting at all
    if sum(len(message.content.encode()) + MESSAGE_OVERHEAD for message in whole) <= room:
        return Prompt(whole, (), len(passages), len(begun))
    return await _fitted(scene, lore, room, passages, end)


async def _fitted(
    scene: Scene, lore: Lore, room: int, passages: Sequence[str], end: tuple[str, str, str]
) -> Prompt:
    begun, dropped = await fitted(scene, lore, int(room * SYSTEM_SHARE))
    room -= await size_of(scene, begun)
    room -= MESSAGE_OVERHEAD + await scene.count(_last((), (), end))
    if room < 0:
        raise TooLarge("This message is longer than the attached model can read at once.")
    hits = kept_within((*lore.called, *lore.deep), int(room * LORE_SHARE))
    entries = [hit for hit in (*lore.called, *lore.deep) if hit not in hits]
    if entries:
        dropped.append(Dropped(part="lore", count=len(entries), tokens=sum(hit.tokens for hit in entries)))
    room -= sum([await scene.count(hit.content) + 2 for hit in hits])
    costs = [await scene.count(passage) + 2 for passage in passages]
    share = room * PASSAGE_SHARE if scene.history else room
    kept = 0
    while kept < len(costs) and sum(costs[: kept + 1]) <= share:
        kept += 1
    if kept < len(costs):
        dropped.append(Dropped(part="passages", count=len(costs) - kept, tokens=sum(costs[kept:])))
    first, lost = await _first_kept(scene, room - sum(costs[:kept]))
    if lost is not None:
        dropped.append(lost)
    return Prompt(
        (
            *begun.messages,
            *deepened(scene.history[first:], [hit for hit in hits if hit in lore.deep]),
            Message("user", _last([hit for hit in hits if hit in lore.called], passages[:kept], end)),
        ),
        tuple(dropped),
        kept,
        len(begun.messages),
    )


async def _first_kept(scene: Scene, room: int) -> tuple[int, Dropped | None]:
    """Index of the first message of the history that stays."""
    lengths = [await scene.count(message.content) + MESSAGE_OVERHEAD for message in scene.history]
    first = len(lengths)
    while first > 0 and sum(lengths[first - 1 :]) <= room:
        first -= 1
    if first == 0:
        return 0, None
    first = min(len(lengths), -(-first // HISTORY_BLOCK) * HISTORY_BLOCK)
    return first, Dropped(part="history", count=first, tokens=sum(lengths[:first]))


def _closing(scene: Scene) -> str:
    """What comes last before the visitor's words: the maker's closing instructions, then the time."""
    names = names_for(scene, turn=str(len(scene.history)))
    notes = [expand(scene.profile.post_history_instructions, names).strip(), scene.instructions.strip()]
    capable = scene.runtime.card.strategy == "cite"
    if capable:
        notes.append(f"Answer in {LANGUAGES[scene.language]}.")
    if capable or ABOUT_TIME.search(scene.message):
        # a weak model repeats the time in every reply when it is always told
        notes.append(f"It is now {spoken_time(scene.now)}.")
    return "\n".join(note for note in notes if note)


def _last(lore: Sequence[LoreHit], passages: Sequence[str], end: tuple[str, str, str]) -> str:
    task, closing, message = end
    parts = ("\n".join(hit.content for hit in lore), "\n".join(passages), task, closing, message)
    return "\n\n".join(part for part in parts if part)


def spoken_time(now: datetime) -> str:
    return now.strftime("%A, %d %B %Y, %H:%M")

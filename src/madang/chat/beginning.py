"""The unchanging beginning of a prompt: the same bytes in every turn of a conversation, so that a model's
cache of it stays warm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from madang.characters.macros import Names, expand
from madang.characters.types import Line, Profile
from madang.chat.lore import Lore
from madang.chat.strategies import Scene
from madang.chat.types import Dropped
from madang.models.types import Message

VISITOR = "User"
"""What `{{user}}` becomes: visitors have no names here."""
HELLO = "Hello."
"""What a visitor is taken to have said where a character speaks first."""
MESSAGE_OVERHEAD = 8
"""Tokens of a chat template around one message, with room to spare."""
_CHANCE = re.compile(r"\{\{\s*(?:random|pick|roll)\b", re.IGNORECASE)
_ACTED = re.compile(r"(?<!\*)\*[^*\n]+\*(?!\*)\s*")


def fill(text: str, profile: Profile, visitor: str = VISITOR) -> str:
    """`text` with its macros filled in."""
    return expand(text, Names(profile.called, visitor))


def names_for(scene: Scene, *, turn: str = "", original: str = "") -> Names:
    """Names for the macros of one prompt; chance is fixed by the conversation, and by `turn` where given."""
    return Names(scene.profile.called, VISITOR, original, seed=scene.slot or scene.character.id, turn=turn)


def kept_as(scene: Scene) -> str | None:
    """The name under which a runtime may keep this beginning computed: the character's id.

    None for a draft, which changes too often; for one in which chance decides, which differs from
    conversation to conversation; and where a person's words have joined the greeting.
    """
    profile = scene.profile
    if profile is not scene.character.published:
        return None
    written = {fill(text, profile).strip() for text in (profile.greeting, *profile.alternate_greetings)}
    if scene.greeting.strip() and scene.greeting.strip() not in written:
        return None
    constant = profile.lorebook.entries if profile.lorebook else ()
    texts = [
        profile.system_prompt,
        profile.persona,
        profile.personality,
        profile.scenario,
        *(entry.content for entry in constant if entry.constant),
        *(line.text for exchange in profile.examples for line in exchange),
    ]
    return None if any(_CHANCE.search(text) for text in texts) else scene.character.id


@dataclass(frozen=True, slots=True)
class Opening:
    """What stands before the history: the system message, and turns that show how the character talks."""

    system: str
    turns: tuple[Message, ...] = ()

    @property
    def messages(self) -> tuple[Message, ...]:
        return (*((Message("system", self.system),) if self.system else ()), *self.turns)

    @property
    def text(self) -> str:
        return "\n\n".join(message.content for message in self.messages)


def opening(scene: Scene, lore: Lore, examples: Sequence[Sequence[Line]]) -> Opening:
    """System prompt, persona, personality, scenario, constant lore, examples, greeting.

    A small model gets examples and greeting as turns, as if they had been said: a transcript with names
    before its lines makes it write names before its own. A capable one gets them as what they are.
    """
    system = _system(scene, lore)
    if scene.weak:
        return Opening(system, _turns(scene, examples))
    name, names = scene.profile.called, names_for(scene)
    blocks = [system]
    for exchange in examples:
        lines = [
            f"{VISITOR if line.speaker == 'visitor' else name}: {expand(line.text, names)}"
            for line in exchange
        ]
        blocks.append("Example:\n" + "\n".join(lines))
    if scene.greeting.strip():
        blocks.append(f"{name} began the conversation with:\n{scene.greeting}")
    return Opening("\n\n".join(block.strip() for block in blocks if block.strip()))


def _system(scene: Scene, lore: Lore) -> str:
    profile = scene.profile
    name = profile.called
    own = f"You are {name}. Stay in character and answer {VISITOR} briefly."
    if scene.weak:
        own = f"You are {name}. Reply as {name} in one or two short sentences."
    names = names_for(scene, original=own)
    blocks = [
        expand(profile.system_prompt, names) if profile.system_prompt.strip() else own,
        *lore.before,
        expand(profile.persona, names),
        f"Personality: {expand(profile.personality, names)}" if profile.personality.strip() else "",
        f"Scenario: {expand(profile.scenario, names)}" if profile.scenario.strip() else "",
        *lore.after,
    ]
    return "\n\n".join(block.strip() for block in blocks if block.strip())


def _turns(scene: Scene, examples: Sequence[Sequence[Line]]) -> tuple[Message, ...]:
    """The examples, then the greeting, as turns: the visitor first, and the two always alternate."""
    names = names_for(scene)
    turns: list[Message] = []

    def add(role: Literal["user", "assistant"], text: str) -> None:
        if not text:
            return
        if turns and turns[-1].role == role:
            turns[-1] = Message(role, f"{turns[-1].content}\n{text}")
        elif turns or role == "user":
            turns.append(Message(role, text))
        else:
            turns.extend((Message("user", HELLO), Message(role, text)))

    for exchange in examples:
        if exchange and exchange[0].speaker == "character":
            add("user", HELLO)
        for line in exchange:
            add("user" if line.speaker == "visitor" else "assistant", expand(line.text, names).strip())
        if turns and turns[-1].role == "user":
            turns.pop()  # nobody answered it
    # what is only done, between asterisks, a small model takes for the way to talk
    if greeting := _ACTED.sub("", scene.greeting).strip():
        add("user", HELLO)
        add("assistant", greeting)
    return tuple(turns)


async def fitted(scene: Scene, lore: Lore, most: int) -> tuple[Opening, list[Dropped]]:
    """The beginning within `most` tokens: the last examples go first, then the end of the persona.

    It depends on the character and the model alone, so it too is the same in every turn.
    """
    examples = list(scene.profile.examples)
    dropped: list[Dropped] = []
    made = opening(scene, lore, examples)
    size = full = await size_of(scene, made)
    while size > most and examples:
        examples.pop()
        made = opening(scene, lore, examples)
        size = await size_of(scene, made)
    if len(examples) < len(scene.profile.examples):
        lost = len(scene.profile.examples) - len(examples)
        dropped.append(Dropped(part="examples", count=lost, tokens=full - size))
    before = size
    while size > most and (made.system or made.turns):
        # a proportionate cut, a little deeper each time, so that few counts are needed
        made = Opening(made.system[: int(len(made.system) * most / size * 0.97)].rstrip(), made.turns)
        if not made.system:
            made = Opening("")
        size = await size_of(scene, made)
    if size < before:
        dropped.append(Dropped(part="persona", count=1, tokens=before - size))
    return made, dropped


async def size_of(scene: Scene, made: Opening) -> int:
    """Tokens of an opening, the template around its messages included."""
    return sum([await scene.count(message.content) + MESSAGE_OVERHEAD for message in made.messages])

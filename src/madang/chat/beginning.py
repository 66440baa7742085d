"""The unchanging beginning of a prompt: the same bytes in every turn of a conversation, so that a model's
cache of it stays warm."""

from __future__ import annotations

from collections.abc import Sequence

from madang.characters.macros import Names, expand
from madang.characters.types import Line, Profile
from madang.chat.lore import Lore
from madang.chat.strategies import Scene
from madang.chat.types import Dropped

VISITOR = "User"
"""What `{{user}}` becomes: visitors have no names here."""


def fill(text: str, profile: Profile, visitor: str = VISITOR) -> str:
    """`text` with its macros filled in."""
    return expand(text, Names(profile.called, visitor))


def names_for(scene: Scene, *, turn: str = "", original: str = "") -> Names:
    """Names for the macros of one prompt; chance is fixed by the conversation, and by `turn` where given."""
    return Names(scene.profile.called, VISITOR, original, seed=scene.slot or scene.character.id, turn=turn)


def beginning(scene: Scene, lore: Lore, examples: Sequence[Sequence[Line]]) -> str:
    """System prompt, persona, personality, scenario, constant lore, examples, greeting."""
    profile = scene.profile
    name = profile.called
    own = f"You are {name}. Stay in character and answer {VISITOR} briefly."
    names = names_for(scene, original=own)
    blocks = [
        expand(profile.system_prompt, names) if profile.system_prompt.strip() else own,
        *lore.before,
        expand(profile.persona, names),
        f"Personality: {expand(profile.personality, names)}" if profile.personality.strip() else "",
        f"Scenario: {expand(profile.scenario, names)}" if profile.scenario.strip() else "",
        *lore.after,
    ]
    for exchange in examples:
        lines = [
            f"{VISITOR if line.speaker == 'visitor' else name}: {expand(line.text, names)}"
            for line in exchange
        ]
        blocks.append("Example:\n" + "\n".join(lines))
    if scene.greeting.strip():
        blocks.append(f"{name} began the conversation with:\n{scene.greeting}")
    return "\n\n".join(block.strip() for block in blocks if block.strip())


async def fitted(scene: Scene, lore: Lore, most: int) -> tuple[str, list[Dropped]]:
    """The beginning within `most` tokens: the last examples go first, then the end of the persona.

    It depends on the character and the model alone, so it too is the same in every turn.
    """
    examples = list(scene.profile.examples)
    dropped: list[Dropped] = []
    text = beginning(scene, lore, examples)
    size = full = await scene.count(text)
    while size > most and examples:
        examples.pop()
        text = beginning(scene, lore, examples)
        size = await scene.count(text)
    if len(examples) < len(scene.profile.examples):
        lost = len(scene.profile.examples) - len(examples)
        dropped.append(Dropped(part="examples", count=lost, tokens=full - size))
    before = size
    while size > most and text:
        # a proportionate cut, a little deeper each time, so that few counts are needed
        text = text[: int(len(text) * most / size * 0.97)].rstrip()
        size = await scene.count(text)
    if size < before:
        dropped.append(Dropped(part="persona", count=1, tokens=before - size))
    return text, dropped

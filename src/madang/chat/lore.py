"""Where the entries of a lorebook go in a prompt.

Constant ones stand at their place around the persona: they never change, so the cached beginning stays.
Those that messages call up stand with the newest message, or `depth` messages before the end of the history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from madang.characters import macros
from madang.characters.lorebook import LoreHit, match
from madang.chat.strategies import Scene
from madang.models.types import Message


@dataclass(frozen=True, slots=True)
class Lore:
    before: tuple[str, ...] = ()
    """Constant, before the persona."""
    after: tuple[str, ...] = ()
    """Constant, after the persona."""
    called: tuple[LoreHit, ...] = ()
    """With the newest message."""
    deep: tuple[LoreHit, ...] = ()
    """In the history, `depth` (2 or more) messages before its end."""


def lore_for(scene: Scene, names: macros.Names) -> Lore:
    """The entries that join this prompt."""
    book = scene.profile.lorebook
    if book is None or not book.entries:
        return Lore()
    hits = match(
        book,
        [*(message.content for message in scene.history), scene.message],
        turn=sum(message.role == "assistant" for message in scene.history),
        expand=lambda text: macros.expand(text, names),
    )
    steady = [hit for hit in hits if hit.constant and hit.position != "depth"]
    moving = [hit for hit in hits if not (hit.constant and hit.position != "depth")]
    return Lore(
        before=tuple(hit.content for hit in steady if hit.position == "before_desc"),
        after=tuple(hit.content for hit in steady if hit.position != "before_desc"),
        called=tuple(hit for hit in moving if (hit.depth or 0) < 2),
        deep=tuple(hit for hit in moving if (hit.depth or 0) >= 2),
    )


def kept_within(hits: Sequence[LoreHit], room: int) -> list[LoreHit]:
    """The hits that fit: the first to go leave first, then the least important, the later of equals."""

    def weight(hit: LoreHit) -> tuple[bool, float, int]:
        priority = hit.entry.priority
        return (not hit.first_to_go, hit.entry.insertion_order if priority is None else priority, -hit.index)

    kept = list(hits)
    while kept and sum(hit.tokens for hit in kept) > room:
        kept.remove(min(kept, key=weight))
    return kept


def deepened(history: Sequence[Message], hits: Sequence[LoreHit]) -> tuple[Message, ...]:
    """The history with deep entries in it. They join a neighbouring message of the visitor: many models'
    templates want the two speakers to alternate, and one system message."""
    messages = list(history)
    for hit in hits:
        place = max(0, len(messages) - (hit.depth or 0) + 1)
        at = next((index for index in range(place, len(messages)) if messages[index].role == "user"), None)
        if at is None:
            at = next((i for i in range(len(messages) - 1, -1, -1) if messages[i].role == "user"), None)
        if at is not None:
            messages[at] = Message("user", f"{hit.content}\n\n{messages[at].content}")
    return tuple(messages)

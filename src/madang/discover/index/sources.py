"""What businesses and guides know from, as words of the gallery: who sells tulips is found by them.

A visitor may ask a published character for everything that its sources say, so their words are no secret.
Whose sources changed is looked for every few seconds; of each, `MOST` telling words are kept.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol

from madang.characters.types import Listed
from madang.discover.index.words import COMMON
from madang.storage.segment import terms

KINDS = ("business", "guide")
EVERY = 5.0
"""Seconds between two looks at what changed."""
PASSAGES = 300
"""Passages of a character that are read, the first of each source first."""
MOST = 600
"""Words of one character: those of titles and headings first, then what is said most often."""
HEADING = 8
"""What a word of a title or a heading counts."""

Said = Sequence[tuple[str, str]]
"""(title and headings, text) of each passage."""


class KnowledgeDoor(Protocol):
    """What this room asks of `knowledge`."""

    async def versions(self) -> dict[str, int]: ...
    async def said(self, character_id: str, most: int) -> Said: ...


class NoSources:
    """For a gallery that reads no sources."""

    async def versions(self) -> dict[str, int]:
        return {}

    async def said(self, character_id: str, most: int) -> Said:  # noqa: ARG002
        return []


class Sources:
    """Used by one catalogue."""

    def __init__(self, knowledge: KnowledgeDoor, *, every: float = EVERY) -> None:
        self._knowledge = knowledge
        self._every = every
        self._versions: dict[str, int] = {}
        self._looked = float("-inf")

    async def changed(self) -> set[str]:
        """Characters whose sources changed since the last look; at the first, all that have some."""
        if time.monotonic() - self._looked < self._every:
            return set()
        before, self._versions = self._versions, await self._knowledge.versions()
        self._looked = time.monotonic()
        return {key for key, version in self._versions.items() if before.get(key) != version} | (
            before.keys() - self._versions.keys()
        )

    async def of(self, listed: Iterable[Listed]) -> dict[str, Said]:
        """What those of `listed` that are found by their sources know."""
        return {
            one.id: await self._knowledge.said(one.id, PASSAGES)
            for one in listed
            if one.shown and one.kind in KINDS and one.id in self._versions
        }


def telling(said: Said) -> list[str]:
    """Terms that a character is found by; an English word in both numbers."""
    counted: Counter[str] = Counter()
    heads: set[str] = set()
    for head, text in said:
        if head not in heads:  # the title of a source stands over each of its passages
            heads.add(head)
            for term in terms(head):
                counted[term] += HEADING
        counted.update(terms(text))
    found: list[str] = []
    for term, _ in counted.most_common():
        if len(found) >= MOST:
            break
        if len(term) > 1 and not term.isdecimal() and term not in COMMON:
            found.append(term)
            if term.isascii() and term.isalpha() and len(term) > 3:
                found.append(term[:-1] if term.endswith("s") else f"{term}s")
    return list(dict.fromkeys(found))

"""What every page of a site repeats (its navigation, its footer) is kept once: where it stands first.

Hours and prices often stand in a footer only, so nothing is thrown away: one copy stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256

from madang.knowledge.document import Block

_LEAST = 4
_SHARE = 0.4
_LONGEST = 600
"""Longer texts are no navigation: they are articles that a site shows in two places."""


def mark(text: str) -> str:
    """What a block is known by, whatever page it is on: ten hexadecimal digits."""
    return sha256(" ".join(text.split()).encode()).hexdigest()[:10]


def marks(blocks: Iterable[Block]) -> list[str]:
    """The marks of a page's blocks, each once, in order."""
    return list(dict.fromkeys(mark(block.text) for block in blocks if len(block.text) <= _LONGEST))


def repeated(pages: Mapping[int, Iterable[str]]) -> dict[int, set[str]]:
    """For each page (in the order in which they were found) the marks of blocks that another page keeps.

    `pages`: page to marks. A block is repeated when at least four pages, and two in five, have it.
    """
    counts: Counter[str] = Counter()
    for found in pages.values():
        counts.update(set(found))
    bar = max(_LEAST, _SHARE * len(pages))
    everywhere = {one for one, count in counts.items() if count >= bar}
    drops: dict[int, set[str]] = {}
    for page, found in pages.items():
        drops[page] = everywhere.intersection(found)
    kept: set[str] = set()
    for page, dropped in drops.items():
        drops[page] = dropped & kept
        kept |= dropped
    return drops


def without(blocks: list[Block], drop: set[str]) -> list[Block]:
    """The blocks that are not dropped; a page that repeats everything keeps nothing."""
    return (
        [block for block in blocks if len(block.text) > _LONGEST or mark(block.text) not in drop]
        if drop
        else blocks
    )

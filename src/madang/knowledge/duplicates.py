"""Passages of different sources that say the same: one is enough, and the newer one counts.

A price list that was uploaded again beside the old one, a page that stands on the site twice: what is the
same but for its numbers is the same passage, and of two the one whose source was read last is right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from madang.knowledge.types import Found
from madang.storage.segment import terms

ALIKE = 0.85
"""Share of the terms, numbers apart, that two passages have in common when they say the same."""
FEWEST = 4
"""Terms below which passages are the same only when their words are."""


def collapsed(found: Sequence[Found], read: Mapping[str, datetime]) -> list[Found]:
    """`found`, best first, with one passage for each thing that several sources say.

    It stands where the best of them stood. `read`: source id to when the source was read.
    """
    kept: list[Found] = []
    words: list[frozenset[str]] = []
    for item in found:
        mine = _words(item.passage.text)
        same = next((at for at, other in enumerate(kept) if _alike(item, mine, other, words[at])), None)
        if same is None:
            kept.append(item)
            words.append(mine)
        elif _newer(item, kept[same], read):
            best = kept[same]
            kept[same] = item.model_copy(
                update={"score": best.score, "words": max(item.words, best.words), "vector": best.vector}
            )
            words[same] = mine
    return kept


def _alike(one: Found, mine: frozenset[str], other: Found, theirs: frozenset[str]) -> bool:
    if one.passage.text == other.passage.text and one.passage.headings == other.passage.headings:
        return True
    if one.passage.source_id == other.passage.source_id or min(len(mine), len(theirs)) < FEWEST:
        return False
    return len(mine & theirs) >= ALIKE * len(mine | theirs)


def _newer(one: Found, other: Found, read: Mapping[str, datetime]) -> bool:
    mine, theirs = read.get(one.passage.source_id), read.get(other.passage.source_id)
    return mine is not None and (theirs is None or mine > theirs)


def _words(text: str) -> frozenset[str]:
    return frozenset(term for term in terms(text) if not term[0].isdigit())

"""In which order characters are offered to somebody.

`Ranker` is all that the feed knows of it: a better one takes the place of `Recent` in `app`. It gets rows
that this person may meet and that every filter let through: filters come first, an order never decides them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from madang.discover.index.columns import Mask
from madang.discover.index.shelf import Shelf
from madang.discover.types import Taste, folded_tags

HALF_LIFE = 14.0
"""Days after which being new counts half."""
REASON = 0.34
"""Likeness from which "because you talked with X" is said."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows, best first, and for some of them the row of the character they were chosen for."""

    rows: NDArray[np.int64]
    because: dict[int, int] = field(default_factory=dict)


class Ranker(Protocol):
    def rank(self, shelf: Shelf, mask: Mask, taste: Taste, today: float, most: int) -> Ranked:
        """The best `most` rows of `mask`. `today`: days since 1970. Takes at most a few milliseconds."""
        ...


class Recent:
    """What is talked with lately, what is new, what is in the person's language, and what is like that which
    they talked with. The same for everybody who talked with nobody."""

    def rank(self, shelf: Shelf, mask: Mask, taste: Taste, today: float, most: int) -> Ranked:
        columns = shelf.columns
        popular = np.log1p(columns.popularity)
        top = float(popular.max()) if len(popular) else 0.0
        score = popular / np.float32(top) if top else np.zeros(columns.count, np.float32)
        score = score + 0.5 * np.exp2((columns.days - np.float32(today)) / np.float32(HALF_LIFE))
        score[columns.in_language(taste.language)] += 0.3
        used = [
            (row, weight) for key, weight in taste.used.items() if (row := shelf.rows.get(key)) is not None
        ]
        if not used:
            return Ranked(best(score, mask, most))
        nearest = np.zeros(columns.count, np.float32)
        whose = np.zeros(columns.count, np.int64)
        for row, weight in used:
            like = likeness(shelf, row) * np.float32(weight)
            nearer = like > nearest
            nearest[nearer] = like[nearer]
            whose[nearer] = row
        own = [row for row, _ in used]
        nearest[own] = 0
        score[own] -= 0.5  # they are found among one's conversations; here is room for others
        rows = best(score + 1.5 * nearest, mask, most)
        return Ranked(rows, {int(row): int(whose[row]) for row in rows if nearest[row] >= REASON})


def likeness(shelf: Shelf, row: int) -> NDArray[np.float32]:
    """How like every row is to this one, 0 to 1: by meaning where it is known, and by shared tags."""
    vector = shelf.meaning_of(row)
    like = np.zeros(shelf.columns.count, np.float32)
    tags = folded_tags(shelf.entries[row].tags)
    for tag in tags:
        like[shelf.columns.tagged(tag)] += np.float32(0.6 / len(tags))
    if vector is not None:
        np.maximum(like, shelf.likeness(vector), out=like)
    return like


def best(score: NDArray[np.float32], mask: Mask, most: int) -> NDArray[np.int64]:
    """The rows of `mask` with the highest scores, best first; of equals the newest row."""
    rows = np.flatnonzero(mask)[::-1]
    if most < len(rows):
        rows = rows[np.argpartition(-score[rows], most)[:most]]
        rows = np.sort(rows)[::-1]
    return rows[np.argsort(-score[rows], kind="stable")]

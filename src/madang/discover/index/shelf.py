"""All characters of the gallery in memory, and what a search finds among them.

A character that changes gets a new row; the old one stays behind, dead, until the shelf is made anew. About
600 bytes a character besides its words, and 4 bytes a dimension of the meaning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from madang.characters.types import Listed
from madang.discover.index.columns import Columns, Mask
from madang.discover.index.words import Counted, Words, count
from madang.discover.types import MOST, Entry, folded
from madang.models.types import Vectors

HOLDS = 0.6
"""Share of a query's telling power that a character must hold to be a match of words."""
NEAR = 0.2
"""Cosine from which a character may be a match of meaning (docs/decisions/0010): measured."""
NEAREST = 0.26
"""Cosine that the nearest has to reach: what means nothing to anybody here is this far from everybody."""
STRANGE = 0.33
"""The same for a query with no word that anybody here uses: a slip of the fingers is near to somebody too."""
AS_NEAR = 0.5
"""Share of the nearest one's cosine that the others have to reach."""
LINE = 140
SQUEEZE_FROM = 4_000
"""Meanings from which on they are kept in fewer dimensions."""
SQUEEZED = 128
"""Dimensions of a large gallery's meanings: a third of the memory, and of the time of a search."""
Order = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Read:
    """A listing, made ready to be put on the shelf (away from the event loop: this is the slow part)."""

    entry: Entry
    counted: Counted
    about: tuple[str, ...]
    """The short texts whose meaning stands for the character: its tags, its tagline."""


def read(listed: Listed, sources: Iterable[str] = ()) -> Read:
    """`sources`: terms of what it knows from. They find it, after all that it says of itself."""
    greeting = listed.greeting.replace("{{char}}", listed.name).replace("{{user}}", "")
    entry = Entry(
        id=listed.id,
        slug=listed.slug,
        name=listed.name,
        line=listed.tagline or " ".join(greeting.split())[:LINE],
        kind=listed.kind,
        language=listed.language,
        rating=listed.rating,
        avatar=listed.avatar,
        creator=listed.creator,
        tags=listed.tags,
        remixable=listed.remixable,
        remix_of=listed.ancestors[0].name if listed.ancestors else "",
        changed_at=listed.changed_at,
        published_at=listed.published_at,
    )
    tags = ", ".join(listed.tags)[:160]
    counted = count(
        (
            (listed.name, 4),
            (tags, 3),
            (listed.tagline, 2),
            (listed.persona, 1),
            (greeting, 1),
            (listed.creator, 1),
        )
    )
    for term in sources:
        counted.weights.setdefault(term, 1)  # not in the length: knowing much makes nobody less of a florist
    about = (tags, (listed.tagline or listed.persona or greeting)[:200])
    return Read(entry, counted, tuple(text for text in about if text.strip()))


class Shelf:
    """Everything that a feed is made from. Used from the event loop alone."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.rows: dict[str, int] = {}
        self.about: list[tuple[str, ...]] = []
        self.names: list[str] = []
        """Folded."""
        self.columns = Columns()
        self._words = Words()
        self._meaning: Vectors = np.zeros((0, 0), np.float32)
        """One column a row of the shelf."""
        self._basis: Vectors | None = None
        self.meant = 0
        """How many rows have a meaning."""

    def put(self, new: Read) -> int:
        """The character's new row."""
        self.take(new.entry.id)
        entry = new.entry
        row = self.columns.add(entry.kind, entry.language, entry.rating, entry.published_at, entry.tags)
        self._words.add(row, new.counted)
        self.entries.append(entry)
        self.about.append(new.about)
        self.names.append(folded(entry.name))
        self.rows[entry.id] = row
        return row

    def take(self, character_id: str) -> int | None:
        """Takes it out; its row, None where it was not there."""
        row = self.rows.pop(character_id, None)
        if row is not None:
            self.columns.drop(row)
        return row

    @property
    def dead(self) -> int:
        return len(self.entries) - len(self.rows)

    def set_meaning(self, row: int, vector: Vectors) -> None:
        """`vector`: centred, of length 1."""
        vector = self._squeezed(vector)
        size, room = self._meaning.shape
        if row >= room or size != len(vector):
            grown = np.zeros((len(vector), max(1024, 2 * room, row + 1)), np.float32)
            if size == len(vector):
                grown[:, :room] = self._meaning
            self._meaning = grown
        self._meaning[:, row] = vector
        self.meant += 1

    def basis(self) -> Vectors | None:
        """The directions in which the meanings differ most, to `squeeze` them, once there are enough of them.

        Shape (`SQUEEZED`, dimensions); else None. Takes a tenth of a second: not for the event loop.
        """
        if self._basis is not None or self.meant < SQUEEZE_FROM or len(self._meaning) <= SQUEEZED:
            return None
        known = self._meaning[:, : self.columns.count]
        _, directions = np.linalg.eigh(known @ known.T)
        return np.ascontiguousarray(directions.T[::-1][:SQUEEZED], np.float32)

    def squeeze(self, basis: Vectors) -> None:
        """Keeps the meanings, those known and those to come, in the directions of `basis`."""
        self._meaning = basis @ self._meaning
        self._basis = basis

    def _squeezed(self, vector: Vectors) -> Vectors:
        if self._basis is None or len(vector) != self._basis.shape[1]:
            return vector
        squeezed: Vectors = self._basis @ vector
        return squeezed

    def meaning_of(self, row: int) -> Vectors | None:
        """As it is kept; for `likeness`."""
        if row >= self._meaning.shape[1] or not self._meaning[:, row].any():
            return None
        vector: Vectors = self._meaning[:, row].copy()
        return vector

    def likeness(self, vector: Vectors) -> NDArray[np.float32]:
        """Cosine of every row with `vector`; 0 for a row whose meaning is not known yet."""
        likeness = np.zeros(self.columns.count, np.float32)
        vector = self._squeezed(vector)
        known = min(self._meaning.shape[1], self.columns.count)
        if known and len(self._meaning) == len(vector):
            # not `@`: the threads of a BLAS wait for one another on a busy machine, 8 ms instead of 0.4
            likeness[:known] = np.einsum("ji,j->i", self._meaning[:, :known], vector)
        return likeness

    def match(self, text: str, mask: Mask, vector: Vectors | None) -> tuple[Order, int]:
        """Rows of `mask` that `text` finds, best first, at most `MOST`, and how many there are.

        A match of words holds nearly everything that was asked for; a match of meaning is near. Only where
        neither is there, the best of what shares at least a third with the query.
        """
        scores, held = self._words.find(text)
        likeness = self.likeness(vector) if vector is not None else None
        found = mask & (held >= HOLDS)
        rank = np.zeros(len(mask), np.float32)
        if found.any():
            rank[found] = 0.5 + scores[found] / (2 * scores[found].max())
        if likeness is not None:
            rank += np.maximum(likeness, 0)
            nearest = float(likeness[mask].max(initial=0.0))
            if nearest >= (NEAREST if held.any() else STRANGE):
                found |= mask & (likeness >= max(NEAR, AS_NEAR * nearest))
        if not found.any():
            found = mask & (held >= HOLDS / 2)
            rank = scores
        rows = np.flatnonzero(found)
        total = len(rows)
        if total > MOST:
            rows = rows[np.argpartition(-rank[rows], MOST)[:MOST]]
        rows = rows[np.argsort(-rank[rows], kind="stable")]
        return self._names_first(rows, folded(text)), total

    def _names_first(self, rows: Order, text: str) -> Order:
        """Whose name is what was asked for goes first, then whose name begins with it."""
        top, names = rows[:100].tolist(), self.names
        top.sort(key=lambda row: (names[row] != text, not names[row].startswith(text)))
        return np.concatenate([np.array(top, rows.dtype), rows[100:]])

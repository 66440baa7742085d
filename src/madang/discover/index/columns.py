"""What a feed is filtered and ordered by: one array a property, one number a row."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from madang.discover.types import KINDS, LANGUAGES, RATINGS, Wanted, folded_tags

Mask = NDArray[np.bool_]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _place(values: Sequence[str], value: str) -> int:
    """A value the studio does not know is the last of them: of a rating, the highest."""
    return values.index(value) if value in values else len(values) - 1


class Columns:
    """Grows by rows; `alive` says which of them still count."""

    def __init__(self) -> None:
        self.count = 0
        self._alive = np.zeros(1024, np.bool_)
        self._kind = np.zeros(1024, np.uint8)
        self._language = np.zeros(1024, np.uint8)
        self._rating = np.zeros(1024, np.uint8)
        self._days = np.zeros(1024, np.float32)
        self._popularity = np.zeros(1024, np.float32)
        self._tags: dict[str, array[int]] = {}
        self._written: dict[str, str] = {}

    def add(
        self, kind: str, language: str, rating: str, published: datetime | None, tags: Sequence[str]
    ) -> int:
        """A new row; its number."""
        row = self.count
        if row >= len(self._alive):
            for column in ("_alive", "_kind", "_language", "_rating", "_days", "_popularity"):
                old = getattr(self, column)
                setattr(self, column, np.concatenate([old, np.zeros_like(old)]))
        self._alive[row] = True
        self._kind[row] = _place(KINDS, kind)
        self._language[row] = _place(LANGUAGES, language)
        self._rating[row] = _place(RATINGS, rating)
        self._days[row] = (published - _EPOCH).total_seconds() / 86_400 if published else 0.0
        for tag in tags:
            for name in folded_tags((tag,)):
                self._written.setdefault(name, tag.strip())
                rows = self._tags.setdefault(name, array("I"))
                if not rows or rows[-1] != row:
                    rows.append(row)
        self.count += 1
        return row

    def drop(self, row: int) -> None:
        self._alive[row] = False

    @property
    def alive(self) -> Mask:
        return self._alive[: self.count]

    @property
    def days(self) -> NDArray[np.float32]:
        """Days from 1970 to the publication."""
        return self._days[: self.count]

    @property
    def popularity(self) -> NDArray[np.float32]:
        return self._popularity[: self.count]

    def set_popularity(self, values: dict[int, float]) -> None:
        """Row to popularity; every other row has none."""
        self._popularity[:] = 0
        if values:
            self._popularity[list(values)] = list(values.values())

    def in_language(self, language: str) -> Mask:
        mask: Mask = self._language[: self.count] == _place(LANGUAGES, language)
        return mask

    def tagged(self, tag: str) -> NDArray[np.uint32]:
        """Rows with this (folded) tag."""
        rows = self._tags.get(tag)
        return np.array(rows if rows is not None else (), np.uint32)

    def mask(self, wanted: Wanted, allowed: Sequence[str]) -> Mask:
        """Rows that may be shown and that every filter lets through. `allowed`: ratings this person meets."""
        mask = self.alive.copy()
        ratings = self._rating[: self.count]
        top = _place(RATINGS, wanted.rating) if wanted.rating else len(RATINGS)
        for level, rating in enumerate(RATINGS):
            if rating not in allowed or level > top:
                mask &= ratings != level
        if wanted.kind:
            mask &= self._kind[: self.count] == _place(KINDS, wanted.kind)
        if wanted.language:
            mask &= self.in_language(wanted.language)
        if wanted.any:
            some = np.zeros(self.count, np.bool_)
            for tag in wanted.any:
                some[self.tagged(tag)] = True
            mask &= some
        for tag in wanted.all:
            holds = np.zeros(self.count, np.bool_)
            holds[self.tagged(tag)] = True
            mask &= holds
        for tag in wanted.none:
            mask[self.tagged(tag)] = False
        return mask

    def tags(self, mask: Mask, most: int) -> list[tuple[str, str, int]]:
        """The tags of most rows of `mask`: folded, as written, how many. A tag of none is not told."""
        largest = sorted(self._tags.items(), key=lambda item: -len(item[1]))[: most * 4]
        found = [
            (name, self._written[name], int(np.count_nonzero(mask[np.array(rows, np.uint32)])))
            for name, rows in largest
        ]
        return sorted((one for one in found if one[2]), key=lambda one: (-one[2], one[0]))[:most]

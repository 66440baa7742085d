"""Tables whose cells reach over several columns or rows: every row with all that stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from madang.knowledge.document import record

MOST = 500
"""Columns of a table; what stands further right is left out."""
LONG = 200
"""Characters of a cell that are said again in the rows that it reaches down to; a longer one is said once."""
NAMED = 6
"""Columns whose names stand before a cell over them; one over more is over all, and needs none."""

_TOLD = re.compile(r"\d{3}")


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    across: int = 1
    """Columns that it reaches over."""
    down: int = 1
    """Rows that it reaches over; 0 for all that follow."""
    head: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A cell in one of its rows."""

    cell: Cell
    first: int
    """Its first column, from 0."""

    @property
    def columns(self) -> range:
        return range(self.first, self.first + self.cell.across)


Row = list[Placed]


def placed(rows: Iterable[Sequence[Cell]]) -> list[Row]:
    """The cells of each row where they stand. One that reaches down is in every row that it reaches, unless
    it is a whole text."""
    reaching: dict[int, tuple[Placed, int]] = {}
    """First column of a cell that reaches down to it and how many rows it still reaches, all for 0."""
    made: list[Row] = []
    for cells in rows:
        row = [one for one, _ in reaching.values()]
        taken = {column for one in row for column in one.columns}
        reaching = {at: (one, left - 1) for at, (one, left) in reaching.items() if left != 1}
        at = 0
        for cell in cells:
            while at in taken:
                at += 1
            if at >= MOST:
                break
            across = max(1, min(cell.across, MOST - at))
            one = Placed(Cell(cell.text, across, cell.down, cell.head), at)
            row.append(one)
            taken |= set(one.columns)
            if cell.down != 1:
                below = one if len(cell.text) <= LONG else Placed(Cell("", across), at)
                reaching[at] = (below, cell.down - 1 if cell.down else 0)
            at += across
        made.append(sorted(row, key=lambda one: one.first))
    return made


def names(rows: Sequence[Row]) -> list[str]:
    """The names of the columns under one or more rows of headings: "Price Small" under "Price" over two."""
    said: dict[int, list[str]] = {}
    for row in rows:
        for one in row:
            for column in one.columns:
                over = said.setdefault(column, [])
                if one.cell.text and one.cell.text not in over:
                    over.append(one.cell.text)
    return [" ".join(said.get(column, [])) for column in range(max(said, default=-1) + 1)]


def may_name(row: Row) -> bool:
    """Whether the first row of a table without marked headings names its columns: several texts, all
    different, none of them with a price or the like."""
    texts = [one.cell.text for one in row]
    return (
        len(texts) > 1 and all(texts) and len(set(texts)) == len(texts) and not any(map(_TOLD.search, texts))
    )


def as_record(columns: Sequence[str], row: Row) -> str:
    """A row as one line; a cell over a few columns has the names of all of them ("Lunch/Dinner: closed")."""
    named = [
        "/".join(dict.fromkeys(columns[at] for at in one.columns if at < len(columns) and columns[at]))
        if one.cell.across <= NAMED
        else ""
        for one in row
    ]
    return record(named, [one.cell.text for one in row])


def section(row: Row, width: int) -> str:
    """What a row says that is one cell over the whole width of a table: a heading of the rows below it; empty
    for any other row."""
    if len(row) == 1 and width > 1 and len(row[0].columns) >= width:
        return row[0].cell.text
    return ""

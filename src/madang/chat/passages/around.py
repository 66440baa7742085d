"""A passage with what stands around it: its quotation in three pieces, or its rows as a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from madang.knowledge.types import Passage

AROUND = 700
"""Characters of a neighbouring passage that are shown for context."""
ROWS_AROUND = 3
"""Rows of a neighbouring passage that are shown for context."""
_COLUMNS = 12
_NAME = 80
_PLACE = re.compile(r"(?:sheet:.*:|row:)(?P<rows>(?P<first>\d+)(?:[-,]\d+)*)")
_OTHER = re.compile(r"(?P<kind>slide|mail):(?P<first>\d+)(?:[-,]\d+)*")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its number in the original where that is known, and the texts of its cells. A line
    that goes over all columns, a title or a note, has one."""

    number: int | None
    cells: list[str]
    marked: bool
    around: bool
    over: bool = False


@dataclass(frozen=True, slots=True)
class Rows:
    columns: list[str]
    rows: list[Row]

    @property
    def numbered(self) -> bool:
        return any(row.number is not None for row in self.rows)


def marked(text: str, start: int, end: int) -> tuple[str, str, str]:
    """Before, inside and after the quote; a span that is not inside the text marks nothing."""
    if not 0 <= start < end <= len(text):
        return text, "", ""
    return text[:start], text[start:end], text[end:]


def neighbours(passages: Sequence[Passage], passage: Passage) -> tuple[Passage | None, Passage | None]:
    """The passages right before and after it in its source."""
    by_place = {one.ordinal: one for one in passages}
    return by_place.get(passage.ordinal - 1), by_place.get(passage.ordinal + 1)


def table(
    passage: Passage, before: Passage | None, after: Passage | None, start: int, end: int
) -> Rows | None:
    """The rows of a passage of a table that is a file of its own, those that hold the quotation marked.

    None for everything else, and for a table whose rows do not name their columns. A line that names none is
    shown over all of them.
    """
    if _PLACE.fullmatch(passage.place) is None:
        return None
    found: list[tuple[int | None, str, bool, bool]] = []
    same = [one if one is not None and one.headings == passage.headings else None for one in (before, after)]
    if same[0] is not None:
        found += [(number, line, False, True) for number, line in _lines(same[0])[-ROWS_AROUND:]]
    at = 0
    for number, line in _lines(passage):
        quoted = start < end and at < end and start < at + len(line)
        found.append((number, line, quoted, False))
        at += len(line) + 1
    if same[1] is not None:
        found += [(number, line, False, True) for number, line in _lines(same[1])[:ROWS_AROUND]]
    cells = [_cells(line) for _, line, _, _ in found]
    columns = list(dict.fromkeys(name for row in cells for name, _ in row if any(one for one, _ in row)))
    if "" in columns or not 1 < len(columns) <= _COLUMNS:
        return None
    rows = [
        Row(number, [dict(row).get(name, "") for name in columns], quoted, around)
        if row[0][0]
        else Row(number, [line], quoted, around, over=True)
        for (number, line, quoted, around), row in zip(found, cells, strict=True)
    ]
    return Rows(columns, rows)


def _lines(passage: Passage) -> list[tuple[int | None, str]]:
    """The rows of a passage with their numbers, where each line is known to be one."""
    lines = passage.text.split("\n")
    place = _PLACE.fullmatch(passage.place)
    runs = [tuple(map(int, run.split("-"))) for run in place["rows"].split(",")] if place is not None else []
    if sum(run[-1] - run[0] + 1 for run in runs) != len(lines):
        return [(None, line) for line in lines]
    numbers = [number for run in runs for number in range(run[0], run[-1] + 1)]
    return list(zip(numbers, lines, strict=True))


def _cells(line: str) -> list[tuple[str, str]]:
    """`column: value · column: value` taken apart; a part without a name has the name ""."""
    cells: list[tuple[str, str]] = []
    for part in line.split(" · "):
        name, colon, value = part.partition(": ")
        named = colon and name and len(name) <= _NAME and all(name != known for known, _ in cells)
        cells.append((name, value) if named else ("", part))
    return cells


def whereabouts(passage: Passage) -> list[tuple[str, dict[str, str | int]]]:
    """Where a passage stands in its original, as sentences to be translated with their parameters."""
    if passage.page:
        return [("Page {page}", {"page": passage.page})]
    if place := _PLACE.fullmatch(passage.place):
        rows = place["rows"].replace("-", "–").replace(",", ", ")
        return [("Row {number}", {"number": rows})]
    if place := _OTHER.fullmatch(passage.place):
        sentence = {"slide": "Slide {number}", "mail": "Message {number}"}[place["kind"]]
        return [(sentence, {"number": place["first"]})]
    return []

"""Tables that are files of their own: every row a record with the names of its columns, where it stands kept.

A table with a column of questions and one of answers is a list of pairs: each is read under its question.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from madang.kernel.errors import TooLarge
from madang.knowledge.document import Block, Limits, record
from madang.knowledge.readers.faq import ANSWER_COLUMNS, QUESTION_COLUMNS

COLUMNS = 500
_ABOVE = 12
"""Rows looked at to find the one with the names of the columns: titles and dates may stand above it."""
_NUMBER = re.compile(r"^[\s₩$€£¥+-]*\d[\d,.:/\s-]*\s*(?:원|%|[A-Za-z]{0,4})?$")

_MEASURE = re.compile(
    r"\d+(?:[.,]\d+)?\s?(?P<unit>g|kg|ml|l|oz|lb|cm|mm|m|h|hr|hrs|min|mins|pcs|p|ea)", re.IGNORECASE
)
"""What prices are for may head them: "200g", "500g", "1kg"."""

_SIZE = re.compile(
    r"\d+(?:[.,]\d+)?\s?(?:g|kg|ml|l|oz|cm|min(?:ute)?s?|hours?|hrs?|days?|nights?|weeks?|months?|분|시간|일|박|주|개월|회|팩|인|명)(?:권|용)?"
    r"|small|medium|large|regular|half[- ]day|full[- ]day|소|중|대|특|S|M|L|XL|낮|밤|주중|주말|평일",
    re.IGNORECASE,
)
_NOTE = re.compile(r"[※＊*☞▶◆■●]\s*\S|(?=\S+(?:\s+\S+){2}).{24}", re.DOTALL)
"""How a line across a table begins, or how long it is: no name of what the other rows hold more of."""
Row = tuple[int, list[str]]
"""A row's number, from 1, as its program shows it, and the texts of its cells."""


def blocks(
    rows: Iterable[Row], name: str, limits: Limits, *, headings: tuple[str, ...] = (), place: str = "row"
) -> list[Block]:
    """Blocks of a table's rows. Raises TooLarge for more than `limits.rows` of them."""
    head, rest = _head(_bounded(rows, name, limits))
    columns: list[str] = []
    found: list[Block] = []
    above: list[str] = []
    kinds = Counter(cells[1].strip() for _, cells in head if len(cells) > 1)
    width = 0
    for number, cells in head:
        if not columns and is_header(cells, [row for _, row in head]):
            columns = cells
            continue
        above = _of_the_same(cells, above, kinds) if columns else cells
        found.extend(_blocks(columns, number, above, headings, place))
    for number, cells in rest:
        above = _of_the_same(cells, above, kinds)
        found.extend(_blocks(columns, number, above, headings, place))
        width += sum(map(len, cells))
        if width > limits.characters:
            raise TooLarge("“{name}” holds too much text.", name=name)
    return found


def _of_the_same(cells: list[str], above: Sequence[str], kinds: Counter[str]) -> list[str]:
    """A row whose first cell was left empty, and that fills the others as the row above does, goes on with
    the name there, where its second cell is a size, or a kind that other names have too (`kinds`): nobody
    writes a name again for each price. A thing of its own ("Lemonade") is none of what stands above it."""
    filled = [place for place, cell in enumerate(cells) if cell.strip()]
    same = filled and [0, *filled] == [place for place, cell in enumerate(above) if cell.strip()]
    if not same or len(filled) < 2 or filled[0] != 1 or is_number(above[0]):
        return cells
    kind = cells[1].strip()
    return [above[0], *cells[1:]] if kinds[kind] > 1 or _SIZE.fullmatch(kind) else cells


def _blocks(
    columns: Sequence[str], number: int, cells: list[str], headings: tuple[str, ...], place: str
) -> Iterator[Block]:
    where = f"{place}:{number}"
    asked = _column(columns, QUESTION_COLUMNS)
    told = _column(columns, ANSWER_COLUMNS)
    if asked is not None and told is not None and max(asked, told) < len(cells):
        if cells[asked] and cells[told]:
            yield Block(cells[told], (*headings, cells[asked][:200]), row=True, place=where)
        return
    filled = [cell.strip() for cell in cells if cell.strip()]
    alone = len(columns) > 2 and len(filled) == 1 and _NOTE.match(filled[0])
    text = filled[0] if alone else record(list(columns), cells)
    if text:
        yield Block(text, headings, row=True, place=where)


def is_number(cell: str) -> bool:
    """Whether a cell holds a number, a price, a time or a day, and nothing else."""
    return bool(cell and _NUMBER.match(cell))


def _column(columns: Sequence[str], names: frozenset[str]) -> int | None:
    return next((place for place, column in enumerate(columns) if column.strip().lower() in names), None)


def _bounded(rows: Iterable[Row], name: str, limits: Limits) -> Iterator[Row]:
    kept = 0
    for number, cells in rows:
        cells = cells[:COLUMNS]  # noqa: PLW2901 the same row, bounded
        if any(cells):
            kept += 1
            if kept > limits.rows:
                raise TooLarge(
                    "“{name}” has more than {limit} rows; keep the rows that people ask about.",
                    name=name,
                    limit=limits.rows,
                )
            yield number, cells


def _head(rows: Iterator[Row]) -> tuple[list[Row], Iterator[Row]]:
    head: list[Row] = []
    for row in rows:
        head.append(row)
        if len(head) >= _ABOVE:
            break
    return head, chain(rows)


def _heads(at: int, cell: str, after: list[list[str]]) -> bool:
    """Whether a cell is an amount that the numbers below it are for, and is none of them."""
    measure = _MEASURE.fullmatch(cell.strip())
    below = [row[at].strip().lower() for row in after if at < len(row) and row[at].strip()]
    if measure is None or not below:
        return False
    return all(is_number(one) and not one.endswith(measure["unit"].lower()) for one in below)


def is_header(cells: list[str], around: list[list[str]]) -> bool:
    """Names of columns: two or more, all different, none of them a number or a sentence, above other rows.

    It is the row with names for as many columns as any of the next rows fill; a title above fills one.
    """
    filled = [cell for cell in cells if cell]
    after = around[around.index(cells) + 1 :]
    if not after or len(set(filled)) != len(filled) or any(len(cell) > 80 for cell in filled):
        return False
    if all(map(is_number, filled)) or any(
        is_number(c) and not _heads(at, c, after) for at, c in enumerate(cells)
    ):
        return False
    if len(filled) < 2:
        # a table of one column: only where all of it is one
        return len(filled) == 1 and around[0] is cells and len(cells) == 1 == max(map(len, around))
    inner = cells[cells.index(filled[0]) : len(cells) - cells[::-1].index(filled[-1])]
    return all(inner) and len(filled) >= min(max(sum(map(bool, row)) for row in after), COLUMNS)

"""Tables in a PDF: between drawn rules cell by cell, and without them where words stand in columns.

A row is said with the names of its columns where the first row names them: `column: value · column: value`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from madang.knowledge.document import record
from madang.knowledge.readers import table
from madang.knowledge.readers.pdflines import ALIKE, Cell, Line, Rules

APART = 1.5
"""Cells of a row are at least this far apart, in sizes of their letters, where nothing else shows them."""
_CLOSE = 0.5
"""The nearest that cells stand whose columns are exactly below one another, line after line."""
_EXACT = 0.06
_SAME = 2.5
"""Points within which two rules are at the same place."""
_MOST = 400
_SEVERAL = 3
_CLOSE_BELOW = 1.6
"""How near a note stands below its name that is wider than that, in sizes of the name's letters."""
_APART_LEAST = 0.8
"""How far an amount stands from its name at least, in sizes of letters."""
_LINKS = frozenset("·&+/|")
"""What stands between two words of one cell, however wide the letters are set."""
_NOTHING = frozenset("-–—·/x×")
"""What stands in a cell of amounts where there is none."""
_BELOW = 3
"""Lines that say what a name means."""
_AMOUNT = re.compile(r"[₩$€£¥]?\d[\d,.:~–-]*")
_SIGN = re.compile(r"[₩$€£¥]")
_UNIT = re.compile(
    r"won|krw|usd|eur|gbp|jpy|yen|euros?|dollars?|pounds?|원|천원|만원|달러|유로|엔|%|kg|g|ml|l|cm|mm|m|km|kcal|명|인|개|분|시간|박"
    r"|min|mins|minutes|h|hours?|days?|pcs|persons?|people",
    re.IGNORECASE,
)


def in_cells(lines: list[Line]) -> list[Line]:
    """The lines of a page with their cells: parts far apart, or in exact columns of three lines."""
    parts = [_parts(line.words, _CLOSE * line.size) for line in lines]
    borders: list[set[int]] = [set() for _ in lines]
    for start in range(len(lines) - 2):
        for edge in range(1, len(parts[start])):
            for right in (False, True):
                run = _column(lines, parts, start, edge, right=right)
                numbers = sum(table.is_number(parts[place][index].text) for place, index in run)
                # the lines of a justified paragraph end alike: only numbers are set to the right
                if len(run) >= 3 and (not right or 2 * numbers >= len(run)):
                    for place, index in run:
                        borders[place].add(index)
    found: list[Line] = []
    for line, own, cuts in zip(lines, parts, borders, strict=True):
        cells: list[Cell] = []
        for index, part in enumerate(own):
            near = bool(cells) and part.left - cells[-1].right < APART * line.size
            linked = bool(cells) and (part.text in _LINKS or cells[-1].text.rsplit(" ", 1)[-1] in _LINKS)
            if linked or (near and (index not in cuts or _one_amount(cells[-1].text, part.text))):
                cells[-1] = Cell(f"{cells[-1].text} {part.text}", cells[-1].left, part.right)
            else:
                cells.append(part)
        found.append(replace(line, cells=tuple(cells) if len(cells) > 1 else ()))
    return found


def _one_amount(before: str, after: str) -> bool:
    """Whether a number and its unit were parted: "39,000" and "won", "€" and "4.50"."""
    if _SIGN.fullmatch(before.rsplit(" ", 1)[-1]):
        return bool(_AMOUNT.match(after))
    return bool(_UNIT.fullmatch(after) and _AMOUNT.fullmatch(before.rsplit(" ", 1)[-1]))


def _column(
    lines: Sequence[Line], parts: Sequence[Sequence[Cell]], start: int, edge: int, *, right: bool
) -> list[tuple[int, int]]:
    """Lines from `start` on, one after the other, with a part after a gap that begins (with `right`: ends)
    exactly where that of the line before does."""
    run = [(start, edge)]
    gap = (parts[start][edge - 1].right, parts[start][edge].left)
    for place in range(start + 1, len(lines)):
        before, size = parts[place - 1][run[-1][1]], lines[place].size
        if abs(size - lines[place - 1].size) > ALIKE and place - 1 > start:
            break  # only the names of columns above them are larger or smaller
        for index in range(1, len(parts[place])):
            here = parts[place][index]
            apart = abs(before.right - here.right) if right else abs(before.left - here.left)
            narrowed = (max(gap[0], parts[place][index - 1].right), min(gap[1], here.left))
            if apart <= _EXACT * size and narrowed[1] - narrowed[0] >= _CLOSE * size / 2:
                run.append((place, index))
                gap = narrowed
                break
        else:
            break
    return run


def _parts(words: Sequence[Cell], apart: float) -> list[Cell]:
    parts: list[Cell] = []
    for word in words:
        if parts and word.left - parts[-1].right < apart:
            parts[-1] = Cell(f"{parts[-1].text} {word.text}", parts[-1].left, word.right)
        else:
            parts.append(word)
    return parts


def aligned(one: Cell, other: Cell, near: float) -> bool:
    """Whether two cells begin, end, or have their middle, at most `near` points from one another."""
    left, right = one.left - other.left, one.right - other.right
    return min(abs(left), abs(right), abs(left + right) / 2) <= near


# -- between rules


def ruled(lines: list[Line], rules: Rules) -> list[Line]:
    """The lines of a page, with those inside a grid of rules replaced by the rows of its table."""
    for left, bottom, columns, heights in _grids(rules):
        inside = [line for line in lines if _within(line, left, columns[-1], bottom, heights[-1])]
        grid = [[""] * (len(columns) - 1) for _ in range(len(heights) - 1)]
        for line in inside:
            across = min(max(bisect_right(heights, line.middle) - 1, 0), len(grid) - 1)
            for word in line.words:
                down = bisect_right(columns, (word.left + word.right) / 2) - 1
                if 0 <= down < len(columns) - 1:
                    grid[across][down] = f"{grid[across][down]} {word.text}".strip()
        rows = [row for row in reversed(grid) if any(row)]
        if len(rows) < 2 or sum(sum(map(bool, row)) > 1 for row in rows) < 2:
            continue
        at, first = lines.index(inside[0]), inside[0]
        said = [replace(first, text=text, row=text, words=(), cells=()) for text in told(rows)]
        kept = {id(line) for line in inside}
        lines = [
            *[line for line in lines[:at] if id(line) not in kept],
            *said,
            *[line for line in lines[at:] if id(line) not in kept],
        ]
    return lines


def _within(line: Line, left: float, right: float, bottom: float, top: float) -> bool:
    if not line.words or not bottom - _SAME <= line.middle <= top + _SAME:
        return False
    return left - _SAME <= line.words[0].left and line.words[-1].right <= right + _SAME


def _grids(rules: Rules) -> Iterator[tuple[float, float, list[float], list[float]]]:
    """Grids of two columns and two rows or more: left, bottom, and the places of their rules."""
    down = sorted(rules.down)[:_MOST]
    across = sorted(rules.across)[:_MOST]
    while down:
        top, bottom = down[0][2], down[0][1]
        mine = [down[0]]
        grown = True
        while grown:  # rules that reach over the same height, or go on where another one ends
            grown = False
            for rule in down:
                if rule not in mine and rule[1] <= top + _SAME and rule[2] >= bottom - _SAME:
                    mine.append(rule)
                    bottom, top = min(bottom, rule[1]), max(top, rule[2])
                    grown = True
        down = [rule for rule in down if rule not in mine]
        columns = _places([rule[0] for rule in mine])
        beside = [
            rule
            for rule in across
            if bottom - _SAME <= rule[0] <= top + _SAME
            and rule[1] <= columns[-1] + _SAME
            and rule[2] >= columns[0] - _SAME
        ]
        if not beside:
            continue
        columns = _places([*columns, min(rule[1] for rule in beside), max(rule[2] for rule in beside)])
        heights = _places([*(rule[0] for rule in beside), bottom, top])
        if len(columns) > 2 and len(heights) > 2:
            yield columns[0], heights[0], columns, heights


def _places(values: list[float]) -> list[float]:
    kept: list[float] = []
    for value in sorted(values):
        if not kept or value - kept[-1] > _SAME:
            kept.append(value)
    return kept


# -- in columns


def in_columns(lines: Sequence[Line]) -> list[str]:
    """Lines that are rows of one table, as they are said."""
    widest = max(lines, key=lambda line: len(line.cells))
    columns = widest.cells
    rows: list[list[str]] = []
    said: list[str] = []
    for line in lines:
        row = [""] * len(columns)
        for cell in line.cells:
            nearest = min(range(len(columns)), key=lambda at: _distance(columns[at], cell))
            row[nearest] = f"{row[nearest]} {cell.text}".strip()
        if len(rows) > 1 and all(row) and _is_head(row) and not _is_head(rows[-1]):
            said += told(rows)  # the names of the next part's columns
            rows = []
        rows.append(row)
    return said + told(rows)


def _is_head(row: Sequence[str]) -> bool:
    """Whether a row between rows of numbers has none itself."""
    return not any(table.is_number(cell) or cell in _NOTHING for cell in row[1:])


def rows_and_notes(lines: list[Line]) -> list[Line]:
    """The lines of a page with their cells; smaller lines below a name belong to its row.

    A page has several such, or it has none: one large line with a number at its end may be a heading.
    """
    owners = _noted(lines)
    if sum(owner is not None for owner in owners) < _SEVERAL:
        return in_cells(lines)
    notes: dict[int, list[Line]] = {}
    for line, owner in zip(lines, owners, strict=True):
        if owner is not None:
            notes.setdefault(owner, []).append(line)
    mains = [place for place, owner in enumerate(owners) if owner is None]
    found: list[Line] = []
    for place, line in zip(mains, in_cells([lines[place] for place in mains]), strict=True):
        found += _with_notes(line, notes.get(place, []))
    return found


def _noted(lines: Sequence[Line]) -> list[int | None]:
    """For each line the place of the row that it says something of, if it is a smaller one below a name."""
    owners: list[int | None] = [None] * len(lines)
    for place, first in enumerate(lines):
        if first.row or owners[place] is not None or len(first.words) < 2:
            continue
        amounts = _amounts_from(first)
        for below in range(place + 1, min(place + 1 + _BELOW, len(lines))) if amounts is not None else ():
            line = lines[below]
            smaller = line.size < first.size - ALIKE and bool(line.words) and not line.row
            if not smaller or abs(line.words[0].left - first.words[0].left) > first.size:
                break
            lower = first.middle - line.middle
            under = line.right <= (amounts or 0.0) or lower < _CLOSE_BELOW * first.size
            if not under or _amounts_from(line) is not None or not 0 < lower < 5 * first.size:
                break
            owners[below] = place
    return owners


def _amounts_from(line: Line) -> float | None:
    """Where the amounts at the end of a line begin, in points; None for a line that ends in none. "5m" close
    to a name belongs to that."""
    words, left = line.words, None
    for place in range(len(words) - 1, 0, -1):
        word, apart = words[place], words[place].left - words[place - 1].right
        if _UNIT.fullmatch(word.text) and apart < _APART_LEAST * line.size:
            continue
        amount = table.is_number(word.text) or word.text in _NOTHING
        if not amount or apart < _APART_LEAST * line.size:
            break
        left = word.left
    return left


def _with_notes(line: Line, notes: Sequence[Line]) -> list[Line]:
    """A row with what its smaller lines say of it: "name: amount · note", or, so that a row of several
    amounts keeps its columns, behind the name: "Tower (delivered only)"."""
    said = " ".join(one.text for one in notes)
    if len(line.cells) == 2 and table.is_number(line.cells[1].text):
        text = f"{line.cells[0].text}: {line.cells[1].text}" + (f" · {said}" if said else "")
        return [replace(line, text=text, row=text, words=(), cells=())]
    if said and len(line.cells) > 2:
        name = replace(line.cells[0], text=f"{line.cells[0].text} ({said})")
        return [replace(line, cells=(name, *line.cells[1:]))]
    return [line, *notes]


def _distance(column: Cell, cell: Cell) -> float:
    overlap = min(column.right, cell.right) - max(column.left, cell.left)
    return -overlap if overlap > 0 else abs((column.left + column.right - cell.left - cell.right) / 2)


def told(rows: list[list[str]]) -> list[str]:
    """Rows with the names of their columns where the first row names them; of two columns without names, the
    first names the second."""
    if names := _names(rows):
        return [record(names, row) for row in rows[1:]]
    if all(len(row) == 2 for row in rows):
        return [
            f"{row[0]}: {row[1]}" if all(row) and len(row[0]) <= 60 else " · ".join(filter(None, row))
            for row in rows
        ]
    return [" · ".join(filter(None, row)) for row in rows]


def _names(rows: list[list[str]]) -> list[str]:
    """The first row, where it names the columns: no numbers in it, and numbers or three columns below."""
    first, rest = rows[0], rows[1:]
    if not rest or not table.is_header(first, rows) or not all(first):
        return []
    numbers = any(sum(table.is_number(row[at]) for row in rest) * 2 > len(rest) for at in range(len(first)))
    return first if numbers or (len(first) > 2 and len(rest) > 1) else []


def rows_of(lines: Sequence[Line]) -> list[tuple[int, int]]:
    """Ranges of lines that are the rows of a table: their columns are where those of a neighbour are."""
    ranges: list[tuple[int, int]] = []
    for place, (one, other) in enumerate(pairwise(lines)):
        if one.row or other.row or one.page != other.page or not (one.cells and other.cells):
            continue
        if _share_columns(one, other):
            if ranges and ranges[-1][1] == place + 1:
                ranges[-1] = (ranges[-1][0], place + 2)
            else:
                ranges.append((place, place + 2))
    return ranges


def _share_columns(one: Line, other: Line) -> bool:
    """Whether a column after the first is in both lines; where each word is a cell, all of them.

    In a narrow justified paragraph words stand as far apart as cells do, and all lines begin and end alike.
    """
    near = max(one.size, other.size) / 2
    if all(len(item.cells) == len(item.words) for item in (one, other)):
        if len(one.cells) == len(other.cells):
            return all(aligned(a, b, near) for a, b in zip(one.cells, other.cells, strict=True))
        fewer, more = sorted((one.cells, other.cells), key=len)
        # a row whose last cells are empty ends before they begin; a line of a paragraph never does
        return fewer[-1].right <= more[-1].left and all(any(aligned(a, b, near) for b in more) for a in fewer)
    return any(aligned(a, b, near) for a in one.cells[1:] for b in other.cells[1:])

"""The lines of a page of a PDF: their words with their places, and the rules that are drawn between them."""

from __future__ import annotations

import ctypes
import re
from dataclasses import dataclass, field, replace

import pypdfium2
import pypdfium2.raw as pdfium

from madang.knowledge.readers.decode import clean

_OBJECTS = 20_000
_SEGMENTS = 40_000
_THIN = 2.5
"""Points: what is drawn thinner than this, and longer than `_LONG`, is a rule."""
_LONG = 5.0
ALIKE = 0.6
"""Points between the sizes of letters that are the same."""
_BETWEEN = 2
"""Lines that may be drawn between a name and its amount: what is said below the name."""
_AMOUNT = re.compile(
    r"[+~]?[₩$€£]?\s?\d[\d,.]*\s?(?:원|won|[₩€£])?(?:\s?[/~–-]\s?[₩$€£]?\d[\d,.]*\s?(?:원|won|[₩€£])?)?$"
)
_LEVEL = 0.3
"""How far apart, in sizes of their letters, the middles of one line's letters are: "Sea", "2", "won"."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a line with room around it, and where it stands, in points."""

    text: str
    left: float
    right: float


@dataclass(slots=True)
class Line:
    """A line of a page: its text, the size of its letters, and where it stands and ends, in points."""

    text: str
    page: int
    size: float
    right: float
    words: tuple[Cell, ...] = field(default=())
    middle: float = 0.0
    """How high on the page it stands, from below."""
    cells: tuple[Cell, ...] = field(default=())
    """Its parts, when wide gaps are between them."""
    row: str = ""
    """A row of a table, as it is said."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules across and down: `(at, from, to)`, in points."""

    across: list[tuple[float, float, float]]
    down: list[tuple[float, float, float]]


def of_page(text_page: pypdfium2.PdfTextPage, number: int) -> list[Line]:
    """The lines of a page, in the order in which they are read."""
    raw = text_page.get_text_range()
    lines: list[Line] = []
    at = 0
    for part in raw.split("\n"):
        visible = part.rstrip("\r")
        if visible.strip():
            # places are counted in UTF-16 by the library: beyond the first plane sizes are only a hint
            last = at + len(visible.rstrip()) - 1
            size = pdfium.FPDFText_GetFontSize(text_page, at + _letter(visible))
            text = clean(visible.replace("\x02", "-\x02")) if visible.endswith("\x02") else clean(visible)
            words = _words(text_page, visible, at)
            _, right, bottom, top = _box(text_page, last)
            lines.append(
                Line(" ".join(text.split()), number + 1, round(size, 1), right, words, (bottom + top) / 2)
            )
        at += len(part) + 1
    return _level([item for item in lines if item.text])


def _level(lines: list[Line]) -> list[Line]:
    """The lines with those in one that stand beside each other: the library ends a line at some wide gaps.

    It gives them as they were drawn: an amount may come after the small line below its name."""
    found: list[Line] = []
    for item in lines:
        place = _place_beside(found, item)
        if place is None:
            found.append(item)
            continue
        last = found[place]
        text, words = f"{last.text} {item.text}", (*last.words, *item.words)
        found[place] = replace(last, text=text, words=words, right=item.right)
    return found


def _place_beside(lines: list[Line], item: Line) -> int | None:
    """Where the line stands that `item` goes on with: the last one, or before what is said below a name."""
    between = _BETWEEN if _AMOUNT.match(item.text) else 0
    for place in range(len(lines) - 1, max(len(lines) - between - 2, -1), -1):
        if _beside(lines[place], item) and _free(lines[place:], item):
            return place
    return None


def _free(lines: list[Line], item: Line) -> bool:
    """Whether the lines drawn between the first and `item` are smaller, stand below it, and end before it."""
    return all(
        one.size < item.size - ALIKE and one.middle < item.middle and one.right < item.words[0].left
        for one in lines[1:]
    )


def _beside(last: Line, item: Line) -> bool:
    if not last.words or not item.words or abs(last.size - item.size) > ALIKE:
        return False
    level = abs(last.middle - item.middle) <= _LEVEL * item.size
    return level and item.words[0].left >= last.words[-1].right


def _letter(visible: str) -> int:
    """The place of a letter near the middle: a space may be the library's own, and has no size."""
    middle = (len(visible.rstrip()) - 1) // 2
    found = re.compile(r"\S").search(visible, middle)
    return found.start() if found else middle


def _words(text_page: pypdfium2.PdfTextPage, visible: str, at: int) -> tuple[Cell, ...]:
    """The words of a line that begins with letter `at` of its page."""
    words: list[Cell] = []
    for word in re.finditer(r"\S+", visible):
        start, end = word.span()
        left, right, _, _ = _box(text_page, at + start)
        if end - start > 1:
            right = _box(text_page, at + end - 1)[1]
        if text := "".join(clean(word.group()).split()):
            words.append(Cell(text, left, right))
    return tuple(words)


def _box(text_page: pypdfium2.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    """Left, right, bottom and top of a letter, in points; zeros when it has no place."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
    return left.value, right.value, bottom.value, top.value


def rules_of(page: pypdfium2.PdfPage) -> Rules:
    """The thin straight lines that are drawn on a page, and the sides of its boxes."""
    rules = Rules([], [])
    budget = _SEGMENTS
    for count, item in enumerate(page.get_objects(filter=(pdfium.FPDF_PAGEOBJ_PATH,), max_depth=2)):
        if count >= _OBJECTS or budget <= 0:
            break
        budget -= _path(item, rules)
    return rules


def _path(item: pypdfium2.PdfObject, rules: Rules) -> int:
    """Adds the rules of one drawn path; gives how many pieces it has."""
    matrix = item.get_matrix()
    count = min(int(pdfium.FPDFPath_CountSegments(item)), 4_000)
    x, y = ctypes.c_float(), ctypes.c_float()
    begun: tuple[float, float] | None = None
    last: tuple[float, float] | None = None
    for index in range(max(count, 0)):
        segment = pdfium.FPDFPath_GetPathSegment(item, index)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_BEZIERTO or not pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            last = None
            continue
        point = matrix.on_point(x.value, y.value)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            begun = point
        elif last is not None:
            _rule(last, point, rules)
        last = point
        if pdfium.FPDFPathSegment_GetClose(segment) and begun is not None:
            _rule(point, begun, rules)
    return max(count, 1)


def _rule(one: tuple[float, float], other: tuple[float, float], rules: Rules) -> None:
    across, up = abs(one[0] - other[0]), abs(one[1] - other[1])
    if across <= _THIN and up >= _LONG:
        rules.down.append(((one[0] + other[0]) / 2, min(one[1], other[1]), max(one[1], other[1])))
    elif up <= _THIN and across >= _LONG:
        rules.across.append(((one[1] + other[1]) / 2, min(one[0], other[0]), max(one[0], other[0])))

"""PDF: pages, headings by the size of their letters, wrapped lines joined again in Korean and English.

Lines whose cells stand in columns are rows of a table, each a block of its own: `cell · cell`.
"""

from __future__ import annotations

import ctypes
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePosixPath

import pypdfium2
import pypdfium2.raw as pdfium

from madang.kernel.errors import TooLarge, Unreadable
from madang.knowledge.document import Block, Document, Limits, Outline
from madang.knowledge.readers import scanned
from madang.knowledge.readers.decode import clean, line
from madang.knowledge.readers.text import is_item

_HANGUL = re.compile("[가-힣]")
_FINAL = re.compile(r"[.!?:;。！？][\"'”’)\]]*$")
_EDGE_LINES = 2
_HEADING_LONGEST = 120
_APART = 1.5
"""Cells of a row are at least this far apart, in sizes of their letters; words of a line are closer."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a line with room around it, and where it stands, in points."""

    text: str
    left: float
    right: float


@dataclass(slots=True)
class Line:
    """A line of a page: its text, the size of its letters and where it ends, in points."""

    text: str
    page: int
    size: float
    right: float
    cells: tuple[Cell, ...] = field(default=())
    """Its parts, when wide gaps are between them."""


def read(data: bytes, name: str, limits: Limits) -> Document:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == pdfium.FPDF_ERR_PASSWORD or "password" in str(error).lower():
            raise Unreadable("“{name}” is locked with a password; save it without one.", name=name) from error
        raise Unreadable("“{name}” is a broken PDF.", name=name) from error
    if len(document) > limits.pages:
        raise TooLarge(
            "“{name}” has {pages} pages; at most {limit} can be read.",
            name=name,
            pages=len(document),
            limit=limits.pages,
        )
    pages: list[list[Line]] = []
    characters = 0
    for number in range(len(document)):
        pages.append(_page(document, number))
        characters += sum(len(item.text) for item in pages[-1])
        if characters > limits.characters:
            raise TooLarge("“{name}” holds too much text.", name=name)
    lines = [item for page in _without_edges(pages) for item in page]
    scans = [number for number, page in enumerate(pages) if not page]
    recognised = scanned.read(document, scans, name, limits) if scans else []
    if not lines and not recognised:
        raise Unreadable(
            "“{name}” holds pictures of pages and no text; run text recognition on it first.", name=name
        )
    title = line(str(document.get_metadata_dict().get("Title") or ""))
    if (
        not title
        or title.lower() in ("untitled", "(anonymous)", "anonymous", "제목 없음")
        or "\ufffd" in title
    ):
        title = PurePosixPath(name).stem
    blocks = sorted(_blocks(lines) + recognised, key=lambda block: block.page or 0) if lines else recognised
    return Document(title[:200], blocks[: limits.blocks])


def _page(document: pypdfium2.PdfDocument, number: int) -> list[Line]:
    try:
        page = document[number]
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return []  # one damaged page must not lose the others
    try:
        raw = text_page.get_text_range()
        lines: list[Line] = []
        at = 0
        for part in raw.split("\n"):
            visible = part.rstrip("\r")
            bare = visible.strip()
            if bare:
                # places are counted in UTF-16 by the library: beyond the first plane sizes are only a hint
                last = at + len(visible.rstrip()) - 1
                size = pdfium.FPDFText_GetFontSize(text_page, (at + last) // 2)
                text = clean(visible.replace("\x02", "-\x02")) if visible.endswith("\x02") else clean(visible)
                cells = _cells(text_page, visible, at, size)
                text = " ".join(text.split())
                lines.append(Line(text, number + 1, round(size, 1), _sides(text_page, last)[1], cells))
            at += len(part) + 1
        return [item for item in lines if item.text]
    finally:
        text_page.close()
        page.close()


def _cells(text_page: pypdfium2.PdfTextPage, visible: str, at: int, size: float) -> tuple[Cell, ...]:
    """The parts of a line that begins with character `at` of its page; none when there is only one."""
    parts: list[tuple[int, int, float, float]] = []
    for word in re.finditer(r"\S+", visible):
        start, end = word.span()
        left, right = _sides(text_page, at + start)
        if end - start > 1:
            right = _sides(text_page, at + end - 1)[1]
        if parts and left - parts[-1][3] < _APART * size:
            parts[-1] = (parts[-1][0], end, parts[-1][2], right)
        else:
            parts.append((start, end, left, right))
    if len(parts) < 2:
        return ()
    return tuple(
        Cell(" ".join(clean(visible[start:end]).split()), left, right) for start, end, left, right in parts
    )


def _sides(text_page: pypdfium2.PdfTextPage, index: int) -> tuple[float, float]:
    """Left and right of a character, in points; zeros when it has no place."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
    return left.value, right.value


def _without_edges(pages: list[list[Line]]) -> list[list[Line]]:
    """Running heads, feet and page numbers taken off: edge lines that return on most pages, digits aside."""
    if len(pages) < 4:
        return pages
    seen: Counter[str] = Counter()
    for page in pages:
        edge = {_key(item) for item in [*page[:_EDGE_LINES], *page[-_EDGE_LINES:]]}
        seen.update(edge)
    often = {key for key, count in seen.items() if count >= max(3, len(pages) * 0.5)}
    if not often:
        return pages
    return [
        [
            item
            for place, item in enumerate(page)
            if _EDGE_LINES <= place < len(page) - _EDGE_LINES or _key(item) not in often
        ]
        for page in pages
    ]


def _key(item: Line) -> str:
    return re.sub(r"\d+", "#", item.text) if len(item.text) <= 90 else item.text


def _rows(lines: list[Line]) -> set[int]:
    """Places of the lines that are rows: their columns are where those of a neighbour are."""
    rows: set[int] = set()
    for place, (one, other) in enumerate(pairwise(lines)):
        if one.page == other.page and one.cells and other.cells and _in_columns(one, other):
            rows |= {place, place + 1}
    return rows


def _in_columns(one: Line, other: Line) -> bool:
    """Whether a column after the first is in both lines; all are, where each word is a cell.

    In a narrow justified paragraph words stand as far apart as cells do, and all lines end alike.
    """
    near = max(one.size, other.size) / 2
    if all(len(item.cells) == len(item.text.split()) for item in (one, other)):
        return len(one.cells) == len(other.cells) and all(
            _aligned(a, b, near) for a, b in zip(one.cells, other.cells, strict=True)
        )
    return any(_aligned(a, b, near) for a in one.cells[1:] for b in other.cells[1:])


def _aligned(one: Cell, other: Cell, near: float) -> bool:
    """Whether two cells begin, end, or have their middle, at most `near` points from one another."""
    left, right = one.left - other.left, one.right - other.right
    return min(abs(left), abs(right), abs(left + right) / 2) <= near


def _blocks(lines: list[Line]) -> list[Block]:
    sizes: Counter[float] = Counter()
    for item in lines:
        sizes[item.size] += len(item.text)
    body = sizes.most_common(1)[0][0]
    levels = sorted((size for size in sizes if size >= body * 1.12), reverse=True)
    joiner = _Joiner(lines)
    outline = Outline()
    blocks: list[Block] = []
    gathered: list[Line] = []

    def flush() -> None:
        if gathered:
            text = joiner.join(gathered)
            blocks.append(Block(text, outline.path, gathered[0].page, row=is_item(text)))
            gathered.clear()

    previous_heading: Line | None = None
    rows = _rows(lines)
    for place, item in enumerate(lines):
        if place in rows:
            flush()
            previous_heading = None
            text = " · ".join(cell.text for cell in item.cells if cell.text)
            blocks.append(Block(text, outline.path, item.page, row=True))
            continue
        if item.size in levels and len(item.text) <= _HEADING_LONGEST and re.search(r"\w", item.text):
            flush()
            level = min(levels.index(item.size) + 1, 6)
            again = previous_heading is not None and previous_heading.size == item.size
            text = f"{outline.path[-1]} {item.text}" if again and outline.path else item.text
            outline.enter(level, text)
            previous_heading = item
            continue
        previous_heading = None
        if gathered and not joiner.continues(gathered[-1], item):
            flush()
        gathered.append(item)
    flush()
    if not blocks:  # everything was large: then nothing was a heading
        blocks = [Block(item.text, (), item.page) for item in lines]
    return blocks


class _Joiner:
    """Joins wrapped lines. Korean may be wrapped inside a word: the words of the document itself decide."""

    def __init__(self, lines: list[Line]) -> None:
        self._edge = _edge(lines)
        self._words: Counter[str] = Counter()
        for item in lines:
            self._words.update(item.text.split()[1:-1])
        full = [item for item in lines if item.size and item.right >= self._edge - 3 * item.size]
        near = sum(item.right >= self._edge - 1.2 * item.size for item in full)
        self._breaks_words = bool(full) and near >= 0.9 * len(full)

    def continues(self, last: Line, item: Line) -> bool:
        """Whether `item` goes on with the paragraph that `last` ends in."""
        if abs(last.size - item.size) > 0.6:
            return False
        # "다. " may be an item's marker or the end of a word that was wrapped
        if is_item(item.text) and (not _HANGUL.match(item.text) or _FINAL.search(last.text)):
            return False
        if last.page != item.page:
            return not _FINAL.search(last.text) and self._is_full(last)
        return self._is_full(last)

    def _is_full(self, item: Line) -> bool:
        return (
            item.right >= self._edge * 0.85 if _FINAL.search(item.text) else item.right >= self._edge * 0.72
        )

    def join(self, lines: list[Line]) -> str:
        text = lines[0].text
        for item in lines[1:]:
            text = self._pair(text, item.text)
        return text

    def _pair(self, left: str, right: str) -> str:
        if left.endswith("-") and right[:1].islower() and left[-2:-1].isalpha():
            return left[:-1] + right
        if self._breaks_words and _HANGUL.match(left[-1:]) and _HANGUL.match(right[:1]):
            before, after = left.rsplit(" ", 1)[-1], right.split(" ", 1)[0]
            apart = min(self._words[before], self._words[after])
            together = self._words[before + after]
            if together > apart or (not apart and not (self._words[before] or self._words[after])):
                return left + right
        return f"{left} {right}"


def _edge(lines: list[Line]) -> float:
    """Where full lines end: the right edge that few lines pass."""
    rights = sorted(item.right for item in lines)
    return rights[int(len(rights) * 0.95) - 1] if rights else 0.0

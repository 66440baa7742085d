"""PDF: pages, headings by the size of their letters, wrapped lines joined again in Korean and English.

Rows of a table are blocks of their own (see `pdftable`).
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePosixPath

import pypdfium2
import pypdfium2.raw as pdfium

from madang.kernel.errors import TooLarge, Unreadable
from madang.knowledge.document import Block, Document, Limits, Outline
from madang.knowledge.readers import pdflines, pdftable, scanned
from madang.knowledge.readers.decode import line
from madang.knowledge.readers.pdflines import ALIKE, Line
from madang.knowledge.readers.text import is_item

_HANGUL = re.compile("[가-힣]")
_FINAL = re.compile(r"[.!?:;。！？][\"'”’)\]]*$")
_EDGE_LINES = 2
_ENOUGH = 5
"""Full lines from which their ends show whether words are cut at them."""
_HEADING_LONGEST = 120
_BESIDE, _BESIDE_SIZE, _ENOUGH_BESIDE = 4.0, 0.15, 4
"""Points between the beginnings, and between the sizes, of lines of one column, and how many make one."""
_INDENT = 0.03
"""Of the width of a column: how much less than of the page's a full line reaches."""


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
        lines = pdflines.of_page(text_page, number)
        return pdftable.rows_and_notes(pdftable.ruled(lines, pdflines.rules_of(page)) if lines else [])
    finally:
        text_page.close()
        page.close()


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
    rows = dict(pdftable.rows_of(lines))
    skipped = 0
    for place, item in enumerate(lines):
        if place < skipped:
            continue
        if item.row or place in rows:
            flush()
            previous_heading = None
            skipped = rows.get(place, 0)
            said = [item.row] if item.row else pdftable.in_columns(lines[place:skipped])
            blocks += [Block(text, outline.path, item.page, row=True) for text in said if text]
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
        self._columns = _columns(lines)
        self._words: Counter[str] = Counter()
        for item in lines:
            self._words.update(item.text.split()[1:-1])
        full = [item for item in lines if item.size and item.right >= self._edge - 3 * item.size]
        near = sum(item.right >= self._edge - 1.2 * item.size for item in full)
        # of a few lines each may end there by chance
        self._breaks_words = len(full) >= _ENOUGH and near >= 0.9 * len(full)

    def continues(self, last: Line, item: Line) -> bool:
        """Whether `item` goes on with the paragraph that `last` ends in."""
        if abs(last.size - item.size) > ALIKE:
            return False
        # "다. " may be an item's marker or the end of a word that was wrapped
        if is_item(item.text) and (not _HANGUL.match(item.text) or _FINAL.search(last.text)):
            return False
        if last.page != item.page:
            return not _FINAL.search(last.text) and self._is_full(last)
        return self._is_full(last)

    def _is_full(self, item: Line) -> bool:
        """Whether a line reaches the end of its column, which ends where the lines that begin there do."""
        left, edge = self._columns.get(id(item), (0.0, self._edge))
        share = 0.85 if _FINAL.search(item.text) else 0.72
        return item.right >= max(edge * share, left + (edge - left) * (share - _INDENT))

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


def _columns(lines: list[Line]) -> dict[int, tuple[float, float]]:
    """For each line, by its id, where the lines of its size that begin there begin and end, in points; only
    where there are several of them."""
    pages: dict[int, list[Line]] = {}
    for item in lines:
        if item.words:
            pages.setdefault(item.page, []).append(item)
    found: dict[int, tuple[float, float]] = {}
    for page in pages.values():
        for item in page:
            left = item.words[0].left
            beside = sorted(
                one.right
                for one in page
                if abs(one.words[0].left - left) <= _BESIDE and abs(one.size - item.size) <= _BESIDE_SIZE
            )
            if len(beside) >= _ENOUGH_BESIDE:  # one line alone may go across the columns
                found[id(item)] = (left, beside[-2])
    return found


def _edge(lines: list[Line]) -> float:
    """Where full lines end: the right edge that few lines pass."""
    rights = sorted(item.right for item in lines)
    return rights[int(len(rights) * 0.95) - 1] if rights else 0.0

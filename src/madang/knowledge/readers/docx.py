"""DOCX: headings, paragraphs, list items and tables, in the order in which they are read."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

from docx import Document as open_docx
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from madang.kernel.errors import TooLarge, Unreadable
from madang.knowledge.document import Block, Document, Limits, Outline
from madang.knowledge.readers import grid, package
from madang.knowledge.readers.decode import clean, line

_HEADING = re.compile(r"^(?:heading|제목|개요)\s*(\d)$", re.IGNORECASE)
PART = "word/document.xml"
_SECTION = 7
"""Level of a row that heads the rows below it: below all headings."""


def read(data: bytes, name: str, limits: Limits) -> Document:
    package.check(data, name, limits, PART)
    try:
        document = open_docx(io.BytesIO(data))
        walk = _Walk(limits, name)
        walk.run(document)
        title = walk.title or line(document.core_properties.title or "")
    except (TooLarge, Unreadable):
        raise
    except Exception as error:
        # python-docx raises what its parser and zip reader raise (KeyError, XMLSyntaxError, ValueError, …)
        raise Unreadable("“{name}” is a broken DOCX file.", name=name) from error
    if title.lower() == "word document":
        title = ""
    return Document(title or PurePosixPath(name).stem, walk.blocks)


class _Walk:
    def __init__(self, limits: Limits, name: str) -> None:
        self._name = name
        self.title = ""
        self.blocks: list[Block] = []
        self._outline = Outline()
        self._limits = limits
        self._characters = 0

    def run(self, document: Any) -> None:
        for item in document.iter_inner_content():
            if isinstance(item, Table):
                self._table(item)
            else:
                self._paragraph(item)

    def _paragraph(self, paragraph: Paragraph) -> None:
        style = (paragraph.style.name or "") if paragraph.style is not None else ""
        text = _visible(paragraph)
        if not text:
            return
        level = _level(paragraph, style)
        if style.lower() in ("title", "제목") and not self.title:
            self.title = line(text)
        elif level:
            self._outline.enter(level, line(text))
        elif style.lower().startswith("list") or paragraph._p.find(".//" + qn("w:numPr")) is not None:
            self._add("- " + line(text), row=True)
        else:
            for part in text.split("\n"):
                self._add(line(part), row="\n" in text)

    def _table(self, table: Table) -> None:
        rows = grid.placed(_cells([row._tr for row in table.rows]))
        path, columns = self._outline.levels, list[str]()
        width = max((one.columns.stop for row in rows for one in row), default=0)
        for number, row in enumerate(rows):
            if number and (heading := grid.section(row, width)):
                self._outline.levels = path
                self._outline.enter(_SECTION, heading)
            elif number == 0 and len(rows) > 1 and grid.may_name(row):
                columns = grid.names([row])
            else:
                self._add(grid.as_record(columns, row), row=True)
        self._outline.levels = path

    def _add(self, text: str, *, row: bool = False) -> None:
        if not text:
            return
        self._characters += len(text)
        if self._characters > self._limits.characters or len(self.blocks) >= self._limits.blocks:
            raise TooLarge("“{name}” holds too much text.", name=self._name)
        self.blocks.append(Block(text, self._outline.path, row=row))


def _cells(rows: Sequence[Any]) -> list[list[grid.Cell]]:
    """Cells of rows (`w:tr`). One that goes on from the row above is part of the one there."""
    found = [[_Merged(cell) for cell in row.findall(qn("w:tc"))] for row in rows]
    made: list[list[grid.Cell]] = []
    for number, row in enumerate(found):
        cells: list[grid.Cell] = []
        at = 0
        for one in row:
            if not one.goes_on:
                down = next(
                    (
                        below - number
                        for below in range(number + 1, len(found))
                        if not (one.begins and _goes_on_at(found[below], at))
                    ),
                    len(found) - number,
                )
                cells.append(grid.Cell(one.text, one.across, down if one.begins else 1))
            at += one.across
        made.append(cells)
    return made


class _Merged:
    """A cell (`w:tc`), and how it is merged with others."""

    def __init__(self, cell: Any) -> None:
        texts = ["".join(_run_text(run) for run in p.iter(qn("w:r"))) for p in cell.iter(qn("w:p"))]
        self.text = line(" ".join(texts))
        about = cell.find(qn("w:tcPr"))
        across = about.find(qn("w:gridSpan")) if about is not None else None
        said = str(across.get(qn("w:val"))) if across is not None else "1"
        self.across = min(int(said), grid.MOST) if said.isdecimal() and len(said) < 9 and int(said) else 1
        down = about.find(qn("w:vMerge")) if about is not None else None
        self.begins = down is not None and down.get(qn("w:val")) == "restart"
        self.goes_on = down is not None and not self.begins


def _goes_on_at(row: Sequence[_Merged], column: int) -> bool:
    at = 0
    for one in row:
        if at == column:
            return one.goes_on
        at += one.across
    return False


def _visible(paragraph: Paragraph) -> str:
    return clean("".join(_run_text(run) for run in paragraph._p.iter(qn("w:r")))).strip()


def _run_text(run: Any) -> str:
    """Text of a run, nothing when the run is hidden (`w:vanish`)."""
    if run.find(f"{qn('w:rPr')}/{qn('w:vanish')}") is not None:
        return ""
    parts: list[str] = []
    for child in run:
        if child.tag == qn("w:t"):
            parts.append(child.text or "")
        elif child.tag == qn("w:tab"):
            parts.append(" ")
        elif child.tag in (qn("w:br"), qn("w:cr")):
            parts.append("\n")
    return "".join(parts)


def _level(paragraph: Paragraph, style: str) -> int:
    match = _HEADING.match(style)
    if match:
        return int(match.group(1))
    outline = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
    if outline is not None:
        value = str(outline.get(qn("w:val")) or "")
        return int(value) + 1 if value.isdigit() and int(value) < 9 else 0
    return 0

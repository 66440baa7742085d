"""DOCX: headings, paragraphs, list items and tables, in the order in which they are read."""

from __future__ import annotations

import io
import re
from pathlib import PurePosixPath
from typing import Any

from docx import Document as open_docx
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph

from madang.kernel.errors import TooLarge, Unreadable
from madang.knowledge.document import Block, Document, Limits, Outline, record
from madang.knowledge.readers import package
from madang.knowledge.readers.decode import clean, line

_HEADING = re.compile(r"^(?:heading|제목|개요)\s*(\d)$", re.IGNORECASE)
PART = "word/document.xml"


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
        columns: list[str] = []
        rows = [_cells(row._tr) for row in table.rows]
        for number, cells in enumerate(rows):
            named = all(cells) and len(set(cells)) == len(cells) and len(cells) > 1 and len(rows) > 1
            if number == 0 and named and not any(re.search(r"\d{3}", cell) for cell in cells):
                columns = cells
                continue
            self._add(record(columns, cells), row=True)

    def _add(self, text: str, *, row: bool = False) -> None:
        if not text:
            return
        self._characters += len(text)
        if self._characters > self._limits.characters or len(self.blocks) >= self._limits.blocks:
            raise TooLarge("“{name}” holds too much text.", name=self._name)
        self.blocks.append(Block(text, self._outline.path, row=row))


def _cells(row: Any) -> list[str]:
    """Texts of a row's cells; a cell merged over columns counts once."""
    cells: list[str] = []
    for cell in row.findall(qn("w:tc")):
        texts = ["".join(_run_text(run) for run in p.iter(qn("w:r"))) for p in cell.iter(qn("w:p"))]
        cells.append(line(" ".join(texts)))
    return cells


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

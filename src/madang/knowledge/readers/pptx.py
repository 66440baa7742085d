"""PPTX: slides in order, their titles as headings, with texts, tables, notes. What is hidden is left out."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Any

from pptx import Presentation
from pptx.util import Pt

from madang.kernel.errors import TooLarge
from madang.knowledge.document import Block, Document, Limits
from madang.knowledge.readers import grid, package
from madang.knowledge.readers.decode import clean, line

PART = "ppt/presentation.xml"
_DEEPEST = 20
_NUMBER_OF_SLIDE = (12, 13, 15, 16)
"""Placeholders that every slide repeats: number, header, footer, date."""


def read(data: bytes, name: str, limits: Limits) -> Document:
    package.check(data, name, limits, PART)
    deck = Presentation(io.BytesIO(data))
    walk = _Walk(limits, name, int(deck.slide_width or 0), int(deck.slide_height or 0))
    for number, slide in enumerate(deck.slides, start=1):
        if number > limits.pages:
            raise TooLarge(
                "“{name}” has {pages} pages; at most {limit} can be read.",
                name=name,
                pages=len(deck.slides),
                limit=limits.pages,
            )
        if slide._element.get("show") not in ("0", "false"):
            walk.slide(slide, number)
    title = line(deck.core_properties.title or "")
    if re.fullmatch(r"(?i)powerpoint presentation|제목 없음|untitled|", title):
        title = walk.title
    return Document((title or PurePosixPath(name).stem)[:200], walk.blocks)


class _Walk:
    def __init__(self, limits: Limits, name: str, width: int, height: int) -> None:
        self.blocks: list[Block] = []
        self.title = ""
        self._limits, self._name = limits, name
        self._width, self._height = width, height
        self._headings: tuple[str, ...] = ()
        self._place = ""
        self._characters = 0

    def slide(self, slide: Any, number: int) -> None:
        self._place = f"slide:{number}"
        named = slide.shapes.title
        heading = line(named.text_frame.text) if named is not None and self._seen(named) else ""
        self._headings = (heading[:200],) if heading else ()
        self.title = self.title or heading
        first = len(self.blocks)
        self._shapes((s for s in slide.shapes if named is None or s.shape_id != named.shape_id), 0)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            self._paragraphs(slide.notes_slide.notes_text_frame)
        if heading and len(self.blocks) == first:
            self._add(heading)  # a slide of one line says it there

    def _shapes(self, shapes: Iterable[Any], depth: int) -> None:
        for shape in shapes:
            if not self._seen(shape):
                continue
            if getattr(shape, "shapes", None) is not None and depth < _DEEPEST:
                self._shapes(shape.shapes, depth + 1)
            elif getattr(shape, "has_table", False) and shape.has_table:
                self._table(shape.table)
            elif shape.has_text_frame:
                self._paragraphs(shape.text_frame)

    def _seen(self, shape: Any) -> bool:
        """Whether a shape is on the slide, and not hidden there."""
        about = shape._element.xpath("./*/p:cNvPr")
        if about and about[0].get("hidden") in ("1", "true"):
            return False
        if shape.is_placeholder and int(shape.placeholder_format.type or 0) in _NUMBER_OF_SLIDE:
            return False
        left, top, width, height = shape.left, shape.top, shape.width, shape.height
        if None in (left, top, width, height):
            return True  # where its layout puts it
        return bool(left < self._width and top < self._height and left + width > 0 and top + height > 0)

    def _paragraphs(self, frame: Any) -> None:
        for paragraph in frame.paragraphs:
            # a run of letters too small to be seen was not meant for people
            runs = [run.text for run in paragraph.runs if run.font.size is None or run.font.size >= Pt(2)]
            text = line(clean("".join(runs)).replace("\v", " "))
            self._add(text, row=len(frame.paragraphs) > 1)

    def _table(self, table: Any) -> None:
        columns: list[str] = []
        rows = grid.placed(
            [
                [
                    grid.Cell(line(cell.text_frame.text), cell.span_width, cell.span_height)
                    for cell in row.cells
                    if not cell.is_spanned
                ]
                for row in table.rows
            ]
        )
        for number, row in enumerate(rows):
            if number == 0 and len(rows) > 1 and grid.may_name(row):
                columns = grid.names([row])
            else:
                self._add(grid.as_record(columns, row), row=True)

    def _add(self, text: str, *, row: bool = False) -> None:
        if not text:
            return
        self._characters += len(text)
        if self._characters > self._limits.characters or len(self.blocks) >= self._limits.blocks:
            raise TooLarge("“{name}” holds too much text.", name=self._name)
        self.blocks.append(Block(text, self._headings, row=row, place=self._place))

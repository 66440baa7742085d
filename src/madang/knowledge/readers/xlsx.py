"""XLSX: sheets as headings, rows as records, dates and numbers as a person reads them.

Only values that are stored are read: a formula is never computed, a macro never loaded, a link to another
workbook never followed. Hidden sheets, rows and columns, and white letters on white, are left out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet._reader import WorkSheetParser

from madang.knowledge.document import Block, Document, Limits
from madang.knowledge.readers import grid, package, table
from madang.knowledge.readers.decode import line
from madang.knowledge.readers.numbers import shown

PART = "xl/workbook.xml"
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s+ref=\"([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})\"")
_MERGED_MOST = 20_000
_MERGED_BYTES = 50_000_000


def read(data: bytes, name: str, limits: Limits) -> Document:
    archive = package.check(data, name, limits, PART)
    book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False, keep_vba=False)
    try:
        blocks: list[Block] = []
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in sheets:
            title = line(sheet.title)[:100]
            rows = _rows(book, sheet, archive)
            blocks.extend(table.blocks(rows, name, limits, headings=(title,), place=f"sheet:{title}"))
        title = line(str(book.properties.title or ""))
    finally:
        book.close()
    return Document((title or PurePosixPath(name).stem)[:200], blocks[: limits.blocks])


def _rows(book: Any, sheet: Any, archive: ZipFile) -> Iterator[table.Row]:
    """Visible rows of a sheet with their visible cells as text; merged cells repeat what they hold below, and
    beside them in a row that holds more."""
    merged = _merged(archive, sheet._worksheet_path)
    styles = _Styles(book)
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        hidden: set[int] | None = None
        held: dict[int, tuple[int, int, str]] = {}
        for number, cells in parser.parse():
            about = parser.row_dimensions.pop(str(number), {})
            if hidden is None:  # the columns stand before the rows
                hidden = _hidden_columns(parser.column_dimensions)
            texts: dict[int, str] = {}
            for cell in cells:
                column = cell["column"]
                if column <= table.COLUMNS and column not in hidden:
                    texts[column] = styles.text(cell["value"], cell["style_id"])
                    if (column, number) in merged:
                        held[column] = (*merged[column, number], texts[column])
            for column, (_, bottom, text) in list(held.items()):
                if number > bottom:
                    del held[column]
                elif not texts.get(column):
                    texts[column] = text
            for column, (last, _, text) in held.items():
                if last - column < grid.NAMED and any(texts[at] for at in texts if not column <= at <= last):
                    texts |= {at: text for at in range(column + 1, last + 1) if at not in hidden}
            if not _is_true(about.get("hidden")) and texts:
                yield (
                    number,
                    [texts.get(column, "") for column in range(1, max(texts) + 1) if column not in hidden],
                )


def _merged(archive: ZipFile, path: str) -> dict[tuple[int, int], tuple[int, int]]:
    """Merged cells: first column and first row, to the last column and row."""
    try:
        if archive.getinfo(path.lstrip("/")).file_size > _MERGED_BYTES:
            return {}
        xml = archive.read(path.lstrip("/"))
    except KeyError:
        return {}
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for first, top, last, bottom in _MERGED.findall(xml)[:_MERGED_MOST]:
        found[column_index_from_string(first.decode()), int(top)] = (
            column_index_from_string(last.decode()),
            int(bottom),
        )
    return found


def _hidden_columns(dimensions: dict[str, dict[str, str]]) -> set[int]:
    columns: set[int] = set()
    for about in dimensions.values():
        if _is_true(about.get("hidden")) or about.get("width") in ("0", "0.0"):
            first, last = int(about.get("min", 0)), int(about.get("max", 0))
            columns.update(range(first, min(last, table.COLUMNS) + 1))
    return columns


def _is_true(value: str | None) -> bool:
    return value in ("1", "true")


class _Styles:
    """What a cell's style makes of its value."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._known: dict[int, tuple[str, bool]] = {}

    def text(self, value: Any, style: int) -> str:
        if value is None:
            return ""
        if style not in self._known:
            self._known[style] = self._look(style)
        form, seen = self._known[style]
        return line(shown(value, form)) if seen else ""

    def _look(self, style: int) -> tuple[str, bool]:
        """The number format of a style, and whether a person sees what is written in it."""
        try:
            about = self._book._cell_styles[style]
            font, fill = self._book._fonts[about.fontId], self._book._fills[about.fillId]
        except (IndexError, AttributeError):
            return "General", True
        number = about.numFmtId
        if number >= 164:
            customs = self._book._number_formats
            form = customs[number - 164] if number - 164 < len(customs) else "General"
        else:
            from openpyxl.styles.numbers import BUILTIN_FORMATS

            form = BUILTIN_FORMATS.get(number, "General")
        white = _is_white(font.color) and (fill is None or getattr(fill, "fill_type", None) is None)
        tiny = font.sz is not None and float(font.sz) < 2
        return form, not white and not tiny and not re.fullmatch(r";{2,3}", form)


def _is_white(color: Any) -> bool:
    if color is None:
        return False
    if color.type == "theme":
        return bool(color.theme == 0 and not color.tint)
    return color.type == "rgb" and str(color.rgb).upper()[-6:] == "FFFFFF"

"""Comma-, semicolon- or tab-separated tables: every row is a record `column: value · column: value`."""

from __future__ import annotations

import csv
import io
import re
from pathlib import PurePosixPath

from madang.kernel.errors import Unreadable
from madang.knowledge.document import Block, Document, Limits, record
from madang.knowledge.readers.decode import decode, line

_DELIMITERS = ",\t;|"
_COLUMNS = 500
_NUMBER = re.compile(r"^[\s₩$€£¥+-]*\d[\d,.:/\s-]*\s*(?:원|%|[A-Za-z]{0,4})?$")


def read(data: bytes, name: str, limits: Limits, charset: str | None = None) -> Document:
    text = decode(data, name, charset)[: limits.characters]
    rows = _rows(text, _delimiter(text), limits)
    if not rows:
        raise Unreadable("“{name}” holds no rows.", name=name)
    columns: list[str] = []
    if len(rows) > 1 and _is_header(rows[0]):
        columns, rows = rows[0], rows[1:]
    blocks = [Block(text, row=True) for text in (record(columns, row) for row in rows) if text]
    return Document(PurePosixPath(name).stem, blocks)


def _rows(text: str, delimiter: str, limits: Limits) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            cells = [line(cell) for cell in row[:_COLUMNS]]
            if any(cells):
                rows.append(cells)
            if len(rows) >= limits.blocks:
                break
    except csv.Error:
        # a stray quote swallowed more than a cell may hold: read it without quoting
        rows = [
            [line(cell) for cell in raw.split(delimiter)[:_COLUMNS]]
            for raw in text.split("\n")
            if raw.strip()
        ]
    return rows[: limits.blocks]


def _delimiter(text: str) -> str:
    """The delimiter that most evenly divides the first lines."""
    lines = [raw for raw in text.split("\n")[:50] if raw.strip()]
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            counts = [len(row) for row in csv.reader(lines, delimiter=delimiter)]
        except csv.Error:
            continue
        common = max(set(counts), key=counts.count) if counts else 1
        score = (common > 1) * counts.count(common) / len(counts) * min(common, 8) if counts else 0.0
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _is_header(row: list[str]) -> bool:
    """Names of columns: all there, all different, none of them a number, none of them a sentence."""
    return (
        all(row)
        and len(set(row)) == len(row)
        and not any(_NUMBER.match(cell) or len(cell) > 80 for cell in row)
    )

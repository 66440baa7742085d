"""Comma-, semicolon- or tab-separated tables: every row is a record `column: value · column: value`."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import PurePosixPath

from madang.kernel.errors import Unreadable
from madang.knowledge.document import Document, Limits
from madang.knowledge.readers import table
from madang.knowledge.readers.decode import decode, line

_DELIMITERS = ",\t;|"


def read(data: bytes, name: str, limits: Limits, charset: str | None = None) -> Document:
    text = decode(data, name, charset)
    delimiter = _delimiter(text)
    try:
        blocks = table.blocks(_rows(text, delimiter), name, limits)
    except csv.Error:
        # a stray quote swallowed more than a cell may hold: read it without quoting
        blocks = table.blocks(_plain_rows(text, delimiter), name, limits)
    if not blocks:
        raise Unreadable("“{name}” holds no rows.", name=name)
    return Document(PurePosixPath(name).stem, blocks)


def _rows(text: str, delimiter: str) -> Iterator[table.Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    for number, row in enumerate(reader, start=1):
        yield number, [line(cell) for cell in row[: table.COLUMNS]]


def _plain_rows(text: str, delimiter: str) -> Iterator[table.Row]:
    for number, raw in enumerate(text.split("\n"), start=1):
        yield number, [line(cell) for cell in raw.split(delimiter)[: table.COLUMNS]]


def _delimiter(text: str) -> str:
    """The delimiter that most evenly divides the first lines."""
    lines = [raw for raw in text[:200_000].split("\n")[:50] if raw.strip()]
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

"""What a reader makes of a file: a title and blocks in reading order, before they are split into passages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may hold. Sizes in characters, bytes and pages."""

    pages: int = 2_000
    characters: int = 6_000_000
    blocks: int = 120_000
    rows: int = 50_000
    """Most rows of a table that is a file of its own: more is a database, not something to be asked about."""
    pictures: int = 60
    """Most pages, or pictures, whose letters are recognised in one document."""
    unpacked_bytes: int = 400_000_000
    ratio: int = 250
    """Most bytes that one byte of a packed entry may unpack to (above a megabyte)."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list item or a table row. `headings` is its path, outermost first, `page` counts from 1.

    A `row` is a record or a list item: it stays whole and on a line of its own. `place` says where the block
    stands in a source without pages: `row:17`, `sheet:Menu:17`, `slide:3`, `mail:2`; numbers count from 1.
    """

    text: str
    headings: tuple[str, ...] = ()
    page: int | None = None
    row: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    title: str
    blocks: list[Block] = field(default_factory=list)
    data: list[dict[str, Any]] = field(default_factory=list)
    """What the page says about itself in schema.org's words (JSON-LD), as it stands there."""


class Outline:
    """The path of headings while a document is read from top to bottom."""

    def __init__(self) -> None:
        self._path: list[tuple[int, str]] = []

    def enter(self, level: int, heading: str) -> None:
        """A heading of `level` (1 is the outermost) closes all headings of its level and deeper."""
        self._path = [(deep, text) for deep, text in self._path if deep < level]
        if heading:
            self._path.append((level, heading[:200]))

    @property
    def levels(self) -> list[tuple[int, str]]:
        """The headings that are open, with their levels; what is kept of it can be set again."""
        return self._path

    @levels.setter
    def levels(self, path: list[tuple[int, str]]) -> None:
        self._path = path

    @property
    def path(self) -> tuple[str, ...]:
        return tuple(text for _, text in self._path)


def record(columns: list[str], values: list[str]) -> str:
    """A table row as one line: `column: value · column: value`; empty cells are left out, and what parts the
    cells parts nothing inside of one."""
    parts = []
    for number, cell in enumerate(values):
        name = _joined(columns[number]) if number < len(columns) else ""
        value = _joined(cell)
        if value:
            parts.append(f"{name}: {value}" if name and name != value else value)
    return " · ".join(parts)


def _joined(cell: str) -> str:
    return cell.replace(" · ", "·")

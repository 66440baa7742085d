"""What the three containers have in common once they are open, and the limits of all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from madang.characters.types import Unmapped

Kind = Literal["png", "json", "charx"]
Document = dict[str, Any]
"""A card's JSON object, as it was written."""

MAX_FILE: Final = 96 * 2**20
"""Largest card file, in bytes."""
MAX_JSON: Final = 24 * 2**20
"""Largest JSON text of a card, in bytes."""
MAX_ASSETS: Final = 128 * 2**20
"""Bytes of all files inside one card, unpacked."""


@dataclass(frozen=True, slots=True)
class File:
    """A file inside a container; `path` is its name there."""

    path: str
    data: bytes


@dataclass(slots=True)
class Opened:
    """A card file, taken apart.

    `carrier` is what the card was hidden in, without the card: a PNG, or the JPEG in front of a ZIP.
    """

    kind: Kind
    document: Document
    files: list[File] = field(default_factory=list)
    carrier: bytes | None = None
    warnings: list[str] = field(default_factory=list)
    lost: list[Unmapped] = field(default_factory=list)

"""Opening a card file by what its bytes are; its name decides nothing."""

from __future__ import annotations

from madang.characters.cards import charx, document, png
from madang.characters.cards.parts import MAX_FILE, Opened
from madang.kernel.errors import TooLarge, Unreadable


def read(data: bytes) -> Opened:
    """A card file, taken apart. Raises Unreadable, TooLarge or BadInput, and nothing else."""
    if not data.strip():
        raise Unreadable("This file is empty.")
    if len(data) > MAX_FILE:
        raise TooLarge("This file is larger than {limit} MB.", limit=MAX_FILE // 2**20)
    if data.startswith(png.SIGNATURE):
        return png.read(data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) or data.startswith(charx.JPEG):
        return charx.read(data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        card, warnings = document.read(data)
        return Opened("json", card, warnings=warnings)
    raise Unreadable("This file is not a character card. A card is a PNG, JSON or CHARX file.")

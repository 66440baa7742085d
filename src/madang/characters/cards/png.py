"""PNG and APNG: a chunk reader and writer of our own, with limits, that leaves the picture itself alone.

A card is base64 of JSON in a text chunk `ccv3` (V3) or `chara`; files may lie beside it in text chunks
`chara-ext-asset_:{path}`. Every other chunk is kept, animation included.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator
from typing import Final

from madang.characters.cards import document
from madang.characters.cards.parts import MAX_ASSETS, MAX_FILE, MAX_JSON, Document, File, Opened
from madang.characters.picture import MAX_PIXELS
from madang.characters.types import Unmapped
from madang.kernel.errors import MadangError, TooLarge, Unreadable

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
MAX_CHUNKS: Final = 100_000
MAX_TEXT: Final = MAX_JSON * 4 // 3 + 16
"""Longest text value, in bytes, packed or not: base64 of the largest JSON."""
ASSET: Final = b"chara-ext-asset_:"
_ASSET_KEY: Final = re.compile(rb"chara-ext-asset_:?")
FALLBACK: Final = "The newer card in this picture is broken; the older one was read."
BROKEN: Final = "This PNG file is broken."
SURPLUS: Final = "What follows the end of the picture was left out."


def read(data: bytes) -> Opened:
    """Takes a PNG apart. Raises Unreadable or TooLarge; Unreadable too when there is no card in it."""
    kept: list[bytes] = [SIGNATURE]
    texts: dict[bytes, bytes] = {}
    files: list[File] = []
    lost: list[Unmapped] = []
    unpacked = end = 0
    for kind, body, whole in _chunks(data):
        end += len(whole)
        if kind == b"IHDR":
            _measure(body)
        text = _text(kind, body) if kind in (b"tEXt", b"zTXt", b"iTXt") else None
        if text is None:
            kept.append(whole)
            continue
        key, value = text
        unpacked += len(value)
        if unpacked > MAX_ASSETS:
            raise TooLarge("The files in this card are larger than {limit} MB.", limit=MAX_ASSETS // 2**20)
        if _ASSET_KEY.match(key):
            _asset(key, value, files, lost)
        else:
            texts.setdefault(key, value)
    if len(SIGNATURE) + end < len(data):
        lost.append(Unmapped(field="png", reason=SURPLUS, kept=False))
    card, warnings = _card(texts)
    return Opened("png", card, files, b"".join(kept), warnings, lost)


def write(carrier: bytes, cards: dict[str, Document], files: list[File]) -> bytes:
    """The picture `carrier` with `cards` (by chunk name) and files in it, right before its end."""
    chunks = []
    for kind, body, whole in _chunks(carrier):
        text = _text(kind, body) if kind in (b"tEXt", b"zTXt", b"iTXt") else None
        if text is None:
            chunks.append((kind, whole))
    inside = [
        _chunk(b"tEXt", ASSET + _latin(file.path) + b"\0" + base64.b64encode(file.data)) for file in files
    ]
    for name, card in cards.items():
        value = base64.b64encode(document.write(card))
        inside.append(_chunk(b"tEXt", name.encode() + b"\0" + value))
    before = [whole for kind, whole in chunks if kind != b"IEND"]
    return b"".join([SIGNATURE, *before, *inside, *(whole for kind, whole in chunks if kind == b"IEND")])


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Kind, body and all bytes of each chunk up to the end of the picture, checksums verified."""
    if not data.startswith(SIGNATURE):
        raise Unreadable(BROKEN)
    if len(data) > MAX_FILE:
        raise TooLarge("This file is larger than {limit} MB.", limit=MAX_FILE // 2**20)
    at, view = len(SIGNATURE), memoryview(data)
    for number in range(MAX_CHUNKS):
        length = int.from_bytes(view[at : at + 4], "big")
        kind = bytes(view[at + 4 : at + 8])
        end = at + 12 + length
        if len(kind) < 4 or end > len(data) or (number == 0) != (kind == b"IHDR"):
            raise Unreadable(BROKEN)
        if zlib.crc32(view[at + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            raise Unreadable(BROKEN)
        yield kind, bytes(view[at + 8 : end - 4]), bytes(view[at:end])
        if kind == b"IEND":
            return
        at = end
    raise TooLarge("This PNG file has too many parts.")


def _measure(header: bytes) -> None:
    if len(header) != 13:
        raise Unreadable(BROKEN)
    if int.from_bytes(header[:4], "big") * int.from_bytes(header[4:8], "big") > MAX_PIXELS:
        raise TooLarge("This picture has more than {limit} million pixels.", limit=MAX_PIXELS // 1_000_000)


def _text(kind: bytes, body: bytes) -> tuple[bytes, bytes] | None:
    """Key and value of a text chunk that belongs to a card; None for every other text."""
    key, found, rest = body.partition(b"\0")
    if not found or not (key.lower() in (b"chara", b"ccv3") or _ASSET_KEY.match(key)):
        return None
    packed = kind == b"zTXt"
    if packed:
        rest = rest[1:]
    elif kind == b"iTXt":
        packed = rest[:1] == b"\1"
        rest = rest[2:].partition(b"\0")[2].partition(b"\0")[2]
    return (key.lower() if key.lower() in (b"chara", b"ccv3") else key), _inflate(rest) if packed else rest


def _inflate(packed: bytes) -> bytes:
    try:
        value = zlib.decompressobj().decompress(packed, MAX_TEXT + 1)
    except zlib.error as error:
        raise Unreadable(BROKEN) from error
    if len(value) > MAX_TEXT:
        raise TooLarge("The text of this card is larger than {limit} MB.", limit=MAX_JSON // 2**20)
    return value


def _asset(key: bytes, value: bytes, files: list[File], lost: list[Unmapped]) -> None:
    path = _ASSET_KEY.sub(b"", key, count=1).decode("latin-1")
    try:
        files.append(File(path, base64.b64decode(value, validate=False)))
    except binascii.Error:
        lost.append(Unmapped(field=path, reason="It is broken.", kept=False))


def _card(texts: dict[bytes, bytes]) -> tuple[Document, list[str]]:
    if b"ccv3" in texts:
        try:
            return document.read(_json(texts[b"ccv3"]))
        except MadangError:
            if b"chara" not in texts:
                raise
            card, warnings = document.read(_json(texts[b"chara"]))
            return card, [FALLBACK, *warnings]
    if b"chara" in texts:
        return document.read(_json(texts[b"chara"]))
    raise Unreadable("There is no character card in this picture.")


def _json(value: bytes) -> bytes:
    if value.lstrip()[:1] == b"{":  # some programs leave the base64 out
        return value
    try:
        packed = re.sub(rb"\s", b"", value).translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
        return base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except binascii.Error as error:
        raise Unreadable("The card in this picture is broken.") from error


def _latin(path: str) -> bytes:
    return path.encode("latin-1", "replace").replace(b"\0", b"?")


def _chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

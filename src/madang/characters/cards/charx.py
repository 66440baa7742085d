"""CHARX: a ZIP with `card.json` at its root and files beside it, also behind a JPEG.

Read in memory under limits on entries, bytes and ratio; nothing is ever unpacked to the disk, and a name that
would leave a folder is refused all the same, for the program that unpacks our export.
"""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path
from typing import Final

from madang.characters.cards import document
from madang.characters.cards.parts import MAX_ASSETS, MAX_FILE, MAX_JSON, Document, File, Opened
from madang.characters.types import Unmapped
from madang.kernel import paths
from madang.kernel.errors import Forbidden, MadangError, TooLarge, Unreadable

MAX_ENTRIES: Final = 4_096
MAX_RATIO: Final = 200
"""Most bytes that one packed byte may become, beyond the first megabyte; JSON packs to a tenth."""
CARD: Final = "card.json"
BAD_NAME: Final = "Its name is not safe in an archive."
TWICE: Final = "A file of this name was already there."
JPEG: Final = b"\xff\xd8\xff"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def read(data: bytes) -> Opened:
    """Takes a CHARX apart. Raises Unreadable or TooLarge."""
    if len(data) > MAX_FILE:
        raise TooLarge("This file is larger than {limit} MB.", limit=MAX_FILE // 2**20)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive, data)
    except MadangError:
        raise
    except Exception as error:  # zipfile raises nine kinds of errors on broken archives
        raise Unreadable("This CHARX file is broken.") from error


def _read(archive: zipfile.ZipFile, data: bytes) -> Opened:
    members = archive.infolist()
    if len(members) > MAX_ENTRIES:
        raise TooLarge("This archive holds more than {limit} files.", limit=MAX_ENTRIES)
    files: dict[str, bytes] = {}
    lost: list[Unmapped] = []
    total = 0
    for member in members:
        if member.is_dir():
            continue
        reason = _refused(member, files)
        if reason is not None:
            lost.append(Unmapped(field=document.clean(member.filename)[:200], reason=reason, kept=False))
            continue
        total += member.file_size
        _check(member, total)
        files[member.filename] = _content(archive, member)
    if CARD not in files:
        raise Unreadable("There is no card in this archive.")
    card, warnings = document.read(files.pop(CARD))
    start = min(member.header_offset for member in members)
    front = data[:start] if data.startswith(JPEG) and start else None
    return Opened("charx", card, [File(*pair) for pair in files.items()], front, warnings, lost)


def _refused(member: zipfile.ZipInfo, files: dict[str, bytes]) -> str | None:
    if stat.S_ISLNK(member.external_attr >> 16):
        return BAD_NAME
    try:
        paths.inside(Path("/charx"), member.filename)
    except Forbidden:
        return BAD_NAME
    return TWICE if member.filename in files else None


def _check(member: zipfile.ZipInfo, total: int) -> None:
    if member.flag_bits & 1:
        raise Unreadable("This archive is encrypted.")
    if total > MAX_ASSETS or (member.filename == CARD and member.file_size > MAX_JSON):
        raise TooLarge("The files in this card are larger than {limit} MB.", limit=MAX_ASSETS // 2**20)
    if member.file_size > 2**20 + MAX_RATIO * member.compress_size:
        raise TooLarge("This archive unpacks to far more than it holds, so it was not opened.")


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as stream:
        content = stream.read(member.file_size + 1)  # never more than the header said, which was checked
    if len(content) != member.file_size:
        raise Unreadable("This CHARX file is broken.")
    return content


def write(card: Document, files: list[File], front: bytes | None = None) -> bytes:
    """A CHARX, byte for byte the same for the same content; behind the JPEG `front` if given."""
    out = io.BytesIO(front or b"")
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a" if front else "w") as archive:
        for file in [File(CARD, document.write(card)), *files]:
            entry = zipfile.ZipInfo(file.path, _EPOCH)
            entry.external_attr = 0o644 << 16
            packs = file.path.endswith((".json", ".txt", ".lua", ".js", ".css"))
            entry.compress_type = zipfile.ZIP_DEFLATED if packs else zipfile.ZIP_STORED
            archive.writestr(entry, file.data)
    return out.getvalue()

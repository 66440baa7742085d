"""What a file is: by its content first, by its name only where content cannot tell."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Literal

from madang.kernel.errors import Unreadable

Kind = Literal["pdf", "docx", "html", "markdown", "csv", "text"]

MEDIA_TYPES: dict[Kind, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "markdown": "text/markdown",
    "csv": "text/csv",
    "text": "text/plain",
}
_ENDINGS: dict[str, Kind] = {
    ".htm": "html",
    ".html": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".csv": "csv",
    ".tsv": "csv",
}
_PICTURE = "“{name}” is a picture, not a document."
_SOUND = "“{name}” is a sound or a film, not a document."
_ARCHIVE = "“{name}” is a packed archive, not a document."
_PROGRAM = "“{name}” is a program, not a document."
_OLD = "“{name}” is a file of an older program; save it as PDF or DOCX."
_BINARY: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"BM", _PICTURE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD),  # .doc, .xls, .hwp
    (b"HWP Document File", _OLD),
    (b"{\\rtf", _OLD),
    (b"Rar!", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"\x7fELF", _PROGRAM),
    (b"MZ", _PROGRAM),
    (b"OggS", _SOUND),
    (b"ID3", _SOUND),
)
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)


def kind_of(data: bytes, name: str, media_type: str | None = None) -> Kind:
    """Kind of the document in `data`. Raises Unreadable, in a sentence, for what is no document."""
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable("“{name}” is empty.", name=name)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return "docx"  # its reader says so when it is another packed file
    head = data[:64]
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        raise Unreadable(_PICTURE, name=name)
    if head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"AVI ")):
        raise Unreadable(_SOUND, name=name)
    for signature, sentence in _BINARY:
        if data.startswith(signature) and not (len(signature) < 3 and _is_ascii(head)):
            raise Unreadable(sentence, name=name)
    ending = PurePosixPath(name.lower()).suffix
    if _HTML.match(data[:4096]):
        return "html"
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if not ending or ending == ".txt":
        return _by_media_type(media_type)
    return "text"


def _by_media_type(media_type: str | None) -> Kind:
    essence = (media_type or "").partition(";")[0].strip().lower()
    if essence == "application/xhtml+xml":
        return "html"
    for kind, known in MEDIA_TYPES.items():
        if essence == known and kind not in ("pdf", "docx"):
            return kind
    return "text"


def _is_ascii(head: bytes) -> bool:
    return all(byte in b"\t\r\n" or 32 <= byte < 127 for byte in head)

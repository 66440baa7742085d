"""What a file is: by its content first, by its name only where content cannot tell."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import PurePosixPath
from typing import Literal

from madang.kernel.errors import Unreadable
from madang.knowledge.readers import tesseract
from madang.knowledge.readers.mailhead import is_mail

Kind = Literal["pdf", "docx", "xlsx", "pptx", "mail", "picture", "html", "markdown", "csv", "text"]

MEDIA_TYPES: dict[Kind, str] = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "mail": "message/rfc822",
    "picture": "image/*",
    "html": "text/html",
    "markdown": "text/markdown",
    "csv": "text/csv",
    "text": "text/plain",
}
DOCUMENTS = (
    ".pdf",
    ".docx",
    ".xlsx",
    ".pptx",
    ".csv",
    ".tsv",
    ".txt",
    ".md",
    ".html",
    ".htm",
    ".eml",
    ".mbox",
)
PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
"""Endings of what can be read, for forms that choose files; what a file is says its content."""
_ENDINGS: dict[str, Kind] = {
    ".htm": "html",
    ".html": "html",
    ".xhtml": "html",
    ".md": "markdown",
    ".markdown": "markdown",
    ".csv": "csv",
    ".tsv": "csv",
}
_PACKAGES: dict[bytes, Kind] = {
    b"word/document.xml": "docx",
    b"xl/workbook.xml": "xlsx",
    b"ppt/presentation.xml": "pptx",
}
_DIRECTORY = 4_000_000
"""Bytes at the end of an archive in which its list of parts lies."""
_PICTURE = "“{name}” is a picture; to read letters in pictures, install the extra “ocr”."
_SOUND = "“{name}” is a sound or a film, not a document."
_ARCHIVE = "“{name}” is a packed archive, not a document."
_PROGRAM = "“{name}” is a program, not a document."
_IS_LOCKED = "“{name}” is locked with a password; save it without one."
_OLD = "“{name}” is a file of an older program; save it as PDF or DOCX."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = ("EncryptedPackage".encode("utf-16-le"), "EncryptionInfo".encode("utf-16-le"))
"""Names in an office file that is locked with a password: it is packed in a file of the old kind."""
_BINARY: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"BM", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (_OLE, _OLD),  # .doc, .xls, .hwp
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


def reads_pictures() -> bool:
    """Whether letters in pictures are read here (see `ocr`)."""
    return find_spec("rapidocr") is not None or tesseract.available()


def endings() -> tuple[str, ...]:
    """Endings of the files that are read here."""
    return (*DOCUMENTS, *PICTURES) if reads_pictures() else DOCUMENTS


def kind_of(data: bytes, name: str, media_type: str | None = None) -> Kind:
    """Kind of the document in `data`. Raises Unreadable, in a sentence, for what is no document."""
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable("“{name}” is empty.", name=name)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04") or data.startswith(b"PK\x05\x06"):
        return _package(data)
    head = data[:64]
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _picture(name)
    if head[4:8] == b"ftyp" or (head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"AVI ")):
        raise Unreadable(_SOUND, name=name)
    for signature, sentence in _BINARY:
        if data.startswith(signature) and not (len(signature) < 3 and _is_ascii(head)):
            if sentence is _PICTURE:
                return _picture(name)
            raise Unreadable(_IS_LOCKED if _is_locked(data) else sentence, name=name)
    if is_mail(data):
        return "mail"
    ending = PurePosixPath(name.lower()).suffix
    if _HTML.match(data[:4096]):
        return "html"
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if not ending or ending == ".txt":
        return _by_media_type(media_type)
    return "text"


def _is_locked(data: bytes) -> bool:
    return data.startswith(_OLE) and any(part in data for part in _LOCKED)


def _package(data: bytes) -> Kind:
    """Which office file an archive is: the list of its parts lies at its end, after what it embeds."""
    end = data[-_DIRECTORY:]
    places = {end.rfind(part): kind for part, kind in _PACKAGES.items()}
    last = max(places)
    return places[last] if last >= 0 else "docx"  # its reader says so when it is another packed file


def _picture(name: str) -> Kind:
    """Pictures are read where the extra for it is installed. Raises Unreadable."""
    if not reads_pictures():
        raise Unreadable(_PICTURE, name=name)
    return "picture"


def _by_media_type(media_type: str | None) -> Kind:
    essence = (media_type or "").partition(";")[0].strip().lower()
    if essence == "application/xhtml+xml":
        return "html"
    for kind, known in MEDIA_TYPES.items():
        if essence == known and kind in ("html", "markdown", "csv", "text"):
            return kind
    return "text"


def _is_ascii(head: bytes) -> bool:
    return all(byte in b"\t\r\n" or 32 <= byte < 127 for byte in head)

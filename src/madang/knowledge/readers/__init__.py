"""Readers: bytes to a document. Each is a pure function; they run in a limited child process."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from madang.kernel.errors import MadangError, Unreadable
from madang.knowledge.document import Document, Limits
from madang.knowledge.readers import faq
from madang.knowledge.readers.sniff import Kind, kind_of
from madang.knowledge.split import split

__all__ = ["Kind", "kind_of", "pack", "read", "read_packed"]


def read(
    data: bytes,
    name: str,
    *,
    media_type: str | None = None,
    charset: str | None = None,
    limits: Limits | None = None,
) -> Document:
    """The document in `data`, whatever its name says. Raises a MadangError for everything else."""
    limits = limits or Limits()
    kind = kind_of(data, name, media_type)
    try:
        document = _reader(kind, data, name, limits, charset)
    except MadangError:
        raise
    except MemoryError:
        raise
    except Exception as error:
        # whatever a parser trips over in a broken file is the file's fault, and says so
        raise Unreadable("“{name}” is broken and cannot be read.", name=name) from error
    if not any(block.text.strip() for block in document.blocks):
        raise Unreadable("“{name}” holds no text.", name=name)
    return Document(document.title, faq.pair(document.blocks), document.data)


def _reader(kind: Kind, data: bytes, name: str, limits: Limits, charset: str | None) -> Document:
    # imported here: a text file must not wait for the PDF library to load
    if kind == "pdf":
        from madang.knowledge.readers import pdf

        return pdf.read(data, name, limits)
    if kind == "docx":
        from madang.knowledge.readers import docx

        return docx.read(data, name, limits)
    if kind == "xlsx":
        from madang.knowledge.readers import xlsx

        return xlsx.read(data, name, limits)
    if kind == "pptx":
        from madang.knowledge.readers import pptx

        return pptx.read(data, name, limits)
    if kind == "mail":
        from madang.knowledge.readers import mail

        return mail.read(data, name, limits, attached=partial(_attached, limits=limits))
    if kind == "picture":
        from madang.knowledge.readers import ocr

        return ocr.read(data, name, limits)
    if kind == "html":
        from madang.knowledge.readers import html

        return html.read(data, name, limits, charset)
    if kind == "markdown":
        from madang.knowledge.readers import markdown

        return markdown.read(data, name, limits, charset)
    if kind == "csv":
        from madang.knowledge.readers import csv

        return csv.read(data, name, limits, charset)
    from madang.knowledge.readers import text

    return text.read(data, name, limits, charset)


def _attached(data: bytes, name: str, media_type: str | None, *, limits: Limits) -> Document:
    """An attachment, read as a file of its own; a message in a message is only named."""
    if kind_of(data, name, media_type) == "mail":
        raise Unreadable("“{name}” holds no text.", name=name)
    return read(data, name, media_type=media_type, limits=limits)


def pack(data: bytes, **about: Any) -> bytes:
    """`data` and what is known about it (plain values) as one argument for `read_packed`."""
    return json.dumps(about).encode() + b"\n" + data


def read_packed(packed: bytes) -> dict[str, Any]:
    """What runs in the child process: reads, splits, and answers `{title, pieces}` in plain values."""
    about, _, data = packed.partition(b"\n")
    known = json.loads(about)
    limits = Limits(**known.pop("limits", {}))
    document = read(data, known.pop("name"), limits=limits, **known)
    pieces = [piece.plain() for piece in split(document)]
    return {"title": document.title, "pieces": pieces, "data": document.data}

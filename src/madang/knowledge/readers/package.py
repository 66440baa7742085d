"""Office files are zip archives of XML: what is checked before any of it is unpacked or parsed."""

from __future__ import annotations

import io
import re
import zipfile

from madang.kernel.errors import TooLarge, Unreadable
from madang.knowledge.document import Limits

_ENTRIES = 5_000
_HEAD = 65_536
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ROOT = re.compile(rb"<[A-Za-z_]")


def check(data: bytes, name: str, limits: Limits, part: str) -> zipfile.ZipFile:
    """The opened archive, once it is known to be a harmless one that holds `part`.

    Raises TooLarge for what unpacks to too much, and Unreadable for what is broken, locked, something else,
    or has a document type (office programs never do; entities are how a small file becomes a large one, or
    one that asks for other files).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError) as error:
        raise Unreadable("“{name}” is broken and cannot be read.", name=name) from error
    if len(entries) > _ENTRIES:
        raise TooLarge("“{name}” holds too many parts.", name=name)
    total = sum(entry.file_size for entry in entries)
    bomb = any(
        entry.file_size > 1_000_000 and entry.file_size > limits.ratio * max(entry.compress_size, 1)
        for entry in entries
    )
    if bomb or total > limits.unpacked_bytes:
        raise TooLarge("“{name}” unpacks to far more than it should.", name=name)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable("“{name}” is locked with a password; save it without one.", name=name)
    if not any(entry.filename == part for entry in entries):
        raise Unreadable("“{name}” is a packed archive, not a document.", name=name)
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels", ".vml")):
            _check_head(archive, entry, name)
    return archive


def _check_head(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> None:
    broken = Unreadable("“{name}” is broken and cannot be read.", name=name)
    try:
        with archive.open(entry) as part:
            head = part.read(_HEAD)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise broken from error
    except Exception as error:
        raise broken from error  # zlib.error and what else a damaged stream raises
    head = head.replace(b"\0", b"")  # the same letters in UTF-16
    root = _ROOT.search(head)
    if _DOCTYPE.search(head, 0, root.start() if root else len(head)):
        raise broken

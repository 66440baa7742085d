"""The file of a backup: a zip with a manifest that names every member, its size and its SHA-256.

    manifest.json           format, when, the tables' revision, members
    tables/NAME.jsonl       one row a line, in the order of the primary key
    blobs/HASH              what `Blobs` keeps
    secrets/NAME            the keys that sign cookies
    jobs.json               jobs that were not finished: id, name, argument

A reader trusts nothing in it: members are looked up by names it expects, read with a bound, and compared with
the manifest before anything is written.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from madang.kernel.errors import StorageFull, TooLarge, Unreadable

FORMAT = 1
_MEMBER = re.compile(
    r"manifest\.json|jobs\.json|tables/[a-z][a-z0-9_]{0,62}\.jsonl|blobs/[0-9a-f]{64}|secrets/[a-z0-9_-]{1,64}(?:\.[a-z0-9]{1,16})?"
)
_MOST_MEMBERS = 2_000_000
_MOST_MANIFEST = 256 << 20
_MOST_LINE = 256 << 20
_PIECE = 1 << 20
# What the zip module raises for what is no zip, is cut short, encrypted, or packed in another way
_BAD = (OSError, KeyError, ValueError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error)


class Writer:
    """Writes members one after another; `finish` adds the manifest."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1, allowZip64=True)
        self._members: dict[str, dict[str, Any]] = {}

    def add(self, name: str, pieces: Iterable[bytes], *, packed: bool = True) -> None:
        """Add a member made of `pieces`. Raises ValueError for a name that no reader would take."""
        if not _MEMBER.fullmatch(name):
            raise ValueError(name)
        digest, size = hashlib.sha256(), 0
        about = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
        about.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        about.external_attr = 0o600 << 16
        with self._zip.open(about, "w", force_zip64=True) as member:
            for piece in pieces:
                member.write(piece)
                digest.update(piece)
                size += len(piece)
        self._members[name] = {"bytes": size, "sha256": digest.hexdigest()}

    def finish(self, about: dict[str, Any]) -> None:
        manifest = {"format": FORMAT, **about, "members": self._members}
        self._zip.writestr("manifest.json", json.dumps(manifest, indent=1))
        self._zip.close()


class Reader:
    """Opens an archive and checks all of it. Raises Unreadable, TooLarge or StorageFull; writes nothing."""

    def __init__(self, file: Path) -> None:
        try:
            self.bytes = file.stat().st_size
            self._zip = zipfile.ZipFile(file)
            names = self._zip.namelist()
            if len(names) > _MOST_MEMBERS:
                raise TooLarge("This backup has too many parts.")
            if len(set(names)) != len(names) or not all(map(_MEMBER.fullmatch, names)):
                raise _broken()
            manifest = json.loads(b"".join(self._pieces("manifest.json", _MOST_MANIFEST)))
            if manifest["format"] != FORMAT:
                raise Unreadable("This backup was made by a newer Madang; update Madang to restore it.")
            self.manifest: dict[str, Any] = manifest
            self.members: dict[str, dict[str, Any]] = {
                str(name): {"bytes": int(about["bytes"]), "sha256": str(about["sha256"])}
                for name, about in manifest["members"].items()
            }
            if set(self.members) != set(names) - {"manifest.json"}:
                raise _broken()
        except FileNotFoundError:
            raise Unreadable("There is no such backup file.") from None
        except (*_BAD, TypeError, AttributeError) as error:
            raise _broken() from error

    def close(self) -> None:
        self._zip.close()

    def check(self, folder: Path) -> None:
        """Read everything once: sizes, checksums, and whether `folder`'s disk has room for it."""
        if sum(about["bytes"] for about in self.members.values()) > shutil.disk_usage(folder).free:
            raise StorageFull("There is not enough room on the disk to restore this backup.")
        for name in self.members:
            for _ in self.pieces(name):
                pass

    def pieces(self, name: str) -> Iterator[bytes]:
        """A member piece by piece; the last is only given when size and checksum are what the manifest
        says."""
        about = self.members[name]
        digest, size, last = hashlib.sha256(), 0, b""
        for piece in self._pieces(name, about["bytes"]):
            digest.update(piece)
            size += len(piece)
            yield last
            last = piece
        if size != about["bytes"] or digest.hexdigest() != about["sha256"]:
            raise _broken()
        yield last

    def read(self, name: str) -> bytes:
        return b"".join(self.pieces(name))

    def names(self, folder: str) -> list[str]:
        """Members of a folder, such as `blobs/`, in order."""
        return sorted(name for name in self.members if name.startswith(folder))

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """The rows of a table."""
        rest = b""
        for piece in self.pieces(name):
            *lines, rest = (rest + piece).split(b"\n")
            if len(rest) > _MOST_LINE:
                raise TooLarge("This backup holds a row that is too large.")
            for line in lines:
                yield _row(line)
        if rest:
            raise _broken()

    def _pieces(self, name: str, most: int) -> Iterator[bytes]:
        try:
            with self._zip.open(name) as member:
                while piece := member.read(_PIECE):
                    most -= len(piece)
                    if most < 0:
                        raise _broken()
                    yield piece
        except _BAD as error:
            raise _broken() from error


def line(row: dict[str, Any]) -> bytes:
    """A row as a line. Bytes and moments are marked, so that reading gives the same row."""
    return (
        json.dumps({name: _mark(value) for name, value in row.items()}, ensure_ascii=False).encode() + b"\n"
    )


def _mark(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"b": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    return value


def _row(data: bytes) -> dict[str, Any]:
    try:
        return {str(name): _unmark(value) for name, value in json.loads(data).items()}
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise _broken() from error


def _unmark(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((mark, inner),) = value.items()
    if mark == "b":
        return base64.b64decode(inner, validate=True)
    if mark != "t":
        raise ValueError(mark)
    return datetime.fromisoformat(inner)


def _broken() -> Unreadable:
    return Unreadable("This file is not a whole backup of Madang; nothing was changed.")

"""Blobs: files kept under the SHA-256 of what they hold, so equal files are kept once and never change."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from madang.kernel.errors import NotFound, Unreadable
from madang.kernel.paths import atomic_write, atomic_write_many

ASIDE = ".unused-"
"""Before the name of a blob that `collect` is about to remove."""
_HASH = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """A folder of blobs, fanned out by the first two characters of the hash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, hash: str) -> Path:  # noqa: A002 the door's word
        """Where the blob lies, whether or not it is there. Raises NotFound for what is no hash."""
        if not _HASH.fullmatch(hash):
            raise NotFound("This file does not exist.")
        return self.folder / hash[:2] / hash

    def exists(self, hash: str) -> bool:  # noqa: A002
        return self.path(hash).is_file()

    async def put(self, data: bytes) -> str:
        """Keep `data`, durable on return; its SHA-256 as 64 hex digits. Raises StorageFull."""
        return await asyncio.to_thread(self.put_now, data)

    def put_now(self, data: bytes) -> str:
        """`put` for code that already runs in a thread of its own."""
        name = hashlib.sha256(data).hexdigest()
        path = self.path(name)
        if not _there(path, len(data)):
            atomic_write(path, data, mode=0o600)
        return name

    async def put_many(self, blobs: Sequence[bytes]) -> list[str]:
        """`put` for many: as durable on return, at the cost of one synchronisation instead of one each."""
        return await asyncio.to_thread(self._put_many, blobs)

    def _put_many(self, blobs: Sequence[bytes]) -> list[str]:
        names = [hashlib.sha256(data).hexdigest() for data in blobs]
        new = {
            name: data
            for name, data in zip(names, blobs, strict=True)
            if not _there(self.path(name), len(data))
        }
        if new:
            atomic_write_many({self.path(name): data for name, data in new.items()}, mode=0o600)
        return names

    async def get(self, hash: str) -> bytes:  # noqa: A002
        """The blob. Raises NotFound, or Unreadable when the disk no longer holds what was put there."""
        return await asyncio.to_thread(self._get, hash)

    def _get(self, name: str) -> bytes:
        try:
            data = self.path(name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound("This file does not exist.") from None
        if hashlib.sha256(data).hexdigest() != name:
            raise Unreadable("A stored file was damaged on the disk; restore it from a backup.")
        return data

    async def delete(self, hash: str) -> None:  # noqa: A002
        """Forget the blob; the caller knows that nothing refers to it. It may be gone already."""
        await asyncio.to_thread(self.path(hash).unlink, missing_ok=True)

    def used(self) -> tuple[int, int]:
        """How many blobs there are, and their bytes on the disk."""
        count = size = 0
        for name in self.all():
            try:
                size += self.path(name).stat().st_size
            except OSError:  # deleted meanwhile
                continue
            count += 1
        return count, size

    def all(self) -> Iterator[str]:
        """The hashes of all blobs, in order."""
        if not self.folder.is_dir():
            return
        for fan in sorted(self.folder.iterdir()):
            if fan.is_dir() and len(fan.name) == 2:
                yield from sorted(file.name for file in fan.iterdir() if _HASH.fullmatch(file.name))


def _there(path: Path, size: int) -> bool:
    """Whether the blob is there already; then it is touched, so that nobody collects what was just put.

    A file of the right length is the blob: names appear only by an atomic rename of synced data.
    """
    try:
        if path.stat().st_size != size:
            return False
        os.utime(path)
    except (FileNotFoundError, NotADirectoryError):
        return False  # it was never there, or is being collected at this moment
    return True

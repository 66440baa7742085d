"""Snapshots on the disk: named by what they were made from and by what is in them.

`NAME/KEY-DIGEST.kv`: NAME is a hash of the character's id, KEY of everything that decides what a snapshot
holds (weights, runtime, tokens, parameters), DIGEST of the key and the content. A runtime that is given a
snapshot cut short ends the whole process, so nothing is handed over before its digest was computed again, and
what is handed over is a file of our own (a hard link) that eviction elsewhere cannot take away.

Every function blocks and is meant for a thread. Several processes may share the folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

SPARE = 1 << 30
"""Bytes that stay free on the disk: conversations need them more."""
_FILE = re.compile(r"([0-9a-f]{32})-([0-9a-f]{64})\.kv")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A snapshot in the store."""

    path: Path
    bytes: int
    used: float
    """When it was last used, seconds since 1970."""


class PrefixStore:
    """Snapshots of at most `budget` bytes together; those unused longest go first."""

    def __init__(self, folder: Path, budget: int) -> None:
        self.folder = folder
        self.budget = budget
        self.evicted = 0
        self.rejected = 0

    def take(self, name: str, key: str, to: Path) -> bool:
        """Puts the snapshot `key` of `name` at `to`, verified; False when there is none that is right.

        What is there and not right is deleted.
        """
        for path in self._of(name, key):
            try:
                _link(path, to)
                if _digest(key, to) == path.stem.partition("-")[2]:
                    os.utime(path)
                    return True
            except FileNotFoundError:  # evicted just now
                continue
            except OSError as error:
                log.warning("a kept beginning cannot be read: %s", error.strerror)
            with contextlib.suppress(OSError):
                to.unlink()
            self._reject(path)
        return False

    def has(self, name: str, key: str) -> bool:
        """Whether there is one, right or not."""
        return bool(self._of(name, key))

    def put(self, name: str, key: str, made: Path) -> bool:
        """Takes over a snapshot that the runtime wrote, a file on the same disk; False when there is no room.

        It appears whole or not at all. It is not forced to the disk: what a crash leaves fails its digest.
        """
        made.chmod(0o600)
        size = made.stat().st_size
        if not self._make_room(size):
            made.unlink()
            return False
        folder = self._folder_of(name)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        digest = _digest(key, made)
        for older in self._of(name, key):
            older.unlink(missing_ok=True)
        made.replace(folder / f"{key}-{digest}.kv")
        return True

    def reject(self, name: str, key: str) -> None:
        """Deletes what the runtime did not take although its digest was right."""
        for path in self._of(name, key):
            self._reject(path)

    def forget(self, name: str) -> None:
        """Deletes all of `name`."""
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self._folder_of(name))

    def snapshots(self) -> list[Kept]:
        """All snapshots, in no order."""
        found = []
        for folder in self._scan(self.folder):
            if not folder.is_dir(follow_symlinks=False) or folder.name.startswith("."):
                continue
            for entry in self._scan(Path(folder.path)):
                with contextlib.suppress(FileNotFoundError):
                    if _FILE.fullmatch(entry.name) and entry.is_file(follow_symlinks=False):
                        state = entry.stat(follow_symlinks=False)
                        found.append(Kept(Path(entry.path), state.st_size, state.st_mtime))
        return found

    def _folder_of(self, name: str) -> Path:
        return self.folder / hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def _of(self, name: str, key: str) -> list[Path]:
        return [
            Path(entry.path)
            for entry in self._scan(self._folder_of(name))
            if (hit := _FILE.fullmatch(entry.name)) and hit[1] == key and entry.is_file(follow_symlinks=False)
        ]

    @staticmethod
    def _scan(folder: Path) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return list(entries)
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _make_room(self, size: int) -> bool:
        if size > self.budget:
            return False
        kept = sorted(self.snapshots(), key=lambda one: one.used)
        total = sum(one.bytes for one in kept)
        with contextlib.suppress(FileNotFoundError):
            free = shutil.disk_usage(self.folder).free
            total = max(total, self.budget - max(free - SPARE, 0))
        for one in kept:
            if total + size <= self.budget:
                break
            one.path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):
                one.path.parent.rmdir()
            self.evicted += 1
            total -= one.bytes
        return total + size <= self.budget

    def _reject(self, path: Path) -> None:
        self.rejected += 1
        log.warning("a kept beginning of a character was not what it should be and was deleted")
        with contextlib.suppress(OSError):
            path.unlink()


def _link(path: Path, to: Path) -> None:
    to.unlink(missing_ok=True)
    try:
        os.link(path, to, follow_symlinks=False)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without hard links
        shutil.copyfile(path, to, follow_symlinks=False)


def _digest(key: str, path: Path) -> str:
    """Hash of the key and the content. Raises OSError."""
    digest = hashlib.sha256(key.encode())
    with path.open("rb", buffering=0) as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()

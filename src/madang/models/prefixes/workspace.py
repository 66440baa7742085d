"""The folder that one loaded model writes its snapshots into: for this user only, and gone with the model.

What a process that died left behind goes when the next one opens: a lock on a file inside tells who lives.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import shutil
import tempfile
from pathlib import Path

from madang.kernel.errors import StorageFull
from madang.kernel.paths import atomic_write

if os.name == "posix":
    import fcntl

log = logging.getLogger(__name__)
_PREFIX = ".run-"
_HASHES = 16


class Workspace:
    """Blocks; for a thread. Raises OSError when the folder cannot be made."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in folder.glob(f"{_PREFIX}*"):
            if _left_behind(old):
                shutil.rmtree(old, ignore_errors=True)
        self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=folder))
        self._lock = os.open(self.path / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        if os.name == "posix":
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def close(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)
        with contextlib.suppress(OSError):
            os.close(self._lock)


def _left_behind(folder: Path) -> bool:
    """Whether no process holds it. One that is being made has no lock file yet and is left alone."""
    if os.name != "posix":
        return False
    try:
        handle = os.open(folder / "lock", os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


def open_workspace(folder: Path) -> Workspace | None:
    """A workspace in `folder`; None, and said in the log, where there is no room for one."""
    try:
        return Workspace(folder)
    except OSError as error:
        log.warning("what is computed of characters cannot be kept: %s", error.strerror)
        return None


def weights_hash(path: Path, folder: Path) -> str:
    """SHA-256 of a weights file, computed once while the file stays as it is. Raises OSError."""
    state = path.stat()
    mark = f"{path.resolve()} {state.st_size} {state.st_mtime_ns} {state.st_ino}"
    notes = folder / "weights.json"
    try:
        known = dict(json.loads(notes.read_text("utf-8")))
        if isinstance(known.get(mark), str):
            return str(known[mark])
    except (OSError, ValueError, TypeError):
        known = {}
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    with contextlib.suppress(OSError, StorageFull):
        newest = dict([*known.items(), (mark, digest)][-_HASHES:])
        atomic_write(notes, json.dumps(newest, indent=1).encode(), mode=0o600)
    return digest

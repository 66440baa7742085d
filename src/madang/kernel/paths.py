"""The one way from an outside name to a path, and the one way to write a file so that it is whole or
absent."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re
import sys
import tempfile
import unicodedata
from collections.abc import Mapping, Set
from pathlib import Path

from .errors import Forbidden, StorageFull

MAX_NAME = 120
"""Bytes of a file name as UTF-8; file systems take 255, and endings are added to names."""

_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def inside(root: Path, *parts: str) -> Path:
    """`root/parts…`, certain to lie inside `root`, links followed. It need not exist.

    A part may hold `/` (an archive's member). Raises Forbidden for anything that leaves the folder, is
    absolute, climbs (`..`), or means something else on another system (`\\`, `C:`, `NUL`, control
    characters).
    """
    base = root.resolve()
    names = [name for part in parts for name in _names(part)]
    if not names:
        raise Forbidden("A file needs a name.")
    path = base.joinpath(*names)
    try:
        resolved = path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a name too long
        raise _leaves(parts) from error
    if base not in resolved.parents:
        raise _leaves(parts)
    return resolved


def _names(part: str) -> list[str]:
    if not part or part.startswith("/") or "\\" in part or ":" in part:
        raise _leaves((part,))
    names = [name for name in part.split("/") if name != "."]
    for name in names:
        if (
            not name
            or name == ".."
            or name != name.rstrip(" .")
            or _RESERVED.match(name)
            or len(os.fsencode(_encodable(name))) > 255
            or any(unicodedata.category(character) in ("Cc", "Cs") for character in name)
        ):
            raise _leaves((part,))
    return names


def _encodable(name: str) -> str:
    return name.encode("utf-8", "replace").decode()


def _leaves(parts: tuple[str, ...]) -> Forbidden:
    shown = _encodable("/".join(parts))[:80]
    return Forbidden("The name “{name}” is not allowed for a file here.", name=shown)


def safe_name(name: str, fallback: str = "file") -> str:
    """A readable name for a file from any text: one part, at most `MAX_NAME` bytes, its ending kept.

    The result always passes `inside`.
    """
    text = unicodedata.normalize("NFC", _encodable(name)).replace("\\", "/").rpartition("/")[2]
    text = re.sub(r'[<>:"|?*]', "_", text)
    text = "".join(
        "" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") else c for c in text
    )
    text = re.sub(r"\s+", " ", text).strip(" .")
    stem, dot, ending = text.rpartition(".")
    if not dot or not stem or len(ending.encode()) > 16:
        stem, dot, ending = text, "", ""
    stem = _cut(stem, MAX_NAME - len((dot + ending).encode())).strip(" .")
    text = f"{stem or fallback}{dot}{ending}"
    return f"_{text}" if _RESERVED.match(text) else text


def _cut(text: str, limit: int) -> str:
    return text.encode()[: max(limit, 1)].decode("utf-8", "ignore")


def atomic_write(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Write `data` so that, whatever happens, `path` holds all of it or what it held before.

    On return it is on the disk. Raises StorageFull when there is no room.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary: str | None = None
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        Path(temporary).replace(path)
        temporary = None
        sync_folder(path.parent)
    except OSError as error:
        if error.errno in _FULL:
            raise no_room() from error
        raise
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def atomic_write_many(files: Mapping[Path, bytes], *, mode: int = 0o644) -> None:
    """`atomic_write` of many files on one file system; on return all of them are on the disk.

    No name appears before what it names is on the disk. Raises StorageFull when there is no room: some of
    them may be there, each whole.
    """
    temporary: dict[str, Path] = {}
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
            temporary[name] = path
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                os.fchmod(file.fileno(), mode)
        folders = {path.parent for path in files}
        if not _sync_system(folders):
            for name in temporary:
                _sync(Path(name))
        for name in list(temporary):
            Path(name).replace(temporary.pop(name))
        if not _sync_system(folders):
            for folder in folders:
                sync_folder(folder)
    except OSError as error:
        if error.errno in _FULL:
            raise no_room() from error
        raise
    finally:
        for name in temporary:
            with contextlib.suppress(OSError):
                Path(name).unlink()


def _sync_system(folders: Set[Path]) -> bool:
    """Makes everything durable that was written to the file system of these folders, where it can be asked to
    (Linux); False where it cannot, or where asking for each file costs less."""
    if len(folders) < 8 or not sys.platform.startswith("linux"):
        return False
    syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if syncfs is None:
        return False
    if len({folder.stat().st_dev for folder in folders}) != 1:
        return False
    handle = os.open(next(iter(folders)), os.O_RDONLY)
    try:
        if syncfs(handle) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
    finally:
        os.close(handle)
    return True


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable."""
    _sync(folder)


def is_full(error: OSError) -> bool:
    """Whether a write failed because there is no room (disk, quota or file-size limit)."""
    return error.errno in _FULL


def no_room() -> StorageFull:
    return StorageFull("There is no room left on the disk, so this was not saved.")

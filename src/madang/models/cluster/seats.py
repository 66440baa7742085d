"""A replica's place on its machine: a numbered folder that one process at a time holds. Who comes after a
replica that died takes its seat, and finds the beginnings that it kept."""

from __future__ import annotations

import os
from pathlib import Path

from madang.kernel.settings import default_data
from madang.models.prefixes.store import PrefixStore

if os.name == "posix":
    import fcntl

MOST = 256


class Seat:
    """The first free folder of `base`. Blocks for the length of some file operations. Raises OSError."""

    def __init__(self, base: Path) -> None:
        base.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number in range(MOST):
            folder = base / str(number)
            folder.mkdir(exist_ok=True, mode=0o700)
            handle = os.open(folder / "seat", os.O_CREAT | os.O_RDWR, 0o600)
            if _taken(handle):
                os.close(handle)
                continue
            self.number = number
            self.folder = folder
            self._handle = handle
            return
        raise OSError(f"no free seat in {base}")

    def close(self) -> None:
        os.close(self._handle)


def _taken(handle: int) -> bool:
    if os.name != "posix":
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    return False


def home(folder: str) -> Path:
    """Where a machine of the cluster keeps things: the folder of the plan, or a studio's default one."""
    return Path(folder) if folder else default_data()


def seats_folder(folder: str, name: str) -> Path:
    """Where the seats of an application are."""
    return home(folder) / "cluster" / name


def forget(folder: str, app: str, name: str) -> None:
    """Deletes what was kept of a character at every seat of this machine."""
    base = seats_folder(folder, app)
    if base.is_dir():
        for seat in base.iterdir():
            PrefixStore(seat / "prefixes", 0).forget(name)

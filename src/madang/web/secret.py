"""A key of the studio, kept in the data folder, made on first use."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def studio_key(data: Path, name: str) -> bytes:
    """32 random bytes in `data/secrets/name`, readable by the studio's user alone.

    Two processes that start together get the same key: the one that links first wins.
    """
    folder = data / "secrets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / name
    if not path.is_file():
        draft = folder / f".{name}.{secrets.token_hex(6)}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(32))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()

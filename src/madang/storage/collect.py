"""Removes blobs that nothing refers to any more, also while the studio runs.

A blob is in use while its hash stands in any text of any table, whichever room wrote it there: a new table
needs no word here. What was unused at one run and still is at another, a day later, is set aside (renamed),
and goes once a second look at the tables finds it unused as well. Whoever put it again meanwhile has touched
it, or has written it anew under its name. What a crash left aside is put back at the next run.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from madang.kernel.errors import Unreadable
from madang.kernel.paths import atomic_write
from madang.kernel.settings import Settings

from .blobs import ASIDE, Blobs
from .database import Database

GRACE = 86_400.0
"""Seconds for which a blob has to be unused before it goes."""
NOTES = ".unused.json"
"""In the folder of blobs: what was unused at the last run, and since when."""
_HASH = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Collected:
    """What a run did."""

    removed: int
    bytes: int
    waiting: int
    """Unused now; they go at a run after `GRACE` if they still are."""


async def collect(settings: Settings, *, grace: float = GRACE) -> Collected:
    """One run. Raises Unreadable for a database without tables: its studio is not where it was thought."""
    database = Database(settings.database_url)
    blobs = Blobs(settings.data / "blobs")
    try:
        await asyncio.to_thread(_put_back, blobs, blobs.folder.glob(f"*/{ASIDE}*"))
        used = await _in_use(database)
        due, waiting = await asyncio.to_thread(_due, blobs, used, grace)
        aside = await asyncio.to_thread(_set_aside, blobs, due, grace)
        if not aside:
            return Collected(0, 0, waiting)
        used = await _in_use(database)
        again = [path for path in aside if path.name.removeprefix(ASIDE) in used]
        await asyncio.to_thread(_put_back, blobs, again)
        gone = [path for path in aside if path not in again]
        size = await asyncio.to_thread(_remove, gone)
        return Collected(len(gone), size, waiting)
    finally:
        await database.close()


async def _in_use(database: Database) -> set[str]:
    async with database.engine.connect() as connection:
        return await connection.run_sync(_hashes)


def _hashes(connection: sa.Connection) -> set[str]:
    """Everything in the tables that could be the hash of a blob."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    if not metadata.tables:
        raise Unreadable("There is no studio in this database; no file was removed.")
    found: set[str] = set()
    for table in metadata.tables.values():
        columns = [
            sa.cast(column, sa.Text).label(column.name)
            for column in table.columns
            if isinstance(column.type, sa.String | sa.JSON)
        ]
        if not columns:
            continue
        rows = connection.execution_options(yield_per=_BATCH).execute(sa.select(*columns))
        for row in rows:
            found.update(hash for text in row if text for hash in _HASH.findall(text))  # noqa: A001
    return found


def _due(blobs: Blobs, used: set[str], grace: float) -> tuple[list[Path], int]:
    """Those that were unused at a run long enough ago, and how many are unused but not for long."""
    now, notes = time.time(), blobs.folder / NOTES
    before = _noted(notes)
    unused = {name: before.get(name, now) for name in blobs.all() if name not in used}
    due = [name for name, since in unused.items() if since <= now - grace and name in before]
    if unused or before:
        left = {name: since for name, since in unused.items() if name not in due}
        atomic_write(notes, json.dumps(left).encode(), mode=0o600)
    return [blobs.path(name) for name in due], len(unused) - len(due)


def _noted(notes: Path) -> dict[str, float]:
    try:
        kept: Any = json.loads(notes.read_text("utf-8"))
        return {str(name): float(since) for name, since in kept.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}  # nothing is known to have been unused: everything waits once more


def _set_aside(blobs: Blobs, due: Iterable[Path], grace: float) -> list[Path]:
    aside: list[Path] = []
    for path in due:
        away = path.with_name(f"{ASIDE}{path.name}")
        with contextlib.suppress(FileNotFoundError):
            path.rename(away)
            # touched while it was taken away: somebody has just put it, and counts on it
            if away.stat().st_mtime > time.time() - grace:
                _put_back(blobs, [away])
            else:
                aside.append(away)
    return aside


def _put_back(blobs: Blobs, paths: Iterable[Path]) -> None:
    for away in paths:
        path = blobs.folder / away.parent.name / away.name.removeprefix(ASIDE)
        with contextlib.suppress(FileNotFoundError):
            if path.exists():  # written anew meanwhile: the same bytes
                away.unlink()
            else:
                away.rename(path)


def _remove(paths: Iterable[Path]) -> int:
    size = 0
    for away in paths:
        with contextlib.suppress(FileNotFoundError):
            size += away.stat().st_size
            away.unlink()
    return size

"""Migrations, run by the studio itself when it starts.

A change of tables is written from what the rooms' `store.py` say, for the reader to check and commit:

    python -m madang.storage.migrate new "what changes" madang.accounts.store madang.characters.store …

Storage stands below the rooms and cannot know them, so they are named.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import re
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, MetaData, inspect, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.ext.asyncio import AsyncConnection

from madang.kernel.errors import Conflict, Unreadable

from . import limits as _limit_tables  # noqa: F401 its tables are part of the metadata
from . import search as _search_tables  # noqa: F401
from .database import Database
from .tables import Base, UTCDateTime

if TYPE_CHECKING:
    from alembic.config import Config

_FOLDER = Path(__file__).parent / "migrations"
_DAMAGED = ("file is not a database", "malformed")
"""What SQLite says of such a file."""
_AFTER = re.compile(r"^down_revision\b[^=]*= ['\"](\d{4})['\"]", re.MULTILINE)
_LOCK = 0x6D6164616E67  # "madang": PostgreSQL's advisory lock while migrating


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration, without a file."""
    from alembic.config import Config

    made = Config()
    # The path may hold a %, which the configuration would interpolate.
    made.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def revisions() -> list[str]:
    """The revisions this studio knows, oldest first: each comes after the one that its file names, whatever
    their numbers (they are given before it is known which is ready first)."""
    after: dict[str | None, str] = {}
    for file in (_FOLDER / "versions").glob("[0-9][0-9][0-9][0-9]_*.py"):
        named = _AFTER.search(file.read_text("utf-8"))
        after[named[1] if named else None] = file.name[:4]
    chain: list[str] = []
    while (following := after.get(chain[-1] if chain else None)) is not None:
        chain.append(following)
    return chain


async def migrate(database: Database, revision: str | None = None) -> None:
    """Bring the database to this studio's tables (or an older `revision` of them), in one transaction;
    nothing happens when it is there.

    Several processes may start at once: one migrates, the others wait. Raises Conflict for a newer database,
    Unreadable for a damaged one.
    """
    known = revisions()
    if not known:
        return
    try:
        async with database.engine.connect() as connection:
            now = await connection.run_sync(revision_of)
    except DatabaseError as error:
        if any(sign in str(error.orig) for sign in _DAMAGED):
            raise Unreadable(
                "The database {file} is damaged, or not one of Madang. Move it away and restore a backup.",
                file=database.url.partition(":///")[2],
            ) from error
        raise
    if now != (target := revision or known[-1]):
        await _locked(database, lambda c: _upgrade(c, target))


async def pending(database: Database, metadata: MetaData = Base.metadata) -> list[Any]:
    """How the database differs from `metadata`, as Alembic's operations; empty when they agree."""

    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    def compare(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": _type_differs})
        return list(compare_metadata(context, metadata))

    async with database.engine.connect() as connection:
        return await connection.run_sync(compare)


def revision_of(connection: Connection) -> str | None:
    """Where the database is. Alembic itself is only imported when there is something to do (0.2 s)."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


async def _locked(database: Database, change: Callable[[Connection], None]) -> None:
    # SQLite: BEGIN IMMEDIATE, so that a second studio waits here instead of migrating too.
    async with database.engine.connect() as plain:
        connection = await plain.execution_options(madang_write=True)
        try:
            if database.sqlite:
                # Copying a table drops the old one, and with keys enforced everything that refers to it.
                await _pragma(connection, "foreign_keys=OFF")
            async with connection.begin():
                if not database.sqlite:
                    await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                await connection.run_sync(change)
                if database.sqlite and (await connection.exec_driver_sql("PRAGMA foreign_key_check")).first():
                    raise RuntimeError("a migration left rows that refer to nothing")
        finally:
            if database.sqlite:
                await _pragma(connection, "foreign_keys=ON")


async def _pragma(connection: AsyncConnection, pragma: str) -> None:
    """Set on the driver's connection: inside a transaction, which the engine would begin, it does nothing."""
    raw = await connection.get_raw_connection()
    await cast("Any", raw.driver_connection).execute(f"PRAGMA {pragma}")


def _upgrade(connection: Connection, target: str) -> None:
    from alembic import command

    now, known = revision_of(connection), revisions()
    if now is not None and now not in known:
        raise Conflict("This data was made by a newer Madang; update Madang, or restore an older backup.")
    # another process may have done it already
    if now is None or known.index(now) < known.index(target):
        command.upgrade(config(connection), target)


def _type_differs(_context: Any, _inspected: Any, declared: Any, _is: Any, should: Any) -> bool | None:
    # SQLite forgets the time zone and how long a text may be; both are the declaration's business
    return False if isinstance(should, UTCDateTime) or declared.type is should else None


async def new(message: str, modules: Iterable[str]) -> Path | None:
    """Write the migration from what the migrations make to what `modules` declare; None when they agree."""
    from alembic import command

    for module in modules:
        importlib.import_module(module)
    with tempfile.TemporaryDirectory() as temporary:
        database = Database(f"sqlite+aiosqlite:///{temporary}/empty.db")
        try:
            await migrate(database)
            if not await pending(database):
                return None
            number = f"{max(map(int, revisions()), default=0) + 1:04d}"

            def write(connection: Connection) -> Any:
                return command.revision(config(connection), message, autogenerate=True, rev_id=number)

            async with database.engine.connect() as connection:
                script = await connection.run_sync(write)
        finally:
            await database.close()
    return Path(script.path)


def _main() -> None:
    parser = argparse.ArgumentParser(prog="python -m madang.storage.migrate", description=__doc__)
    commands = parser.add_subparsers(required=True)
    make = commands.add_parser("new", help="write a migration from the named modules' tables")
    make.add_argument("message")
    make.add_argument("modules", nargs="*", metavar="MODULE", help="such as madang.accounts.store")
    made = parser.parse_args()
    path = asyncio.run(new(made.message, made.modules))
    print(path or "The migrations and the tables agree.")


if __name__ == "__main__":
    _main()

"""Backup and restore while the studio runs: one file, one moment, one transaction.

A backup is logical (rows, not database pages), so the same file restores into SQLite and PostgreSQL, and into
a newer Madang: the rows are first put into a temporary database of the backup's own revision, which is then
migrated. Only what passed that reaches the studio's database, in one transaction: a running studio sees all
of it or nothing.

The file holds everything people made, the hashes of passwords and keys, and the keys that sign cookies, so
that visitors stay who they are and API keys keep working. Keep it as safe as the data folder. Weights are not
in it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from madang.kernel.clock import now
from madang.kernel.errors import Conflict, Unreadable
from madang.kernel.paths import atomic_write, inside, is_full, no_room, sync_folder
from madang.kernel.settings import Settings

from .archive import Reader, Writer, line
from .blobs import Blobs
from .database import Database
from .job_rows import JobRows, open_engine
from .migrate import migrate, revision_of, revisions
from .tables import Base

_KEPT_OUT = frozenset(("alembic_version", "limit_uses", "madang_jobs"))
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Summary:
    """What a backup holds."""

    rows: int
    blobs: int
    bytes: int
    """Size of the file."""


async def backup(settings: Settings, file: Path) -> Summary:
    """Write everything people made into `file`, whole or not at all. Raises StorageFull."""
    # in a thread with a loop of its own: compressing must not hold up a studio that answers
    return await asyncio.to_thread(lambda: asyncio.run(_backup(settings, file)))


async def restore(settings: Settings, file: Path) -> Summary:
    """Put the state of a backup in place of what is there, also under a running studio.

    Blobs come first and nothing is deleted from them. Jobs that were not finished start again from the top.
    The signing keys are put back too; a running studio reads those when it starts again. Raises Unreadable,
    TooLarge, Conflict (made by a newer Madang) or StorageFull: then the database is as it was.
    """
    return await asyncio.to_thread(lambda: asyncio.run(_restore(settings, file)))


async def _backup(settings: Settings, file: Path) -> Summary:
    database = Database(settings.database_url)
    try:
        async with _snapshot(database) as connection:
            summary: Summary = await connection.run_sync(_write, settings, file)
            return summary
    finally:
        await database.close()


async def _restore(settings: Settings, file: Path) -> Summary:
    reader = Reader(file)
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        reader.check(settings.data)
        revision = reader.manifest.get("revision")
        if revision is not None and revision not in revisions():
            raise Conflict("This backup was made by a newer Madang; update Madang to restore it.")
        with tempfile.TemporaryDirectory(prefix=".madang-restore-", dir=settings.data) as folder:
            staged = await _stage(reader, Path(folder), revision)
            try:
                blobs = _put_files(reader, settings)
                rows = await _replace(settings, staged)
            finally:
                await staged.close()
        _requeue(settings, reader)
        return Summary(rows, blobs, reader.bytes)
    finally:
        reader.close()


@asynccontextmanager
async def _snapshot(database: Database) -> AsyncIterator[Any]:
    """A connection that sees one moment, however long it reads."""
    async with database.engine.connect() as plain:
        connection = (
            plain if database.sqlite else await plain.execution_options(isolation_level="REPEATABLE READ")
        )
        async with connection.begin():
            yield connection


def _write(connection: sa.Connection, settings: Settings, file: Path) -> Summary:
    metadata = _tables(connection)
    blobs = Blobs(settings.data / "blobs")
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=".madang-backup-")
    count = kept = 0
    try:
        with os.fdopen(handle, "wb") as target:
            writer = Writer(target)
            for table in metadata.sorted_tables:
                lines = _Lines(connection, table)
                writer.add(f"tables/{table.name}.jsonl", lines)
                count += lines.count
            # after the rows: a blob is written before the row that names it
            for name in blobs.all():
                if (data := _blob(blobs, name)) is not None:
                    writer.add(f"blobs/{name}", [data], packed=False)
                    kept += 1
            for key in sorted((settings.data / "secrets").glob("[a-z]*")):
                writer.add(f"secrets/{key.name}", [key.read_bytes()])
            writer.add("jobs.json", [json.dumps(_unfinished(settings)).encode()])
            writer.finish({"made": now().isoformat(), "revision": revision_of(connection)})
            target.flush()
            os.fsync(target.fileno())
        Path(temporary).replace(file)
        sync_folder(file.parent)
    except OSError as error:
        if is_full(error):
            raise no_room() from error
        raise
    finally:
        Path(temporary).unlink(missing_ok=True)
    return Summary(count, kept, file.stat().st_size)


def _blob(blobs: Blobs, name: str) -> bytes | None:
    """None for one that was collected since it was listed: no row of this moment refers to it."""
    for wait in (0.0, 0.1, 0.5):  # one that is set aside and still wanted is back in a moment
        time.sleep(wait)
        with contextlib.suppress(FileNotFoundError):
            return blobs.path(name).read_bytes()
    return None


class _Lines:
    """The rows of a table as lines, in the order of the primary key."""

    def __init__(self, connection: sa.Connection, table: sa.Table) -> None:
        self._rows = connection.execution_options(yield_per=_BATCH).execute(
            sa.select(table).order_by(*table.primary_key.columns)
        )
        self.count = 0

    def __iter__(self) -> Iterator[bytes]:
        for row in self._rows.mappings():
            self.count += 1
            yield line(_moments(row))


class _JsonText(sa.types.TypeDecorator[str]):
    """A JSON column of PostgreSQL as the text it was written as."""

    impl = sa.Text
    cache_ok = True

    def column_expression(self, column: Any) -> Any:
        return sa.cast(column, sa.Text)

    def bind_expression(self, bindparam: Any) -> Any:
        return sa.cast(bindparam, sa.JSON)


def _tables(connection: sa.Connection) -> sa.MetaData:
    """The tables that are there, whatever this process has imported; JSON as text, so that null stays
    null."""
    metadata = sa.MetaData()
    metadata.reflect(connection, only=lambda name, _: name not in _KEPT_OUT)
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, sa.JSON):
                column.type = sa.Text() if connection.dialect.name == "sqlite" else _JsonText()
    return metadata


def _unfinished(settings: Settings) -> list[Any]:
    if settings.database_url.startswith("sqlite") and not (settings.data / "jobs.db").is_file():
        return []
    engine, schema = open_engine(settings)
    try:
        return list(JobRows(engine, schema).unfinished())
    finally:
        engine.dispose()


async def _stage(reader: Reader, folder: Path, revision: str | None) -> Database:
    """A temporary database with the backup's rows, brought to this studio's tables."""
    staged = Database(f"sqlite+aiosqlite:///{folder / 'staged.db'}")
    try:
        if revision is None:
            async with staged.engine.begin() as connection:
                await connection.run_sync(Base.metadata.create_all)
        else:
            await migrate(staged, revision)
        async with staged.write() as session:
            connection = await session.connection()
            await connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            metadata = await connection.run_sync(_tables)
            names = {name.removeprefix("tables/").removesuffix(".jsonl") for name in reader.names("tables/")}
            if not names <= set(metadata.tables):
                raise Unreadable(
                    "This backup holds tables that this studio does not have; nothing was changed."
                )
            for table in metadata.sorted_tables:
                if table.name in names:
                    await connection.run_sync(_insert, table, reader.rows(f"tables/{table.name}.jsonl"))
        if revision is not None:
            await migrate(staged)
    except SQLAlchemyError as error:
        await staged.close()
        raise Unreadable("What is in this backup does not fit together; nothing was changed.") from error
    except BaseException:
        await staged.close()
        raise
    return staged


def _insert(connection: sa.Connection, table: sa.Table, rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        if not set(row) <= set(table.columns.keys()):
            raise _foreign()
        batch.append(row)
        if len(batch) == _BATCH:
            connection.execute(sa.insert(table), batch)
            batch = []
    if batch:
        connection.execute(sa.insert(table), batch)


def _put_files(reader: Reader, settings: Settings) -> int:
    blobs = Blobs(settings.data / "blobs")
    names = reader.names("blobs/")
    for name in names:
        if blobs.put_now(reader.read(name)) != name.removeprefix("blobs/"):
            raise Unreadable("This file is not a whole backup of Madang; nothing was changed.")
    for name in reader.names("secrets/"):
        atomic_write(
            inside(settings.data / "secrets", name.removeprefix("secrets/")), reader.read(name), mode=0o600
        )
    return len(names)


async def _replace(settings: Settings, staged: Database) -> int:
    database = Database(settings.database_url)
    count = 0
    try:
        await migrate(database)
        async with staged.engine.connect() as source, database.write() as session:
            target = await session.connection()
            there, here = await source.run_sync(_tables), await target.run_sync(_tables)
            if not set(there.tables) <= set(here.tables):
                raise _foreign()
            if database.sqlite:
                await target.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
            for table in reversed(here.sorted_tables):
                await target.execute(sa.delete(table))
            for table in here.sorted_tables:
                if table.name not in there.tables:
                    continue
                from_ = there.tables[table.name]
                stream = await source.stream(sa.select(from_).order_by(*from_.primary_key.columns))
                async for batch in stream.mappings().partitions(_BATCH):
                    await target.execute(sa.insert(table), [_moments(row) for row in batch])
                    count += len(batch)
            if not database.sqlite:
                await target.run_sync(_count_on, here)
    finally:
        await database.close()
    return count


def _moments(row: Any) -> dict[str, Any]:
    """A row whose moments are aware: SQLite gives them without a zone, and they are UTC."""
    return {
        name: value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
        for name, value in row.items()
    }


def _count_on(connection: sa.Connection, metadata: sa.MetaData) -> None:
    """Let PostgreSQL's own counters go on after the highest number that was put in."""
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None and column.server_default is not None:
            highest = connection.scalar(sa.select(sa.func.max(column)))
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            if highest is not None:
                connection.execute(sa.select(sa.func.setval(sequence, highest)))


def _requeue(settings: Settings, reader: Reader) -> None:
    if "jobs.json" not in reader.members:
        return
    jobs = json.loads(reader.read("jobs.json"))
    if jobs:
        from .job_runner import requeue

        requeue(settings, [(str(job[0]), str(job[1]), dict(job[2])) for job in jobs])


def _foreign() -> Unreadable:
    return Unreadable("This backup holds tables that this studio does not have; nothing was changed.")

"""The database door: one engine, transactions, and the SQLite settings that keep acknowledged messages.

`write()` is a transaction that takes the write lock at once (SQLite) and is committed, with
`synchronous=FULL`, before it returns. `read()` never writes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from madang.kernel.errors import StorageFull

from .notices import Notices, send, tell, told
from .tables import Base

Row = TypeVar("Row", bound=Base)


class Database:
    """An open database. Create with a SQLAlchemy URL (`sqlite+aiosqlite:///…`, `postgresql+psycopg://…`)."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.sqlite = url.startswith("sqlite")
        if self.sqlite:
            path = url.partition(":///")[2]
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        # pool_pre_ping on PostgreSQL: a server restart must not fail the next visitor's message
        self.engine: AsyncEngine = create_async_engine(
            url, pool_pre_ping=not self.sqlite, json_serializer=_json
        )
        if self.sqlite:
            event.listen(self.engine.sync_engine, "connect", _sqlite_settings)
            event.listen(self.engine.sync_engine, "begin", _sqlite_begin)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        # SQLite lets whoever asks at the right moment write; here those who came first write first
        self._turn = asyncio.Lock() if self.sqlite else nullcontext()
        self.notices = Notices()
        """What is told in `write()` is heard here, and in other processes on PostgreSQL."""

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading; whatever it changed is rolled back."""
        # Closing rolls the connection back and leaves what was read readable; `rollback()` would expire it.
        async with self._sessions() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A transaction, durable once the block has ended.

        Raises StorageFull when the disk or the database has no room: then nothing was written.
        """
        session = self._sessions()
        session.info["write"] = True
        try:
            async with self._turn, session:
                await session.connection(execution_options={"madang_write": True})
                yield session
                if (notices := told(session)) and not self.sqlite:
                    await send(session, self.notices.origin, notices)
                await session.commit()
            self.notices.deliver(notices)
        except (OperationalError, DBAPIError) as error:
            if _no_room(error):
                raise StorageFull("There is no room left on the disk, so this was not saved.") from error
            raise

    async def tell(self, topic: str, key: str) -> None:
        """A notice of what changed outside of the database."""
        async with self.write() as session:
            tell(session, topic, key)

    async def used(self) -> int:
        """Bytes that the database takes on its disk: for SQLite with what is not yet folded into its file."""
        if not self.sqlite:
            async with self.read() as session:
                return int(await session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
        file = Path(self.url.partition(":///")[2])
        return sum(one.stat().st_size for one in (file, file.with_name(f"{file.name}-wal")) if one.is_file())

    async def close(self) -> None:
        await self.engine.dispose()


async def alone(session: AsyncSession, name: str) -> None:
    """In a writing session: wait until nobody else writes under `name`, and keep others waiting till its end.

    Rows that several transactions change in different orders would end one of them with a deadlock. SQLite
    has one writer at a time and needs nothing; a reading session is left alone.
    """
    if session.info.get("write") and session.get_bind().dialect.name != "sqlite":
        await session.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name}
        )


async def get_alone(
    session: AsyncSession, kind: type[Row], key: str, name: Callable[[Row], str]
) -> Row | None:
    """The row with this key; None when it is gone. In a writing session it is as it stands once nobody else
    writes under `name` of it (see `alone`)."""
    row = await session.get(kind, key)
    if row is None or not session.info.get("write"):
        return row
    await session.flush()
    await alone(session, name(row))
    return await session.get(kind, key, populate_existing=True)


def _json(value: Any) -> str:
    """JSON as text that is read several times as fast, and is a third as long, where it is not English."""
    text_of_it = json.dumps(value, ensure_ascii=False)
    try:
        text_of_it.encode()
    except UnicodeEncodeError:  # half a character, as some cards hold: escaped, it is kept
        return json.dumps(value)
    return text_of_it


def _sqlite_settings(connection: Any, _record: Any) -> None:
    # the driver's own transaction handling is off: BEGIN is ours, so that a writer locks at once
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Any) -> None:
    write = connection.get_execution_options().get("madang_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _no_room(error: DBAPIError) -> bool:
    text = str(error.orig).lower()
    return "disk is full" in text or "disk i/o error" in text or "no space left" in text

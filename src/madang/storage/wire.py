"""A process's own connection to PostgreSQL, held as long as the process lives.

Over it notices are heard (LISTEN), and by it others see that the process lives: it holds an advisory lock,
which the server takes away at once when the process is killed, and within seconds when its machine is gone.
It must be the server itself: a pooler that shares connections between transactions keeps neither.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from sqlalchemy.engine import make_url

from .database import Database
from .notices import CHANNEL

if TYPE_CHECKING:
    from psycopg import AsyncConnection

LOCK = 0x6D61
"""The first half of every such lock ("ma"); the second is the number of the process."""
PAUSES = (0.1, 0.25, 0.5, 1.0)
"""Seconds between attempts to connect again; the last one from then on."""
_ALIVE = """
    SELECT DISTINCT CAST(objid AS bigint) FROM pg_locks
    WHERE locktype = 'advisory' AND classid = :lock AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_QUICKLY: dict[str, Any] = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
log = logging.getLogger("madang.processes")


class Wire:
    """Listens and holds the lock `number`; connects again whenever the connection is lost."""

    def __init__(self, database: Database, number: int) -> None:
        self._database = database
        self._number = number
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Returns once the lock is held and notices are heard. Raises psycopg's error where that fails."""
        connection = await self._connect()
        self._task = asyncio.create_task(self._hold(connection), name="wire to the other processes")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def numbers(self) -> frozenset[int]:
        """The numbers of all processes that hold their lock."""
        async with self._database.read() as session:
            return frozenset(await session.scalars(text(_ALIVE), {"lock": LOCK}))

    async def _connect(self) -> AsyncConnection[tuple[object, ...]]:
        import psycopg

        url = make_url(self._database.url).set(drivername="postgresql")
        address = url.render_as_string(hide_password=False)
        connection = await psycopg.AsyncConnection.connect(
            address,
            autocommit=True,
            connect_timeout=30,
            application_name="madang",
            tcp_user_timeout=10_000,
            **_QUICKLY,
        )
        try:
            for name in (
                "idle",
                "interval",
                "count",
            ):  # the server's side: it lets go of a lost machine's lock
                await connection.execute(
                    "SELECT set_config(%s, %s, false)",
                    (f"tcp_keepalives_{name}", str(_QUICKLY[f"keepalives_{name}"])),
                )
            # shared, so that it is had again while the server has not noticed yet that the old one is lost
            await connection.execute("SELECT pg_advisory_lock_shared(%s, %s)", (LOCK, self._number))
            await connection.execute(f"LISTEN {CHANNEL}")
        except BaseException:
            await connection.close()
            raise
        self._database.notices.across = True
        return connection

    async def _hold(self, connection: AsyncConnection[tuple[object, ...]]) -> None:
        notices = self._database.notices
        try:
            while True:
                await self._listen(connection)
                notices.across = False
                log.warning("the connection for notices was lost")
                await connection.close()
                connection = await self._again()
                notices.missed()
        finally:
            notices.across = False
            await connection.close()

    async def _listen(self, connection: AsyncConnection[tuple[object, ...]]) -> None:
        """Until the connection is lost."""
        import psycopg

        with contextlib.suppress(psycopg.Error, OSError):
            async with contextlib.aclosing(connection.notifies()) as every:
                async for one in every:
                    self._database.notices.received(one.payload)

    async def _again(self) -> AsyncConnection[tuple[object, ...]]:
        import psycopg

        attempt = 0
        while True:
            await asyncio.sleep(PAUSES[min(attempt, len(PAUSES) - 1)])
            attempt += 1
            with contextlib.suppress(psycopg.Error, OSError):
                return await self._connect()

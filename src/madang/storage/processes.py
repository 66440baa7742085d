"""The processes of a studio: each has an id, and all see which ones live.

A process that lives holds something that is let go of however it ends: on PostgreSQL an advisory lock
(`wire`), with SQLite a locked file in the data folder. What a dead one left unfinished, the others finish.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import logging
import os
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Protocol

from sqlalchemy import text

from .database import Database
from .wire import Wire

LOOK = 1.0
"""Seconds between two looks at who lives."""
SPARED = 3.0
"""Seconds for which a process counts as living after it was last seen: its connection may be coming back."""
Act = Callable[[], Awaitable[object]]
log = logging.getLogger("madang.processes")


class ProcessesDoor(Protocol):
    """What rooms ask."""

    @property
    def id(self) -> str:
        """Of this process; what it begins is marked with it."""
        ...

    async def living(self) -> frozenset[str]:
        """Ids of the processes that live, this one among them."""
        ...


class Alone:
    """For a room without a studio around it: whatever is found half done was left behind."""

    id = ""

    async def living(self) -> frozenset[str]:
        return frozenset()


class Processes:
    """The door, constructed once. `join` before anything is begun in this process's name."""

    def __init__(self, database: Database, data: Path) -> None:
        self._number = secrets.randbelow(2**31 - 1) + 1
        self.id = _id(self._number)
        self.shared = not database.sqlite
        """Whether the processes may be on several machines: they meet in PostgreSQL, not in a folder."""
        self._wire = Wire(database, self._number) if self.shared else None
        self._files = _Files(data / "processes", self.id)
        self._seen: dict[str, float] = {}
        self._acts: list[Act] = []
        self._watching: asyncio.Task[None] | None = None
        self._database = database

    def when_gone(self, act: Act) -> None:
        """Call `act` when `watch` begins and whenever a process has gone; soon again if it raised."""
        self._acts.append(act)

    async def join(self) -> None:
        """From now on this process lives."""
        if self._wire is not None:
            await self._wire.open()
        else:
            await asyncio.to_thread(self._files.hold)

    def watch(self) -> None:
        """Look for processes that are gone, from now on."""
        if self._watching is None:
            self._watching = asyncio.create_task(self._watch(), name="watch the other processes")

    async def rest(self) -> None:
        """End what `watch` began: what it calls is about to be closed."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait({self._watching})

    async def close(self) -> None:
        """From now on it does not live: what it leaves unfinished is another's."""
        await self.rest()
        if self._wire is not None:
            await self._wire.close()
        else:
            await asyncio.to_thread(self._files.free)

    async def living(self) -> frozenset[str]:
        """Raises the database's errors while it cannot be reached."""
        if self._wire is None:
            return await asyncio.to_thread(self._files.held)
        now = time.monotonic()
        if (
            not self._database.notices.across
        ):  # the others' connections may be lost as this one is: nobody is judged
            self._seen = dict.fromkeys(self._seen, now)
        for one in await self._wire.numbers():
            self._seen[_id(one)] = now
        self._seen = {one: at for one, at in self._seen.items() if now - at < SPARED}
        return frozenset(self._seen) | {self.id}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """One process of the studio at a time is inside; the others wait until it is through, or dead."""
        if self._wire is None:
            with await asyncio.to_thread(self._files.turn, name):
                yield
            return
        async with self._database.read() as session:
            lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 1))")
            await session.execute(lock, {"name": name})
            yield

    async def _watch(self) -> None:
        before: frozenset[str] = frozenset()
        owed = True
        while True:
            try:
                living = await self.living()
                owed = owed or bool(before - living)
                before = living
                if owed:
                    for act in self._acts:
                        await act()
                    owed = False
            except Exception as error:  # noqa: BLE001 a database that restarts: the next look does it
                log.warning("what other processes left could not be looked at: %s", error)
            await asyncio.sleep(LOOK)


class _Files:
    """Locked files, one a process, in a folder that all processes of the studio share."""

    def __init__(self, folder: Path, own: str) -> None:
        self._folder = folder
        self._own = own
        self._held: IO[bytes] | None = None

    def hold(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        # locked before it has its name: nobody may find it free and take it for one that was left behind
        draft = self._folder / f".{self._own}"
        self._held = draft.open("wb")
        fcntl.flock(self._held, fcntl.LOCK_EX)
        draft.rename(self._folder / self._own)

    def turn(self, name: str) -> IO[bytes]:
        """A file that is locked; closing it gives the lock back. Blocking."""
        file = (self._folder / f".turn-{name}").open("ab")
        fcntl.flock(file, fcntl.LOCK_EX)
        return file

    def free(self) -> None:
        if self._held is not None:
            (self._folder / self._own).unlink(missing_ok=True)
            self._held.close()
            self._held = None

    def held(self) -> frozenset[str]:
        """Names of the files that are locked; those that were left behind are removed."""
        found = set()
        for path in self._folder.glob("[!.]*"):
            if path.name == self._own:
                found.add(path.name)
                continue
            with contextlib.suppress(FileNotFoundError):
                handle = os.open(path, os.O_RDONLY)
                try:
                    fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
                    path.unlink(missing_ok=True)
                except BlockingIOError:
                    found.add(path.name)
                finally:
                    os.close(handle)
        return frozenset(found) | {self._own}


def _id(number: int) -> str:
    return f"prc_{number:08x}"

"""Keeps the shelf caught up with what makers publish, change, hide and delete: one look a second for all."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from madang.characters.types import Listed
from madang.discover.index.meaning import Meaning
from madang.discover.index.shelf import Read, Shelf, read
from madang.discover.index.sources import EVERY, KINDS, KnowledgeDoor, Said, Sources, telling

log = logging.getLogger(__name__)

SETTLE = 1.0
"""Seconds for which visitors are shown what was known."""
PATIENCE = 0.03
"""Seconds that a request waits for a look to end."""
FIRST_PATIENCE = 3.0
"""The same for the first requests after a start, when nothing is known yet."""
BATCH = 200
"""Characters read at a time; a slice of a quarter is put on the shelf between two requests."""
ANEW = 2_000
"""Dead rows, and at least as many as living ones, from which the shelf is made anew."""


class CharactersDoor(Protocol):
    async def listed(self, since: datetime | None = None, limit: int = ...) -> list[Listed]: ...
    async def listed_until(self) -> datetime | None: ...
    async def listed_of(self, ids: Sequence[str]) -> list[Listed]: ...


class Catalogue:
    """The door of this folder. `shelf` is replaced, never emptied."""

    def __init__(
        self,
        characters: CharactersDoor,
        meaning: Meaning,
        knowledge: KnowledgeDoor,
        *,
        settle: float = SETTLE,
    ) -> None:
        self._characters = characters
        self._sources = Sources(knowledge, every=min(EVERY, 5 * settle))
        self._settle = settle
        self._seen: datetime | None = None
        self._learned: set[str] = set()
        """Whose sources changed and who is not yet found by them."""
        self._looked = 0.0
        self._looking: asyncio.Task[None] | None = None
        self._working: asyncio.Task[None] | None = None
        self._popular: dict[str, float] = {}
        self.meaning = meaning
        self.shelf = Shelf()
        self.version = 0
        """Grows with every change of what a search could find."""
        self.ready = False
        """Whether everything that was there at the start has been read."""

    async def fresh(self, *, at_once: bool = False) -> None:
        """Looks for changes when the last look is a second ago; `at_once`, now (for makers, who want to see
        what they did). Waits a moment for it, not longer: a large import is taken in behind."""
        if self._looking is None:
            if not at_once and time.monotonic() - self._looked < self._settle:
                return
            self._looking = asyncio.create_task(self._look())
        patience = PATIENCE if self.ready else FIRST_PATIENCE
        if at_once:
            patience = FIRST_PATIENCE
        await asyncio.wait({self._looking}, timeout=patience)

    async def caught_up(self) -> None:
        """Waits until everything committed so far is on the shelf."""
        for _ in range(2):  # a look that is under way may have begun before it was committed
            if self._looking is None:
                self._looking = asyncio.create_task(self._look())
            await asyncio.wait({self._looking})

    async def close(self) -> None:
        for task in (self._looking, self._working):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, Exception):
                    await task

    def set_popular(self, popular: dict[str, float]) -> None:
        """Character id to popularity."""
        self._popular = popular
        self._apply_popularity(self.shelf)
        self.version += 1

    def _apply_popularity(self, shelf: Shelf) -> None:
        rows = shelf.rows
        shelf.columns.set_popularity(
            {rows[key]: value for key, value in self._popular.items() if key in rows}
        )

    async def _look(self) -> None:
        try:
            self._learned |= await self._sources.changed()
            until = await self._characters.listed_until()
            if until != self._seen or not self.ready:
                if not self.ready:
                    self._learned.clear()  # they are about to be read for the first time
                await self._catch_up(until)
            await self._learn()
            self.ready = True
            if self._working is None:
                self._working = asyncio.create_task(self._work())
        except Exception:  # a request must not fail because of it, and the next look tries again
            log.exception("the gallery could not be caught up")
        finally:
            self._looked = time.monotonic()
            self._looking = None

    async def _work(self) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await self.meaning.prune(self.shelf)
            await self.meaning.work()

    async def _catch_up(self, until: datetime | None) -> None:
        back_in_time = self._seen is not None and (until is None or until < self._seen)
        worn = self.shelf.dead > max(ANEW, len(self.shelf.rows))
        if back_in_time or worn:
            shelf = Shelf()
            self._seen = await self._fill(shelf, None)
            self.shelf = shelf
            self._apply_popularity(shelf)
            self.version += 1
        else:
            self._seen = await self._fill(self.shelf, self._seen)

    async def _learn(self) -> None:
        """Lets those whose sources changed be found by what they know now."""
        rows, entries = self.shelf.rows, self.shelf.entries
        known = [key for key in sorted(self._learned) if key in rows and entries[rows[key]].kind in KINDS]
        for start in range(0, len(known), BATCH):
            listed = await self._characters.listed_of(known[start : start + BATCH])
            self._put(self.shelf, await self._read(listed))
        self._learned.clear()

    async def _read(self, batch: Sequence[Listed]) -> list[Read | str]:
        said = await self._sources.of(batch)
        return await asyncio.to_thread(_read, batch, said)

    async def _fill(self, shelf: Shelf, since: datetime | None) -> datetime | None:
        while True:
            batch = await self._characters.listed(since, BATCH)
            made = await self._read(batch)
            for start in range(0, len(made), BATCH // 4):
                self._put(shelf, made[start : start + BATCH // 4])
                await asyncio.sleep(0)
            if batch:
                since = batch[-1].changed_at
                if shelf is self.shelf:
                    self._seen = since
            if len(batch) < BATCH:
                return since

    def _put(self, shelf: Shelf, made: Sequence[Read | str]) -> None:
        for one in made:
            if isinstance(one, str):
                shelf.take(one)
            else:
                row = shelf.put(one)
                if popularity := self._popular.get(shelf.entries[row].id):
                    shelf.columns.popularity[row] = popularity
                self.meaning.want(shelf, row)
        self.version += 1


def _read(batch: Sequence[Listed], said: Mapping[str, Said]) -> list[Read | str]:
    """What is to be shown, made ready; the id of what is not."""
    return [read(listed, telling(said.get(listed.id, ()))) if listed.shown else listed.id for listed in batch]

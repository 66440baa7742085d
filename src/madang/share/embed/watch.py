"""The switch, watched: who holds a panel open or a reply running learns within half a second that it is off.

One look at the database serves every panel and reply of this process, and there is none while nobody waits.
It is made at once when a change is told, whichever process made it, and often where nothing is told.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter

from madang.share import store
from madang.storage.database import Database

log = logging.getLogger(__name__)
EVERY = 0.4
"""Seconds from look to look: the promise is one second, and ending a reply takes some of it."""
CALM = 5.0
"""The same where other processes tell of their changes."""


class Watch:
    """Constructed once. `ended` waits until an embed is off for an origin."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._watched: Counter[str] = Counter()
        self._open: dict[str, frozenset[str]] = {}
        self._look = asyncio.Event()
        self._news = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        database.notices.hear(store.TOPIC, self._poke)

    def _poke(self, character_id: str | None) -> None:
        """Looks now: the switch or the origins of this embed were changed, or of any."""
        if character_id is None or character_id in self._watched:
            self._look.set()

    async def ended(self, character_id: str, origin: str) -> None:
        """Returns once the panel of this character may no longer be shown at this origin."""
        self._watched[character_id] += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        else:
            self._look.set()  # what it knows of others says nothing of a character it did not ask for yet
        try:
            async with self._news:
                while origin in self._open.get(character_id, frozenset((origin,))):
                    await self._news.wait()
        finally:
            self._watched[character_id] -= 1
            if not self._watched[character_id]:
                del self._watched[character_id]
                self._open.pop(character_id, None)

    async def _watch(self) -> None:
        while self._watched:
            self._look.clear()
            try:
                asked = list(self._watched)
                async with self._database.read() as session:
                    rows = await store.embeds(session, asked)
                found = {row.character_id: row for row in rows}
                async with self._news:
                    for one in asked:
                        row = found.get(one)
                        known = row is not None and row.on
                        self._open[one] = frozenset(store.settings_of(row).origins if row and known else ())
                    self._news.notify_all()
            except Exception:  # a busy database must not leave panels unwatched
                log.exception("the switch of the embeds could not be read")
            try:
                every = CALM if self._database.notices.across else EVERY
                await asyncio.wait_for(self._look.wait(), every)
            except TimeoutError:
                continue

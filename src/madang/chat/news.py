"""News of conversations while their pages are open, across processes: a look at the database when a change is
told, and twice a second where other processes tell nothing (SQLite, or a lost connection); none while nobody
watches."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from madang.chat import store
from madang.chat.types import Conversation, News, Reply, Turn
from madang.storage.database import Database

log = logging.getLogger(__name__)
SECONDS = 0.5
"""Between two looks at the database where changes of other processes are not told."""
CALM = 5.0
"""The same where they are."""
LONGEST = 120.0
"""Seconds that one stream lasts: then the page asks again, and is asked again who it is."""
State = tuple[int, str | None] | None
"""Revision and holder; None when there is no such conversation."""


class Watch:
    """Tells what changed in conversations that somebody looks at. `wake` spares this process the wait."""

    def __init__(self, database: Database, seconds: float = SECONDS) -> None:
        self._database = database
        self._seconds = seconds
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._states: dict[str, State] = {}
        self._task: asyncio.Task[None] | None = None
        self._now = asyncio.Event()
        self._closed = False
        database.notices.hear(store.TOPIC, self.wake)

    @property
    def watched(self) -> int:
        """How many conversations are looked at right now."""
        return len(self._waiting)

    def wake(self, conversation_id: str | None) -> None:
        """A conversation changed, or None: any of them. Look at once, if it is watched."""
        if conversation_id is None or conversation_id in self._waiting:
            self._now.set()

    async def states(
        self, conversation_id: str, revision: int, seconds: float = LONGEST
    ) -> AsyncGenerator[State, None]:
        """Each state after `revision`, as soon as it is seen; None as the last one. Ends after `seconds`."""
        changed = asyncio.Event()
        self._waiting.setdefault(conversation_id, set()).add(changed)
        if conversation_id in self._states:
            changed.set()  # somebody else looks at it too: what is known already may be news here
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look())
        self._now.set()
        ends = time.monotonic() + seconds
        try:
            while not self._closed and (left := ends - time.monotonic()) > 0:
                try:
                    async with asyncio.timeout(left):
                        await changed.wait()
                except TimeoutError:
                    return
                changed.clear()
                state = self._states.get(conversation_id)
                if state is None:
                    yield None
                    return
                if state[0] > revision:
                    revision = state[0]
                    yield state
        finally:
            others = self._waiting.get(conversation_id, set())
            others.discard(changed)
            if not others:
                self._waiting.pop(conversation_id, None)
                self._states.pop(conversation_id, None)

    async def close(self) -> None:
        """Ends every stream: the studio stops."""
        self._closed = True
        for waiting in self._waiting.values():
            for changed in waiting:
                changed.set()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _look(self) -> None:
        while self._waiting:
            self._now.clear()
            ids = list(self._waiting)
            try:
                async with self._database.read() as session:
                    found = await store.states_of(session, ids)
            except store.UNREACHABLE as error:  # a restart of the database: the next look will tell
                log.warning("conversations could not be watched: %s", error)
            else:
                self._tell(ids, found)
            began = time.monotonic()
            try:
                async with asyncio.timeout(CALM if self._database.notices.across else self._seconds):
                    await self._now.wait()
            except TimeoutError:
                continue
            # many changes at once are one look
            await asyncio.sleep(max(0.0, min(0.02, self._seconds - (time.monotonic() - began))))

    def _tell(self, ids: Sequence[str], found: dict[str, tuple[int, str | None]]) -> None:
        for one in ids:
            state = found.get(one)
            if one in self._states and self._states[one] == state:
                continue
            self._states[one] = state
            for changed in self._waiting.get(one, ()):
                changed.set()


async def news_of(
    watch: Watch, database: Database, before: Conversation, since: int | None, seconds: float = LONGEST
) -> AsyncGenerator[News, None]:
    """What happens in a conversation from `before` on. `since`: the revision that the page already shows."""
    known, held = _words(before), before.held_by is not None
    yield News(kind="here", revision=before.revision, held=held)
    if since is not None and since != before.revision:
        yield News(kind="changed", revision=before.revision, held=held, turn=_last(before))
    async with aclosing(watch.states(before.id, before.revision, seconds)) as states:
        async for state in states:
            if state is None:
                yield News(kind="deleted")
                return
            async with database.read() as session:
                now = await store.opened(session, before.id)
            if now is None:
                yield News(kind="deleted")
                return
            for news in _between(known, held, now):
                yield news
            known, held = _words(now), now.held_by is not None


def _between(known: dict[str, str], held: bool, now: Conversation) -> list[News]:
    """What happened, in the order in which a reader should hear it."""
    holds = now.held_by is not None
    found: list[News] = []
    if holds and not held:
        found.append(News(kind="joined", revision=now.revision, held=True))
    said = [one for one in now.turns for reply in one.replies if _new(reply, known)]
    for turn in said:
        reply = next(reply for reply in turn.replies if _new(reply, known))
        found.append(News(kind="said", revision=now.revision, held=holds, turn=turn, reply=reply))
    if held and not holds:
        found.append(News(kind="back", revision=now.revision))
    if not found:
        found.append(News(kind="changed", revision=now.revision, held=holds, turn=_last(now)))
    return found


def _new(reply: Reply, known: dict[str, str]) -> bool:
    return reply.basis == "person" and bool(reply.text) and known.get(reply.id) != reply.text


def _words(conversation: Conversation) -> dict[str, str]:
    """A person's words so far, by reply."""
    every = [reply for turn in conversation.turns for reply in turn.replies]
    return {reply.id: reply.text for reply in every if reply.basis == "person" and reply.text}


def _last(conversation: Conversation) -> Turn | None:
    return conversation.turns[-1] if conversation.turns else None

"""One task runs a reply from its first event to its end, whoever reads it.

A generator that is started in one task and continued in another breaks whatever timeouts it holds, and one
that is left suspended keeps the model busy. Here closing the feed closes the generator, in its own task.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from typing import TypeVar

from starlette.requests import ClientDisconnect, Request

from madang.chat.types import Event
from madang.kernel.errors import (
    BadInput,
    Busy,
    Conflict,
    Forbidden,
    MadangError,
    ModelFailed,
    NotFound,
    Offline,
    SignInNeeded,
    StorageFull,
    TooLarge,
    Unreadable,
)

T = TypeVar("T")

_KINDS: dict[str, type[MadangError]] = {
    kind.code: kind
    for kind in (
        BadInput,
        Busy,
        Conflict,
        Forbidden,
        ModelFailed,
        NotFound,
        Offline,
        SignInNeeded,
        StorageFull,
        TooLarge,
        Unreadable,
    )
}


class Feed:
    """Events of one reply. `next` gives None at the end and raises what the reply failed with."""

    def __init__(self, events: AsyncIterator[Event]) -> None:
        self._events = events
        # one ahead is enough to keep the model going; more would be made for nobody when the reader leaves
        self._queue: asyncio.Queue[Event | Exception | None] = asyncio.Queue(maxsize=1)
        self._task = asyncio.create_task(self._run())

    async def next(self) -> Event | None:
        event = await self._queue.get()
        if isinstance(event, Exception):
            raise event
        if event is not None and event.kind == "failed":
            raise failure(event)
        return event

    async def close(self) -> None:
        """Stop the reply, if it still runs, and wait until its model has stopped."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        try:
            async for event in self._events:
                await self._queue.put(event)
        except Exception as error:  # noqa: BLE001 handed to the reader, who raises it
            await self._queue.put(error)
        else:
            await self._queue.put(None)
        finally:
            aclose = getattr(self._events, "aclose", None)
            if aclose is not None:
                await aclose()


def failure(event: Event) -> MadangError:
    """The error that a `failed` event tells of."""
    kind = _KINDS.get(str(event.data.get("code", "")), ModelFailed)
    sentence = event.text or str(
        event.data.get("sentence") or "The model stopped before its reply was whole."
    )
    after = event.data.get("retry_after")
    if kind is Busy and isinstance(after, int):
        return Busy(sentence, after)
    return kind(sentence)


async def until_left(request: Request, work: Coroutine[None, None, T]) -> T:
    """Do `work`, but give it up when the client leaves: raises ClientDisconnect then."""
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_left(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        for task in (working, leaving):
            task.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass

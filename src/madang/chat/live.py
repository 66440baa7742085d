"""Replies being made in this process: one a conversation, stopped at once, never left behind.

A reply is made in a task of its own, so that a stop reaches it while it waits for the model. The reader gets
its events through a queue; when the reader leaves, the task is cancelled and its end awaited.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from madang.chat.types import Event
from madang.kernel.errors import Conflict

Result = TypeVar("Result")


@dataclass(eq=False)
class Line:
    """From the task that makes a reply to the one who reads it."""

    turn_id: str | None = None
    queue: asyncio.Queue[Event | BaseException | None] = field(default_factory=asyncio.Queue)
    task: asyncio.Task[None] | None = None

    def send(self, event: Event) -> None:
        self.queue.put_nowait(event)


class Live:
    """The registry. `key` is what may have one reply at a time: a conversation."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def busy(self, key: str) -> bool:
        return key in self._lines

    async def run(self, key: str, make: Callable[[Line], Awaitable[None]]) -> AsyncGenerator[Event, None]:
        """Events that `make` sends. Raises what `make` raises; Conflict when `key` has a reply already."""
        if key in self._lines:
            raise Conflict("The last reply is still being written. Stop it or wait until it is finished.")
        line = self._lines[key] = Line()
        line.task = asyncio.create_task(_make(line, make))
        # a callback and not a `finally`: a task cancelled before its first step runs no `finally`
        line.task.add_done_callback(lambda _: self._ended(key, line))
        try:
            while (item := await line.queue.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            await self._end(line)

    async def stop(self, turn_id: str) -> bool:
        """Stops the reply to this turn and waits until it is kept; False when none is being made."""
        for line in list(self._lines.values()):
            if line.turn_id == turn_id:
                await self._end(line)
                return True
        return False

    async def stop_key(self, key: str) -> None:
        """Stops whatever is made for `key`."""
        if line := self._lines.get(key):
            await self._end(line)

    async def close(self) -> None:
        for line in list(self._lines.values()):
            await self._end(line)

    def _ended(self, key: str, line: Line) -> None:
        if self._lines.get(key) is line:
            del self._lines[key]
        line.queue.put_nowait(None)

    async def _end(self, line: Line) -> None:
        """Cancels, and waits however often the waiting is itself cancelled."""
        task = line.task
        if task is None or task.done():
            return
        task.cancel()
        cancelled: asyncio.CancelledError | None = None
        while not task.done():
            try:
                await asyncio.wait({task})
            except asyncio.CancelledError as error:
                cancelled = error
        if cancelled is not None:
            raise cancelled


async def _make(line: Line, make: Callable[[Line], Awaitable[None]]) -> None:
    try:
        await make(line)
    except asyncio.CancelledError:
        pass
    except Exception as error:  # noqa: BLE001 - it is raised again where the events are read
        line.queue.put_nowait(error)


async def to_the_end(work: Awaitable[Result]) -> Result:
    """Awaits `work` to its end even when the waiting task is cancelled meanwhile; the cancel comes after."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            if task.cancelled():
                break
            cancelled = error
        except Exception:  # noqa: BLE001 - `result` below raises it
            break
    if cancelled is not None:
        raise cancelled
    return task.result()

"""Replies being made in this process: one a conversation, stopped at once, never left behind.

A reply is made in a task of its own, so that a stop reaches it while it waits for the model. Its readers get
its events through queues, one that comes later all that was told before. When the last reader leaves, the
task is cancelled and its end awaited; a reader that may come back (a page that is loaded again) leaves it
running for as long as it said.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TypeVar

from madang.chat.types import Event
from madang.kernel.errors import Conflict, NotFound

Result = TypeVar("Result")


Item = Event | BaseException | None
"""What a reader gets; None is the end."""


@dataclass(eq=False)
class Line:
    """From the task that makes a reply to those who read it."""

    turn_id: str | None = None
    task: asyncio.Task[None] | None = None
    told: list[Item] = field(default_factory=list)
    readers: list[asyncio.Queue[Item]] = field(default_factory=list)
    leaving: asyncio.TimerHandle | None = None
    """Ends the reply, unless somebody reads it again before."""

    def send(self, item: Item) -> None:
        self.told.append(item)
        for queue in self.readers:
            queue.put_nowait(item)

    def joined(self) -> asyncio.Queue[Item]:
        """The queue of a reader more: all that was told, words in one piece, and what comes."""
        queue: asyncio.Queue[Item] = asyncio.Queue()
        for item in _short(self.told):
            queue.put_nowait(item)
        self.readers.append(queue)
        self.stays()
        return queue

    def stays(self) -> None:
        if self.leaving is not None:
            self.leaving.cancel()
            self.leaving = None


class Live:
    """The registry. `key` is what may have one reply at a time: a conversation."""

    def __init__(self) -> None:
        self._lines: dict[str, Line] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def busy(self, key: str) -> bool:
        return key in self._lines

    async def run(
        self, key: str, make: Callable[[Line], Awaitable[None]], *, stay: float = 0.0
    ) -> AsyncGenerator[Event, None]:
        """Events that `make` sends. Raises what `make` raises; Conflict when `key` has a reply already.

        `stay`: seconds that it goes on after this reader has left, where nobody else reads it.
        """
        if key in self._lines:
            raise Conflict("The last reply is still being written. Stop it or wait until it is finished.")
        line = self._lines[key] = Line()
        line.task = asyncio.create_task(_make(line, make))
        # a callback and not a `finally`: a task cancelled before its first step runs no `finally`
        line.task.add_done_callback(lambda _: self._ended(key, line))
        async with aclosing(self._read(line, stay)) as events:
            async for event in events:
                yield event

    async def follow(self, turn_id: str, *, stay: float = 0.0) -> AsyncGenerator[Event, None]:
        """The events of the reply being made to this turn, from its first one on. Raises NotFound when none
        is."""
        line = next((one for one in self._lines.values() if one.turn_id == turn_id), None)
        if line is None:
            raise NotFound("No reply to this message is being written here.")
        async with aclosing(self._read(line, stay)) as events:
            async for event in events:
                yield event

    async def _read(self, line: Line, stay: float) -> AsyncGenerator[Event, None]:
        queue = line.joined()
        try:
            while (item := await queue.get()) is not None:
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            line.readers.remove(queue)
            if not line.readers:
                await self._left(line, stay)

    async def _left(self, line: Line, stay: float) -> None:
        """Nobody reads it any more."""
        if stay <= 0 or line.task is None or line.task.done():
            await self._end(line)
        else:
            line.leaving = asyncio.get_running_loop().call_later(stay, line.task.cancel)

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
        line.stays()
        line.send(None)

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
        line.send(error)


def _short(told: Sequence[Item]) -> list[Item]:
    """The same with the words that follow one another as one piece."""
    short: list[Item] = []
    for item in told:
        last = short[-1] if short else None
        if isinstance(item, Event) and isinstance(last, Event) and item.kind == last.kind == "delta":
            short[-1] = Event(kind="delta", text=last.text + item.text)
        else:
            short.append(item)
    return short


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

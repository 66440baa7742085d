"""One request on its way through the engine: chunks from its thread to the loop, and when it is given up."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence

log = logging.getLogger(__name__)

STALL_SECONDS = 120.0
"""A generation whose engine yields nothing for so long, to it or to others, has failed."""
TOTAL_SECONDS = 1800.0
"""The longest a generation may take."""
LOST_SECONDS = 60.0
"""An engine that has not let go of a stopped generation after so long never will."""


class Pulse:
    """When an engine last yielded anything to anybody: prompts that came earlier are read first. What one
    batch yields to many wakes the loop once."""

    def __init__(self) -> None:
        self.at = 0.0
        self._reached: deque[asyncio.Event] = deque()
        self._woken = False

    def wake(self, loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
        """Sets the event on the loop, from any thread. Raises RuntimeError when the loop is gone."""
        self._reached.append(event)
        if not self._woken:
            self._woken = True
            loop.call_soon_threadsafe(self._set)

    def _set(self) -> None:
        self._woken = False  # before the last look: who comes after it wakes the loop again
        while self._reached:
            self._reached.popleft().set()


PLACED = -1
"""In place of a place in the queue: it has a slot."""


class Generation:
    """Chunks on their way from the engine's thread to the loop. `cancelled` stops it at its next chunk.

    One watchdog a generation, rather than a timeout a token, keeps the loop's work a token small. It looks
    from `begin` on: who waits for a slot waits for others.
    """

    def __init__(self, pulse: Pulse | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        self.pulse = pulse or Pulse()
        self.items: deque[bytes | int | BaseException | None] = deque()
        self.arrived = asyncio.Event()
        self.cancelled = False
        self.stopped: asyncio.Future[None] = self.loop.create_future()
        """Done when it is cancelled."""
        self.overdue: float | None = None
        """Seconds after which it was given up."""
        self.lost = False
        self.placed = False
        """Whether it has a slot."""
        self.prepared = 0
        """Tokens of the beginning that its slot was prepared with."""
        self.computed = 0
        """Those of its prompt that had to be computed before it was asked."""
        self.fed = 0
        """Those of them that are no part of its beginning."""
        self.beginning: Sequence[dict[str, str]] = ()
        self.adapter = ""
        """What decides of the adapter that it was prepared with."""
        self.prompt_tokens = self.cached_tokens = 0
        self._done = False
        self._seen = self._began = 0.0
        self._watch: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """It has a slot."""
        self.placed = True
        self._seen = self._began = self.loop.time()
        self._watch = self.loop.call_later(min(STALL_SECONDS, TOTAL_SECONDS), self._look)

    def _look(self) -> None:
        now = self.loop.time()
        seen = max(self._seen, self.pulse.at)
        left, rest = seen + STALL_SECONDS - now, self._began + TOTAL_SECONDS - now
        if min(left, rest) <= 0:
            self.overdue = STALL_SECONDS if left <= 0 else TOTAL_SECONDS
            self.arrived.set()
        else:
            self._watch = self.loop.call_later(min(left, rest), self._look)

    def read(self, total: int, cached: int) -> None:
        """How many tokens its prompt has, and how many of them were there already."""
        self.prompt_tokens, self.cached_tokens = total, cached

    def put(self, item: bytes | int | BaseException | None) -> None:
        """On the loop. A chunk of JSON, a place in the queue, an error, or None: the end."""
        self.items.append(item)
        self.arrived.set()

    def on_chunk(self, chunk: bytes) -> bool:
        """Called in the engine's thread."""
        self.pulse.at = self.loop.time()
        if not self.cancelled:
            self.items.append(chunk)
            try:
                self.pulse.wake(self.loop, self.arrived)
            except RuntimeError:  # the loop is gone, so nobody reads any more
                self.cancelled = True
        return self.cancelled

    async def get(self) -> bytes | int | BaseException | None:
        """The next item. Raises TimeoutError when it is overdue."""
        while not self.items:
            if self.overdue is not None:
                raise TimeoutError
            self.arrived.clear()
            await self.arrived.wait()
        self._seen = self.loop.time()
        if self.overdue == TOTAL_SECONDS:
            raise TimeoutError
        return self.items.popleft()

    def cancel(self) -> None:
        """Stops it. It is `lost` when the engine has not let go a good while later."""
        if self.cancelled:
            return
        self.cancelled = True
        if not self.stopped.done():
            self.stopped.set_result(None)
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None if self._done else self.loop.call_later(LOST_SECONDS, self._lose)

    def done(self) -> None:
        """The engine has let go of it."""
        self._done = True
        if self._watch is not None and self.cancelled:
            self._watch.cancel()

    def _lose(self) -> None:
        self.lost = True
        log.error("the engine did not let go of a stopped generation")


def in_thread(work: Callable[[], None], name: str) -> asyncio.Future[None]:
    """Runs `work` in a thread of its own, which does not hold up the end of the process: one that hangs in
    native code never ends."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def finish(error: BaseException | None) -> None:
        if done.done():
            return
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)

    def run() -> None:
        error: BaseException | None = None
        try:
            work()
        except Exception as caught:  # noqa: BLE001 - it is raised where the result is awaited
            error = caught
        try:
            loop.call_soon_threadsafe(finish, error)
        except RuntimeError:  # the loop is gone
            log.debug("nobody waits for %s any more", name)

    threading.Thread(target=run, name=name, daemon=True).start()
    return done

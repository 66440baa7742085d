"""One engine of the list: loaded on first use, passed over while it is lost, looked after until back."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable

from madang.kernel.errors import BadInput, Busy, MadangError, ModelFailed, TooLarge
from madang.models.engines.types import ClusterNow, EngineState, Spec, State
from madang.models.types import ChatRuntime, adapters_of

log = logging.getLogger(__name__)
FIRST_LOOK = 0.5
LONGEST_LOOK = 60.0
"""Seconds between looks at a lost engine: twice as many each time, until it has answered somebody."""
LONGEST_BUSY = 15.0
RETIRE_SECONDS = 60.0
"""How long an engine that was replaced may finish its replies."""

Load = Callable[[Spec], Awaitable[ChatRuntime]]
Look = Callable[[Spec], Awaitable[bool]]


class Served:
    """Belongs to one event loop. `load` connects or loads; `look` says whether a lost one answers again."""

    def __init__(self, spec: Spec, load: Load, look: Look) -> None:
        self.spec = spec
        self.state: State = "asleep"
        self.runtime: ChatRuntime | None = None
        self.error: MadangError | None = None
        self.replies = self.failures = self.running = 0
        self._load = load
        self._look = look
        self._lock = asyncio.Lock()
        self._in_a_row = 0
        self._until = 0.0
        self._since = 0.0
        self._looking: asyncio.Task[None] | None = None

    @property
    def open(self) -> bool:
        """Whether it is to be asked now."""
        waited = time.monotonic() >= self._until
        if waited and (self.state == "busy" or (self.state == "lost" and not self.spec.server)):
            self.state = "ready" if self.runtime is not None else "asleep"
        return self.state in ("asleep", "ready")

    async def loaded(self, seconds: float | None = None) -> ChatRuntime:
        """Its runtime, within `seconds`. Raises what loading raises; ModelFailed when it takes too long."""
        async with self._lock:
            if self.runtime is not None and getattr(self.runtime, "lost", False):
                log.error("engine %s hangs: it is loaded again", self.spec.name)
                hung, self.runtime = self.runtime, None
                await hung.close()
            if self.runtime is None:
                try:
                    async with asyncio.timeout(seconds):
                        self.runtime = await self._load(self.spec)
                except TimeoutError:
                    raise ModelFailed("The model server gave no answer in time.") from None
                if self.state == "asleep":
                    self.state = "ready"
            return self.runtime

    def well(self) -> None:
        """It has answered."""
        self.replies += 1
        self._in_a_row = 0
        if self.state != "ready":
            self._back()

    def failed(self, failure: MadangError) -> bool:
        """Notes a failure; whether another engine may do better. A bad request is no failure of it."""
        if isinstance(failure, TooLarge | BadInput):
            return False
        self.failures += 1
        if isinstance(failure, Busy):
            self._note("busy", failure)
            self._until = time.monotonic() + min(float(failure.retry_after), LONGEST_BUSY)
            return True
        status = failure.params.get("status")
        if isinstance(status, int) and 400 <= status < 500:
            return True  # it is there, and does not like this one request
        self._lose(failure)
        return True

    def _note(self, state: State, failure: MadangError) -> None:
        if self.state != state:
            self._since = time.monotonic()
            log.warning("engine %s is %s: %s", self.spec.name, state, failure)
        self.state, self.error = state, failure

    def _lose(self, failure: MadangError) -> None:
        self._note("lost", failure)
        if not self.spec.server:  # loading it again tells
            self._until = time.monotonic() + self._pause()
        elif self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_after(), name=f"look after {self.spec.name}")

    async def _look_after(self) -> None:
        while self.state == "lost":
            pause = self._pause()
            self._until = time.monotonic() + pause
            await asyncio.sleep(pause)
            if await self._look(self.spec):
                await self._forget_runtime()  # it may serve another model by now, or the same one longer
                self._back()

    def _pause(self) -> float:
        pause = min(LONGEST_LOOK, FIRST_LOOK * 2.0**self._in_a_row)
        self._in_a_row = min(self._in_a_row + 1, 16)
        return pause

    def _back(self) -> None:
        if self.state == "lost":
            log.warning("engine %s is back after %.0f s", self.spec.name, time.monotonic() - self._since)
        self.state, self.error = "ready" if self.runtime is not None else "asleep", None

    async def _forget_runtime(self) -> None:
        async with self._lock:
            old, self.runtime = self.runtime, None
        if old is not None and not self.running:
            await old.close()

    def told(self, order: int) -> EngineState:
        """How it is now."""
        lost = not self.open
        now = time.monotonic()
        inner = self.runtime
        waiting, slots = getattr(inner, "waiting", 0), getattr(inner, "slots", None)
        waiting = waiting if isinstance(waiting, int) else 0
        cluster = getattr(inner, "cluster", None)
        return EngineState(
            name=self.spec.name,
            role="chat",
            order=order,
            server=self.spec.server,
            by_settings=self.spec.cluster,
            state=self.state,
            card=inner.card if inner is not None else None,
            reason=self.error.sentence if self.error else "",
            params=dict(self.error.params) if self.error else {},
            lost_for=now - self._since if lost else None,
            looks_in=max(0.0, self._until - now) if lost else None,
            replies=self.replies,
            failures=self.failures,
            running=max(0, self.running - waiting),
            waiting=waiting,
            adapters=tuple(adapters_of(inner)) if inner is not None else (),
            slots=slots if isinstance(slots, int) else None,
            cluster=cluster if isinstance(cluster, ClusterNow) else None,
        )

    async def retire(self, closing: Callable[[], bool]) -> None:
        """Closes it when it has finished its replies, at once where `closing()` says so."""
        if self._looking is not None:
            self._looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looking
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RETIRE_SECONDS):
                while self.running and not closing():  # noqa: ASYNC110 - two things to watch
                    await asyncio.sleep(0.1)
        async with self._lock:
            old, self.runtime = self.runtime, None
        self.state = "asleep"
        if old is not None:
            await old.close()

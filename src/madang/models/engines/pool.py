"""The engines of the role `chat`, in their order: the first that can answers, and another when it is lost.

`Pool.runtime()` gives a `ChatRuntime` with the card of the engine that would answer now. An engine that is
lost before its first token (refused, late, broken, nonsense) is passed over at once; one that is lost in the
middle of a reply fails that reply, for what was said cannot be said again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from madang.kernel.errors import MadangError, ModelFailed
from madang.kernel.meters import Meters
from madang.models.engines.plain import Plain
from madang.models.engines.served import Load, Look, Served
from madang.models.engines.types import EngineState, Spec
from madang.models.types import ChatRequest, ChatRuntime, Delta, ModelCard, adapters_of, calls_tools

LETTERS_A_TOKEN = 16
"""More than any token has on average: a server that ignores `max_tokens` is cut off here."""


class Pool:
    """Engines in order. `patience`: seconds that a server may take to its first token while others could."""

    def __init__(
        self, specs: Sequence[Spec], load: Load, look: Look, *, patience: float, meters: Meters
    ) -> None:
        self._load, self._look = load, look
        self.patience = patience
        self.meters = meters
        self._engines = [Served(spec, load, look) for spec in specs]
        self._routed: dict[Served, Routed] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._closed = False

    def states(self) -> list[EngineState]:
        return [engine.told(order) for order, engine in enumerate(self._engines)]

    def running(self) -> list[ChatRuntime]:
        """The runtimes that are loaded, in their order."""
        return [engine.runtime for engine in self._engines if engine.runtime is not None]

    def others(self, than: Served) -> bool:
        """Whether another engine could answer."""
        return any(engine is not than and engine.open for engine in self._engines)

    async def runtime(self) -> Routed:
        """The engine that would answer now, loaded. Raises what the preferred one raises when none can."""
        found = await self.next_after(())
        if isinstance(found, MadangError):
            raise found
        engine, runtime = found
        kept = self._routed.get(engine)
        if kept is None or kept.inner is not runtime:  # who holds something for a runtime keeps it
            kept = self._routed[engine] = Routed(self, engine, runtime)
        return kept

    async def next_after(self, tried: Sequence[Served]) -> tuple[Served, ChatRuntime] | MadangError:
        """The next engine that can be loaded, or why the first of them cannot."""
        left = [engine for engine in self._engines if engine not in tried]
        first: MadangError | None = None
        # when every one is lost they are asked all the same: one may be back before it is looked at
        for engine in [engine for engine in left if engine.open] or left:
            others = len(self._engines) > 1
            try:
                return engine, await engine.loaded(self.patience if others and engine.spec.server else None)
            except MadangError as failure:
                first = first or failure
                engine.failed(failure)
                self.meters.engine_failed(engine.spec.name, failure.code)
        return first or ModelFailed("No model can answer now.")

    def loaded(self, name: str) -> ChatRuntime | None:
        """The runtime of an engine that answers now, where there is one by this name."""
        found = next((engine for engine in self._engines if engine.spec.name == name), None)
        return found.runtime if found is not None and found.state == "ready" else None

    async def change(self, specs: Sequence[Spec]) -> None:
        """Another list: engines that stay go on as they are, those that go finish what they are saying."""
        before = {engine.spec: engine for engine in self._engines}
        self._engines = [
            before.pop(spec) if spec in before else Served(spec, self._load, self._look) for spec in specs
        ]
        for engine in before.values():
            self._routed.pop(engine, None)
            task = asyncio.create_task(engine.retire(lambda: self._closed), name="retire an engine")
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def close(self) -> None:
        self._closed = True
        if self._leaving:
            await asyncio.wait(set(self._leaving))
        for engine in self._engines:
            await engine.retire(lambda: True)


class Routed:
    """A `ChatRuntime` over the pool. `card` is of the engine it was made for; another may take over."""

    def __init__(self, pool: Pool, engine: Served, runtime: ChatRuntime) -> None:
        self._pool = pool
        self._engine = engine
        self.inner = runtime
        """The runtime itself."""
        self.grammars = runtime.grammars
        self.calls = calls_tools(runtime)
        self.adapters = adapters_of(runtime)
        self.engine = engine.spec.name

    def __repr__(self) -> str:
        return f"Routed({self.inner!r})"

    @property
    def card(self) -> ModelCard:
        """As it is known now: a measurement may have changed it."""
        return self.inner.card

    @card.setter
    def card(self, card: ModelCard) -> None:
        self.inner.card = card

    @property
    def busy(self) -> int:
        return self._engine.running

    async def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        """See `ChatRuntime.stream`. Another engine answers when this one is lost before its first token,
        unless the request says not to `reroute`."""
        engine, runtime = self._engine, self.inner
        tried = [engine]
        while True:
            begun = False
            try:
                async with aclosing(self._watched(engine, runtime, request)) as deltas:
                    async for delta in deltas:
                        begun = begun or bool(delta.text)
                        yield delta
                return
            except MadangError as failure:
                if not engine.failed(failure):
                    raise
                self._pool.meters.engine_failed(engine.spec.name, failure.code)
                if begun or not request.reroute:
                    raise
                found = await self._pool.next_after(tried)
                if isinstance(found, MadangError):
                    raise
                engine, runtime = found
                tried.append(engine)
                if request.grammar is not None and not runtime.grammars:
                    request = replace(request, grammar=None)

    async def _watched(
        self, engine: Served, runtime: ChatRuntime, request: ChatRequest
    ) -> AsyncGenerator[Delta, None]:
        """One engine's deltas: as plain text, on time, cut off where they have no end, and measured."""
        plain, letters, began = Plain(), 0, time.perf_counter()
        first = 0.0
        engine.running += 1
        try:
            async with aclosing(runtime.stream(request)) as stream:  # type: ignore[type-var]
                source = stream.__aiter__()
                while True:
                    late = not first and engine.spec.server and self._pool.others(engine)
                    try:
                        async with asyncio.timeout(self._pool.patience if late else None):
                            delta = await anext(source)
                    except StopAsyncIteration:
                        break
                    except TimeoutError:
                        raise ModelFailed("The model server gave no answer in time.") from None
                    text = plain.feed(delta.text) + (plain.finish() if delta.finish else "")
                    if (text or delta.finish) and not first:
                        first = time.perf_counter()
                        engine.well()
                    letters += len(text)
                    endless = letters > request.max_tokens * LETTERS_A_TOKEN and not delta.finish
                    done = (
                        replace(delta, text=text, finish="length") if endless else replace(delta, text=text)
                    )
                    if done.finish:
                        self._pool.meters.generated(
                            engine.spec.name, began, first or time.perf_counter(), done.usage, letters
                        )
                    yield done
                    if endless:
                        return
        finally:
            engine.running -= 1

    async def count_tokens(self, text: str) -> int:
        return await self.inner.count_tokens(text)

    async def close(self) -> None:
        """Nothing: the pool closes its engines."""

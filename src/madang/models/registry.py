"""The door of this room: which models there are, which serve, and each loaded once."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from threading import Event

from madang.kernel.errors import BadInput, Conflict, MadangError, ModelFailed
from madang.kernel.meters import Meters
from madang.kernel.settings import Settings
from madang.models.adapters import Adapter, fitting
from madang.models.catalogue import CATALOGUE, CITES_FROM, E5_SMALL
from madang.models.choice import ROLES
from madang.models.cluster.joined import Joined
from madang.models.download import Progress, Stopped
from madang.models.e5.embedder import E5Embedder
from madang.models.engine import PIECE
from madang.models.engines.order import Order, is_server
from madang.models.engines.pool import Pool, Routed
from madang.models.engines.served import RETIRE_SECONDS
from madang.models.engines.types import EngineState, Spec
from madang.models.gguf import GgufInfo, inspect
from madang.models.llama import LlamaRuntime
from madang.models.prefixes.store import PrefixStore
from madang.models.probe.choose import BY_SETTING, by_card, by_size
from madang.models.probe.kept import Probes, key_of_server
from madang.models.probe.run import Prober
from madang.models.probe.run import Progress as Asked
from madang.models.probe.types import Measured
from madang.models.remote import RemoteEmbedder, RemoteRuntime
from madang.models.trial import try_adapter, try_out
from madang.models.tuning import USUAL, Machine, measure, most_slots
from madang.models.types import (
    ChatRuntime,
    Embedder,
    Keeping,
    ListedModel,
    ModelCard,
    PulledWeights,
    Role,
)
from madang.models.weights import Weights, hub_url

log = logging.getLogger(__name__)
IDLE_SECONDS = 60.0
"""So long nobody must have talked before the machine is measured."""
LOOK_SECONDS = 5.0
"""A lost server that answers in this time is back."""


class Models:
    """Models by role. `chat()` and `embedder()` load on first use, once, however many ask at a time."""

    def __init__(self, settings: Settings, meters: Meters | None = None) -> None:
        self._settings = settings
        self._weights = Weights(settings.weights, settings.hub)
        self.order = Order.of(settings)
        self.meters = meters or Meters()
        self.meters.watch(self._gauges)
        self._probes = Probes(settings.data / "probes")
        self._probing = asyncio.Lock()
        self._locks: dict[Role, asyncio.Lock] = {role: asyncio.Lock() for role in ROLES}
        self._pool: Pool | None = None
        self._embedder: Embedder | None = None
        self._cluster = Joined(settings, self.meters)
        self._embeds: Spec | None = None
        self.tell: Callable[[], Awaitable[None]] | None = None
        """Told when the owner chose other models: other processes read the choice (`chosen`)."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._prefixes = settings.data / "prefixes"
        self._machine = Machine(settings.data / "machine.json")
        self._measuring: asyncio.Task[None] | None = None
        self._warmed = False
        self._closed = False

    @property
    def threads(self) -> int:
        """Threads for one model: the setting, else the cores this process may use."""
        if self._settings.threads:
            return self._settings.threads
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2

    def name_of(self, role: Role) -> str:
        """The model that serves a role first: the owner's choice, else the setting."""
        return self.order.name_of(role)

    @property
    def local(self) -> bool:
        """Whether every model runs on this machine, so that nothing that is said leaves it."""
        return self.order.local

    async def chat(self) -> Routed:
        """The chat model that would answer now. Raises NotFound (its weights are not here), Unreadable,
        ModelFailed, Busy."""
        async with self._locks["chat"]:
            self._still_open()
            if self._pool is None:
                self._pool = Pool(
                    await asyncio.to_thread(self.order.specs),
                    lambda spec: self._load_chat(spec),  # noqa: PLW0108 - looked up when it is called
                    self._answers,
                    patience=self._settings.first_token_seconds,
                    meters=self.meters,
                )
            pool = self._pool
        return await pool.runtime()

    @property
    def running(self) -> ChatRuntime | None:
        """The chat model that would answer now, if it is loaded."""
        return next(iter(self._pool.running()), None) if self._pool else None

    async def forget(self, name: str) -> None:
        """Deletes what was computed of a character's prompts and kept."""
        for runtime in self._pool.running() if self._pool else ():
            if isinstance(runtime, Keeping):
                await runtime.forget(name)
        await asyncio.to_thread(PrefixStore(self._prefixes, 0).forget, name)

    async def embedder(self) -> Embedder:
        """The embedder. Raises ModelFailed."""
        async with self._locks["embed"]:
            self._still_open()
            if self._embedder is None:
                self._embedder = await self._load_embedder()
            return self._embedder

    def _still_open(self) -> None:
        if self._closed:
            raise ModelFailed("The studio is closing.")

    async def _load_chat(self, spec: Spec) -> ChatRuntime:
        settings = self._settings
        if spec.cluster:
            many = await self._cluster.runtime(spec.model or self.name_of("chat"))
            listed = CATALOGUE.get(spec.model or "")
            key = listed.sha256 if listed else key_of_server(spec.name, many.card.name)
            many.card = self._with_strategy(self._judged(many.card, await self._measured(key)))
            return many
        if spec.url is not None:
            alone = len(self.order.names()) == 1
            remote = await RemoteRuntime.connect(
                spec.url, spec.key, spec.model, context=settings.context, retries=None if alone else 0
            )
            key = key_of_server(spec.url, remote.card.name)
            remote.card = self._with_strategy(self._judged(remote.card, await self._measured(key)))
            return remote
        path = await asyncio.to_thread(self._weights.find, spec.name)
        info = await asyncio.to_thread(inspect, path)
        if spec.name not in CATALOGUE:
            await try_out(path, self._machine)
        known = await self._measured(await self._key(spec, path)) if self._probes.any() else None
        card = self._with_strategy(self._judged(self._card(spec.name, path, info), known))
        most = most_slots(info.kv_bytes, card.context)
        key = f"{path.name} {path.stat().st_size} {self.threads} {card.context} {version('xllamacpp')}"
        fit = await asyncio.to_thread(self._machine.read, key)
        runtime = await LlamaRuntime.load(
            path,
            card,
            info,
            slots=settings.slots or (min(fit.slots, most) if fit else min(USUAL, most)),
            threads=self.threads,
            piece=fit.piece if fit else PIECE,
            prefixes=self._prefixes,
            budget=settings.prefix_mb * 1_000_000,
            adapters=await self._usable(spec.adapters, path, info),
        )
        if fit is None and self._warmed:
            self._measuring = asyncio.create_task(self._measure(key, path, runtime, most), name="measure")
        return runtime

    async def _usable(self, adapters: Sequence[Adapter], path: Path, info: GgufInfo) -> list[Adapter]:
        """Those that can be put on weights; why another cannot is in the log."""
        found = []
        for one in adapters:
            try:
                await try_adapter(path, await asyncio.to_thread(fitting, Path(one.path), info), self._machine)
                found.append(one)
            except MadangError as error:
                log.warning("adapter %s is left out: %s", one.name, error)
        return found

    async def add_adapter(self, name: str, model: str, path: str, scale: float = 1.0) -> Adapter:
        """Registers a LoRA adapter with weights on this machine, once it was tried with them in a child.

        Raises BadInput (a server takes none), Conflict, NotFound, Unreadable, TooLarge, ModelFailed.
        """
        spec = await asyncio.to_thread(self.order.spec_of, model)
        if spec.url is not None:
            raise BadInput("A model server takes no adapters from this studio.")
        weights = await asyncio.to_thread(self._weights.find, spec.name)
        info = await asyncio.to_thread(inspect, weights)
        file = await asyncio.to_thread(lambda: Path(path).expanduser().resolve())
        await try_adapter(weights, await asyncio.to_thread(fitting, file, info), self._machine)
        adapter = Adapter(name, spec.name, str(file), scale)
        await asyncio.to_thread(self.order.adapters.add, adapter)
        await self._renew("chat")
        return adapter

    async def remove_adapter(self, name: str) -> None:
        """Forgets an adapter; its file stays. Raises NotFound."""
        await asyncio.to_thread(self.order.adapters.remove, name)
        await self._renew("chat")

    def adapters(self) -> list[Adapter]:
        """The adapters that are registered, whether or not their model is loaded."""
        return self.order.adapters.all()

    async def _measure(self, key: str, path: Path, runtime: LlamaRuntime, most: int) -> None:
        """Measures what serves best, once nobody talks; it is used from the next start on."""
        idle = 0.0
        while idle < IDLE_SECONDS:
            await asyncio.sleep(1)
            idle = 0.0 if runtime.busy or runtime.waiting else idle + 1
        try:
            fit, measured = await measure(
                path, context=runtime.card.context, threads=self.threads, most=self._settings.slots or most
            )
            await asyncio.to_thread(self._machine.write, key, fit, measured)
            log.info("this machine serves best with %d slots and pieces of %d", fit.slots, fit.piece)
        except MadangError as error:
            log.warning("the machine could not be measured: %s", error)

    async def _answers(self, spec: Spec) -> bool:
        """Whether a lost engine can be asked again."""
        if spec.cluster:
            return await self._cluster.answers()
        if spec.url is None:
            return True
        from madang.models.engines.transport import answers

        return await answers(spec.url, spec.key, LOOK_SECONDS)

    def engines(self) -> list[EngineState]:
        """The chat engines in their order, and how they are."""
        if self._pool is not None:
            return self._pool.states()
        return [
            EngineState(spec.name, "chat", place, spec.server, "asleep")
            for place, spec in enumerate(self.order.specs())
        ]

    def _gauges(self) -> Iterable[tuple[str, Mapping[str, str], float]]:
        for engine in self.engines():
            labels = {"engine": engine.name}
            yield "up", labels, float(engine.state != "lost")
            yield "running", labels, float(engine.running)
            yield "waiting", labels, float(engine.waiting)
            if engine.slots is not None:
                yield "slots", labels, float(engine.slots)
            if engine.cluster is not None:
                yield "replicas", labels, float(engine.cluster.answering)
                for one in engine.cluster.replicas:
                    where = {**labels, "replica": one.seat}
                    yield "replica_running", where, float(one.running)
                    yield "replica_waiting", where, float(one.waiting)

    def _card(self, name: str, path: Path, info: GgufInfo) -> ModelCard:
        context = min(self._settings.context, info.context)
        if known := CATALOGUE.get(name):
            return dataclasses.replace(known.card, context=context)
        capable = info.parameters >= CITES_FROM
        languages = info.languages or (("en", "ko") if capable else ("en",))
        return ModelCard(
            info.name or path.stem,
            "chat",
            parameters=info.parameters,
            context=context,
            languages=languages,
            strategy="cite" if capable else "quote",
            licence=info.licence,
        )

    def _with_strategy(self, card: ModelCard) -> ModelCard:
        wanted = self._settings.chat_strategy
        if wanted == "auto":
            return card
        return dataclasses.replace(card, strategy=wanted, why=((BY_SETTING, ()), *card.why[1:]))

    @staticmethod
    def _judged(card: ModelCard, measured: Measured | None) -> ModelCard:
        return by_card(card, measured) if measured else by_size(card)

    async def _measured(self, key: str) -> Measured | None:
        return await asyncio.to_thread(self._probes.of, key)

    async def _key(self, spec: Spec, path: Path) -> str:
        known = CATALOGUE.get(spec.name)
        return known.sha256 if known else await asyncio.to_thread(self._probes.key_of_file, path)

    def cards(self) -> list[Measured]:
        """Every measured card, the newest first."""
        return list(self._probes.all())

    async def probe(self, name: str, progress: Asked | None = None) -> Measured:
        """Measures a model on this machine, some minutes long, and keeps its card: from then on the studio
        uses the model for what it can do. Raises what choosing and loading it raise; Conflict while another
        is being measured."""
        if self._probing.locked():
            raise Conflict("A model is being measured already. Please wait until that is done.")
        async with self._probing:
            spec = await asyncio.to_thread(self.order.spec_of, name)
            kept = self._pool.loaded(spec.name) if self._pool else None
            runtime = kept or await self._load_chat(spec)
            try:
                if spec.server:
                    key = key_of_server(spec.url or spec.name, runtime.card.name)
                else:
                    path = await asyncio.to_thread(self._weights.find, spec.name)
                    key = await self._key(spec, path)
                measured = await Prober(runtime, progress).measure(key, server=spec.server)
                await asyncio.to_thread(self._probes.keep, measured)
                runtime.card = self._with_strategy(by_card(runtime.card, measured))
            finally:
                if kept is None:
                    await runtime.close()
            return measured

    async def _load_embedder(self) -> Embedder:
        spec = self._embeds = self.order.first("embed")
        if spec.url is not None:
            return await RemoteEmbedder.connect(spec.url, spec.key, spec.model or self.name_of("embed"))
        if self.name_of("embed") != E5_SMALL.name:
            raise ModelFailed(
                "“{name}” is no embedding model that this studio can run.", name=self.name_of("embed")
            )
        source = self._weights.path_of(E5_SMALL)
        return await E5Embedder.load(source, self._settings.weights, self.threads)

    def warm(self) -> None:
        """Starts loading both in the background; a failure is told by the first use. Its machine is measured
        when nobody talks: this studio serves people."""
        self._warmed = True

        async def load() -> None:
            for door in (self.embedder, self.chat):
                try:
                    await door()
                except MadangError as error:
                    log.warning("%s", error)

        self._keep(asyncio.create_task(load(), name="warm models"))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def needed(self) -> list[str]:
        """Names whose weights the chosen roles need on this machine: what `madang models pull` fetches."""
        every = (*self.order.specs(), self.order.first("embed"))
        return [spec.name for spec in every if not spec.server]

    def list(self) -> list[ListedModel]:
        """The catalogue, what was pulled besides, and what serves now."""
        first = {role: self.order.first(role) for role in ROLES}
        pulled = {weights.name: weights for weights in self._weights.list_pulled()}
        cards = {name: known.card for name, known in CATALOGUE.items()}
        for name, weights in pulled.items():
            cards.setdefault(name, ModelCard(name, weights.role))
        for name in self.order.names():
            cards.setdefault(name, ModelCard(name, "chat"))
        cards.setdefault(first["embed"].name, ModelCard(first["embed"].name, "embed"))
        sizes = {name: known.bytes for name, known in CATALOGUE.items()}
        return [
            ListedModel(
                card=card,
                pulled=pulled.get(name) or self._on_disk(name),
                bytes=sizes.get(name) or (pulled[name].bytes if name in pulled else None),
                used=first[card.role].name == name,
                server=is_server(name) or (first[card.role].name == name and first[card.role].server),
            )
            for name, card in cards.items()
        ]

    def _on_disk(self, name: str) -> PulledWeights | None:
        """A chosen GGUF file of the owner's own; its hash is not computed for a list."""
        with contextlib.suppress(MadangError, OSError):
            if not is_server(name) and name not in CATALOGUE:
                path = self._weights.find(name)
                return PulledWeights(name, "chat", str(path), path.stat().st_size, "", "path")
        return None

    async def pull(self, name: str, progress: Progress | None = None) -> PulledWeights:
        """Fetches weights. `progress(done, total)` in bytes is called in a worker thread.

        Cancelling stops the transfer; the next pull goes on from there.
        Raises Offline, StorageFull, NotFound, Unreadable, BadInput.
        """
        stop = Event()
        name = hub_url(name, self._settings.hub)

        def report(done: int, total: int) -> None:
            if stop.is_set():
                raise Stopped
            if progress is not None:
                progress(done, total)

        try:
            return await asyncio.to_thread(self._weights.pull, name, report)
        finally:
            stop.set()

    async def use(self, role: Role, name: str) -> None:
        """Makes a model the first of its role, remembered in the data folder. The old one finishes what it is
        saying. Raises BadInput, Forbidden, NotFound, Unreadable where the name stands for nothing usable.
        """
        await asyncio.to_thread(self.order.use, role, name)
        await self._renew(role)
        await self._tell()

    async def add(self, name: str, key: str | None = None, *, first: bool = False) -> str:
        """Another chat engine, for when those before it cannot answer. Raises as `use` does, and Conflict."""
        name = await asyncio.to_thread(lambda: self.order.add(name, key, first=first))
        await self._renew("chat")
        await self._tell()
        return name

    async def remove(self, name: str) -> None:
        """Takes a chat engine off the list. Raises NotFound, and Conflict for the last one."""
        await asyncio.to_thread(self.order.remove, name)
        await self._renew("chat")
        await self._tell()

    async def move(self, name: str, to: int) -> None:
        """Gives a chat engine another place, 0 being the first. Raises NotFound."""
        await asyncio.to_thread(self.order.move, name, to)
        await self._renew("chat")
        await self._tell()

    def chosen(self, _: str | None = None) -> None:
        """Takes up, behind, what the owner chose in another process; nothing happens when it is in use."""

        async def take_up() -> None:
            await self._renew("chat")
            if (
                self._embedder is not None
                and await asyncio.to_thread(self.order.first, "embed") != self._embeds
            ):
                await self._renew("embed")

        if not self._closed:
            self._keep(asyncio.create_task(take_up(), name="take up a choice of models"))

    async def _tell(self) -> None:
        if self.tell is not None:
            await self.tell()

    async def _renew(self, role: Role) -> None:
        """Takes up what the owner chose."""
        async with self._locks[role]:
            if role == "chat":
                if self._pool is not None:
                    await self._pool.change(await asyncio.to_thread(self.order.specs))
                return
            old, self._embedder = self._embedder, None
        if old is not None:
            self._keep(asyncio.create_task(self._retire(old), name="retire a model"))

    async def _retire(self, old: Embedder) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RETIRE_SECONDS):
                while getattr(old, "busy", 0) and not self._closed:  # noqa: ASYNC110 - two things to watch
                    await asyncio.sleep(0.1)
        await old.close()

    async def close(self) -> None:
        """Frees the memory and the threads of every model."""
        self._closed = True
        if self._measuring is not None:
            self._measuring.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=RETIRE_SECONDS)
        async with self._locks["chat"]:
            pool, self._pool = self._pool, None
        if pool is not None:
            await pool.close()
        await self._cluster.close()
        async with self._locks["embed"]:
            old, self._embedder = self._embedder, None
        if old is not None:
            await old.close()

"""The door of this room: which models there are, which serve, and each loaded once."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import os
from pathlib import Path
from threading import Event

from madang.kernel.errors import MadangError, ModelFailed
from madang.kernel.settings import Settings
from madang.models.catalogue import CATALOGUE, CITES_FROM, E5_SMALL, SMOLLM2
from madang.models.choice import ROLES, Choices
from madang.models.download import Progress, Stopped
from madang.models.e5.embedder import E5Embedder
from madang.models.gguf import GgufInfo, inspect
from madang.models.llama import LlamaRuntime
from madang.models.remote import RemoteEmbedder, RemoteRuntime, checked_url
from madang.models.types import ChatRuntime, Embedder, ListedModel, ModelCard, PulledWeights, Role
from madang.models.weights import Weights, gguf_path, is_gguf_url

log = logging.getLogger(__name__)
RETIRE_SECONDS = 60.0
"""How long a model that was replaced may finish its replies."""


def is_server(name: str) -> bool:
    """Whether a model's name is the address of a server (`http://host/v1`, `http://host/v1#model`)."""
    return name.startswith(("http://", "https://")) and not is_gguf_url(name)


class Models:
    """Models by role. `chat()` and `embedder()` load on first use, once, however many ask at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._weights = Weights(settings.weights, settings.hub)
        self._choices = Choices(settings.data / "models.json")
        self._locks: dict[Role, asyncio.Lock] = {role: asyncio.Lock() for role in ROLES}
        self._chat: ChatRuntime | None = None
        self._embedder: Embedder | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def threads(self) -> int:
        """Threads for one model: the setting, else the cores this process may use."""
        if self._settings.threads:
            return self._settings.threads
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2

    def name_of(self, role: Role) -> str:
        """The model that serves a role: the owner's choice, else the setting."""
        chosen = self._choices.read().get(role)
        return chosen or (self._settings.chat_model if role == "chat" else self._settings.embed_model)

    def _server_of(self, role: Role) -> tuple[str, str | None] | None:
        """(address, model) of the server that serves a role, None where it runs in this process."""
        name = self.name_of(role)
        if is_server(name):
            url, _, model = name.partition("#")
            return url, model or None
        url_setting = self._settings.chat_url if role == "chat" else self._settings.embed_url
        if url_setting is None or role in self._choices.read():
            return None
        return url_setting, None if name in CATALOGUE else name

    async def chat(self) -> ChatRuntime:
        """The chat model. Raises NotFound (its weights are not here), Unreadable, ModelFailed."""
        async with self._locks["chat"]:
            self._still_open()
            if self._chat is None:
                self._chat = await self._load_chat()
            return self._chat

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

    async def _load_chat(self) -> ChatRuntime:
        settings = self._settings
        if server := self._server_of("chat"):
            key = settings.chat_key.get_secret_value() if settings.chat_key else None
            remote = await RemoteRuntime.connect(server[0], key, server[1], context=settings.context)
            remote.card = self._with_strategy(remote.card)
            return remote
        name = self.name_of("chat")
        path = await asyncio.to_thread(self._weights.find, name)
        info = await asyncio.to_thread(inspect, path)
        card = self._with_strategy(self._card(name, path, info))
        return await LlamaRuntime.load(path, card, info, slots=settings.slots, threads=self.threads)

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
        return card if wanted == "auto" else dataclasses.replace(card, strategy=wanted)

    async def _load_embedder(self) -> Embedder:
        if server := self._server_of("embed"):
            key = self._settings.embed_key.get_secret_value() if self._settings.embed_key else None
            return await RemoteEmbedder.connect(server[0], key, server[1] or self.name_of("embed"))
        if self.name_of("embed") != E5_SMALL.name:
            raise ModelFailed(
                "“{name}” is no embedding model that this studio can run.", name=self.name_of("embed")
            )
        source = self._weights.path_of(E5_SMALL)
        return await E5Embedder.load(source, self._settings.weights, self.threads)

    def warm(self) -> None:
        """Starts loading both in the background; a failure is told by the first use."""

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
        return [self.name_of(role) for role in ROLES if self._server_of(role) is None]

    def list(self) -> list[ListedModel]:
        """The catalogue, what was pulled besides, and what serves now."""
        used = {role: self.name_of(role) for role in ROLES}
        pulled = {weights.name: weights for weights in self._weights.list_pulled()}
        cards = {name: known.card for name, known in CATALOGUE.items()}
        for name, weights in pulled.items():
            cards.setdefault(name, ModelCard(name, weights.role))
        for role, name in used.items():
            cards.setdefault(name, ModelCard(name, role))
        sizes = {name: known.bytes for name, known in CATALOGUE.items()}
        return [
            ListedModel(
                card=card,
                pulled=pulled.get(name) or self._on_disk(name),
                bytes=sizes.get(name) or (pulled[name].bytes if name in pulled else None),
                used=used.get(card.role) == name,
                server=is_server(name)
                or (used.get(card.role) == name and self._server_of(card.role) is not None),
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
        """Chooses the model of a role, remembered in the data folder. The old one finishes what it is saying.

        Raises BadInput, NotFound, Unreadable where the name stands for nothing usable.
        """
        if is_server(name):
            checked_url(name.partition("#")[0])
        elif role == "embed":
            if name != E5_SMALL.name:
                raise ModelFailed("“{name}” is no embedding model that this studio can run.", name=name)
        elif name == E5_SMALL.name:
            raise ModelFailed("“{name}” makes vectors; it cannot talk.", name=name)
        elif name != SMOLLM2.name and not is_gguf_url(name):
            path = await asyncio.to_thread(gguf_path, name)
            await asyncio.to_thread(inspect, path)
            name = str(path)
        await asyncio.to_thread(self._choices.write, role, name)
        async with self._locks[role]:
            old: ChatRuntime | Embedder | None
            if role == "chat":
                old, self._chat = self._chat, None
            else:
                old, self._embedder = self._embedder, None
        if old is not None:
            self._keep(asyncio.create_task(self._retire(old), name="retire a model"))

    async def _retire(self, old: ChatRuntime | Embedder) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RETIRE_SECONDS):
                while getattr(old, "busy", 0) and not self._closed:  # noqa: ASYNC110 - two things to watch
                    await asyncio.sleep(0.1)
        await old.close()

    async def close(self) -> None:
        """Frees the memory and the threads of every model."""
        self._closed = True
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=RETIRE_SECONDS)
        for role in ROLES:
            async with self._locks[role]:
                old: ChatRuntime | Embedder | None
                if role == "chat":
                    old, self._chat = self._chat, None
                else:
                    old, self._embedder = self._embedder, None
                if old is not None:
                    await old.close()

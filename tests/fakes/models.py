"""A chat model that says what it is told to, and an embedder that hashes words."""

from __future__ import annotations

import asyncio
import hashlib
import math
import re
from collections.abc import AsyncIterator, Callable, Sequence

import numpy as np

from madang.kernel.errors import Conflict, NotFound
from madang.models.adapters import Adapter
from madang.models.engines.types import EngineState
from madang.models.probe.types import Measured
from madang.models.types import ChatRequest, Delta, ListedModel, ModelCard, Usage, Vectors

Script = Callable[[ChatRequest], str]


class FakeChat:
    """Streams `script(request)` by words, `pause` seconds apart; after `fail_after` words raises `error`."""

    grammars = True

    def __init__(
        self,
        script: Script | str = "Hello there, nice to meet you.",
        *,
        card: ModelCard | None = None,
        pause: float = 0.0,
        fail_after: int | None = None,
        error: Exception | None = None,
    ) -> None:
        self.card = card or ModelCard("fake", "chat", parameters=135_000_000, context=2048)
        self.script = script
        self.pause = pause
        self.fail_after = fail_after
        self.error = error
        self.requests: list[ChatRequest] = []
        self.running = 0
        self.closed = False

    async def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        self.requests.append(request)
        text = self.script if isinstance(self.script, str) else self.script(request)
        words = re.findall(r"\S+\s*|\s+", text)
        prompt = sum(len(message.content.split()) for message in request.messages)
        self.running += 1
        try:
            for number, word in enumerate(words[: request.max_tokens]):
                if self.fail_after is not None and number >= self.fail_after and self.error:
                    raise self.error
                await asyncio.sleep(self.pause)
                yield Delta(word)
            done = len(words) <= request.max_tokens
            yield Delta(
                finish="stop" if done else "length",
                usage=Usage(prompt, min(len(words), request.max_tokens)),
            )
        finally:
            self.running -= 1

    async def count_tokens(self, text: str) -> int:
        return len(text.split())

    async def close(self) -> None:
        self.closed = True


class FakeEmbedder:
    """Words and character bigrams hashed into 64 dimensions: similar texts are near, in any language."""

    name = "fake-embedder"
    dimensions = 64

    def __init__(self, pause: float = 0.0) -> None:
        self.pause = pause
        self.calls = 0

    def _vector(self, text: str) -> Vectors:
        vector = np.zeros(self.dimensions, dtype=np.float32)
        text = text.lower()
        for piece in [*re.findall(r"\w+", text), *(text[i : i + 2] for i in range(len(text) - 1))]:
            digest = hashlib.blake2b(piece.encode(), digest_size=4).digest()
            vector[digest[0] % self.dimensions] += 1.0 if digest[1] & 1 else -1.0
        return vector / (math.sqrt(float(vector @ vector)) or 1.0)

    async def query(self, text: str) -> Vectors:
        self.calls += 1
        return self._vector(text)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        await asyncio.sleep(self.pause * len(texts))
        return (
            np.stack([self._vector(text) for text in texts])
            if texts
            else np.zeros((0, self.dimensions), np.float32)
        )

    async def close(self) -> None:
        return None


class FakeModels:
    """The door of `models`, over the two fakes above."""

    def __init__(self, chat: FakeChat | None = None, embedder: FakeEmbedder | None = None) -> None:
        self._chat = chat or FakeChat()
        self.embed = embedder or FakeEmbedder()
        self.forgotten: list[str] = []

        self.names = ["fake"]
        self.registered: list[Adapter] = []

    def engines(self) -> list[EngineState]:
        return [
            EngineState(
                name, "chat", place, "://" in name, "ready", self._chat.card if name == "fake" else None
            )
            for place, name in enumerate(self.names)
        ]

    def list(self) -> list[ListedModel]:
        return []

    def cards(self) -> list[Measured]:
        return []

    async def add(self, name: str, key: str | None = None, *, first: bool = False) -> str:
        self.names.insert(0 if first else len(self.names), name)
        return name

    async def remove(self, name: str) -> None:
        if self.names == [name]:
            raise Conflict("This is the only engine: choose another first.")
        self.names.remove(name)

    async def move(self, name: str, to: int) -> None:
        self.names.remove(name)
        self.names.insert(to, name)

    def adapters(self) -> list[Adapter]:
        return list(self.registered)

    async def remove_adapter(self, name: str) -> None:
        if name not in [one.name for one in self.registered]:
            raise NotFound("There is no adapter “{name}”.", name=name)
        self.registered = [one for one in self.registered if one.name != name]

    async def probe(self, name: str, progress: object = None) -> Measured:
        raise Conflict("Measuring was interrupted.")

    async def chat(self) -> FakeChat:
        return self._chat

    @property
    def running(self) -> FakeChat | None:
        return self._chat

    async def forget(self, name: str) -> None:
        self.forgotten.append(name)

    async def embedder(self) -> FakeEmbedder:
        return self.embed

    def warm(self) -> None:
        return None

    async def close(self) -> None:
        await self._chat.close()

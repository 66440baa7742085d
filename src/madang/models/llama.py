"""The chat model inside this process: llama.cpp, streamed into asyncio."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from madang.kernel.errors import MadangError, ModelFailed, TooLarge
from madang.models.engine import Engine
from madang.models.gbnf import check_grammar
from madang.models.gguf import GgufInfo
from madang.models.slots import SlotBoard
from madang.models.types import ChatRequest, Delta, ModelCard, Usage

log = logging.getLogger(__name__)

STALL_SECONDS = 120.0
"""A generation (or a batch of its prompt) that yields nothing for so long has failed."""
_COUNTS_KEPT = 4096


class _Generation:
    """Chunks on their way from the engine's thread to the loop. `cancelled` stops it at its next chunk.

    One watchdog a generation, rather than a timeout a token, keeps the loop's work a token small.
    """

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.chunks: deque[bytes | None] = deque()
        self.arrived = asyncio.Event()
        self.cancelled = False
        self._stalled = False
        self._seen = self.loop.time()
        self._watch = self.loop.call_later(STALL_SECONDS, self._look)

    def _look(self) -> None:
        left = self._seen + STALL_SECONDS - self.loop.time()
        if left <= 0:
            self._stalled = True
            self.arrived.set()
        else:
            self._watch = self.loop.call_later(left, self._look)

    def put(self, chunk: bytes | None) -> None:
        """Called in the engine's thread; None is the end."""
        self.chunks.append(chunk)
        try:
            self.loop.call_soon_threadsafe(self.arrived.set)
        except RuntimeError:  # the loop is gone, so nobody reads any more
            self.cancelled = True

    def on_chunk(self, chunk: bytes) -> bool:
        if not self.cancelled:
            self.put(chunk)
        return self.cancelled

    async def get(self) -> bytes | None:
        """The next chunk. Raises TimeoutError when none came for STALL_SECONDS."""
        while not self.chunks:
            if self._stalled:
                raise TimeoutError
            self.arrived.clear()
            await self.arrived.wait()
        self._seen = self.loop.time()
        return self.chunks.popleft()

    def cancel(self) -> None:
        self.cancelled = True
        self._watch.cancel()


class LlamaRuntime:
    """A `ChatRuntime` over llama.cpp. Made by `load`."""

    grammars = True

    def __init__(self, engine: Engine, card: ModelCard, info: GgufInfo, slots: int) -> None:
        self.card = card
        self._engine: Engine | None = engine
        self._client = engine.client()
        self._board = SlotBoard(slots)
        self._pool = ThreadPoolExecutor(slots, thread_name_prefix="llama")
        self._running: set[_Generation] = set()
        self._counts: OrderedDict[bytes, int] = OrderedDict()
        self._control = (
            re.compile(
                "|".join(re.escape(token) for token in sorted(info.control_tokens, key=len, reverse=True))
            )
            if info.control_tokens
            else None
        )

    @classmethod
    async def load(
        cls, path: Path, card: ModelCard, info: GgufInfo, *, slots: int, threads: int
    ) -> LlamaRuntime:
        """Loads an inspected GGUF file; `card.context` is tokens a conversation. Raises ModelFailed."""
        engine = await asyncio.to_thread(Engine, path, context=card.context, slots=slots, threads=threads)
        return cls(engine, card, info, slots)

    @property
    def busy(self) -> int:
        """Slots in use."""
        return self._board.busy

    def _plain(self, text: str) -> str:
        """The text with control tokens broken up: no message can end its turn or begin another's."""
        return self._control.sub(lambda hit: f"{hit[0][0]} {hit[0][1:]}", text) if self._control else text

    def _body(self, request: ChatRequest, messages: list[dict[str, str]], slot: int) -> bytes:
        body: dict[str, Any] = {
            "messages": messages,
            "stream": True,
            "stream_options": {"include_usage": True},
            "return_progress": True,  # a chunk after each batch of the prompt: a stop is seen there too
            "cache_prompt": True,
            "id_slot": slot,
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "top_p": request.top_p,
            "stop": list(request.stop),
        }
        if request.seed is not None:
            body["seed"] = request.seed & 0xFFFFFFFF
        if request.min_p is not None:
            body["min_p"] = request.min_p
        if request.repeat_penalty is not None:
            body["repeat_penalty"] = request.repeat_penalty
        if request.grammar is not None:
            body["grammar"] = request.grammar
        return json.dumps(body).encode()

    def _run(self, engine: Engine, body: bytes, generation: _Generation) -> None:
        try:
            if not generation.cancelled:
                engine.generate(body, generation.on_chunk)
        except Exception as error:  # noqa: BLE001 - any failure of the engine ends this one reply
            log.warning("llama.cpp failed: %s", error)
            generation.put(b'{"error": {"message": "the engine failed"}}')
        finally:
            generation.put(None)

    async def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        """See `ChatRuntime.stream`."""
        engine = self._engine
        if engine is None:
            raise ModelFailed("The model was unloaded.")
        if request.grammar is not None:
            check_grammar(request.grammar)
        messages = [{"role": m.role, "content": self._plain(m.content)} for m in request.messages]
        prompt = "\0".join(f"{message['role']}:{message['content']}" for message in messages)
        slot = await self._board.take(request.slot_hint, prompt)
        generation = _Generation()
        try:
            body = self._body(request, messages, slot)
            running = generation.loop.run_in_executor(self._pool, self._run, engine, body, generation)
        except BaseException:
            self._board.give(slot)
            raise
        self._running.add(generation)
        # The slot is free when the engine has let go of it, which may be after the reader left.
        running.add_done_callback(lambda _: self._let_go(generation, slot))
        try:
            async for delta in self._deltas(generation):
                yield delta
        except TimeoutError:
            raise ModelFailed(
                "The model gave no answer for {seconds} seconds.", seconds=int(STALL_SECONDS)
            ) from None
        finally:
            generation.cancel()

    def _let_go(self, generation: _Generation, slot: int) -> None:
        self._running.discard(generation)
        self._board.give(slot)

    async def _deltas(self, generation: _Generation) -> AsyncIterator[Delta]:
        finish: str | None = None
        usage: Usage | None = None
        while (raw := await generation.get()) is not None:
            chunk = json.loads(raw)
            if "error" in chunk:
                raise self._failure(chunk["error"])
            if chunk.get("usage"):
                usage = _usage(chunk["usage"])
            for choice in chunk.get("choices") or ():
                if text := choice["delta"].get("content"):
                    yield Delta(text)
                finish = choice.get("finish_reason") or finish
        if finish is None:
            raise ModelFailed("The model stopped in the middle of its reply.")
        yield Delta(finish="length" if finish == "length" else "stop", usage=usage)

    def _failure(self, error: dict[str, Any]) -> MadangError:
        if error.get("type") == "exceed_context_size_error":
            return TooLarge(
                "This conversation has {tokens} tokens; the model can hold {context}.",
                tokens=error.get("n_prompt_tokens", "?"),
                context=error.get("n_ctx", self.card.context),
            )
        log.warning("llama.cpp answered: %s", error.get("message"))
        return ModelFailed("The model could not answer this.")

    async def count_tokens(self, text: str) -> int:
        """Exact number of tokens of `text` inside a message. Raises ModelFailed."""
        if not text:
            return 0
        key = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if (known := self._counts.get(key)) is not None:
            self._counts.move_to_end(key)
            return known
        if self._engine is None:
            raise ModelFailed("The model was unloaded.")
        answer = await self._client.post(
            "/tokenize", json={"content": self._plain(text), "add_special": False}
        )
        if answer.status_code != 200:
            raise ModelFailed("The model could not count the tokens of a text.")
        count = len(answer.json()["tokens"])
        self._counts[key] = count
        if len(self._counts) > _COUNTS_KEPT:
            self._counts.popitem(last=False)
        return count

    async def close(self) -> None:
        """Stops what runs and frees the model's memory and threads."""
        engine, self._engine = self._engine, None
        if engine is None:
            return
        for generation in self._running:
            generation.cancel()
        await self._client.aclose()
        await asyncio.to_thread(self._pool.shutdown)
        await asyncio.to_thread(engine.close)


def _usage(counted: dict[str, Any]) -> Usage:
    details = counted.get("prompt_tokens_details") or {}
    return Usage(
        counted.get("prompt_tokens", 0), counted.get("completion_tokens", 0), details.get("cached_tokens", 0)
    )

"""The chat model inside this process: llama.cpp, streamed into asyncio."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import re
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from madang.kernel.errors import BadInput, MadangError, ModelFailed, TooLarge
from madang.models import generation as generation_module
from madang.models.adapters import Adapter, Loaded, digest_of
from madang.models.engine import BATCH, PASS, PIECE, Engine
from madang.models.gbnf import check_grammar
from madang.models.generation import PLACED, Generation, Pulse, in_thread
from madang.models.gguf import GgufInfo
from madang.models.listener import prompt_tokens
from madang.models.pieces import AT_ONCE, Pieces, common, ends, roughly
from madang.models.prefixes.keeper import Keeper
from madang.models.prefixes.store import PrefixStore
from madang.models.prefixes.workspace import open_workspace, weights_hash
from madang.models.slots import Slot, SlotBoard, Wish, hashed
from madang.models.types import ChatRequest, Counts, Delta, Message, ModelCard, Usage

log = logging.getLogger(__name__)

_COUNTS_KEPT = 4096
YIELD_SECONDS = 0.05
"""How soon the background makes way for somebody who waits."""


class LlamaRuntime:
    """A `ChatRuntime` over llama.cpp, and a `Keeping`. Made by `load`."""

    grammars = True

    def __init__(
        self,
        engine: Engine,
        card: ModelCard,
        info: GgufInfo,
        slots: int,
        *,
        piece: int = PIECE,
        keeper: Keeper | None = None,
        adapters: Sequence[Loaded] = (),
    ) -> None:
        self.card = card
        self.slots = slots
        self.batch = engine.batch
        """Tokens computed at once, of everybody."""
        self._pieces = Pieces(piece)
        self._engine: Engine | None = engine
        self._client = engine.client()
        self.adapters = tuple(one.name for one in adapters)
        """Names of adapters that a request may put on."""
        self._adapters = {one.name: one for one in adapters}
        self._worn: dict[int, str] = {}
        """What each slot's last request had on, by `Loaded.key`."""
        self._last: dict[int, list[dict[str, str]]] = {}
        """Its messages, while nothing else was put into the slot."""
        self._board = SlotBoard(slots)
        self._keeper = keeper
        self._running: set[Generation] = set()
        self._serving: dict[Generation, asyncio.Task[None]] = {}
        self._pulse = Pulse()
        self._lost = False
        self._prompt_tokens = self._cached_tokens = self._completion_tokens = 0
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
        cls,
        path: Path,
        card: ModelCard,
        info: GgufInfo,
        *,
        slots: int,
        threads: int,
        piece: int = PIECE,
        prefixes: Path | None = None,
        budget: int = 0,
        adapters: Sequence[Adapter] = (),
    ) -> LlamaRuntime:
        """Loads an inspected GGUF file and adapters that were tried with it; `card.context` is tokens a
        conversation, `piece` those of a long prompt that a stop may wait for. In the folder `prefixes` at
        most `budget` bytes of computed beginnings are kept. Raises ModelFailed."""
        workspace = None
        if prefixes is not None and budget:
            workspace = await asyncio.to_thread(open_workspace, prefixes)
        engine = await asyncio.to_thread(
            partial(
                Engine,
                path,
                context=card.context,
                slots=slots,
                threads=threads,
                batch=max(BATCH, piece + slots),
                single=max(PASS, piece),
                workspace=workspace,
                adapters=[Path(one.path) for one in adapters],
            )
        )
        loaded = [
            Loaded(one.name, number, one.scale, await asyncio.to_thread(digest_of, one, prefixes))
            for number, one in enumerate(adapters)
        ]
        keeper = None
        if prefixes is not None and workspace is not None:
            weights = await asyncio.to_thread(weights_hash, path, prefixes)
            facts = {**engine.facts, "piece": piece, "weights": weights}
            keeper = Keeper(engine.client(), PrefixStore(prefixes, budget), workspace.path, facts)
        return cls(engine, card, info, slots, piece=piece, keeper=keeper, adapters=loaded)

    @property
    def busy(self) -> int:
        """Slots in use."""
        return self._board.busy

    @property
    def waiting(self) -> int:
        """Requests that wait for a slot."""
        return self._board.waiting

    @property
    def lost(self) -> bool:
        """Whether the engine hangs: then another has to be loaded."""
        self._lost = self._lost or any(one.lost for one in self._running)
        return self._lost

    async def counts(self) -> Counts:
        """See `Counts`."""
        keeper = self._keeper
        kept = await asyncio.to_thread(keeper.store.snapshots) if keeper else []
        return Counts(
            slots=self.slots,
            busy=self._board.busy,
            waiting=self._board.waiting,
            refused=self._board.refused,
            prompt_tokens=self._prompt_tokens,
            cached_tokens=self._cached_tokens,
            completion_tokens=self._completion_tokens,
            restored=keeper.restored if keeper else 0,
            built=keeper.built if keeper else 0,
            rejected=keeper.store.rejected if keeper else 0,
            evicted=keeper.store.evicted if keeper else 0,
            kept=len(kept),
            kept_bytes=sum(one.bytes for one in kept),
        )

    def _plain(self, text: str) -> str:
        """The text with control tokens broken up: no message can end its turn or begin another's."""
        return self._control.sub(lambda hit: f"{hit[0][0]} {hit[0][1:]}", text) if self._control else text

    def _plainly(self, messages: Sequence[Message]) -> list[dict[str, str]]:
        return [{"role": one.role, "content": self._plain(one.content)} for one in messages]

    async def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        """See `ChatRuntime.stream`."""
        if self._engine is None:
            raise ModelFailed("The model was unloaded.")
        if request.grammar is not None:
            check_grammar(request.grammar)
        messages = self._plainly(request.messages)
        adapter = self._adapter(request.adapter)
        generation = Generation(self._pulse)
        wish = Wish(
            request.slot_hint,
            hashed(messages),
            request.beginning,
            request.keep if self._keeper else None,
            adapter.key if adapter else "",
            request.who,
            request.background,
        )
        self._running.add(generation)
        task = asyncio.create_task(self._serve(generation, wish, request, messages), name="generate")
        self._serving[generation] = task
        task.add_done_callback(lambda _: self._over(generation))
        try:
            async for delta in self._deltas(generation):
                yield delta
        except TimeoutError:
            seconds = int(generation.overdue or 0)
            if generation.overdue == generation_module.STALL_SECONDS:
                raise ModelFailed(
                    "The model gave no answer for {seconds} seconds.", seconds=seconds
                ) from None
            raise ModelFailed("The model was not done after {seconds} seconds.", seconds=seconds) from None
        finally:
            self._account(generation)
            generation.cancel()
            if not generation.placed:
                task.cancel()

    @property
    def piece(self) -> int:
        """Tokens of a long prompt that are computed at once."""
        return self._pieces.size

    def _adapter(self, name: str | None) -> Loaded | None:
        """Raises BadInput for one that was not loaded with this model."""
        if name is None:
            return None
        if name not in self._adapters:
            raise BadInput("This model has no adapter “{name}”.", name=name)
        return self._adapters[name]

    def _wearing(self, key: str) -> list[dict[str, Any]]:
        """`lora` of a request: every adapter is named, for one that is left out keeps what the slot's last
        request made of it, and with it what that request computed."""
        return [
            {"id": one.number, "scale": one.scale if one.key == key else 0.0}
            for one in self._adapters.values()
        ]

    def _account(self, generation: Generation) -> None:
        """Counts what was read, also of a reply that was stopped."""
        self._prompt_tokens += generation.prompt_tokens
        self._cached_tokens += generation.cached_tokens
        found = generation.cached_tokens + generation.computed - generation.fed
        if self._keeper and generation.prompt_tokens and found < generation.prepared - 1:
            self._keeper.unlearn(generation.beginning, generation.adapter)

    async def _serve(
        self, generation: Generation, wish: Wish, request: ChatRequest, messages: list[dict[str, str]]
    ) -> None:
        """Waits for a slot, prepares it, generates, and gives the slot back when the engine has let go of it,
        which may be after the reader left."""
        slot: Slot | None = None
        try:
            slot = await self._board.take(wish, generation.put)
            generation.begin()
            generation.put(PLACED)
            clean = await self._prepare(generation, slot, wish, messages)
            if not generation.cancelled:
                if self._worn.get(slot.number, "") != wish.adapter:
                    self._last.pop(slot.number, None)  # the engine throws away what it computed
                self._worn[slot.number] = wish.adapter
                clean = await self._feed(generation, slot, wish, messages, reuse=clean)
            if not generation.cancelled:
                lora = self._wearing(wish.adapter)
                body = _body(request, messages, slot.number, lora, reuse=clean)
                await self._generate(generation, body)
        except MadangError as error:
            generation.put(error)
        except Exception as error:  # noqa: BLE001 - any failure of the engine ends this one reply
            log.warning("llama.cpp failed: %s", error)
            generation.put(ModelFailed("The model could not answer this."))
        finally:
            generation.done()
            if slot is not None:
                self._board.give(slot)
            generation.put(None)

    def _over(self, generation: Generation) -> None:
        self._running.discard(generation)
        self._serving.pop(generation, None)

    async def _prepare(
        self, generation: Generation, slot: Slot, wish: Wish, messages: list[dict[str, str]]
    ) -> bool:
        """The beginning in the slot, and nothing of another conversation; False when what is there may not be
        used."""
        if self._keeper is None or wish.keep is None or slot.goes_on or generation.cancelled:
            return True
        slot.spoiled = True
        self._last.pop(slot.number, None)
        begun = messages[: wish.beginning]
        evaluate = partial(self._evaluate, generation, wish.adapter)
        generation.beginning, generation.adapter = begun, wish.adapter
        if self._adapters and self._worn.get(slot.number) != wish.adapter:
            # one token in its new adapter: else the engine would throw away what is put into the slot now
            # (to it a slot that served nobody yet is in another one, too)
            await evaluate(slot.number, [1])
        prepared = await self._keeper.prepare(slot.number, wish.keep, begun, evaluate, wish.adapter)
        generation.prepared, generation.computed = prepared
        slot.spoiled = generation.cancelled
        return generation.prepared > 0

    async def _evaluate(self, generation: Generation, adapter: str, slot: int, tokens: Sequence[int]) -> bool:
        """Computes tokens in a slot, from nothing, in an adapter. They count as computed, not as found."""
        self._worn[slot] = adapter
        stops = ends(0, len(tokens), self.piece, 0)
        return await self._read(generation, adapter, slot, tokens, stops, reuse=False) is not None

    async def _feed(
        self, generation: Generation, slot: Slot, wish: Wish, messages: list[dict[str, str]], *, reuse: bool
    ) -> bool:
        """Of a long prompt all but the end, in pieces, so that a stop need not wait for it. `reuse`, and what
        comes back: whether what the slot holds may be used."""
        last = self._last.pop(slot.number, []) if reuse else []
        self._last[slot.number] = messages
        held = wish.beginning if generation.prepared else common(last, messages)
        replied = bool(last) and held == len(last) and len(messages) > held  # then what it said comes next
        most = AT_ONCE * self.piece
        if roughly(messages[held + replied :]) <= most:
            return reuse
        tokens = await prompt_tokens(self._client, messages)
        start = generation.prepared
        if last:
            start = common(await prompt_tokens(self._client, last), tokens)
            start += await self.count_tokens(messages[held]["content"]) if replied else 0
        stops = ends(start, len(tokens), self.piece, most)
        if not stops or len(tokens) >= self.card.context:  # too long: the request itself will say so
            return reuse
        read = partial(self._read, generation, wish.adapter, slot.number, tokens)
        found = await read(stops[:1], reuse=reuse)
        if found is None:
            return reuse
        generation.read(len(tokens), max(found - generation.computed, 0))
        await read(stops[1:], reuse=True)
        generation.fed = max(stops[-1] - found, 0)
        generation.computed += generation.fed
        return True

    async def _read(
        self,
        generation: Generation,
        adapter: str,
        slot: int,
        tokens: Sequence[int],
        stops: Sequence[int],
        *,
        reuse: bool,
    ) -> int | None:
        """Computes tokens in a slot, up to one of `stops` after another; how many of them were there already.
        None when it was stopped, or failed, which its reader hears."""
        found = None
        for stop in stops:
            if (engine := self._engine) is None:
                return None
            body = {
                "lora": self._wearing(adapter),
                "prompt": list(tokens[:stop]),
                "id_slot": slot,
                "cache_prompt": reuse or found is not None,
            }
            piece = await self._pieces.read(engine.complete, generation, body)
            if piece.error:
                generation.put(self._failure(piece.error))
            if piece.found is None:
                return None
            found = piece.found if found is None else found
        return found

    async def _generate(self, generation: Generation, body: bytes) -> None:
        engine = self._engine
        if engine is not None:
            await in_thread(partial(engine.generate, body, generation.on_chunk), "generate")

    async def _deltas(self, generation: Generation) -> AsyncIterator[Delta]:
        finish: str | None = None
        usage: Usage | None = None
        waited = False
        while (item := await generation.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            if isinstance(item, int):
                if item != PLACED:
                    waited = True
                    yield Delta(waiting=item)
                elif waited:
                    yield Delta(served=True)
                continue
            chunk = json.loads(item)
            if "error" in chunk:
                raise self._failure(chunk["error"])
            if progress := chunk.get("prompt_progress"):
                generation.read(progress["total"], max(progress["cache"] - generation.computed, 0))
            if chunk.get("usage"):
                usage = _usage(chunk["usage"], generation.computed)
                generation.read(usage.prompt_tokens, usage.cached_tokens)
                self._completion_tokens += usage.completion_tokens
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

    async def keep(self, name: str, beginning: Sequence[Message], adapter: str | None = None) -> None:
        """See `Keeping.keep`. Whoever waits for an answer comes first; then it begins again."""
        keeper, messages = self._keeper, self._plainly(beginning)
        if keeper is None or not keeper.store.budget:
            return
        worn = self._adapter(adapter)
        wish = Wish(
            keep=name,
            beginning=len(messages),
            adapter=worn.key if worn else "",
            who=f"keep {name}",
            background=True,
        )
        while self._engine is not None and not await keeper.kept(name, messages, wish.adapter):
            slot = await self._board.take(wish)
            generation = Generation(self._pulse)
            generation.begin()
            self._running.add(generation)
            making = asyncio.create_task(self._prepare(generation, slot, wish, messages))
            try:
                while not making.done():
                    await asyncio.wait({making}, timeout=YIELD_SECONDS)
                    if self._board.wanted:
                        generation.cancel()
            except asyncio.CancelledError:
                generation.cancel()
                await asyncio.wait({making})
                raise
            finally:
                generation.done()
                self._running.discard(generation)
                self._board.give(slot)
            making.result()
            await keeper.settled()
            if not generation.cancelled:
                return  # kept, or there was no room for it

    async def forget(self, name: str) -> None:
        """See `Keeping.forget`."""
        if self._keeper is not None:
            await self._keeper.settled()
            await asyncio.to_thread(self._keeper.store.forget, name)

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
        """Stops what runs and frees the model's memory and threads. An engine that hangs is left behind."""
        engine, self._engine = self._engine, None
        if engine is None:
            return
        for generation in self._running:
            generation.cancel()
        for task in [task for one, task in self._serving.items() if not one.placed]:
            task.cancel()
        while self._board.busy and not self.lost:  # noqa: ASYNC110 - two things to watch
            await asyncio.sleep(0.005)
        if self._keeper is not None:
            await self._keeper.close()
        await self._client.aclose()
        await asyncio.to_thread(engine.abandon if self.lost else engine.close)


def _body(
    request: ChatRequest,
    messages: list[dict[str, str]],
    slot: int,
    lora: list[dict[str, Any]],
    *,
    reuse: bool,
) -> bytes:
    """`reuse`: whether what the slot holds may be used."""
    body: dict[str, Any] = {
        "lora": lora,
        "messages": messages,
        "stream": True,
        "stream_options": {"include_usage": True},
        "return_progress": True,  # a chunk after each batch of the prompt: a stop is seen there too
        "cache_prompt": reuse,
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


def _usage(counted: dict[str, Any], computed: int) -> Usage:
    """What a generation used. Of what was in its slot, `computed` tokens were computed just now."""
    details = counted.get("prompt_tokens_details") or {}
    cached = max(details.get("cached_tokens", 0) - computed, 0)
    return Usage(counted.get("prompt_tokens", 0), counted.get("completion_tokens", 0), cached)

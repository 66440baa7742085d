"""Keeps the beginning of every character's prompts computed, so that no conversation waits for it.

A beginning is always computed by itself, in an empty slot, then saved, and the rest of the prompt comes
after: so the answer is the same to the last bit whether it was computed just now or came from the disk.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from array import array
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from madang.models.listener import ask, prompt_tokens
from madang.models.prefixes.store import PrefixStore

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

LEAST_TOKENS = 32
"""A shorter beginning is computed sooner than it is read."""
_KNOWN = 4096
_ENDINGS = ("A", "나")
"""Two messages that begin with different tokens: what is the same before both is the beginning."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """`tokens` of a beginning, and the `key` of its snapshot: a hash of them and of how they are computed."""

    key: str
    tokens: int


Evaluate = Callable[[int, Sequence[int]], Awaitable[bool]]
"""Computes tokens in a slot, and uses nothing of what it held; False when it was stopped in between."""


class Keeper:
    """Prepares slots. `facts` is what, besides the tokens, decides what a snapshot holds.

    A slot that is prepared must belong to the caller until the call returns.
    """

    def __init__(
        self, client: httpx.AsyncClient, store: PrefixStore, workspace: Path, facts: Mapping[str, Any]
    ) -> None:
        self.store = store
        self.restored = 0
        self.built = 0
        self._client = client
        self._workspace = workspace
        self._facts = json.dumps(facts, sort_keys=True).encode()
        self._known: OrderedDict[bytes, Beginning] = OrderedDict()
        self._building: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._saving: dict[str, asyncio.Task[None]] = {}
        self._files = 0

    async def prepare(
        self,
        slot: int,
        name: str,
        messages: Sequence[dict[str, str]],
        evaluate: Evaluate,
        adapter: str = "",
    ) -> tuple[int, int]:
        """Fills the slot with the beginning and nothing else: (its tokens, those that had to be computed).

        `adapter` is what decides of the adapter that `evaluate` computes with: no other's snapshot is used.

        (0, 0) when it is too short to be worth it, or was stopped: then the slot is as it was, and nothing in
        it may be used. Raises ModelFailed.
        """
        beginning = self.known(messages, adapter) or await self.learn(messages, adapter)
        if beginning.tokens < LEAST_TOKENS:
            return 0, 0
        lock = self._building.setdefault(beginning.key, asyncio.Lock())
        async with lock:
            if saving := self._saving.get(beginning.key):
                await asyncio.wait({saving})
            if await self._restore(slot, name, beginning):
                self.restored += 1
                return beginning.tokens, 0
            tokens = await self._tokens(messages)
            if not await evaluate(slot, tokens):
                return 0, 0
            await self._save(slot, name, beginning)
        return beginning.tokens, len(tokens)

    async def kept(self, name: str, messages: Sequence[dict[str, str]], adapter: str = "") -> bool:
        """Whether nothing need be done for it: it is on the disk, or it is too short."""
        beginning = self.known(messages, adapter) or await self.learn(messages, adapter)
        if beginning.tokens < LEAST_TOKENS:
            return True
        return await asyncio.to_thread(self.store.has, name, beginning.key)

    def known(self, messages: Sequence[dict[str, str]], adapter: str = "") -> Beginning | None:
        sign = _sign(messages, adapter)
        found = self._known.get(sign)
        if found is not None:
            self._known.move_to_end(sign)
        return found

    async def learn(self, messages: Sequence[dict[str, str]], adapter: str = "") -> Beginning:
        """Asks the runtime which tokens a beginning has. Raises ModelFailed."""
        tokens = await self._tokens(messages)
        facts = self._facts + (f" with {adapter} ".encode() if adapter else b"")
        key = hashlib.sha256(facts + array("q", tokens).tobytes()).hexdigest()[:32]
        beginning = self._known[_sign(messages, adapter)] = Beginning(key, len(tokens))
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)
        return beginning

    def unlearn(self, messages: Sequence[dict[str, str]], adapter: str = "") -> None:
        """The runtime reads them differently now (a template that tells the date): ask again next time."""
        self._known.pop(_sign(messages, adapter), None)

    async def settled(self) -> None:
        """Waits until everything computed so far is in the store."""
        while self._saving:
            await asyncio.wait(set(self._saving.values()))

    async def close(self) -> None:
        await self.settled()
        await self._client.aclose()

    async def _tokens(self, messages: Sequence[dict[str, str]]) -> list[int]:
        first, second = [
            await prompt_tokens(self._client, [*messages, {"role": "user", "content": ending}])
            for ending in _ENDINGS
        ]
        return [
            one for one, _ in takewhile(lambda pair: pair[0] == pair[1], zip(first, second, strict=False))
        ]

    async def _restore(self, slot: int, name: str, beginning: Beginning) -> bool:
        file = self._file()
        try:
            if not await asyncio.to_thread(self.store.take, name, beginning.key, file):
                return False
            answer = await self._order(slot, "restore", file.name)
            if answer.get("n_restored") == beginning.tokens:
                return True
            await asyncio.to_thread(self.store.reject, name, beginning.key)
            return False
        finally:
            file.unlink(missing_ok=True)

    async def _save(self, slot: int, name: str, beginning: Beginning) -> None:
        """Writes the slot out; what is left to do with the file is done while the answer is made."""
        if not self.store.budget:
            return
        file = self._file()
        answer = await self._order(slot, "save", file.name)
        if answer.get("n_saved") != beginning.tokens:
            file.unlink(missing_ok=True)
            log.warning("a beginning of %d tokens was not saved", beginning.tokens)
            return
        task = asyncio.create_task(self._put(name, beginning.key, file), name="keep a beginning")
        self._saving[beginning.key] = task
        task.add_done_callback(lambda _: self._saving.pop(beginning.key, None))

    async def _put(self, name: str, key: str, file: Path) -> None:
        try:
            if await asyncio.to_thread(self.store.put, name, key, file):
                self.built += 1
        except OSError as error:
            log.warning("a beginning could not be kept: %s", error.strerror)
            await asyncio.to_thread(file.unlink, missing_ok=True)

    def _file(self) -> Path:
        self._files += 1
        return self._workspace / f"{self._files}.kv"

    async def _order(self, slot: int, action: str, file: str | None = None) -> dict[str, Any]:
        """Something the runtime does with a slot; a refusal is empty."""
        body = {"filename": file} if file else {}
        return await ask(self._client, f"/slots/{slot}?action={action}", body, refused={})


def _sign(messages: Sequence[dict[str, str]], adapter: str) -> bytes:
    return hashlib.blake2b(
        "\0".join([adapter, *(f"{one['role']}:{one['content']}" for one in messages)]).encode(
            "utf-8", "surrogatepass"
        ),
        digest_size=16,
    ).digest()

"""A long prompt is read in pieces, each a request of its own that makes no words: a stop waits for one piece.

The engine's batches can then be large, so that everybody's short questions are read in one (decision 16).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from madang.models.generation import Generation, in_thread

AT_ONCE = 2
"""Pieces that the request which answers reads by itself, and that may be read at the same time."""
_AROUND = 6
"""Tokens that a template writes around a message, roughly."""
_LETTERS = 4
"""Of ASCII, in a token; any other character is one or more."""


def roughly(messages: Sequence[dict[str, str]]) -> int:
    """Tokens of messages, without asking the runtime."""
    plain = sum(len(one["content"].encode("ascii", "ignore")) for one in messages)
    return plain // _LETTERS + sum(len(one["content"]) for one in messages) - plain + _AROUND * len(messages)


def common(one: Sequence[Any], other: Sequence[Any]) -> int:
    """How many both begin with."""
    return next(
        (count for count, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )


def ends(start: int, total: int, piece: int, left: int) -> list[int]:
    """Where the pieces of `total` tokens end when `start` of them are there; at most `left` are left over."""
    return list(range(start + piece, total - left + piece, piece))


@dataclass(frozen=True, slots=True)
class Piece:
    """What came of one: tokens that were there already, or an error of the engine, or neither (stopped)."""

    found: int | None = None
    error: dict[str, Any] | None = None


class Pieces:
    """Reads pieces in slots, a few at a time over all slots, whoever waits longest first."""

    def __init__(self, size: int) -> None:
        self.size = size
        """Tokens of one."""
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def read(
        self,
        complete: Callable[[bytes, Callable[[bytes], bool]], None],
        generation: Generation,
        body: dict[str, Any],
    ) -> Piece:
        """One completion without words. `body` names the prompt as tokens, the slot and the adapters."""
        if not await self._turn(generation):
            return Piece()
        found: list[int] = []
        failed: list[dict[str, Any]] = []

        def on_chunk(raw: bytes) -> bool:
            chunk = json.loads(raw)
            if "error" in chunk:
                failed.append(chunk["error"])
            if progress := chunk.get("prompt_progress"):
                found.append(progress["cache"])
            return generation.on_chunk(b"{}")

        order = {**body, "n_predict": 0, "stream": True, "return_progress": True}
        try:
            await in_thread(partial(complete, json.dumps(order).encode(), on_chunk), "prompt")
        finally:
            self._turns.release()
        if failed:
            return Piece(error=failed[0])
        return Piece() if generation.cancelled or not found else Piece(found[0])

    async def _turn(self, generation: Generation) -> bool:
        """Waits for a turn; False when it was stopped meanwhile."""
        if not self._turns.locked():
            await self._turns.acquire()
        else:
            turn = asyncio.ensure_future(self._turns.acquire())
            either: set[asyncio.Future[Any]] = {turn, generation.stopped}
            try:
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                if not turn.cancel():
                    self._turns.release()
                raise
            if not turn.done():
                turn.cancel()
                return False
        if generation.cancelled:
            self._turns.release()
            return False
        return True

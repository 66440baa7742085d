"""Which of the runtime's slots serves which conversation.

A slot keeps the computed prefix of the last prompt it served. A conversation comes back to its own slot; a
new one takes the free slot whose last prompt begins most like its own (the same character), else the one
that has been unused longest.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from os.path import commonprefix

from madang.kernel.errors import Busy

MAX_WAITING = 64
"""Requests that may wait for a slot; more are refused at once."""


@dataclass(slots=True)
class _Slot:
    number: int
    busy: bool = False
    hint: str | None = None
    prompt: str = ""
    used: int = 0


class SlotBoard:
    """Hands out `count` slots, first come, first served. Belongs to one event loop."""

    def __init__(self, count: int, max_waiting: int = MAX_WAITING) -> None:
        self._slots = [_Slot(number) for number in range(count)]
        self._free = asyncio.Semaphore(count)
        self._max_waiting = max_waiting
        self._waiting = 0
        self._clock = 0

    @property
    def busy(self) -> int:
        """Slots in use."""
        return sum(slot.busy for slot in self._slots)

    async def take(self, hint: str | None, prompt: str) -> int:
        """The number of a free slot, waiting for one. Raises Busy when too many wait already."""
        if self._waiting >= self._max_waiting:
            raise Busy("Too many conversations at once. Please try again in a moment.", retry_after=10)
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        slot = max(
            (slot for slot in self._slots if not slot.busy),
            key=lambda slot: (
                hint is not None and slot.hint == hint,
                len(commonprefix([slot.prompt, prompt])),  # noqa: RUF071 - texts, not paths
                -slot.used,
            ),
        )
        self._clock += 1
        slot.busy, slot.hint, slot.prompt, slot.used = True, hint, prompt, self._clock
        return slot.number

    def give(self, number: int) -> None:
        """Takes a slot back."""
        if self._slots[number].busy:
            self._slots[number].busy = False
            self._free.release()

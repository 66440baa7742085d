"""Counting tokens, once for a text that comes again and again."""

from __future__ import annotations

from collections import OrderedDict

from madang.models.types import ChatRuntime


class Counter:
    """Counts with the runtime's own tokenizer, and remembers the last `size` texts."""

    def __init__(self, runtime: ChatRuntime, size: int = 2048) -> None:
        self.runtime = runtime
        self._size = size
        self._known: OrderedDict[str, int] = OrderedDict()

    async def count(self, text: str) -> int:
        if not text:
            return 0
        if text in self._known:
            self._known.move_to_end(text)
            return self._known[text]
        number = self._known[text] = await self.runtime.count_tokens(text)
        if len(self._known) > self._size:
            self._known.popitem(last=False)
        return number

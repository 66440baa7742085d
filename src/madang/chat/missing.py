"""Stands in for a chat model that cannot be loaded: replies that nobody generates are made all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator

from madang.kernel.errors import MadangError
from madang.models.types import ChatRequest, Delta, ModelCard


class Missing:
    """A runtime with the card of a small model. It quotes; asked to write, it raises why it cannot."""

    grammars = False

    def __init__(self, reason: MadangError) -> None:
        # both languages: in neither may it be said that the model does not write it, for there is none
        self.card = ModelCard("", "chat", languages=("en", "ko"), strategy="quote")
        self._reason = reason

    async def stream(self, _: ChatRequest) -> AsyncIterator[Delta]:
        raise self._reason
        yield Delta()  # makes this a generator, as the door asks

    async def count_tokens(self, text: str) -> int:
        """An upper estimate: no tokenizer is there."""
        return len(text.encode())

    async def close(self) -> None:
        return None

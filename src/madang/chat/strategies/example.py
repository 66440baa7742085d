"""The line that the character's maker wrote for such a message, verbatim. No model is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator

from madang.chat.strategies import Piece, Scene


class Example:
    def __init__(self, line: str) -> None:
        self._line = line

    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:  # noqa: ARG002 - as all strategies
        yield Piece(self._line, basis="persona", strategy="example", citations=())

"""Nothing in the sources answers: say so, and name what is known. No model is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator

from madang.chat import phrases
from madang.chat.strategies import Piece, Scene


class Abstain:
    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        text = phrases.not_found(scene.language, scene.titles)
        yield Piece(text, basis="abstained", strategy="abstain", citations=())

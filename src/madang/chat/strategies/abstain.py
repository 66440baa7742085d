"""Nothing in the sources answers: say so, and name what is known. No model is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator

from madang.chat import phrases
from madang.chat.strategies import Piece, Scene


class Abstain:
    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        yield Piece(abstention(scene), basis="abstained", strategy="abstain", citations=())


def abstention(scene: Scene) -> str:
    """The sentence. What is not found while a source is still being read may yet be in it."""
    if scene.reading:
        return phrases.say(scene.language, phrases.STILL_READING)
    return phrases.not_found(scene.language, scene.titles)

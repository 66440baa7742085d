"""Nothing in the sources answers: say so, name what is known, and who can be asked. No model is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator

from madang.chat import phrases
from madang.chat.citations import cited
from madang.chat.strategies import Piece, Scene


class Abstain:
    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        citations = (cited(scene, 1, scene.contact),) if scene.contact is not None else ()
        yield Piece(abstention(scene), basis="abstained", strategy="abstain", citations=citations)


def abstention(scene: Scene) -> str:
    """The sentences. What is not found while a source is still being read may yet be in it."""
    if scene.reading:
        return phrases.say(scene.language, phrases.STILL_READING)
    said = [phrases.not_found(scene.language, scene.titles)]
    if scene.contact is not None:
        said.append(phrases.say(scene.language, phrases.TELEPHONE, contact=f"{scene.contact.text} [1]"))
    if scene.kept:
        said.append(phrases.say(scene.language, phrases.KEPT))
    return " ".join(said)

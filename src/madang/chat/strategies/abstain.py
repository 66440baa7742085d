"""Nothing in the sources surely answers: say so, show the nearest where it may be the answer, name what is
known, and who can be asked. No model is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator

from madang.chat import phrases
from madang.chat.citations import blocks, cited
from madang.chat.strategies import Piece, Scene
from madang.chat.types import Citation
from madang.knowledge.evidence import UNTOUCHED
from madang.knowledge.types import Span

LONGEST = 300
"""Characters of the nearest that is shown."""


class Abstain:
    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        text, citations = abstention(scene, nearest(scene))
        yield Piece(text, basis="abstained", strategy="abstain", citations=citations)


def nearest(scene: Scene) -> Span | None:
    """The best span of a question that is not answered, where it holds what is asked about: about one in
    three is the answer after all, and whoever asked sees whether it is."""
    evidence = scene.evidence
    if scene.reading or evidence is None or not evidence.spans or evidence.answerable <= UNTOUCHED:
        return None
    return evidence.spans[0] if len(evidence.spans[0].text) <= LONGEST else None


def abstention(scene: Scene, near: Span | None = None) -> tuple[str, tuple[Citation, ...]]:
    """The sentences, with what they cite: `near`, and whom to ask. What is not found while a source is still
    being read may yet be in it."""
    spans = [one for one in (near, scene.contact) if one is not None]
    citations = tuple(cited(scene, number, span) for number, span in enumerate(spans, 1))
    if scene.reading:
        return phrases.say(scene.language, phrases.STILL_READING), citations
    more: list[str] = []
    if scene.contact is not None:
        contact = f"{scene.contact.text} [{len(citations)}]"
        more.append(phrases.say(scene.language, phrases.TELEPHONE, contact=contact))
    if scene.kept:
        more.append(phrases.say(scene.language, phrases.KEPT))
    if near is None:
        return " ".join([phrases.not_found(scene.language, scene.titles), *more]), citations
    said = [phrases.say(scene.language, phrases.NEAREST), blocks(citations[:1], [near]), " ".join(more)]
    return "\n\n".join(filter(None, said)), citations

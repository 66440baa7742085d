"""Several things fit and the question names none: ask which, naming them as they stand in the sources.

No model is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator

from madang.chat import phrases
from madang.chat.citations import cited
from madang.chat.strategies import Piece, Scene
from madang.chat.unclear import Unclear
from madang.knowledge.sentences import sentences
from madang.knowledge.types import Passage, Span

LONGEST = 80
"""Characters of a candidate's name."""


class Clarify:
    def __init__(self, unclear: Unclear) -> None:
        self._unclear = unclear

    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        spans = {(span.passage.id, span.start): span for span in map(_named, self._unclear.candidates)}
        citations = tuple(cited(scene, number, span) for number, span in enumerate(spans.values(), 1))
        yield Piece(
            _question(scene.language, self._unclear), basis="clarify", strategy="clarify", citations=citations
        )


def _question(language: str, unclear: Unclear) -> str:
    named = [_short(name) for name, _ in unclear.candidates]
    if len(named) > 1:
        sentence = phrases.WHICH_OF if unclear.thing else phrases.WHICH_ONE_OF
        return phrases.say(language, sentence, thing=unclear.thing, names=phrases.either(language, named))
    if unclear.thing:
        return phrases.say(language, phrases.WHICH, thing=unclear.thing)
    return phrases.say(language, phrases.WHAT)


def _named(candidate: tuple[str, Passage]) -> Span:
    """The sentence that holds the name; the first one where the name is that of the passage."""
    name, passage = candidate
    places = list(sentences(passage.text)) or [(0, len(passage.text))]
    start, end = next((place for place in places if name in passage.text[slice(*place)]), places[0])
    return Span(passage=passage, start=start, end=end)


def _short(name: str) -> str:
    name = " ".join(name.split())
    if len(name) <= LONGEST:
        return name
    # half a word would be a word that stands nowhere
    whole = name[:LONGEST].rpartition(" ")[0] or name[:LONGEST]
    return whole.rstrip(" ,;:") + " …"

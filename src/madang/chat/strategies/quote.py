"""Facts quoted: the sentence of the source itself, verbatim, with its citation, at once.

A fixed phrase leads to it. Only a capable model may word the lead instead, where it writes the language;
its sentence is held until it is complete and verified. A small one is not asked: of 13 wordings by the 135M
default on the demo restaurant, each half a second long, 5 were accepted; three said the quotation again,
one half of it, and one lost a condition.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

from madang.chat import phrases
from madang.chat.citations import cited, quoted
from madang.chat.sentences import sentences
from madang.chat.strategies import Piece, Scene
from madang.chat.strategies.persona import generate
from madang.chat.verify import check
from madang.chat.words import content, known
from madang.kernel.errors import Busy, ModelFailed
from madang.kernel.language import language_of
from madang.knowledge.types import Evidence, Span
from madang.models.types import ChatRequest, Message, Usage

WORDING_SECONDS = 0.4
WORDING_TOKENS = 40
QUOTES = 2
NEAR = 0.8
"""A second quote stands beside the first when its score is nearly as high."""
COVERED = 0.6
"""Share of a second quote's words that the first may hold already."""
NEXT = 2
"""Characters between a quote and one that goes on from it."""
TASK = "Answer the question in one short sentence. Use only the words and numbers of the note."


class Quote:
    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        evidence = scene.evidence
        assert evidence is not None  # noqa: S101  the route gives evidence
        spans = chosen(evidence)
        citations = tuple(cited(scene, number, span) for number, span in enumerate(spans, 1))
        yield Piece(basis="sources", strategy="quote", citations=citations)
        lead, usage = await _lead(scene, spans)
        yield Piece(lead + "\n\n", usage=usage)
        yield Piece("\n\n".join(quoted(citation) for citation in citations))


def chosen(evidence: Evidence) -> list[Span]:
    """The best span, and another that is nearly as good and adds something to it."""
    best = evidence.spans[0]
    spans = [best]
    for span in evidence.spans[1:]:
        near = best.score > 0 and span.score >= NEAR * best.score
        if near and len(spans) < QUOTES and _adds(span, best, evidence.question):
            spans.append(span)
    return spans


def _adds(span: Span, best: Span, question: str) -> bool:
    """Whether it says what the best one does not: to a word of the question, or going on from the best."""
    if _same(span, best) or language_of(span.text) != language_of(best.text):
        return False  # the other language says the same again
    said, words = set(content(best.text)), content(span.text)
    if sum(known(word, said) for word in words) > COVERED * len(words):
        return False
    theirs = set(words)
    if any(known(word, theirs) and not known(word, said) for word in content(question)):
        return True
    return span.passage.id == best.passage.id and 0 <= span.start - best.end <= NEXT


def _same(one: Span, other: Span) -> bool:
    if " ".join(one.text.split()) == " ".join(other.text.split()):
        return True
    return one.passage.id == other.passage.id and one.start < other.end and other.start < one.end


async def _lead(scene: Scene, spans: list[Span]) -> tuple[str, Usage | None]:
    fixed = _fixed(scene, spans)
    evidence = "\n".join(span.text for span in spans)
    if scene.weak or not scene.writes or language_of(evidence) != scene.language:
        return fixed, None
    try:
        async with asyncio.timeout(WORDING_SECONDS):
            worded, usage = await _worded(scene, evidence)
    except (TimeoutError, ModelFailed, Busy):
        # the quotation needs no model: it is the answer also when the model is slow, busy or gone
        return fixed, None
    return (worded if check(worded, evidence, scene.message).accepted else fixed), usage


def _fixed(scene: Scene, spans: list[Span]) -> str:
    """The phrase that leads to the quotations, by the kind of their source."""
    titles = {span.passage.title.strip() for span in spans}
    if len(titles) != 1 or not (title := titles.pop()):
        return phrases.say(scene.language, phrases.FROM_SOURCES)
    source = spans[0].passage.source_id
    sentence = phrases.FROM_SOURCE
    if source in scene.tables:
        sentence = phrases.FROM_TABLE
    elif source in scene.origins:
        sentence = phrases.FROM_PAGE
    return phrases.say(scene.language, sentence, source=title)


async def _worded(scene: Scene, evidence: str) -> tuple[str, Usage | None]:
    """The model's one sentence, not yet verified."""
    request = ChatRequest(
        (
            Message("system", TASK),
            Message("user", f"Note: {evidence}\nQuestion: {scene.message}"),
        ),
        max_tokens=WORDING_TOKENS,
        temperature=0.0,
        seed=scene.options.seed,
        stop=("\n",),
    )
    text, usage = "", None
    async with aclosing(generate(scene, request)) as pieces:
        async for piece in pieces:
            text += piece.text
            usage = piece.usage or usage
            if len(found := sentences(text)) > 1:
                return found[0].strip(), usage
    return text.strip(), usage

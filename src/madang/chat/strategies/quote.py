"""Facts with a small model: the sentence of the source itself, verbatim, with its citation.

The model may only word the lead, and only when it writes the language; its sentence is held until it is
complete and verified, and a fixed phrase stands there otherwise.
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
from madang.kernel.errors import Busy, ModelFailed
from madang.kernel.language import language_of
from madang.knowledge.types import Evidence, Span
from madang.models.types import ChatRequest, Message, Usage

WORDING_SECONDS = 0.9
WORDING_TOKENS = 40
QUOTES = 2
NEAR = 0.8
"""A second quote stands beside the first when its score is nearly as high."""
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
    """The best span, and others that are nearly as good and say something else."""
    best = evidence.spans[0]
    spans = [best]
    for span in evidence.spans[1:]:
        near = best.score > 0 and span.score >= NEAR * best.score
        if near and len(spans) < QUOTES and not any(_same(span, other) for other in spans):
            spans.append(span)
    return spans


def _same(one: Span, other: Span) -> bool:
    if " ".join(one.text.split()) == " ".join(other.text.split()):
        return True
    return one.passage.id == other.passage.id and one.start < other.end and other.start < one.end


async def _lead(scene: Scene, spans: list[Span]) -> tuple[str, Usage | None]:
    titles = {span.passage.title for span in spans}
    if len(titles) == 1 and (title := titles.pop().strip()):
        fixed = phrases.say(scene.language, phrases.FROM_SOURCE, source=title)
    else:
        fixed = phrases.say(scene.language, phrases.FROM_SOURCES)
    evidence = "\n".join(span.text for span in spans)
    if not scene.writes or language_of(evidence) != scene.language:
        return fixed, None
    try:
        async with asyncio.timeout(WORDING_SECONDS):
            worded, usage = await _worded(scene, evidence)
    except (TimeoutError, ModelFailed, Busy):
        # the quotation needs no model: it is the answer also when the model is slow, busy or gone
        return fixed, None
    return (worded if check(worded, evidence, scene.message).accepted else fixed), usage


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

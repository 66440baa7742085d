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
from madang.chat.citations import blocks, cited
from madang.chat.claims import FULL
from madang.chat.excerpt import excerpts
from madang.chat.seek import Sought
from madang.chat.sentences import sentences
from madang.chat.strategies import Piece, Scene
from madang.chat.strategies.persona import generate
from madang.chat.types import Basis
from madang.chat.verify import check
from madang.kernel.errors import Busy, ModelFailed
from madang.kernel.language import language_of
from madang.knowledge.people import names_somebody
from madang.knowledge.questions import asked
from madang.knowledge.types import Span
from madang.models.types import ChatRequest, Message, Usage

WORDING_SECONDS = 0.4
WORDING_TOKENS = 40
HEADING = 60
"""Characters of a heading that is named."""
TASK = "Answer the question in one short sentence. Use only the words and numbers of the note."


class Quote:
    async def reply(self, scene: Scene) -> AsyncIterator[Piece]:
        sought = scene.sought
        assert sought is not None  # noqa: S101  the route gives what was sought
        spans = _spans(sought, own=scene.profile.kind == "business")
        now = [own for there, own in scene.changed if any(_touches(there, span) for span in spans)]
        said = [*spans, *{(own.passage.id, own.start): own for own in now}.values()]
        citations = tuple(cited(scene, number, span) for number, span in enumerate(said, 1))
        basis: Basis = "partial" if sought.missing else "sources"
        yield Piece(basis=basis, strategy="quote", citations=citations)
        lead, usage = await _lead(scene, spans)
        yield Piece(lead + "\n\n", usage=usage)
        yield Piece(blocks(citations[: len(spans)], spans))
        if now:
            later = blocks(citations[len(spans) :], said[len(spans) :])
            yield Piece(f"\n\n{phrases.say(scene.language, phrases.CHANGED)}\n\n{later}")
        if sought.missing:
            yield Piece("\n\n" + phrases.missing(scene.language, sought.missing))


def _spans(sought: Sought, *, own: bool) -> list[Span]:
    """What is quoted, for each question that is answered, nothing twice. `own`: of one place."""
    answered = [part for part in sought.parts if part.answered] or list(sought.parts[:1])
    most = FULL // len(answered)
    found: list[Span] = []
    for part in answered:
        standing = part.standing
        for span in excerpts(part.evidence, standing.question, standing.focus, most, own=own):
            if not any(_within(span, other) for other in found):
                found = [other for other in found if not _within(other, span)]
                found.append(span)
    return found


def _touches(span: Span, other: Span) -> bool:
    return span.passage.id == other.passage.id and span.start < other.end and other.start < span.end


def _within(span: Span, other: Span) -> bool:
    """Whether the other says all that it says: around it, or again elsewhere."""
    if span.passage.id != other.passage.id:
        return " ".join(span.text.split()) == " ".join(other.text.split())
    return other.start <= span.start and span.end <= other.end


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
    if (heading := _who_stands_above(scene.message, spans)) is not None:
        return phrases.say(scene.language, phrases.FROM_UNDER, source=title, heading=heading)
    source = spans[0].passage.source_id
    sentence = phrases.FROM_SOURCE
    if source in scene.tables:
        sentence = phrases.FROM_TABLE
    elif source in scene.origins:
        sentence = phrases.FROM_PAGE
    return phrases.say(scene.language, sentence, source=title)


def _who_stands_above(message: str, spans: list[Span]) -> str | None:
    """The heading that names who is asked for, where what stands under it names nobody."""
    passages = {span.passage.id: span.passage for span in spans}
    above = {passage.headings[-1] for passage in passages.values() if passage.headings}
    if asked(message) != "person" or len(above) != 1 or any(names_somebody(span.text) for span in spans):
        return None
    heading = above.pop()
    return heading if len(heading) <= HEADING and names_somebody(heading) else None


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

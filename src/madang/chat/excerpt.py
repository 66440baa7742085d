"""What is quoted of the passage that answers: always verbatim, as much as the question asks for.

A question for one fact gets the sentence that shows it, with the restriction that stands beside it ("We do not
deliver on Sundays"). A question for an explanation, steps or a list gets the paragraph.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence

from madang.chat.phrase import korean
from madang.chat.words import content, cues, known
from madang.kernel.language import language_of
from madang.knowledge.questions import asked, shows
from madang.knowledge.sentences import sentences
from madang.knowledge.types import Evidence, Span

QUOTES = 2
NEAR = 0.8
"""A second quote stands beside the first when its score is nearly as high."""
COVERED = 0.6
"""Share of a second quote's words that the first may hold already."""
NEXT = 2
"""Characters between a quote and one that goes on from it."""
BRIEF = 220
"""Characters of all quotations of one fact."""
FULL = 900
"""Characters of a quotation that explains."""
BESIDE = 0.6
"""Share of the best score that a second passage needs to be quoted beside an explanation."""
_EXPLAINS = re.compile(
    r"\bhow (?:to|do|does|did|can|could|should|would|come)\b|\bwhy\b|\bwhat (?:happens|causes?|should|else|kinds?|types?|sorts?)\b"
    r"|\b(?:describe|explain|tell me|list|overview|summari[sz]e|compare|differences?|steps|process|procedure|features|benefits|advantages"
    r"|disadvantages|effects?|symptoms|causes|options|examples|ways|impact|requirements|history|tips|insights?|information)\b"
    r"|어떻게 (?:해|하|되|돼|가|만)|방법|절차|설명|차이|에 대해|무슨 내용|종류",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:what|how) (?:is|are|was|were|do|does|did|about)\b|\bwhich\b[^?]*s\b", re.IGNORECASE
)
_ASKS = re.compile(
    r"[?？]|^\W*(?:is|are|do|does|did|can|could|will|would|has|have|when|who|where|which)\b", re.IGNORECASE
)
SHOWN = frozenset({"price", "time", "contact"})
"""Kinds of answers that a sentence shows plainly, or does not hold."""
_ROW = " · "
Place = tuple[int, int]


def excerpts(evidence: Evidence, question: str, focus: str = "") -> list[Span]:
    """What is quoted of `evidence`. `focus`: what a follow-up put in ("in the Netherlands"), if it did."""
    if evidence.curated:
        return evidence.spans[:1]
    spans = [_shown(evidence.spans[0], question, focus), *evidence.spans[1:]]
    if explains(question):
        return _full(spans)
    found = chosen(evidence.model_copy(update={"spans": spans}))
    if len(found) == 1:
        return [_with_restriction(found[0], question)]
    return found


def explains(question: str) -> bool:
    """Whether it asks for more than one fact: an explanation, steps, a list, or simply about a thing."""
    if asked(question) != "other":
        return bool(re.search(r"\bhow (?:to|do|does|can)\b|\bwhy\b|방법|절차", question, re.IGNORECASE))
    if _EXPLAINS.search(question):
        return True
    return not korean(question) and (bool(_ABOUT.search(question)) or not _ASKS.search(question))


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


def _shown(span: Span, question: str, focus: str) -> Span:
    """The span, or the sentence near it in its passage that shows what is asked for and the span does not."""
    if _ROW in span.text:
        return span
    text = span.passage.text
    places = [(start, end) for start, end in sentences(text) if not (start < span.end and span.start < end)]
    wanted = [word for word in content(focus) if not known(word, set(content(span.text)))]
    if wanted and (
        named := [p for p in places if all(known(w, set(content(text[slice(*p)]))) for w in wanted)]
    ):
        return _moved(span, _nearest(span, named, question), join=False)
    kind = asked(question)
    if kind not in SHOWN or shows(kind, span.text) is not False:
        return span
    fits = [place for place in places if shows(kind, text[slice(*place)])]
    return _moved(span, _nearest(span, fits, question), join=True) if fits else span


def _nearest(span: Span, places: Sequence[Place], question: str) -> Place:
    """The one that holds most words of the question; among those the nearest."""
    words, text = content(question), span.passage.text

    def fits(place: Place) -> tuple[int, int]:
        theirs = set(content(text[slice(*place)]))
        return sum(known(word, theirs) for word in words), -abs(place[0] - span.start)

    return max(places, key=fits)


def _moved(span: Span, place: Place, *, join: bool) -> Span:
    start, end = place
    if join and max(end, span.end) - min(start, span.start) <= BRIEF:
        start, end = min(start, span.start), max(end, span.end)
    return span.model_copy(update={"start": start, "end": end})


def _with_restriction(span: Span, question: str) -> Span:
    """The span with the sentence beside it that takes something back of it ("only", "not", "except")."""
    text = span.passage.text
    if _ROW in span.text:
        return span
    places = sentences(text)
    after = next(((s, e) for s, e in places if s >= span.end), None)
    before = next(((s, e) for s, e in reversed(places) if e <= span.start), None)
    about = set(content(question)) | set(content(span.text))
    for place in (after, before):
        if place is None:
            continue
        start, end = min(place[0], span.start), max(place[1], span.end)
        beside = text[slice(*place)]
        if end - start > BRIEF or "\n" in text[min(span.end, place[1]) : max(span.start, place[0])]:
            continue
        if cues(beside) - cues(span.text) and any(_related(word, about) for word in content(beside)):
            return span.model_copy(update={"start": start, "end": end})
    return span


def _related(word: str, others: set[str]) -> bool:
    """Whether a word is of the family of another ("deliver", "delivery")."""
    return known(word, others) or any(len(word) > 4 and word[:5] == other[:5] for other in others)


def _full(spans: Sequence[Span]) -> list[Span]:
    """The paragraph around the best span, and that of another passage that is nearly as good."""
    best = spans[0]
    found = [_paragraph(best, FULL)]
    for span in spans[1:]:
        other = span.passage.id not in {one.passage.id for one in found}
        if (
            other
            and len(found) < QUOTES
            and span.score >= BESIDE * best.score
            and language_of(span.text) == language_of(best.text)
        ):
            found.append(_paragraph(span, FULL // 2))
    return found


def _paragraph(span: Span, most: int) -> Span:
    """Whole sentences around the span, what follows first, as many as fit."""
    places = sentences(span.passage.text)
    start, end = span.start, span.end
    inside = [n for n, (s, e) in enumerate(places) if s < end and start < e]
    if not inside:
        return span
    first, last = inside[0], inside[-1]
    start, end = min(start, places[first][0]), max(end, places[last][1])
    grew = True
    while grew:
        grew = False
        if last + 1 < len(places) and places[last + 1][1] - start <= most:
            last += 1
            end, grew = places[last][1], True
        elif first > 0 and end - places[first - 1][0] <= most:
            first -= 1
            start, grew = places[first][0], True
    return span.model_copy(update={"start": start, "end": end})

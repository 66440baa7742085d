"""What is quoted of the passage that answers: always verbatim, as much as the question asks for.

A question for one fact gets the sentence that shows it, with the restriction that stands beside it ("We do not
deliver on Sundays"). A question for an explanation, steps or a list gets several (`claims.py`), and so does one in
large English sources that asks for no known kind of fact, or whose answer is not that sure.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

from collections.abc import Sequence

from madang.chat.calls import with_number
from madang.chat.claims import FULL, claims, fewer, leans
from madang.chat.phrase import phrases
from madang.chat.words import content, cues, known
from madang.kernel.language import language_of
from madang.knowledge import lexicon
from madang.knowledge.answerable import CONVERSED
from madang.knowledge.asks import explains, whether
from madang.knowledge.questions import asked, shows
from madang.knowledge.ranges import in_its_words
from madang.knowledge.rows import CELL, columns
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
WHETHER = 450
"""Characters of an answer to whether something is so: what decides it, and on what it depends."""
NAMED = 0.6
"""Share of the best span's score from which a line under the very name of what is asked about leads."""
MORE, FEW_MORE = 4, 3
"""Further lines that are quoted there, of an explanation and of a fact."""
AS_THERE, AS_ELSEWHERE = 0.4, 0.7
"""Share of the best line's score that they have, in the source that leads and in others."""
LONGER = 1.2
"""How much longer everything may be there. Of explanations half is said of .70 instead of .69, in 1,240 characters
instead of 1,180."""
IN_ALL = 600
"""Characters of all quotations of one fact there."""
SURE = 0.7
"""The estimate from which one fact is quoted briefly there."""
AGAIN = 0.8
"""Share of the words of a further line that another one holds, from which it says the same again."""
SCRAP = 25
"""Characters of a line that says something by itself."""
SHOWN = frozenset({"price", "time", "contact"})
"""Kinds of answers that a sentence shows plainly, or does not hold."""
_ROW = CELL
ROWS = 3
"""Most rows of a table that answer together."""
Place = tuple[int, int]


def excerpts(
    evidence: Evidence, question: str, focus: str = "", most: int = FULL, *, own: bool = False
) -> list[Span]:
    """What is quoted of `evidence`. `focus`: what a follow-up put in ("in the Netherlands"), if it did. `most`:
    characters of an explanation. `own`: the character speaks for one place, whose customers want it short."""
    if evidence.as_it_stands:
        return evidence.spans[:1]
    question = lexicon.plainly(question)  # as the evidence was sought
    if evidence.by in CONVERSED and not own:
        most = round(most * LONGER)
    at_length = explains(question) or (not own and _better_at_length(evidence, question))
    found = _excerpts(evidence, question, focus, most, at_length=at_length)
    if evidence.by in CONVERSED:
        found = _with_likely(found, evidence, at_length=at_length, most=most)
    return with_number(found)


def _better_at_length(evidence: Evidence, question: str) -> bool:
    """Whether a question among much that is alike gets a connected piece although it asks for no explanation. Of the
    facts in `benchmarks.made.talks` some of the answer is said of .74 instead of .68 with that, half of .73 instead
    of .63, in 990 characters instead of 440."""
    return evidence.by in CONVERSED and (evidence.answerable < SURE or asked(question) == "other")


def _with_likely(said: list[Span], evidence: Evidence, *, at_length: bool, most: int) -> list[Span]:
    """With the likeliest other lines: among much that is alike the best one is the right one in .42 of the answered
    turns of `benchmarks.made.talks`, one of these in .53; of explanations half is said in .66 instead of .59. With 600
    characters instead of 400 for a fact some of the answer is said of .76 instead of .70; more brings hardly more."""
    count, longest = (MORE, most) if at_length else (FEW_MORE, min(most, IN_ALL))
    room = longest - sum(len(span.text) for span in said)
    best, leads = evidence.lines[0].score if evidence.lines else 0.0, said[0].passage.source_id
    more: list[Span] = []
    for line in evidence.lines:
        if len(more) == count:
            break
        likely = line.score >= best * (AS_THERE if line.passage.source_id == leads else AS_ELSEWHERE)
        new = not any(line.meets(one) or _again(line, one) for one in [*said, *more])
        alike = language_of(line.text) == language_of(said[0].text)
        if likely and new and alike and SCRAP <= len(line.text) <= room:
            more.append(line)
            room -= len(line.text)
    ordered = {found.passage.id: place for place, found in enumerate(evidence.found)}
    last = len(ordered)
    beside = sorted(more, key=lambda one: (ordered.get(one.passage.id, last), one.start))
    return fewer([*said, *beside])


def _excerpts(evidence: Evidence, question: str, focus: str, most: int, *, at_length: bool) -> list[Span]:
    spans = [_shown(evidence.spans[0], question, focus), *evidence.spans[1:]]
    if at_length:
        leads = _under_its_name(evidence.lines, spans[0], question)
        return claims(evidence.lines, leads, most, question=question)
    if whether(question):
        decides = _with_restriction(spans[0], question)
        others = [line for line in _telling(evidence.lines, question) if not _same(line, decides)]
        said = claims([decides, *others], decides, min(most, WHETHER), beside=False)
        return (
            _going_on(said, decides, question) if language_of(question) == language_of(decides.text) else said
        )
    if beside := _rows_beside(spans[0], evidence.lines, question):
        return beside
    found = chosen(evidence.model_copy(update={"spans": spans}))
    if len(found) == 1:
        return [_with_restriction(found[0], question)]
    return found


def _rows_beside(best: Span, lines: Sequence[Span], question: str) -> list[Span]:
    """A row with the few others of its table that hold the same words of the question, in the order of the table:
    what is at 1.15 and at 3 is not at 1.15 alone. None where it stands alone, or most rows are so."""
    shape = columns(best.text)
    rows = [
        line
        for line in lines
        if line.passage.source_id == best.passage.source_id
        and _ROW in line.text
        and columns(line.text) == shape
    ]
    theirs = [set(content(row.text)) for row in rows]
    words = [word for word in content(question) if not all(known(word, there) for there in theirs)]
    own = set(content(best.text))
    held = [word for word in words if known(word, own)]
    same = [
        row
        for row, there in zip(rows, theirs, strict=True)
        if held and all(known(word, there) for word in held)
    ]
    if not any(row.meets(best) for row in same) or not 1 < len(same) <= ROWS or 2 * len(same) > len(rows):
        return []
    same = sorted(same, key=lambda row: (row.passage.ordinal, row.start))
    return same if sum(len(row.text) for row in same) <= IN_ALL else []


def _under_its_name(lines: Sequence[Span], first: Span, question: str) -> Span:
    """The best line under a heading that is the very thing asked about ("Sea otter"), where there is one; else the
    first span: there the thing may only be spoken of."""
    words = {word for phrase in phrases(question) for word in content(phrase.text)}

    def named(line: Span) -> bool:
        heading = set(content(line.passage.headings[-1])) if line.passage.headings else set()
        return heading <= words <= heading

    under = [line for line in lines if line.score >= NAMED * first.score and named(line)] if words else []
    if not under or named(first):
        return first
    return max(under, key=lambda line: line.score)


def _going_on(said: list[Span], decides: Span, question: str) -> list[Span]:
    """What decides, with the sentences after it in its paragraph that go on about the same."""
    text, end = decides.passage.text, decides.end
    about = set(content(question)) | set(content(decides.text))
    room = WHETHER - sum(len(span.text) for span in said)
    for start, stop in sentences(text):
        if start < end:
            continue
        piece = text[start:stop]
        near = "\n" not in text[end:start] and stop - decides.end <= room
        if not near or not (leans(piece) or any(_related(word, about) for word in content(piece))):
            break
        end = stop
    if end == decides.end or _ROW in decides.text:
        return said
    grown = decides.model_copy(update={"end": end})
    return [
        grown if span.meets(decides) else span
        for span in said
        if _same(span, decides) or not span.meets(grown)
    ]


def _telling(lines: Sequence[Span], question: str) -> list[Span]:
    """The lines that themselves hold more than half as many words of the question as the best one: words that
    stand above them, in headings and titles, tell none from another."""
    words = content(question)

    def held(line: Span) -> int:
        above = set(content(" ".join([line.passage.title, *line.passage.headings])))
        theirs = set(content(line.text))
        return sum(known(word, theirs) and not known(word, above) for word in words)

    counts = [held(line) for line in lines]
    return [line for line, count in zip(lines, counts, strict=True) if 2 * count > max(counts)]


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
    return " ".join(one.text.split()) == " ".join(other.text.split()) or one.meets(other)


def _again(one: Span, other: Span) -> bool:
    """Whether the one says again what the other says, nearly in its words."""
    said, words = set(content(other.text)), content(one.text)
    return _same(one, other) or sum(known(word, said) for word in words) >= AGAIN * len(words)


def _shown(span: Span, question: str, focus: str) -> Span:
    """The span, or the sentence near it in its passage that shows what is asked for and the span does not."""
    if _ROW in span.text or in_its_words(question, span.text) != question:
        return span
    text = span.passage.text
    places = [(start, end) for start, end in sentences(text) if not (start < span.end and span.start < end)]
    wanted = [word for word in content(focus) if not known(word, set(content(span.text)))]
    if wanted and (
        named := [p for p in places if all(known(w, set(content(text[slice(*p)]))) for w in wanted)]
    ):
        return _moved(span, _nearest(span, named, question), join=False)
    if akin := _akin(span, places, question):
        return _moved(span, _nearest(span, akin, question), join=False)
    kind = asked(question)
    if kind not in SHOWN or shows(kind, span.text) is not False:
        return span
    fits = [place for place in places if shows(kind, text[slice(*place)])]
    return _moved(span, _nearest(span, fits, question), join=True) if fits else span


def _akin(span: Span, places: Sequence[Place], question: str) -> list[Place]:
    """Where the span has no word of the question but those above it ("photos"), the sentences that have one of
    its family ("photography")."""
    above = set(content(" ".join([span.passage.title, *span.passage.headings])))
    words = [word for word in content(question) if not known(word, above)]
    if not words or any(_related(word, set(content(span.text))) for word in words):
        return []
    theirs = [(place, set(content(span.passage.text[slice(*place)]))) for place in places]
    return [place for place, there in theirs if any(_related(word, there) for word in words)]


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
    """The span with the sentence beside it, or the last but one before it, that takes something back of it ("only",
    "not", "except")."""
    text = span.passage.text
    if _ROW in span.text:
        return span
    places = sentences(text)
    after = next(((s, e) for s, e in places if s >= span.end), None)
    before = [place for place in places if place[1] <= span.start][-2:]
    about = set(content(question)) | set(content(span.text))
    for place in (*([after] if after else []), *reversed(before)):
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

"""Spans: which sentences, records or lines of the found passages answer a question best. Always verbatim."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from madang.kernel.clock import now
from madang.kernel.language import language_of
from madang.knowledge import dated
from madang.knowledge.asking import Asking
from madang.knowledge.days import days_in
from madang.knowledge.measures import of_a_baby, tells_when
from madang.knowledge.questions import Asked, asked, content_terms, kinds, shows
from madang.knowledge.ranges import chosen
from madang.knowledge.rows import of_other_things
from madang.knowledge.sentences import is_label, sentences
from madang.knowledge.sides import of_another
from madang.knowledge.types import Found, Passage, Span

PASSAGES = 6
"""Found passages in which spans are looked for."""
SPANS = 3
LONGEST = 220
"""Characters quoted at most, where a sentence can be cut between its clauses."""
ROW = 300
"""Characters of a table row quoted whole; a longer one is cut between its columns."""
LINES = 60
"""Units that a longer answer may be composed of."""
SECOND = 0.75
"""Share of the best unit's score that another unit needs to be quoted beside it."""
_HEADING, _BEFORE = 0.6, 0.35
"""What a question's term is worth in the heading, or in the line before, when the span lacks it."""
_ITS_DAY = 0.3
"""What a sentence gains that speaks of the date that is asked about."""
_OTHER_DAY = 0.6
"""What a span loses that names other days only, where another span names the day that is asked about."""
_NOTICE = 0.25
"""What a notice of some days loses where nothing is asked about days."""
_ITS_RANGE, _OTHER_RANGE = 0.3, 0.6
"""What the line gains that holds for the amount that is asked about, and what a sentence loses that holds for
another one."""
_REPEATED, _FIRST = 0.85, 0.1
"""What it is worth in the heading and in the span; what the first sentence under the heading gains."""
_ASKED, _WHOLE = 0.5, 0.95
"""What the first sentence under a heading gains that is the question itself, and the share of the question
that such a heading holds."""
_PART, _HALF = 0.75, 0.5
"""Share of the question up to which a unit says only a part of it, and share of its score that the one in its
place needs."""
_CLAUSE = re.compile(r"(?<=[,;·])\s+|\s+(?=[–—(])")
_COLUMN = re.compile(r" · ")
_ROW = re.compile(r" · |^[^:.]{1,40}: ")
"""A row, or a line of two cells."""
_DOTS = re.compile(r"\w.*?(?:\.{3,}|…|·{3,}|-{3,}|_{3,}|\t)\s*[₩$£€]?\s?\d")
"""A line of a typed menu: "멸치국수 ........ 7,000"."""
_SHORT = 60
"""Characters: a sentence this short is quoted with the next one when that goes on about the same."""
_JOINED = re.compile(r"\b(?:and|or)\b|그리고|또는|[?？].*[?？]", re.IGNORECASE)
_UNSAID = 0.1
"""Share of the question that is missing in a span and its headings from which a neighbour may say it."""
_WHEN = re.compile(r"언제|몇\s?시(?!간)|\bwhen\b|\bwhat time\b", re.IGNORECASE)
_LASTS = re.compile(r"\d+ ?(?:minutes?|mins?|hours?|분|시간)", re.IGNORECASE)
"""How long something lasts: it does not say when."""
_LEANS = re.compile(
    r"(?:after(?:wards| that| this| then)|otherwise|in that case|if (?:so|not)|beyond that|from then)\b"
    r"|(?:그|이) ?(?:뒤|후|이후|외|밖|다음|경우|때)(?:로|에)?(?:는|도|에는|부터)?[\s,]"
    r"|그렇지 않으면|그러면|아니면",
    re.IGNORECASE,
)
"""Begins a sentence that says nothing without the one before it."""
_TURNS = re.compile(
    r"^(?:but|however|except|only|unless|no\b|not\b|we (?:do not|don't|cannot|can't|never)"
    r"|there (?:is|are) no\b"
    r"|(?:it|this|that|they|these) (?:is|are|does|do|can|may|must)(?: not|n't)|cash refunds?|please note)"
    r"|^(?:단,|다만|그러나|하지만|예외)|(?:없습니다|않습니다|불가|안 됩니다|못합니다|제외)[.。]?$",
    re.IGNORECASE,
)
"""A sentence that takes something back of the one before it."""
_DENIES = re.compile(
    r"\b(?:not|no|never|cannot)\b|n['’]t\b|없(?:습니다|어요|다)"
    r"|않(?:습니다|아요|는다)|(?:안|못) ?(?:됩니다|돼요|합니다|해요)",
    re.IGNORECASE,
)
"""A sentence that says where, when or who not: what it is instead stands in the next one."""
_LABEL = 60
"""Characters: a line this short that ends in a colon says what the next line is about."""


@dataclass(slots=True)
class Unit:
    """A sentence, record or line of a passage, and how well it answers."""

    passage: Passage
    start: int
    end: int
    own: frozenset[str] = field(default_factory=frozenset)
    """The question's terms in the unit itself."""
    keys: frozenset[str] = field(default_factory=frozenset)
    """Those that stand in it as the question has them, not as another word for the same."""
    said: frozenset[str] = field(default_factory=frozenset)
    """The question's terms in the unit, its headings and its title."""
    covered: float = 0.0
    """Share of the question in the unit, its headings and title, and the line before it."""
    fits: bool | None = None
    """Whether it shows what the question asks for (a time, a price, …); None when that is not known."""
    score: float = 0.0
    reading: float | None = None
    """How surely it answers, as the reader says (a logit); None when it was not read."""

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


def weigh(asking: Asking, found: Sequence[Found]) -> list[Unit]:
    """The units of the best passages, best first."""
    if not found:
        return []
    best, least = found[0].score, min(item.score for item in found)
    places = [_of_its_kind(asking, _units(asking, item.passage)) for item in found[:PASSAGES]]
    telling = _telling(asking, [unit for units in places for unit in units])
    for item, units in zip(found, places, strict=False):
        _score(asking, telling, units, (item.score - least) / ((best - least) or 1.0))
    every = _of_what_is_named(asking, [unit for units in places for unit in units])
    every = _in_its_range(asking, every)
    _on_another_day(asking, every)
    _as_usual(asking, every)
    return sorted(every, key=lambda unit: -unit.score)


def _of_its_kind(asking: Asking, units: list[Unit]) -> list[Unit]:
    """Without rows that cannot answer: a dog's price is none for a cat, a price no time of day."""
    return [
        unit
        for unit in units
        if not of_another(asking.question, unit.text, unit.passage.headings)
        and (not _COLUMN.search(unit.text) or tells_when(asking.question, unit.text, shown=unit.fits))
    ]


def _of_what_is_named(asking: Asking, units: Sequence[Unit]) -> list[Unit]:
    """Without rows of other things than the question names, of a table that has it."""
    rows = [(unit.passage.source_id, unit.text) for unit in units]
    other = of_other_things(asking.question, rows)
    return [unit for unit, is_other in zip(units, other, strict=True) if not is_other]


def _in_its_range(asking: Asking, units: Sequence[Unit]) -> list[Unit]:
    """Of the lines under one heading that hold each for a range ("3 to 6 days") the one for the amount that
    is asked about; rows for other amounts are left out."""
    kept: list[Unit] = []
    under: dict[tuple[str, ...], list[Unit]] = {}
    for unit in units:
        under.setdefault((unit.passage.source_id, *unit.passage.headings), []).append(unit)
    for own in under.values():
        for unit, its in zip(own, chosen(asking.question, [unit.text for unit in own]), strict=True):
            unit.score += {True: _ITS_RANGE, False: -_OTHER_RANGE, None: 0.0}[its]
            if of_a_baby(asking.question, unit.text):
                unit.score -= _OTHER_RANGE
            if its is not False or not _ROW.search(unit.text):
                kept.append(unit)
    return kept


def _on_another_day(asking: Asking, units: Sequence[Unit]) -> None:
    """Where something is said of the day that is asked about, by its name or its date, what is said of other
    days gives way to it."""
    dates = [dated.met(asking.question, unit.text) for unit in units]
    if any(dates):
        for unit, met in zip(units, dates, strict=True):
            unit.score += _ITS_DAY if met else -_OTHER_DAY if dated.other(asking.question, unit.text) else 0.0
    asked = days_in(asking.question)
    named = [days_in(unit.text) for unit in units]
    if asked and any(asked & days for days in named):
        for unit, days in zip(units, named, strict=True):
            if days and not days & asked:
                unit.score -= _OTHER_DAY


def _as_usual(asking: Asking, units: Sequence[Unit]) -> None:
    """What is asked without a day is how it usually is: a notice of some days gives way a little."""
    if dated.timeless(asking.question):
        today = now().date()
        for unit in units:
            unit.score -= _NOTICE if dated.passing(unit.text, today) else 0.0


def choose(asking: Asking, units: Sequence[Unit]) -> list[Span]:
    """One to three spans: the best unit, and others nearly as good that hold its most telling term.

    A question in two parts may have an answer in two places: there a unit may also bring the other part.
    """
    if not units or units[0].score <= 0:
        return []
    first = _said_whole(asking, units)
    units = [first, *(unit for unit in units if unit is not first)]
    telling = _telling(asking, units)
    mark = max(first.own, key=lambda term: telling[term], default=None)
    chosen, said = [first], first.own
    joined = bool(_JOINED.search(asking.question))
    for unit in units[1:]:
        if len(chosen) == SPANS or mark is None or unit.score < 0.5 * first.score:
            break
        new = asking.share(unit.own - said, telling)
        alike = (
            mark in unit.own and unit.score >= SECOND * first.score and (new > 0.1 or unit.keys >= first.keys)
        )
        other = joined and (new > 0.3 or _rest(asking, telling, unit, said) > 0.5)
        if (alike or other) and not any(_near(unit, one) for one in chosen):
            chosen.append(unit)
            said |= unit.own
    return _short([_span(asking, unit, _answering(units, unit)) for unit in chosen], joined)


def _answering(units: Sequence[Unit], unit: Unit) -> list[Unit]:
    """Those of a unit's passage that rather answer too, as the reader says."""
    same = [one for one in units if one.passage.id == unit.passage.id and one is not unit]
    return [one for one in same if one.reading is not None and one.reading > 0]


def said_before(unit: Unit) -> str:
    """The sentence before a unit, in the same line; empty where there is none."""
    text = unit.passage.text
    place = next((one for one in reversed(_joined(text, _places(text))) if one[1] <= unit.start), None)
    return "" if place is None or "\n" in text[place[1] : unit.start] else text[slice(*place)]


def _said_whole(asking: Asking, units: Sequence[Unit]) -> Unit:
    """The best unit; where that says only a part of the question ("salt" of "salt exhibition") and one in
    another language says it all, that one."""
    first = units[0]
    if asking.weight(first.said) > _PART:
        return first
    spoken = language_of(first.text)
    return next(
        (
            unit
            for unit in units
            if asking.weight(unit.said) > _WHOLE
            and unit.fits is not False
            and unit.score >= _HALF * first.score
            and language_of(unit.text) != spoken
        ),
        first,
    )


def lines(units: Sequence[Unit], near: Sequence[Passage] = ()) -> list[Span]:
    """The best units, and all others of the best one's source, whole, with their scores, best first; then
    those of passages beside it (`near`), which say nothing of the question themselves."""
    rest = [unit for unit in units[LINES:] if unit.passage.source_id == units[0].passage.source_id]
    there = {unit.passage.id for unit in units}
    beside = [
        Span(passage=passage, start=start, end=end)
        for passage in near
        if passage.id not in there
        for start, end in _joined(passage.text, _places(passage.text))
    ]
    return [
        *(
            Span(passage=unit.passage, start=unit.start, end=unit.end, score=round(unit.score, 4))
            for unit in [*units[:LINES], *rest]
        ),
        *beside,
    ]


def _rest(asking: Asking, telling: Mapping[str, float], unit: Unit, said: frozenset[str]) -> float:
    """Share of what is not said yet that `unit` says, without words that the sources do not have."""
    rest = asking.weights.keys() - said - asking.unknown
    return sum(telling[term] for term in unit.own & rest) / (sum(telling[term] for term in rest) or 1.0)


def _short(spans: list[Span], joined: bool) -> list[Span]:
    """As many spans as are LONGEST characters together, or all where two things are asked: a long quotation
    says enough alone. Those that overlap are one, or the first of them."""
    kept: list[Span] = []
    for span in spans:
        length = sum(len(one.text) for one in kept) + len(span.text)
        meets = next((at for at, one in enumerate(kept) if one.meets(span)), None)
        if meets is None and (joined or not kept or length <= LONGEST):
            kept.append(span)
        elif meets is not None and joined:
            one = kept[meets]
            start, end = min(one.start, span.start), max(one.end, span.end)
            if end - start <= LONGEST:
                kept[meets] = one.model_copy(update={"start": start, "end": end})
    return kept


def _near(unit: Unit, other: Unit) -> bool:
    """Whether they say the same, or one of them is quoted with the other (`_continued`)."""
    return unit.text == other.text or (
        unit.passage.id == other.passage.id and 0 <= unit.start - other.end <= 1
    )


def _telling(asking: Asking, units: Sequence[Unit]) -> dict[str, float]:
    """The weight of each term among these units: one that every row repeats tells little."""
    often = Counter(term for unit in units for term in unit.own)
    return {term: weight / (1 + max(0, often[term] - 2) / 4) for term, weight in asking.weights.items()}


def _units(asking: Asking, passage: Passage) -> list[Unit]:
    text = passage.text
    units = []
    for start, end in _joined(text, _places(text)):
        piece = text[start:end]
        own, keys = asking.present(piece), asking.direct(piece)
        units.append(Unit(passage, start, end, own, keys, fits=shows(asking.kind, piece)))
    return units


def _score(asking: Asking, telling: dict[str, float], units: Sequence[Unit], rank: float) -> None:
    """Fill in `covered` and `score` of the units of one passage; `rank` is the passage's, in [0, 1]."""
    if not units:
        return
    title = asking.present(units[0].passage.title)
    heading = asking.present(" ".join(units[0].passage.headings))
    very = _ASKED * _asks_this(asking, units[0].passage)
    before: frozenset[str] = frozenset()
    for place, unit in enumerate(units):
        nearby = before - unit.own - heading - title
        unit.said = unit.own | heading | title
        unit.covered = asking.weight(unit.own | heading | title | nearby)
        unit.score = (
            asking.share(unit.own - heading, telling)
            + _REPEATED * asking.share(unit.own & heading, telling)
            + _HEADING * asking.share(heading - unit.own, telling)
            + (_FIRST * asking.share(heading, telling) if place == 0 else 0.0)
            + 0.5 * _HEADING * asking.share(title - heading - unit.own, telling)
            + _BEFORE * asking.share(nearby, telling)
            + 0.1 * asking.share(unit.keys, telling)
            + (very if place == 0 else very / 2)
            + 0.25 * rank
            + (0.15 if unit.fits else -0.05 if unit.fits is False else 0.0)
            + (0.2 if language_of(unit.text) == asking.language else 0.0)
            - (0.15 if len(unit.text) < 12 and not unit.fits else 0.0)
            - (0.1 if unit.text.rstrip().endswith("?") else 0.0)
        )
        before = unit.own


def _asks_this(asking: Asking, passage: Passage) -> bool:
    """Whether the passage stands under the very question: all that is asked is in it, and nothing else."""
    heading = passage.headings[-1] if passage.headings else ""
    if not heading.rstrip().endswith(("?", "？")) or asked(heading) != asking.kind:
        return False
    if asking.weight(asking.present(heading)) < _WHOLE:
        return False
    return len(set(content_terms(heading).values())) <= len(set(asking.words.values()))


def _places(text: str) -> list[tuple[int, int]]:
    """Sentences; a table row ("Dish: … · Price: …") is one piece, whatever dots its cells hold."""
    rows = [
        (line.start(), line.end())
        for line in re.finditer(r"[^\n]+", text)
        if _COLUMN.search(line.group()) or _DOTS.match(line.group())
    ]
    others = [
        (start, end)
        for start, end in sentences(text)
        if not any(left <= start < right or start <= left < end for left, right in rows)
    ]
    return sorted([*rows, *others])


def _joined(text: str, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sentences, with a short label ("Opening hours:", "주차") joined to the line it introduces."""
    joined: list[tuple[int, int]] = []
    for start, end in places:
        last = joined[-1] if joined else None
        if last and _introduces(text[last[0] : last[1]], text[start:end]):
            joined[-1] = (last[0], end)
        else:
            joined.append((start, end))
    return joined


def _introduces(label: str, line: str) -> bool:
    if len(label) <= _LABEL and "\n" not in label and label.endswith((":", "?", "：")):
        return True
    return is_label(label) and not is_label(line)


def _span(asking: Asking, unit: Unit, answering: Sequence[Unit]) -> Span:
    start, end = unit.start, unit.end
    row = bool(_COLUMN.search(unit.text))
    if not row:
        start, end = _with_neighbours(asking, unit)
        start, end = _with_answering(unit.passage.text, start, end, answering)
    if end - start > (ROW if row else LONGEST):
        start, end = _shortened(asking, unit, _COLUMN if row else _CLAUSE, ROW if row else LONGEST)
    return Span(passage=unit.passage, start=start, end=end, score=round(unit.score, 4))


def _with_neighbours(asking: Asking, unit: Unit) -> tuple[int, int]:
    """The unit, with the sentence beside it that belongs to it, at most LONGEST characters together.

    One that leans on what was said before ("after that it is 300") does not stand without it. One that takes
    something back comes along, and so does the one after a denial where a place, a time or
    a person is asked for; where a part of the question is not said yet, so does the one
    of its two neighbours that says more of it, or else the next.
    """
    text, end = unit.passage.text, unit.end
    if end - unit.start < _SHORT:
        end = _continued(asking, unit)
    places = _joined(text, _places(text))
    after = next((place for place in places if place[0] >= end), None)
    before = next((place for place in reversed(places) if place[1] <= unit.start), None)
    if after is not None and ("\n" in text[end : after[0]] or after[1] - unit.start > LONGEST):
        after = None
    if before is not None and ("\n" in text[before[1] : unit.start] or end - before[0] > LONGEST):
        before = None
    if before is not None and _LEANS.match(text, unit.start):
        return before[0], end
    if after is not None and (_TURNS.search(text[slice(*after)]) or _only_denies(asking, unit)):
        more = before is not None and _shows_more(asking, unit.text, text[slice(*before)])
        fits = before is not None and after[1] - before[0] <= LONGEST
        return before[0] if before is not None and more and fits else unit.start, after[1]
    whole = asking.weight(unit.said) > 1 - _UNSAID and len(kinds(asking.question)) < 2
    if whole or (end > unit.end and len(kinds(asking.question)) < 2):
        return unit.start, end
    gains = {
        place: asking.weight(asking.present(text[place[0] : place[1]]) - unit.said)
        + (0.01 if place == after else 0.0)
        + (0.5 if _shows_more(asking, unit.text, text[place[0] : place[1]]) else 0.0)
        for place in (before, after)
        if place is not None
    }
    if not gains:
        return unit.start, end
    best = max(gains, key=lambda place: gains[place])
    return min(best[0], unit.start), max(best[1], end)


def _with_answering(text: str, start: int, end: int, answering: Sequence[Unit]) -> tuple[int, int]:
    """The same with the sentences right before and after it that rather answer too, at most LONGEST
    characters: what the reader takes for the answer is often said in two."""
    for one in sorted(answering, key=lambda one: -(one.reading or 0)):
        first, last = min(one.start, start), max(one.end, end)
        between = text[one.end : start] if one.start < start else text[end : one.start]
        if "\n" not in between and len(between) <= 1 and last - first <= LONGEST:
            start, end = first, last
    return start, end


def _shows_more(asking: Asking, said: str, beside: str) -> bool:
    """Whether a neighbour shows what is asked for too ("when is it, and how much?") and the unit does not."""
    when = bool(_WHEN.search(asking.question))

    def told(kind: Asked, text: str) -> bool:
        return bool(shows(kind, _LASTS.sub(" ", text) if when and kind == "time" else text))

    return any(told(kind, beside) and not told(kind, said) for kind in kinds(asking.question))


def _only_denies(asking: Asking, unit: Unit) -> bool:
    """Whether it says what is not so and shows nothing of what is asked for."""
    return asking.kind in ("place", "time", "person") and not unit.fits and bool(_DENIES.search(unit.text))


def _continued(asking: Asking, unit: Unit) -> int:
    """The end of the unit, or of the sentence after it where that goes on about the same."""
    text = unit.passage.text
    after = next(((start, end) for start, end in _places(text) if start >= unit.end), None)
    if after is not None and is_label(unit.text) and after[1] - unit.start <= LONGEST:
        return after[1]  # a heading alone answers nothing: what stands under it may
    if after is None or "\n" in text[unit.end : after[0]] or after[1] - unit.start > LONGEST:
        return unit.end
    return after[1] if unit.own & asking.direct(text[after[0] : after[1]]) else unit.end


def _shortened(asking: Asking, unit: Unit, cut: re.Pattern[str], longest: int) -> tuple[int, int]:
    """The run of clauses, or of columns, at most `longest` characters, that holds most of what is asked."""
    text = unit.text
    cuts = [0, *(match.end() for match in cut.finditer(text)), len(text)]
    best, best_score = (unit.start, unit.end), -1.0
    for first in range(len(cuts) - 1):
        for last in range(first + 1, len(cuts)):
            piece = text[cuts[first] : cuts[last]].rstrip(" ·")
            if len(piece) > longest:
                break
            score = (
                asking.weight(asking.present(piece))
                + 0.2 * bool(shows(asking.kind, piece))
                + len(piece) / 5_000
            )
            if score > best_score:
                best, best_score = (unit.start + cuts[first], unit.start + cuts[first] + len(piece)), score
    return best

"""Reading the likeliest sentences with the question: a small trained network beside words and vectors.

Words and vectors say what a sentence is about. Whether it answers ("do you mend them?" on a price for hiring
one) they hardly say: that is what the reader was trained for (`benchmarks.reader`).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from statistics import fmean

from madang.kernel.errors import MadangError
from madang.kernel.language import language_of
from madang.knowledge.answerable import chance
from madang.knowledge.asking import Asking
from madang.knowledge.retrieve import Embedders
from madang.knowledge.spans import Unit, said_before
from madang.knowledge.split import context
from madang.knowledge.types import Span
from madang.knowledge.wordings import worded
from madang.models.types import Candidate, Reading

READ, IN_MUCH = 32, 16
"""Sentences that are read, and in large sources, where few were read before. Of 324 questions as they are
typed the answering sentence is among the likeliest 16 for .88, among 32 for .99."""
WORTH, SHARP = 1.5, 0.5
"""What a sentence gains that surely answers, beside its score by words, and how soon it is sure. On
documents that nothing was learnt from, the answering one of twelve comes first in .78 of hard questions (.59
before)."""
NEARLY = 0.8
"""Share of the best score from which a sentence in the visitor's language goes before one in another."""

_BOTH = 0.4
"""Share of a row's letters from which it is in that language too."""
_HANGUL, _LATIN = re.compile(r"[가-힣]"), re.compile(r"[A-Za-z]")

log = logging.getLogger(__name__)


async def read(models: Embedders, asking: Asking, units: Sequence[Unit], most: int = READ) -> list[Unit]:
    """The units, best first, with the readings of the first `most`; as they were where no reader is running.

    Each is read with the question, and with the question in its own words: the surer reading counts, or the
    mean of both for a unit in another language, whose words in the question say little of what it answers.
    """
    try:
        reader = await models.embedder()
        if not isinstance(reader, Reading):
            return list(units)
        readings = await _readings(reader, asking, units[:most])
    except MadangError as error:
        log.warning("answering without the reader: %s", error)
        return list(units)
    for unit, reading in zip(units, readings, strict=False):
        unit.reading = reading
        unit.score += WORTH * chance(SHARP * reading)
    return _in_its_language(asking, sorted(units, key=lambda unit: -unit.score))


def _in_its_language(asking: Asking, units: list[Unit]) -> list[Unit]:
    """Where the best unit is in another language than the question, one in its own that rather answers too
    and is nearly as good comes first: both say the same."""
    if not units or _speaks(units[0].text, asking.language):
        return units
    best = units[0].score
    own = next((unit for unit in units if _speaks(unit.text, asking.language)), None)
    if own is None or own.reading is None or own.reading <= 0 or own.score < NEARLY * best:
        return units
    own.score = best
    return [own, *(unit for unit in units if unit is not own)]


def _speaks(text: str, language: str) -> bool:
    """Whether a text is in a language; a row that names all in two ("Day 요일: Monday 월") is in both."""
    if language_of(text) == language:
        return True
    if " · " not in text:
        return False
    hangul, latin = len(_HANGUL.findall(text)), len(_LATIN.findall(text))
    own = latin if language == "en" else hangul
    return own >= _BOTH * (hangul + latin)


async def _readings(reader: Reading, asking: Asking, units: Sequence[Unit]) -> list[float]:
    wordings: dict[str, list[int]] = {asking.question: list(range(len(units)))}
    for place, unit in enumerate(units):
        if (wording := worded(asking, unit.text)) != asking.question:
            wordings.setdefault(wording, []).append(place)
    readings: list[list[float]] = [[] for _ in units]
    for wording, places in wordings.items():
        read = await reader.read(wording, [candidate(units[place]) for place in places])
        for place, reading in zip(places, read.tolist(), strict=True):
            readings[place].append(reading)
    return [
        max(own) if language_of(unit.text) == asking.language else fmean(own)
        for unit, own in zip(units, readings, strict=True)
    ]


def candidate(unit: Unit) -> Candidate:
    """A unit with what it stands in."""
    passage = unit.passage
    around = context(passage.title, passage.headings, "").strip().replace("\n", " > ")
    return Candidate(unit.text, around, said_before(unit))


def reading_of(units: Sequence[Unit], span: Span) -> float | None:
    """How surely the sentence answers that a span was made of; None when it was not read."""
    return next((unit.reading for unit in units if span.meets(unit) and unit.reading is not None), None)

"""Spans: which sentences, records or lines of the found passages answer a question best. Always verbatim."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from madang.knowledge.questions import Asked, shows
from madang.knowledge.sentences import sentences
from madang.knowledge.types import Found, Passage, Span
from madang.storage.segment import terms

PASSAGES = 6
"""Found passages in which spans are looked for."""
SPANS = 3
LONGEST = 220
"""Characters quoted at most, where a sentence can be cut between its clauses."""
_HEADING, _BEFORE = 0.6, 0.35
"""What a question's term is worth in the heading, or in the line before, when the span lacks it."""
_CLAUSE = re.compile(r"(?<=[,;·])\s+|\s+(?=[–—(])")
_LABEL = 60
"""Characters: a line this short that ends in a colon says what the next line is about."""


@dataclass(frozen=True, slots=True)
class Asking:
    """A question taken apart: `weights` holds the idf of each content term in the character's knowledge."""

    kind: Asked
    weights: dict[str, float]

    @property
    def total(self) -> float:
        return sum(self.weights.values()) or 1.0

    def present(self, text: str) -> frozenset[str]:
        return frozenset(terms(text)) & self.weights.keys()

    def weight(self, found: frozenset[str]) -> float:
        """Share of the question, weighted by how telling its terms are, in [0, 1]."""
        return sum(self.weights[term] for term in found) / self.total


@dataclass(slots=True)
class Unit:
    """A sentence, record or line of a passage, and how well it answers."""

    passage: Passage
    start: int
    end: int
    own: frozenset[str] = field(default_factory=frozenset)
    """The question's terms in the unit itself."""
    covered: float = 0.0
    """Share of the question in the unit, its headings and title, and the line before it."""
    fits: bool | None = None
    """Whether it shows what the question asks for (a time, a price, …); None when that is not known."""
    score: float = 0.0

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


def weigh(asking: Asking, found: Sequence[Found]) -> list[Unit]:
    """The units of the best passages, best first."""
    if not found:
        return []
    best, least = found[0].score, min(item.score for item in found)
    units: list[Unit] = []
    for item in found[:PASSAGES]:
        rank = (item.score - least) / ((best - least) or 1.0)
        units.extend(_units(asking, item.passage, rank))
    return sorted(units, key=lambda unit: -unit.score)


def choose(asking: Asking, units: Sequence[Unit]) -> list[Span]:
    """One to three spans: the best unit, and others only where they say more or say it about as well."""
    chosen: list[Unit] = []
    said: frozenset[str] = frozenset()
    for unit in units:
        if len(chosen) == SPANS or (chosen and unit.score < 0.6 * chosen[0].score):
            break
        if not unit.own and chosen and unit.passage.id != chosen[0].passage.id:
            continue
        adds = asking.weight(unit.own - said) > 0.12 or unit.score > 0.92 * units[0].score
        if chosen and not adds:
            continue
        if any(unit.text == other.text for other in chosen):
            continue
        chosen.append(unit)
        said |= unit.own
    return [_span(asking, unit) for unit in chosen if unit.score > 0]


def _units(asking: Asking, passage: Passage, rank: float) -> list[Unit]:
    text = passage.text
    places = _joined(text, sentences(text))
    title = asking.present(passage.title)
    heading = asking.present(" ".join(passage.headings))
    units: list[Unit] = []
    before: frozenset[str] = frozenset()
    for start, end in places:
        unit = Unit(passage, start, end, asking.present(text[start:end]))
        around = (heading | title) - unit.own
        nearby = before - unit.own - around
        unit.covered = asking.weight(unit.own | around | nearby)
        unit.fits = shows(asking.kind, unit.text)
        unit.score = (
            asking.weight(unit.own)
            + _HEADING * asking.weight(heading - unit.own)
            + 0.5 * _HEADING * asking.weight(title - heading - unit.own)
            + _BEFORE * asking.weight(nearby)
            + 0.25 * rank
            + (0.15 if unit.fits else -0.05 if unit.fits is False else 0.0)
            - (0.15 if len(unit.text) < 12 and not unit.fits else 0.0)
            - (0.1 if unit.text.rstrip().endswith("?") else 0.0)
        )
        units.append(unit)
        before = unit.own
    return units


def _joined(text: str, places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sentences, with a short label ("Opening hours:") joined to the line it introduces."""
    joined: list[tuple[int, int]] = []
    for start, end in places:
        last = joined[-1] if joined else None
        if last and last[1] - last[0] <= _LABEL and text[last[0] : last[1]].endswith((":", "?", "：")):
            joined[-1] = (last[0], end)
        else:
            joined.append((start, end))
    return joined


def _span(asking: Asking, unit: Unit) -> Span:
    start, end = unit.start, unit.end
    if end - start > LONGEST:
        start, end = _shortened(asking, unit)
    return Span(passage=unit.passage, start=start, end=end, score=round(unit.score, 4))


def _shortened(asking: Asking, unit: Unit) -> tuple[int, int]:
    """The run of clauses, at most LONGEST characters, that holds most of what is asked."""
    text = unit.text
    cuts = [0, *(match.end() for match in _CLAUSE.finditer(text)), len(text)]
    best, best_score = (unit.start, unit.end), -1.0
    for first in range(len(cuts) - 1):
        for last in range(first + 1, len(cuts)):
            piece = text[cuts[first] : cuts[last]].rstrip()
            if len(piece) > LONGEST:
                break
            score = (
                asking.weight(asking.present(piece))
                + 0.2 * bool(shows(asking.kind, piece))
                + len(piece) / 5_000
            )
            if score > best_score:
                best, best_score = (unit.start + cuts[first], unit.start + cuts[first] + len(piece)), score
    return best

"""How often a character may be wrong: plain choices, and what each costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from madang.knowledge.answerable import USUAL, Answerable, Model, declined_for, many

ONE_IN: Final = (50, 20, 10, 5)
"""At most one answer in so many may be wrong."""
OF = 100
"""Questions among which the declined ones are told."""


@dataclass(frozen=True, slots=True)
class Cost:
    """`declined`: of OF questions that the sources answer, so many are expected to be declined."""

    one_in: int
    declined: int


@dataclass(frozen=True, slots=True)
class Choice:
    """What a share of wrong answers costs where little is known, and from `answerable.MANY` passages on; as
    measured when the estimate was calibrated. `wrong` is None where as many as usual may be wrong."""

    wrong: float | None
    few: Cost
    many: Cost


def choice_of(wrong: float | None, language: str) -> Choice:
    """`language`: of the questions in large sources."""
    return Choice(wrong, _cost(wrong, "read"), _cost(wrong, many(language)))


def choices(language: str) -> list[Choice]:
    """The most careful first."""
    return [choice_of(1 / number, language) for number in ONE_IN]


def _cost(wrong: float | None, model: Model) -> Cost:
    return Cost(round(1 / (wrong or USUAL[model])), round(OF * declined_for(wrong, model)))


WIDE, HIGH = 320, 160
"""Size of the drawing of the curves."""
FARTHEST = 0.2
"""Share of wrong answers at its right edge."""
SHARES: Final = (0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.12, 0.15, 0.2)
"""Shares of wrong answers that the table shows."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What was measured with one model: `line` are its points for a drawing of WIDE by HIGH, `here` the place
    of what counts now."""

    line: str
    here: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Curves:
    """Where little is known, and in large sources; `rows`: (of OF answers at most so many wrong, of OF
    answerable questions declined: with little, with much)."""

    few: Curve
    many: Curve
    rows: tuple[tuple[int, int, int], ...]
    wide: int = WIDE
    high: int = HIGH


def curves_of(wrong: float | None, language: str) -> Curves:
    """The curves of the studio's own embedder; `wrong` is what counts now, `language` that of the questions
    in large sources."""
    large = many(language)
    rows = [(share, declined_for(share), declined_for(share, large)) for share in SHARES]
    shown = tuple((round(OF * share), round(OF * few), round(OF * much)) for share, few, much in rows)
    return Curves(_curve(wrong, "read"), _curve(wrong, large), shown)


def _curve(wrong: float | None, model: Model) -> Curve:
    rows = [(row[1], row[2]) for row in reversed(Answerable.load().curves[model])]
    line = " ".join(f"{x:g},{y:g}" for x, y in (_place(*row) for row in rows if row[0] <= FARTHEST))
    return Curve(line, _place(min(wrong or USUAL[model], FARTHEST), declined_for(wrong, model)))


def _place(wrong: float, declined: float) -> tuple[float, float]:
    return round(WIDE * wrong / FARTHEST, 1), round(HIGH * (1 - declined), 1)

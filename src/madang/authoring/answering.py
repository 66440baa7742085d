"""How often a character may be wrong: plain choices, and what each costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from madang.knowledge.answerable import Answerable, declined_for

ONE_IN: Final = (50, 20, 10, 5)
"""At most one answer in so many may be wrong."""
OF = 100
"""Questions among which the declined ones are told."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`declined`: of OF questions that the sources answer, so many are expected to be declined."""

    one_in: int
    wrong: float
    declined: int


def choice_of(wrong: float) -> Choice:
    """What a share of wrong answers costs, as measured when the estimate was calibrated."""
    return Choice(round(1 / wrong), wrong, round(OF * declined_for(wrong)))


WIDE, HIGH = 320, 160
"""Size of the drawing of the curve."""
FARTHEST = 0.2
"""Share of wrong answers at its right edge."""


@dataclass(frozen=True, slots=True)
class Curve:
    """What was measured: (of OF answers wrong, of OF answerable questions declined), the surest first; `line`
    are its points for a drawing of WIDE by HIGH, `here` the place of what counts now."""

    rows: tuple[tuple[float, float], ...]
    line: str
    here: tuple[float, float]
    wide: int = WIDE
    high: int = HIGH


def curve_of(wrong: float) -> Curve:
    """The curve of the estimate with vectors, as measured at calibration; `wrong` is what counts now."""
    rows = [(row[1], row[2]) for row in reversed(Answerable.load().curves["vectors"])]
    points = [_place(x, y) for x, y in rows if x <= FARTHEST]
    shown = [(round(OF * x, 1), round(OF * y)) for x, y in rows[::4]]
    line = " ".join(f"{x:g},{y:g}" for x, y in points)
    return Curve(tuple(shown), line, _place(min(wrong, FARTHEST), declined_for(wrong)))


def _place(wrong: float, declined: float) -> tuple[float, float]:
    return round(WIDE * wrong / FARTHEST, 1), round(HIGH * (1 - declined), 1)


def choices() -> list[Choice]:
    """The most careful first."""
    return [choice_of(1 / number) for number in ONE_IN]

"""How often a character may be wrong: plain choices, and what each costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from madang.knowledge.answerable import declined_for

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


def choices() -> list[Choice]:
    """The most careful first."""
    return [choice_of(1 / number) for number in ONE_IN]

"""Reports: the checks of a character and many made from what it knows, asked in one run."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from madang.characters.types import Check, CheckResult, Language

Kind = Literal["own", "answers", "declines"]
"""A check that its maker keeps; one made from a passage, which answers it; one that nothing answers."""
State = Literal["running", "done", "stopped", "failed"]


class Planned(BaseModel):
    """A question of a report."""

    check: Check
    kind: Kind
    language: Language
    at: str = ""
    """Path of the passage that it was made from."""
    asks_for: str = ""
    """What another source may be cited with too: the value, or the thing that is asked about."""


class Outcome(BaseModel):
    """What came of it. None where nothing of the kind was asked for."""

    result: CheckResult
    answered: bool | None = None
    cited: bool | None = None
    declined: bool | None = None


class Report(BaseModel):
    """`questions` and `results` stand in the same order; there are fewer results while it runs."""

    id: str
    character_id: str
    state: State
    draft: str
    """Print of the profile that was asked; another profile makes it stale."""
    knowledge: int
    """Version of what it knew; another one makes it stale."""
    questions: list[Planned] = Field(default_factory=list)
    results: list[Outcome] = Field(default_factory=list)
    created_at: datetime
    ended_at: datetime | None = None

    @property
    def pairs(self) -> list[tuple[Planned, Outcome]]:
        return list(zip(self.questions, self.results, strict=False))

    @property
    def held(self) -> int:
        return sum(one.result.passed for one in self.results)

    @property
    def failures(self) -> list[tuple[Planned, Outcome]]:
        return [pair for pair in self.pairs if not pair[1].result.passed]


class Badge(BaseModel):
    """What a report says in one line; shown only while it is of what visitors meet."""

    held: int
    asked: int
    day: datetime

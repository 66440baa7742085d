"""What was measured of a model, as it is kept and shown."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

Skill = Literal[
    "english",
    "korean",
    "follows",
    "quotes",
    "cites",
    "abstains",
    "json_grammar",
    "json_native",
    "tools_grammar",
    "tools_native",
]
VERSION = 2
"""Of the tasks: cards of other tasks are not compared, and are measured anew."""


class Case(BaseModel):
    """One task and what became of it."""

    task: str
    answer: str
    right: bool


class Score(BaseModel):
    """How a model did at one skill."""

    skill: Skill
    cases: list[Case] = Field(default_factory=list)

    @property
    def right(self) -> int:
        return sum(case.right for case in self.cases)

    @property
    def share(self) -> float:
        """0 to 1; 0 where nothing was asked."""
        return self.right / len(self.cases) if self.cases else 0.0


class First(BaseModel):
    """The time to the first token after a prompt of so many tokens that nothing was known of."""

    tokens: int
    ms: float


class Needle(BaseModel):
    """Whether a sentence was found again in a text: `depth` 0 is its beginning, 1 its end."""

    tokens: int
    depth: float
    found: bool


class Measured(BaseModel):
    """The card. Speeds are of this machine, on that day, with whatever else it did."""

    version: int = VERSION
    key: str
    """SHA-256 of the weights, or of the server's address and its model's name."""
    name: str
    server: bool
    at: datetime
    machine: str = ""
    seconds: float = 0.0
    parameters: int | None = None
    context: int = 0
    """Tokens that the model is given."""
    tokens_per_second: float = 0.0
    """Written."""
    read_per_second: float = 0.0
    """Prompt tokens."""
    firsts: list[First] = Field(default_factory=list)
    memory_mb: float | None = None
    """Of this process with the model; None where it runs elsewhere."""
    works: int = 0
    """Tokens of a text in which it finds what stands there, wherever it stands; 0 where it never does."""
    needles: list[Needle] = Field(default_factory=list)
    scores: list[Score] = Field(default_factory=list)

    def share(self, skill: Skill) -> float:
        return next((score.share for score in self.scores if score.skill == skill), 0.0)

    def counted(self, skill: Skill) -> tuple[int, int]:
        """(right, asked)."""
        found = next((score for score in self.scores if score.skill == skill), None)
        return (found.right, len(found.cases)) if found else (0, 0)

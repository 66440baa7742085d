"""What making a draft gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from madang.characters.types import CardReport, Character, Line, Version
from madang.characters.versions.difference import Change

CARD_ENDINGS = (".png", ".apng", ".json", ".charx")
"""Files with these endings are character cards; a picture without a card in it is refused with a sentence."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A character just made, and for a card what the import did."""

    character: Character
    report: CardReport | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A version (0: the draft) beside another one, or beside nothing when it is the first."""

    number: int
    against: int | None
    changes: list[Change]
    version: Version | None = None


What = Literal["persona", "greeting", "examples"]
"""What help with writing is asked for."""
Start = Literal["sentence", "knowledge"]


class Suggestion(BaseModel):
    """A draft that a maker may edit, take or drop: a text, or the lines of one exchange."""

    what: What
    text: str = ""
    lines: list[Line] = Field(default_factory=list)
    by: Literal["model", "rules"]

    @property
    def whole(self) -> str:
        return self.text or "\n".join(line.text for line in self.lines)


class Written(BaseModel):
    """One event of help with writing, in words as a msgid with `params`.

    `note`: what the model cannot do. `begun`, `words`: a draft while it is made, not verified yet.
    `suggestion`: one that may be taken. `refused`: why a draft was thrown away.
    """

    kind: Literal["note", "begun", "words", "suggestion", "refused"]
    text: str = ""
    suggestion: Suggestion | None = None
    sentence: str = ""
    params: dict[str, str] = Field(default_factory=dict)

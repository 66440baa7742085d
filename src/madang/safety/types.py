"""What safety says of a text, and the owner's own rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, Protocol

from pydantic import BaseModel, Field

Harm = Literal["self_harm", "rule"]
"""Somebody speaks of harming themselves; one of the owner's rules was broken."""


class Rule(BaseModel):
    """One rule of the studio's owner, for every character of the studio."""

    id: str = ""
    kind: Literal["word", "topic", "person"]
    """A word that is not written; a topic that is not talked about; a real person who is not played."""
    text: str = Field(min_length=1, max_length=200)
    """The word; the topic in a few words; the person's name."""
    also: list[str] = Field(default_factory=list, max_length=50)
    """Other spellings, or words by which the topic is known."""
    created_at: datetime | None = None


class Verdict(BaseModel):
    """What is said in place of a model's reply. `rule` is the owner's rule that was broken."""

    harm: Harm
    sentence: str
    """English msgid of what the person reads, in plain Markdown."""
    params: dict[str, str] = Field(default_factory=dict)
    language: str = "en"
    rule: Rule | None = None


class Finding(BaseModel):
    """A rule that a profile breaks, told to its maker before publication."""

    field: str
    rule: Rule
    found: str


class Trial(BaseModel):
    """What would happen to a sentence."""

    incoming: Verdict | None = None
    """What a visitor who says it would read; None: the character answers."""
    shown: str = ""
    """What of it would be shown if a character said it."""
    outgoing: Verdict | None = None
    """What would stand in place of the rest; None: all of it is shown."""


class Outgoing(Protocol):
    """Reads a reply while it is made. What it gave back may be shown: it holds back what could still become
    something forbidden."""

    @property
    def verdict(self) -> Verdict | None:
        """Set once the reply broke a rule; nothing more comes out then."""
        ...

    def feed(self, text: str) -> str: ...

    def end(self) -> str:
        """The rest, once nothing more comes."""
        ...


class SafetyDoor(Protocol):
    """What a conversation asks of this room."""

    async def incoming(self, message: str, *, language: str, earlier: Sequence[str] = ()) -> Verdict | None:
        """What to say instead of asking any model; None for nearly every message."""
        ...

    async def outgoing(self, *, language: str) -> Outgoing: ...

    async def findings(self, texts: dict[str, Any]) -> list[Finding]:
        """Rules that the named texts of a profile break."""
        ...

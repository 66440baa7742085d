"""What the maker's side gives."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from madang.characters.types import Character
from madang.chat.types import Conversation, Reply, Turn

Kind = Literal["unanswered", "disliked"]
"""The character said that it does not know, all of it or a part; the visitor put a thumb down."""
State = Literal["open", "answered", "dismissed"]


class Entry(BaseModel):
    """A conversation in the maker's list, without its turns."""

    conversation: Conversation
    character: Character
    last: str = ""
    """What was said last, shortened."""
    waiting: bool = False
    """Whether it is held and the visitor's last message has no answer yet."""


class Question(BaseModel):
    """A message whose reply was no good, and what became of it."""

    turn: Turn
    """With the one reply that is shown."""
    reply: Reply
    character: Character
    conversation_id: str
    kind: Kind
    state: State = "open"
    note: str = ""
    when: datetime


class Day(BaseModel):
    """One day in the studio's time zone."""

    day: date
    conversations: int = 0
    """Begun on this day."""
    replies: int = 0
    abstained: int = 0
    cited: int = 0
    asked_back: int = 0
    up: int = 0
    down: int = 0
    tokens: int = 0
    first_ms_p50: float = 0.0


class Figures(BaseModel):
    """How conversations went over some days. Replies are the AI's: a person's own words are counted apart."""

    days: int
    since: datetime
    conversations: int = 0
    visitors: int = 0
    replies: int = 0
    abstained: int = 0
    cited: int = 0
    """Replies that rest on sources, those too that answer only a part of what was asked."""
    asked_back: int = 0
    """Replies that asked which of several things was meant."""
    failed: int = 0
    persons: int = 0
    """Replies that a person wrote."""
    safety: int = 0
    """Messages answered, or replies replaced, by a safety sentence."""
    up: int = 0
    down: int = 0
    first_ms_p50: float = 0.0
    """Milliseconds from the accepted message to the first word, of replies that had one."""
    first_ms_p95: float = 0.0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    by_day: list[Day] = Field(default_factory=list)
    """Every day of them, oldest first, the empty ones too."""

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    @property
    def cited_share(self) -> float:
        """Of all replies, those that rest on sources: from 0 to 1."""
        return self.cited / self.replies if self.replies else 0.0

    @property
    def abstained_share(self) -> float:
        return self.abstained / self.replies if self.replies else 0.0

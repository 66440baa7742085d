"""What the inbox shows."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from madang.characters.types import Check
from madang.chat.desk.types import State
from madang.chat.types import Conversation
from madang.knowledge.same import alike, meant, same
from madang.knowledge.types import Answer


class About(BaseModel):
    """The character that something is about."""

    id: str
    slug: str
    name: str
    avatar: str | None = None
    language: str = "en"


class Asked(BaseModel):
    """One time that it was asked, and the reply that was given."""

    turn_id: str
    conversation_id: str
    message: str
    """In the visitor's words."""
    asks: str = ""
    """The message as it stands alone, where it followed another one."""
    before: str = ""
    """The message that it followed."""
    language: str = ""
    """In which it was asked; empty where that is not known."""
    reply: str
    thumb: Literal[-1, 0, 1] = 0
    quotes: list[str] = Field(default_factory=list)
    """What the reply quoted, or said."""
    why: str = ""
    """The visitor's own words for a thumb down."""
    when: datetime

    @property
    def alone(self) -> str:
        return self.asks or self.message


class Group(BaseModel):
    """Everything that asks one character the same, newest first. `id` stays while the question does."""

    id: str
    character: About
    question: str
    """The wording used most often; of several, the newest."""
    language: str
    languages: dict[str, int] = Field(default_factory=dict)
    """How often it was asked in each."""
    asked: list[Asked] = Field(default_factory=list)
    unanswered: bool = False
    disliked: bool = False
    state: State = "open"

    @property
    def times(self) -> int:
        return len(self.asked)

    @property
    def wordings(self) -> list[str]:
        """The ways in which it was asked, each once, as they stand alone, the newest first."""
        return list(dict.fromkeys(one.alone for one in self.asked))

    @property
    def alike(self) -> list[str]:
        """Those whose words agree with the question's: its answer may be said to them unseen."""
        asks = meant(self.question)
        return [one for one in self.wordings if same(meant(one), asks) or alike(meant(one), asks)]

    @property
    def typical(self) -> Asked:
        """The newest asking in the words of `question`: the reply shown under it is the reply to it."""
        return next((one for one in self.asked if one.alone == self.question), self.asked[0])

    @property
    def last(self) -> datetime:
        return self.asked[0].when

    @property
    def whys(self) -> list[str]:
        """What visitors wrote of the replies they disliked, each once."""
        return list(dict.fromkeys(one.why for one in self.asked if one.why))

    @property
    def ways(self) -> list[tuple[Asked, int]]:
        """The ways in which it was asked and replied to, with the newest asking of each and how often."""
        often = Counter((one.alone, one.reply) for one in self.asked)
        newest: dict[tuple[str, str], Asked] = {}
        for one in self.asked:
            newest.setdefault((one.alone, one.reply), one)
        return [(one, often[way]) for way, one in newest.items()]


class Opened(BaseModel):
    """A question with what the sources say to it."""

    group: Group
    draft: str = ""
    """Their words, to begin an answer with; empty when they say nothing to it."""
    sources: list[str] = Field(default_factory=list)
    """Titles of where those words stand."""


class Approved(BaseModel):
    """What became of an approval."""

    answer: Answer
    character_id: str = ""
    check: Check | None = None
    settled: int = 0
    """How many askings it answered."""


class Count(BaseModel):
    open: int
    """Questions waiting, those that ask the same counted once."""


class Talk(BaseModel):
    """A visitor's conversation in a list, without its turns."""

    conversation: Conversation
    character: About
    last: str = ""
    """What was said last, shortened."""
    waiting: bool = False
    """It is held, and the visitor's last message has no answer yet."""

"""Sources and passages, as everything above this room sees them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Protocol

from pydantic import BaseModel, Field

State = Literal["waiting", "reading", "words", "ready", "failed"]
"""`words`: answers from the word index, vectors are being filled in behind. `ready`: both."""


class Source(BaseModel):
    """Something a character knows from."""

    id: str
    character_id: str
    title: str
    origin: str
    """File name, web address, or `typed`."""
    url: str | None = None
    media_type: str
    blob: str
    """Content hash of the original."""
    state: State = "waiting"
    error: str | None = None
    """One sentence when `failed`, or when the newest reading failed and an older one still answers."""
    error_sentence: str | None = None
    """`error` as the msgid of its translation, to be filled with `error_params`."""
    error_params: dict[str, Any] = Field(default_factory=dict)
    passages: int = 0
    embedded: int = 0
    site_id: str | None = None
    """The site that this is a page of, when it was crawled."""
    shared: bool = False
    """Whether visitors may leaf through the original and take it with them, beyond the page that is cited."""
    data: list[dict[str, Any]] = Field(default_factory=list)
    """What the original says about itself in schema.org's words (JSON-LD), as it stands there."""
    created_at: datetime
    updated_at: datetime


class Passage(BaseModel):
    """A piece of a source. `text` is verbatim; `headings` is its path, outermost first."""

    id: str
    source_id: str
    character_id: str
    ordinal: int
    title: str
    headings: list[str] = Field(default_factory=list)
    text: str
    page: int | None = None
    """Page number from 1, for documents with pages."""
    place: str = ""
    """Where it stands in a source without pages: `row:17-19,23`, `sheet:Menu:17`, `slide:3`, `mail:2`."""


class Found(BaseModel):
    """A passage found for a question, with why."""

    passage: Passage
    score: float
    """Interpolated score; comparable only within one question."""
    words: float = 0.0
    vector: float = 0.0


class Part(Protocol):
    """What stands in a passage, `passage.text[start:end]`: a span, or a sentence that may become one."""

    passage: Passage
    start: int
    end: int


class Span(BaseModel):
    """A verbatim part of a passage: `passage.text[start:end]`."""

    passage: Passage
    start: int
    end: int
    score: float = 0.0

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]

    def meets(self, other: Part) -> bool:
        """Whether both have a letter in common."""
        return self.passage.id == other.passage.id and self.start < other.end and other.start < self.end


class Shown(BaseModel):
    """A page of an original as it is seen, and where on it a quotation stands."""

    page: int
    pages: int
    width: int
    height: int
    boxes: list[tuple[float, float, float, float]] = Field(default_factory=list)
    """Left, top, width and height of what is quoted, in pixels of the picture; none when it was not found."""
    text: str = ""
    """What the page says, in the order in which it is read."""


class Answer(BaseModel):
    """What a person said the character should answer to a question. It is quoted whole."""

    id: str
    question: str
    answer: str
    by: str
    """User id of who approved it."""
    also: list[str] = Field(default_factory=list)
    """Other wordings of the question."""
    never: list[str] = Field(default_factory=list)
    """What was said wrongly before, and is not said to a question like it any more."""
    declines: bool = False
    """The question is not answered, whatever the sources say; `answer` is empty."""
    source_id: str
    passage_id: str
    """Empty where the question is not answered."""
    created_at: datetime


class Evidence(BaseModel):
    """What the sources say to a question: spans, best first, and how surely they answer it.

    `answerable` is an estimate in [0, 1] made from calibrated features, not a raw similarity.
    """

    question: str
    answerable: float
    spans: list[Span] = Field(default_factory=list)
    lines: list[Span] = Field(default_factory=list)
    """Whole sentences, rows and labelled lines of the best passages, best first, and of those beside the
    first one: what a longer answer is composed of."""
    found: list[Found] = Field(default_factory=list)
    by: Literal["words", "vectors", "read", "many_ko", "many_en", "explained_en"] = "read"
    """Which model made the estimate: it has a threshold of its own (`answerable.threshold_for`)."""
    features: dict[str, float] = Field(default_factory=dict)
    """What the estimate was made from, by name; empty for an approved answer."""
    curated: bool = False
    """The first span is an approved answer to this very question: it is said as it stands."""
    asked_there: bool = False
    """The first span stands under this very question: it is said as it stands."""
    declined: bool = False
    """A person decided that this question is not answered."""

    @property
    def as_it_stands(self) -> bool:
        """Whether the first span answers this very question: it is said alone, and nothing is asked back."""
        return self.curated or self.asked_there


class Explained(BaseModel):
    """Evidence as a reply is made from it, with what led to it."""

    evidence: Evidence
    asked: str = ""
    """The question as it was searched for: with what it leans on from the message before."""
    kind: str = "other"
    """The kind of answer it asks for: `time`, `price`, `number`, `person`, `place`, `contact`, `other`."""
    words: list[str] = Field(default_factory=list)
    """The words of the question that were looked for, in order."""
    unknown: list[str] = Field(default_factory=list)
    """Those that the sources have in no form."""
    matched: dict[str, list[str]] = Field(default_factory=dict)
    """Passage id to those of the words that it has, in any form or as another word for the same."""

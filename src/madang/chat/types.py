"""Conversations, turns and replies, and the events of a reply being made."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from madang.chat.passages.cells import cells

Basis = Literal["sources", "partial", "clarify", "persona", "abstained", "fixed", "safety", "person"]
"""What a reply rests on: quoted or cited sources; sources for a part of what was asked, and it says which
part is missing; nothing yet, for it asks back which of several things is meant; the persona alone (no fact is
claimed); nothing, and it says so; a fixed phrase (a greeting in a language the model does not write); a
safety message, before or in place of what a model would say; a person who took the conversation over."""
Channel = Literal["page", "embed", "api", "test"]
"""Where a conversation takes place: the character's own page, another website, a program, the editor."""


class Citation(BaseModel):
    """A claim's proof. `number` is what `[n]` in the text refers to."""

    number: int
    passage_id: str
    source: str
    """Title of the source."""
    quote: str
    """Verbatim: `passage.text[start:end]`."""
    start: int
    end: int
    url: str
    """Path of the page that shows the passage with the quote marked."""
    origin_url: str | None = None
    """Where the source itself came from, when that is a web address."""

    @property
    def cells(self) -> list[list[tuple[str, str]]] | None:
        """The names and values of a quoted row of a table; None for other words."""
        return cells(self.quote)


class Dropped(BaseModel):
    """What did not fit into the model's context: `part` is persona, examples, lore, passages or history;
    or `adapter`, when the engine that answers does not have the character's adapter."""

    part: str
    count: int
    tokens: int


class Timings(BaseModel):
    """Milliseconds, measured on the server."""

    retrieve_ms: float = 0.0
    first_ms: float = 0.0
    """From the message being accepted to the first piece of the reply."""
    total_ms: float = 0.0


class Reply(BaseModel):
    """One version of a reply. A turn keeps every version; one of them is shown."""

    id: str
    turn_id: str
    version: int
    text: str = ""
    basis: Basis = "persona"
    state: Literal["streaming", "done", "stopped", "failed"] = "streaming"
    citations: list[Citation] = Field(default_factory=list)
    dropped: list[Dropped] = Field(default_factory=list)
    error: str | None = None
    model: str = ""
    strategy: str = ""
    why: dict[str, str] = Field(default_factory=dict)
    """Why it was answered this way, one sentence by language (`en`, `ko`); empty where a person wrote it."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    timings: Timings = Field(default_factory=Timings)
    thumb: Literal[-1, 0, 1] = 0
    """What the visitor thought of it: disliked, nothing said, liked."""
    thumb_why: str = ""
    """The visitor's own words for it."""
    created_at: datetime

    def says(self, citation: Citation) -> bool:
        """Whether what is cited stands in the text word for word, so that it need not be shown beside it."""
        return _folded(citation.quote) in _folded(self.text)


def _folded(text: str) -> str:
    """Without what a quotation in Markdown has at the beginning of its lines."""
    return " ".join(re.sub(r"^[ \t]*>[ \t]?", "", text, flags=re.MULTILINE).split())


class Options(BaseModel):
    """What a caller of `answer` may set. None means the studio's own choice."""

    max_tokens: int | None = Field(None, ge=1)
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    seed: int | None = None
    stop: list[str] = Field(default_factory=list, max_length=16)
    draft: bool = False
    """Meet the draft: only for a character of one's own."""


class Turn(BaseModel):
    """A visitor's message and the replies made to it. Editing a message starts a new branch:
    the turn gets a sibling with the same `parent_id`; the older one stays reachable.

    An empty `message` stands where a person who took the conversation over spoke without being asked."""

    id: str
    conversation_id: str
    parent_id: str | None = None
    ordinal: int
    message: str
    language: str = "en"
    replies: list[Reply] = Field(default_factory=list)
    shown: int = 0
    """Index into `replies`."""
    siblings: list[str] = Field(default_factory=list)
    """Ids of all turns at this place, in order, this one included."""
    created_at: datetime


class Conversation(BaseModel):
    id: str
    character_id: str
    identity_kind: str
    identity_id: str
    test: bool = False
    """A maker's test conversation: it meets the draft."""
    channel: Channel = "page"
    held_by: str | None = None
    """User id of the person who took it over; the AI is silent meanwhile."""
    greeting: str = ""
    title: str = ""
    revision: int = 0
    """Grows with everything that changes in it: what `Chat.events` watches."""
    turns: list[Turn] = Field(default_factory=list)
    """The active path, oldest first."""
    created_at: datetime
    updated_at: datetime


class Event(BaseModel):
    """One event of a reply being made, in order:

    `accepted` (turn and reply ids; the message is stored), `waiting` (`data["ahead"]` requests are served
    before this one; again whenever that changes, None when it is its turn), `found` (what will be quoted:
    citations), `delta` (text to append), `done` (the whole reply), `failed` (a sentence; the message stays).

    `done` comes for a stopped reply too (`reply.state == "stopped"`); its `data["finish"]` is `stop` or
    `length`, or `held` when a person has taken the conversation over and the reply stays empty for now.
    `failed` has the error in `data`: `code`, `status`, `sentence` (English), `params`, and `retry_after` in
    seconds where waiting helps.
    """

    kind: Literal["accepted", "waiting", "found", "delta", "done", "failed"]
    text: str = ""
    reply: Reply | None = None
    turn: Turn | None = None
    citations: list[Citation] = Field(default_factory=list)
    data: dict[str, Any] = Field(default_factory=dict)


class News(BaseModel):
    """Something that happened in a conversation while its page is open.

    `here` comes first and says how things stand. `joined`: a person took over (the AI is silent); `said`: a
    person's words (`turn` and its `reply`); `back`: the AI answers again; `changed`: a message or reply came
    from elsewhere, `turn` is the last of the path now; `deleted`: the conversation is no more, the last news.
    """

    kind: Literal["here", "joined", "said", "back", "changed", "deleted"]
    revision: int = 0
    held: bool = False
    turn: Turn | None = None
    reply: Reply | None = None

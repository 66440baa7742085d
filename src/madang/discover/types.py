"""What somebody looks for, what they are shown, and what they report."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from pydantic import BaseModel

from madang.characters.types import Rating

Order = Literal["for-you", "popular", "new"]
"""What suits this person (the best match, where there is a text); what is talked with most; the newest."""
ORDERS: tuple[Order, ...] = get_args(Order)
KINDS = ("character", "business", "guide")
LANGUAGES = ("en", "ko")
RATINGS: tuple[Rating, ...] = ("everyone", "teen", "adult")
LONGEST_TEXT = 200
"""Characters of a search; what is longer is refused."""
MOST_TAGS = 12
"""Tags of one filter; more are refused."""
PAGE = 12
"""Characters of one page of the feed."""
MOST = 1_000
"""Matches of a search that can be paged through; there may be more, and the count says so."""


def folded(text: str) -> str:
    """Two tags or names are the same when their folded forms are."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def folded_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Folded, each once, in order, without empty ones."""
    return tuple(dict.fromkeys(name for tag in tags if (name := folded(tag))))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A search with its filters. An empty field asks for nothing; tags are folded."""

    text: str = ""
    order: Order = "for-you"
    kind: str = ""
    language: str = ""
    rating: str = ""
    """At most this rating; what the person may not meet is left out in any case."""
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether anything but the order was chosen."""
        return bool(
            self.text or self.kind or self.language or self.rating or self.any or self.all or self.none
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """What the feed shows of a character. `changed_at` differs for every change of it."""

    id: str
    slug: str
    name: str
    line: str
    """Its tagline, or the beginning of its greeting."""
    kind: str
    language: str
    rating: str
    avatar: str | None
    creator: str
    tags: tuple[str, ...]
    remixable: bool
    remix_of: str
    """Name of what it was remixed from; empty when it was not."""
    changed_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A character in a feed, and whom the person talked with that it was chosen for (a name, or nothing)."""

    entry: Entry
    because: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A page of a feed."""

    shown: list[Shown]
    total: int
    """How many match, counted up to `MOST` for a text."""
    offset: int
    whole: bool = True
    """Whether the gallery holds anybody at all that this person may meet."""
    personal: bool = False
    """Whether what this person used had a say in the order."""
    used: bool = False
    """Whether there is anything that could have one."""
    reading: bool = False
    """The gallery is still being read; more will be there in a moment."""

    @property
    def next(self) -> int | None:
        """Offset of the next page; None on the last."""
        end = self.offset + len(self.shown)
        return end if self.shown and end < self.total else None


Reason = Literal["harm", "rating", "stolen", "false", "person", "other"]
"""It is harmful or hateful; its rating is too low; it is somebody else's work; it claims what is not true; it
plays a real person; something else."""
REASONS: tuple[Reason, ...] = get_args(Reason)
ReportState = Literal["open", "dismissed", "hidden"]


class Report(BaseModel):
    """What somebody said of a character. Who said it is not told to anybody."""

    id: str
    character_id: str
    reason: Reason
    words: str = ""
    state: ReportState = "open"
    created_at: datetime
    settled_at: datetime | None = None


class Reported(BaseModel):
    """A character with the reports about it, newest first."""

    character_id: str
    slug: str
    name: str
    owner_id: str
    hidden_at: datetime | None = None
    hidden_why: str = ""
    reports: list[Report]


@dataclass(frozen=True, slots=True)
class Taste:
    """What an order may know of a person: the language of their pages and whom they talked with (character id
    to weight, 1 for the latest)."""

    language: str = "en"
    used: dict[str, float] = field(default_factory=dict)

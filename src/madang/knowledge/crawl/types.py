"""A site and its pages, as everything above this room sees them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

SiteState = Literal["waiting", "crawling", "ready", "stopped", "failed"]
PageState = Literal["todo", "kept", "skipped", "failed", "gone", "left"]
"""`skipped`: another page says the same, or the site asks for it. `left`: its owner took it out."""

MOST_PAGES = 5_000
MOST_DEPTH = 50
MOST_HOURS = 8_760
"""What a site may be told: pages, links from the start, hours between two crawls."""


class Site(BaseModel):
    """A web site that a character knows from. Each of its pages is a source with its `site_id`."""

    id: str
    character_id: str
    url: str
    """The address it starts from; what is beside or above its folder is not of the site."""
    pages: int
    depth: int
    """Most pages, and most links from the start to a page."""
    every_hours: int | None = None
    """How often it is crawled again by itself; never, where there is nothing."""
    state: SiteState = "waiting"
    error: str | None = None
    error_sentence: str | None = None
    """`error` as the msgid of its translation, to be filled with `error_params`."""
    error_params: dict[str, Any] = Field(default_factory=dict)
    round: int = 0
    """Counts crawls."""
    done: int = 0
    total: int = 0
    """Pages looked at in this crawl, and known so far: progress."""
    kept: int = 0
    changed: int = 0
    gone: int = 0
    failed: int = 0
    """Pages known from; read anew, removed, and not fetched in the newest crawl."""
    skipped: int = 0
    """Pages that another one says, or that the site asks not to be read or kept."""
    words: int = 0
    """Pages that answer from their words already and have no meanings (vectors) yet."""
    next_at: datetime | None = None
    created_at: datetime
    updated_at: datetime


class SitePage(BaseModel):
    """A page of a site, and why it is not known from when it is not."""

    url: str
    depth: int
    state: PageState
    changed: bool = False
    """Whether what it says was new in the newest crawl; a kept page that is not is unchanged."""
    source_id: str | None = None
    why: str | None = None
    """One sentence, a msgid to be filled with `why_params`."""
    why_params: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pace:
    """How a site is asked."""

    delay: float = 1.0
    """Seconds between two requests to a host, at least; robots.txt may ask for more."""
    longest: float = 60.0
    """Most seconds that robots.txt may ask for."""
    at_once: int = 1
    """Requests under way at the same time; more than one only without a delay."""
    seconds: float = 15.0
    """Most seconds for one page."""
    page_bytes: int = 16_000_000
    batch: int = 40
    """Most pages of one step."""
    step_seconds: float = 10.0
    """About how long a step fetches before it gives way to other jobs."""

"""The gallery for programs, and reports and remixes."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from madang.characters.types import Character
from madang.discover.access import Discover, RemixDoor
from madang.discover.asked import address, wanted_by
from madang.discover.pages import choice, known
from madang.discover.reporting import address_of
from madang.discover.types import LONGEST_TEXT, PAGE, Order, Reason, Shown
from madang.kernel.errors import SignInNeeded
from madang.safety import age
from madang.web import context

MOST = 100


class Listing(BaseModel):
    """A character of the gallery."""

    id: str
    slug: str
    name: str
    tagline: str
    kind: str
    language: str
    rating: str
    tags: list[str]
    creator: str
    remix_of: str = Field("", description="Name of the character it was remixed from.")
    url: str
    avatar: str = Field(description="Path of its picture.")
    because: str = Field("", description="Name of a similar character that this person talked with.")


class Gallery(BaseModel):
    """A page of the gallery. `total` counts at most 1,000 matches of a text exactly, and more by estimate."""

    total: int
    characters: list[Listing]
    next: str | None = Field(None, description="Address of the next page.")


class NewReport(BaseModel):
    reason: Reason
    words: str = Field("", max_length=2_000)


class Reported(BaseModel):
    id: str


def router(discover: Discover, characters: RemixDoor) -> APIRouter:
    """`/api/gallery`, `/api/characters/{slug}/report`, `/api/characters/{slug}/remix`."""
    api = APIRouter(tags=["discover"])

    @api.get("/api/gallery")
    async def gallery(  # noqa: PLR0917
        request: Request,
        q: str = Query("", max_length=LONGEST_TEXT, description="Words, or what it is about."),
        order: Order = "for-you",
        kind: str = "",
        language: str = "",
        rating: str = Query("", description="At most this rating."),
        any: list[str] = Query([], description="Tags, one of which it has."),  # noqa: A002, B008
        all: list[str] = Query([], description="Tags, all of which it has."),  # noqa: A002, B008
        none: list[str] = Query([], description="Tags, none of which it has."),  # noqa: B008
        limit: int = Query(PAGE, ge=1, le=MOST),
        offset: int = Query(0, ge=0, le=100_000),
    ) -> Gallery:
        """Public characters that the caller may meet, filtered, searched and ordered."""
        del q, order, kind, language, rating, any, all, none  # read by `wanted_by`, as the page reads them
        identity = context.identity_of(request)
        wanted = wanted_by(request.query_params)
        personal, since = choice(request)
        feed = await discover.feed(
            identity,
            wanted,
            limit=limit,
            offset=offset,
            language=context.language_of(request),
            personal=personal,
            since=since,
            known=known(request),
        )
        follow = None
        if feed.next is not None:
            follow = address(wanted, path="/api/gallery")
            follow += f"{'&' if '?' in follow else '?'}limit={limit}&offset={feed.next}"
        return Gallery(total=feed.total, characters=[_listing(one) for one in feed.shown], next=follow)

    @api.post("/api/characters/{slug}/report", status_code=201)
    async def report(request: Request, slug: str, new: NewReport) -> Reported:
        """Tells the studio's owner what is wrong with a character. Nobody else learns who said it."""
        identity = context.identity_of(request)
        made = await discover.reports.report(
            identity, slug, new.reason, new.words, address=address_of(request)
        )
        return Reported(id=made.id)

    @api.post("/api/characters/{slug}/remix", status_code=201)
    async def remix(request: Request, slug: str) -> Character:
        """A draft of the caller's own, begun from a character; it names where it comes from."""
        identity = context.identity_of(request)
        if not identity.makes:
            raise SignInNeeded("Sign in to make a character.")
        character = await characters.get(identity, slug)
        age.require(identity, character.profile.rating, character.owner_id)
        return await characters.remix(identity, slug)

    return api


def _listing(shown: Shown) -> dict[str, Any]:
    entry = shown.entry
    picture = f"/c/{entry.slug}/avatar?v={entry.avatar[:12]}" if entry.avatar else f"/mask/{entry.id}.svg"
    return {
        "id": entry.id,
        "slug": entry.slug,
        "name": entry.name,
        "tagline": entry.line,
        "kind": entry.kind,
        "language": entry.language,
        "rating": entry.rating,
        "tags": list(entry.tags),
        "creator": entry.creator,
        "remix_of": entry.remix_of,
        "url": f"/c/{entry.slug}",
        "avatar": picture,
        "because": shown.because,
    }

"""REST of what is done with a character as a whole: publishing, versions, visibility, copies, the archive."""

from __future__ import annotations

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field

from madang.authoring.access import Authoring
from madang.characters.types import Character, Version, Visibility
from madang.characters.versions.difference import Change
from madang.web.context import maker_of

Number = Path(ge=0, le=2**31 - 1, description="Number of a version; 0 is the draft.")


class Publication(BaseModel):
    """What to say of a publication; everything may be left out."""

    note: str = Field("", max_length=500, description="What its maker says of this version.")
    visibility: Visibility | None = Field(None, description="Where it is found; left out, it stays as it is.")


class Address(BaseModel):
    slug: str = Field(min_length=1, max_length=200, description="Letters of any script, digits, hyphens.")


class Found(BaseModel):
    visibility: Visibility


class Put(BaseModel):
    away: bool = Field(True, description="False brings it back.")


def router(authoring: Authoring) -> APIRouter:
    routes = APIRouter(tags=["characters"])
    _standing(routes, authoring)
    _versions(routes, authoring)
    return routes


def _standing(routes: APIRouter, authoring: Authoring) -> None:
    @routes.post("/characters/{slug}/publish")
    async def publish(request: Request, slug: str, wanted: Publication | None = None) -> Character:
        """Visitors meet the draft as it is now. 409 while its checks gate it and one of them fails."""
        said = wanted or Publication()
        identity = maker_of(request)
        return await authoring.publish(identity, slug, note=said.note, visibility=said.visibility)

    @routes.post("/characters/{slug}/unpublish")
    async def unpublish(request: Request, slug: str) -> Character:
        """Nobody meets it any more; the draft and its versions stay."""
        return await authoring.unpublish(maker_of(request), slug)

    @routes.put("/characters/{slug}/slug")
    async def slug(request: Request, slug: str, wanted: Address) -> Character:
        """Give it another address; the one it had leads to it. 409 when another has or had it."""
        return await authoring.readdress(maker_of(request), slug, wanted.slug)

    @routes.put("/characters/{slug}/visibility")
    async def visibility(request: Request, slug: str, wanted: Found) -> Character:
        """Where a published character is found: by its maker, by those with a link, by everybody. At once."""
        return await authoring.set_visibility(maker_of(request), slug, wanted.visibility)

    @routes.put("/characters/{slug}/archived")
    async def archive(request: Request, slug: str, wanted: Put) -> Character:
        """Put it away whole, or bring it back. An archived character is met by nobody."""
        return await authoring.archive(maker_of(request), slug, wanted.away)

    @routes.post("/characters/{slug}/duplicate", status_code=201)
    async def duplicate(request: Request, slug: str) -> Character:
        """A draft like it, with what it knows and with its checks."""
        return await authoring.duplicate(maker_of(request), slug)


def _versions(routes: APIRouter, authoring: Authoring) -> None:
    @routes.get("/characters/{slug}/versions")
    async def versions(request: Request, slug: str) -> list[Version]:
        """What visitors met from one publication to the next, newest first."""
        return await authoring.versions(maker_of(request), slug)

    @routes.get("/characters/{slug}/versions/{number}/changes")
    async def changes(
        request: Request, slug: str, number: int = Number, against: str = "before"
    ) -> list[Change]:
        """What a version changed of the one before it; with `against=draft`, what the draft changed since."""
        return (await authoring.compared(maker_of(request), slug, number, against)).changes

    @routes.post("/characters/{slug}/versions/{number}/restore")
    async def restore(request: Request, slug: str, number: int = Number) -> Character:
        """Make a version the draft again; visitors meet it when it is published."""
        return await authoring.restore(maker_of(request), slug, number)

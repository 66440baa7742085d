"""REST of authoring: characters, cards and sources. Drafts are their maker's; a key needs `manage`."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field, ValidationError

from madang.authoring import rest_checks, rest_facts, rest_sites, rest_whole
from madang.authoring.access import Authoring
from madang.authoring.pages import fields, upload
from madang.characters.access import Characters
from madang.characters.sight import for_others
from madang.characters.types import CardReport, Character, Profile
from madang.kernel.errors import BadInput, Conflict
from madang.kernel.paths import safe_name
from madang.knowledge.types import Source
from madang.safety import age
from madang.web.context import identity_of, maker_of

MEDIA = {"png": "image/png", "json": "application/json", "charx": "application/zip"}
PROFILE_MB = 8
_FILE = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}},
    "required": ["file"],
}


class Wanted(BaseModel):
    """One of `description`, `url` or `profile` says what to make."""

    description: str | None = Field(
        None, max_length=20_000, description="A sentence: a draft is made from it."
    )
    url: str | None = Field(
        None, max_length=4_096, description="A web address: a draft that answers from it."
    )
    site: bool = Field(False, description="With `url`: read the whole site, not only this page.")
    profile: Profile | None = Field(None, description="A whole profile, as it shall be.")
    name: str | None = Field(None, max_length=120, description="A name, instead of the one that is guessed.")


class Imported(BaseModel):
    character: Character
    report: CardReport


class Shared(BaseModel):
    shared: bool


class TextWanted(BaseModel):
    """Either `url`, or `text` with or without a `title`."""

    url: str | None = Field(None, max_length=4_096, description="A page or document to fetch and read.")
    title: str = Field("", max_length=120)
    text: str | None = Field(None, max_length=200_000, description="Typed text.")


def _body(*kinds: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "requestBody": {"required": True, "content": {kind: {"schema": schema} for kind, schema in kinds}}
    }


def router(authoring: Authoring, characters: Characters, *, upload_mb: int = 64) -> APIRouter:
    """`upload_mb`: the largest upload, from the settings."""
    routes = APIRouter(prefix="/api")
    _characters(routes, authoring, characters)
    routes.include_router(rest_whole.router(authoring))
    routes.include_router(rest_checks.router(authoring))
    routes.include_router(rest_facts.router(authoring))
    _cards(routes, authoring, characters, upload_mb)
    _sources(routes, authoring, upload_mb)
    routes.include_router(rest_sites.router(authoring))
    return routes


def _characters(routes: APIRouter, authoring: Authoring, characters: Characters) -> None:
    tags: list[Any] = ["characters"]

    @routes.get("/characters", tags=tags)
    async def gallery(
        request: Request,
        mine: bool = Query(False, description="Your own, with drafts, instead of the published ones."),
        limit: int = Query(100, ge=1, le=200),
        offset: int = Query(0, ge=0, le=1_000_000),
    ) -> list[Character]:
        """Published characters, newest first; or your own, last edited first."""
        if mine:
            return (await authoring.mine(maker_of(request)))[offset : offset + limit]
        identity = identity_of(request)
        published = await characters.gallery(limit=limit, offset=offset)
        return [
            for_others(identity, one)
            for one in published
            if not age.needed(identity, one.profile.rating, one.owner_id)
        ]

    @routes.post("/characters", tags=tags, status_code=201)
    async def make(request: Request, wanted: Wanted) -> Character:
        """Make a draft from a sentence, a web address or a whole profile. For a file, add it as a source;
        for a card use `/api/cards`."""
        identity = maker_of(request)
        if sum(value is not None for value in (wanted.description, wanted.url, wanted.profile)) != 1:
            raise BadInput("Give one of description, url and profile.")
        if wanted.profile is not None:
            return await characters.create(identity, wanted.profile)
        if wanted.url is not None:
            if wanted.site:
                return await authoring.from_site(identity, wanted.url, wanted.name)
            return await authoring.from_url(identity, wanted.url, wanted.name)
        return await authoring.from_text(identity, wanted.description or "", wanted.name)

    @routes.get("/characters/{slug}", tags=tags)
    async def character(request: Request, slug: str) -> Character:
        """A character as you may see it: published, or your own with its draft. Of somebody else's that is
        not to be remixed, what introduces it."""
        identity = identity_of(request)
        character = await characters.get(identity, slug)
        age.require(identity, character.profile.rating, character.owner_id)
        return for_others(identity, character)

    @routes.patch(
        "/characters/{slug}",
        tags=tags,
        openapi_extra=_body(("application/json", {"type": "object", "additionalProperties": True})),
    )
    async def change(
        request: Request,
        slug: str,
        seen: str | None = Query(
            None, description="The `updated_at` you started from; 409 if it changed since."
        ),
    ) -> Character:
        """Change fields of the draft's profile; those you do not send stay."""
        identity = maker_of(request)
        own = await authoring.own(identity, slug)
        changes = await upload.document(request, PROFILE_MB)
        unknown = set(changes) - set(Profile.model_fields)
        if unknown:
            raise BadInput("There is no field {field}.", field=min(unknown)[:80])
        if seen is not None and seen != own.model_dump(mode="json")["updated_at"]:
            raise Conflict(
                "Someone else changed this character in the meantime. Reload it to see their changes."
            )
        profile = fields.checked(own.draft.model_dump() | changes)
        return await authoring.save(identity, slug, profile, seen=own.updated_at)

    @routes.delete("/characters/{slug}", tags=tags, status_code=204)
    async def delete(request: Request, slug: str) -> None:
        """Delete a character and what it knows. This cannot be undone."""
        await authoring.delete(maker_of(request), slug)


def _cards(routes: APIRouter, authoring: Authoring, characters: Characters, upload_mb: int) -> None:
    tags: list[Any] = ["cards"]

    @routes.post("/cards", tags=tags, status_code=201, openapi_extra=_body(("multipart/form-data", _FILE)))
    async def bring(request: Request) -> Imported:
        """Import a character card (PNG, JSON or CHARX; V1, V2 or V3) as multipart field `file`. The report
        says what was mapped, and what is only kept for the next export."""
        identity = maker_of(request)
        filename, data = await upload.file_of(await upload.form(request, upload_mb))
        made, report = await authoring.from_card(identity, filename, data)
        return Imported(character=made, report=report)

    @routes.get(
        "/characters/{slug}/card.{kind}",
        tags=tags,
        response_class=Response,
        responses={200: {"content": {media: {} for media in MEDIA.values()}}},
    )
    async def take(request: Request, slug: str, kind: Literal["png", "json", "charx"]) -> Response:
        """The draft as a card file. `X-Card-Unmapped` counts what the format could not hold."""
        identity = maker_of(request)
        character = await characters.get(identity, slug)
        age.require(identity, character.profile.rating, character.owner_id)
        data, report = await authoring.export_card(identity, slug, kind)
        plain = safe_name(slug).encode("ascii", "ignore").decode() or "character"
        headers = {
            "content-disposition": f'attachment; filename="{plain}.{kind}"',
            "x-card-unmapped": str(len(report.unmapped)),
            "cache-control": "private, no-store",
        }
        return Response(data, media_type=MEDIA[kind], headers=headers)


def _sources(routes: APIRouter, authoring: Authoring, upload_mb: int) -> None:
    tags: list[Any] = ["knowledge"]
    address = "/characters/{slug}/sources"

    @routes.get(address, tags=tags)
    async def listed(request: Request, slug: str) -> list[Source]:
        """What your character knows from, with the state of each source."""
        return await authoring.sources(maker_of(request), slug)

    @routes.post(
        address,
        tags=tags,
        status_code=202,
        openapi_extra=_body(
            ("application/json", TextWanted.model_json_schema()), ("multipart/form-data", _FILE)
        ),
    )
    async def add(request: Request, slug: str) -> Source:
        """Add a file (multipart field `file`), a web address (`url`) or typed text (`title`, `text`). It is
        read in the background: ask for the source until its `state` is `words` (it answers) or `ready`."""
        identity = maker_of(request)
        await authoring.own(identity, slug)  # before a byte of the file is read
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind == "multipart/form-data":
            filename, data = await upload.file_of(await upload.form(request, upload_mb))
            return await authoring.add_file(identity, slug, filename, data)
        given = _wanted(await upload.document(request, 2))
        if given.url:
            return await authoring.add_url(identity, slug, given.url)
        return await authoring.add_text(identity, slug, given.title, given.text or "")

    @routes.get(address + "/{source_id}", tags=tags)
    async def progress(request: Request, slug: str, source_id: str) -> Source:
        """One source: `state`, `passages` and how many of them have their vectors (`embedded`)."""
        return await authoring.source(maker_of(request), slug, source_id)

    @routes.post(address + "/{source_id}/refresh", tags=tags, status_code=202)
    async def refresh(request: Request, slug: str, source_id: str) -> Source:
        """Read it again; a web address is fetched anew. Only what changed is replaced."""
        return await authoring.refresh(maker_of(request), slug, source_id)

    @routes.put(address + "/{source_id}/shared", tags=tags)
    async def share(request: Request, slug: str, source_id: str, wanted: Shared) -> Source:
        """Whether visitors may leaf through its original and take it along, beyond the page that is cited."""
        return await authoring.share(maker_of(request), slug, source_id, wanted.shared)

    @routes.delete(address + "/{source_id}", tags=tags, status_code=204)
    async def remove(request: Request, slug: str, source_id: str) -> None:
        """Forget a source and its passages."""
        await authoring.remove(maker_of(request), slug, source_id)


def _wanted(values: dict[str, Any]) -> TextWanted:
    try:
        return TextWanted.model_validate(values)
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise BadInput("The field {field} is missing or wrong.", field=field) from error

"""What a character's maker does on the share page: visibility, links, cards, the embed and its switch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, get_args

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from madang.characters.access import Characters
from madang.characters.links.access import Links
from madang.characters.signing.studios import Studios
from madang.characters.types import Character, Visibility
from madang.chat.pages import face_of
from madang.kernel import clock
from madang.kernel.errors import BadInput, Forbidden, MadangError
from madang.kernel.identity import Identity
from madang.share.embed.access import Embeds
from madang.share.types import MOST_ORIGINS, Embed, origin_of
from madang.web import context
from madang.web.headers import CONTENT_SECURITY_POLICY
from madang.web.view import View

EXPIRIES = {"": None, "1": 1, "7": 7, "30": 30, "365": 365}
"""How many days a link lasts; without a number, until it is revoked."""
PREVIEWED = CONTENT_SECURITY_POLICY + "; frame-src 'self'"
WEBSITE = PREVIEWED.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


class Making:
    """The doors that the share page needs, and the page itself."""

    def __init__(
        self, view: View, characters: Characters, links: Links, embeds: Embeds, studios: Studios
    ) -> None:
        self.view = view
        self.characters = characters
        self.links = links
        self.embeds = embeds
        self.studios = studios

    async def own(self, identity: Identity, slug: str) -> Character:
        """The character, for its maker and the studio's owner. Raises NotFound, Forbidden."""
        character = await self.characters.get(identity, slug)
        theirs = identity.makes and (identity.kind == "owner" or identity.id == character.owner_id)
        if not (theirs and identity.may("manage")):
            raise Forbidden("Only its maker can share this character.")
        return character

    async def page(
        self, request: Request, slug: str, *, error: MadangError | None = None, where: str = "", **typed: Any
    ) -> Response:
        """The whole page; with an `error` beside the form it belongs to (`where`), what was typed stays."""
        identity = context.identity_of(request)
        character = await self.own(identity, slug)
        links = await self.links.of(identity, slug)
        values = {
            "character": character,
            "profile": character.draft,
            "face": face_of(character),
            "home": str(request.base_url).rstrip("/"),
            "links": [one for one in links if one.revoked_at is None],
            "ended": sum(one.revoked_at is not None for one in links),
            "visibilities": get_args(Visibility),
            "expiries": EXPIRIES,
            "now": clock.now(),
            "embed": await self.embeds.settings(identity, slug),
            "used": await self.embeds.used_today(identity, slug),
            "signature": await self.studios.of(identity, slug),
            "error": error,
            "where": where,
            "said": request.query_params.get("said", ""),
            "mine": identity.id == character.owner_id,
            **typed,
        }
        response = self.view.page(
            request, "share/share.html", status=error.status if error else 200, **values
        )
        response.headers["content-security-policy"] = PREVIEWED
        return response


def router(making: Making) -> APIRouter:
    """`/edit/{slug}/share` and its forms."""
    pages = APIRouter(prefix="/edit/{slug}/share", include_in_schema=False)
    _add_links(pages, making)
    _add_embed(pages, making)

    @pages.get("")
    async def share(request: Request, slug: str) -> Response:
        context.maker_of(request)
        return await making.page(request, slug)

    @pages.post("/visibility")
    async def visibility(request: Request, slug: str) -> Response:
        form = await request.form(max_files=0, max_fields=8)
        wanted = str(form.get("visibility", ""))
        if wanted not in get_args(Visibility):
            raise BadInput("Choose who may meet the character.")
        await making.characters.set_visibility(context.maker_of(request), slug, wanted)  # type: ignore[arg-type]
        return _back(slug, "visibility")

    @pages.post("/signature")
    async def ask(request: Request, slug: str) -> Response:
        """Asks the studio that signed the card for its key: the one request that leaves this machine."""
        try:
            await making.studios.ask(context.maker_of(request), slug)
        except MadangError as error:
            return await making.page(request, slug, error=error, where="card")
        return _back(slug, "card")

    return pages


def _add_links(pages: APIRouter, making: Making) -> None:
    @pages.post("/links")
    async def make(request: Request, slug: str) -> Response:
        form = await request.form(max_files=0, max_fields=8)
        days = EXPIRIES.get(str(form.get("expires", "")))
        ends: datetime | None = clock.now() + timedelta(days=days) if days else None
        try:
            await making.links.make(context.maker_of(request), slug, str(form.get("label", "")), ends)
        except BadInput as error:
            return await making.page(request, slug, error=error, where="links")
        return _back(slug, "links")

    @pages.post("/links/{link_id}/revoke")
    async def revoke(request: Request, slug: str, link_id: str) -> Response:
        await making.links.revoke(context.maker_of(request), slug, link_id)
        return _back(slug, "links")


def _add_embed(pages: APIRouter, making: Making) -> None:
    @pages.post("/embed")
    async def embed(request: Request, slug: str) -> Response:
        identity = context.maker_of(request)
        before = await making.embeds.settings(identity, slug)
        form = await request.form(max_files=0, max_fields=24)
        try:
            await making.embeds.save(identity, slug, embed_from(form, before))
        except BadInput as error:
            typed = {"typed_origins": str(form.get("origins", ""))[:8_000]}
            return await making.page(request, slug, error=error, where="embed", **typed)
        return _back(slug, "embed")

    @pages.post("/embed/switch")
    async def switch(request: Request, slug: str) -> Response:
        """The switch, a form of its own: one press, nothing else is sent or saved."""
        form = await request.form(max_files=0, max_fields=8)
        try:
            await making.embeds.switch(context.maker_of(request), slug, form.get("on") == "1")
        except BadInput as error:
            return await making.page(request, slug, error=error, where="embed")
        return _back(slug, "embed")

    @pages.get("/website")
    async def website(request: Request, slug: str) -> Response:
        """A page such as a website's, with the real script tag on it, for the preview."""
        character = await making.own(context.maker_of(request), slug)
        response = making.view.page(request, "share/website.html", character=character)
        response.headers.update({"content-security-policy": WEBSITE, "x-frame-options": "SAMEORIGIN"})
        return response


def embed_from(form: FormData | Mapping[str, Any], before: Embed) -> Embed:
    """The settings in a form, over those `before`; the switch is not in it. Raises BadInput."""
    origins = []
    for line in str(form.get("origins", "")).replace(",", "\n").split("\n"):
        if not line.strip():
            continue
        origin = origin_of(line)
        if origin is None:
            raise BadInput("“{address}” is not the address of a website.", address=line.strip()[:80])
        origins.append(origin)
    if len(origins) > MOST_ORIGINS:
        raise BadInput("There can be {count} websites at most.", count=MOST_ORIGINS)
    said = {name: str(form[name]).strip() for name in Embed.model_fields if name in form}
    said["accent"] = said.get("accent", before.accent).lower()
    try:
        return Embed.model_validate({**before.model_dump(), **said, "on": before.on, "origins": origins})
    except ValidationError as error:
        field = str(error.errors()[0]["loc"][0])
        raise BadInput("The field {field} is missing or wrong.", field=field) from error


def _back(slug: str, part: str) -> Response:
    return RedirectResponse(f"/edit/{slug}/share?said={part}#{part}", 303)

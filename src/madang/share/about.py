"""The public page of a character, the page behind a link, their pictures, and the studio's document."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol
from urllib.parse import quote

import segno
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from madang.characters.access import Characters
from madang.characters.links.access import Links
from madang.characters.signing.access import Signing
from madang.characters.signing.studios import Studios
from madang.characters.types import Character
from madang.chat.pages import face_of
from madang.chat.turn import zone
from madang.kernel import clock
from madang.kernel.identity import Identity
from madang.kernel.paths import safe_name
from madang.knowledge.facts.types import Business
from madang.safety import age
from madang.share import picture
from madang.share.embed.access import STUDIO
from madang.share.place import Place, place_of
from madang.web import context
from madang.web.view import View

MEDIA = {"png": "image/png", "json": "application/json", "charx": "application/zip"}
INK, PAPER = "#2b2521", "#fffbf3"


class FactsDoor(Protocol):
    """What this room asks of typed facts."""

    async def business(self, character_id: str, names: Sequence[str] = ()) -> Business: ...


@dataclass(frozen=True, slots=True)
class Places:
    """Where and when of businesses, for their public pages. `zone`: the studio's."""

    facts: FactsDoor
    zone: str
    clock: clock.Clock = clock.now

    async def of(self, request: Request, character: Character) -> Place | None:
        """What its page shows; None for a character that is no business, and where nothing is known."""
        if character.profile.kind != "business":
            return None
        business = await self.facts.business(character.id, (character.profile.name, character.profile.called))
        home = str(request.base_url).rstrip("/")
        return place_of(
            business,
            self.clock().astimezone(zone(self.zone)),
            context.language_of(request),
            name=character.profile.name,
            about=character.profile.tagline,
            address=f"{home}/c/{character.slug}/about",
            picture=f"{home}/c/{character.slug}/preview.png",
        )


def router(
    view: View, characters: Characters, links: Links, studios: Studios, *, signing: Signing, places: Places
) -> APIRouter:
    """`/c/{slug}/about` with its picture, code and card, `/s/{token}`, and `/.well-known/did.json`."""
    pages = APIRouter(include_in_schema=False)
    _of_a_character(pages, view, characters, studios, places)
    _of_a_link(pages, view, characters, links, places)

    @pages.get("/.well-known/did.json")
    async def document(request: Request) -> Response:
        """Who this studio is and with which key it signs cards, for other studios to ask."""
        headers = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
        return JSONResponse(
            signing.document(request.headers["host"]), headers=headers, media_type="application/did+json"
        )

    return pages


def _of_a_character(
    pages: APIRouter, view: View, characters: Characters, studios: Studios, places: Places
) -> None:
    @pages.get("/c/{slug}/about")
    async def about(request: Request, slug: str) -> Response:
        identity = context.identity_of(request)
        character = await _met(characters, identity, slug)
        signature = await studios.of(identity, slug)
        values = about_values(request, identity, character) | {"signature": signature, "link": None}
        values["place"] = await places.of(request, character)
        return view.page(request, "share/about.html", **values)

    @pages.get("/c/{slug}/preview.png")
    async def preview(request: Request, slug: str) -> Response:
        identity = context.identity_of(request)
        character = await _met(characters, identity, slug)
        return await _preview(request, characters, identity, character)

    @pages.get("/c/{slug}/qr.svg")
    async def code(request: Request, slug: str) -> Response:
        character = await characters.get(context.identity_of(request), slug)
        return qr(str(request.base_url) + f"c/{character.slug}/about")

    @pages.get("/c/{slug}/card.{kind}")
    async def card(request: Request, slug: str, kind: Literal["png", "json", "charx"]) -> Response:
        identity = context.identity_of(request)
        character = await _met(characters, identity, slug)
        data, report = await characters.export_card(identity, slug, kind)
        name = f"{safe_name(character.profile.name, 'character')}.{kind}"
        plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
        coded = quote(name, safe="")
        headers = {
            "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{coded}",
            "content-security-policy": "default-src 'none'; sandbox",
            "cache-control": "private, no-cache",
            "x-card-unmapped": str(len(report.unmapped)),
        }
        return Response(data, media_type=MEDIA[kind], headers=headers)


def _of_a_link(pages: APIRouter, view: View, characters: Characters, links: Links, places: Places) -> None:
    @pages.get("/s/{token}")
    async def look(request: Request, token: str) -> Response:
        """The page behind a link. It changes nothing: a messenger that draws a preview is no visitor."""
        identity = context.identity_of(request)
        character = await links.look(token)
        if asked := age.needed(identity, character.profile.rating, character.owner_id):
            return RedirectResponse(age.gate_address(asked, f"/s/{token}"), 303)
        values = about_values(request, identity, character) | {"signature": None, "link": token}
        values |= {"card": False, "place": await places.of(request, character)}
        if character.avatar is not None and character.visibility != "public":
            values["face"] = f"/s/{token}/face?v={character.avatar[:12]}"
        response = view.page(request, "share/about.html", **values)
        response.headers.update({"x-robots-tag": "noindex", "referrer-policy": "same-origin"})
        return response

    @pages.post("/s/{token}")
    async def enter(request: Request, token: str) -> Response:
        """Comes in: this visitor meets the character from now on."""
        character = await links.enter(context.identity_of(request), token)
        return RedirectResponse(f"/c/{character.slug}", 303)

    @pages.get("/s/{token}/preview.png")
    async def preview(request: Request, token: str) -> Response:
        character = await links.look(token)
        age.require(context.identity_of(request), character.profile.rating, character.owner_id)
        return await _preview(request, characters, STUDIO, character)

    @pages.get("/s/{token}/face")
    async def face(request: Request, token: str) -> Response:
        character = await links.look(token)
        age.require(context.identity_of(request), character.profile.rating, character.owner_id)
        if character.avatar is None:
            return RedirectResponse(f"/mask/{character.id}.svg", 302)
        shown = await characters.avatar(STUDIO, character.id, outside=True)
        headers = {
            "cache-control": "private, no-cache",
            "content-security-policy": "default-src 'none'; sandbox",
        }
        return Response(shown.data, media_type=shown.media_type, headers=headers)

    @pages.get("/s/{token}/qr.svg")
    async def code(request: Request, token: str) -> Response:
        await links.look(token)
        return qr(f"{request.base_url}s/{token}")


def about_values(request: Request, identity: Identity, character: Character) -> dict[str, Any]:
    """What `share/about.html` needs."""
    theirs = identity.makes and (identity.id == character.owner_id or identity.kind == "owner")
    return {
        "character": character,
        "profile": character.profile,
        "face": face_of(character),
        "home": str(request.base_url).rstrip("/"),
        "theirs": theirs,
        "age": age.needed(identity, character.profile.rating, character.owner_id),
        "card": theirs or character.profile.remixable,
    }


def qr(address: str) -> Response:
    """The QR code of an address as SVG, in ink on paper: dark mode or not, a camera needs the contrast."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", scale=8, border=3, dark=INK, light=PAPER
    )
    headers = {
        "cache-control": "private, max-age=3600",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(out.getvalue(), media_type="image/svg+xml", headers=headers)


async def _met(characters: Characters, identity: Identity, slug: str) -> Character:
    character = await characters.get(identity, slug)
    age.require(identity, character.profile.rating, character.owner_id)
    return character


async def _preview(
    request: Request, characters: Characters, identity: Identity, character: Character
) -> Response:
    tag = picture.etag(character.id, character.avatar)
    everybodys = character.met and character.visibility == "public" and character.profile.rating == "everyone"
    headers = {"etag": tag, "cache-control": "public, max-age=3600" if everybodys else "private, no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    face = None
    if character.avatar is not None:
        face = await characters.avatar(identity, character.id, outside=identity is STUDIO)
    data = await asyncio.to_thread(picture.preview, character.id, face)
    return Response(data, media_type="image/png", headers=headers)

"""Every page of this room. `app` calls `router`, and puts `EmbedMiddleware` around its own router."""

from __future__ import annotations

from fastapi import APIRouter

from madang.characters.access import Characters
from madang.characters.links.access import Links
from madang.characters.signing.access import Signing
from madang.characters.signing.studios import Studios
from madang.share import about, making
from madang.share.embed import pages as embed_pages
from madang.share.embed.access import Embeds
from madang.web.view import View


def router(
    view: View,
    characters: Characters,
    links: Links,
    embeds: Embeds,
    studios: Studios,
    *,
    signing: Signing,
    places: about.Places,
) -> APIRouter:
    """`/c/{slug}/about`, `/s/{token}`, `/edit/{slug}/share`, `/embed…`, `/.well-known/did.json`."""
    pages = APIRouter(include_in_schema=False)
    pages.include_router(about.router(view, characters, links, studios, signing=signing, places=places))
    pages.include_router(making.router(making.Making(view, characters, links, embeds, studios)))
    pages.include_router(embed_pages.router(view, embeds))
    return pages

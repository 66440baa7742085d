"""The gallery: the first page of a studio."""

from __future__ import annotations

import unicodedata
from typing import Protocol

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from madang.characters.types import Character
from madang.web.view import View


class Gallery(Protocol):
    """What this room asks of `characters`."""

    async def gallery(self) -> list[Character]: ...


def router(view: View, characters: Gallery) -> APIRouter:
    """`/`: published characters, narrowed by `q`. For htmx the cards alone."""
    pages = APIRouter(include_in_schema=False)

    @pages.get("/", response_class=HTMLResponse)
    async def gallery(request: Request, q: str = Query("", max_length=200)) -> HTMLResponse:
        everyone = await characters.gallery()
        part = request.headers.get("hx-request") and not request.headers.get("hx-history-restore-request")
        template = "discover/cards.html" if part else "discover/gallery.html"
        return view.page(
            request, template, characters=narrow(everyone, q), query=q.strip(), empty=not everyone
        )

    return pages


def narrow(characters: list[Character], query: str) -> list[Character]:
    """Those whose name, tagline or tags hold every word of `query`, in the order given."""
    words = _fold(query).split()
    if not words:
        return characters
    return [character for character in characters if all(word in _words(character) for word in words)]


def _words(character: Character) -> str:
    profile = character.profile
    return _fold(" ".join((profile.name, profile.tagline, *profile.tags)))


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()

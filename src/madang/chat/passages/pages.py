"""The page that a citation opens, and the original behind it.

A visitor sees the passage, a little around it, and of a PDF the page it is on. Leafing through the whole
original, and taking it along, is for who makes the character, and for all where its maker shares the source.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from madang.characters.access import Characters
from madang.characters.types import Character
from madang.chat.passages import around
from madang.chat.passages.cells import cells
from madang.chat.passages.original import original_url
from madang.kernel.errors import MadangError, NotFound
from madang.kernel.identity import Identity
from madang.knowledge.access import Knowledge
from madang.knowledge.types import Passage, Shown, Source
from madang.safety import age
from madang.web import context
from madang.web.view import View

MOST = 2**31 - 1


def add(pages: APIRouter, view: View, characters: Characters, knowledge: Knowledge) -> None:
    """`/c/{slug}/passages/{passage_id}` and its original."""

    async def held(request: Request, slug: str, passage_id: str) -> tuple[Character, Passage, Source, bool]:
        """A passage of a character that is met, and whether all of the original is seen. Raises NotFound."""
        identity = context.identity_of(request)
        character = await characters.get(identity, slug)
        age.require(identity, character.profile.rating, character.owner_id)
        passage = await knowledge.passage(character.id, passage_id)
        source = await knowledge.source(character.id, passage.source_id)
        return character, passage, source, source.shared or _makes(identity, character)

    @pages.get("/c/{slug}/passages/{passage_id}", response_class=HTMLResponse)
    async def passage(
        request: Request,
        slug: str,
        passage_id: str,
        *,
        start: int = Query(0, alias="from", ge=0, le=MOST),
        end: int = Query(0, alias="to", ge=0, le=MOST),
        page: int = Query(0, ge=0, le=MOST),
    ) -> HTMLResponse:
        character, passage, source, whole = await held(request, slug, passage_id)
        before, after = around.neighbours(await knowledge.passages(character.id, source.id), passage)
        values: dict[str, Any] = {"leaves": None, "not_shown": None}
        try:
            # a passage ends where the next one begins at the latest: no visitor sees a page beyond that
            last = max(passage.page or 0, (after.page if after is not None else None) or 0)
            seen = await knowledge.shown(source, passage, start, end, last)
            cited = True
            if seen is not None and whole and page not in (0, seen[0].page):
                seen, cited = await knowledge.page(source, page), False
            if seen is not None:
                address = f"{_address(character, passage)}?from={start}&to={end}"
                values = _leaf(seen, cited, whole, address)
        except NotFound:
            raise
        except MadangError as error:  # the words are there, though their page cannot be drawn
            values["not_shown"] = error
        pieces = around.marked(passage.text, start, end)
        template = "chat/passage_part.html" if request.headers.get("hx-request") else "chat/passage.html"
        return view.page(
            request,
            template,
            character=character,
            source=source,
            passage=passage,
            pieces=pieces,
            quoted=cells(pieces[1]),
            table=around.table(passage, before, after, start, end),
            where=around.whereabouts(passage),
            before=before.text[-around.AROUND :] if before else "",
            after=after.text[: around.AROUND] if after else "",
            original=original_url(source, passage, start, end),
            download=f"{_address(character, passage)}/original" if whole else None,
            **values,
        )

    @pages.get("/c/{slug}/passages/{passage_id}/original")
    async def original(request: Request, slug: str, passage_id: str) -> Response:
        """The original as it was given: to be kept, never to be shown by a browser, whatever is in it."""
        _, _, source, whole = await held(request, slug, passage_id)
        if not whole:
            raise NotFound("The original of this passage is its maker's.")
        name, data = await knowledge.original(source)
        headers = {
            "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
            "content-security-policy": "default-src 'none'; sandbox",
            "x-content-type-options": "nosniff",
            "cache-control": "private, no-store",
        }
        return Response(data, media_type="application/octet-stream", headers=headers)


def _makes(identity: Identity, character: Character) -> bool:
    """Whether this is who makes the character, or a key that may act as such."""
    return identity.makes and identity.id == character.owner_id and identity.may("manage")


def _address(character: Character, passage: Passage) -> str:
    return f"/c/{quote(character.slug, safe='')}/passages/{quote(passage.id, safe='')}"


def _leaf(seen: tuple[Shown, bytes], cited: bool, whole: bool, address: str) -> dict[str, Any]:
    """What `chat/leaf.html` needs. The picture comes with the page: there is no other way to it."""
    shown, picture = seen
    return {
        "not_shown": None,
        "leaves": {
            "shown": shown,
            "cited": cited,
            "picture": f"data:image/webp;base64,{b64encode(picture).decode()}",
            "back": address,
            "before": f"{address}&page={shown.page - 1}" if whole and shown.page > 1 else None,
            "after": f"{address}&page={shown.page + 1}" if whole and shown.page < shown.pages else None,
        },
    }

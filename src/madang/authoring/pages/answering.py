"""How a character answers: how often it may be wrong, and which words mean the same in its business."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from madang.authoring.access import Authoring
from madang.authoring.answering import ONE_IN
from madang.authoring.pages import upload
from madang.authoring.pages.fields import split
from madang.kernel.errors import BadInput
from madang.web.context import maker_of


def router(authoring: Authoring) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.post("/edit/{slug}/wrong")
    async def wrong(request: Request, slug: str) -> Response:
        """`one_in`: at most one answer in so many may be wrong; empty leaves it to the studio."""
        identity = maker_of(request)
        found = upload.text_of(await upload.form(request, 1, files=0), "one_in").strip()
        if found and found not in {str(number) for number in ONE_IN}:
            raise BadInput("Choose how often it may be wrong.")
        await authoring.set_wrong(identity, slug, 1 / int(found) if found else None)
        return RedirectResponse(f"/edit/{slug}/checks#wrong", 303)

    @routes.post("/edit/{slug}/synonyms")
    async def synonyms(request: Request, slug: str) -> Response:
        """`groups`: a group a line, its words parted by commas."""
        identity = maker_of(request)
        found = upload.text_of(await upload.form(request, 1, files=0), "groups")
        await authoring.set_synonyms(identity, slug, [split(line, ",") for line in found.splitlines()])
        return RedirectResponse(f"/edit/{slug}#synonyms", 303)

    return routes

"""What visitors met from one publication to the next, what changed between them, and back again."""

from __future__ import annotations

from fastapi import APIRouter, Query, Request, Response

from madang.accounts.pages import to_sign_in
from madang.authoring.access import Authoring
from madang.authoring.pages.edit import back
from madang.authoring.types import Compared
from madang.web.context import identity_of, maker_of
from madang.web.view import View


def router(view: View, authoring: Authoring) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/edit/{slug}/history")
    async def history(
        request: Request,
        slug: str,
        version: int | None = Query(None, ge=0, le=2**31 - 1),
        against: str = Query("before", max_length=10),
    ) -> Response:
        """`version`: the one that is looked at, 0 for the draft; `against`: `before` or `draft`."""
        if not identity_of(request).makes:
            return to_sign_in(request)
        identity = maker_of(request)
        character = await authoring.own(identity, slug)
        versions = await authoring.versions(identity, slug)
        number = version
        if number is None:
            newer = not versions or versions[0].profile != character.draft
            number = 0 if newer else versions[0].number
        compared: Compared = await authoring.compared(identity, slug, number, against)
        return view.page(
            request,
            "authoring/history.html",
            character=character,
            versions=versions,
            compared=compared,
        )

    @routes.post("/edit/{slug}/history/{number}/restore")
    async def restore(request: Request, slug: str, number: int) -> Response:
        """Makes a version the draft again; visitors meet it when it is published."""
        await authoring.restore(maker_of(request), slug, number)
        return back(slug)

    return routes

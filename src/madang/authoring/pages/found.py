"""What a question finds, why, and what would be replied: for the maker, by the path of a conversation."""

from __future__ import annotations

from fastapi import APIRouter, Query, Request, Response

from madang.accounts.pages import to_sign_in
from madang.authoring.access import Authoring
from madang.authoring.looking import Looked
from madang.kernel.errors import MadangError
from madang.web.context import identity_of, maker_of
from madang.web.view import View


def router(view: View, authoring: Authoring) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/edit/{slug}/found")
    async def found(request: Request, slug: str, q: str = Query("", max_length=2_000)) -> Response:
        """`q`: a question; without one the page only asks for it."""
        if not identity_of(request).makes:
            return to_sign_in(request)
        identity = maker_of(request)
        character = await authoring.own(identity, slug)
        looked: Looked | None = None
        problem: MadangError | None = None
        if q.strip():
            try:
                looked = await authoring.looked_up(identity, slug, q)
            except MadangError as error:
                problem = error
        return view.page(
            request,
            "authoring/found.html",
            status=problem.status if problem else 200,
            character=character,
            question=q.strip(),
            looked=looked,
            problem=problem,
        )

    return routes

"""How a character answers: how often it may be wrong, and which words mean the same in its business."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from madang.accounts.pages import to_sign_in
from madang.authoring.access import Authoring
from madang.authoring.answering import ONE_IN, choice_of, choices, curves_of
from madang.authoring.pages import upload
from madang.authoring.pages.fields import split
from madang.kernel.errors import BadInput
from madang.web.context import identity_of, language_of, maker_of
from madang.web.view import View


def router(view: View, authoring: Authoring) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/answering")
    async def studio(request: Request) -> Response:
        """How often characters may be wrong whose maker chose nothing, and what was measured of it."""
        if not identity_of(request).makes:
            return to_sign_in(request)
        chosen, setting = authoring.studio_wrong(identity_of(request))
        language = language_of(request)
        return view.page(
            request,
            "authoring/answering.html",
            chosen=chosen,
            setting=choice_of(setting, language),
            careful=choices(language),
            curves=curves_of(chosen or setting, language),
            saved="saved" in request.query_params,
        )

    @routes.post("/answering")
    async def choose(request: Request) -> Response:
        """`one_in` as for a character; empty leaves it to the settings."""
        identity = maker_of(request)
        authoring.studio_wrong(identity)  # whoever may not is told before anything is read
        authoring.set_studio_wrong(identity, await _wanted(request))
        return RedirectResponse("/answering?saved=1", 303)

    @routes.post("/edit/{slug}/wrong")
    async def wrong(request: Request, slug: str) -> Response:
        """`one_in`: at most one answer in so many may be wrong; empty leaves it to the studio."""
        identity = maker_of(request)
        await authoring.set_wrong(identity, slug, await _wanted(request))
        return RedirectResponse(f"/edit/{slug}/checks#wrong", 303)

    @routes.post("/edit/{slug}/synonyms")
    async def synonyms(request: Request, slug: str) -> Response:
        """`groups`: a group a line, its words parted by commas."""
        identity = maker_of(request)
        found = upload.text_of(await upload.form(request, 1, files=0), "groups")
        await authoring.set_synonyms(identity, slug, [split(line, ",") for line in found.splitlines()])
        return RedirectResponse(f"/edit/{slug}#synonyms", 303)

    return routes


async def _wanted(request: Request) -> float | None:
    """The share of a form's `one_in`; None for an empty one. Raises BadInput."""
    found = upload.text_of(await upload.form(request, 1, files=0), "one_in").strip()
    if found and found not in {str(number) for number in ONE_IN}:
        raise BadInput("Choose how often it may be wrong.")
    return 1 / int(found) if found else None

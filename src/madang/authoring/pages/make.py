"""Making a character, and the list of one's own."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from madang.accounts.pages import to_sign_in
from madang.authoring.access import Authoring
from madang.authoring.pages import upload
from madang.authoring.pages.sources import CHOICES, given_of, site_limits
from madang.authoring.types import CARD_ENDINGS
from madang.kernel.errors import BadInput, MadangError
from madang.knowledge.readers.sniff import endings, reads_pictures
from madang.web.context import identity_of, maker_of
from madang.web.view import View


def router(view: View, authoring: Authoring, upload_mb: int) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    def page(
        request: Request,
        *,
        way: str = "",
        error: MadangError | None = None,
        typed: str = "",
        given: dict[str, str] | None = None,
    ) -> Response:
        return view.page(
            request,
            "authoring/make.html",
            status=error.status if error else 200,
            way=way,
            error=error,
            typed=typed,
            given=given or {},
            site_choices=CHOICES,
            accept=",".join(dict.fromkeys((*endings(), *CARD_ENDINGS))),
            pictures=reads_pictures(),
            upload_mb=upload_mb,
        )

    @routes.get("/make")
    async def make(request: Request) -> Response:
        if not identity_of(request).makes:
            return to_sign_in(request)
        maker_of(request)
        return page(request)

    @routes.post("/make/text")
    async def from_text(request: Request) -> Response:
        identity = maker_of(request)
        description = upload.text_of(await upload.form(request, 1, files=0), "description")
        try:
            made = await authoring.from_text(identity, description)
        except MadangError as error:
            return page(request, way="text", error=error, typed=description)
        return _to_editor(made.slug)

    @routes.post("/make/file")
    async def from_file(request: Request) -> Response:
        identity = maker_of(request)
        try:
            filename, data = await upload.file_of(await upload.form(request, upload_mb))
            draft = await authoring.from_upload(identity, filename, data)
        except MadangError as error:
            return page(request, way="file", error=error)
        return _to_editor(draft.character.slug)

    @routes.post("/make/url")
    async def from_url(request: Request) -> Response:
        identity = maker_of(request)
        found = await upload.form(request, 1, files=0)
        given = given_of(found)
        try:
            if not given["url"].strip():
                raise BadInput("Type a web address first.")
            if given["what"] == "site":
                limits: dict[str, Any] = site_limits(found)
                made = await authoring.from_site(identity, given["url"], **limits)
            else:
                made = await authoring.from_url(identity, given["url"])
        except MadangError as error:
            return page(request, way="url", error=error, given=given)
        return _to_editor(made.slug)

    @routes.get("/mine")
    async def mine(request: Request) -> Response:
        identity = identity_of(request)
        if not identity.makes:
            return to_sign_in(request)
        return view.page(request, "authoring/mine.html", characters=await authoring.mine(identity))

    return routes


def _to_editor(slug: str) -> Response:
    return RedirectResponse(f"/edit/{slug}", 303)

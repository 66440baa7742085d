"""Making a character, and the list of one's own."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from madang.accounts.pages import to_sign_in
from madang.authoring.access import Authoring
from madang.authoring.pages import upload
from madang.authoring.types import ACCEPT
from madang.kernel.errors import BadInput, MadangError
from madang.web.context import identity_of, maker_of
from madang.web.view import View


def router(view: View, authoring: Authoring, upload_mb: int) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    def page(
        request: Request, *, way: str = "", error: MadangError | None = None, given: str = ""
    ) -> Response:
        return view.page(
            request,
            "authoring/make.html",
            status=error.status if error else 200,
            way=way,
            error=error,
            given=given,
            accept=ACCEPT,
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
            return page(request, way="text", error=error, given=description)
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
        url = upload.text_of(await upload.form(request, 1, files=0), "url").strip()
        try:
            if not url:
                raise BadInput("Type a web address first.")
            made = await authoring.from_url(identity, url if "://" in url else f"https://{url}")
        except MadangError as error:
            return page(request, way="url", error=error, given=url)
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

"""What is done with a character as a whole: its face, where it is found, a second one, putting it away."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from madang.authoring.access import Authoring
from madang.authoring.pages import upload
from madang.authoring.pages.edit import back, visibility_of
from madang.chat.pages import face_of
from madang.kernel.errors import MadangError
from madang.web.context import maker_of
from madang.web.mask import EXPRESSIONS
from madang.web.view import View

PICTURE_MB = 16


def router(view: View, authoring: Authoring) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.post("/edit/{slug}/avatar")
    async def avatar(request: Request, slug: str) -> Response:
        """A picture, or with `remove` the mask again. A script gets the face anew."""
        identity = maker_of(request)
        character = await authoring.own(identity, slug)  # before a byte of the picture is read
        problem = None
        try:
            found = await upload.form(request, PICTURE_MB)
            data = None if "remove" in found else (await upload.file_of(found, "picture"))[1]
            character = await authoring.set_avatar(identity, slug, data)
        except MadangError as error:
            if not request.headers.get("hx-request"):
                raise
            problem = error
        if not request.headers.get("hx-request"):
            return back(slug)
        return view.page(
            request,
            "authoring/face.html",
            status=problem.status if problem else 200,
            character=character,
            draft=character.draft,
            face=face_of(character),
            expressions=EXPRESSIONS,
            picture_error=problem,
        )

    @routes.post("/edit/{slug}/visibility")
    async def visibility(request: Request, slug: str) -> Response:
        found = await upload.form(request, 1, files=0)
        chosen = visibility_of(upload.text_of(found, "visibility"))
        await authoring.set_visibility(maker_of(request), slug, chosen)
        return back(slug, "found")

    @routes.post("/edit/{slug}/address")
    async def address(request: Request, slug: str) -> Response:
        found = await upload.form(request, 1, files=0)
        changed = await authoring.readdress(maker_of(request), slug, upload.text_of(found, "slug"))
        return back(quote(changed.slug), "found")

    @routes.post("/edit/{slug}/unpublish")
    async def unpublish(request: Request, slug: str) -> Response:
        identity = maker_of(request)
        await authoring.own(identity, slug)
        await authoring.unpublish(identity, slug)
        return back(slug, "found")

    @routes.post("/edit/{slug}/duplicate")
    async def duplicate(request: Request, slug: str) -> Response:
        made = await authoring.duplicate(maker_of(request), slug)
        return back(made.slug)

    @routes.post("/edit/{slug}/archive")
    async def archive(request: Request, slug: str) -> Response:
        """Puts it away; with `out`, brings it back."""
        identity = maker_of(request)
        out = "out" in await upload.form(request, 1, files=0)
        await authoring.archive(identity, slug, not out)
        return back(slug) if out else RedirectResponse("/mine", 303)

    @routes.post("/edit/{slug}/delete")
    async def delete(request: Request, slug: str) -> Response:
        await authoring.delete(maker_of(request), slug)
        return RedirectResponse("/mine", 303)

    @routes.post("/edit/{slug}/report/dismiss")
    async def dismiss(request: Request, slug: str) -> Response:
        """Puts away what the import said."""
        await authoring.put_report_away(maker_of(request), slug)
        if request.headers.get("hx-request"):
            return Response("", media_type="text/html")
        return back(slug)

    return routes

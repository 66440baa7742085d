"""What a character knows, in the editor: a list with live progress, and three ways to add to it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from madang.authoring.access import Authoring
from madang.authoring.pages import upload
from madang.authoring.types import DOCUMENT_ENDINGS
from madang.kernel.errors import BadInput, MadangError
from madang.kernel.identity import Identity
from madang.web.context import maker_of
from madang.web.view import View

WORKING = ("waiting", "reading", "words")
TYPED_MB = 2


async def knowledge_values(authoring: Authoring, identity: Identity, slug: str) -> dict[str, Any]:
    """What `authoring/knowledge.html` needs. `working` keeps the list asking for news."""
    sources = await authoring.sources(identity, slug)
    return {
        "slug": slug,
        "sources": sources,
        "working": any(source.state in WORKING for source in sources),
        "suggestions": await authoring.suggestions(identity, slug),
        "documents": ",".join(DOCUMENT_ENDINGS),
        "problem": None,
        "given": {},
    }


def router(view: View, authoring: Authoring, upload_mb: int) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    async def answer(
        request: Request,
        slug: str,
        problem: MadangError | None = None,
        given: dict[str, str] | None = None,
        template: str = "knowledge",
    ) -> Response:
        """htmx gets the part anew; a plain form goes back to the editor, or to the page of the error."""
        if not request.headers.get("hx-request"):
            if problem is not None:
                raise problem
            return RedirectResponse(f"/edit/{slug}#knowledge", 303)
        values = await knowledge_values(authoring, maker_of(request), slug)
        values |= {"problem": problem, "given": given or {}, "upload_mb": upload_mb}
        status = problem.status if problem else 200
        return view.page(request, f"authoring/{template}.html", status=status, **values)

    @routes.get("/edit/{slug}/sources")
    async def listed(request: Request, slug: str) -> Response:
        return await answer(request, slug, template="sources")

    @routes.post("/edit/{slug}/sources/file")
    async def add_file(request: Request, slug: str) -> Response:
        identity = maker_of(request)
        await authoring.own(identity, slug)  # before a byte of the file is read
        try:
            filename, data = await upload.file_of(await upload.form(request, upload_mb))
            await authoring.add_file(identity, slug, filename, data)
        except MadangError as error:
            return await answer(request, slug, error)
        return await answer(request, slug)

    @routes.post("/edit/{slug}/sources/url")
    async def add_url(request: Request, slug: str) -> Response:
        identity = maker_of(request)
        url = upload.text_of(await upload.form(request, 1, files=0), "url").strip()
        try:
            if not url:
                raise BadInput("Type a web address first.")
            await authoring.add_url(identity, slug, url if "://" in url else f"https://{url}")
        except MadangError as error:
            return await answer(request, slug, error, {"url": url})
        return await answer(request, slug)

    @routes.post("/edit/{slug}/sources/text")
    async def add_text(request: Request, slug: str) -> Response:
        identity = maker_of(request)
        found = await upload.form(request, TYPED_MB, files=0)
        title, text = upload.text_of(found, "title"), upload.text_of(found, "text")
        try:
            await authoring.add_text(identity, slug, title, text)
        except MadangError as error:
            return await answer(request, slug, error, {"title": title, "text": text})
        return await answer(request, slug)

    @routes.post("/edit/{slug}/sources/{source_id}/remove")
    async def remove(request: Request, slug: str, source_id: str) -> Response:
        await authoring.remove(maker_of(request), slug, source_id)
        return await answer(request, slug, template="sources")

    @routes.post("/edit/{slug}/sources/{source_id}/refresh")
    async def refresh(request: Request, slug: str, source_id: str) -> Response:
        try:
            await authoring.refresh(maker_of(request), slug, source_id)
        except MadangError as error:
            return await answer(request, slug, error, template="sources")
        return await answer(request, slug, template="sources")

    return routes

"""What a character knows, in the editor: a list with live progress, and the ways to add to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from madang.authoring.access import Authoring
from madang.authoring.pages import upload
from madang.authoring.pages.sites import DEPTHS, EVERY, PAGES, number_of
from madang.authoring.sites import DEPTH
from madang.authoring.sites import PAGES as USUAL
from madang.kernel.errors import BadInput, MadangError
from madang.kernel.identity import Identity
from madang.knowledge import pairs
from madang.knowledge.crawl.types import MOST_DEPTH, MOST_HOURS, MOST_PAGES
from madang.knowledge.readers.sniff import endings, reads_pictures
from madang.web.context import maker_of
from madang.web.view import View

WORKING = ("waiting", "reading", "words")
TYPED_MB = 2
PAIRS_MB = 4
CHOICES = {"pages": PAGES, "depths": DEPTHS, "every": EVERY}


async def knowledge_values(authoring: Authoring, identity: Identity, slug: str) -> dict[str, Any]:
    """What `authoring/knowledge.html` needs."""
    return await list_values(authoring, identity, slug) | {
        "synonyms": await authoring.synonyms(identity, slug),
        "pairs": await authoring.pairs(identity, slug),
        "documents": ",".join(endings()),
        "pictures": reads_pictures(),
        "site_choices": CHOICES,
        "given_pairs": None,
    }


async def list_values(authoring: Authoring, identity: Identity, slug: str) -> dict[str, Any]:
    """What `authoring/sources.html` needs. `working` keeps the list asking for news."""
    sources = await authoring.sources(identity, slug, of_sites=False)
    sites = await authoring.sites.all(identity, slug)
    reading = any(site.words or site.state in ("waiting", "crawling") for site in sites)
    return {
        "slug": slug,
        "sources": sources,
        "sites": sites,
        "working": reading or any(source.state in WORKING for source in sources),
        "suspicious": await authoring.suspicious(identity, slug),
        "problem": None,
        "given": {},
    }


def site_limits(found: FormData) -> dict[str, int | None]:
    """Pages, depth and hours of a form with `authoring/address.html`."""
    every = number_of(upload.text_of(found, "every"), 0, MOST_HOURS)
    return {
        "pages": max(1, number_of(upload.text_of(found, "pages"), USUAL, MOST_PAGES)),
        "depth": number_of(upload.text_of(found, "depth"), DEPTH, MOST_DEPTH),
        "every_hours": every or None,
    }


def given_of(found: FormData) -> dict[str, str]:
    """What was chosen in `authoring/address.html`, to be shown again."""
    return {name: upload.text_of(found, name)[:2048] for name in ("url", "what", "pages", "depth", "every")}


def router(view: View, authoring: Authoring, upload_mb: int) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    async def answer(
        request: Request,
        slug: str,
        problem: MadangError | None = None,
        *,
        part: str = "knowledge",
        **more: Any,
    ) -> Response:
        """htmx gets the part anew; a plain form goes back to the editor, or to the page of the error."""
        if not request.headers.get("hx-request"):
            if problem is not None:
                raise problem
            return RedirectResponse(f"/edit/{slug}#knowledge", 303)
        identity = maker_of(request)
        values = await (knowledge_values if part == "knowledge" else list_values)(authoring, identity, slug)
        values |= {"problem": problem, "upload_mb": upload_mb} | more
        status = problem.status if problem else 200
        return view.page(request, f"authoring/{part}.html", status=status, **values)

    @routes.get("/edit/{slug}/sources")
    async def listed(request: Request, slug: str) -> Response:
        return await answer(request, slug, part="sources")

    @routes.post("/edit/{slug}/sources/{source_id}/remove")
    async def remove(request: Request, slug: str, source_id: str) -> Response:
        try:
            await authoring.remove(maker_of(request), slug, source_id)
        except BadInput as error:
            return await answer(request, slug, error, part="sources")
        return await answer(request, slug, part="sources")

    @routes.post("/edit/{slug}/sources/{source_id}/share")
    async def share(request: Request, slug: str, source_id: str) -> Response:
        """With `on`, visitors may open the whole original; without, only what is cited."""
        identity = maker_of(request)
        found = await upload.form(request, 1, files=0)
        await authoring.share(identity, slug, source_id, bool(upload.text_of(found, "on")))
        return await answer(request, slug, part="sources")

    @routes.post("/edit/{slug}/sources/{source_id}/refresh")
    async def refresh(request: Request, slug: str, source_id: str) -> Response:
        try:
            await authoring.refresh(maker_of(request), slug, source_id)
        except MadangError as error:
            return await answer(request, slug, error, part="sources")
        return await answer(request, slug, part="sources")

    _adding(routes, authoring, upload_mb, answer)
    return routes


def _adding(
    routes: APIRouter, authoring: Authoring, upload_mb: int, answer: Callable[..., Awaitable[Response]]
) -> None:
    @routes.post("/edit/{slug}/sources/file")
    async def add_files(request: Request, slug: str) -> Response:
        """One file or several, at most so large together; the first that is refused is said."""
        identity = maker_of(request)
        await authoring.own(identity, slug)  # before a byte of a file is read
        problem: MadangError | None = None
        try:
            found = await upload.form(request, upload_mb, files=upload.MOST_FILES)
            for filename, data in await upload.files_of(found):
                try:
                    await authoring.add_file(identity, slug, filename, data)
                except MadangError as error:
                    problem = problem or error
        except MadangError as error:
            problem = error
        return await answer(request, slug, problem)

    @routes.post("/edit/{slug}/sources/url")
    async def add_url(request: Request, slug: str) -> Response:
        """A page, or with `what` = `site` the whole site that begins there."""
        identity = maker_of(request)
        found = await upload.form(request, 1, files=0)
        given = given_of(found)
        try:
            if not given["url"].strip():
                raise BadInput("Type a web address first.")
            if given["what"] == "site":
                limits: dict[str, Any] = site_limits(found)
                await authoring.sites.add(identity, slug, given["url"], **limits)
            else:
                await authoring.add_url(identity, slug, given["url"])
        except MadangError as error:
            return await answer(request, slug, error, given=given)
        return await answer(request, slug)

    @routes.post("/edit/{slug}/sources/text")
    async def add_text(request: Request, slug: str) -> Response:
        identity = maker_of(request)
        found = await upload.form(request, TYPED_MB, files=0)
        title, text = upload.text_of(found, "title"), upload.text_of(found, "text")
        try:
            await authoring.add_text(identity, slug, title, text)
        except MadangError as error:
            return await answer(request, slug, error, given={"title": title, "text": text})
        return await answer(request, slug)

    @routes.post("/edit/{slug}/sources/pairs")
    async def put_pairs(request: Request, slug: str) -> Response:
        """The whole list of questions with their answers, in place of what was there."""
        identity = maker_of(request)
        await authoring.own(identity, slug)
        found = await upload.form(request, PAIRS_MB, files=0, fields=2 * pairs.MOST + 20)
        asked, told = upload.texts_of(found, "question"), upload.texts_of(found, "answer")
        try:
            await authoring.put_pairs(identity, slug, pairs.written(asked, told))
        except MadangError as error:
            return await answer(request, slug, error, given_pairs=list(zip(asked, told, strict=False)))
        return await answer(request, slug)

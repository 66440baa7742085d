"""Web sites in the editor: how far one is read, what became of each page, and what can be done with it."""

from __future__ import annotations

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from madang.authoring.access import Authoring
from madang.kernel.errors import MadangError, NotFound
from madang.web.context import maker_of
from madang.web.view import View

SHOWN = 100
"""Pages of a site on one page."""
PAGES = (20, 50, 100, 200, 500, 1_000, 2_000, 5_000)
DEPTHS = (0, 1, 2, 3, 5, 10)
EVERY = (0, 24, 168, 720)
"""What the form offers: pages, links from the start, and hours between two readings (0: never)."""


def number_of(text: str, otherwise: int, most: int) -> int:
    """A number from a form, at most `most`; `otherwise` where there is none."""
    text = text.strip()
    return min(int(text[:9]), most) if text.isascii() and text.isdigit() else otherwise


def router(view: View, authoring: Authoring) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    sites = authoring.sites

    async def page(
        request: Request, slug: str, site_id: str, offset: int = 0, problem: MadangError | None = None
    ) -> Response:
        """The site's page, or for htmx its moving part."""
        identity = maker_of(request)
        part = bool(request.headers.get("hx-request"))
        found = await sites.pages(identity, slug, site_id, SHOWN + 1, offset)
        return view.page(
            request,
            f"authoring/{'site_part' if part else 'site'}.html",
            status=problem.status if problem else 200,
            character=await authoring.own(identity, slug),
            slug=slug,
            site=await sites.get(identity, slug, site_id),
            pages=found[:SHOWN],
            offset=offset,
            earlier=max(0, offset - SHOWN) if offset else None,
            later=offset + SHOWN if len(found) > SHOWN else None,
            problem=problem,
        )

    @routes.get("/edit/{slug}/sites/{site_id}")
    async def site(
        request: Request, slug: str, site_id: str, offset: int = Query(0, ge=0, le=1_000_000)
    ) -> Response:
        try:
            return await page(request, slug, site_id, offset)
        except NotFound:
            await authoring.own(maker_of(request), slug)  # somebody else's: NotFound again
            if request.headers.get("hx-request"):  # it was removed elsewhere while its page was open
                return Response(status_code=200, headers={"hx-redirect": f"/edit/{slug}#knowledge"})
            raise

    async def done(request: Request, slug: str, site_id: str) -> Response:
        if request.headers.get("hx-request"):
            return await page(request, slug, site_id)
        return RedirectResponse(f"/edit/{slug}/sites/{site_id}", 303)

    @routes.post("/edit/{slug}/sites/{site_id}/crawl")
    async def crawl(request: Request, slug: str, site_id: str) -> Response:
        await sites.crawl(maker_of(request), slug, site_id)
        return await done(request, slug, site_id)

    @routes.post("/edit/{slug}/sites/{site_id}/stop")
    async def stop(request: Request, slug: str, site_id: str) -> Response:
        await sites.stop(maker_of(request), slug, site_id)
        return await done(request, slug, site_id)

    @routes.post("/edit/{slug}/sites/{site_id}/remove")
    async def remove(request: Request, slug: str, site_id: str) -> Response:
        await sites.remove(maker_of(request), slug, site_id)
        return RedirectResponse(f"/edit/{slug}#knowledge", 303)

    return routes

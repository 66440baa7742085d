"""REST of web sites as knowledge: a site is read politely, page by page, and again when it is told to."""

from __future__ import annotations

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from madang.authoring.access import Authoring
from madang.authoring.sites import DEPTH, PAGES
from madang.knowledge.crawl.types import MOST_DEPTH, MOST_HOURS, MOST_PAGES, Site, SitePage
from madang.web.context import maker_of


class SiteWanted(BaseModel):
    """A site that starts at `url`: what is beside or above its folder is not of the site."""

    url: str = Field(min_length=1, max_length=2_048)
    pages: int = Field(PAGES, ge=1, le=MOST_PAGES, description="Most pages that are read.")
    depth: int = Field(DEPTH, ge=0, le=MOST_DEPTH, description="Most links from the start to a page.")
    every_hours: int | None = Field(
        None, ge=1, le=MOST_HOURS, description="Read it again by itself this often; left out, never."
    )


def router(authoring: Authoring) -> APIRouter:
    routes = APIRouter(tags=["knowledge"])
    address = "/characters/{slug}/sites"
    sites = authoring.sites

    @routes.get(address)
    async def listed(request: Request, slug: str) -> list[Site]:
        """The sites that your character knows from, with their progress."""
        return await sites.all(maker_of(request), slug)

    @routes.post(address, status_code=202)
    async def add(request: Request, slug: str, wanted: SiteWanted) -> Site:
        """Begin to read a site; its pages answer as they are read. The same address is the same site, read
        again within the new limits: only what changed is touched, what is gone is forgotten."""
        return await sites.add(
            maker_of(request),
            slug,
            wanted.url,
            pages=wanted.pages,
            depth=wanted.depth,
            every_hours=wanted.every_hours,
        )

    @routes.get(address + "/{site_id}")
    async def site(request: Request, slug: str, site_id: str) -> Site:
        """One site: `state`, and `done` of `total` pages looked at."""
        return await sites.get(maker_of(request), slug, site_id)

    @routes.get(address + "/{site_id}/pages")
    async def pages(
        request: Request,
        slug: str,
        site_id: str,
        limit: int = Query(100, ge=1, le=500),
        offset: int = Query(0, ge=0, le=1_000_000),
    ) -> list[SitePage]:
        """What became of each page, and why: what failed first, then what was skipped."""
        return await sites.pages(maker_of(request), slug, site_id, limit, offset)

    @routes.post(address + "/{site_id}/crawl", status_code=202)
    async def crawl(request: Request, slug: str, site_id: str) -> Site:
        """Read it again now; a reading that was stopped goes on where it was."""
        return await sites.crawl(maker_of(request), slug, site_id)

    @routes.post(address + "/{site_id}/stop")
    async def stop(request: Request, slug: str, site_id: str) -> Site:
        """Stop reading after the pages that are being looked at. What was read stays."""
        return await sites.stop(maker_of(request), slug, site_id)

    @routes.delete(address + "/{site_id}", status_code=204)
    async def remove(request: Request, slug: str, site_id: str) -> None:
        """Forget a site with all its pages."""
        await sites.remove(maker_of(request), slug, site_id)

    return routes

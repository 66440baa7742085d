"""Pages around one character of the feed: report it, remix it; and, for the studio's owner, the reports."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from madang.discover.access import Discover, RemixDoor
from madang.discover.reports import LONGEST, PER_HOUR
from madang.discover.types import REASONS
from madang.kernel.errors import MadangError
from madang.safety import age
from madang.web import context
from madang.web.view import View


def add(pages: APIRouter, view: View, discover: Discover, characters: RemixDoor) -> None:
    """`/c/{slug}/report`, `/c/{slug}/remix`, `/reports` and what the owner does there."""

    @pages.get("/c/{slug}/report")
    async def form(request: Request, slug: str) -> Response:
        identity = context.identity_of(request)
        character = await characters.get(identity, slug)
        return view.page(
            request, "discover/report.html", character=character, reasons=REASONS, longest=LONGEST, said=None
        )

    @pages.post("/c/{slug}/report")
    async def report(request: Request, slug: str) -> Response:
        identity = context.identity_of(request)
        character = await characters.get(identity, slug)
        given = await request.form(max_files=0, max_fields=8)
        try:
            await discover.reports.report(
                identity,
                slug,
                str(given.get("reason", "")),
                str(given.get("words", "")),
                address=address_of(request),
            )
        except MadangError as error:
            return view.page(
                request,
                "discover/report.html",
                status=error.status,
                character=character,
                reasons=REASONS,
                longest=LONGEST,
                said=error,
                words=str(given.get("words", ""))[:LONGEST],
                reason=str(given.get("reason", "")),
            )
        return view.page(request, "discover/reported.html", character=character)

    @pages.get("/c/{slug}/remix")
    async def about_remix(request: Request, slug: str) -> Response:
        identity = context.identity_of(request)
        character = await characters.get(identity, slug)
        age.require(identity, character.profile.rating, character.owner_id)
        return view.page(request, "discover/remix.html", character=character)

    @pages.post("/c/{slug}/remix")
    async def remix(request: Request, slug: str) -> Response:
        identity = context.maker_of(request)
        character = await characters.get(identity, slug)
        age.require(identity, character.profile.rating, character.owner_id)
        draft = await characters.remix(identity, slug)
        return RedirectResponse(f"/edit/{draft.slug}", 303)

    @pages.get("/reports")
    async def reports(request: Request) -> Response:
        identity = context.identity_of(request)
        found = await discover.reports.all(identity)
        settled = await discover.reports.all(identity, "hidden")
        return view.page(
            request, "discover/reports.html", reported=found, settled=settled, longest=LONGEST, most=PER_HOUR
        )

    @pages.post("/reports/{slug}/dismiss")
    async def dismiss(request: Request, slug: str) -> Response:
        await discover.reports.dismiss(context.identity_of(request), slug)
        return RedirectResponse("/reports", 303)

    @pages.post("/reports/{slug}/hide")
    async def hide(request: Request, slug: str) -> Response:
        given = await request.form(max_files=0, max_fields=8)
        await discover.reports.hide(context.identity_of(request), slug, str(given.get("why", "")))
        return RedirectResponse("/reports", 303)

    @pages.post("/reports/{slug}/show")
    async def show(request: Request, slug: str) -> Response:
        await discover.reports.show(context.identity_of(request), slug)
        return RedirectResponse("/reports", 303)


def address_of(request: Request) -> str:
    """Where a request came from, for limits."""
    return request.client.host if request.client else ""

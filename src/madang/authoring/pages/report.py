"""The report of a character: started, followed, stopped, read, with the failures to open."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from madang.accounts.pages import to_sign_in
from madang.authoring.access import Authoring
from madang.authoring.checking.report import Reporting, lines
from madang.kernel.errors import BadInput
from madang.web.context import identity_of, maker_of
from madang.web.view import View


def router(view: View, authoring: Authoring, reporting: Reporting) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    address = "/edit/{slug}/checks/report"

    async def page(
        request: Request, slug: str, template: str = "report_page", error: BadInput | None = None
    ) -> Response:
        identity = maker_of(request)
        character = await authoring.own(identity, slug)
        report = await reporting.last(identity, slug)
        values: dict[str, Any] = {
            "character": character,
            "checked_report": report,
            "fresh": report is not None and await reporting.fresh(character, report),
            "lines": lines(report) if report is not None else {},
            "error": error,
        }
        status = error.status if error else 200
        return view.page(request, f"authoring/{template}.html", status=status, **values)

    @routes.get(address)
    async def opened(request: Request, slug: str) -> Response:
        if not identity_of(request).makes:
            return to_sign_in(request)
        return await page(request, slug)

    @routes.get(address + "/now")
    async def now(request: Request, slug: str) -> Response:
        """The moving part, for a page that follows."""
        return await page(request, slug, "report_part")

    @routes.post(address + "/start")
    async def start(request: Request, slug: str) -> Response:
        try:
            await reporting.start(maker_of(request), slug)
        except BadInput as error:
            return await page(request, slug, error=error)
        return RedirectResponse(f"/edit/{slug}/checks/report", 303)

    @routes.post(address + "/stop")
    async def stop(request: Request, slug: str) -> Response:
        await reporting.stop(maker_of(request), slug)
        return RedirectResponse(f"/edit/{slug}/checks/report", 303)

    return routes

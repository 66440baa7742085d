"""Pages of authoring: `/make`, `/mine` and `/edit/{slug}` with its history, checks and what is found."""

from __future__ import annotations

from fastapi import APIRouter

from madang.authoring.access import Authoring
from madang.authoring.checking.report import Reporting
from madang.authoring.pages import (
    answering,
    checks,
    edit,
    facts,
    found,
    history,
    make,
    report,
    sites,
    sources,
    whole,
    write,
)
from madang.web.view import View


def router(
    view: View, authoring: Authoring, reporting: Reporting | None = None, *, upload_mb: int = 64
) -> APIRouter:
    """`upload_mb`: the largest upload, from the settings. Everything goes through the door of authoring."""
    routes = APIRouter(include_in_schema=False)
    routes.include_router(make.router(view, authoring, upload_mb))
    routes.include_router(edit.router(view, authoring, upload_mb))
    routes.include_router(whole.router(view, authoring))
    routes.include_router(write.router(authoring))
    routes.include_router(sources.router(view, authoring, upload_mb))
    routes.include_router(sites.router(view, authoring))
    routes.include_router(history.router(view, authoring))
    routes.include_router(found.router(view, authoring))
    routes.include_router(checks.router(view, authoring))
    routes.include_router(facts.router(view, authoring))
    routes.include_router(answering.router(view, authoring))
    if reporting is not None:
        routes.include_router(report.router(view, authoring, reporting))
    return routes

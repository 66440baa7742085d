"""Pages of authoring: `/make`, `/mine` and `/edit/{slug}`."""

from __future__ import annotations

from fastapi import APIRouter

from madang.authoring.access import Authoring
from madang.authoring.pages import edit, make, sources
from madang.web.view import View


def router(view: View, authoring: Authoring, *, upload_mb: int = 64) -> APIRouter:
    """`upload_mb`: the largest upload, from the settings. Everything goes through the door of authoring."""
    routes = APIRouter(include_in_schema=False)
    routes.include_router(make.router(view, authoring, upload_mb))
    routes.include_router(edit.router(view, authoring, upload_mb))
    routes.include_router(sources.router(view, authoring, upload_mb))
    return routes

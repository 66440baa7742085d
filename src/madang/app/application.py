"""One FastAPI application from the rooms' routers and the web's middleware."""

from __future__ import annotations

from fastapi import FastAPI

import madang
from madang.accounts import api as accounts_api
from madang.accounts import pages as accounts_pages
from madang.accounts import people_pages
from madang.accounts.middleware import AccountsMiddleware
from madang.app.studio import Studio
from madang.authoring import api as authoring_api
from madang.authoring import pages as authoring_pages
from madang.authoring.rest_checks import reports as authoring_reports
from madang.channels import health, rest
from madang.channels.openai import router as openai_router
from madang.chat import api as chat_api
from madang.chat import pages as chat_pages
from madang.discover import api as discover_api
from madang.discover import pages as discover_pages
from madang.inbox import api as inbox_api
from madang.inbox import pages as inbox_pages
from madang.machine import metrics as machine_metrics
from madang.machine import pages as machine_pages
from madang.models.registry import Models
from madang.safety import api as safety_api
from madang.safety import pages as safety_pages
from madang.safety.disclosure import DisclosureMiddleware
from madang.share import pages as share_pages
from madang.share.about import Places
from madang.share.embed.middleware import EmbedMiddleware
from madang.web import install
from madang.web.measured import MeasuredMiddleware


class Offline:
    """True while every model runs on this machine: what pages promise about where words go."""

    def __init__(self, models: Models) -> None:
        self._models = models

    def __bool__(self) -> bool:
        return bool(getattr(self._models, "local", True))


def create_app(studio: Studio) -> FastAPI:
    """The whole application over an open studio."""
    app = FastAPI(
        title="Madang",
        version=madang.__version__,
        description="An AI studio you own. Characters are models under `/v1`; the rest is under `/api`.",
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(AccountsMiddleware, accounts=studio.accounts)
    app.add_middleware(DisclosureMiddleware)
    view = install(app, studio.settings)
    view.environment.globals["offline"] = Offline(studio.models)
    app.add_middleware(MeasuredMiddleware, meters=studio.meters)
    app.router.middleware_stack = EmbedMiddleware(app.router.middleware_stack, studio.embeds)
    # routes are tried in order, and the gallery is asked for most
    app.include_router(discover_pages.router(view, studio.discover, studio.characters, studio.reporting))
    app.include_router(health.router(studio))
    app.include_router(openai_router(studio.chat, studio.characters, studio.models, studio.accounts))
    app.include_router(accounts_api.router(studio.accounts))
    app.include_router(chat_api.router(studio.chat))
    upload_mb = studio.settings.upload_mb
    app.include_router(authoring_api.router(studio.authoring, studio.characters, upload_mb=upload_mb))
    app.include_router(authoring_reports(studio.authoring, studio.reporting))
    app.include_router(accounts_pages.router(view, studio.accounts))
    app.include_router(people_pages.router(view, studio.accounts, adopt=studio.chat.adopt))
    app.include_router(safety_api.router(studio.safety))
    app.include_router(safety_pages.router(view, studio.safety, studio.ages))
    app.include_router(authoring_pages.router(view, studio.authoring, studio.reporting, upload_mb=upload_mb))
    badges = studio.reporting
    app.include_router(chat_pages.router(view, studio.chat, studio.characters, studio.knowledge, badges))
    app.include_router(discover_api.router(studio.discover, studio.characters))
    app.include_router(inbox_api.router(studio.inbox, studio.dashboard))
    time_zone = studio.settings.time_zone
    app.include_router(inbox_pages.router(view, studio.inbox, studio.dashboard, time_zone=time_zone))
    app.include_router(
        share_pages.router(
            view,
            studio.characters,
            studio.links,
            studio.embeds,
            studio.studios,
            signing=studio.signing,
            places=Places(studio.knowledge.facts, time_zone),
        )
    )
    app.include_router(machine_pages.router(view, studio.machine))
    app.include_router(machine_metrics.router(studio.machine))
    rest.describe(app)
    return app

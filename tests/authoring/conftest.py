"""Identities, the door over real characters and a fake knowledge, and clients that act for somebody."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from http.cookiejar import DefaultCookiePolicy

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from madang.authoring import api, pages
from madang.authoring.access import Authoring
from madang.authoring.store import Reports
from madang.characters.access import Characters
from madang.characters.checks.access import Checks
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.web import install
from tests.authoring.fakes import FakeConversations, FakeFetcher, FakeKnowledge
from tests.fakes.models import FakeModels

OWNER = Identity("owner", "usr_owner")
MAKER = Identity("creator", "usr_maker")
OTHER = Identity("creator", "usr_other")
VISITOR = Identity("visitor", "vis_someone")
CHAT_KEY = Identity("creator", "usr_maker", frozenset({"chat"}))


@pytest.fixture
def characters(database: Database, settings: Settings) -> Characters:
    return Characters(database, Blobs(settings.data / "blobs"))


@pytest.fixture
def knowledge() -> FakeKnowledge:
    return FakeKnowledge()


@pytest.fixture
def fetcher() -> FakeFetcher:
    return FakeFetcher()


@pytest.fixture
def conversations() -> FakeConversations:
    return FakeConversations()


@pytest.fixture
def authoring(
    characters: Characters,
    knowledge: FakeKnowledge,
    models: FakeModels,
    fetcher: FakeFetcher,
    conversations: FakeConversations,
    database: Database,
) -> Authoring:
    return Authoring(
        characters,
        knowledge,
        models,
        fetcher,
        conversations,
        checks=Checks(database, characters),
        reports=Reports(database),
        patience=0.3,
    )


Browse = Callable[[Identity], httpx.AsyncClient]


class As:
    """Stands where the accounts' middleware stands: every request is from the identity in a header."""

    def __init__(self, app: ASGIApp, identities: dict[str, Identity]) -> None:
        self.app, self.identities = app, identities

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            who = dict(scope["headers"])[b"x-who"].decode()
            scope.setdefault("state", {})["identity"] = self.identities[who]
        await self.app(scope, receive, send)


@pytest.fixture
async def browse(
    authoring: Authoring, characters: Characters, knowledge: FakeKnowledge, settings: Settings
) -> AsyncIterator[Browse]:
    """A client of the pages and the API for an identity. It sends no cookies, so no token is asked for."""
    app = FastAPI()
    identities: dict[str, Identity] = {}
    app.add_middleware(As, identities=identities)
    view = install(app, settings)
    app.include_router(api.router(authoring, characters, upload_mb=2))
    app.include_router(pages.router(view, authoring, upload_mb=2))
    clients: list[httpx.AsyncClient] = []

    def client(identity: Identity) -> httpx.AsyncClient:
        name = str(len(identities))
        identities[name] = identity
        made = httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://127.0.0.1",
            headers={"x-who": name, "accept": "text/html"},
        )
        made.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        clients.append(made)
        return made

    yield client
    for one in clients:
        await one.aclose()

"""A studio with the rooms that the inbox needs, over fake models, and the people who come to it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from madang.accounts import pages as accounts_pages
from madang.accounts.access import Accounts
from madang.accounts.middleware import AccountsMiddleware
from madang.characters.access import Characters
from madang.characters.checks.access import Checks
from madang.characters.types import Character, Profile
from madang.chat import api as chat_api
from madang.chat import pages as chat_pages
from madang.chat.access import Chat
from madang.chat.desk.access import Desk
from madang.inbox import api, pages
from madang.inbox.access import Inbox
from madang.inbox.dashboard.access import Dashboard
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.knowledge.access import Knowledge
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.search import SearchIndex
from madang.web import install
from tests.app.stage import Caller, ListedModels, Stage, events
from tests.fakes.jobs import InlineJobs

GUIDE = b"""# Harbour Cafe

We roast our own coffee near the old harbour.

## Opening hours

Tuesday to Sunday, 8:00 to 18:00. Closed on Mondays.

## Menu

| Item | Price |
|---|---|
| Flat white | 4,500 won |
| Cheesecake | 6,500 won |

## Pets

Dogs are welcome on the terrace. Inside, only assistance dogs are allowed.
"""


@dataclass
class Room:
    """The stage with an owner, a creator, and a published character of each."""

    stage: Stage
    owner: Caller
    creator: Caller
    me: Identity
    creator_identity: Identity
    shop: Character
    theirs: Character
    models: ListedModels

    @property
    def studio(self) -> Any:
        return self.stage.studio

    @property
    def checks(self) -> Checks:
        return Checks(self.studio.database, self.studio.characters)

    async def identity_of(self, who: Caller) -> Identity:
        resolved = await self.studio.accounts.resolve(dict(who.http.cookies.items()))
        return Identity(resolved.identity.kind, resolved.identity.id)

    async def talk(self, who: Caller, slug: str, *messages: str) -> tuple[str, list[dict[str, Any]]]:
        """A visitor's conversation; its id and turns."""
        begun = (await who.ask("POST", f"/api/characters/{slug}/conversations", json={})).json()
        for message in messages:
            await self.say(who, begun["id"], message)
        return begun["id"], (await who.ask("GET", f"/api/conversations/{begun['id']}")).json()["turns"]

    async def say(self, who: Caller, conversation_id: str, message: str) -> dict[str, Any]:
        """The last event of the reply."""
        answer = await who.ask(
            "POST", f"/api/conversations/{conversation_id}/turns", json={"message": message}
        )
        name, data = events(answer)[-1]
        assert name in ("done", "failed"), answer.text
        return dict(json.loads(data))

    async def questions(self, who: Caller, **query: str) -> list[dict[str, Any]]:
        answer = await who.ask("GET", "/api/inbox/questions", params=query)
        assert answer.status_code == 200, answer.text
        return list(answer.json())


def application(studio: Any) -> FastAPI:
    app = FastAPI()
    app.add_middleware(AccountsMiddleware, accounts=studio.accounts)
    view = install(app, studio.settings)
    app.include_router(accounts_pages.router(view, studio.accounts))
    app.include_router(chat_api.router(studio.chat))
    app.include_router(chat_pages.router(view, studio.chat, studio.characters, studio.knowledge))
    app.include_router(api.router(studio.inbox, studio.dashboard))
    app.include_router(pages.router(view, studio.inbox, studio.dashboard, time_zone="Asia/Seoul"))
    return app


@dataclass
class Doors:
    """The part of a studio that the inbox stands on."""

    settings: Settings
    database: Database
    accounts: Accounts
    characters: Characters
    knowledge: Knowledge
    chat: Chat
    inbox: Inbox
    dashboard: Dashboard


@asynccontextmanager
async def room(settings: Settings, database: Database) -> AsyncIterator[Room]:
    models = ListedModels()
    blobs, jobs = Blobs(settings.data / "blobs"), InlineJobs(settings)
    characters = Characters(database, blobs)
    knowledge = Knowledge(database, blobs, SearchIndex(database), jobs, models)
    chat = Chat(database, characters, knowledge, models, settings)
    desk = Desk(database, characters, chat)
    inbox = Inbox(desk, characters, knowledge, Checks(database, characters))
    dashboard = Dashboard(desk, database, blobs, models)
    accounts = Accounts(database, settings)
    studio = Doors(settings, database, accounts, characters, knowledge, chat, inbox, dashboard)
    await jobs.open()
    made = Stage(studio, application(studio), models._chat)  # type: ignore[arg-type]
    try:
        owner = await made.owner()
        creator, identity = await made.creator()
        me = await accounts.owner()
        yield Room(
            made,
            owner,
            creator,
            me,
            identity,
            await _shop(studio, me, "Harbour Cafe"),
            await _shop(studio, identity, "Hill Cafe"),
            models,
        )
    finally:
        await made.close()
        await chat.close()
        await jobs.close()


async def _shop(studio: Doors, identity: Identity, name: str) -> Character:
    profile = Profile(name=name, kind="business", greeting=f"Welcome to {name}.")
    made = await studio.characters.create(identity, profile)
    source = await studio.knowledge.add_file(made.id, "guide.md", GUIDE)
    await studio.knowledge.wait(source.id, "ready", seconds=60)
    return await studio.characters.publish(identity, made.slug)

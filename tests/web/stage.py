"""A small studio for page tests: real accounts, characters and chat, a scripted model, typed knowledge."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import FastAPI
from tests.fakes.models import FakeChat, FakeModels

from madang.accounts.access import Accounts
from madang.accounts.middleware import AccountsMiddleware
from madang.characters.access import Characters
from madang.characters.types import Character, Profile
from madang.chat import api as chat_api
from madang.chat import pages as chat_pages
from madang.chat.access import Chat
from madang.discover import pages as discover_pages
from madang.discover.access import Discover
from madang.kernel.clock import now
from madang.kernel.errors import ModelFailed, NotFound
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.knowledge.types import Evidence, Found, Passage, Source, Span
from madang.models.types import Embedder
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.tables import Base
from madang.web import install
from madang.web.view import View

MENU = (
    "Seafood pancake (해물파전) costs 14,000 won. Cold buckwheat noodles cost 9,000 won. "
    "We are closed on Mondays."
)
HOURS = "We open at 11:00 and close at 21:00 from Tuesday to Sunday. The last order is at 20:30."
BUSINESS = Profile(
    name="Dongbaek Table",
    tagline="A small restaurant in Busan. Menu, hours, bookings: 메뉴와 영업시간을 물어보세요.",
    kind="business",
    greeting="Welcome to {{char}} in Busan. Ask me about the menu, our opening hours or our policies.",
    persona="{{char}} is the assistant of a small restaurant near Gwangalli beach.",
    starters=["How much is the seafood pancake?", "When do you open?", "해물파전 얼마예요?"],
    tags=["restaurant", "Busan"],
)
PERSON = Profile(
    name="도리",
    tagline="골목 끝 책방을 지키는 고양이. 오늘 무슨 일이 있었는지 들려주세요.",
    language="ko",
    greeting="어서 와요. 따뜻한 데 앉아요. 오늘은 어떤 하루였어요?",
    persona="{{char}}는 책방을 지키는 고양이다.",
    starters=["오늘 조금 지쳤어요", "책 한 권 골라 줄래요?"],
)
GUIDE = Profile(
    name="Guide",
    tagline="Walks with you through the yard and talks about this and that.",
    kind="character",
    greeting="Hello. Come, let us walk a little.",
)


class TypedKnowledge:
    """Two short passages for every business; a sentence is found by words it shares with the question."""

    def __init__(self) -> None:
        self.texts = {"Menu": MENU, "Hours and place": HOURS}
        self.knowing: set[str] = set()
        """Ids of the characters that know them."""

    async def sources(self, character_id: str) -> list[Source]:
        known = self.texts if character_id in self.knowing else {}
        return [_source(character_id, title) for title in known]

    async def source(self, character_id: str, source_id: str) -> Source:
        for source in await self.sources(character_id):
            if source.id == source_id:
                return source
        raise NotFound("There is no such source.")

    async def passages(self, character_id: str, source_id: str) -> list[Passage]:
        return [one for one in self._all(character_id) if one.source_id == source_id]

    async def passage(self, character_id: str, passage_id: str) -> Passage:
        for passage in self._all(character_id):
            if passage.id == passage_id:
                return passage
        raise NotFound("There is no such passage.")

    async def shown(self, *_: object) -> None:
        return None

    async def computed(self, *_: object, **__: object) -> None:
        """Nothing here is typed."""

    async def changed(self, *_: object, **__: object) -> list[tuple[Span, Span]]:
        return []

    async def tools(self, *_: object, **__: object) -> None:
        """Nor can it be looked up."""

    async def evidence(
        self, character_id: str, question: str, history: Sequence[str] = (), said: str = ""
    ) -> Evidence:
        asked = set(re.findall(r"\w{4,}", question.lower()))
        spans = [
            Span(passage=passage, start=match.start(), end=match.end(), score=score)
            for passage in self._all(character_id)
            for match in re.finditer(r"[^.]+?won\.|[^.]+\.", passage.text)
            if (score := float(len(asked & set(re.findall(r"\w{4,}", match.group().lower())))))
        ]
        spans.sort(key=lambda span: -span.score)
        best = spans[0].score / max(1, len(asked)) if spans else 0.0
        found = [Found(passage=span.passage, score=span.score) for span in spans[:3]]
        return Evidence(
            question=question, answerable=0.97 if best >= 0.5 else 0.02, spans=spans[:3], found=found
        )

    def _all(self, character_id: str) -> list[Passage]:
        return [
            Passage(
                id=f"psg_{character_id}_{place}",
                source_id=f"src_{title}",
                character_id=character_id,
                ordinal=0,
                title=title,
                headings=["Dongbaek Table", title],
                text=text,
                page=2 if place else None,
            )
            for place, (title, text) in enumerate(self.texts.items())
            if character_id in self.knowing
        ]


class WordsAlone:
    """No embedder: what a search finds on a page test is what the words say."""

    async def embedder(self) -> Embedder:
        raise ModelFailed("The embedding model could not be loaded on this machine.")


def _source(character_id: str, title: str) -> Source:
    return Source(
        id=f"src_{title}",
        character_id=character_id,
        title=title,
        origin=f"{title.lower()}.md",
        media_type="text/markdown",
        blob="",
        state="ready",
        created_at=now(),
        updated_at=now(),
    )


@dataclass
class Stage:
    """The pieces a page test reaches for."""

    app: FastAPI
    accounts: Accounts
    characters: Characters
    chat: Chat
    knowledge: TypedKnowledge
    model: FakeChat
    owner: Identity
    settings: Settings

    async def publish(self, profile: Profile, picture: bytes | None = None) -> Character:
        made = await self.characters.create(self.owner, profile, avatar=picture)
        if profile.kind == "business":
            self.knowledge.knowing.add(made.id)
        return await self.characters.publish(self.owner, made.slug)


@asynccontextmanager
async def open_stage(settings: Settings, model: FakeChat | None = None) -> AsyncIterator[Stage]:
    """An open stage with no character on it."""
    settings.data.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    model = model or FakeChat()
    knowledge = TypedKnowledge()
    accounts = Accounts(database, settings)
    characters = Characters(database, Blobs(settings.data / "blobs"))
    chat = Chat(database, characters, knowledge, FakeModels(model), settings)
    app = FastAPI(docs_url=None, redoc_url=None)
    view = View(settings)
    app.include_router(chat_api.router(chat))
    app.include_router(chat_pages.router(view, chat, characters, knowledge))  # type: ignore[arg-type]
    discover = Discover(database, characters, chat, WordsAlone(), settle=0.0)
    app.include_router(discover_pages.router(view, discover, characters))
    app.add_middleware(AccountsMiddleware, accounts=accounts)
    install(app, settings)
    try:
        yield Stage(app, accounts, characters, chat, knowledge, model, await accounts.owner(), settings)
    finally:
        await discover.close()
        await chat.close()
        await database.close()

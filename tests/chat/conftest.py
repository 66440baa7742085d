"""A studio of two characters: a small restaurant with sources, and one to talk with that has none."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator

import pytest

from madang.characters.types import Character, Line, Profile
from madang.chat.access import Chat
from madang.chat.types import Event, Reply
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.storage.database import Database
from tests.fakes.models import FakeChat, FakeModels
from tests.fakes.rooms import FakeCharacters, FakeKnowledge

VISITOR = Identity("visitor", "vis_one")
STRANGER = Identity("visitor", "vis_two")
OWNER = Identity("owner", "usr_owner")

HOURS = "We are open from 11:00 to 21:00, last order at 20:30. We are closed on Mondays."
MENU = "Milmyeon costs 9,000 won. Gukbap costs 8,000 won."
KOREAN = "영업시간은 오전 11시부터 오후 9시까지입니다. 월요일은 쉽니다."


@pytest.fixture
def characters() -> FakeCharacters:
    return FakeCharacters()


@pytest.fixture
def knowledge() -> FakeKnowledge:
    return FakeKnowledge()


@pytest.fixture
def shop(characters: FakeCharacters, knowledge: FakeKnowledge) -> Character:
    """A business with sources in both languages."""
    profile = Profile(
        name="Haeundae Table",
        kind="business",
        tagline="A small restaurant in Busan.",
        greeting="Welcome! Ask me about our menu and hours.",
        persona="{{char}} is a small restaurant in Busan run by Sumi.",
    )
    character = characters.add(profile)
    knowledge.add(character.id, "Opening hours", HOURS, url="https://table.example/hours")
    knowledge.add(character.id, "Menu", MENU)
    knowledge.add(character.id, "영업 안내", KOREAN)
    return character


@pytest.fixture
def friend(characters: FakeCharacters) -> Character:
    """A character to talk with, without sources."""
    profile = Profile(
        name="Dalia",
        greeting="Oh, {{user}}, you came!",
        persona="{{char}} paints masks and talks softly.",
        examples=[
            [Line(speaker="visitor", text="Hi"), Line(speaker="character", text="Hush, the paint is wet.")]
        ],
    )
    return characters.add(profile)


@pytest.fixture
async def chat(
    database: Database,
    characters: FakeCharacters,
    knowledge: FakeKnowledge,
    models: FakeModels,
    settings: Settings,
) -> AsyncIterator[Chat]:
    chat = Chat(database, characters, knowledge, models, settings)
    yield chat
    await chat.close()


async def collect(events: AsyncGenerator[Event, None]) -> list[Event]:
    return [event async for event in events]


async def replied(events: AsyncGenerator[Event, None]) -> Reply:
    """The reply of a `done` event; the texts of its deltas are its text."""
    seen = await collect(events)
    last = seen[-1]
    assert last.kind == "done", last
    assert last.reply is not None
    assert "".join(event.text for event in seen if event.kind == "delta").rstrip() == last.reply.text
    return last.reply


__all__ = ["FakeChat", "collect", "replied"]

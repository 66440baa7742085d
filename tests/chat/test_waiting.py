"""A reply that waits for the model: how many come before it is told while it waits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing

import httpx
import pytest

from madang.characters.types import Character
from madang.chat.access import Chat
from madang.models.types import ChatRequest, Delta, ModelCard
from tests.chat.conftest import VISITOR, collect
from tests.chat.test_api import begun, client, said
from tests.fakes.models import FakeChat, FakeModels

__all__ = ["client"]


class Queueing(FakeChat):
    """A model that is busy: it says the places in its queue before its words."""

    def __init__(self, places: Sequence[int]) -> None:
        super().__init__("Come in, the paint is dry.", card=ModelCard("big", "chat", strategy="cite"))
        self.places = places

    async def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        for place in self.places:
            yield Delta(waiting=place)
        if self.places:
            yield Delta(served=True)
        async with aclosing(super().stream(request)) as deltas:  # type: ignore[type-var]
            async for delta in deltas:
                yield delta


@pytest.fixture
def chat_model() -> FakeChat:
    return Queueing((2, 1, 0))


async def test_each_place_is_told_before_the_first_word(chat: Chat, friend: Character) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    events = await collect(chat.say(VISITOR, conversation.id, "Are you there?"))
    kinds = [event.kind for event in events]
    assert kinds[:6] == ["accepted", *["waiting"] * 4, "delta"]
    assert [event.data["ahead"] for event in events if event.kind == "waiting"] == [2, 1, 0, None]
    assert events[-1].reply is not None and events[-1].reply.text == "Come in, the paint is dry."


async def test_a_business_that_holds_its_sentences_tells_it_too(chat: Chat, shop: Character) -> None:
    conversation = await chat.start(VISITOR, shop.slug)
    events = await collect(chat.say(VISITOR, conversation.id, "How are you?"))
    assert [event.data["ahead"] for event in events if event.kind == "waiting"] == [2, 1, 0, None]


async def test_a_model_that_is_free_tells_nothing(
    chat: Chat, friend: Character, chat_model: Queueing
) -> None:
    chat_model.places = ()
    conversation = await chat.start(VISITOR, friend.slug)
    events = await collect(chat.say(VISITOR, conversation.id, "Are you there?"))
    assert "waiting" not in [event.kind for event in events]


async def test_nothing_is_told_to_whoever_reads_words_already(
    chat: Chat, friend: Character, chat_model: Queueing, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def late(_: ChatRequest) -> AsyncIterator[Delta]:
        yield Delta("Come ")
        yield Delta(waiting=4)
        yield Delta("in.", finish="stop")

    monkeypatch.setattr(chat_model, "stream", late)
    conversation = await chat.start(VISITOR, friend.slug)
    events = await collect(chat.say(VISITOR, conversation.id, "Are you there?"))
    assert [event.kind for event in events] == ["accepted", "delta", "delta", "done"]


async def test_it_is_an_event_of_the_stream(client: httpx.AsyncClient, friend: Character) -> None:
    events = await said(client, await begun(client, friend.slug), "Are you there?", "?html=1")
    assert [data for name, data in events if name == "waiting"] == [
        {"ahead": ahead} for ahead in (2, 1, 0, None)
    ]
    assert [name for name, _ in events].index("html") > 3


def test_the_models_of_this_file_wait(chat_model: FakeChat, models: FakeModels) -> None:
    assert models._chat is chat_model

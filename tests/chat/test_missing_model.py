"""No weights for the chat model: what nobody generates is said all the same, and only free talk fails."""

from __future__ import annotations

import pytest

from madang.characters.types import Character
from madang.chat.access import Chat
from madang.kernel.errors import NotFound
from madang.kernel.settings import Settings
from tests.chat.conftest import VISITOR, collect, replied
from tests.fakes.models import FakeChat, FakeModels

WHY = "The weights are not there; run madang models pull."


class Weightless(FakeModels):
    async def chat(self) -> FakeChat:
        raise NotFound(WHY)


@pytest.fixture
def models() -> FakeModels:
    return Weightless()


@pytest.fixture(params=["auto", "quote", "cite"])
def settings(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    return settings.model_copy(update={"chat_strategy": request.param})


@pytest.mark.parametrize(
    ("message", "strategy"),
    [
        ("How much does milmyeon cost?", "quote"),
        ("Who was the first president of France?", "abstain"),
        ("Hello!", "fixed"),
    ],
)
async def test_what_needs_no_model_is_said(chat: Chat, shop: Character, message: str, strategy: str) -> None:
    conversation = await chat.start(VISITOR, shop.slug)
    reply = await replied(chat.say(VISITOR, conversation.id, message))
    assert (reply.strategy, reply.state, reply.error) == (strategy, "done", None)
    assert reply.text


@pytest.mark.parametrize("message", ["Sing me the song of the mask.", "가면의 노래를 불러 줘."])
async def test_free_talk_says_why_it_fails(chat: Chat, friend: Character, message: str) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    last = (await collect(chat.say(VISITOR, conversation.id, message)))[-1]
    assert (last.kind, last.text) == ("failed", WHY)
    (turn,) = (await chat.conversation(VISITOR, conversation.id)).turns
    assert (turn.message, turn.replies[0].state, turn.replies[0].error) == (message, "failed", WHY)

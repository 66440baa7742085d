"""What of a prompt may be kept computed, and that it is made ready when a character is published."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from madang.characters.types import Character, Line, Lorebook, LoreEntry, Profile
from madang.chat.access import Chat
from madang.kernel.errors import Busy, ModelFailed
from madang.models.types import ChatRequest, Counts, Delta, Message
from tests.chat.conftest import OWNER, STRANGER, VISITOR, collect
from tests.fakes.models import FakeChat, FakeModels
from tests.fakes.rooms import FakeCharacters

SAY = "Tell me about your masks, what do you paint them with?"


class KeepingChat(FakeChat):
    def __init__(self) -> None:
        super().__init__()
        self.kept: list[tuple[str, tuple[Message, ...]]] = []
        self.error: ModelFailed | None = None
        self.refusal: Busy | None = None

    async def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        if self.refusal:
            raise self.refusal
        async for delta in super().stream(request):
            yield delta

    async def keep(self, name: str, beginning: Sequence[Message], adapter: str | None = None) -> None:
        if self.error:
            raise self.error
        self.kept.append((name, tuple(beginning)))

    async def forget(self, name: str) -> None: ...

    async def counts(self) -> Counts:
        raise NotImplementedError


@pytest.fixture
def models() -> FakeModels:
    return FakeModels(KeepingChat())


@pytest.fixture
def model(models: FakeModels) -> KeepingChat:
    assert isinstance(models._chat, KeepingChat)
    return models._chat


async def made_ready(chat: Chat) -> None:
    while chat._ready._tasks:
        await asyncio.sleep(0)


async def test_what_is_made_ready_is_what_every_conversation_begins_with(
    chat: Chat, friend: Character, model: KeepingChat
) -> None:
    chat.prepare(friend)
    await made_ready(chat)
    ((name, beginning),) = model.kept
    for identity in (VISITOR, STRANGER):
        conversation = await chat.start(identity, friend.slug)
        await collect(chat.say(identity, conversation.id, SAY))
        await collect(chat.say(identity, conversation.id, "And how long does the paint take to dry?"))
    assert len(model.requests) == 4
    for request in model.requests:
        assert request.keep == name == friend.id
        assert tuple(request.messages[: request.beginning]) == beginning
    assert [request.who for request in model.requests] == [VISITOR.id] * 2 + [STRANGER.id] * 2
    assert not any(request.background for request in model.requests)


@pytest.mark.parametrize(
    "changes",
    [
        {"persona": "{{char}} is {{random:merry,sad}} today and paints masks."},
        {"scenario": "It is {{pick: noon, night}}."},
        {"system_prompt": "{{roll:d6}}"},
        {"examples": [[Line(speaker="character", text="{{random::a::b}}")]]},
        {
            "lorebook": Lorebook(
                entries=[LoreEntry(keys=[], content="{{ random:a,b }}", constant=True, enabled=True)]
            )
        },
    ],
)
async def test_where_chance_decides_nothing_is_kept(
    chat: Chat, characters: FakeCharacters, model: KeepingChat, changes: dict[str, object]
) -> None:
    base = {"name": "Dalia", "greeting": "Oh!", "persona": "{{char}} paints masks."}
    character = characters.add(Profile.model_validate({**base, **changes}))
    chat.prepare(character)
    await made_ready(chat)
    conversation = await chat.start(VISITOR, character.slug)
    await collect(chat.say(VISITOR, conversation.id, SAY))
    assert model.kept == [] and [request.keep for request in model.requests] == [None]


async def test_a_draft_is_not_kept(chat: Chat, characters: FakeCharacters, model: KeepingChat) -> None:
    character = characters.add(
        Profile(name="Dalia", greeting="Oh!", persona="{{char}} paints masks."), published=False
    )
    chat.prepare(character)
    conversation = await chat.start(OWNER, character.slug, test=True)
    await collect(chat.say(OWNER, conversation.id, SAY))
    assert model.kept == [] and [request.keep for request in model.requests] == [None]


async def test_another_language_is_not_made_ready(
    chat: Chat, characters: FakeCharacters, model: KeepingChat
) -> None:
    chat.prepare(
        characters.add(Profile(name="달리아", greeting="어서 와요!", persona="탈을 그려요.", language="ko"))
    )
    await made_ready(chat)
    assert model.kept == []


async def test_a_model_that_fails_is_no_failure_of_publishing(
    chat: Chat, friend: Character, model: KeepingChat
) -> None:
    model.error = ModelFailed("The model could not answer this.")
    chat.prepare(friend)
    await made_ready(chat)
    assert model.kept == []


async def test_a_full_queue_says_when_to_come_back(chat: Chat, friend: Character, model: KeepingChat) -> None:
    model.refusal = Busy("Too many conversations at once.", retry_after=42)
    conversation = await chat.start(VISITOR, friend.slug)
    last = (await collect(chat.say(VISITOR, conversation.id, SAY)))[-1]
    assert last.kind == "failed" and last.data["status"] == 429 and last.data["retry_after"] == 42
    kept = (await chat.conversation(VISITOR, conversation.id)).turns[-1]
    assert kept.message == SAY


async def test_a_deleted_character_is_forgotten(chat: Chat, friend: Character, models: FakeModels) -> None:
    await chat.forget(friend.id)
    assert models.forgotten == [friend.id]

"""A reply without a conversation, as the OpenAI API and the command line ask for it."""

from __future__ import annotations

import pytest

from madang.characters.types import Character, Profile
from madang.chat.access import Chat
from madang.chat.types import Options
from madang.kernel.errors import BadInput, Forbidden, NotFound
from madang.kernel.identity import Identity
from madang.models.types import Message
from tests.chat.conftest import OWNER, STRANGER, VISITOR, collect, replied
from tests.fakes.models import FakeChat
from tests.fakes.rooms import FakeCharacters


async def test_options_reach_the_model(chat: Chat, friend: Character, chat_model: FakeChat) -> None:
    options = Options(max_tokens=3, temperature=0.1, seed=7, top_p=0.5, stop=["END"])
    messages = [Message("user", "One"), Message("assistant", "Two"), Message("user", "Tell me three")]
    events = await collect(chat.answer(VISITOR, friend.slug, messages, options=options))
    request = chat_model.requests[-1]
    assert (request.max_tokens, request.temperature, request.seed, request.top_p) == (3, 0.1, 7, 0.5)
    assert request.stop[0] == "END"  # the caller's first, then what ends a small model's reply
    assert [message.content for message in request.messages[-3:]] == ["One", "Two", "Tell me three"]
    last = events[-1]
    assert last.reply is not None
    assert (last.reply.text, last.data["finish"]) == ("Hello there, nice", "length")
    assert last.reply.completion_tokens == 3
    assert await chat.conversations(VISITOR, friend.slug) == []


async def test_limits_hold_for_quotations_too(chat: Chat, shop: Character) -> None:
    messages = [Message("user", "How much does milmyeon cost?")]
    events = await collect(chat.answer(VISITOR, shop.slug, messages, options=Options(max_tokens=4)))
    assert events[-1].data["finish"] == "length"
    assert events[-1].reply is not None
    assert events[-1].reply.text == "From “Menu”:\n\n> Milmyeon"
    stopped = await replied(chat.answer(VISITOR, shop.slug, messages, options=Options(stop=["9,000"])))
    assert stopped.text.endswith("> Milmyeon costs")


async def test_usage_is_counted_for_what_no_model_wrote(chat: Chat, shop: Character) -> None:
    reply = await replied(
        chat.answer(VISITOR, shop.slug, [Message("user", "Who is your favourite painter?")])
    )
    assert reply.basis == "abstained"
    assert reply.completion_tokens > 5


async def test_system_messages_come_last_not_first(
    chat: Chat, friend: Character, chat_model: FakeChat
) -> None:
    messages = [Message("system", "Answer in rhyme."), Message("user", "Tell me of rain")]
    await replied(chat.answer(VISITOR, friend.slug, messages))
    sent = chat_model.requests[-1].messages
    assert "rhyme" not in sent[0].content
    assert sent[-1].content == "Answer in rhyme.\n\nTell me of rain"


async def test_a_draft_is_for_its_maker(chat: Chat, characters: FakeCharacters, chat_model: FakeChat) -> None:
    draft = characters.add(Profile(name="Secret", persona="Unseen."), published=False)
    messages = [Message("user", "Tell me of you")]
    await replied(chat.answer(OWNER, draft.slug, messages, options=Options(draft=True)))
    assert "Unseen." in chat_model.requests[-1].messages[0].content
    other = Identity("creator", "usr_other")
    for identity in (STRANGER, other):
        with pytest.raises(NotFound):
            await collect(chat.answer(identity, draft.slug, messages))
    characters.put(draft.model_copy(update={"published": Profile(name="Secret")}))
    with pytest.raises(NotFound):
        await collect(chat.answer(other, draft.slug, messages, options=Options(draft=True)))


async def test_what_cannot_be_answered_is_refused_first(chat: Chat, friend: Character) -> None:
    for messages in ([], [Message("assistant", "Hm.")], [Message("user", " ")]):
        with pytest.raises(BadInput):
            await collect(chat.answer(VISITOR, friend.slug, messages))
    key = Identity("creator", "usr_key", frozenset({"manage"}))
    with pytest.raises(Forbidden):
        await collect(chat.answer(key, friend.slug, [Message("user", "Hi")]))


async def test_leaving_stops_the_model(chat: Chat, friend: Character, chat_model: FakeChat) -> None:
    chat_model.pause = 0.05
    events = chat.answer(VISITOR, friend.slug, [Message("user", "Tell me of rain")])
    while (await anext(events)).kind != "delta":
        pass
    await events.aclose()
    assert (chat_model.running, len(chat._live)) == (0, 0)

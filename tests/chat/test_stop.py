"""Stopping a reply: at once, by the visitor, by leaving, by closing the studio; what was made is kept."""

from __future__ import annotations

import asyncio
import time

import pytest

from madang.characters.types import Character
from madang.chat.access import Chat
from madang.chat.store import ReplyRow
from madang.chat.types import Reply
from madang.kernel.errors import Conflict, ModelFailed
from madang.storage.database import Database
from tests.chat.conftest import VISITOR, collect, replied
from tests.fakes.models import FakeChat


async def kept_reply(chat: Chat, conversation_id: str) -> Reply:
    return (await chat.conversation(VISITOR, conversation_id)).turns[-1].replies[-1]


@pytest.fixture
def slow(chat_model: FakeChat) -> FakeChat:
    chat_model.script = "one two three four five six seven eight nine ten " * 20
    chat_model.pause = 0.02
    return chat_model


async def test_stop_is_at_once_and_keeps_what_was_made(chat: Chat, friend: Character, slow: FakeChat) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    events = chat.say(VISITOR, conversation.id, "Count for me, please")
    turn = (await anext(events)).turn
    assert turn is not None
    await anext(events)
    began = time.perf_counter()
    stopped = await chat.stop(VISITOR, turn.id)
    assert time.perf_counter() - began < 2
    assert slow.running == 0
    rest = await collect(events)
    assert rest[-1].kind == "done"
    assert rest[-1].reply is not None
    assert rest[-1].reply.state == stopped.replies[0].state == "stopped"
    assert stopped.replies[0].text.startswith("one")


async def test_a_reply_that_was_just_kept_is_not_stopped(
    chat: Chat, friend: Character, slow: FakeChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever watches the conversation sees it ended before its reader is told: on a busy machine."""
    slow.script = "one two three four five six seven eight nine ten " * 4
    keep = chat._keep

    async def kept_late(reply: Reply) -> None:
        await keep(reply)
        await asyncio.sleep(1.2)

    monkeypatch.setattr(chat, "_keep", kept_late)
    conversation = await chat.start(VISITOR, friend.slug)
    events = await collect(chat.say(VISITOR, conversation.id, "Count for me, please"))
    assert events[-1].kind == "done" and events[-1].reply is not None
    assert events[-1].reply.state == "done"


async def test_stop_reaches_a_model_that_says_nothing(
    chat: Chat, friend: Character, chat_model: FakeChat
) -> None:
    chat_model.pause = 60
    conversation = await chat.start(VISITOR, friend.slug)
    events = chat.say(VISITOR, conversation.id, "Are you there, Dalia? Tell me")
    turn = (await anext(events)).turn
    assert turn is not None
    reader = asyncio.create_task(collect(events))
    await asyncio.sleep(0.05)
    await chat.stop(VISITOR, turn.id)
    assert [event.kind for event in await asyncio.wait_for(reader, 2)] == ["done"]
    assert chat_model.running == 0


async def test_leaving_stops_the_model(chat: Chat, friend: Character, slow: FakeChat) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    events = chat.say(VISITOR, conversation.id, "Count for me, please")
    await anext(events)
    await anext(events)
    await events.aclose()
    assert slow.running == 0
    assert len(chat._live) == 0
    reply = await kept_reply(chat, conversation.id)
    assert (reply.state, reply.text.split()[0]) == ("stopped", "one")


async def test_a_cancelled_reader_leaves_nothing_running(
    chat: Chat, friend: Character, slow: FakeChat
) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    reader = asyncio.create_task(collect(chat.say(VISITOR, conversation.id, "Count for me, please")))
    for delay in (0.0, 0.001, 0.01, 0.1):
        await asyncio.sleep(delay)
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
        assert (slow.running, len(chat._live)) == (0, 0)
        states = [t.replies[-1].state for t in (await chat.conversation(VISITOR, conversation.id)).turns]
        assert "streaming" not in states
        reader = asyncio.create_task(collect(chat.say(VISITOR, conversation.id, "Count for me, please")))
    reader.cancel()
    await asyncio.gather(reader, return_exceptions=True)


async def test_one_reply_at_a_time(chat: Chat, friend: Character, slow: FakeChat) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    events = chat.say(VISITOR, conversation.id, "First one, please")
    turn = (await anext(events)).turn
    assert turn is not None
    with pytest.raises(Conflict, match="still being written"):
        await collect(chat.say(VISITOR, conversation.id, "Second"))
    with pytest.raises(Conflict):
        await collect(chat.regenerate(VISITOR, turn.id))
    await events.aclose()
    slow.script, slow.pause = "Yes, gladly.", 0.0
    assert (await replied(chat.say(VISITOR, conversation.id, "Second"))).text == "Yes, gladly."
    assert [turn.message for turn in (await chat.conversation(VISITOR, conversation.id)).turns] == [
        "First one, please",
        "Second",
    ]


async def test_a_model_that_dies_keeps_message_and_words(
    chat: Chat, friend: Character, chat_model: FakeChat
) -> None:
    chat_model.fail_after, chat_model.error = 3, ModelFailed("The model stopped in the middle of its reply.")
    conversation = await chat.start(VISITOR, friend.slug)
    last = (await collect(chat.say(VISITOR, conversation.id, "Speak to me, Dalia")))[-1]
    assert (last.kind, last.text) == ("failed", "The model stopped in the middle of its reply.")
    assert (last.data["code"], last.data["status"]) == ("model_failed", 502)
    reply = await kept_reply(chat, conversation.id)
    assert (reply.state, reply.text) == ("failed", "Hello there, nice")


async def test_an_unexpected_error_is_one_sentence(
    chat: Chat, friend: Character, chat_model: FakeChat
) -> None:
    chat_model.fail_after, chat_model.error = 0, RuntimeError("secret path /root/x")
    conversation = await chat.start(VISITOR, friend.slug)
    last = (await collect(chat.say(VISITOR, conversation.id, "Speak to me, Dalia")))[-1]
    assert last.kind == "failed"
    assert "secret" not in last.text
    assert (await kept_reply(chat, conversation.id)).error == last.text


async def test_closing_the_studio_keeps_what_was_made(chat: Chat, friend: Character, slow: FakeChat) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    events = chat.say(VISITOR, conversation.id, "Count for me, please")
    await anext(events)
    await anext(events)
    await chat.close()
    assert (await kept_reply(chat, conversation.id)).state == "stopped"
    await events.aclose()


async def test_a_crash_leaves_no_reply_streaming(chat: Chat, friend: Character, database: Database) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    reply = await replied(chat.say(VISITOR, conversation.id, "Speak to me, Dalia"))
    async with database.write() as session:
        row = await session.get(ReplyRow, reply.id)
        assert row is not None
        row.state = "streaming"
    assert await chat.recover() == 1
    assert (await kept_reply(chat, conversation.id)).state == "stopped"
    assert await chat.recover() == 0


async def test_deleting_while_a_reply_is_written(chat: Chat, friend: Character, slow: FakeChat) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    events = chat.say(VISITOR, conversation.id, "Count for me, please")
    await anext(events)
    await chat.delete(VISITOR, conversation.id)
    assert (slow.running, len(chat._live)) == (0, 0)
    assert await chat.conversations(VISITOR, friend.slug) == []
    await events.aclose()

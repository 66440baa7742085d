"""A page that is loaded again: the reply goes on meanwhile, is read along from its beginning, and nobody else
gets to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from madang.characters.types import Character
from madang.chat.access import Chat
from madang.chat.types import Event, Reply
from madang.kernel.errors import Conflict, NotFound
from madang.kernel.ids import new_id
from tests.chat.conftest import STRANGER, VISITOR, collect, replied
from tests.fakes.models import FakeChat

WORDS = "one two three four five six seven eight nine ten " * 3


@pytest.fixture
def slow(chat_model: FakeChat) -> FakeChat:
    chat_model.script, chat_model.pause = WORDS, 0.02
    return chat_model


async def begun(events: AsyncGenerator[Event, None], pieces: int = 2) -> str:
    """Reads the beginning of a reply and leaves; the id of its turn."""
    turn = (await anext(events)).turn
    assert turn is not None
    for _ in range(pieces):
        await anext(events)
    await events.aclose()
    return turn.id


async def kept(chat: Chat, turn_id: str) -> Reply:
    return (await chat.turn(VISITOR, turn_id)).replies[-1]


async def test_a_reply_goes_on_while_its_page_is_loaded_again(
    chat: Chat, friend: Character, slow: FakeChat
) -> None:
    turn = await begun(chat.begin(VISITOR, friend.slug, "Count for me, please", stay=5))
    assert (await kept(chat, turn)).state == "streaming"
    reply = await replied(chat.follow(VISITOR, turn, stay=5))
    assert (reply.text, reply.state) == (WORDS.rstrip(), "done")
    assert (await kept(chat, turn)).state == "done"


async def test_it_ends_by_itself_where_that_takes_no_longer(
    chat: Chat, friend: Character, slow: FakeChat
) -> None:
    slow.script = "one two three"
    turn = await begun(chat.begin(VISITOR, friend.slug, "Count for me, please", stay=5), 0)
    async with asyncio.timeout(4):
        while (await kept(chat, turn)).state == "streaming":
            await asyncio.sleep(0.02)
    assert ((await kept(chat, turn)).text, (await kept(chat, turn)).state) == ("one two three", "done")
    assert not len(chat._live)


async def test_who_does_not_come_back_stops_it(chat: Chat, friend: Character, slow: FakeChat) -> None:
    slow.script = WORDS * 10
    turn = await begun(chat.begin(VISITOR, friend.slug, "Count for me, please", stay=0.2))
    async with asyncio.timeout(4):
        while slow.running:
            await asyncio.sleep(0.02)
        while (reply := await kept(chat, turn)).state == "streaming":
            await asyncio.sleep(0.02)
    assert reply.state == "stopped"
    assert reply.text.startswith("one two")


async def test_the_last_reader_who_leaves_stops_it(chat: Chat, friend: Character, slow: FakeChat) -> None:
    slow.script = WORDS * 10
    first = chat.begin(VISITOR, friend.slug, "Count for me, please")
    turn = (await anext(first)).turn
    assert turn is not None
    other = chat.follow(VISITOR, turn.id)
    assert (await anext(other)).kind == "accepted"
    await first.aclose()
    assert (await anext(other)).kind == "delta"
    assert slow.running == 1
    await other.aclose()
    assert slow.running == 0
    assert (await kept(chat, turn.id)).state == "stopped"


async def test_two_pages_read_the_same_and_a_stop_ends_both(
    chat: Chat, friend: Character, slow: FakeChat
) -> None:
    slow.script = WORDS * 10
    first = chat.begin(VISITOR, friend.slug, "Count for me, please")
    turn = (await anext(first)).turn
    assert turn is not None
    readers = [
        asyncio.create_task(collect(events)) for events in (first, chat.follow(VISITOR, turn.id, stay=5))
    ]
    await asyncio.sleep(0.2)
    await chat.stop(VISITOR, turn.id)
    here, there = await asyncio.wait_for(asyncio.gather(*readers), 2)
    assert [events[-1].kind for events in (here, there)] == ["done", "done"]
    text = ["".join(event.text for event in events) for events in (here, there)]
    assert text[0] == text[1] != ""


async def test_only_its_visitor_follows_it(chat: Chat, friend: Character, slow: FakeChat) -> None:
    events = chat.begin(VISITOR, friend.slug, "Count for me, please")
    turn = (await anext(events)).turn
    assert turn is not None
    with pytest.raises(NotFound):
        await anext(chat.follow(STRANGER, turn.id))
    assert len(chat._live) == 1
    await events.aclose()
    with pytest.raises(NotFound):
        await anext(chat.follow(VISITOR, turn.id))


async def test_a_message_is_found_by_the_id_that_its_page_chose_and_sent_once(
    chat: Chat, friend: Character
) -> None:
    chosen = new_id("trn")
    await collect(chat.begin(VISITOR, friend.slug, "Are you there?", turn=chosen))
    turn = await chat.turn(VISITOR, chosen)
    assert turn.message == "Are you there?"
    with pytest.raises(Conflict):
        await anext(chat.begin(VISITOR, friend.slug, "Are you there?", turn=chosen))
    with pytest.raises(Conflict):
        await anext(chat.say(VISITOR, turn.conversation_id, "Are you there?", turn=chosen))
    assert len(await chat.conversations(VISITOR, friend.slug)) == 1
    with pytest.raises(NotFound):
        await chat.turn(STRANGER, chosen)

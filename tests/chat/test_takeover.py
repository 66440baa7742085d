"""A person takes a conversation over, writes, and hands it back; the visitor's page hears of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from madang.characters.types import Character
from madang.chat.access import Chat
from madang.chat.desk.access import Desk
from madang.chat.types import Conversation, News
from madang.kernel.errors import BadInput, Conflict, Forbidden, NotFound, TooLarge
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.storage.database import Database
from tests.chat.conftest import OWNER, STRANGER, VISITOR, collect, replied
from tests.fakes.models import FakeChat, FakeModels
from tests.fakes.rooms import FakeCharacters, FakeKnowledge

MAKER = Identity("creator", "usr_maker")
RIVAL = Identity("creator", "usr_rival")


@pytest.fixture
def desk(database: Database, characters: FakeCharacters, chat: Chat) -> Desk:
    return Desk(database, characters, chat)


@pytest.fixture
async def talk(chat: Chat, friend: Character) -> Conversation:
    conversation = await chat.start(VISITOR, friend.slug)
    await replied(chat.say(VISITOR, conversation.id, "Tell me of the masks"))
    return conversation


@pytest.fixture
async def elsewhere(
    database: Database,
    characters: FakeCharacters,
    knowledge: FakeKnowledge,
    models: FakeModels,
    settings: Settings,
) -> AsyncGenerator[Chat, None]:
    """The same studio in another process: nothing is shared but the database."""
    chat = Chat(database, characters, knowledge, models, settings)
    yield chat
    await chat.close()


async def until(news: AsyncGenerator[News, None], kind: str) -> News:
    """The next news of this kind, within two seconds."""
    async with asyncio.timeout(2):
        async for one in news:
            if one.kind == kind:
                return one
    raise AssertionError(f"no {kind}")


async def test_while_it_is_held_the_ai_is_silent(
    chat: Chat, desk: Desk, talk: Conversation, chat_model: FakeChat
) -> None:
    asked = len(chat_model.requests)
    held = await desk.take(OWNER, talk.id)
    assert held.held_by == OWNER.id
    events = await collect(chat.say(VISITOR, talk.id, "Is anybody there?"))
    assert [event.kind for event in events] == ["accepted", "done"]
    assert events[-1].data["finish"] == "held"
    turn = (await chat.conversation(VISITOR, talk.id)).turns[-1]
    assert (turn.message, turn.replies[0].text, turn.replies[0].basis) == ("Is anybody there?", "", "person")
    with pytest.raises(Conflict):
        await collect(chat.regenerate(VISITOR, turn.id))
    answer = await desk.say(OWNER, talk.id, "Yes, I am.")
    assert answer.turn_id == turn.id, "it answers the message that waits"
    more = await desk.say(OWNER, talk.id, "What do you need?")
    assert more.turn_id != turn.id
    assert len(chat_model.requests) == asked
    await desk.hand_back(OWNER, talk.id)
    reply = await replied(chat.say(VISITOR, talk.id, "And the AI?"))
    assert reply.basis == "persona"
    said = [(one.role, one.content) for one in chat_model.requests[-1].messages]
    assert ("assistant", "Yes, I am.\nWhat do you need?") in said, "the AI knows what the person said"


async def test_taking_over_stops_a_reply(
    chat: Chat, desk: Desk, talk: Conversation, chat_model: FakeChat
) -> None:
    chat_model.pause, chat_model.script = 0.02, "slow " * 200
    events = chat.say(VISITOR, talk.id, "Go on")
    await anext(events)
    while chat_model.running == 0:
        await asyncio.sleep(0.01)
    await desk.take(OWNER, talk.id)
    assert chat_model.running == 0
    assert (await collect(events))[-1].reply is not None
    assert (await chat.conversation(VISITOR, talk.id)).turns[-1].replies[0].state == "stopped"


async def test_it_stops_a_reply_of_another_process(
    chat: Chat, desk: Desk, elsewhere: Chat, talk: Conversation, chat_model: FakeChat
) -> None:
    chat_model.pause, chat_model.script = 0.2, " ".join(f"word{n}" for n in range(60))
    events = elsewhere.say(VISITOR, talk.id, "Go on")
    await anext(events)
    await desk.take(OWNER, talk.id)
    async with asyncio.timeout(4):
        last = (await collect(events))[-1]
    assert last.reply is not None
    assert last.reply.state == "stopped"


async def test_the_visitor_hears_of_it_at_once(chat: Chat, desk: Desk, talk: Conversation) -> None:
    revision = (await chat.conversation(VISITOR, talk.id)).revision
    async with aclosing(chat.events(VISITOR, talk.id, since=revision)) as news:
        here = await anext(news)
        assert (here.kind, here.held, here.revision) == ("here", False, revision)
        await desk.take(OWNER, talk.id)
        assert (await until(news, "joined")).held
        await desk.say(OWNER, talk.id, "It is me, <script>alert(1)</script>")
        said = await until(news, "said")
        assert said.reply is not None
        assert said.reply.text.startswith("It is me")
        await desk.hand_back(OWNER, talk.id)
        assert not (await until(news, "back")).held
        await chat.delete(VISITOR, talk.id)
        await until(news, "deleted")
        with pytest.raises(StopAsyncIteration):
            await anext(news)
    assert chat.watch.watched == 0


async def test_and_in_another_process_within_a_second(
    desk: Desk, elsewhere: Chat, talk: Conversation
) -> None:
    async with aclosing(elsewhere.events(VISITOR, talk.id)) as news:
        await anext(news)
        await desk.take(OWNER, talk.id)
        async with asyncio.timeout(1):
            assert (await anext(news)).kind == "joined"


async def test_two_pages_and_the_desk_hear_the_same(chat: Chat, desk: Desk, talk: Conversation) -> None:
    pages = [chat.events(VISITOR, talk.id), chat.events(VISITOR, talk.id), desk.events(OWNER, talk.id)]
    for page in pages:
        assert (await anext(page)).kind == "here"
    waiting = [asyncio.create_task(until(page, "changed")) for page in pages]
    await asyncio.sleep(0.05)
    assert chat.watch.watched == 1, "one look for all of them"
    await desk.take(OWNER, talk.id)
    for page, task in zip(pages, waiting, strict=True):
        task.cancel()
        await asyncio.wait({task})
        await page.aclose()
    page = chat.events(VISITOR, talk.id, since=0)
    assert [(await anext(page)).kind, (await anext(page)).kind] == ["here", "changed"], "it missed something"
    await page.aclose()


async def test_the_stream_ends_and_nobody_is_polled_for(chat: Chat, talk: Conversation) -> None:
    news = [one async for one in chat.events(VISITOR, talk.id, seconds=0.05)]
    assert [one.kind for one in news] == ["here"]
    assert chat.watch.watched == 0


async def test_a_crash_while_it_is_held_changes_nothing(
    desk: Desk,
    elsewhere: Chat,
    chat: Chat,
    talk: Conversation,
    database: Database,
    characters: FakeCharacters,
) -> None:
    await desk.take(OWNER, talk.id)
    await collect(chat.say(VISITOR, talk.id, "Tell me of the paint"))
    await chat.close()
    await elsewhere.recover()
    again = Desk(database, characters, elsewhere)
    events = await collect(elsewhere.say(VISITOR, talk.id, "Still there?"))
    assert events[-1].data["finish"] == "held"
    await again.say(OWNER, talk.id, "Yes.")
    turns = (await elsewhere.conversation(VISITOR, talk.id)).turns
    assert [turn.replies[0].text for turn in turns[1:]] == ["", "Yes."]
    await again.hand_back(OWNER, talk.id)
    assert (await replied(elsewhere.regenerate(VISITOR, turns[1].id))).basis == "persona"


async def test_only_the_maker_and_the_owner_come_in(
    chat: Chat, desk: Desk, characters: FakeCharacters, friend: Character
) -> None:
    theirs = characters.put(friend.model_copy(update={"owner_id": MAKER.id}))
    talk = await chat.start(VISITOR, theirs.slug)
    turn = (await replied(chat.say(VISITOR, talk.id, "Only for the maker"))).turn_id
    narrow = Identity("owner", OWNER.id, frozenset({"chat"}))
    calls = (
        lambda who: desk.conversation(who, talk.id),
        lambda who: desk.take(who, talk.id),
        lambda who: desk.say(who, talk.id, "Hi"),
        lambda who: desk.hand_back(who, talk.id),
        lambda who: desk.settle(who, turn, "dismissed"),
        lambda who: anext(desk.events(who, talk.id)),
        lambda who: desk.conversations(who, slug=theirs.slug),
        lambda who: desk.questions(who, slug=theirs.slug),
        lambda who: desk.figures(who, slug=theirs.slug),
    )
    before = await chat.conversation(VISITOR, talk.id)
    for call in calls:
        for nobody in (VISITOR, STRANGER, narrow):
            with pytest.raises(Forbidden):
                await call(nobody)
        with pytest.raises(NotFound):
            await call(RIVAL)
    assert await desk.conversations(RIVAL) == []
    for news in (chat.events(STRANGER, talk.id), chat.events(MAKER, talk.id), chat.events(OWNER, talk.id)):
        with pytest.raises(NotFound):
            await anext(news)
    assert await chat.conversation(VISITOR, talk.id) == before
    for allowed in (MAKER, OWNER):
        assert [one.conversation.id for one in await desk.conversations(allowed)] == [talk.id]
        await desk.take(allowed, talk.id)
        await desk.say(allowed, talk.id, "Hello from a person")
        await desk.hand_back(allowed, talk.id)


async def test_one_person_at_a_time(
    chat: Chat, desk: Desk, characters: FakeCharacters, friend: Character
) -> None:
    theirs = characters.put(friend.model_copy(update={"owner_id": MAKER.id}))
    talk = await chat.start(VISITOR, theirs.slug)
    with pytest.raises(Conflict):
        await desk.say(MAKER, talk.id, "Not yet")
    taken = await asyncio.gather(desk.take(MAKER, talk.id), desk.take(OWNER, talk.id), return_exceptions=True)
    assert sum(isinstance(one, Conflict) for one in taken) == 1
    holder, other = (MAKER, OWNER) if isinstance(taken[1], Conflict) else (OWNER, MAKER)
    assert (await desk.take(holder, talk.id)).held_by == holder.id
    with pytest.raises(Conflict):
        await desk.say(other, talk.id, "Me too")
    await desk.hand_back(other, talk.id)
    assert (await desk.take(other, talk.id)).held_by == other.id


async def test_what_is_said_is_read_like_any_message(desk: Desk, talk: Conversation) -> None:
    await desk.take(OWNER, talk.id)
    with pytest.raises(BadInput):
        await desk.say(OWNER, talk.id, " \0 ")
    with pytest.raises(TooLarge):
        await desk.say(OWNER, talk.id, "a" * 8_001)


async def test_a_makers_tests_are_nobodys_conversations(chat: Chat, desk: Desk, friend: Character) -> None:
    test = await chat.start(OWNER, friend.slug, test=True)
    await replied(chat.say(OWNER, test.id, "A test"))
    assert await desk.conversations(OWNER) == []
    with pytest.raises(NotFound):
        await desk.take(OWNER, test.id)


async def test_a_person_may_speak_first(
    chat: Chat, desk: Desk, friend: Character, chat_model: FakeChat
) -> None:
    talk = await chat.start(VISITOR, friend.slug)
    await desk.take(OWNER, talk.id)
    first = await desk.say(OWNER, talk.id, "Good morning from the workshop.")
    await desk.hand_back(OWNER, talk.id)
    with pytest.raises(Conflict):
        await collect(chat.edit(VISITOR, first.turn_id, "Not mine"))
    with pytest.raises(Conflict):
        await collect(chat.regenerate(VISITOR, first.turn_id))
    await replied(chat.say(VISITOR, talk.id, "Tell me of the masks"))
    said = "\n".join(one.content for one in chat_model.requests[-1].messages)
    assert "Good morning from the workshop." in said

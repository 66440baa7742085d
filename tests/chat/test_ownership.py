"""A conversation belongs to who started it: every method of the door against everybody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from madang.characters.types import Character, Profile
from madang.chat.access import Chat
from madang.kernel.errors import Forbidden, NotFound
from madang.kernel.identity import Identity
from tests.chat.conftest import OWNER, STRANGER, VISITOR, collect, replied
from tests.fakes.models import FakeChat
from tests.fakes.rooms import FakeCharacters

OTHERS = [
    STRANGER,
    OWNER,
    Identity("creator", "usr_two"),
    Identity("visitor", "usr_two"),
]
Call = Callable[[Chat, Identity, str, str], Awaitable[object]]
CALLS: dict[str, Call] = {
    "conversation": lambda chat, who, conversation, turn: chat.conversation(who, conversation),
    "turn": lambda chat, who, conversation, turn: chat.turn(who, turn),
    "say": lambda chat, who, conversation, turn: collect(chat.say(who, conversation, "Let me in")),
    "edit": lambda chat, who, conversation, turn: collect(chat.edit(who, turn, "Let me in")),
    "regenerate": lambda chat, who, conversation, turn: collect(chat.regenerate(who, turn)),
    "show": lambda chat, who, conversation, turn: chat.show(who, turn, 0),
    "stop": lambda chat, who, conversation, turn: chat.stop(who, turn),
    "delete": lambda chat, who, conversation, turn: chat.delete(who, conversation),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_nobody_else_finds_it(chat: Chat, friend: Character, chat_model: FakeChat, call: Call) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    await replied(chat.say(VISITOR, conversation.id, "Only for you"))
    before = await chat.conversation(VISITOR, conversation.id)
    asked = len(chat_model.requests)
    for other in OTHERS:
        with pytest.raises(NotFound):
            await call(chat, other, conversation.id, before.turns[0].id)
        assert await chat.conversations(other, friend.slug) == []
    assert len(chat_model.requests) == asked
    assert await chat.conversation(VISITOR, conversation.id) == before
    await call(chat, VISITOR, conversation.id, before.turns[0].id)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_a_running_reply_is_not_seen_or_stopped_by_others(
    chat: Chat, friend: Character, chat_model: FakeChat, call: Call
) -> None:
    chat_model.pause, chat_model.script = 0.05, "slow " * 50
    conversation = await chat.start(VISITOR, friend.slug)
    events = chat.say(VISITOR, conversation.id, "Only for you")
    turn = (await anext(events)).turn
    assert turn is not None
    with pytest.raises(NotFound):
        await call(chat, STRANGER, conversation.id, turn.id)
    assert chat_model.running == 1 or len(chat._live) == 1
    await events.aclose()


async def test_a_turn_of_another_conversation_is_no_parent(chat: Chat, friend: Character) -> None:
    mine = await chat.start(VISITOR, friend.slug)
    theirs = await chat.start(STRANGER, friend.slug)
    await replied(chat.say(STRANGER, theirs.id, "A secret"))
    secret = (await chat.conversation(STRANGER, theirs.id)).turns[0].id
    with pytest.raises(NotFound):
        await collect(chat.say(VISITOR, mine.id, "What was that?", parent=secret))


async def test_a_test_conversation_meets_the_draft_and_is_for_the_maker(
    chat: Chat, characters: FakeCharacters
) -> None:
    made = characters.add(Profile(name="Dalia", greeting="Published."))
    characters.put(made.model_copy(update={"draft": Profile(name="Dalia", greeting="Draft.")}))
    assert (await chat.start(OWNER, made.slug, test=True)).greeting == "Draft."
    assert (await chat.start(VISITOR, made.slug)).greeting == "Published."
    for other in (VISITOR, Identity("creator", "usr_two"), Identity("owner", OWNER.id, frozenset({"chat"}))):
        with pytest.raises(NotFound):
            await chat.start(other, made.slug, test=True)


async def test_a_key_needs_the_scope_chat(chat: Chat, friend: Character) -> None:
    conversation = await chat.start(OWNER, friend.slug)
    key = Identity("owner", OWNER.id, frozenset({"manage"}))
    with pytest.raises(Forbidden):
        await chat.start(key, friend.slug)
    with pytest.raises(Forbidden):
        await chat.conversation(key, conversation.id)


async def test_conversations_go_with_their_character(chat: Chat, friend: Character) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    await replied(chat.say(VISITOR, conversation.id, "Remember me"))
    await chat.forget(friend.id)
    with pytest.raises(NotFound):
        await chat.conversation(VISITOR, conversation.id)

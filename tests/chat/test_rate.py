"""Thumbs on replies: kept with words, taken back, and nobody else's."""

from __future__ import annotations

import pytest

from madang.characters.types import Character
from madang.chat.access import Chat
from madang.chat.mine.access import LONGEST_WHY
from madang.chat.types import Reply
from madang.kernel.errors import BadInput, Conflict, Forbidden, NotFound, TooLarge
from madang.kernel.identity import Identity
from tests.chat.conftest import OWNER, STRANGER, VISITOR, replied
from tests.fakes.models import FakeChat


@pytest.fixture
async def reply(chat: Chat, friend: Character) -> Reply:
    conversation = await chat.start(VISITOR, friend.slug)
    return await replied(chat.say(VISITOR, conversation.id, "Tell me of the masks"))


async def kept(chat: Chat, reply: Reply) -> Reply:
    return (await chat.turn(VISITOR, reply.turn_id)).replies[0]


async def test_a_thumb_is_kept_with_its_words(chat: Chat, reply: Reply) -> None:
    rated = await chat.rate(VISITOR, reply.id, -1, "  It did not answer.\0 ")
    assert (rated.thumb, rated.thumb_why) == (-1, "It did not answer.")
    assert await kept(chat, reply) == rated
    up = await chat.rate(VISITOR, reply.id, 1)
    assert (up.thumb, up.thumb_why) == (1, "")


async def test_it_is_taken_back_with_its_words(chat: Chat, reply: Reply) -> None:
    await chat.rate(VISITOR, reply.id, -1, "No")
    await chat.rate(VISITOR, reply.id, 0, "still here?")
    assert ((await kept(chat, reply)).thumb, (await kept(chat, reply)).thumb_why) == (0, "")


async def test_another_version_has_a_thumb_of_its_own(chat: Chat, reply: Reply) -> None:
    await chat.rate(VISITOR, reply.id, -1)
    other = await replied(chat.regenerate(VISITOR, reply.turn_id))
    await chat.rate(VISITOR, other.id, 1)
    assert [one.thumb for one in (await chat.turn(VISITOR, reply.turn_id)).replies] == [-1, 1]


@pytest.mark.parametrize("other", [STRANGER, OWNER, Identity("creator", "usr_two")], ids=str)
async def test_nobody_else_rates_it(chat: Chat, reply: Reply, other: Identity) -> None:
    with pytest.raises(NotFound):
        await chat.rate(other, reply.id, 1, "mine")
    with pytest.raises(NotFound):
        await chat.rate(other, "rpl_none", 1)
    assert (await kept(chat, reply)).thumb == 0


async def test_what_cannot_be_kept_is_refused(chat: Chat, reply: Reply) -> None:
    with pytest.raises(TooLarge):
        await chat.rate(VISITOR, reply.id, 1, "a" * (LONGEST_WHY + 1))
    with pytest.raises(BadInput):
        await chat.rate(VISITOR, reply.id, 7)  # type: ignore[arg-type]
    with pytest.raises(Forbidden):
        await chat.rate(Identity("visitor", VISITOR.id, frozenset()), reply.id, 1)
    assert (await kept(chat, reply)).thumb == 0


async def test_not_while_it_is_being_written(chat: Chat, friend: Character, chat_model: FakeChat) -> None:
    chat_model.pause, chat_model.script = 0.05, "slow " * 40
    conversation = await chat.start(VISITOR, friend.slug)
    events = chat.say(VISITOR, conversation.id, "Tell me of the masks")
    first = await anext(events)
    assert first.reply is not None
    with pytest.raises(Conflict):
        await chat.rate(VISITOR, first.reply.id, 1)
    await events.aclose()

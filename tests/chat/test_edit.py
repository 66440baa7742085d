"""Editing a message starts a branch; regenerating a reply adds a version; nothing earlier is lost."""

from __future__ import annotations

import pytest

from madang.characters.types import Character
from madang.chat.access import Chat
from madang.kernel.errors import NotFound
from tests.chat.conftest import VISITOR, replied
from tests.fakes.models import FakeChat


async def test_an_edited_message_is_a_branch_beside_the_old_one(
    chat: Chat, friend: Character, chat_model: FakeChat
) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    for message in ("Tell me of red", "Tell me more"):
        chat_model.script = f"About: {message}."
        await replied(chat.say(VISITOR, conversation.id, message))
    old = (await chat.conversation(VISITOR, conversation.id)).turns
    chat_model.script = "Blue it is."
    await replied(chat.edit(VISITOR, old[0].id, "Tell me of blue"))
    now = (await chat.conversation(VISITOR, conversation.id)).turns
    assert [turn.message for turn in now] == ["Tell me of blue"]
    assert now[0].siblings == [old[0].id, now[0].id]
    sent = [message.content for message in chat_model.requests[-1].messages]
    assert "Tell me of red" not in sent
    shown = await chat.show(VISITOR, old[0].id)
    assert [turn.message for turn in shown.turns] == ["Tell me of red", "Tell me more"]
    assert shown.turns[0].replies[0].text == "About: Tell me of red."


async def test_a_later_message_can_be_edited(chat: Chat, friend: Character) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    await replied(chat.say(VISITOR, conversation.id, "Tell me one"))
    await replied(chat.say(VISITOR, conversation.id, "Tell me two"))
    turns = (await chat.conversation(VISITOR, conversation.id)).turns
    await replied(chat.edit(VISITOR, turns[1].id, "Tell me three"))
    now = (await chat.conversation(VISITOR, conversation.id)).turns
    assert [turn.message for turn in now] == ["Tell me one", "Tell me three"]
    assert now[1].parent_id == turns[0].id
    assert [turn.ordinal for turn in now] == [0, 1]


async def test_a_regenerated_reply_is_a_version(chat: Chat, friend: Character, chat_model: FakeChat) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    await replied(chat.say(VISITOR, conversation.id, "Tell me a colour"))
    turn = (await chat.conversation(VISITOR, conversation.id)).turns[0]
    chat_model.script = "Vermilion."
    again = await replied(chat.regenerate(VISITOR, turn.id))
    assert again.version == 1
    turn = (await chat.conversation(VISITOR, conversation.id)).turns[0]
    assert [reply.text for reply in turn.replies] == ["Hello there, nice to meet you.", "Vermilion."]
    assert turn.shown == 1
    chat_model.script = "Indeed."
    await chat.show(VISITOR, turn.id, 0)
    await replied(chat.say(VISITOR, conversation.id, "Tell me why"))
    sent = [message.content for message in chat_model.requests[-1].messages]
    assert "Hello there, nice to meet you." in sent
    assert "Vermilion." not in sent


async def test_what_is_not_there_is_not_found(chat: Chat, friend: Character) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    await replied(chat.say(VISITOR, conversation.id, "Tell me a colour"))
    turn = (await chat.conversation(VISITOR, conversation.id)).turns[0]
    with pytest.raises(NotFound):
        await chat.show(VISITOR, turn.id, 1)
    with pytest.raises(NotFound):
        await replied(chat.regenerate(VISITOR, "trn_no"))
    with pytest.raises(NotFound):
        await replied(chat.say(VISITOR, conversation.id, "After nothing", parent="trn_no"))

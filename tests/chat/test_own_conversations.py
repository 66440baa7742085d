"""A visitor's conversations with all characters: listed, searched, exported, deleted; what they rank by."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator
from datetime import timedelta

import pytest

from madang.characters.types import Character
from madang.chat.access import Chat
from madang.kernel.clock import now
from madang.kernel.errors import Forbidden, NotFound
from madang.kernel.identity import Identity
from tests.chat.conftest import OWNER, STRANGER, VISITOR, collect, replied
from tests.fakes.rooms import FakeCharacters


async def talked(chat: Chat, who: Identity, character: Character, *messages: str, test: bool = False) -> str:
    conversation = await chat.start(who, character.slug, test=test)
    for message in messages:
        await replied(chat.say(who, conversation.id, message))
    return conversation.id


async def whole(pieces: AsyncGenerator[str, None]) -> str:
    return "".join([piece async for piece in pieces])


async def test_they_are_listed_with_all_characters_last_used_first(
    chat: Chat, shop: Character, friend: Character
) -> None:
    first = await talked(chat, VISITOR, shop, "When are you open?")
    second = await talked(chat, VISITOR, friend, "Hello there")
    await talked(chat, STRANGER, friend, "Not yours")
    await replied(chat.say(VISITOR, first, "And on Mondays?"))
    found = await chat.all_conversations(VISITOR)
    assert [one.id for one in found] == [first, second]
    assert all(one.turns == [] for one in found)
    assert await chat.how_many(VISITOR) == 2
    assert [one.id for one in await chat.all_conversations(VISITOR, limit=1, offset=1)] == [second]
    assert await chat.all_conversations(VISITOR, limit=-5, offset=-5) == []


async def test_a_search_reads_titles_messages_and_replies(
    chat: Chat, shop: Character, friend: Character
) -> None:
    one = await talked(chat, VISITOR, shop, "When are you open?", "What does milmyeon cost?")
    other = await talked(chat, VISITOR, friend, "오늘 기분이 100% 좋아요")
    await talked(chat, STRANGER, shop, "What does milmyeon cost?")

    async def found(query: str) -> list[str]:
        assert await chat.how_many(VISITOR, query=query) == len(
            await chat.all_conversations(VISITOR, query=query)
        )
        return [one.id for one in await chat.all_conversations(VISITOR, query=query)]

    assert await found("MILMYEON  cost") == [one], "in a message, whatever the case and the spaces"
    assert await found("11:00 to 21:00") == [one], "in a reply"
    assert await found("기분이") == [other]
    assert await found("100%") == [other], "a per cent sign is one"
    assert await found("0_ ") == [], "and an underscore is one"
    assert await found("' OR 1=1 --\0") == []


async def test_tests_of_a_draft_are_no_visits(chat: Chat, friend: Character) -> None:
    await talked(chat, OWNER, friend, "A test", test=True)
    assert await chat.all_conversations(OWNER) == []
    assert await chat.used(OWNER) == []
    assert "A test" not in await whole(chat.export(OWNER, "json"))
    assert await chat.delete_all(OWNER) == 0
    assert len(await chat.conversations(OWNER, friend.slug)) == 1


async def test_an_export_holds_everything_that_is_kept(
    chat: Chat, shop: Character, friend: Character
) -> None:
    said = await talked(chat, VISITOR, shop, "When are you open?")
    turn = (await chat.conversation(VISITOR, said)).turns[0]
    await chat.rate(VISITOR, turn.replies[0].id, 1, "Quick!")
    await replied(chat.regenerate(VISITOR, turn.id))
    await replied(chat.edit(VISITOR, turn.id, "Are you open on Mondays?"))
    await talked(chat, VISITOR, friend, "</script><script>alert(1)</script>")
    await talked(chat, STRANGER, friend, "a stranger's secret")
    document = json.loads(await whole(chat.export(VISITOR, "json")))
    assert document["format"] == "madang.conversations/1"
    names = [one["character"]["name"] for one in document["conversations"]]
    assert names == ["Dalia", "Haeundae Table"]
    turns = document["conversations"][1]["turns"]
    assert [one["message"] for one in turns] == ["When are you open?", "Are you open on Mondays?"]
    assert [len(one["replies"]) for one in turns] == [2, 1], "every branch and every version"
    assert turns[0]["replies"][0]["thumb_why"] == "Quick!"
    assert turns[0]["replies"][0]["disclosure"]["ai"] is True
    text = json.dumps(document)
    assert "stranger" not in text
    assert "usr_" not in text, "nobody's account is in it"
    words = await whole(chat.export(VISITOR, "markdown"))
    assert "**You**: Are you open on Mondays?" in words
    assert "When are you open?\n\n**Haeundae" not in words, "the branch that is not shown is in the JSON"
    assert "> [1] Opening hours: " in words


async def test_an_empty_export_is_whole(chat: Chat, friend: Character) -> None:
    assert json.loads(await whole(chat.export(VISITOR, "json")))["conversations"] == []
    assert await whole(chat.export(VISITOR, "markdown")) == "# Conversations\n"


async def test_a_long_export_is_one_document(chat: Chat, friend: Character) -> None:
    for number in range(27):
        await talked(chat, VISITOR, friend, f"Message {number}")
    document = json.loads(await whole(chat.export(VISITOR, "json")))
    assert [one["title"] for one in document["conversations"]] == [f"Message {n}" for n in range(26, -1, -1)]


async def test_a_character_that_went_keeps_its_place(
    chat: Chat, friend: Character, characters: FakeCharacters
) -> None:
    said = await talked(chat, VISITOR, friend, "Stay")
    characters.put(friend.model_copy(update={"published": None}))
    assert [one.id for one in await chat.all_conversations(VISITOR)] == [said]
    assert (
        json.loads(await whole(chat.export(VISITOR, "json")))["conversations"][0]["character"]["name"] == ""
    )
    await chat.delete(VISITOR, said)
    assert await chat.all_conversations(VISITOR) == []


async def test_all_are_deleted_and_nobody_elses(chat: Chat, shop: Character, friend: Character) -> None:
    mine = [await talked(chat, VISITOR, one, "Hello") for one in (shop, friend)]
    theirs = await talked(chat, STRANGER, friend, "Hello")
    assert await chat.delete_all(VISITOR) == 2
    assert await chat.all_conversations(VISITOR) == []
    for one in mine:
        with pytest.raises(NotFound):
            await chat.conversation(VISITOR, one)
    assert (await chat.conversation(STRANGER, theirs)).turns


async def test_a_reply_being_made_ends_when_all_is_deleted(chat: Chat, friend: Character) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    events = chat.say(VISITOR, conversation.id, "Go on")
    await anext(events)
    assert await chat.delete_all(VISITOR) == 1
    await collect(events)
    assert await chat.all_conversations(VISITOR) == []


async def test_a_key_that_may_not_talk_reads_nothing(chat: Chat, friend: Character) -> None:
    narrow = Identity("visitor", VISITOR.id, frozenset({"manage"}))
    await talked(chat, VISITOR, friend, "Hello")
    for call in (chat.all_conversations(narrow), chat.how_many(narrow), chat.delete_all(narrow)):
        with pytest.raises(Forbidden):
            await call
    with pytest.raises(Forbidden):
        await anext(chat.export(narrow, "json"))
    assert await chat.how_many(VISITOR) == 1


async def test_what_was_used_and_what_is_popular(chat: Chat, shop: Character, friend: Character) -> None:
    await talked(chat, VISITOR, shop, "Hello")
    await talked(chat, VISITOR, shop, "Hello again")
    await talked(chat, VISITOR, friend, "Hello")
    await talked(chat, STRANGER, shop, "Hello")
    await talked(chat, OWNER, friend, "My own")
    await talked(chat, OWNER, friend, "My own", test=True)
    await chat.start(STRANGER, friend.slug)
    assert [one for one, _ in await chat.used(VISITOR)] == [friend.id, shop.id]
    assert [one for one, _ in await chat.used(VISITOR, 1)] == [friend.id]
    popular = await chat.popularity(now() - timedelta(days=30))
    assert popular[shop.id] == pytest.approx(2, abs=0.01), "each visitor once"
    assert popular[friend.id] == pytest.approx(1, abs=0.01), "not its maker, nor who said nothing"
    assert await chat.popularity(now() + timedelta(days=1)) == {}

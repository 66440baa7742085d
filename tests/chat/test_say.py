"""A visitor says something: the order of events, what is kept, and what each kind of message rests on."""

from __future__ import annotations

import pytest

from madang.characters.types import Character
from madang.chat.access import LONGEST_MESSAGE, Chat
from madang.kernel.errors import BadInput, TooLarge
from madang.storage.database import Database
from tests.chat.conftest import HOURS, VISITOR, collect, replied
from tests.fakes.models import FakeChat
from tests.fakes.rooms import FakeKnowledge


async def test_words_stream_in_order_and_are_kept(chat: Chat, friend: Character) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    assert conversation.greeting == "Oh, User, you came!"
    events = await collect(chat.say(VISITOR, conversation.id, "How is the paint?"))
    assert [event.kind for event in events][:2] == ["accepted", "delta"]
    assert events[-1].kind == "done"
    kept = await chat.conversation(VISITOR, conversation.id)
    assert kept.title == "How is the paint?"
    assert kept.turns[0].message == "How is the paint?"
    reply = kept.turns[0].replies[0]
    assert (reply.text, reply.state, reply.basis) == ("Hello there, nice to meet you.", "done", "persona")
    assert reply.completion_tokens == 6
    assert reply.timings.total_ms >= reply.timings.first_ms > 0


async def test_the_message_is_committed_before_it_is_acknowledged(chat: Chat, friend: Character) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    events = chat.say(VISITOR, conversation.id, "Keep this.")
    first = await anext(events)
    assert first.kind == "accepted"
    kept = await chat.conversation(VISITOR, conversation.id)
    assert kept.turns[0].message == "Keep this."
    assert kept.turns[0].replies[0].state in ("streaming", "done")
    await events.aclose()


async def test_a_fact_is_quoted_with_its_source(chat: Chat, shop: Character) -> None:
    conversation = await chat.start(VISITOR, shop.slug)
    events = await collect(chat.say(VISITOR, conversation.id, "When are you open, from what hour?"))
    kinds = [event.kind for event in events]
    assert kinds[:3] == ["accepted", "found", "delta"]
    reply = events[-1].reply
    assert reply is not None
    assert reply.basis == "sources"
    citation = reply.citations[0]
    assert citation.quote in HOURS
    assert f"> {citation.quote} [1]" in reply.text
    assert citation.source == "Opening hours"
    assert citation.origin_url == "https://table.example/hours"
    assert citation.url.startswith(f"/c/{shop.slug}/passages/{citation.passage_id}?from=")
    assert HOURS[citation.start : citation.end] == citation.quote


async def test_a_korean_question_is_quoted_in_korean(chat: Chat, shop: Character) -> None:
    conversation = await chat.start(VISITOR, shop.slug)
    reply = await replied(chat.say(VISITOR, conversation.id, "영업시간은 오전 몇 시부터인가요?"))
    assert reply.text.startswith("‘영업 안내’")
    assert "> 영업시간은 오전 11시부터 오후 9시까지입니다. [1]" in reply.text


async def test_what_no_source_answers_is_said_so(chat: Chat, shop: Character, chat_model: FakeChat) -> None:
    conversation = await chat.start(VISITOR, shop.slug)
    reply = await replied(chat.say(VISITOR, conversation.id, "Who designed your logo?"))
    assert reply.basis == "abstained"
    assert reply.text.startswith("I could not find that in what I know from.")
    assert "Opening hours, Menu" in reply.text
    assert chat_model.requests == []
    korean = await replied(chat.say(VISITOR, conversation.id, "대표님의 취미는 무엇인가요?"))
    assert korean.basis == "abstained"
    assert "찾지 못했" in korean.text


async def test_what_is_still_being_read_is_not_called_unknown(
    chat: Chat, friend: Character, knowledge: FakeKnowledge
) -> None:
    knowledge.add(friend.id, "hostel.pdf", "Check-in is from 3 pm.")
    knowledge.reading.add("hostel.pdf")
    conversation = await chat.start(VISITOR, friend.slug)
    reply = await replied(chat.say(VISITOR, conversation.id, "When is check-in at the hostel?"))
    assert reply.basis == "abstained"
    assert reply.text == "I am still reading my documents. Please ask me again in a moment."
    assert knowledge.asked == []
    knowledge.reading.clear()
    reply = await replied(chat.say(VISITOR, conversation.id, "From when is check-in?"))
    assert "> Check-in is from 3 pm. [1]" in reply.text


async def test_a_follow_up_goes_with_the_earlier_messages(
    chat: Chat, shop: Character, knowledge: FakeKnowledge
) -> None:
    conversation = await chat.start(VISITOR, shop.slug)
    await replied(chat.say(VISITOR, conversation.id, "How much does milmyeon cost?"))
    await replied(chat.say(VISITOR, conversation.id, "And gukbap?"))
    assert knowledge.asked[-1][1:] == ("How much does gukbap cost?", ())


async def test_a_message_must_have_words_and_an_end(
    chat: Chat, friend: Character, database: Database
) -> None:
    conversation = await chat.start(VISITOR, friend.slug)
    with pytest.raises(BadInput):
        await collect(chat.say(VISITOR, conversation.id, " \n "))
    with pytest.raises(TooLarge):
        await collect(chat.say(VISITOR, conversation.id, "x" * (LONGEST_MESSAGE + 1)))
    assert (await chat.conversation(VISITOR, conversation.id)).turns == []

"""Safety is asked before sources and models, and reads every word that goes out."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from madang.characters.types import Character, Profile
from madang.chat.access import Chat
from madang.chat.desk.access import Desk
from madang.chat.types import Event, Options
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.models.types import Message, ModelCard
from madang.safety.age import AgeNeeded
from madang.storage.database import Database
from tests.chat.conftest import OWNER, VISITOR, collect, replied
from tests.fakes.models import FakeChat, FakeModels
from tests.fakes.rooms import FakeCharacters, FakeKnowledge
from tests.fakes.safety import BANNED, HELP, HURT, RULE, FakeSafety


@pytest.fixture
def safety() -> FakeSafety:
    return FakeSafety()


@pytest.fixture
async def chat(
    database: Database,
    characters: FakeCharacters,
    knowledge: FakeKnowledge,
    models: FakeModels,
    settings: Settings,
    safety: FakeSafety,
) -> AsyncIterator[Chat]:
    chat = Chat(database, characters, knowledge, models, settings, safety=safety)
    yield chat
    await chat.close()


def seen(events: list[Event]) -> str:
    """Everything that reached the reader, apart from the visitor's own words."""
    parts = [event.text for event in events]
    parts += [event.reply.model_dump_json() for event in events if event.reply]
    parts += [one.model_dump_json() for event in events for one in event.citations]
    return "\n".join(parts).lower()


async def test_safety_is_told_what_the_visitor_said_before(
    chat: Chat, shop: Character, safety: FakeSafety
) -> None:
    conversation = await chat.start(VISITOR, shop.slug)
    for message in ("Hello there", "When are you open?", "And on Sundays?"):
        await replied(chat.say(VISITOR, conversation.id, message))
    assert safety.earlier == ["Hello there", "When are you open?"]


async def test_a_message_is_answered_before_any_source_or_model(
    chat: Chat, shop: Character, knowledge: FakeKnowledge, chat_model: FakeChat
) -> None:
    conversation = await chat.start(VISITOR, shop.slug)
    reply = await replied(chat.say(VISITOR, conversation.id, f"When are you open? I want to {HURT}"))
    assert (reply.text, reply.basis, reply.strategy, reply.citations) == (HELP, "safety", "safety", [])
    again = await replied(chat.regenerate(VISITOR, reply.turn_id))
    edited = await replied(chat.edit(VISITOR, reply.turn_id, f"{BANNED} prices"))
    assert [again.text, edited.text] == [HELP, RULE]
    assert knowledge.asked == []
    assert chat_model.requests == []
    kept = await chat.conversation(VISITOR, conversation.id)
    assert kept.turns[0].replies[0].text == RULE


async def test_answers_without_a_conversation_are_asked_too(
    chat: Chat, friend: Character, chat_model: FakeChat
) -> None:
    messages = [Message("user", f"I {HURT}")]
    options = Options(max_tokens=1, stop=["call"])
    reply = await replied(chat.answer(VISITOR, friend.slug, messages, options=options))
    assert (reply.text, reply.basis) == (HELP, "safety"), "never cut"
    assert chat_model.requests == []


async def test_what_is_held_back_is_never_shown_nor_kept(
    chat: Chat, friend: Character, chat_model: FakeChat
) -> None:
    chat_model.script = "I saw a ze bra and a Zebra in the yard. Then more."
    conversation = await chat.start(VISITOR, friend.slug)
    events = await collect(chat.say(VISITOR, conversation.id, "Tell me what you saw"))
    assert BANNED not in seen(events)
    assert "then more" not in seen(events)
    reply = events[-1].reply
    assert reply is not None
    assert reply.text == f"I saw a ze bra and a \n\n{RULE}"
    assert (reply.basis, reply.state) == ("safety", "done")
    assert (await chat.conversation(VISITOR, conversation.id)).turns[0].replies[0].text == reply.text
    assert chat_model.running == 0, "the model is stopped"


async def test_what_only_looked_like_it_comes_at_the_end(
    chat: Chat, friend: Character, chat_model: FakeChat
) -> None:
    chat_model.script = "I saw a zeb"
    conversation = await chat.start(VISITOR, friend.slug)
    reply = await replied(chat.say(VISITOR, conversation.id, "Tell me what you saw"))
    assert (reply.text, reply.basis) == ("I saw a zeb", "persona")


async def test_quotations_and_their_proofs_are_read_as_well(
    chat: Chat, characters: FakeCharacters, knowledge: FakeKnowledge
) -> None:
    zoo = characters.add(Profile(name="Zoo", kind="business"))
    knowledge.add(zoo.id, "Prices", f"The {BANNED} ride costs 5,000 won. The ticket costs 9,000 won.")
    conversation = await chat.start(VISITOR, zoo.slug)
    events = await collect(chat.say(VISITOR, conversation.id, "What does the ride cost, won?"))
    assert BANNED not in seen(events)
    assert events[-1].reply is not None
    assert events[-1].reply.basis == "safety"
    fine = await replied(chat.say(VISITOR, conversation.id, "What does the ticket cost?"))
    assert fine.basis == "sources"
    assert [one.quote for one in fine.citations] == ["The ticket costs 9,000 won."]


@pytest.mark.parametrize("strategy", ["cite", "quote"])
async def test_every_strategy_is_read(
    chat: Chat, shop: Character, chat_model: FakeChat, strategy: str
) -> None:
    chat_model.card = ModelCard("big", "chat", parameters=8_000_000_000, context=4096, strategy="cite")
    chat_model.script = f"Milmyeon costs 9,000 won [1]. The {BANNED} costs 8,000 won [1]."
    conversation = await chat.start(VISITOR, shop.slug)
    events = await collect(chat.say(VISITOR, conversation.id, "What does milmyeon cost?"))
    assert BANNED not in seen(events)


async def test_somebody_in_need_is_answered_while_a_person_holds_the_conversation(
    chat: Chat, friend: Character, characters: FakeCharacters, database: Database
) -> None:
    desk = Desk(database, characters, chat)
    conversation = await chat.start(VISITOR, friend.slug)
    await desk.take(OWNER, conversation.id)
    reply = await replied(chat.say(VISITOR, conversation.id, f"I {HURT}"))
    assert (reply.text, reply.basis) == (HELP, "safety")
    events = await collect(chat.say(VISITOR, conversation.id, f"about the {BANNED}"))
    assert events[-1].data["finish"] == "held", "a broken rule is left to the person"


async def test_rated_characters_ask_for_the_age(
    chat: Chat, characters: FakeCharacters, chat_model: FakeChat
) -> None:
    grown = characters.add(Profile(name="Grown", rating="adult", persona="Talks."))
    old = Identity("visitor", "vis_old", age=18)
    conversation = await chat.start(old, grown.slug)
    await replied(chat.say(old, conversation.id, "Tell me something"))
    turn = (await chat.conversation(old, conversation.id)).turns[0]
    asked = len(chat_model.requests)
    for young in (Identity("visitor", "vis_old"), Identity("visitor", "vis_old", age=13)):
        with pytest.raises(AgeNeeded):
            await chat.start(young, grown.slug)
        for events in (
            chat.say(young, conversation.id, "Tell me more"),
            chat.edit(young, turn.id, "Tell me more"),
            chat.regenerate(young, turn.id),
            chat.answer(young, grown.slug, [Message("user", "Tell me more")]),
        ):
            with pytest.raises(AgeNeeded):
                await collect(events)
    assert len(chat_model.requests) == asked
    assert len((await chat.conversation(old, conversation.id)).turns) == 1
    assert await chat.start(OWNER, grown.slug), "its maker needs no gate"

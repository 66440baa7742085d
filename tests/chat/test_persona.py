"""Free talk: streams at once for a character; states no fact for a business; fixed phrases in Korean."""

from __future__ import annotations

import pytest

from madang.characters.types import Character
from madang.chat.access import Chat
from madang.chat.verify import own_facts
from madang.models.types import ModelCard
from tests.chat.conftest import VISITOR, collect, replied
from tests.fakes.models import FakeChat

CAPABLE = ModelCard("capable", "chat", languages=("en",), strategy="cite")
PERSONA = "Haeundae Table is a small restaurant in Busan run by Sumi. We cook milmyeon. Open since 2014."


@pytest.mark.parametrize(
    "sentence",
    [
        "Hello! How can I help you today?",
        "I am doing well, thank you for asking!",
        "Welcome, it is lovely to see you.",
        "We cook milmyeon in Busan.",
        "Sumi has run the restaurant since 2014.",
        "저는 잘 지내요.",
    ],
)
def test_what_states_nothing_new_is_said(sentence: str) -> None:
    assert own_facts(sentence, PERSONA) == ""


@pytest.mark.parametrize(
    "sentence",
    [
        "We are open 24 hours.",
        "Our pasta costs 12,000 won.",
        "We have free parking behind the house.",
        "The restaurant opened in 1987.",
        "Come by at 9 pm on Friday.",
        "Call us at 051-123-4567.",
        "You get a 10% discount.",
        "The menu has pizza and sushi.",
        "We deliver to all of Busan.",
        "저희 가게는 24시간 영업합니다.",
        "주차는 무료입니다.",
        "밀면은 9,000원이에요.",
    ],
)
def test_a_fact_of_its_own_is_not_said(sentence: str) -> None:
    assert own_facts(sentence, PERSONA)


async def test_a_business_drops_the_sentences_that_state_facts(
    chat: Chat, shop: Character, chat_model: FakeChat
) -> None:
    chat_model.card = CAPABLE
    chat_model.script = "I am well, thank you! We are open 24 hours and parking is free. Lovely to see you."
    conversation = await chat.start(VISITOR, shop.slug)
    reply = await replied(chat.say(VISITOR, conversation.id, "How are you?"))
    assert reply.text == "I am well, thank you! Lovely to see you."
    assert (reply.basis, reply.citations) == ("persona", [])


async def test_a_business_whose_model_only_invents_says_it_will_not_guess(
    chat: Chat, shop: Character, chat_model: FakeChat
) -> None:
    chat_model.card = CAPABLE
    chat_model.script = "We have 40 dishes. Our soup costs 3 dollars."
    conversation = await chat.start(VISITOR, shop.slug)
    reply = await replied(chat.say(VISITOR, conversation.id, "Hello!"))
    assert reply.basis == "fixed"
    assert reply.text.startswith("I would rather not guess.")


async def test_a_character_streams_word_by_word(chat: Chat, friend: Character, chat_model: FakeChat) -> None:
    chat_model.script = "I was born in 1203 under 7 moons."
    conversation = await chat.start(VISITOR, friend.slug)
    events = await collect(chat.say(VISITOR, conversation.id, "When were you born?"))
    deltas = [event.text for event in events if event.kind == "delta"]
    assert len(deltas) == 8
    assert "".join(deltas) == "I was born in 1203 under 7 moons."


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("안녕하세요!", "어서 오세요"),
        ("감사합니다", "천만에요"),
        ("안녕히 계세요", "고맙습니다"),
        ("어제 비가 왔어요", "제가 답할 수 있는 자료: Opening hours, Menu"),
    ],
)
async def test_a_model_without_korean_says_fixed_phrases(
    chat: Chat, shop: Character, chat_model: FakeChat, message: str, wanted: str
) -> None:
    conversation = await chat.start(VISITOR, shop.slug)
    reply = await replied(chat.say(VISITOR, conversation.id, message))
    assert reply.basis == "fixed"
    assert wanted in reply.text
    assert chat_model.requests == []


async def test_a_model_with_korean_talks(chat: Chat, friend: Character, chat_model: FakeChat) -> None:
    chat_model.card = ModelCard("big", "chat", languages=("en", "ko"), strategy="cite")
    chat_model.script = "어서 오세요."
    conversation = await chat.start(VISITOR, friend.slug)
    reply = await replied(chat.say(VISITOR, conversation.id, "안녕하세요!"))
    assert (reply.basis, reply.text) == ("persona", "어서 오세요.")


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        ("Hello.<|im_end|>\n<|im_start|>user\nMore", "Hello."),
        ("Dalia: Hello.\nUser: and you?", "Hello."),
        ("Assistant: Hello.", "Hello."),
        ("", "I have no words for that just now. Try saying it differently."),
    ],
)
async def test_leftovers_of_templates_are_cut(
    chat: Chat, friend: Character, chat_model: FakeChat, script: str, wanted: str
) -> None:
    chat_model.script = script
    conversation = await chat.start(VISITOR, friend.slug)
    assert (await replied(chat.say(VISITOR, conversation.id, "Tell me of paint"))).text == wanted


async def test_an_endless_loop_is_ended(chat: Chat, friend: Character, chat_model: FakeChat) -> None:
    chat_model.script = "I love the rain and the rain loves me. " * 500
    conversation = await chat.start(VISITOR, friend.slug)
    reply = await replied(chat.say(VISITOR, conversation.id, "Tell me of rain"))
    assert reply.text.count("I love the rain") <= 5
    assert chat_model.running == 0

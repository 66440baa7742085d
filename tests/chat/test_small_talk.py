"""Small talk with a small model: the maker's lines and fixed phrases first, and short, clean words after."""

from __future__ import annotations

import pytest

from madang.characters.types import Character, Line, Profile
from madang.chat.access import Chat
from madang.chat.brief import Brief
from madang.chat.stops import Cleaner
from tests.chat.conftest import VISITOR, collect, replied
from tests.fakes.models import FakeChat
from tests.fakes.rooms import FakeCharacters

FORTY = " ".join(f"w{number}" for number in range(40)) + "."


def streamed(text: str, *, said: tuple[str, ...] = (), cut: bool = False) -> str:
    """`text`, read a word at a time, as it is shown for a small model's Dori."""
    cleaner, brief, shown = Cleaner(("Dori",), "User", weak=True), Brief(said), ""
    for piece in text.replace(" ", "\0 ").split("\0"):
        shown += brief.feed(cleaner.feed(piece))
        if cleaner.ended or brief.ended:
            break
    return shown + brief.feed(cleaner.finish()) + brief.finish(cut=cut)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Hello there! Dori: I am here.", "Hello there!"),
        ("Dori: Hello there!\nDori: I am here.", "Hello there!"),
        ("Dori: Hello there!\n**Dori:** I am here.", "Hello there!"),
        ("I am glad.\nUser: me too", "I am glad."),
        ("I am glad.\nVisitor: me too", "I am glad."),
        ("I am glad.\nAssistant: me too", "I am glad."),
        ("I am glad.\n\nExample:\nUser: Hi", "I am glad."),
        ("User: Hello!", ""),
        ("Dora: the explorer", "Dora: the explorer"),
        ("I asked Dori for tea.", "I asked Dori for tea."),
        ("I like rain a lot. You do not. I like rain a lot. And fog.", "I like rain a lot. You do not."),
        ("I like rain a lot. I like rain and fog.", "I like rain a lot. I like rain and fog."),
        ("Haha! You are funny. Haha! I mean it.", "Haha! You are funny. Haha! I mean it."),
        ("Oh no no no no no no", "Oh no…"),
        ("No, no! I am well.", "No, no! I am well."),
        ("word " * 20 + "end. Then more of it", "word…"),
        (f"{FORTY} More of it. And more.", FORTY),
        ("One two three four five six seven eight nine ten eleven twelve.\n\nDori is a goblin.",
         "One two three four five six seven eight nine ten eleven twelve."),
    ],
)  # fmt: skip
def test_a_small_models_words_are_clean_and_short(text: str, shown: str) -> None:
    assert streamed(text) == shown


def test_an_earlier_sentence_is_not_said_again() -> None:
    said = ("The moon is my lantern. Now you ask me one.",)
    assert streamed("The moon is my lantern. It is far away.", said=said) == "The moon is my lantern."
    assert streamed("It is far away. Now you ask me one. Bye.", said=said) == "It is far away."
    assert streamed("The moon is my mother", said=said) == "The moon is my mother"


def test_what_the_model_could_not_finish_ends_in_an_ellipsis() -> None:
    assert streamed("I was going to the", cut=True) == "I was going to the…"
    assert streamed("I was there.", cut=True) == "I was there."


@pytest.mark.parametrize(
    ("message", "reply"),
    [
        ("I had a bad day!", "Sit by me."),
        ("Well, I had a really bad day", "Sit by me."),
        ("Please tell me a riddle, Dori", "What runs and has no feet? A river!"),
        ("hello", "Boo!"),
        ("Good morning Dori!", "Boo!"),
    ],
)
async def test_the_makers_line_is_said_verbatim(
    chat: Chat, characters: FakeCharacters, chat_model: FakeChat, message: str, reply: str
) -> None:
    pairs = {
        "Hi!": "Boo!",
        "I had a bad day.": "Sit by me.",
        "Tell me a riddle.": "What runs and has no feet? A river!",
    }
    examples = [
        [Line(speaker="visitor", text=one), Line(speaker="character", text=other)]
        for one, other in pairs.items()
    ]
    dori = characters.add(Profile(name="Dori", persona="A goblin.", examples=examples))
    conversation = await chat.start(VISITOR, dori.slug)
    first = await replied(chat.say(VISITOR, conversation.id, message))
    assert (first.text, first.basis, first.strategy) == (reply, "persona", "example")
    assert chat_model.requests == []
    again = await replied(chat.regenerate(VISITOR, first.turn_id))
    assert again.text != reply
    for other in ("I had no bad day", "Did you have a bad day?", "Tell me about your day"):
        assert (await replied(chat.say(VISITOR, conversation.id, other))).strategy == "persona"


async def test_a_business_is_polite_and_offers_what_it_knows(
    chat: Chat, shop: Character, chat_model: FakeChat
) -> None:
    conversation = await chat.start(VISITOR, shop.slug)
    said = {}
    for message in (
        "hello!",
        "How are you?",
        "tell me a joke",
        "ok",
        "Are you a robot?",
        "thanks",
        "thanks, bye",
    ):
        reply = await replied(chat.say(VISITOR, conversation.id, message))
        assert (reply.basis, reply.strategy) == ("fixed", "fixed")
        assert len(reply.text) < 160
        said[message] = reply.text
    assert "Opening hours" in said["hello!"]
    assert said["How are you?"].startswith(("I am well", "Very well"))
    assert (
        said["Are you a robot?"] == "I am Haeundae Table, an AI, not a person. A small restaurant in Busan."
    )
    assert len(set(said.values())) == len(said)
    assert chat_model.requests == []


async def test_another_version_of_a_phrase_is_another_phrase(chat: Chat, shop: Character) -> None:
    conversation = await chat.start(VISITOR, shop.slug)
    first = await replied(chat.say(VISITOR, conversation.id, "thank you"))
    second = await replied(chat.regenerate(VISITOR, first.turn_id))
    assert first.text != second.text


async def test_a_free_character_is_greeted_without_the_model_and_then_talks(
    chat: Chat, characters: FakeCharacters, chat_model: FakeChat
) -> None:
    dori = characters.add(Profile(name="Dori", persona="A goblin."))
    conversation = await chat.start(VISITOR, dori.slug)
    assert (await replied(chat.say(VISITOR, conversation.id, "bye!"))).basis == "fixed"
    for message in ("ok", "how are you?", "When was the bridge built?"):
        assert (await replied(chat.say(VISITOR, conversation.id, message))).basis == "persona"
    request = chat_model.requests[-1]
    assert request.max_tokens == 96
    assert "\nDori:" in request.stop
    assert request.repeat_penalty is not None


async def test_a_caller_may_ask_for_more(chat: Chat, friend: Character, chat_model: FakeChat) -> None:
    from madang.chat.types import Options
    from madang.models.types import Message

    chat_model.script = " ".join(f"Word{n} is here." for n in range(40))
    asked = [Message("user", "Tell me of words")]
    brief = await replied(chat.answer(VISITOR, friend.slug, asked))
    assert 36 <= len(brief.text.split()) <= 40
    events = await collect(chat.answer(VISITOR, friend.slug, asked, options=Options(max_tokens=110)))
    assert events[-1].reply is not None
    assert len(events[-1].reply.text.split()) == 110

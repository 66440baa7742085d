"""Several greetings: one is chosen before the first message and stays in the conversation."""

from __future__ import annotations

import pytest

from madang.characters.types import Profile
from madang.chat.access import Chat
from madang.kernel.errors import NotFound
from tests.chat.conftest import OWNER, VISITOR, replied
from tests.fakes.models import FakeChat
from tests.fakes.rooms import FakeCharacters

PROFILE = Profile(
    name="Dalia",
    greeting="Oh, you came!",
    alternate_greetings=["   ", "It rained, {{user}}.", "Oh, you came!", "{{char}} looks up."],
    persona="Paints masks.",
)


async def test_the_chosen_one_is_kept(chat: Chat, characters: FakeCharacters, chat_model: FakeChat) -> None:
    dalia = characters.add(PROFILE)
    begun = [await chat.start(VISITOR, dalia.slug, greeting=place) for place in range(3)]
    assert [one.greeting for one in begun] == ["Oh, you came!", "It rained, User.", "Dalia looks up."]
    await replied(chat.say(VISITOR, begun[1].id, "Tell me what you are painting"))
    asked = "\n".join(message.content for message in chat_model.requests[-1].messages)
    assert "It rained, User." in asked
    assert "Oh, you came!" not in asked, "the others were never said"
    assert (await chat.conversation(VISITOR, begun[1].id)).greeting == "It rained, User."


async def test_one_that_is_not_offered_is_not_there(chat: Chat, characters: FakeCharacters) -> None:
    dalia = characters.add(PROFILE)
    with pytest.raises(NotFound):
        await chat.start(VISITOR, dalia.slug, greeting=3)
    mute = characters.add(Profile(name="Mute"))
    assert (await chat.start(VISITOR, mute.slug)).greeting == ""


async def test_where_it_takes_place_is_kept(chat: Chat, characters: FakeCharacters) -> None:
    dalia = characters.add(PROFILE)
    assert (await chat.start(VISITOR, dalia.slug)).channel == "page"
    framed = await chat.start(VISITOR, dalia.slug, channel="embed")
    assert (await chat.conversation(VISITOR, framed.id)).channel == "embed"
    assert (await chat.start(OWNER, dalia.slug, test=True, channel="embed")).channel == "test"


async def test_nothing_of_licence_notes_or_rating_is_told_to_a_model(
    chat: Chat, characters: FakeCharacters, chat_model: FakeChat
) -> None:
    profile = PROFILE.model_copy(
        update={
            "licence": "LICENCE-XYZZY",
            "creator_notes": "NOTES-XYZZY",
            "creator": "CREATOR-XYZZY",
            "character_version": "VERSION-XYZZY",
            "tags": ["TAG-XYZZY"],
            "rating": "teen",
        }
    )
    dalia = characters.add(profile)
    conversation = await chat.start(OWNER, dalia.slug)
    await replied(chat.say(OWNER, conversation.id, "Tell me what you are painting"))
    assert "XYZZY" not in repr(chat_model.requests[-1].messages)
    assert "teen" not in repr(chat_model.requests[-1].messages)

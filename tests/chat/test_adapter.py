"""A character's adapter is asked for where the engine has it; where it has not, the reply says so."""

from __future__ import annotations

from madang.characters.cards.mapping import to_profile
from madang.characters.types import Character
from madang.chat.access import Chat
from madang.models.types import Message, ModelCard
from tests.chat.conftest import VISITOR, replied
from tests.fakes.models import FakeChat
from tests.fakes.rooms import FakeCharacters


def wearing(characters: FakeCharacters, friend: Character, adapter: str) -> Character:
    profile = friend.profile.model_copy(update={"adapter": adapter, "examples": []})
    return characters.put(friend.model_copy(update={"published": profile, "draft": profile}))


async def test_it_is_put_on_where_the_engine_has_it(
    chat: Chat, characters: FakeCharacters, friend: Character, chat_model: FakeChat
) -> None:
    chat_model.card = ModelCard("m", "chat", parameters=135_000_000)
    chat_model.adapters = ("fox", "bear")  # type: ignore[attr-defined]
    friend = wearing(characters, friend, "fox")
    reply = await replied(chat.answer(VISITOR, friend.slug, [Message("user", "I walked in the snow today.")]))
    assert chat_model.requests[-1].adapter == "fox"
    assert not [one for one in reply.dropped if one.part == "adapter"]


async def test_an_engine_without_it_answers_and_says_so(
    chat: Chat, characters: FakeCharacters, friend: Character, chat_model: FakeChat
) -> None:
    friend = wearing(characters, friend, "fox")
    reply = await replied(chat.answer(VISITOR, friend.slug, [Message("user", "I walked in the snow today.")]))
    assert reply.text and chat_model.requests[-1].adapter is None
    assert [one.part for one in reply.dropped] == ["adapter"]


async def test_without_one_nothing_is_asked_for(chat: Chat, friend: Character, chat_model: FakeChat) -> None:
    chat_model.adapters = ("fox",)  # type: ignore[attr-defined]
    reply = await replied(chat.answer(VISITOR, friend.slug, [Message("user", "I walked in the snow today.")]))
    assert chat_model.requests[-1].adapter is None and reply.dropped == []


def test_a_card_carries_its_name_and_no_nonsense() -> None:
    card = {"spec": "chara_card_v2", "spec_version": "2.0", "data": {"name": "Fox", "description": "x"}}
    for said, found in (("fox", "fox"), ("x" * 99, "x" * 40), (7, ""), ({"a": 1}, "")):
        card["data"]["extensions"] = {"madang": {"adapter": said}}  # type: ignore[index]
        assert to_profile(card)[0].adapter == found

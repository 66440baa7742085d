"""The prompt: its beginning stays the same to the byte, it fits, and what was dropped is on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from madang.characters.types import Character, Line, Lorebook, LoreEntry, Profile
from madang.chat.access import Chat
from madang.chat.prompt import assemble
from madang.chat.strategies import Scene
from madang.chat.types import Options
from madang.kernel.clock import now
from madang.kernel.errors import TooLarge
from madang.kernel.settings import Settings
from madang.models.types import Message, ModelCard
from madang.storage.database import Database
from tests.chat.conftest import VISITOR, collect, replied
from tests.fakes.models import FakeChat, FakeModels
from tests.fakes.rooms import FakeCharacters, FakeKnowledge

MOMENT = datetime(2026, 11, 21, 21, 14, tzinfo=UTC)


def scene(profile: Profile, *, context: int = 2048, message: str = "And then?", **more: object) -> Scene:
    runtime = FakeChat(card=ModelCard("fake", "chat", context=context, strategy="quote"))
    moment = now()
    character = Character(
        id="chr_x", slug="x", owner_id="usr_x", draft=profile, created_at=moment, updated_at=moment
    )
    made = Scene(
        character=character,
        profile=profile,
        language="en",
        message=message,
        history=(),
        greeting="",
        intent="question",
        runtime=runtime,
        count=runtime.count_tokens,
        options=Options(),
        now=MOMENT,
        slot="cnv_x",
    )
    return replace(made, **more)  # type: ignore[arg-type]


def said(messages: tuple[Message, ...]) -> str:
    return "\x1e".join(f"{message.role}:{message.content}" for message in messages)


PROFILE = Profile(
    name="Dalia",
    system_prompt="{{original}} Never shout.",
    persona="{{char}} paints masks for {{user}} and {{random:red,blue,green}} walls.",
    personality="quiet",
    scenario="A workshop in the rain.",
    examples=[[Line(speaker="visitor", text="Hi"), Line(speaker="character", text="Hush.")]],
    lorebook=Lorebook(
        entries=[
            LoreEntry(keys=["dragon"], content="The dragon mask is kept locked."),
            LoreEntry(content="Masks are made of paper.", constant=True, position="after_char"),
        ]
    ),
)


async def test_a_small_model_sees_examples_as_turns() -> None:
    profile = Profile(
        name="Dalia",
        persona="Paints.",
        examples=[
            [Line(speaker="visitor", text="Hi {{char}}"), Line(speaker="character", text="Hush.")],
            [Line(speaker="character", text="Look!"), Line(speaker="visitor", text="At what?")],
            [
                Line(speaker="visitor", text="One"),
                Line(speaker="visitor", text="Two"),
                Line(speaker="character", text="Three"),
            ],
        ],
    )
    prompt = await assemble(scene(profile, greeting="*She waves.* Come in."), reserve=100)
    assert [(message.role, message.content) for message in prompt.messages] == [
        ("system", "You are Dalia. Reply as Dalia in one or two short sentences.\n\nPaints."),
        ("user", "Hi Dalia"),
        ("assistant", "Hush."),
        ("user", "Hello."),
        ("assistant", "Look!"),
        ("user", "One\nTwo"),
        ("assistant", "Three"),
        ("user", "Hello."),
        ("assistant", "Come in."),
        ("user", "And then?"),
    ]


async def test_macros_and_parts_are_in_their_order() -> None:
    capable = FakeChat(card=ModelCard("capable", "chat", strategy="cite"))
    prompt = await assemble(scene(PROFILE, greeting="Come in.", runtime=capable, message="Now?"), reserve=100)
    system = prompt.messages[0].content
    assert "{{" not in system
    places = [
        system.index(part)
        for part in (
            "You are Dalia.",
            "Never shout.",
            "paints masks for User",
            "Personality: quiet",
            "Scenario: A workshop",
            "Masks are made of paper.",
            "User: Hi\nDalia: Hush.",
            "Come in.",
        )
    ]
    assert places == sorted(places)
    assert prompt.messages[-1].content.endswith("Now?")
    assert prompt.dropped == ()


async def test_two_turns_share_their_beginning_to_the_byte() -> None:
    """Across another question, another time, other passages and lore that was called up."""
    history = (Message("user", "Hello"), Message("assistant", "Oh."))
    card = ModelCard("capable", "chat", strategy="cite")
    first = scene(PROFILE, history=history, runtime=FakeChat(card=card))
    later = replace(
        first,
        message="Tell me of the dragon today",
        history=(*history, Message("user", "And then?"), Message("assistant", "Rain.")),
        now=MOMENT + timedelta(days=40),
    )
    one = await assemble(first, reserve=100, passages=["[1] a"], task="Cite.")
    two = await assemble(later, reserve=100, passages=["[1] b", "[2] c"], task="Cite.")
    shared = said(one.messages[:-1])
    assert said(two.messages).startswith(shared)
    assert one.messages[:3] == two.messages[:3]
    last = two.messages[-1].content
    order = [
        last.index(part) for part in ("dragon mask", "[1] b", "Cite.", "It is now", "Tell me of the dragon")
    ]
    assert order == sorted(order)
    assert "2026" not in shared


async def test_deep_lore_stands_in_the_history() -> None:
    profile = Profile(
        name="D", lorebook=Lorebook(entries=[LoreEntry(keys=["rain"], content="@@depth 3\nIt always rains.")])
    )
    history = (
        Message("user", "One"),
        Message("assistant", "Two"),
        Message("user", "Three"),
        Message("assistant", "4"),
    )
    prompt = await assemble(scene(profile, history=history, message="Is it rain?"), reserve=50)
    assert [message.role for message in prompt.messages] == [
        "system",
        "user",
        "assistant",
        "user",
        "assistant",
        "user",
    ]
    assert prompt.messages[3].content == "It always rains.\n\nThree"


@pytest.mark.parametrize("context", [160, 256, 400, 900])
async def test_it_fits_and_says_what_was_dropped(context: int) -> None:
    profile = Profile(
        name="Long",
        persona="word " * 300,
        examples=[[Line(speaker="visitor", text="ask " * 20)]] * 5,
        lorebook=Lorebook(entries=[LoreEntry(keys=["and"], content="lore " * 40)]),
    )
    history = tuple(
        Message("user" if number % 2 == 0 else "assistant", f"m{number} " * 15) for number in range(40)
    )
    made = scene(profile, context=context, history=history, message="And what now?")
    prompt = await assemble(made, reserve=60, passages=["passage " * 30] * 6, task="Cite.")
    tokens = sum([await made.count(message.content) for message in prompt.messages])
    assert tokens <= context - 60
    assert prompt.messages[-1].content.endswith("And what now?")
    dropped = {one.part: one for one in prompt.dropped}
    assert {"history", "examples", "persona"} & set(dropped)
    kept = [message for message in prompt.messages if message in history]
    if "history" in dropped:
        assert dropped["history"].count == len(history) - len(kept)
        assert dropped["history"].count % 8 == 0 or not kept
        assert dropped["history"].tokens > 0
    again = await assemble(replace(made, message="Another one?"), reserve=60, passages=[], task="Cite.")
    assert again.messages[0] == prompt.messages[0]


async def test_a_message_beyond_the_context_is_refused() -> None:
    with pytest.raises(TooLarge):
        await assemble(scene(Profile(name="S"), context=128, message="word " * 400), reserve=50)


async def test_history_is_dropped_in_blocks_so_that_the_cache_stays(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    characters, model = FakeCharacters(), FakeChat("Yes, " * 30)
    model.card = ModelCard("fake", "chat", context=600)
    friend = characters.add(Profile(name="Dalia", persona="Paints."))
    chat = Chat(database, characters, FakeKnowledge(), FakeModels(model), settings)
    conversation = await chat.start(VISITOR, friend.slug)
    firsts = []
    for number in range(14):
        reply = await replied(
            chat.say(VISITOR, conversation.id, f"Tell me of number {number} " + "please " * 20)
        )
        firsts.append(model.requests[-1].messages[1].content)
    assert [one.part for one in reply.dropped] == ["history"]
    assert len(set(firsts)) <= 4
    await collect(chat.say(VISITOR, conversation.id, "Once more"))
    await chat.close()

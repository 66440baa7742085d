"""Free talk with the real default model: its form holds, whatever it says. Needs its weights."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from madang.app import demos
from madang.characters.types import Profile
from madang.chat.access import Chat
from madang.kernel.settings import Settings
from madang.models.registry import Models
from madang.storage.database import Database
from tests.chat.conftest import VISITOR, replied
from tests.fakes.rooms import FakeCharacters, FakeKnowledge
from tests.models.conftest import real_models, real_weights

__all__ = ["real_models", "real_weights"]

pytestmark = pytest.mark.weights
SAID = (
    "hello!",
    "I am feeling a bit lonely tonight.",
    "Do you like music?",
    "Can you make something appear with your club?",
    "ok!",
    "How old are you?",
    "Tell me a joke.",
    "I brought you red beans.",
    "Should I go home now?",
    "thanks, bye",
)
LONGEST = 500
"""Characters: 96 tokens are seldom more."""


@pytest.fixture
async def real_chat(
    database: Database, real_models: Models, settings: Settings, characters: FakeCharacters
) -> AsyncIterator[Chat]:
    chat = Chat(database, characters, FakeKnowledge(), real_models, settings)
    yield chat
    await chat.close()
    await real_models.close()


async def test_dori_talks_in_good_form(real_chat: Chat, characters: FakeCharacters) -> None:
    written = Path(demos.__file__).parent / "dori" / "character.json"
    dori = characters.add(Profile.model_validate_json(written.read_text("utf-8")))
    conversation = await real_chat.start(VISITOR, dori.slug)
    for message in SAID:
        reply = await replied(real_chat.say(VISITOR, conversation.id, message))
        assert reply.state == "done"
        assert reply.text.strip(), message
        assert len(reply.text) <= LONGEST, reply.text
        assert reply.completion_tokens <= 97
        assert not re.search(r"(?:^|\s|\*)(?:Dori|User|Visitor|Assistant|Example)\**:", reply.text), (
            reply.text
        )
        # thrice in a sentence, or four times in all: "Oh no! No, no!" is how people talk
        again = r"\b(\w+)(?:(?:[\s,]+\1\b){2}|(?:[\s,!.]+\1\b){3})"
        assert not re.search(again, reply.text, re.IGNORECASE), reply.text
        sentences = [part for part in re.split(r"(?<=[.!?])\s+", reply.text.lower()) if len(part.split()) > 2]
        assert len(set(sentences)) == len(sentences), reply.text
        assert "\n\n" not in reply.text
        assert reply.basis == "persona", message  # a greeting is answered with the maker's own line

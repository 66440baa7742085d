"""A reply that a crash cuts off: what was made until a moment before is there, as `stopped`."""

from __future__ import annotations

import asyncio

import pytest

from madang.characters.types import Character
from madang.chat import partial
from madang.chat.access import Chat
from madang.chat.reply import Making
from madang.chat.types import Reply
from madang.kernel.clock import now
from madang.kernel.errors import StorageFull
from madang.storage.database import Database
from tests.chat.conftest import VISITOR, replied
from tests.fakes.models import FakeChat, FakeModels
from tests.fakes.rooms import FakeCharacters, FakeKnowledge


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partial.kept_meanwhile.__wrapped__, "__defaults__", (0.05,))  # type: ignore[attr-defined]


@pytest.mark.usefixtures("often")
async def test_another_process_finds_what_was_said_so_far(
    chat: Chat, friend: Character, characters: FakeCharacters, chat_model: FakeChat, database: Database
) -> None:
    chat_model.script, chat_model.pause = "Once there was a mask of paper and ink that could sing. " * 3, 0.02
    conversation = await chat.start(VISITOR, friend.slug)
    events = chat.say(VISITOR, conversation.id, "Tell me a tale")
    text = ""
    while len(text) < 40:
        text += (await anext(events)).text
    # the other process reads what is on disk: nothing of this one was told to end
    other = Database(database.url)
    after = Chat(other, characters, FakeKnowledge(), FakeModels(chat_model), chat._turns._settings)
    assert await after.recover() == 1
    kept = (await after.conversation(VISITOR, conversation.id)).turns[-1].replies[-1]
    await other.close()
    assert kept.state == "stopped"
    assert kept.text.startswith("Once there was")
    assert str(chat_model.script).startswith(kept.text), "it may hold more than was read here"
    await events.aclose()


@pytest.mark.usefixtures("often")
async def test_the_end_is_what_stays(chat: Chat, friend: Character, chat_model: FakeChat) -> None:
    chat_model.script, chat_model.pause = "Once there was a mask of paper and ink that could sing.", 0.02
    conversation = await chat.start(VISITOR, friend.slug)
    reply = await replied(chat.say(VISITOR, conversation.id, "Tell me a tale"))
    await asyncio.sleep(0.15)
    kept = (await chat.conversation(VISITOR, conversation.id)).turns[-1].replies[-1]
    assert (kept.text, kept.state) == (reply.text, "done")


async def test_a_save_that_fails_does_not_end_the_reply() -> None:
    from madang.chat.strategies import Piece

    making = Making(Reply(id="r", turn_id="t", version=0, created_at=now()), lambda _: None)
    saved: list[str] = []

    async def save(reply: Reply) -> None:
        saved.append(reply.text)
        raise StorageFull("There is no room left on the disk, so this was not saved.")

    async with partial.kept_meanwhile(making, save, 0.01):
        making.take(Piece("One"))
        await asyncio.sleep(0.05)
        making.take(Piece(" two"))
        await asyncio.sleep(0.05)
    assert saved == ["One", "One two"]

"""A model server that misbehaves under a whole studio: one clear sentence, and the message is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from madang.characters.types import Profile
from madang.kernel.settings import Settings
from madang.models import remote
from madang.models.engines import served
from madang.models.registry import Models
from tests.app.stage import Caller, ListedModels, Stage, events, stage
from tests.models.hostile import Hostile, hostile

SONG = "Sing me the song of the mask."


class Real(ListedModels):
    """The real door of chat models, and an embedder of hashes."""

    def __init__(self, real: Models) -> None:
        super().__init__()
        self.real = real

    async def chat(self) -> Any:
        return await self.real.chat()

    async def close(self) -> None:
        await self.real.close()


@pytest.fixture
async def server() -> AsyncIterator[Hostile]:
    async with hostile() as made:
        yield made


@pytest.fixture
async def weak() -> AsyncIterator[Hostile]:
    async with hostile() as made:
        made.models = ["weak-1b"]
        yield made


@pytest.fixture
async def made(
    tmp_path: Path, server: Hostile, weak: Hostile, monkeypatch: pytest.MonkeyPatch, request: Any
) -> AsyncIterator[Stage]:
    for name, seconds in (("STALL_SECONDS", 0.5), ("SILENT_SECONDS", 0.5), ("RETRIES", 0)):
        monkeypatch.setattr(remote, name, seconds)
    monkeypatch.setattr(served, "FIRST_LOOK", 0.05)
    rest = [weak.url] if getattr(request, "param", "") == "two" else []
    settings = Settings(data=tmp_path / "data", hub="off", chat_model=server.url, chat_fallbacks=rest)
    async with stage(tmp_path / "data", models=Real(Models(settings)), jobs=False) as whole:
        yield whole


async def begun(made: Stage, visitor: Caller) -> str:
    me = await made.studio.accounts.owner()
    character = await made.studio.characters.create(me, Profile(name="Haru", greeting="Hello."))
    await made.studio.characters.publish(me, character.slug)
    answer = await visitor.ask("POST", f"/api/characters/{character.slug}/conversations", json={})
    return str(answer.json()["id"])


async def told(made: Stage) -> tuple[list[tuple[str, str]], dict[str, Any]]:
    """The events of one message, and its turn as it is kept."""
    visitor = await made.visitor()
    conversation = await begun(made, visitor)
    async with asyncio.timeout(20):
        answer = await visitor.ask("POST", f"/api/conversations/{conversation}/turns", json={"message": SONG})
    (turn,) = (await visitor.ask("GET", f"/api/conversations/{conversation}")).json()["turns"]
    return events(answer), turn


BEFORE = (
    "closes",
    "500",
    "503",
    "401",
    "stalls",
    "empty",
    "nonsense",
    "html",
    "invalid-utf8",
    "thinks",
    "pings",
)
MIDDLE = ("cut", "stalls-late", "nonsense-late")


@pytest.mark.parametrize("mode", [*BEFORE, *MIDDLE, "huge-line", "packed", "error"])
async def test_a_failure_is_one_sentence_and_the_message_is_kept(
    made: Stage, server: Hostile, mode: str
) -> None:
    server.mode = mode
    seen, turn = await told(made)
    assert seen[0][0] == "accepted" and seen[-1][0] == "failed"
    (reply,) = turn["replies"]
    assert turn["message"] == SONG and reply["state"] == "failed"
    assert reply["text"] == ("Well" if mode in MIDDLE else "")
    assert reply["error"].endswith(".") and reply["error"].count(". ") <= 1 and "<" not in reply["error"]


@pytest.mark.parametrize(
    "mode", ["nothing", "template", "surrogates", "controls", "lies", "loop", "endless", "odd"]
)
async def test_garbage_ends_in_a_reply_that_can_be_kept(made: Stage, server: Hostile, mode: str) -> None:
    server.mode = mode
    seen, turn = await told(made)
    assert seen[-1][0] == "done", seen[-1]
    (reply,) = turn["replies"]
    assert reply["state"] == "done" and reply["text"].strip()
    assert not {"\x00", "\x1b", "\u202e"} & set(reply["text"]) and "<|im_" not in reply["text"]
    assert len(reply["text"]) < 20_000 and 0 <= reply["prompt_tokens"] < 10**7


@pytest.mark.parametrize("made", ["two"], indirect=True)
@pytest.mark.parametrize("mode", BEFORE[:8])
async def test_another_engine_answers_in_its_own_way(
    made: Stage, server: Hostile, weak: Hostile, mode: str
) -> None:
    await made.studio.models.chat()
    server.mode = mode
    seen, turn = await told(made)
    (reply,) = turn["replies"]
    assert seen[-1][0] == "done" and reply["model"] == "weak-1b" and reply["text"] == "Well said."
    asked = weak.asked[-1]
    assert "frequency_penalty" in asked, "it is asked as a small model is"


@pytest.mark.parametrize("made", ["two"], indirect=True)
async def test_lost_in_the_middle_keeps_what_was_said(made: Stage, server: Hostile, weak: Hostile) -> None:
    server.mode = "cut"
    seen, turn = await told(made)
    (reply,) = turn["replies"]
    assert seen[-1][0] == "failed" and reply["text"] == "Well" and not weak.asked
    assert reply["model"] == "hostile-70b" and "middle of its reply" in reply["error"]

"""A whole chat over the pool of engines and a cluster: what was accepted has its whole reply."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from madang.characters.types import Profile
from madang.chat.access import Chat
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.models.cluster.runtime import ClusterRuntime
from madang.models.registry import Models
from madang.storage.database import Database
from tests.fakes.models import FakeModels
from tests.fakes.rooms import FakeCharacters, FakeKnowledge
from tests.models import scripted
from tests.models.scripted import Scripted, script
from tests.models.test_go_on_elsewhere import Door, cluster, door

CONVERSATIONS = 12
ADDRESS = "ray://10.0.0.5:10001"


@pytest.fixture
async def doors(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[list[Door]]:
    monkeypatch.setattr(scripted, "PAUSE", 0.01)
    async with door(Scripted(), "a/0") as first, door(Scripted(), "b/0") as second:
        yield [first, second]


async def test_no_acknowledged_message_is_lost(
    doors: list[Door], database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with cluster(*doors) as runtime:
        models = Models(settings.model_copy(update={"cluster": ADDRESS}))

        async def connected(model: str) -> ClusterRuntime:
            return runtime

        monkeypatch.setattr(models._cluster, "runtime", connected)
        monkeypatch.setattr(models, "embedder", FakeModels().embedder)
        characters = FakeCharacters()
        profile = Profile(name="Dalia", greeting="You came!", persona="{{char}} paints masks, softly.")
        friend = characters.add(profile)
        chat = Chat(database, characters, FakeKnowledge(), models, settings)
        accepted: dict[str, list[str]] = {}
        killed = asyncio.Event()

        for number in range(CONVERSATIONS):
            talk = await chat.start(Identity("visitor", f"vis_{number}"), friend.slug)
            accepted[talk.id] = []

        async def visit(number: int, talk: str) -> None:
            who, mine = Identity("visitor", f"vis_{number}"), accepted[talk]
            while not killed.is_set() or len(mine) < 3:
                message = f"Tell me of mask number {number} and {len(mine)}"
                async for event in chat.say(who, talk, message):
                    if event.kind == "accepted":
                        mine.append(message)
                    assert event.kind != "failed", event

        visits = [asyncio.create_task(visit(*one)) for one in enumerate(accepted)]
        try:
            async with asyncio.timeout(60):
                while not all(accepted.values()):
                    await asyncio.sleep(0.01)
                    [one.result() for one in visits if one.done()]  # a failure is raised at once
                doors[0].cut = 3  # every reply there ends in the middle, for good
                while runtime.lost_replicas < CONVERSATIONS // 2:
                    await asyncio.sleep(0.01)
            killed.set()
            await asyncio.gather(*visits)
            assert (await models.chat()).engine == f"cluster {ADDRESS}"
            for number, (name, messages) in enumerate(accepted.items()):
                who = Identity("visitor", f"vis_{number}")
                turns = (await chat.conversation(who, name)).turns
                assert [turn.message for turn in turns] == messages
                for turn in turns:
                    (reply,) = turn.replies
                    assert (reply.state, reply.error, reply.model) == ("done", None, "scripted")
                    assert len(reply.text) > 40 and script(turn.message).startswith(reply.text.rstrip("."))
        finally:
            for one in visits:
                one.cancel()
            await chat.close()
            await models.close()

"""Two studios over one database, as two processes are: what is made by one is stopped, taken over and deleted
by the other. They share no object, so that nothing can pass between them but what the database holds and, on
PostgreSQL, tells."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import pytest

from madang.app.studio import Studio
from madang.characters.types import Profile
from madang.chat.types import Event
from madang.kernel.errors import Conflict, NotFound
from madang.kernel.identity import Identity
from madang.storage import processes
from tests.app.stage import ListedModels, empty_postgresql, stage
from tests.fakes.models import FakeChat

LONG = " ".join(f"wave{number * 7919 % 1000}" for number in range(400))


@asynccontextmanager
async def pair(folder: Path, kind: str) -> AsyncIterator[tuple[Studio, Studio]]:
    @asynccontextmanager
    async def both(database: str | None) -> AsyncIterator[tuple[Studio, Studio]]:
        slow = [ListedModels(FakeChat(LONG, pause=0.02)) for _ in range(2)]
        async with (
            stage(folder, database=database, models=slow[0], jobs=False) as one,
            stage(folder, database=database, models=slow[1], jobs=False) as other,
        ):
            yield one.studio, other.studio

    if kind == "sqlite":
        async with both(None) as studios:
            yield studios
        return
    if not os.environ.get("MADANG_TEST_POSTGRES"):
        pytest.skip("no PostgreSQL here: set MADANG_TEST_POSTGRES to a server's URL")
    async with empty_postgresql() as url, both(url) as studios:
        yield studios


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
async def studios(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[Studio, Studio]]:
    async with pair(tmp_path / "data", request.param) as two:
        yield two


class Talk:
    """A visitor whose reply is being made in the first studio."""

    def __init__(self, studio: Studio) -> None:
        self.studio = studio
        self.visitor = Identity("visitor", "vis_somebody")
        self.seen: list[Event] = []
        self.conversation = self.turn = ""

    async def begin(self) -> asyncio.Task[None]:
        me = await self.studio.accounts.owner()
        character = await self.studio.characters.create(me, Profile(name="Haru", greeting="Hello."))
        await self.studio.characters.publish(me, character.slug)
        self.conversation = (await self.studio.chat.start(self.visitor, character.slug)).id

        async def read() -> None:
            async for event in self.studio.chat.say(
                self.visitor, self.conversation, "Tell me a tale of the sea."
            ):
                self.seen.append(event)

        task = asyncio.create_task(read())
        async with asyncio.timeout(10):
            while not any(event.kind == "delta" for event in self.seen):
                await asyncio.sleep(0.02)
        turn = next(event.turn for event in self.seen if event.turn)
        self.turn = turn.id
        return task


async def test_a_reply_is_stopped_from_another_process(studios: tuple[Studio, Studio]) -> None:
    one, other = studios
    talk = Talk(one)
    task = await talk.begin()
    turn = await other.chat.stop(talk.visitor, talk.turn)
    assert turn.replies[0].state == "stopped"
    await asyncio.wait_for(task, 4)
    assert talk.seen[-1].kind == "done" and talk.seen[-1].reply is not None
    assert talk.seen[-1].reply.state == "stopped"
    kept = (await other.chat.turn(talk.visitor, talk.turn)).replies[0]
    assert kept.state == "stopped" and 4 < len(kept.text) < len(LONG) - 5


async def test_nobody_else_stops_it(studios: tuple[Studio, Studio]) -> None:
    one, other = studios
    talk = Talk(one)
    task = await talk.begin()
    with pytest.raises(NotFound):
        await other.chat.stop(Identity("visitor", "vis_else"), talk.turn)
    assert (
        not task.done() and (await other.chat.turn(talk.visitor, talk.turn)).replies[0].state == "streaming"
    )
    await one.chat.stop(talk.visitor, talk.turn)
    await task


async def test_deleting_elsewhere_ends_it(studios: tuple[Studio, Studio]) -> None:
    one, other = studios
    talk = Talk(one)
    task = await talk.begin()
    await other.chat.delete(talk.visitor, talk.conversation)
    await asyncio.wait_for(task, 4)
    with pytest.raises(NotFound):
        await one.chat.conversation(talk.visitor, talk.conversation)


async def test_taking_over_elsewhere_silences_it(studios: tuple[Studio, Studio]) -> None:
    one, other = studios
    talk = Talk(one)
    task = await talk.begin()
    me = await other.accounts.owner()
    await other.inbox.desk.take(me, talk.conversation)
    await asyncio.wait_for(task, 4)
    assert (await one.chat.conversation(talk.visitor, talk.conversation)).held_by == me.id


async def test_a_link_is_used_up_everywhere(studios: tuple[Studio, Studio]) -> None:
    one, other = studios
    token = await one.accounts.one_time_link()
    assert await other.accounts.link_works(token)
    await other.accounts.redeem(token)
    assert not await one.accounts.link_works(token)


async def test_a_reply_that_another_process_makes_is_no_leftover(
    studios: tuple[Studio, Studio], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "SPARED", 0.01)  # the reply would end meanwhile
    one, other = studios
    talk = Talk(one)
    task = await talk.begin()
    assert await other.chat.recover() == 0
    assert (await other.chat.turn(talk.visitor, talk.turn)).replies[0].state == "streaming"
    assert not task.done()
    await one.processes.close()  # as after kill -9: nothing of it is told to end
    assert await other.chat.recover() == 1
    assert (await other.chat.turn(talk.visitor, talk.turn)).replies[0].state == "stopped"
    await asyncio.wait_for(task, 4)


async def test_a_conversation_has_one_reply_at_a_time_everywhere(studios: tuple[Studio, Studio]) -> None:
    one, other = studios
    talk = Talk(one)
    task = await talk.begin()
    before = await other.chat.conversation(talk.visitor, talk.conversation)
    with pytest.raises(Conflict):
        async with aclosing(other.chat.say(talk.visitor, talk.conversation, "And of the moon.")) as events:
            await anext(events)
    with pytest.raises(Conflict):
        async with aclosing(other.chat.regenerate(talk.visitor, talk.turn)) as events:
            await anext(events)
    after = await other.chat.conversation(talk.visitor, talk.conversation)
    assert [turn.id for turn in after.turns] == [turn.id for turn in before.turns] == [talk.turn]
    assert after.title == before.title and len(after.turns[0].replies) == 1
    await other.chat.stop(talk.visitor, talk.turn)
    await asyncio.wait_for(task, 4)
    async with aclosing(other.chat.say(talk.visitor, talk.conversation, "And of the moon.")) as events:
        assert (await anext(events)).kind == "accepted"
    after = await one.chat.conversation(talk.visitor, talk.conversation)
    assert [turn.message for turn in after.turns] == ["Tell me a tale of the sea.", "And of the moon."]


async def test_what_a_dead_process_left_blocks_nobody(studios: tuple[Studio, Studio]) -> None:
    one, other = studios
    talk = Talk(one)
    task = await talk.begin()
    await one.processes.close()
    async with aclosing(other.chat.say(talk.visitor, talk.conversation, "And of the moon.")) as events:
        assert (await anext(events)).kind == "accepted"
    assert (await other.chat.turn(talk.visitor, talk.turn)).replies[0].state == "stopped"
    await asyncio.wait_for(task, 4)

"""What one process keeps in memory is read again when another changed it: told, not waited for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from madang.app.studio import Studio
from madang.characters.checks.reports import access as reports
from madang.characters.types import Profile
from madang.chat import news
from madang.inbox import access as inbox
from madang.kernel.errors import Busy, Forbidden
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.models.registry import Models
from madang.safety import access as safety
from madang.safety.types import Rule
from madang.share.embed import watch
from madang.share.types import Embed
from tests.app.stage import ListedModels, empty_postgresql, stage
from tests.conftest import POSTGRES
from tests.fakes.models import FakeChat

pytestmark = pytest.mark.postgres
SHOP = "https://shop.example"
VISITOR = Identity("visitor", "vis_somebody")


@pytest.fixture
async def studios(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Studio, Studio]]:
    """Two over one PostgreSQL, that look by themselves once in an hour."""
    if not POSTGRES:
        pytest.skip("no PostgreSQL here: set MADANG_TEST_POSTGRES to a server's URL")
    for module, name in (
        (safety, "ASK_EVERY"),
        (reports, "SEEN"),
        (inbox, "COUNT_SECONDS"),
        (news, "CALM"),
        (watch, "CALM"),
    ):
        monkeypatch.setattr(module, name, 3600.0)
    data, models = tmp_path / "data", ListedModels(FakeChat())
    async with (
        empty_postgresql() as url,
        stage(data, database=url, models=models, jobs=False) as one,
        stage(data, database=url, models=ListedModels(FakeChat()), jobs=False) as other,
    ):
        yield one.studio, other.studio


async def soon(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(8):
        while not await true():
            await asyncio.sleep(0.02)


async def published(studio: Studio, name: str) -> str:
    me = await studio.accounts.owner()
    made = await studio.characters.create(me, Profile(name=name, greeting="Hello."))
    return (await studio.characters.publish(me, made.slug)).slug


async def test_rules_and_words_of_help(studios: tuple[Studio, Studio]) -> None:
    one, other = studios
    me = await one.accounts.owner()

    async def refused() -> bool:
        return await other.safety.incoming("Where is the casino?", language="en") is not None

    assert not await refused()
    rule = await one.safety.put_rule(me, Rule(kind="topic", text="casino"))
    await soon(refused)
    await one.safety.put_help(me, "en.self", "Please call Minji.")

    async def helped() -> bool:
        return (await other.safety.helps(me))["en.self"] == "Please call Minji."

    await soon(helped)
    await one.safety.remove_rule(me, rule.id)

    async def allowed() -> bool:
        return not await refused()

    await soon(allowed)


async def test_a_question_that_was_settled(studios: tuple[Studio, Studio]) -> None:
    one, other = studios
    me, slug = await one.accounts.owner(), await published(one, "Haru")
    talk = await one.chat.start(VISITOR, slug)
    events = [event async for event in one.chat.say(VISITOR, talk.id, "Hello!")]
    assert events[-1].reply is not None
    await one.chat.rate(VISITOR, events[-1].reply.id, -1)
    assert await other.inbox.count(me) == 1
    (group,) = await one.inbox.questions(me)
    await one.inbox.dismiss(me, group.id)

    async def none() -> bool:
        return await other.inbox.count(me) == 0

    await soon(none)


async def test_who_has_a_report(studios: tuple[Studio, Studio]) -> None:
    me, slug = await studios[0].accounts.owner(), await published(studios[0], "Haru")
    character = await studios[0].characters.get(me, slug)
    mine, theirs = (reports.Reports(studio.database) for studio in studios)
    assert await theirs.having([character.id]) == []
    report = await mine.begin(character.id, [], draft="x", knowledge=0)
    await mine.end(report.id, "done")

    async def seen() -> bool:
        return await theirs.having([character.id]) == [character.id]

    await soon(seen)


async def test_a_switch_and_a_conversation(studios: tuple[Studio, Studio]) -> None:
    one, other = studios
    me, slug = await one.accounts.owner(), await published(one, "Haru")
    character = await one.characters.get(me, slug)
    await one.embeds.save(me, slug, Embed(on=True, origins=[SHOP]))
    ended = asyncio.create_task(other.embeds.watch.ended(character.id, SHOP))
    talk = await one.chat.start(VISITOR, slug)
    heard: list[str] = []

    async def listen() -> None:
        async for item in other.chat.events(VISITOR, talk.id):
            heard.append(item.kind)

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0.5)
    assert not ended.done() and heard == ["here"]
    await one.embeds.switch(me, slug, False)
    await asyncio.wait_for(ended, 8)
    await one.inbox.desk.take(me, talk.id)

    async def joined() -> bool:
        return "joined" in heard

    await soon(joined)
    await one.chat.delete(VISITOR, talk.id)
    await asyncio.wait_for(listening, 8)
    assert heard[-1] == "deleted"


async def test_attempts_and_reports_count_for_both(studios: tuple[Studio, Studio]) -> None:
    me, slug = await studios[0].accounts.owner(), await published(studios[0], "Haru")
    await studios[0].accounts.set_password(me, "a long enough password")
    for number in range(8):
        with pytest.raises(Forbidden):
            await studios[number % 2].accounts.sign_in("wrong", address="192.0.2.1")
    for studio in studios:
        with pytest.raises(Busy):
            await studio.accounts.sign_in("a long enough password", address="192.0.2.1")
    for number in range(10):
        who = Identity("visitor", f"vis_{number}")
        await studios[number % 2].discover.reports.report(who, slug, "harm", address="192.0.2.2")
    for studio in studios:
        with pytest.raises(Busy):
            await studio.discover.reports.report(VISITOR, slug, "harm", address="192.0.2.2")


async def test_a_choice_of_models(studios: tuple[Studio, Studio], tmp_path: Path) -> None:
    doors = []
    for studio in studios:
        settings = Settings(data=tmp_path / "models", hub="off")
        models = Models(settings)
        models.tell = lambda studio=studio: studio.database.tell("models", "chosen")  # type: ignore[misc]
        studio.database.notices.hear("models", models.chosen)
        doors.append(models)
    mine, theirs = doors
    before = [one.name for one in theirs.engines()]
    taken: list[str] = []
    renew = theirs._renew

    async def renewed(role: str) -> None:
        taken.append(role)
        await renew(role)  # type: ignore[arg-type]

    theirs._renew = renewed  # type: ignore[method-assign,assignment]
    added = await mine.add("http://127.0.0.1:9/v1#other")

    async def known() -> bool:
        return "chat" in taken

    await soon(known)
    assert [one.name for one in theirs.engines()] == [*before, added]
    assert "embed" not in taken, "what was not changed is not loaded again"
    for one in doors:
        await one.close()

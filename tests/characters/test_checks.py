"""A maker writes checks; their runs are kept, and the gate follows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from madang.characters.access import Characters
from madang.characters.checks import store
from madang.characters.checks.access import Checks
from madang.characters.store import CharacterRow
from madang.characters.types import Character, Check, CheckResult, Profile
from madang.kernel.errors import BadInput, Forbidden, NotFound
from madang.kernel.identity import Identity
from madang.storage.database import Database


class Clock:
    def __init__(self) -> None:
        self.moment = datetime(2026, 5, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def checks(database: Database, characters: Characters, clock: Clock) -> Checks:
    return Checks(database, characters, now=clock)


@pytest.fixture
async def sumi(characters: Characters, creator: Identity, profile: Profile) -> Character:
    return await characters.create(creator, profile)


def result(check: Check, passed: bool = True) -> CheckResult:
    return CheckResult(check_id=check.id, question=check.question, passed=passed)


async def gate(database: Database, character: Character, gated: bool = True) -> bool:
    async with database.write() as session:
        row = await session.get(CharacterRow, character.id)
        assert row is not None
        row.gated = gated
    async with database.read() as session:
        row = await session.get(CharacterRow, character.id)
        assert row is not None
        return await store.gate_open(session, row)


async def test_checks_are_kept_changed_and_removed(
    checks: Checks, creator: Identity, owner: Identity, sumi: Character
) -> None:
    first = await checks.put(creator, sumi.slug, Check(question=" When? ", holds=[" nine ", ""]))
    second = await checks.put(owner, sumi.slug, Check(question="Who are you?\0", declines=True))
    assert (first.question, first.holds) == ("When?", ["nine"])
    assert "\0" not in second.question
    assert await checks.of(creator, sumi.slug) == [first, second]
    changed = await checks.put(creator, sumi.slug, first.model_copy(update={"holds": ["ten"]}))
    assert (changed.id, changed.holds, changed.created_at) == (first.id, ["ten"], first.created_at)
    await checks.remove(creator, sumi.slug, second.id)
    assert await checks.of(creator, sumi.slug) == [changed]
    with pytest.raises(NotFound):
        await checks.remove(creator, sumi.slug, second.id)
    with pytest.raises(NotFound):
        await checks.put(creator, sumi.slug, second)


@pytest.mark.parametrize("check", [Check(question="When?"), Check(question="  ", declines=True)])
async def test_a_check_asks_and_demands_something(
    checks: Checks, creator: Identity, sumi: Character, check: Check
) -> None:
    with pytest.raises(BadInput):
        await checks.put(creator, sumi.slug, check)


async def test_runs_are_kept_and_the_oldest_go(
    checks: Checks, creator: Identity, sumi: Character, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "KEPT_RUNS", 2)
    check = await checks.put(creator, sumi.slug, Check(question="When?", holds=["nine"]))
    assert await checks.last(creator, sumi.slug) is None
    for passed in (True, True, False):
        await checks.record(creator, sumi.slug, [result(check, passed)])
    last = await checks.last(creator, sumi.slug)
    assert last is not None
    assert (last.passed, last.draft_at) == (0, sumi.updated_at)
    async with checks._database.read() as session:
        kept = (await session.scalars(store.select(store.CheckRunRow))).all()
    assert len(kept) == 2


async def test_the_gate_opens_when_every_check_held_on_this_draft(
    database: Database,
    checks: Checks,
    characters: Characters,
    clock: Clock,
    creator: Identity,
    sumi: Character,
) -> None:
    assert await gate(database, sumi, gated=False)
    assert await gate(database, sumi), "no checks, nothing to fail"
    check = await checks.put(creator, sumi.slug, Check(question="When?", holds=["nine"]))
    assert await gate(database, sumi, gated=False)
    assert not await gate(database, sumi), "never run"
    await checks.record(creator, sumi.slug, [result(check, passed=False)])
    assert not await gate(database, sumi)
    await checks.record(creator, sumi.slug, [result(check)])
    assert await gate(database, sumi)
    more = await checks.put(creator, sumi.slug, Check(question="Where?", cites="Map"))
    assert not await gate(database, sumi), "the new one was not asked"
    await checks.record(creator, sumi.slug, [result(check), result(more)])
    assert await gate(database, sumi)
    began = clock.moment
    await checks.put(creator, sumi.slug, more.model_copy(update={"cites": "Plan"}))
    await checks.record(creator, sumi.slug, [result(check), result(more)], began=began)
    assert not await gate(database, sumi), "it was changed while it was asked"
    await checks.record(creator, sumi.slug, [result(check), result(more)])
    assert await gate(database, sumi)
    await characters.edit(creator, sumi.slug, sumi.draft.model_copy(update={"tagline": "new"}))
    assert not await gate(database, sumi), "another draft"
    await checks.record(creator, sumi.slug, [result(check), result(more)], draft_at=sumi.updated_at)
    assert not await gate(database, sumi), "the older draft was asked"


async def test_what_a_model_wrote_is_kept_whatever_it_is(
    checks: Checks, creator: Identity, sumi: Character
) -> None:
    check = await checks.put(creator, sumi.slug, Check(question="When?", holds=["nine"]))
    odd = result(check).model_copy(update={"reply": "a\0b\ud800", "basis": "persona"})
    run = await checks.record(creator, sumi.slug, [odd])
    assert run.results[0].reply == "a\ufffdb\ufffd"


async def test_checks_are_their_makers(
    checks: Checks,
    characters: Characters,
    creator: Identity,
    stranger: Identity,
    visitor: Identity,
    sumi: Character,
) -> None:
    with pytest.raises(NotFound):
        await checks.of(stranger, sumi.slug)
    await characters.publish(creator, sumi.slug)
    narrow = Identity("creator", creator.id, frozenset({"chat"}))
    for other in (stranger, visitor, narrow):
        for asked in (
            checks.of(other, sumi.slug),
            checks.last(other, sumi.slug),
            checks.put(other, sumi.slug, Check(question="Q", declines=True)),
            checks.remove(other, sumi.slug, "chk_1"),
            checks.record(other, sumi.slug, []),
        ):
            with pytest.raises(Forbidden):
                await asked


async def test_deleting_the_character_deletes_its_checks(
    database: Database, checks: Checks, characters: Characters, creator: Identity, sumi: Character
) -> None:
    check = await checks.put(creator, sumi.slug, Check(question="When?", holds=["nine"]))
    await checks.record(creator, sumi.slug, [result(check)])
    await characters.delete(creator, sumi.slug)
    async with database.read() as session:
        assert await store.count(session, sumi.id) == 0
        assert await store.last_run(session, sumi.id) is None

"""Reports of checks: kept as they grow, ended once, and a badge only while they are of what is met."""

from __future__ import annotations

import pytest

from madang.characters.access import Characters
from madang.characters.checks.reports.access import Reports
from madang.characters.checks.reports.store import KEPT
from madang.characters.checks.reports.types import Outcome, Planned, Report
from madang.characters.types import Character, Check, CheckResult, Profile
from madang.kernel.errors import NotFound
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.storage.blobs import Blobs
from madang.storage.database import Database

MAKER = Identity("creator", "usr_maker")


@pytest.fixture
def door(database: Database, settings: Settings) -> Characters:
    return Characters(database, Blobs(settings.data / "blobs"))


@pytest.fixture
async def ada(door: Characters) -> Character:
    return await door.create(MAKER, Profile(name="Ada"))


def planned(question: str) -> Planned:
    return Planned(check=Check(question=question, declines=True), kind="declines", language="en")


def outcome(passed: bool) -> Outcome:
    return Outcome(result=CheckResult(check_id="", question="?\0", passed=passed), declined=passed)


async def done(reports: Reports, character: Character, draft: str, knowledge: int) -> Report:
    report = await reports.begin(
        character.id, [planned("a?"), planned("b?")], draft=draft, knowledge=knowledge
    )
    assert await reports.result(report.id, 0, outcome(True))
    assert await reports.result(report.id, 1, outcome(False))
    await reports.end(report.id, "done")
    return await reports.get(report.id)


async def test_a_report_grows_and_ends_once(database: Database, ada: Character) -> None:
    reports = Reports(database)
    report = await reports.begin(ada.id, [planned("a?"), planned("b?")], draft="d", knowledge=3)
    assert report.state == "running" and report.results == []
    assert await reports.result(report.id, 0, outcome(False))
    assert await reports.result(report.id, 0, outcome(True))  # asked again after a crash: kept once
    grown = await reports.get(report.id)
    assert [one.result.passed for one in grown.results] == [False] and len(grown.failures) == 1
    await reports.end(report.id, "stopped")
    assert not await reports.result(report.id, 1, outcome(True))
    await reports.end(report.id, "done")
    assert (await reports.get(report.id)).state == "stopped"
    assert await reports.newest(ada.id, done=True) is None
    with pytest.raises(NotFound):
        await reports.get("rep_none")


async def test_a_badge_is_of_what_is_met_now(database: Database, ada: Character) -> None:
    reports = Reports(database)
    await done(reports, ada, "print", 7)
    [badge] = (await reports.badges({ada.id: ("print", 7), "chr_none": ("print", 7)})).values()
    assert (badge.held, badge.asked) == (1, 2)
    assert await reports.badges({ada.id: ("other", 7)}) == {}
    assert await reports.badges({ada.id: ("print", 8)}) == {}
    running = await reports.begin(ada.id, [planned("a?")], draft="print", knowledge=7)
    assert (await reports.badges({ada.id: ("print", 7)}))[ada.id].asked == 2  # one that runs says nothing
    await reports.end(running.id, "failed")
    assert await reports.badges({}) == {}


async def test_old_reports_go_and_all_go_with_the_character(
    database: Database, door: Characters, ada: Character
) -> None:
    reports = Reports(database)
    every = [await done(reports, ada, "d", number) for number in range(KEPT + 2)]
    for gone in every[:2]:
        with pytest.raises(NotFound):
            await reports.get(gone.id)
    newest = await reports.newest(ada.id)
    assert newest is not None and newest.knowledge == KEPT + 1
    await door.delete(MAKER, ada.slug)
    assert await reports.newest(ada.id) is None

"""A report of a character: its checks and questions made from what it knows, in a job; and its badge."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from madang.authoring.checking import kinds
from madang.authoring.checking.generate import planned
from madang.characters.types import Character, Check, Profile
from madang.kernel.identity import Identity
from tests.app.stage import Caller, Stage, stage
from tests.authoring.fakes import passage

GUIDE = """# Harbour Cafe

## Opening hours

Tuesday to Sunday, 8:00 to 18:00.

## Menu

| Item | Price |
|---|---|
| Latte | 4,500 won |
| Mocha | 5,500 won |

## Parking

Parking costs 3,000 won.

# 하버 카페

## 주차

주차 요금은 3,000원입니다.
"""


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[tuple[Stage, Caller, Identity, Character]]:
    async with stage(tmp_path / "data") as here:
        owner = await here.owner()
        me = await here.studio.accounts.owner()
        shop = await here.studio.characters.create(me, Profile(name="Harbour Cafe", kind="business"))
        source = await here.studio.knowledge.add_file(shop.id, "guide.md", GUIDE.encode())
        await here.studio.knowledge.wait(source.id, "ready", seconds=60)
        await here.studio.characters.edit(me, shop.slug, Profile(name="Harbour Cafe", greeting="Welcome."))
        yield here, owner, me, await here.studio.characters.publish(me, shop.slug)


async def finished(here: Stage, me: Identity, slug: str) -> Any:
    async with asyncio.timeout(60):
        return await here.studio.reporting.wait(me, slug)


def test_questions_are_made_from_rows_headings_and_sentences_in_both_languages() -> None:
    passages = [
        passage("Item: Latte · Price: 4,500 won\nItem: Mocha · Price: 5,500 won", "Menu"),
        passage("Parking costs 3,000 won.", "Parking"),
        passage("주차 요금은 3,000원입니다.", "주차"),
        passage("Yes, on the terrace.", "May I bring a dog?"),
    ]
    made = planned(passages)
    asked = {one.check.question: one for one in made}
    assert asked["How much is the Latte?"].check.holds == ["4,500 won"]
    assert asked["How much is the parking?"].check.holds == ["3,000 won"]
    assert asked["주차 요금 얼마예요?"].language == "ko"
    assert "May I bring a dog?" in asked
    of_kind = [one.check.question for one in made if one.kind == "declines"]
    assert "How much is the espresso?" in of_kind and not any("mocha" in one.lower() for one in of_kind)
    assert made == planned(passages)  # the same again
    assert planned([]) == []


def test_what_is_there_in_part_is_not_asked_as_if_it_were_not() -> None:
    text = "Latte, mocha and matcha green tea latte"
    assert not any("tea" in one for one in kinds.missing(text, "en", 50))
    assert kinds.missing("We repair shoes.", "en", 3) == [one for _, one, _ in kinds.TOPICS[:3]]


async def test_it_is_asked_in_a_job_counted_by_language_and_read_on_its_page(
    made: tuple[Stage, Caller, Identity, Character],
) -> None:
    here, owner, me, shop = made
    await here.studio.authoring.checking.put(me, shop.slug, Check(question="Hours?", holds=["99:99"]))
    page = f"/edit/{shop.slug}/checks/report"
    assert "No report was made yet." in (await owner.ask("GET", page)).text
    started = await owner.ask("POST", f"{page}/start")
    assert started.status_code == 303, started.text
    report = await finished(here, me, shop.slug)
    assert report.state == "done" and len(report.results) == len(report.questions) > 8
    shown = (await owner.ask("GET", page)).text
    assert "Answered right" in shown and "99:99" in shown and f"of {len(report.questions)}" in shown
    korean = (await owner.ask("GET", page, headers={"accept-language": "ko"})).text
    assert "바르게 거절함" in korean
    told = (await owner.ask("GET", f"/api/characters/{shop.slug}/check-report")).json()
    assert set(told["languages"]) == {"en", "ko"} and told["fresh"] is True
    declines = [one for one, _ in report.pairs if one.kind == "declines"]
    assert told["languages"]["en"]["declined"][1] + told["languages"]["ko"]["declined"][1] == len(declines)
    failed = [one for one, _ in report.failures]
    assert any(one.kind == "own" for one in failed)


async def test_a_badge_is_shown_while_nothing_changed_since(
    made: tuple[Stage, Caller, Identity, Character],
) -> None:
    here, owner, me, shop = made
    visitor = await here.visitor()
    talk = f"/c/{shop.slug}?new=1"
    assert "test questions right" not in (await visitor.ask("GET", talk)).text
    await owner.ask("POST", f"/api/characters/{shop.slug}/check-report")
    report = await finished(here, me, shop.slug)
    said = f"{report.held} of {len(report.questions)} test questions right"
    assert said in (await visitor.ask("GET", talk)).text
    assert said in (await visitor.ask("GET", "/")).text  # on its card in the gallery
    await here.studio.characters.set_wrong(me, shop.slug, 0.2)  # answers otherwise now
    assert "test questions right" not in (await visitor.ask("GET", talk)).text
    await here.studio.characters.set_wrong(me, shop.slug, None)
    assert said in (await visitor.ask("GET", talk)).text
    source = await here.studio.knowledge.add_text(shop.id, "Note", "We close at noon today.")
    await here.studio.knowledge.wait(source.id, "ready", seconds=60)
    assert "test questions right" not in (await visitor.ask("GET", talk)).text
    assert "test questions right" not in (await visitor.ask("GET", "/")).text


async def test_an_edited_draft_does_not_pass_for_what_is_met(
    made: tuple[Stage, Caller, Identity, Character],
) -> None:
    here, owner, me, shop = made
    await here.studio.characters.edit(me, shop.slug, shop.profile.model_copy(update={"persona": "other"}))
    await owner.ask("POST", f"/api/characters/{shop.slug}/check-report")
    await finished(here, me, shop.slug)
    visitor = await here.visitor()
    assert "test questions right" not in (await visitor.ask("GET", f"/c/{shop.slug}?new=1")).text
    await here.studio.characters.publish(me, shop.slug)
    assert "test questions right" in (await visitor.ask("GET", f"/c/{shop.slug}?new=1")).text


async def test_it_is_stopped_and_begun_again(made: tuple[Stage, Caller, Identity, Character]) -> None:
    here, owner, me, shop = made
    first = await here.studio.reporting.start(me, shop.slug)
    again = await here.studio.reporting.start(me, shop.slug)
    assert again.id == first.id  # one at a time
    stopped = await owner.ask("POST", f"/edit/{shop.slug}/checks/report/stop")
    assert stopped.status_code == 303
    report = await finished(here, me, shop.slug)
    assert report.state == "stopped" and len(report.results) < len(report.questions)
    assert "Stopped after" in (await owner.ask("GET", f"/edit/{shop.slug}/checks/report")).text
    assert (await here.studio.reporting.start(me, shop.slug)).id != first.id
    assert (await finished(here, me, shop.slug)).state == "done"


async def test_nothing_to_ask_and_nobody_elses(made: tuple[Stage, Caller, Identity, Character]) -> None:
    here, owner, me, shop = made
    bare = await here.studio.characters.create(me, Profile(name="Bare"))
    refused = await owner.ask("POST", f"/edit/{bare.slug}/checks/report/start")
    assert refused.status_code == 400 and "There is nothing to ask" in refused.text
    creator, _ = await here.creator()
    for method, path in (
        ("GET", f"/edit/{shop.slug}/checks/report"),
        ("POST", f"/edit/{shop.slug}/checks/report/start"),
        ("GET", f"/api/characters/{shop.slug}/check-report"),
        ("POST", f"/api/characters/{shop.slug}/check-report"),
        ("DELETE", f"/api/characters/{shop.slug}/check-report"),
    ):
        assert (await creator.ask(method, path)).status_code in (403, 404), path
    assert (await owner.ask("GET", f"/api/characters/{shop.slug}/check-report")).status_code == 404

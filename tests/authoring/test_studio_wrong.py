"""The owner chooses on a page, for the whole studio, how often characters may be wrong."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from madang.authoring.answering import HIGH, WIDE, curves_of
from madang.characters.types import Profile
from madang.kernel.errors import BadInput
from madang.knowledge.answerable import USUAL
from madang.knowledge.careful import Careful
from tests.app.stage import Stage, stage


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "data") as made:
        yield made


async def test_the_owner_chooses_and_every_other_character_follows(here: Stage) -> None:
    owner, identity = await here.owner(), await here.studio.accounts.owner()
    made = await here.studio.characters.create(
        identity, Profile(name="Mill", kind="business", greeting="Hi.")
    )
    page = (await owner.ask("GET", "/answering")).text
    assert 'name="one_in" value="" checked' in page and "<polyline" in page and 'href="/answering"' in page
    assert (await owner.ask("POST", "/answering", data={"one_in": "50"})).status_code == 303
    assert 'name="one_in" value="50" checked' in (await owner.ask("GET", "/answering")).text
    assert here.studio.authoring.wrong == 0.02
    checks = (await owner.ask("GET", f"/edit/{made.slug}/checks")).text
    assert "At most 1 in 50 answers. About" in " ".join(checks.split()) and 'href="/answering"' in checks
    await owner.ask("POST", "/answering", data={"one_in": ""})
    page = " ".join((await owner.ask("GET", "/answering")).text.split())
    assert "At most 1 in 7 answers, 1 in 6 from 100 passages on. About" in page
    assert here.studio.authoring.wrong == here.studio.settings.wrong
    korean = await owner.ask("GET", "/answering", headers={"accept-language": "ko"})
    assert "얼마나 확실할 때 답할까요" in korean.text and "측정한 결과" in korean.text


@pytest.mark.parametrize("wrong", ["7", "-1", "0", "x"])
async def test_what_is_no_choice_is_refused(here: Stage, wrong: str) -> None:
    owner = await here.owner()
    assert (await owner.ask("POST", "/answering", data={"one_in": wrong})).status_code == 400
    assert here.studio.authoring.wrong == here.studio.settings.wrong


async def test_nobody_else_sees_or_changes_it(here: Stage) -> None:
    visitor = here.caller("nobody")
    assert (await visitor.ask("GET", "/answering")).status_code in (303, 401, 403)
    assert (await visitor.ask("POST", "/answering", data={"one_in": "5"})).status_code in (401, 403)
    assert here.studio.authoring.wrong == here.studio.settings.wrong


def test_a_choice_is_read_by_every_process_and_a_broken_one_counts_as_none(tmp_path: Path) -> None:
    one, other = Careful(tmp_path / "careful.json", 0.07), Careful(tmp_path / "careful.json", 0.07)
    assert other.wrong == 0.07
    one.choose(0.02)
    assert other.wrong == one.wrong == 0.02
    for broken in ("", "[]", '{"wrong": 0}', '{"wrong": "x"}', '{"wrong": 2}', '{"wrong": NaN}'):
        (tmp_path / "careful.json").write_text(broken)
        assert Careful(tmp_path / "careful.json", 0.07).wrong == 0.07, broken
    one.choose(None)
    assert one.wrong == other.wrong == 0.07
    for wrong in (0, -1, 1, 0.9, float("nan")):
        with pytest.raises(BadInput):
            one.choose(wrong)


def test_the_curves_fall_and_stay_in_their_drawing() -> None:
    curves = curves_of(0.07, "en")
    for curve in (curves.few, curves.many):
        points = [tuple(map(float, point.split(","))) for point in re.findall(r"\S+", curve.line)]
        assert len(points) > 10
        assert all(0 <= x <= WIDE and 0 <= y <= HIGH for x, y in [*points, curve.here])
        assert [x for x, _ in points] == sorted(x for x, _ in points)
    for declined in zip(*(row[1:] for row in curves.rows), strict=True):
        assert list(declined) == sorted(declined, reverse=True)
        assert declined[0] > declined[-1]


def test_where_nobody_chose_it_is_as_usual() -> None:
    unchosen, few, much = (
        curves_of(None, "ko"),
        curves_of(USUAL["read"], "ko"),
        curves_of(USUAL["many_ko"], "ko"),
    )
    assert (unchosen.few, unchosen.many) == (few.few, much.many)

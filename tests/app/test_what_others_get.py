"""What a program gets of somebody else's character over REST and the OpenAI API."""

from __future__ import annotations

from pathlib import Path

import pytest

from madang.characters.types import Line, Profile
from tests.app.stage import Stage, stage

SECRET = "The lighthouse is hollow."


@pytest.fixture
async def open_stage(tmp_path: Path):  # type: ignore[no-untyped-def]
    async with stage(tmp_path / "data", jobs=False) as made:
        yield made


async def publish(made: Stage, **values: object) -> str:
    owner = await made.studio.accounts.owner()
    lines = [[Line(speaker="character", text=SECRET)]]
    profile = Profile(greeting="Hello.", persona=SECRET, system_prompt=SECRET, examples=lines, **values)  # type: ignore[arg-type]
    character = await made.studio.characters.create(owner, profile)
    await made.studio.characters.publish(owner, character.slug)
    return character.slug


async def test_what_is_not_to_be_remixed_is_introduced_only(open_stage: Stage) -> None:
    closed = await publish(open_stage, name="Closed", remixable=False)
    opened = await publish(open_stage, name="Opened")
    visitor, owner = await open_stage.visitor(), await open_stage.owner()
    for path in (f"/api/characters/{closed}", "/api/characters"):
        answer = await visitor.ask("GET", path)
        assert answer.status_code == 200
        assert "Closed" in answer.text
    assert SECRET not in (await visitor.ask("GET", f"/api/characters/{closed}")).text
    listed = {one["slug"]: one for one in (await visitor.ask("GET", "/api/characters")).json()}
    assert SECRET not in str(listed[closed])
    assert SECRET in str(listed[opened])
    assert SECRET in (await owner.ask("GET", f"/api/characters/{closed}")).text


async def test_what_is_rated_is_not_given_below_its_age(open_stage: Stage) -> None:
    slug = await publish(open_stage, name="Grown", rating="adult")
    visitor = await open_stage.visitor()
    for path in (
        f"/api/characters/{slug}",
        f"/c/{slug}/avatar",
        f"/c/{slug}/preview.png",
        f"/c/{slug}/card.json",
    ):
        answer = await visitor.ask("GET", path)
        assert answer.status_code == 403, path
        assert SECRET not in answer.text
    assert slug not in (await visitor.ask("GET", "/api/characters")).text
    assert slug not in (await visitor.ask("GET", "/v1/models")).text
    owner = await open_stage.owner()
    assert slug in (await owner.ask("GET", "/api/characters")).text

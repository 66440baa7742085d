"""What somebody may not meet is in no result, count, tag or order."""

from __future__ import annotations

from typing import Any

import pytest
from tests.discover.conftest import GROWN, MAKER, OTHER, OWNER, VISITOR, Yard

from madang.discover.types import Wanted

SECRET = "xyzzyplugh"


async def _nowhere(yard: Yard, identity: Any = VISITOR) -> None:
    await yard.discover.catalogue.caught_up()
    for wanted in (
        Wanted(),
        Wanted(SECRET),
        Wanted(SECRET[:4]),
        Wanted("Hidden Heron"),
        Wanted(order="new"),
        Wanted(order="popular"),
        Wanted(any=(SECRET,)),
        Wanted(rating="adult"),
    ):
        feed = await yard.discover.feed(identity, wanted)
        assert [one.entry.name for one in feed.shown if "Heron" in one.entry.name] == [], wanted
        assert feed.total == len(feed.shown) <= 1, wanted
    yard.discover._tags.clear()
    assert SECRET not in str(await yard.discover.tags(identity))


async def _heron(yard: Yard, **more: Any) -> str:
    made = await yard.publish("Hidden Heron", persona=SECRET, tags=[SECRET], tagline=SECRET, **more)
    await yard.publish("Plain Otter", identity=OTHER)
    return made.slug


@pytest.mark.parametrize("visibility", ["private", "unlisted"])
async def test_private_and_unlisted(yard: Yard, visibility: str) -> None:
    await _heron(yard, visibility=visibility)
    for identity in (VISITOR, OTHER, GROWN):
        await _nowhere(yard, identity)


@pytest.mark.parametrize("what", ["hide", "archive", "unpublish", "delete", "private"])
async def test_what_was_public_is_gone_at_once(yard: Yard, what: str) -> None:
    slug = await _heron(yard)
    assert "Hidden Heron" in await yard.names(text=SECRET)
    if what == "hide":
        await yard.characters.hide(OWNER, slug, "for a test")
    elif what == "private":
        await yard.characters.set_visibility(MAKER, slug, "private")
    else:
        await getattr(yard.characters, what)(MAKER, slug)
    await _nowhere(yard)


async def test_rated_characters_are_met_from_their_age(yard: Yard) -> None:
    await _heron(yard, rating="adult")
    await _nowhere(yard, VISITOR)
    assert await yard.names(GROWN, SECRET) == ["Hidden Heron"]
    assert await yard.names(GROWN, SECRET, rating="teen") == [], "a choice narrows further"
    assert await yard.names(GROWN, SECRET, rating="adult") == ["Hidden Heron"]


async def test_a_rated_character_moves_nothing_for_others(yard: Yard) -> None:
    await yard.publish("Seal", tagline="of the north")
    alone = await yard.discover.feed(VISITOR, Wanted("north"))
    made = await yard.publish("North North", tagline="north north", rating="adult")
    yard.past.popular = {made.id: 1_000.0}
    await yard.discover._read_popularity()
    assert await yard.names(VISITOR, "north") == ["Seal"]
    assert await yard.names(VISITOR, order="popular") == ["Seal"]
    assert (await yard.discover.feed(VISITOR, Wanted())).total == 1 >= alone.total


async def test_two_people_do_not_share_a_result(yard: Yard) -> None:
    """Orders are kept for everybody with the same rights, and for nobody else."""
    await _heron(yard, rating="teen")
    assert len(await yard.names(GROWN)) == 2
    assert len(await yard.names(VISITOR)) == 1
    assert len(await yard.names(GROWN)) == 2

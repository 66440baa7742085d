"""The order: what is talked with, what is new, and what is like that which one talked with."""

from __future__ import annotations

import numpy as np
from tests.discover.conftest import GROWN, VISITOR, Yard, ago
from tests.fakes.models import FakeModels

from madang.discover.access import Discover
from madang.discover.index.columns import Mask
from madang.discover.index.shelf import Shelf
from madang.discover.ranking import Ranked
from madang.discover.types import Taste, Wanted


async def test_popular_is_what_is_talked_with(yard: Yard) -> None:
    first = await yard.publish("First")
    await yard.publish("Second")
    assert await yard.names(order="popular") == ["Second", "First"]
    yard.past.popular = {first.id: 3.0}
    await yard.discover._read_popularity()
    assert await yard.names(order="popular") == ["First", "Second"]
    assert await yard.names() == ["First", "Second"]


async def test_what_is_like_what_one_used_comes_first_and_says_why(yard: Yard) -> None:
    used = await yard.publish("도리", tags=["고양이", "책방"])
    alike = await yard.publish("나비", tags=["고양이", "책방"])
    for name in ("Rust", "Steel", "Iron"):
        await yard.publish(name, tags=["metal"])
    assert (await yard.names())[0] == "Iron"
    yard.past.of[VISITOR.id] = [(used.id, ago(hours=1))]
    yard.discover._used.clear()
    feed = await yard.discover.feed(VISITOR, Wanted())
    assert feed.shown[0].entry.id == alike.id
    assert feed.shown[0].because == "도리"
    assert feed.personal and feed.used
    other = await yard.discover.feed(GROWN, Wanted())
    assert not any(one.because for one in other.shown), "nobody else's feed changes"


async def test_it_can_be_switched_off_and_begun_anew(yard: Yard) -> None:
    used = await yard.publish("도리", tags=["고양이"])
    await yard.publish("나비", tags=["고양이"])
    await yard.publish("Iron", tags=["metal"])
    yard.past.of[VISITOR.id] = [(used.id, ago(hours=1))]
    assert (await yard.names())[0] == "나비"
    assert (await yard.names(personal=False))[0] == "Iron"
    assert (await yard.names(since=ago(minutes=1)))[0] == "Iron"
    assert (await yard.names(since=ago(hours=2)))[0] == "나비"


async def test_nothing_is_asked_about_who_is_here_for_the_first_time(yard: Yard) -> None:
    await yard.publish("Iron")
    await yard.names(known=False)
    assert yard.past.asked == 0


class Backwards:
    """Another ranker: the oldest first."""

    def rank(self, shelf: Shelf, mask: Mask, taste: Taste, today: float, most: int) -> Ranked:
        return Ranked(np.flatnonzero(mask)[:most])


async def test_a_better_ranker_takes_its_place(yard: Yard) -> None:
    for name in ("A", "B", "C"):
        await yard.publish(name)
    other = Discover(yard.database, yard.characters, yard.past, FakeModels(), ranker=Backwards(), settle=0.0)
    await other.catalogue.caught_up()
    feed = await other.feed(VISITOR, Wanted())
    assert [one.entry.name for one in feed.shown] == ["A", "B", "C"]
    await other.close()

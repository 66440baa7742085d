"""Anybody reports; the owner hides or dismisses; the maker reads why."""

from __future__ import annotations

import pytest
from tests.discover.conftest import MAKER, OTHER, OWNER, VISITOR, Yard

from madang.discover import store
from madang.discover.reports import PER_HOUR
from madang.kernel.errors import BadInput, Busy, Forbidden, NotFound, SignInNeeded, TooLarge
from madang.kernel.identity import Identity


async def test_a_report_reaches_the_owner_who_hides(yard: Yard) -> None:
    made = await yard.publish("Loud")
    await yard.discover.reports.report(VISITOR, made.slug, "harm", "It shouts.\0")
    (reported,) = await yard.discover.reports.all(OWNER)
    assert (reported.slug, reported.reports[0].words) == ("loud", "It shouts.")
    assert VISITOR.id not in reported.model_dump_json(), "who said it is told to nobody"
    await yard.discover.reports.hide(OWNER, made.slug, "It shouts at people.")
    assert await yard.discover.reports.all(OWNER) == []
    with pytest.raises(NotFound):
        await yard.characters.get(VISITOR, made.slug)
    own = await yard.characters.get(MAKER, made.slug)
    assert own.hidden_at is not None
    assert own.hidden_why == "It shouts at people."
    await yard.discover.reports.show(OWNER, made.slug)
    assert (await yard.characters.get(VISITOR, made.slug)).slug == made.slug
    assert await yard.names() == ["Loud"]


async def test_dismissing_leaves_it_alone(yard: Yard) -> None:
    made = await yard.publish("Quiet")
    await yard.discover.reports.report(VISITOR, made.slug, "other")
    assert await yard.discover.reports.waiting(OWNER) == 1
    assert await yard.discover.reports.dismiss(OWNER, made.slug) == 1
    assert await yard.discover.reports.waiting(OWNER) == 0
    assert await yard.names() == ["Quiet"]


async def test_only_the_owner_reads_and_settles(yard: Yard) -> None:
    made = await yard.publish("Quiet")
    narrow = Identity("owner", OWNER.id, frozenset({"chat"}))
    for identity, error in (
        (VISITOR, SignInNeeded),
        (MAKER, Forbidden),
        (OTHER, Forbidden),
        (narrow, Forbidden),
    ):
        for ask in (
            yard.discover.reports.all(identity),
            yard.discover.reports.waiting(identity),
            yard.discover.reports.dismiss(identity, made.slug),
            yard.discover.reports.hide(identity, made.slug, "because"),
            yard.discover.reports.show(identity, made.slug),
        ):
            with pytest.raises(error):
                await ask


async def test_what_one_may_not_see_one_cannot_report(yard: Yard) -> None:
    made = await yard.publish("Inner", visibility="private")
    with pytest.raises(NotFound):
        await yard.discover.reports.report(VISITOR, made.slug, "harm")


async def test_bad_reports_are_refused(yard: Yard) -> None:
    made = await yard.publish("Quiet")
    with pytest.raises(BadInput):
        await yard.discover.reports.report(VISITOR, made.slug, "'; DROP TABLE characters; --")
    with pytest.raises(TooLarge):
        await yard.discover.reports.report(VISITOR, made.slug, "harm", "x" * 2_001)
    with pytest.raises(BadInput):
        await yard.discover.reports.hide(OWNER, made.slug, "  \0 ")
    assert await yard.discover.reports.all(OWNER) == []


async def test_one_person_has_one_open_report_and_a_limit(yard: Yard) -> None:
    made = await yard.publish("Quiet")
    for number in range(PER_HOUR):
        await yard.discover.reports.report(VISITOR, made.slug, "harm", str(number))
    (reported,) = await yard.discover.reports.all(OWNER)
    assert [report.words for report in reported.reports] == [str(PER_HOUR - 1)]
    with pytest.raises(Busy):
        await yard.discover.reports.report(VISITOR, made.slug, "harm")


async def test_a_new_cookie_for_every_report_does_not_help(yard: Yard) -> None:
    made = await yard.publish("Quiet")
    for number in range(PER_HOUR):
        visitor = Identity("visitor", f"vis_{number}")
        await yard.discover.reports.report(visitor, made.slug, "harm", address="192.0.2.1")
    with pytest.raises(Busy):
        await yard.discover.reports.report(
            Identity("visitor", "vis_new"), made.slug, "harm", address="192.0.2.1"
        )


async def test_reports_go_with_their_character(yard: Yard) -> None:
    made = await yard.publish("Quiet")
    await yard.discover.reports.report(VISITOR, made.slug, "harm")
    await yard.characters.delete(MAKER, made.slug)
    async with yard.database.read() as session:
        assert await store.count_reports(session, "open") == 0

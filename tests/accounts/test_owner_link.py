"""The owner comes in by a one-time link: once, for an hour, the newest only."""

from __future__ import annotations

import asyncio

import pytest

from madang.accounts.access import Accounts
from madang.accounts.types import SESSION_COOKIE, Cookie
from madang.kernel.errors import NotFound
from tests.accounts.conftest import MovableClock


async def test_the_owner_is_one_however_many_ask_at_once(accounts: Accounts) -> None:
    owners = await asyncio.gather(*(accounts.owner() for _ in range(6)))
    assert len({owner.id for owner in owners}) == 1
    assert owners[0].kind == "owner" and owners[0].makes


async def test_a_link_signs_the_owner_in_once(accounts: Accounts) -> None:
    token = await accounts.one_time_link()
    assert await accounts.link_works(token) and await accounts.link_works(token)
    cookie = await accounts.redeem(token)
    assert await accounts.identify({SESSION_COOKIE: cookie.value}) == await accounts.owner()
    assert not await accounts.link_works(token)
    with pytest.raises(NotFound):
        await accounts.redeem(token)


async def test_of_many_redeems_at_once_one_wins(accounts: Accounts) -> None:
    token = await accounts.one_time_link()
    results = await asyncio.gather(*(accounts.redeem(token) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(result, Cookie) for result in results) == 1
    assert sum(isinstance(result, NotFound) for result in results) == 4
    assert len(await accounts.sessions(await accounts.owner())) == 1


async def test_a_link_is_good_for_an_hour(accounts: Accounts, clock: MovableClock) -> None:
    token = await accounts.one_time_link()
    clock.pass_by(minutes=61)
    with pytest.raises(NotFound):
        await accounts.redeem(token)


async def test_the_newest_link_replaces_the_older(accounts: Accounts) -> None:
    older = await accounts.one_time_link()
    newer = await accounts.one_time_link()
    with pytest.raises(NotFound):
        await accounts.redeem(older)
    assert await accounts.redeem(newer)


@pytest.mark.parametrize("token", ["", "x", "%00", "a" * 5000, "맞지 않는 것"])
async def test_a_made_up_link_is_refused(accounts: Accounts, token: str) -> None:
    await accounts.one_time_link()
    with pytest.raises(NotFound):
        await accounts.redeem(token)


async def test_a_sign_in_ends_the_session_the_browser_had(accounts: Accounts) -> None:
    """Fixation: whatever was in the cookie before is worth nothing afterwards."""
    first = await accounts.redeem(await accounts.one_time_link())
    second = await accounts.redeem(await accounts.one_time_link(), replaces=first.value)
    assert first.value != second.value
    assert (await accounts.identify({SESSION_COOKIE: first.value})).kind == "visitor"
    planted = await accounts.redeem(await accounts.one_time_link(), replaces="planted-by-someone")
    assert planted.value != "planted-by-someone"
    assert (await accounts.identify({SESSION_COOKIE: "planted-by-someone"})).kind == "visitor"

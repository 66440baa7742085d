"""Signing in with a password: limits, what ends other sessions, and equal work for every wrong answer."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from madang.accounts import store
from madang.accounts.access import Accounts
from madang.accounts.passwords import Attempts, Passwords
from madang.accounts.types import SESSION_COOKIE
from madang.kernel.errors import BadInput, Busy, Forbidden, SignInNeeded
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.storage.database import Database
from madang.storage.limits import Limits
from tests.accounts.conftest import CHEAP, PASSWORD, MovableClock


async def test_a_password_signs_in_and_a_wrong_one_does_not(accounts: Accounts) -> None:
    owner = await accounts.owner()
    assert not await accounts.has_password()
    await accounts.set_password(owner, PASSWORD)
    assert await accounts.has_password()
    cookie = await accounts.sign_in(PASSWORD, address="here")
    assert await accounts.identify({SESSION_COOKIE: cookie.value}) == owner
    for wrong in ("", PASSWORD + " ", PASSWORD * 200):
        with pytest.raises(Forbidden):
            await accounts.sign_in(wrong, address="here")


async def test_without_a_password_nobody_signs_in(accounts: Accounts) -> None:
    with pytest.raises(Forbidden):
        await accounts.sign_in("no account has this password")  # the decoy's own words
    await accounts.owner()
    with pytest.raises(Forbidden):
        await accounts.sign_in("no account has this password", address="other")


async def test_an_unknown_account_costs_a_hash_like_a_known_one() -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    verified: list[object] = []

    class Counting:
        hash = staticmethod(hasher.hash)

        def verify(self, *arguments: str) -> bool:
            verified.append(arguments)
            return hasher.verify(*arguments)

    passwords = Passwords(Counting())  # type: ignore[arg-type]
    stored = await passwords.hash(PASSWORD)
    assert not await passwords.verify(stored, "wrong")
    assert not await passwords.verify(None, "wrong")
    assert len(verified) == 2


@pytest.mark.parametrize("password", ["short", "a" * 1025])
async def test_a_password_has_a_length(accounts: Accounts, password: str) -> None:
    with pytest.raises(BadInput):
        await accounts.set_password(await accounts.owner(), password)


async def test_changing_it_needs_the_current_one(accounts: Accounts) -> None:
    owner = await accounts.owner()
    await accounts.set_password(owner, PASSWORD)
    with pytest.raises(Forbidden):
        await accounts.set_password(owner, "another good password")
    with pytest.raises(Forbidden):
        await accounts.set_password(owner, "another good password", current="wrong")
    await accounts.set_password(owner, "another good password", current=PASSWORD)
    with pytest.raises(Forbidden):
        await accounts.sign_in(PASSWORD)


async def test_a_fresh_link_replaces_a_forgotten_one(accounts: Accounts, clock: MovableClock) -> None:
    owner = await accounts.owner()
    await accounts.set_password(owner, PASSWORD)
    cookie = await accounts.redeem(await accounts.one_time_link())
    session = (await accounts.resolve({SESSION_COOKIE: cookie.value})).session
    await accounts.set_password(owner, "a second password", session=session)
    clock.pass_by(hours=2)
    with pytest.raises(Forbidden):
        await accounts.set_password(owner, "a third password", session=session)


async def test_changing_it_ends_every_other_session_and_link(accounts: Accounts) -> None:
    owner = await accounts.owner()
    mine = await accounts.redeem(await accounts.one_time_link())
    stolen = await accounts.redeem(await accounts.one_time_link())
    link = await accounts.one_time_link()
    session = (await accounts.resolve({SESSION_COOKIE: mine.value})).session
    await accounts.set_password(owner, PASSWORD, session=session)
    assert (await accounts.identify({SESSION_COOKIE: mine.value})).kind == "owner"
    assert (await accounts.identify({SESSION_COOKIE: stolen.value})).kind == "visitor"
    assert not await accounts.link_works(link)


async def test_an_old_hash_is_made_anew(database: Database, settings: Settings, clock: MovableClock) -> None:
    await _with(database, settings, clock, CHEAP).set_password(
        await _with(database, settings, clock, CHEAP).owner(), PASSWORD
    )
    stronger = _with(database, settings, clock, PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    await stronger.sign_in(PASSWORD)
    assert stronger._passwords.outdated(CHEAP.hash(PASSWORD))
    async with database.read() as session:
        row = await store.owner(session)
        assert row is not None and row.password_hash is not None
        assert not stronger._passwords.outdated(row.password_hash)


async def test_too_many_attempts_from_an_address(accounts: Accounts, clock: MovableClock) -> None:
    await accounts.set_password(await accounts.owner(), PASSWORD)
    for _ in range(8):
        with pytest.raises(Forbidden):
            await accounts.sign_in("wrong", address="1.2.3.4")
    with pytest.raises(Busy) as busy:
        await accounts.sign_in(PASSWORD, address="1.2.3.4")  # even the right one
    assert 0 < busy.value.retry_after <= 300
    assert await accounts.sign_in(PASSWORD, address="5.6.7.8")
    clock.pass_by(minutes=6)
    assert await accounts.sign_in(PASSWORD, address="1.2.3.4")


async def test_too_many_attempts_over_all(database: Database, clock: MovableClock) -> None:
    attempts = Attempts(Limits(database), "sign-in", per_address=3, overall=5)
    for number in range(5):
        await attempts.count(f"10.0.0.{number}", clock())
    with pytest.raises(Busy):
        await attempts.count("10.0.0.99", clock())


@pytest.mark.parametrize(
    ("identity", "error"),
    [
        (Identity("visitor", "vis_x"), SignInNeeded),
        (Identity("owner", "usr_x", frozenset({"manage", "chat"})), Forbidden),
    ],
)
async def test_only_a_person_handles_accounts(
    accounts: Accounts, identity: Identity, error: type[Exception]
) -> None:
    for call in (
        accounts.set_password(identity, PASSWORD),
        accounts.sessions(identity),
        accounts.keys(identity),
        accounts.create_key(identity, "mine", ["chat"]),
        accounts.revoke_key(identity, "key_x"),
        accounts.end_session(identity, "ses_x"),
        accounts.sign_out_everywhere(identity),
    ):
        with pytest.raises(error):
            await call


def _with(database: Database, settings: Settings, clock: MovableClock, hasher: PasswordHasher) -> Accounts:
    return Accounts(database, settings, clock=clock, hasher=hasher)

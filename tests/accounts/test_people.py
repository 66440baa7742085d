"""People of a studio: every way in × revoked, used up, too old, suspended, demoted, raced."""

from __future__ import annotations

import asyncio

import pytest

from madang.accounts.access import Accounts
from madang.accounts.people import INVITATION_LIFE, plain_name
from madang.accounts.types import SESSION_COOKIE, Cookie, Joined, Role
from madang.kernel.errors import BadInput, Busy, Conflict, Forbidden, NotFound, SignInNeeded
from madang.kernel.identity import Identity
from madang.storage.database import Database
from tests.accounts.conftest import PASSWORD, MovableClock


async def joined(accounts: Accounts, name: str = "Mina", role: Role = "creator") -> Joined:
    owner = await accounts.owner()
    return await accounts.accept(await accounts.invite(owner, role, f"for {name}"), name, PASSWORD)


async def who(accounts: Accounts, cookie: Cookie) -> Identity:
    return await accounts.identify({SESSION_COOKIE: cookie.value})


async def test_an_invitation_makes_one_account(accounts: Accounts) -> None:
    owner = await accounts.owner()
    token = await accounts.invite(owner, "creator", "  Mina\0  from the shop ")
    (open_one,) = await accounts.invitations(owner)
    assert (open_one.label, open_one.role) == ("Mina from the shop", "creator")
    assert (await accounts.invitation(token)).id == open_one.id
    made = await accounts.accept(token, "  Mina  Kim ", PASSWORD)
    assert made.identity.kind == "creator" and made.identity.signed_in and made.identity.makes
    assert await who(accounts, made.cookie) == made.identity
    assert await accounts.invitations(owner) == []
    first, second = await accounts.users(owner)
    assert (first.role, second.name, second.label) == ("owner", "Mina Kim", "Mina from the shop")
    with pytest.raises(NotFound):
        await accounts.accept(token, "Someone", PASSWORD)
    assert (await accounts.user(made.identity)).name == "Mina Kim"


async def test_a_visitor_with_an_account_is_the_same_on_every_device(accounts: Accounts) -> None:
    made = await joined(accounts, "Haneul", "visitor")
    assert made.identity.kind == "visitor" and made.identity.signed_in and not made.identity.makes
    elsewhere = await accounts.sign_in(PASSWORD, name="haneul")
    assert await who(accounts, elsewhere) == made.identity
    assert len(await accounts.sessions(made.identity)) == 2
    with pytest.raises(Forbidden):
        await accounts.create_key(made.identity, "x", ["chat"])
    await accounts.set_password(made.identity, "another good one", current=PASSWORD)
    assert (await who(accounts, elsewhere)).id != made.identity.id


@pytest.mark.parametrize("way", ["revoked", "expired", "used", "made up", "empty", "odd"])
async def test_an_invitation_that_does_not_work(accounts: Accounts, clock: MovableClock, way: str) -> None:
    owner = await accounts.owner()
    token = await accounts.invite(owner, "visitor")
    if way == "revoked":
        (one,) = await accounts.invitations(owner)
        await accounts.revoke_invitation(owner, one.id)
        with pytest.raises(NotFound):
            await accounts.revoke_invitation(owner, one.id)
    elif way == "expired":
        clock.at += INVITATION_LIFE
    elif way == "used":
        await accounts.accept(token, "First", PASSWORD)
    else:
        token = {"made up": "x" * 43, "empty": "", "odd": "\udcff".encode("utf-8", "replace").decode()}[way]
    with pytest.raises(NotFound):
        await accounts.invitation(token)
    with pytest.raises(NotFound):
        await accounts.accept(token, "Second", PASSWORD)
    assert await accounts.invitations(owner) == [] or way in ("made up", "empty", "odd")


async def test_of_many_at_once_one_joins(accounts: Accounts) -> None:
    owner = await accounts.owner()
    token = await accounts.invite(owner, "creator")
    results = await asyncio.gather(
        *(accounts.accept(token, f"Name {n}x", PASSWORD) for n in range(5)), return_exceptions=True
    )
    assert sum(isinstance(one, Joined) for one in results) == 1
    assert sum(isinstance(one, NotFound) for one in results) == 4
    assert len(await accounts.users(owner)) == 2


async def test_a_name_is_one_persons_and_a_refusal_keeps_the_invitation(accounts: Accounts) -> None:
    await joined(accounts, "Mina")
    token = await accounts.invite(await accounts.owner(), "creator")
    for name in ("Mina", "mina", " M i n a ", "ＭＩＮＡ", "owner", "Owner", "관리자"):
        with pytest.raises(Conflict):
            await accounts.accept(token, name, PASSWORD)
    for name in ("", "   ", "\u200b", "123", "x" * 61):
        with pytest.raises(BadInput):
            await accounts.accept(token, name, PASSWORD)
    with pytest.raises(BadInput):
        await accounts.accept(token, "Dana", "short")
    assert (await accounts.accept(token, "다나", PASSWORD)).identity.makes
    assert plain_name("a\u202eb\n c") == "a b c"


async def test_nobody_becomes_the_owner_by_invitation(accounts: Accounts) -> None:
    owner = await accounts.owner()
    for role in ("owner", "admin", ""):
        with pytest.raises(BadInput):
            await accounts.invite(owner, role)  # type: ignore[arg-type]
    made = await joined(accounts)
    with pytest.raises(BadInput):
        await accounts.set_role(owner, made.identity.id, "owner")
    for call in (accounts.suspend(owner, owner.id), accounts.set_role(owner, owner.id, "visitor")):
        with pytest.raises(Forbidden):
            await call
    for call in (accounts.suspend(owner, "usr_x"), accounts.set_role(owner, "usr_x", "visitor")):
        with pytest.raises(NotFound):
            await call


async def test_suspension_ends_sessions_keys_and_sign_ins_at_once(accounts: Accounts) -> None:
    owner = await accounts.owner()
    made = await joined(accounts)
    key, _ = await accounts.create_key(made.identity, "till", ["chat", "manage"])
    assert (await accounts.identify({}, f"Bearer {key}")).age == 18
    await accounts.suspend(owner, made.identity.id)
    assert (await who(accounts, made.cookie)).kind == "visitor"
    assert not (await who(accounts, made.cookie)).signed_in
    with pytest.raises(SignInNeeded):
        await accounts.identify({}, f"Bearer {key}")
    with pytest.raises(Forbidden):
        await accounts.sign_in(PASSWORD, name="Mina")
    with pytest.raises(Forbidden):
        await accounts._begin(made.identity.id, "password", None, "")
    assert (await accounts.users(owner))[1].suspended_at is not None
    await accounts.suspend(owner, made.identity.id, False)
    assert (await who(accounts, made.cookie)).kind == "visitor"  # what was ended stays ended
    with pytest.raises(SignInNeeded):
        await accounts.identify({}, f"Bearer {key}")
    assert await who(accounts, await accounts.sign_in(PASSWORD, name="Mina")) == made.identity


async def test_a_new_role_counts_at_once(accounts: Accounts) -> None:
    owner = await accounts.owner()
    made = await joined(accounts)
    key, _ = await accounts.create_key(made.identity, "till", ["manage"])
    await accounts.set_role(owner, made.identity.id, "visitor")
    now = await who(accounts, made.cookie)
    assert now.kind == "visitor" and now.id == made.identity.id and not now.makes
    with pytest.raises(SignInNeeded):
        await accounts.identify({}, f"Bearer {key}")
    await accounts.set_role(owner, made.identity.id, "creator")
    assert (await who(accounts, made.cookie)).makes


async def test_a_sign_in_that_raced_a_password_change_ends(accounts: Accounts, database: Database) -> None:
    """The password was right when it was verified, and was changed before the session began."""
    made = await joined(accounts)
    async with database.read() as session:
        from madang.accounts import store

        row = await store.user(session, made.identity.id)
        assert row is not None
        verified = row.password_hash
    await accounts.set_password(made.identity, "another good one", current=PASSWORD)
    with pytest.raises(Forbidden):
        await accounts._begin(made.identity.id, "password", None, "", stored=verified)
    assert (await who(accounts, made.cookie)).kind == "visitor"


async def test_signing_in_tells_nothing_about_names(accounts: Accounts) -> None:
    await joined(accounts)
    said = set()
    for name in ("Mina", "Nobody"):
        with pytest.raises(Forbidden) as refused:
            await accounts.sign_in("wrong password", name=name, address=name)
        said.add(str(refused.value))
    assert len(said) == 1
    await accounts.set_password(await accounts.owner(), "the owner's password")
    for name in ("", "owner", " OWNER "):
        assert (
            await who(accounts, await accounts.sign_in("the owner's password", name=name))
        ).kind == "owner"
    with pytest.raises(Forbidden):
        await accounts.sign_in("the owner's password", name="Mina")


async def test_attempts_are_counted_for_the_name_and_for_the_address(
    accounts: Accounts, clock: MovableClock
) -> None:
    await joined(accounts)
    for n in range(20):
        with pytest.raises(Forbidden):
            await accounts.sign_in("wrong password", name="Mina", address=f"10.0.0.{n}")
    with pytest.raises(Busy):
        await accounts.sign_in(PASSWORD, name="mina", address="10.0.1.1")
    clock.pass_by(minutes=6)
    for n in range(8):
        with pytest.raises(Forbidden):
            await accounts.sign_in("wrong password", name=f"n{n}", address=f"2001:db8::{n}")
    with pytest.raises(Busy):  # one /64 network is one place
        await accounts.sign_in(PASSWORD, name="mina", address="2001:db8::ffff")
    assert await accounts.sign_in(PASSWORD, name="mina", address="2001:db8:1::1")


async def test_signing_in_as_oneself_does_not_buy_guesses_at_others(accounts: Accounts) -> None:
    await joined(accounts)
    with pytest.raises(Busy):
        for n in range(20):
            if n % 4 == 3:
                await accounts.sign_in(PASSWORD, name="Mina", address="10.0.0.1")
            else:
                with pytest.raises(Forbidden):
                    await accounts.sign_in("a guess at it", name=f"other{n}", address="10.0.0.1")


@pytest.mark.parametrize(
    ("identity", "error"),
    [
        (Identity("visitor", "vis_x"), SignInNeeded),
        (Identity("visitor", "usr_x"), Forbidden),
        (Identity("creator", "usr_x"), Forbidden),
        (Identity("owner", "usr_o", frozenset({"chat", "manage"})), Forbidden),
    ],
)
async def test_people_are_the_owners_in_person(
    accounts: Accounts, identity: Identity, error: type[Exception]
) -> None:
    for call in (
        accounts.users(identity),
        accounts.invite(identity, "creator"),
        accounts.invitations(identity),
        accounts.revoke_invitation(identity, "inv_x"),
        accounts.suspend(identity, "usr_y"),
        accounts.set_role(identity, "usr_y", "visitor"),
    ):
        with pytest.raises(error):
            await call


async def test_no_secret_of_an_invitation_is_stored(accounts: Accounts, database: Database) -> None:
    from sqlalchemy import text

    token = await accounts.invite(await accounts.owner(), "creator", "x")
    async with database.read() as reading:
        stored = str((await reading.execute(text("SELECT * FROM invitations"))).all())
    assert token not in stored and token not in repr(await accounts.invitations(await accounts.owner()))

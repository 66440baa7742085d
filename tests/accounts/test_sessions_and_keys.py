"""Every credential, alive, revoked, expired and scoped; visitors; and that no secret is stored or shown."""

from __future__ import annotations

import stat

import pytest

from madang.accounts.access import Accounts
from madang.accounts.types import SESSION_COOKIE, VISITOR_COOKIE
from madang.kernel.errors import BadInput, NotFound, SignInNeeded
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.storage.database import Database
from tests.accounts.conftest import MovableClock


async def signed_in(accounts: Accounts) -> str:
    return (await accounts.redeem(await accounts.one_time_link())).value


async def test_a_session_slides_and_ends(accounts: Accounts, clock: MovableClock) -> None:
    token = await signed_in(accounts)
    for _ in range(5):
        clock.pass_by(days=29)
        found = await accounts.resolve({SESSION_COOKIE: token})
        assert found.identity.kind == "owner" and found.renew and found.cookie
        assert found.cookie.value == token
    assert not (await accounts.resolve({SESSION_COOKIE: token})).renew  # not written at every request
    clock.pass_by(days=31)
    assert (await accounts.identify({SESSION_COOKIE: token})).kind == "visitor"


async def test_no_session_lives_longer_than_180_days(accounts: Accounts, clock: MovableClock) -> None:
    token = await signed_in(accounts)
    for _ in range(18):
        assert (await accounts.identify({SESSION_COOKIE: token})).kind == "owner"
        clock.pass_by(days=10)
    assert (await accounts.identify({SESSION_COOKIE: token})).kind == "visitor"


async def test_sign_out_here_there_and_everywhere(accounts: Accounts) -> None:
    owner = await accounts.owner()
    here, there, far = [await signed_in(accounts) for _ in range(3)]
    current = (await accounts.resolve({SESSION_COOKIE: here})).session
    assert current is not None
    gone = await accounts.sign_out(far)
    assert (gone.value, gone.seconds) == ("", 0)
    assert len(await accounts.sessions(owner)) == 2
    assert await accounts.sign_out_everywhere(owner, keep=current) == 1
    assert (await accounts.identify({SESSION_COOKIE: there})).kind == "visitor"
    await accounts.end_session(owner, current.id)
    assert (await accounts.identify({SESSION_COOKIE: here})).kind == "visitor"
    with pytest.raises(NotFound):
        await accounts.end_session(owner, current.id)


async def test_nobody_ends_a_session_or_key_of_another(accounts: Accounts) -> None:
    owner = await accounts.owner()
    await signed_in(accounts)
    (session,) = await accounts.sessions(owner)
    _, row = await accounts.create_key(owner, "till", ["chat"])
    other = Identity("creator", "usr_other")
    with pytest.raises(NotFound):
        await accounts.end_session(other, session.id)
    with pytest.raises(NotFound):
        await accounts.revoke_key(other, row.id)
    assert await accounts.sign_out_everywhere(other) == 0
    assert await accounts.keys(other) == [] and await accounts.sessions(other) == []


async def test_a_key_says_who_and_what_for(accounts: Accounts, clock: MovableClock) -> None:
    owner = await accounts.owner()
    key, row = await accounts.create_key(owner, "  till   one ", ["manage", "chat"])
    assert key.startswith("mdg_") and row.name == "till one" and key.endswith(row.hint)
    found = await accounts.identify({}, f"Bearer {key}")
    assert (found.kind, found.id) == ("owner", owner.id)
    assert found.scopes == {"chat", "manage"} and found.may("manage")
    narrow, _ = await accounts.create_key(owner, "reader", ["chat"])
    assert not (await accounts.identify({}, f"bearer {narrow}")).may("manage")
    first = (await accounts.keys(owner))[-1].used_at
    assert first == clock()
    await accounts.revoke_key(owner, row.id)
    with pytest.raises(SignInNeeded):
        await accounts.identify({}, f"Bearer {key}")
    with pytest.raises(NotFound):
        await accounts.revoke_key(owner, row.id)


@pytest.mark.parametrize(
    "authorization", ["Bearer", "Bearer x", "Bearer mdg_", "Bearer mdg_wrong", "bearer 열쇠"]
)
async def test_a_wrong_key_is_an_error_even_with_a_session(accounts: Accounts, authorization: str) -> None:
    token = await signed_in(accounts)
    with pytest.raises(SignInNeeded):
        await accounts.identify({SESSION_COOKIE: token}, authorization)


async def test_another_scheme_is_not_a_key(accounts: Accounts) -> None:
    assert (await accounts.identify({}, "Basic b3duZXI6eA==")).kind == "visitor"


@pytest.mark.parametrize(
    ("name", "scopes"), [("", ["chat"]), ("x", []), ("x", ["root"]), ("x", ["chat", "root"])]
)
async def test_a_key_needs_a_name_and_known_scopes(accounts: Accounts, name: str, scopes: list[str]) -> None:
    with pytest.raises(BadInput):
        await accounts.create_key(await accounts.owner(), name, scopes)


async def test_a_visitor_is_the_cookie(accounts: Accounts, database: Database, settings: Settings) -> None:
    visitor, cookie = await accounts.visitor()
    assert visitor.id.startswith("vis_") and not visitor.makes
    assert await Accounts(database, settings).identify({VISITOR_COOKIE: cookie.value}) == visitor
    head, _, signature = cookie.value.rpartition(".")
    for forged in (f"vis_someone.{signature}", f"{head}.x", head, "", "\udcff", "a.b.c" * 500):
        assert (await accounts.identify({VISITOR_COOKIE: forged})).id != visitor.id
    another, _ = await accounts.visitor()
    assert another.id != visitor.id


async def test_the_secret_is_the_users_alone(accounts: Accounts, settings: Settings) -> None:
    await accounts.visitor()
    (path,) = (settings.data / "secrets").iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_session_is_no_visitor_cookie_and_the_other_way_round(accounts: Accounts) -> None:
    token = await signed_in(accounts)
    _, cookie = await accounts.visitor()
    assert (await accounts.identify({VISITOR_COOKIE: token})).kind == "visitor"
    assert (await accounts.identify({SESSION_COOKIE: cookie.value})).kind == "visitor"


async def test_nothing_stored_holds_a_secret(
    accounts: Accounts, database: Database, tmp_path_factory
) -> None:  # type: ignore[no-untyped-def]
    owner = await accounts.owner()
    link = await accounts.one_time_link()
    session = await signed_in(accounts)
    key, row = await accounts.create_key(owner, "till", ["chat"])
    await accounts.set_password(owner, "canary password", session=(await accounts.sessions(owner))[0])
    async with database.read() as reading:
        from sqlalchemy import text

        stored = ""
        for table in ("users", "owner_links", "sessions", "api_keys"):
            stored += str((await reading.execute(text(f"SELECT * FROM {table}"))).all())
    shown = f"{row!r}{await accounts.keys(owner)!r}{await accounts.sessions(owner)!r}"
    resolved = await accounts.resolve({SESSION_COOKIE: session})
    for secret in (link, session, key, "canary password"):
        assert secret not in stored and secret not in shown and secret not in repr(resolved)

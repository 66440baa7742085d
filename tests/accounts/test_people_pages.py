"""Inviting and joining in a browser: the link shown once, a name and a password, what was said before."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request

from madang.accounts import api, pages, people_pages
from madang.accounts.access import Accounts
from madang.accounts.middleware import AccountsMiddleware
from madang.accounts.types import SESSION_COOKIE, VISITOR_COOKIE
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.web import install
from tests.accounts.conftest import PASSWORD
from tests.accounts.test_pages import browser, come_in, post, token_on


@pytest.fixture
def adopted() -> list[tuple[Identity, Identity]]:
    return []


@pytest.fixture
def app(accounts: Accounts, settings: Settings, adopted: list[tuple[Identity, Identity]]) -> FastAPI:
    app = FastAPI()

    async def adopt(visitor: Identity, user: Identity) -> None:
        adopted.append((visitor, user))

    @app.post("/says")
    async def says(request: Request) -> dict[str, str]:
        return {"id": request.state.identity.id}

    app.add_middleware(AccountsMiddleware, accounts=accounts)
    view = install(app, settings)
    app.include_router(pages.router(view, accounts))
    app.include_router(people_pages.router(view, accounts, adopt))
    app.include_router(api.router(accounts))
    return app


@pytest.fixture
async def owner(app: FastAPI, accounts: Accounts) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app) as client:
        await come_in(client, accounts)
        yield client


async def invited(owner: httpx.AsyncClient, role: str = "creator", label: str = "<i>Mina</i>") -> str:
    page = await post(owner, "/people/invitations", "/people", role=role, label=label)
    found = re.search(r"http://127\.0\.0\.1(/join/[\w-]+)", page.text)
    assert found and page.headers["cache-control"] == "no-store" and "<i>Mina" not in page.text
    assert found.group(1) not in (await owner.get("/people")).text
    return found.group(1)


async def join(client: httpx.AsyncClient, link: str, **fields: str) -> httpx.Response:
    return await post(
        client, link, link, **{"name": "Mina", "password": PASSWORD, "again": PASSWORD, **fields}
    )


async def test_somebody_joins_with_what_they_said_before(
    app: FastAPI, owner: httpx.AsyncClient, adopted: list[tuple[Identity, Identity]]
) -> None:
    link = await invited(owner, "visitor")
    async with browser(app) as mina:
        said = await mina.post("/says", headers={"x-madang-csrf": await token_on(mina, "/sign-in")})
        assert VISITOR_COOKIE in mina.cookies
        for fields in (
            {"again": "other"},
            {"password": "short", "again": "short"},
            {"name": "7"},
            {"name": "owner"},
        ):
            refused = await join(mina, link, **fields)
            assert refused.status_code in (400, 409) and 'role="alert"' in refused.text
            assert 'value="short"' not in refused.text
        done = await join(mina, link)
        assert (done.status_code, done.headers["location"]) == (303, "/")
        assert VISITOR_COOKIE not in mina.cookies and SESSION_COOKIE in mina.cookies
        me = (await mina.get("/api/me")).json()
        assert me["kind"] == "visitor" and me["signed_in"] and me["id"].startswith("usr_")
        ((before, now),) = adopted
        assert (before.id, now.id) == (said.json()["id"], me["id"])
        account = (await mina.get("/account")).text
        assert "Mina" in account and "API keys" not in account and "/people" not in account
        assert (await mina.get("/people")).status_code == 403
        assert (await mina.get(link)).status_code == 404
    async with browser(app) as phone:
        assert 'name="name"' in (await phone.get("/sign-in")).text
        wrong = await post(phone, "/sign-in", "/sign-in", name="Mina", password="wrong password")
        assert wrong.status_code == 403 and "The name or the password is not right." in wrong.text
        right = await post(phone, "/sign-in", "/sign-in", name="mina", password=PASSWORD)
        assert right.headers["location"] == "/"
        assert (await phone.get("/api/me")).json()["id"] == me["id"]


async def test_looking_at_an_invitation_does_not_use_it_up(app: FastAPI, owner: httpx.AsyncClient) -> None:
    link = await invited(owner)
    async with browser(app) as mina:
        for _ in range(3):
            page = await mina.get(link)
            assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
        assert (await join(mina, link)).headers["location"] == "/mine"
        second = await invited(owner, label="other")
        page = await mina.get(second)
        assert "You are signed in already" in page.text and 'name="password"' not in page.text
        assert (
            await post(mina, second, second, name="B", password=PASSWORD, again=PASSWORD)
        ).status_code == 403


async def test_the_owner_shuts_somebody_out_and_changes_roles(
    app: FastAPI, owner: httpx.AsyncClient, accounts: Accounts
) -> None:
    async with browser(app) as mina:
        await join(mina, await invited(owner))
        person = (await accounts.users(await accounts.owner()))[1]
        changed = await post(owner, f"/people/{person.id}/role", "/people", role="visitor")
        assert changed.headers["location"] == "/people?done=role"
        assert (await mina.get("/api/me")).json()["kind"] == "visitor"
        await post(owner, f"/people/{person.id}/suspend", "/people", on="1")
        assert not (await mina.get("/api/me")).json()["signed_in"]
        assert "shut out" in (await owner.get("/people")).text
        back = await post(owner, f"/people/{person.id}/suspend", "/people", on="0")
        assert back.headers["location"] == "/people?done=back"
        assert (await post(owner, "/people/usr_x/suspend", "/people")).status_code == 404
        assert (await post(owner, f"/people/{person.id}/role", "/people", role="owner")).status_code == 400


async def test_an_invitation_is_taken_back(
    app: FastAPI, owner: httpx.AsyncClient, accounts: Accounts
) -> None:
    link = await invited(owner)
    (one,) = await accounts.invitations(await accounts.owner())
    done = await post(owner, f"/people/invitations/{one.id}/revoke", "/people")
    assert done.headers["location"] == "/people?done=revoked"
    async with browser(app) as mina:
        gone = await mina.get(link)
        assert gone.status_code == 404 and "was taken back" in gone.text


async def test_the_pages_speak_korean(app: FastAPI, owner: httpx.AsyncClient) -> None:
    link = await invited(owner)
    page = (await owner.get("/people", headers={"accept-language": "ko"})).text
    assert "초대하기" in page and "Invite somebody" not in page
    async with browser(app) as mina:
        page = (await mina.get(link, headers={"accept-language": "ko"})).text
        assert "환영합니다" in page and "Welcome" not in page

"""Accounts in a browser: the link, the password, the cookies and their flags, keys shown once, CSRF."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI, Request

from madang.accounts import api, pages
from madang.accounts.access import Accounts
from madang.accounts.middleware import AccountsMiddleware, keep_visitor
from madang.accounts.types import SESSION_COOKIE, VISITOR_COOKIE
from madang.kernel.settings import Settings
from madang.web import install
from madang.web.view import View
from tests.accounts.conftest import PASSWORD

BASE = "http://127.0.0.1"


@pytest.fixture
def app(accounts: Accounts, settings: Settings) -> FastAPI:
    app = FastAPI()
    app.include_router(pages.router(View(settings), accounts))
    app.include_router(api.router(accounts))

    @app.get("/")
    async def home() -> dict[str, str]:
        return {}

    @app.get("/keeps")
    async def keeps(request: Request) -> dict[str, str]:
        keep_visitor(request)
        return {"id": request.state.identity.id}

    @app.post("/says")
    async def says(request: Request) -> dict[str, str]:
        return {"id": request.state.identity.id}

    app.add_middleware(AccountsMiddleware, accounts=accounts)
    install(app, settings)
    return app


def browser(app: FastAPI, base: str = BASE) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url=base, headers={"accept": "text/html"}
    )


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app) as client:
        yield client


async def token_on(client: httpx.AsyncClient, path: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', (await client.get(path)).text)
    assert found
    return found.group(1)


async def post(client: httpx.AsyncClient, path: str, page: str, **fields: str) -> httpx.Response:
    return await client.post(path, data={"csrf": await token_on(client, page), **fields})


async def come_in(client: httpx.AsyncClient, accounts: Accounts) -> httpx.Response:
    link = f"/owner/{await accounts.one_time_link()}"
    return await post(client, link, link)


async def test_looking_at_the_link_does_not_use_it_up(client: httpx.AsyncClient, accounts: Accounts) -> None:
    link = f"/owner/{await accounts.one_time_link()}"
    for _ in range(3):
        page = await client.get(link)
        assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
    answer = await post(client, link, link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/mine")
    assert (await client.get("/account")).status_code == 200
    used = await client.get(link)
    assert used.status_code == 404
    assert "You are signed in here already" in used.text and 'href="/sign-in"' not in used.text
    client.cookies.clear()
    assert 'href="/sign-in"' in (await client.get(link)).text.partition("<main")[2]


async def test_the_cookies_have_their_flags(
    app: FastAPI, client: httpx.AsyncClient, accounts: Accounts
) -> None:
    cookie = (await come_in(client, accounts)).headers["set-cookie"]
    assert cookie.startswith(f"{SESSION_COOKIE}=") and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "Path=/" in cookie and "Secure" not in cookie and "Domain" not in cookie
    async with browser(app, "https://127.0.0.1") as secure:
        assert "; Secure" in (await come_in(secure, accounts)).headers["set-cookie"]


async def test_a_password_then_a_sign_in(app: FastAPI, client: httpx.AsyncClient, accounts: Accounts) -> None:
    await come_in(client, accounts)
    different = await post(client, "/account/password", "/account", password=PASSWORD, again="other")
    assert different.status_code == 400 and "not the same" in different.text
    done = await post(client, "/account/password", "/account", password=PASSWORD, again=PASSWORD)
    assert done.headers["location"] == "/account?done=password"
    assert "The password is set." in (await client.get("/account?done=password")).text
    async with browser(app) as other:
        wrong = await post(other, "/sign-in", "/sign-in", password="<b>wrong</b>", next="/account")
        assert wrong.status_code == 403 and "not right" in wrong.text and "<b>wrong" not in wrong.text
        right = await post(other, "/sign-in", "/sign-in", password=PASSWORD, next="/account")
        assert right.headers["location"] == "/account"
        assert (await other.get("/account")).status_code == 200
        left = await post(other, "/sign-out", "/account")
        assert "Max-Age=0" in left.headers["set-cookie"]
        assert (await other.get("/account")).headers["location"] == "/sign-in?next=%2Faccount"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/a\r\nX: y"],
)
async def test_a_sign_in_never_leads_elsewhere(
    client: httpx.AsyncClient, accounts: Accounts, target: str
) -> None:
    await accounts.set_password(await accounts.owner(), PASSWORD)
    answer = await post(client, "/sign-in", "/sign-in", password=PASSWORD, next=target)
    assert answer.headers["location"] == "/"


async def test_a_sign_in_that_asked_for_no_page_leads_to_ones_characters(
    client: httpx.AsyncClient, accounts: Accounts
) -> None:
    await accounts.set_password(await accounts.owner(), PASSWORD)
    assert 'name="next" value=""' in (await client.get("/sign-in")).text
    answer = await post(client, "/sign-in", "/sign-in", password=PASSWORD, next="")
    assert answer.headers["location"] == "/mine"
    assert (await client.get("/sign-in")).headers["location"] == "/mine"


async def test_the_header_leads_a_visitor_in_and_a_maker_to_their_characters(
    client: httpx.AsyncClient, accounts: Accounts
) -> None:
    visitor = (await client.get("/sign-in")).text
    assert '<a class="plain small" href="/sign-in">Sign in</a>' in visitor and 'href="/mine"' not in visitor
    await come_in(client, accounts)
    maker = (await client.get("/account", headers={"accept-language": "ko"})).text
    assert '<a href="/mine">내 캐릭터</a>' in maker and 'href="/sign-in"' not in maker


async def test_after_the_owner_link_the_next_step_is_a_character(
    client: httpx.AsyncClient, accounts: Accounts
) -> None:
    await come_in(client, accounts)
    step = 'class="button primary" href="/make"'
    assert step in (await client.get("/account")).text
    await post(client, "/account/password", "/account", password=PASSWORD, again=PASSWORD)
    assert step in (await client.get("/account?done=password")).text
    assert step not in (await client.get("/account")).text


async def test_too_many_wrong_passwords(client: httpx.AsyncClient, accounts: Accounts) -> None:
    await accounts.set_password(await accounts.owner(), PASSWORD)
    csrf = await token_on(client, "/sign-in")
    codes = []
    for _ in range(9):
        answer = await client.post("/sign-in", data={"csrf": csrf, "password": "no"})
        codes.append(answer.status_code)
    assert codes == [403] * 8 + [429] and int(answer.headers["retry-after"]) > 0


async def test_a_form_of_another_page_is_refused(client: httpx.AsyncClient, accounts: Accounts) -> None:
    await come_in(client, accounts)
    await client.get("/account")
    for path in ("/account/keys", "/account/password", "/sign-out", "/account/sessions/end-others"):
        assert (await client.post(path, data={"name": "x", "chat": "1"})).status_code == 403
        foreign = {"origin": "https://evil.example"}
        assert (await client.post(path, data={}, headers=foreign)).status_code == 403
    assert await accounts.keys(await accounts.owner()) == []


async def test_a_key_is_shown_once_and_works(
    app: FastAPI, client: httpx.AsyncClient, accounts: Accounts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await come_in(client, accounts)
    made = await post(client, "/account/keys", "/account", name="<i>till</i>", chat="1")
    key = re.search(r"mdg_[\w-]{30,}", made.text).group()  # type: ignore[union-attr]
    assert "<i>till" not in made.text and made.headers["cache-control"] == "no-store"
    assert key not in (await client.get("/account")).text and key not in caplog.text
    async with browser(app) as program:
        bearer = {"authorization": f"Bearer {key}"}
        me = (await program.get("/api/me", headers=bearer)).json()
        assert (me["kind"], me["scopes"]) == ("owner", ["chat"])
        assert (await program.post("/says", headers=bearer)).status_code == 200  # no cookie, no token needed
        for method, path in (("GET", "/api/keys"), ("POST", "/account/keys"), ("DELETE", "/api/keys/key_x")):
            assert (await program.request(method, path, headers=bearer)).status_code == 403
        (row,) = await accounts.keys(await accounts.owner())
        await post(client, f"/account/keys/{row.id}/revoke", "/account")
        refused = await program.get("/api/me", headers=bearer)
        assert refused.status_code == 401 and refused.json()["error"]["code"] == "sign_in_needed"
        assert refused.headers["www-authenticate"].startswith("Bearer") and key not in refused.text
        korean = await program.get("/api/me", headers=bearer | {"accept-language": "ko"})
        assert "API 키" in korean.json()["error"]["message"]


async def test_keys_over_rest_are_a_persons(client: httpx.AsyncClient, accounts: Accounts) -> None:
    assert (await client.get("/api/keys")).status_code == 401
    await come_in(client, accounts)
    headers = {"x-madang-csrf": await token_on(client, "/account")}
    made = await client.post("/api/keys", json={"name": "till", "scopes": ["manage"]}, headers=headers)
    assert made.status_code == 201 and made.json()["key"].startswith("mdg_")
    (listed,) = (await client.get("/api/keys")).json()
    assert listed["id"] == made.json()["id"] and "key" not in listed and "token_hash" not in listed
    bad = await client.post("/api/keys", json={"name": "till", "scopes": ["root"]}, headers=headers)
    assert bad.status_code == 422
    assert (await client.delete(f"/api/keys/{listed['id']}", headers=headers)).status_code == 204


async def test_a_visitor_gets_a_cookie_with_the_first_thing_they_make(client: httpx.AsyncClient) -> None:
    for path in ("/", "/sign-in", "/static/x"):
        assert VISITOR_COOKIE not in (await client.get(path)).headers.get("set-cookie", "")
    first = (await client.post("/says", headers={"x-madang-csrf": await token_on(client, "/sign-in")})).json()
    assert VISITOR_COOKIE in client.cookies
    kept = (await client.get("/api/me")).json()
    assert kept == {"kind": "visitor", "id": first["id"], "scopes": None, "signed_in": False}


async def test_a_page_may_keep_a_visitor(client: httpx.AsyncClient) -> None:
    first = (await client.get("/keeps")).json()
    assert (await client.get("/keeps")).json() == first


async def test_a_person_sees_their_browsers(
    app: FastAPI, client: httpx.AsyncClient, accounts: Accounts
) -> None:
    await come_in(client, accounts)
    async with browser(app) as other:
        other.headers["user-agent"] = "<script>alert(1)</script>"
        await come_in(other, accounts)
        page = (await client.get("/account")).text
        assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page
        await post(client, "/account/sessions/end-others", "/account")
        assert (await other.get("/account")).status_code == 303
    assert (await client.get("/account")).status_code == 200


async def test_the_pages_speak_korean(client: httpx.AsyncClient, accounts: Accounts) -> None:
    client.headers["accept-language"] = "ko"
    link = f"/owner/{await accounts.one_time_link()}"
    assert "이 스튜디오는 당신의 것입니다." in (await client.get(link)).text
    await post(client, link, link)
    page = (await client.get("/account")).text
    assert "내 계정" in page and "API 키" in page and "Sign out" not in page

"""The owner's page of rules, in a browser and over REST."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from madang.accounts import pages as accounts_pages
from madang.accounts.access import Accounts
from madang.accounts.middleware import AccountsMiddleware
from madang.kernel.settings import Settings
from madang.safety import api, pages
from madang.safety.access import Safety
from madang.safety.age import Ages
from madang.storage.database import Database
from madang.web import install

BASE = "http://127.0.0.1"


@pytest.fixture
def accounts(database: Database, settings: Settings) -> Accounts:
    return Accounts(database, settings)


@pytest.fixture
async def client(
    database: Database, settings: Settings, accounts: Accounts, safety: Safety
) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.add_middleware(AccountsMiddleware, accounts=accounts)
    view = install(app, settings)
    app.include_router(accounts_pages.router(view, accounts))
    app.include_router(pages.router(view, safety, Ages(settings.data)))
    app.include_router(api.router(safety))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url=BASE, headers={"accept": "text/html"}
    ) as client:
        link = f"/owner/{await accounts.one_time_link()}"
        await client.post(link, data={"csrf": await token(client, link)})
        yield client


async def token(client: httpx.AsyncClient, path: str = "/rules") -> str:
    found = re.search(r'data-csrf="([^"]+)"', (await client.get(path)).text)
    assert found
    return found.group(1)


async def post(client: httpx.AsyncClient, path: str, **fields: str) -> httpx.Response:
    return await client.post(path, data={"csrf": await token(client), **fields})


async def test_a_rule_is_added_tried_and_removed(client: httpx.AsyncClient) -> None:
    assert "There is no rule yet" in (await client.get("/rules")).text
    added = await post(client, "/rules", kind="topic", text="<b>도박</b>", also="poker, slot machine,,")
    assert added.headers["location"] == "/rules?done=added"
    page = (await client.get("/rules?done=added")).text
    assert "&lt;b&gt;도박" in page and "<b>도박" not in page and "poker, slot machine" in page
    tried = (await post(client, "/rules/try", sentence="Shall we play Poker?")).text
    assert "is not talked about here" in tried and "Shown up to here: “Shall we play”" in tried
    fine = (await post(client, "/rules/try", sentence="Good morning")).text
    assert "All of it is shown." in fine and "The character answers it." in fine
    harm = (await post(client, "/rules/try", sentence="I want to die")).text
    assert "said before any model is asked" in harm
    rule = re.search(r"/rules/(rul_\w+)/remove", page)
    assert rule
    removed = await post(client, f"/rules/{rule.group(1)}/remove")
    assert removed.headers["location"] == "/rules?done=removed"
    assert (await post(client, f"/rules/{rule.group(1)}/remove")).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "word", "text": " "},
        {"kind": "law", "text": "x"},
        {"kind": "word", "text": "…"},
        {"kind": "word", "text": "x" * 201},
    ],
)
async def test_a_rule_that_cannot_be_is_said_so(client: httpx.AsyncClient, fields: dict[str, str]) -> None:
    refused = await post(client, "/rules", **fields)
    assert refused.status_code == 400 and 'role="alert"' in refused.text


async def test_the_words_of_help_are_changed_and_brought_back(client: httpx.AsyncClient) -> None:
    long = await post(client, "/rules/help/ko.self", text="가" * 4001)
    assert long.status_code == 400 and "too long" in long.text
    await post(client, "/rules/help/ko.self", text="</textarea><script>alert(1)</script>")
    page = (await client.get("/rules")).text
    assert (
        "&lt;/textarea&gt;&lt;script&gt;" in page and "<script>alert" not in page and "changed by you" in page
    )
    await post(client, "/rules/help/ko.self", text="x", restore="1")
    assert "changed by you" not in (await client.get("/rules")).text
    assert (await post(client, "/rules/help/xx.self", text="x")).status_code == 404


async def test_over_rest_with_the_owners_key(client: httpx.AsyncClient, accounts: Accounts) -> None:
    key, _ = await accounts.create_key(await accounts.owner(), "rules", ["manage"])
    narrow, _ = await accounts.create_key(await accounts.owner(), "talk", ["chat"])
    transport = client._transport
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as program:
        program.headers["authorization"] = f"Bearer {key}"
        made = await program.post("/api/rules", json={"kind": "word", "text": "bad"})
        assert made.status_code == 201 and made.json()["id"].startswith("rul_")
        tried = (await program.post("/api/rules/try", json={"text": "a bad day"})).json()
        assert tried["shown"] == "a " and tried["incoming"]["rule"]["text"] == "bad"
        assert [one["text"] for one in (await program.get("/api/rules")).json()] == ["bad"]
        assert (await program.delete(f"/api/rules/{made.json()['id']}")).status_code == 204
        program.headers["authorization"] = f"Bearer {narrow}"
        assert (await program.get("/api/rules")).status_code == 403
        del program.headers["authorization"]
        assert (await program.get("/api/rules")).status_code == 401


async def test_the_page_speaks_korean_and_asks_to_sign_in(client: httpx.AsyncClient) -> None:
    page = (await client.get("/rules", headers={"accept-language": "ko"})).text
    assert "이 스튜디오의 규칙" in page and "Rules of this studio" not in page
    client.cookies.clear()
    assert (await client.get("/rules")).headers["location"] == "/sign-in?next=%2Frules"

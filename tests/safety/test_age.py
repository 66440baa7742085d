"""The age gate: who needs it, the neutral question, the signed cookie, and the way back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request

from madang.accounts.access import Accounts
from madang.accounts.middleware import AccountsMiddleware
from madang.kernel.errors import BadInput
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.safety import pages
from madang.safety.access import Safety
from madang.safety.age import COOKIE, AgeNeeded, Ages, band, gate_address, needed, require
from madang.storage.database import Database
from madang.web import install

BASE = "http://127.0.0.1"
TODAY = datetime(2026, 6, 15, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = TODAY

    def __call__(self) -> datetime:
        return self.at


@pytest.mark.parametrize(
    ("identity", "rating", "owner_id", "age"),
    [
        (Identity("visitor", "vis_a"), "everyone", "", 0),
        (Identity("visitor", "vis_a"), "teen", "", 13),
        (Identity("visitor", "vis_a"), "adult", "", 18),
        (Identity("visitor", "vis_a"), "something new", "", 18),
        (Identity("visitor", "vis_a", age=13), "teen", "", 0),
        (Identity("visitor", "vis_a", age=13), "adult", "", 18),
        (Identity("visitor", "vis_a", age=18), "adult", "", 0),
        (Identity("creator", "usr_a"), "adult", "usr_b", 18),
        (Identity("creator", "usr_a"), "adult", "usr_a", 0),
        (Identity("creator", "usr_a", frozenset({"chat"}), 18), "adult", "usr_b", 0),
        (Identity("owner", "usr_o"), "adult", "usr_b", 0),
    ],
)
def test_who_must_be_asked(identity: Identity, rating: str, owner_id: str, age: int) -> None:
    assert needed(identity, rating, owner_id) == age
    if age:
        with pytest.raises(AgeNeeded) as refused:
            require(identity, rating, owner_id)
        assert (refused.value.status, refused.value.code, refused.value.age) == (403, "age_needed", age)
        assert str(age) in str(refused.value)
    else:
        require(identity, rating, owner_id)


@pytest.mark.parametrize(
    ("year", "month", "age"),
    [(2008, 5, 18), (2008, 6, 13), (2008, 7, 13), (2013, 5, 13), (2013, 6, 0), (2026, 6, 0), (1906, 1, 18)],
)
def test_nobody_is_let_in_a_day_too_early(year: int, month: int, age: int) -> None:
    assert band(year, month, TODAY) == age


@pytest.mark.parametrize(("year", "month"), [(2026, 7), (2027, 1), (1905, 1), (2000, 0), (2000, 13), (0, 1)])
def test_a_birth_that_cannot_be(year: int, month: int) -> None:
    with pytest.raises(BadInput):
        band(year, month, TODAY)


def test_a_cookie_is_signed_and_ends(tmp_path: Path) -> None:
    clock = Clock()
    ages = Ages(tmp_path, clock)
    adult, seconds = ages.sign(18)
    young, short = ages.sign(0)
    assert (seconds, short) == (30 * 86400, 86400)
    assert (ages.age_of(adult), ages.age_of(young)) == (18, 0)
    assert ages.age_in({COOKIE: adult}) == 18 and ages.age_in({}) == 0
    head, _, signature = adult.rpartition(".")
    for forged in (
        f"99.{signature}",
        head,
        "",
        "18",
        f"{head}.x",
        young.replace("0.", "18.", 1),
        "\udcff",
        "a" * 9000,
    ):
        assert ages.age_of(forged) == 0, forged
    assert Ages(tmp_path / "other", clock).age_of(adult) == 0
    clock.at += timedelta(hours=23)
    assert ages.settled(young) and ages.settled(adult)
    clock.at += timedelta(hours=2)
    assert ages.settled(young) is None and ages.age_of(adult) == 18
    clock.at += timedelta(days=30)
    assert ages.age_of(adult) == 0


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def client(database: Database, settings: Settings, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    ages = Ages(settings.data, clock)
    app.add_middleware(AccountsMiddleware, accounts=Accounts(database, settings, ages=ages))
    view = install(app, settings)
    app.include_router(pages.router(view, Safety(database, settings), ages))

    @app.get("/c/rated")
    async def rated(request: Request) -> dict[str, int]:
        require(request.state.identity, "adult", "usr_maker")
        return {"age": request.state.identity.age}

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url=BASE, headers={"accept": "text/html"}
    ) as client:
        yield client


async def answer(client: httpx.AsyncClient, year: str, month: str, back: str = "/c/rated") -> httpx.Response:
    page = await client.get(gate_address(18, back))
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert token, page.text[:300]
    fields = {"csrf": token.group(1), "for": "18", "next": back, "year": year, "month": month}
    return await client.post("/age", data=fields)


async def test_an_adult_comes_in_and_back_to_where_they_were(client: httpx.AsyncClient) -> None:
    assert (await client.get("/c/rated")).status_code == 403
    page = await client.get(gate_address(18, "/c/rated?x=1&y=2"))
    assert page.status_code == 200 and "and over" not in page.text  # the question is neutral
    done = await answer(client, "1990", "3", "/c/rated?x=1&y=2")
    assert (done.status_code, done.headers["location"]) == (303, "/c/rated?x=1&y=2")
    flags = done.headers["set-cookie"]
    assert flags.startswith(f"{COOKIE}=18.") and "HttpOnly" in flags and "SameSite=lax" in flags
    assert (await client.get("/c/rated")).json() == {"age": 18}
    assert (await client.get(gate_address(18, "/c/rated"))).headers["location"] == "/c/rated"


async def test_a_young_answer_stands_for_a_day(client: httpx.AsyncClient, clock: Clock) -> None:
    refused = await answer(client, "2012", "3")
    assert refused.headers["location"].startswith("/age?for=18")
    closed = await client.get(refused.headers["location"])
    assert "not for you yet" in closed.text and 'name="year"' not in closed.text
    token = re.search(r'data-csrf="([^"]+)"', closed.text)
    assert token
    again = {"csrf": token.group(1), "for": "18", "next": "/c/rated", "year": "1980", "month": "1"}
    changed = await client.post("/age", data=again)
    assert changed.headers["location"].startswith("/age") and "set-cookie" not in changed.headers
    assert (await client.get("/c/rated")).status_code == 403
    clock.at += timedelta(hours=25)
    assert (await answer(client, "1980", "1")).headers["location"] == "/c/rated"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"]
)
async def test_the_gate_never_leads_elsewhere(client: httpx.AsyncClient, back: str) -> None:
    assert (await answer(client, "1990", "3", back)).headers["location"] == "/"


@pytest.mark.parametrize(
    ("year", "month"), [("", ""), ("two", "3"), ("1990", ""), ("１９９０", "3"), ("-1", "3")]
)
async def test_an_answer_that_makes_no_sense_is_asked_again(
    client: httpx.AsyncClient, year: str, month: str
) -> None:
    asked = await answer(client, year, month)
    assert asked.status_code == 400 and COOKIE not in asked.headers.get("set-cookie", "")
    assert "Please choose the year" in asked.text


async def test_a_program_is_told_in_its_words(client: httpx.AsyncClient) -> None:
    refused = await client.get("/c/rated", headers={"accept": "application/json"})
    assert refused.status_code == 403 and refused.json()["error"]["code"] == "age_needed"


async def test_the_gate_speaks_korean(client: httpx.AsyncClient) -> None:
    page = await client.get(gate_address(18, "/"), headers={"accept-language": "ko"})
    assert "나이가 어떻게 되세요?" in page.text and "3월" in page.text and "How old" not in page.text

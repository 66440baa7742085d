"""What must not be answered: foreign names, foreign pages, forged and stale tokens."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from tests.web.stage import BUSINESS, Stage

from madang.kernel.identity import Identity
from madang.web.csrf import PEEK, Csrf
from madang.web.hosts import host_name

TALK = {"character": "dongbaek-table"}


@pytest.fixture
async def page(stage: Stage, client: httpx.AsyncClient) -> str:
    """A visitor's first page, with the cookie it set."""
    await stage.publish(BUSINESS)
    return (await client.get("/c/dongbaek-table")).text


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:8600", "localhost:1", "LOCALHOST", "[::1]:8600", "localhost."]
)
async def test_local_names_are_answered(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/", headers={"host": host})).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "evil.example:8600",
        "localhost:evil",
        "",
        "[::1",
        "[::1]x",
        "localhost@evil.example",
        "2130706433",
    ],
)
async def test_other_names_are_refused_in_one_sentence(client: httpx.AsyncClient, host: str) -> None:
    answer = await client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert answer.text.count(".") == 1
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_setting_adds_names() -> None:
    assert host_name("shop.example:443") == "shop.example"
    assert host_name("[fe80::1]:80") == "fe80::1"


async def test_two_host_headers_are_refused(client: httpx.AsyncClient) -> None:
    request = client.build_request("GET", "/")
    request.headers = httpx.Headers([("host", "127.0.0.1"), ("host", "evil.example")])
    assert (await client.send(request)).status_code == 421


async def test_a_page_may_change_something(
    client: httpx.AsyncClient, page: str, token_of: Callable[[str], str]
) -> None:
    answer = await client.post("/api/conversations", json=TALK, headers={"x-madang-csrf": token_of(page)})
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
async def test_without_the_right_token_nothing_happens(
    client: httpx.AsyncClient, page: str, token: str
) -> None:
    answer = await client.post(
        "/api/conversations",
        json=TALK,
        headers={b"x-madang-csrf": token.encode(), b"accept": b"application/json"},
    )
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "forbidden"


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://127.0.0.1.evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_another_site_is_refused_even_with_the_token(
    client: httpx.AsyncClient, page: str, token_of: Callable[[str], str], headers: dict[str, str]
) -> None:
    answer = await client.post(
        "/api/conversations", json=TALK, headers={"x-madang-csrf": token_of(page), **headers}
    )
    assert answer.status_code == 403


async def test_another_site_is_refused_without_any_cookie(stage: Stage, client: httpx.AsyncClient) -> None:
    await stage.publish(BUSINESS)
    answer = await client.post("/api/conversations", json=TALK, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403


async def test_the_token_of_somebody_else_is_worthless(
    stage: Stage, client: httpx.AsyncClient, page: str, token_of: Callable[[str], str]
) -> None:
    stranger = httpx.AsyncClient(transport=client._transport, base_url="http://127.0.0.1")
    theirs = token_of((await stranger.get("/", headers={"accept": "text/html"})).text)
    answer = await client.post("/api/conversations", json=TALK, headers={"x-madang-csrf": theirs})
    assert answer.status_code == 403


def test_a_makers_token_is_bound_to_the_maker() -> None:
    csrf = Csrf(b"k" * 32)
    owner, other = Identity("owner", "usr_1"), Identity("creator", "usr_2")
    token = csrf._sign("seed", owner)
    assert csrf.valid(token, "seed", owner)
    for who in (other, None, Identity("visitor", "vis_1")):
        assert not csrf.valid(token, "seed", who)
    assert not csrf.valid(token, "", owner)
    assert not csrf.valid(token, "tossed", owner)


async def test_a_form_carries_the_token_as_its_first_field(
    client: httpx.AsyncClient, page: str, token_of: Callable[[str], str]
) -> None:
    token = token_of(page)
    assert (await client.post("/language", data={"csrf": token, "language": "ko"})).status_code == 303
    assert (await client.post("/language", data={"language": "ko"})).status_code == 403
    as_parts = await client.post("/language", data={"csrf": token}, files={"language": (None, b"ko")})
    assert as_parts.status_code == 303
    late = {"language": "k" * (2 * PEEK), "csrf": token}
    assert (await client.post("/language", data=late)).status_code == 403


async def test_a_program_with_a_key_needs_no_token(stage: Stage, client: httpx.AsyncClient) -> None:
    await stage.publish(BUSINESS)
    key, _ = await stage.accounts.create_key(stage.owner, "test", frozenset({"chat"}))
    answer = await client.post("/api/conversations", json=TALK, headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 201, answer.text
    client.cookies.set("madang_csrf", "x")
    answer = await client.post("/api/conversations", json=TALK, headers={"authorization": f"Bearer {key}"})
    assert answer.status_code == 403, "a cookie along with the key: a browser, which needs the token"

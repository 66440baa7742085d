"""What every answer carries: security headers, languages, static files, errors in one sentence."""

from __future__ import annotations

import re

import httpx
import pytest
from fastapi import FastAPI, Request
from tests.web.stage import Stage

from madang.kernel.errors import Busy, NotFound, SignInNeeded
from madang.web.assets import assets
from madang.web.headers import CONTENT_SECURITY_POLICY, HEADERS
from madang.web.localise import negotiate, translate


async def test_every_answer_has_the_headers(client: httpx.AsyncClient) -> None:
    for path in ("/", "/nowhere", "/api/nowhere", assets().url("web/base.css"), "/mask/x.svg"):
        answer = await client.get(path)
        for name in HEADERS:
            assert name in answer.headers, (path, name)


def test_the_policy_allows_nothing_inline_and_nothing_outside() -> None:
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    assert "http" not in CONTENT_SECURITY_POLICY
    assert CONTENT_SECURITY_POLICY.startswith("default-src 'none'")


async def test_pages_name_no_outside_address_and_nothing_inline(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page)
    assert not re.search(r"<script(?![^>]*src=)|\sstyle=|\son\w+=", page)


@pytest.mark.parametrize(
    ("wanted", "got"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("en-US,en;q=0.9,ko;q=0.1", "en"),
        ("fr, ko;q=0.5, en;q=0.4", "ko"),
        ("fr", "en"),
        ("", "en"),
        ("*;q=0", "en"),
        ("ko;q=zero, en", "en"),
        (",;;q=,", "en"),
    ],
)
def test_the_browser_says_which_language(wanted: str, got: str) -> None:
    assert negotiate(wanted) == got


async def test_a_person_changes_the_language(client: httpx.AsyncClient, token_of) -> None:  # type: ignore[no-untyped-def]
    page = (await client.get("/")).text
    assert '<html lang="en"' in page
    data = {"csrf": token_of(page), "language": "ko"}
    answer = await client.post("/language", data=data, headers={"referer": "http://127.0.0.1/?q=a"})
    assert answer.headers["location"] == "/?q=a"
    assert '<html lang="ko"' in (await client.get("/")).text
    for referer in (
        "https://evil.example/x",
        "http://127.0.0.1//evil.example",
        "http://127.0.0.1/\\evil.example",
    ):
        answer = await client.post("/language", data=data, headers={"referer": referer})
        assert re.match(r"/(?![/\\])", answer.headers["location"]), referer


async def test_static_files_are_kept_for_good_and_packed(client: httpx.AsyncClient) -> None:
    url = assets().url("web/base.css")
    answer = await client.get(url)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-encoding"] == "gzip"
    again = await client.get(url, headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304
    older = await client.get("/static/000000000000/web/base.css")
    assert older.status_code == 200
    assert "immutable" not in older.headers["cache-control"]


@pytest.mark.parametrize(
    "name", ["../view.py", "..%2fview.py", "%2e%2e/view.py", "/etc/passwd", "web", "web/none.css", ""]
)
async def test_nothing_but_static_files_is_served(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/static/{assets().version}/{name}", follow_redirects=True)
    assert answer.status_code == 404


@pytest.fixture
async def failing(stage: Stage, client: httpx.AsyncClient) -> httpx.AsyncClient:
    app: FastAPI = stage.app

    async def fail(request: Request, kind: str) -> None:
        if kind == "busy":
            raise Busy("Too many at once; try again in {seconds} seconds.", 7, seconds=7)
        if kind == "sign-in":
            raise SignInNeeded("Please sign in to make characters.")
        if kind == "gone":
            raise NotFound("There is no character named {name}.", name="<b>{kind}</b>")
        raise ValueError("canary-secret")

    app.add_api_route("/fail/{kind}", fail)
    app.add_api_route("/api/fail/{kind}", fail)
    app.add_api_route("/v1/fail/{kind}", fail)
    return client


async def test_an_error_is_a_page_for_a_person(failing: httpx.AsyncClient) -> None:
    answer = await failing.get("/fail/gone")
    assert answer.status_code == 404
    assert "There is no character named &lt;b&gt;{kind}&lt;/b&gt;." in answer.text
    assert (await failing.get("/fail/busy")).headers["retry-after"] == "7"
    assert 'href="/sign-in"' in (await failing.get("/fail/sign-in")).text
    korean = await failing.get("/fail/sign-in", headers={"accept-language": "ko"})
    assert translate("ko", "Please sign in to make characters.") in korean.text


async def test_an_error_is_json_for_a_program(failing: httpx.AsyncClient) -> None:
    answer = await failing.get("/api/fail/gone")
    assert answer.json() == {
        "error": {"code": "not_found", "message": "There is no character named <b>{kind}</b>."}
    }
    openai = (await failing.get("/v1/fail/busy")).json()["error"]
    assert openai["type"] == "rate_limit_error"
    assert openai["code"] == "busy"


async def test_htmx_gets_the_sentence_alone(failing: httpx.AsyncClient) -> None:
    answer = await failing.get("/fail/gone", headers={"hx-request": "true"})
    assert answer.text.startswith('<p class="alert"')


@pytest.mark.parametrize("path", ["/fail/x", "/api/fail/x", "/v1/fail/x"])
async def test_an_unexpected_error_keeps_its_details(
    failing: httpx.AsyncClient, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    answer = await failing.get(path)
    assert answer.status_code == 500
    assert "canary-secret" not in answer.text
    assert "Traceback" not in answer.text
    assert "canary-secret" in caplog.text
    assert "content-security-policy" in answer.headers


async def test_an_unknown_address_is_one_sentence(client: httpx.AsyncClient) -> None:
    assert "There is nothing here." in (await client.get("/nowhere")).text
    answer = await client.get("/nowhere", headers={"accept-language": "ko"})
    assert "여기에는 아무것도 없습니다." in answer.text

"""NUL, lone surrogates, bidi overrides, endless text, nested and wrongly typed JSON, in every text input of
REST, `/v1` and the forms: a 4xx with one sentence, or stored and shown; never a 5xx. On both databases."""

# ruff: noqa: E501 the tables of inputs are read as rows
from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import pytest_asyncio

from madang.characters.types import Profile
from tests.app.stage import Caller, Stage, empty_postgresql, routes, stage
from tests.conftest import POSTGRES

pytestmark = pytest.mark.asyncio(loop_scope="module")
ODD = {
    "nul": "a\0b",
    "only nul": "\0",
    "lone surrogate": "a\ud800b",
    "bidi": "a\u202eb\u2066c\u200f",
    "controls": "\x01\x08\x1b[31m\x7f\x85\ufeff\ufffe\uffff",
    "8001 characters": "x" * 8001,
    "a megabyte": "가" * 350_000,
}
WRONG: list[Any] = [7, -1, 1e308, True, None, [], ["a"], {}, {"a": "b"}, [[[]]], 10**400]
DEEP = b'{"a":' * 60_000 + b"1" + b"}" * 60_000


@dataclass
class Yard:
    stage: Stage
    owner: Caller
    visitor: Caller
    ids: dict[str, str]
    source_id: str


@pytest_asyncio.fixture(
    scope="module",
    loop_scope="module",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
async def yard(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Yard]:
    folder: Path = tmp_path_factory.mktemp("odd")
    if request.param == "sqlite":
        async with stage(folder / "data") as made:
            yield await _build(made)
        return
    if not POSTGRES:
        pytest.skip("no PostgreSQL here: set MADANG_TEST_POSTGRES to a server's URL")
    async with empty_postgresql() as url, stage(folder / "data", database=url) as made:
        yield await _build(made)


async def _build(made: Stage) -> Yard:
    studio = made.studio
    me = await studio.accounts.owner()
    character = await studio.characters.create(me, Profile(name="Haru", greeting="Hello."))
    await studio.characters.publish(me, character.slug)
    source = await studio.knowledge.add_text(character.id, "Notes", "The well is old and deep.")
    await studio.knowledge.wait(source.id, "words", seconds=30)
    owner, visitor = await made.owner(), await made.visitor()
    ids = {"slug": character.slug}
    for person, caller in (("v", visitor), ("o", owner)):
        begun = (await caller.ask("POST", f"/api/characters/{character.slug}/conversations", json={})).json()
        await caller.ask("POST", f"/api/conversations/{begun['id']}/turns", json={"message": "Hello"})
        turns = (await caller.ask("GET", f"/api/conversations/{begun['id']}")).json()["turns"]
        ids |= {f"{person}_conversation": begun["id"], f"{person}_turn": turns[0]["id"]}
    return Yard(made, owner, visitor, ids, source.id)


def kept_or_refused(response: httpx.Response, what: str) -> None:
    """Never a 5xx (a web address that cannot be reached says so with 503), and one sentence with a 4xx."""
    status, text = response.status_code, response.text
    assert status < 500, f"{what}: {status} {text[:400]}"
    assert "Traceback" not in text and "sqlalchemy" not in text, what
    if status >= 400 and response.headers["content-type"].startswith("application/json"):
        message = response.json()["error"]["message"]
        assert isinstance(message, str) and 5 < len(message) < 3500 and "\n" not in message, (
            f"{what}: {message}"
        )


REST: list[tuple[str, str, str, list[str], dict[str, Any]]] = [
    ("o", "POST", "/api/keys", ["name", "scopes"], {"name": "n", "scopes": ["chat"]}),
    ("v", "POST", "/api/characters/{slug}/conversations", ["test"], {}),
    ("v", "POST", "/api/conversations", ["character", "test"], {"character": "haru"}),
    ("v", "POST", "/api/conversations/{v_conversation}/turns", ["message", "parent"], {"message": "Hi"}),
    ("v", "POST", "/api/turns/{v_turn}/edit", ["message"], {"message": "Hi"}),
    ("v", "POST", "/api/turns/{v_turn}/show", ["version"], {}),
    ("o", "POST", "/api/characters", ["description", "url", "name", "profile"], {}),
    ("o", "PATCH", "/api/characters/{slug}", [*Profile.model_fields, "unknown"], {}),
    ("o", "POST", "/api/characters/{slug}/sources", ["title", "text", "url"], {}),
    ("v", "POST", "/v1/embeddings", ["model", "input", "user", "input_type"], {"model": "fake-embedder", "input": "a"}),
    (
        "v",
        "POST",
        "/v1/chat/completions",
        ["model", "messages", "stop", "user", "max_tokens", "temperature", "seed", "stream", "response_format"],
        {"model": "haru", "messages": [{"role": "user", "content": "Hi"}]},
    ),
]  # fmt: skip
FORMS: list[tuple[str, str, list[str]]] = [
    ("v", "/language", ["language"]),
    ("v", "/sign-in", ["password", "next"]),
    ("o", "/account/password", ["password", "again", "current"]),
    ("o", "/account/keys", ["name", "chat"]),
    ("o", "/make/text", ["description"]),
    ("o", "/make/url", ["url"]),
    ("o", "/edit/{slug}", ["name", "tagline", "greeting", "persona", "tags", "starters", "seen", "alternate_greeting",
                           "language", "kind", "example_group", "then", "nickname", "creator_notes"]),
    ("o", "/edit/{slug}/sources/text", ["title", "text"]),
    ("o", "/edit/{slug}/sources/url", ["url"]),
]  # fmt: skip


def _caller(yard: Yard, who: str) -> Caller:
    return yard.owner if who == "o" else yard.visitor


async def _json(yard: Yard, who: str, method: str, path: str, body: Any, what: str) -> None:
    caller = _caller(yard, who)
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    address = path.format_map(yard.ids)
    headers = {"content-type": "application/json"}
    kept_or_refused(
        await caller.ask(method, address, content=raw, headers=headers), f"{method} {path} {what}"
    )


@pytest.mark.parametrize(
    ("who", "method", "path", "fields", "base"), REST, ids=[f"{c[1]} {c[2]}" for c in REST]
)
async def test_json(
    yard: Yard, who: str, method: str, path: str, fields: list[str], base: dict[str, Any]
) -> None:
    few = len(fields) > 10  # the profile's many fields are read alike
    for field in fields:
        for name, text in list(ODD.items())[: 4 if few else None]:
            await _json(yard, who, method, path, {**base, field: text}, f"{field}: {name}")
            if field == "messages":
                said = [{"role": "user", "content": text}]
                await _json(yard, who, method, path, {**base, field: said}, f"{field}: {name}")
        for value in WRONG[:: 3 if few else 1]:
            await _json(yard, who, method, path, {**base, field: value}, f"{field}: {str(value)[:40]}")
    bodies = [DEEP, b"", b"{", b"null", b"[]", b"7", b'"x"', b"\xff\xfe", b"\0", b'{"a":NaN}', b"[" * 90_000]
    for raw in bodies:
        await _json(yard, who, method, path, raw, f"body {raw[:20]!r}")


async def test_nested_texts_of_a_profile(yard: Yard) -> None:
    for name, text in ODD.items():
        profile = {
            "name": "Odd",
            "tags": [text],
            "starters": [text],
            "alternate_greetings": [text],
            "examples": [[{"speaker": "visitor", "text": text}]],
            "lorebook": {
                "name": text,
                "entries": [{"keys": [text], "content": text, "extensions": {text: text}}],
                "extensions": {text: [text]},
            },
        }
        for field, value in profile.items():
            body = {"profile": {"name": "Odd", field: value}}
            await _json(yard, "o", "POST", "/api/characters", body, f"{field}: {name}")
    deep: Any = "x"
    for _ in range(400):
        deep = {"a": deep}
    body = {"profile": {"name": "Odd", "lorebook": {"extensions": deep}}}
    await _json(yard, "o", "POST", "/api/characters", body, "deep extensions")


@pytest.mark.parametrize(("who", "path", "fields"), FORMS, ids=[case[1] for case in FORMS])
async def test_forms(yard: Yard, who: str, path: str, fields: list[str]) -> None:
    caller = _caller(yard, who)
    odd = [quote(text.encode("utf-8", "surrogatepass")) for text in ODD.values()] + ["%FF%FE", "%", "%zz"]
    if len(fields) > 10 or path == "/sign-in":  # a password is hashed slowly
        odd = [odd[0], odd[2], odd[8]]
    kind = {"content-type": "application/x-www-form-urlencoded"}
    for field in fields:
        for text in odd:
            answer = await caller.ask(
                "POST", path.format_map(yard.ids), content=f"{field}={text}", headers=kind
            )
            kept_or_refused(answer, f"{path} {field}={text[:40]}")
        part = f'--b\r\nContent-Disposition: form-data; name="{field}"; filename="a\0b\u202e.txt"\r\n\r\nx\0y\r\n--b--\r\n'
        for body in (part, part[:-20], "--b\r\n\r\n", "\0"):
            headers = {"content-type": "multipart/form-data; boundary=b"}
            answer = await caller.ask(
                "POST", path.format_map(yard.ids), content=body.encode(), headers=headers
            )
            kept_or_refused(answer, f"{path} {field} as a file")


async def test_file_names_and_contents(yard: Yard) -> None:
    slug = yard.ids["slug"]
    names = [
        "a\0b.txt",
        "\u202ecod.txt",
        "../../x.txt",
        "a" * 3000 + ".txt",
        ".txt",
        "con.txt",
        "가\u0301.md",
    ]
    card = json.dumps({"spec": "chara_card_v2", "data": {"name": "a\0b\ud800", "description": "\0"}})
    for path in (f"/api/characters/{slug}/sources", "/api/cards", "/make/file", f"/edit/{slug}/sources/file"):
        for name in names[: 1 if path == "/make/file" else None]:  # it waits for each to be read
            answer = await yard.owner.ask("POST", path, files={"file": (name, b"One line.\0 And more.")})
            kept_or_refused(answer, f"{path} {name[:30]!r}")
        answer = await yard.owner.ask("POST", path, files={"file": ("card.json", card)})
        kept_or_refused(answer, f"{path} a card with NUL")


async def test_addresses_queries_and_headers(yard: Yard) -> None:
    odd = ["%00", "a%00b", "%ED%A0%80", "%FF%E2%80%AE", "x" * 3000, "..%2f..'%25"]
    for method, route in routes(yard.stage.app):
        if "{" in route:
            for text in odd:
                path = route
                for name in (
                    "slug",
                    "source_id",
                    "conversation_id",
                    "turn_id",
                    "key_id",
                    "session_id",
                    "token",
                ):
                    path = path.replace("{" + name + "}", text)
                for name in ("passage_id", "id", "version", "name:path"):
                    path = path.replace("{" + name + "}", text)
                path = path.replace("{kind}", "json")
                answer = await yard.owner.ask(
                    method, path, json={"message": "x"} if method != "GET" else None
                )
                kept_or_refused(answer, f"{method} {route} with {text[:20]}")
    slug, source = yard.ids["slug"], yard.source_id
    for text in odd:
        for path in (
            f"/?q={text}",
            f"/sign-in?next={text}",
            f"/c/{slug}?conversation={text}",
            f"/c/{slug}/thread?conversation={text}&turn={text}",
            f"/c/{slug}/thread?conversation={yard.ids['v_conversation']}&turn={text}",
            f"/c/{slug}/past?conversation={text}",
            f"/c/{slug}/avatar?v={text}",
            f"/c/{slug}/passages/{text}?from={text}&to={text}",
            f"/c/{slug}/passages/x?from=99999999999999999999&to=-1",
            f"/api/characters/{slug}/sources/{source}?x={text}",
            f"/api/characters?mine={text}&limit={text}&offset={text}",
            f"/account?done={text}",
            f"/mask/{text}.svg?expression={text}",
        ):
            kept_or_refused(await yard.visitor.ask("GET", path), path[:80])
    for header in ("accept-language", "cookie", "authorization", "referer", "user-agent", "x-madang-csrf"):
        for value in (
            b"\xff\xfe",
            b"Bearer \xff",
            b"madang_session=\xff; madang_visitor=a\xff",
            b"x" * 20_000,
            b"//[",
            b"a,b;q=zz",
        ):
            headers = {"accept": "text/html", header: value}
            plain = yard.stage.caller("plain")
            kept_or_refused(
                await plain.http.request("GET", "/", headers=headers), f"{header}: {value[:20]!r}"
            )
            kept_or_refused(
                await plain.http.request("POST", "/language", headers=headers), f"{header}: {value[:20]!r}"
            )


async def test_everything_kept_is_still_shown(yard: Yard) -> None:
    """After all of the above, what was stored opens: nothing odd broke a page for good."""
    mine = (await yard.owner.ask("GET", "/api/characters?mine=1")).json()
    assert len(mine) > 3
    for address in ("/", "/mine", "/account", f"/c/{yard.ids['slug']}"):
        page = await yard.owner.ask("GET", address, headers={"accept": "text/html"})
        assert page.status_code == 200, page.text[:300]
    for character in mine[:4]:
        for address in (f"/edit/{character['slug']}", f"/c/{character['slug']}"):
            page = await yard.owner.ask("GET", address, headers={"accept": "text/html"})
            assert page.status_code == 200, f"{address}: {page.text[:300]}"
        for kind in ("png", "json", "charx"):
            card = await yard.owner.ask("GET", f"/api/characters/{character['slug']}/card.{kind}")
            assert card.status_code == 200, card.text[:300]
    for who in ("v", "o"):
        talk = await _caller(yard, who).ask("GET", f"/api/conversations/{yard.ids[f'{who}_conversation']}")
        assert talk.status_code == 200

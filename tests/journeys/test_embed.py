"""A visitor on another website talks through the panel; a stranger's website, and the switch, end it."""

from __future__ import annotations

import asyncio
import http.server
import socket
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect
from tests.app.stage import ListedModels, Stage, stage
from tests.fakes.models import FakeChat

from madang.characters.types import Profile
from madang.kernel.identity import Identity
from madang.models.types import ChatRequest, Delta
from madang.share.types import Embed

pytestmark = pytest.mark.browser
STRICT = "default-src 'none'; script-src {studio}; connect-src {studio}; frame-src {studio}"
SCRIPT = '<script src="{studio}/embed.js" data-character="{slug}" data-label="Ask us" async></script>'
PAGE = '<!doctype html><html lang="en"><title>Shop</title><h1>A shop</h1>{body}</html>'


@contextmanager
def website(body: str, policy: str = "") -> Iterator[str]:
    """Somebody's page, on an origin of its own."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            if policy:
                self.send_header("content-security-policy", policy)
            self.end_headers()
            self.wfile.write(PAGE.format(body=body).encode())

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()


@dataclass
class Served:
    """The whole studio, served; `do` runs something in its event loop."""

    address: str
    stage: Stage
    owner: Identity
    loop: asyncio.AbstractEventLoop

    def do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Served]:
    """A studio with the published character `sumi`, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    ready: threading.Event = threading.Event()
    held: dict[str, Any] = {}

    async def serve() -> None:
        async with stage(
            tmp_path / "studio", models=ListedModels(FakeChat()), jobs=False, port=port
        ) as opened:
            owner = await opened.studio.accounts.owner()
            made = await opened.studio.characters.create(owner, Profile(name="Sumi", greeting="Hello."))
            await opened.studio.characters.publish(owner, made.slug)
            config = uvicorn.Config(
                opened.app, host="127.0.0.1", port=port, log_level="warning", lifespan="off"
            )
            server = held["server"] = uvicorn.Server(config)
            address = f"http://127.0.0.1:{port}"
            held["served"] = Served(address, opened, owner, asyncio.get_running_loop())
            serving = asyncio.ensure_future(server.serve())
            while not server.started and not serving.done():
                await asyncio.sleep(0.01)
            ready.set()
            await serving

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(60), "the studio did not start"
    yield held["served"]
    held["server"].should_exit = held["server"].force_exit = True
    thread.join(15)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-US", viewport={"width": 1000, "height": 800})
    context.set_default_timeout(10_000)
    yield context.new_page()
    context.close()


def test_a_visitor_of_another_website_sees_how_many_come_before(
    running: Served, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = asyncio.Event()

    async def stream(_: ChatRequest) -> AsyncIterator[Delta]:
        yield Delta(waiting=2)
        await free.wait()
        yield Delta("Good day.", finish="stop")

    async def let_go() -> None:
        free.set()

    monkeypatch.setattr(running.stage.studio.models._chat, "stream", stream)  # type: ignore[attr-defined]
    with website(SCRIPT.format(studio=running.address, slug="sumi")) as shop:
        running.do(running.stage.studio.embeds.save(running.owner, "sumi", Embed(on=True, origins=[shop])))
        page.goto(shop)
        page.get_by_role("button", name="Ask us").click()
        panel = page.frame_locator("iframe")
        panel.locator("[data-message]").fill("Tell me about the sea")
        expect(panel.locator("[data-send]")).to_be_enabled()
        panel.locator("[data-message]").press("Enter")
        place = panel.locator("[data-thread] [data-queue]")
        expect(place).to_have_text("2 before you.")
        running.do(let_go())
        expect(panel.locator("[data-turn][data-state='done'] [data-words]")).to_have_text("Good day.")
        expect(place).to_have_count(0)


def test_a_visitor_of_another_website_talks_until_the_switch(running: Served, page: Page) -> None:
    slug, embeds, owner = "sumi", running.stage.studio.embeds, running.owner
    body = SCRIPT.format(studio=running.address, slug=slug)
    with website(body, STRICT.format(studio=running.address)) as shop:
        running.do(embeds.save(owner, slug, Embed(on=True, origins=[shop])))
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(shop)
        page.get_by_role("button", name="Ask us").click()
        panel = page.frame_locator("iframe")
        panel.locator("[data-message]").fill("Hello")
        expect(panel.locator("[data-send]")).to_be_enabled()
        panel.locator("[data-message]").press("Enter")
        expect(panel.locator("[data-turn][data-state='done'] [data-words]")).not_to_be_empty()
        # a stranger's word is not the panel's: the page itself cannot close it through a message
        page.evaluate("postMessage({ madang: 'close' }, '*')")
        expect(page.locator("iframe")).to_be_visible()
        running.do(embeds.switch(owner, slug, False))
        expect(panel.locator("[data-off]")).to_be_visible()
        expect(panel.locator("[data-message]")).to_be_hidden()
        expect(panel.locator("[data-anew]")).to_be_hidden()
        assert not [url for url in asked if not url.startswith((running.address, shop))]
        page.get_by_role("heading", name="A shop").click()
        assert not [one for one in complaints if "favicon" not in one], complaints
        page.goto(shop)
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("button")).to_have_count(0)


def test_in_a_long_conversation_a_field_moves_no_panel(running: Served, page: Page) -> None:
    with website(SCRIPT.format(studio=running.address, slug="sumi")) as shop:
        running.do(running.stage.studio.embeds.save(running.owner, "sumi", Embed(on=True, origins=[shop])))
        page.goto(shop)
        page.get_by_role("button", name="Ask us").click()
        panel = page.frame_locator("iframe")
        expect(panel.locator("[data-send]")).to_be_enabled()
        for number in range(6):
            panel.locator("[data-message]").fill(f"Hello, number {number}")
            panel.locator("[data-message]").press("Enter")
            expect(panel.locator("[data-turn][data-state='done']")).to_have_count(number + 1)
        panel.locator("[data-thumb='-1']").last.click()
        expect(panel.locator("[data-why-form] input")).to_be_in_viewport()
        page.wait_for_timeout(400)
        html = panel.locator("html")
        assert html.evaluate("page => [page.scrollHeight - page.clientHeight, page.scrollTop]") == [0, 0]


def test_a_strangers_website_shows_neither_panel_nor_page(running: Served, page: Page) -> None:
    slug, embeds, owner = "sumi", running.stage.studio.embeds, running.owner
    running.do(embeds.save(owner, slug, Embed(on=True, origins=["https://shop.example"])))
    claims = f"{running.address}/embed/{slug}?origin=https%3A%2F%2Fshop.example"
    frames = "".join(
        f'<iframe src="{address}"></iframe>'
        for address in (claims, f"{running.address}/c/{slug}", f"{running.address}/make")
    )
    with website(SCRIPT.format(studio=running.address, slug=slug) + frames) as evil:
        page.goto(evil)
        page.wait_for_load_state("networkidle")
        expect(page.get_by_role("button")).to_have_count(0)
        for frame in page.frames[1:]:
            assert frame.query_selector("[data-talk], form") is None, frame.url

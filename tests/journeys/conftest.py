"""The system's Chromium before a running studio: a real server on a free port, in a thread of its own."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from tests.fakes.models import FakeChat
from tests.web.stage import BUSINESS, GUIDE, PERSON, Stage, open_stage

from madang.kernel.settings import Settings

expect.set_options(timeout=20_000)  # milliseconds: journeys are not timed, and machines are busy
CHROMIUM = (
    os.environ.get("MADANG_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Result = TypeVar("Result")


@dataclass
class Running:
    """A studio that is being served. `do` runs something in its event loop and waits for it."""

    address: str
    stage: Stage
    loop: asyncio.AbstractEventLoop

    def do(self, work: Awaitable[Result]) -> Result:
        async def awaited() -> Result:
            return await work

        return asyncio.run_coroutine_threadsafe(awaited(), self.loop).result(20)

    @property
    def model(self) -> FakeChat:
        return self.stage.model


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine: install Debian's `chromium`")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """Three published characters, served on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    ready: threading.Event = threading.Event()
    held: dict[str, Running | uvicorn.Server] = {}

    async def serve() -> None:
        async with open_stage(Settings(data=tmp_path / "data", hub="off", port=port), FakeChat()) as stage:
            for profile in (GUIDE, PERSON, BUSINESS):
                await stage.publish(profile)
            server = uvicorn.Server(
                uvicorn.Config(stage.app, host="127.0.0.1", port=port, log_level="warning", lifespan="off")
            )
            held["server"] = server
            held["running"] = Running(f"http://127.0.0.1:{port}", stage, asyncio.get_running_loop())
            serving = asyncio.ensure_future(server.serve())
            while not server.started and not serving.done():
                await asyncio.sleep(0.01)
            ready.set()
            await serving

    thread = threading.Thread(target=asyncio.run, args=(serve(),), daemon=True)
    thread.start()
    assert ready.wait(30), "the studio did not start"
    yield held["running"]  # type: ignore[misc]
    server = held["server"]
    assert isinstance(server, uvicorn.Server)
    server.should_exit = server.force_exit = True
    thread.join(15)


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, running: Running) -> Iterator[Open]:
    """Opens a path as a new visitor; options are Playwright's for a context. Any complaint fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_path(path: str = "/", *, forgiving: bool = False, **options: object) -> Page:
        context = browser.new_context(
            **{"locale": "en-US", "viewport": {"width": 1280, "height": 860}, **options}
        )  # type: ignore[arg-type]
        context.set_default_timeout(8_000)
        contexts.append(context)
        page = context.new_page()
        if not forgiving:
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: _stay_home(asked.url, running.address, complaints))
        page.goto(running.address + path)
        return page

    yield open_path
    for context in contexts:
        context.close()
    assert not complaints, complaints


def _stay_home(url: str, address: str, complaints: list[str]) -> None:
    """No page may ask anything of any other server."""
    if not url.startswith((address, "data:", "blob:", "about:")):
        complaints.append(f"a request left the studio: {url}")

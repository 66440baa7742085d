"""What the panel on another website costs a visitor, beside the same conversation on our own page.

Hypothesis: the script is at most 12 kB compressed; nothing but the studio is asked, also by the panel; from
opening the panel to the first word takes at most 100 ms more than from opening our own page to it; the
switch closes an open panel within a second.

One studio with a model that answers at once, so that what is measured is ours, and one website on another
origin with the strictest policy it can have. Both are opened by the same browser, in turns: the button is
pressed (or our page is gone to), the message is written and sent as soon as there is a place to write it, and
the page itself notes when the first word was on the screen.

    python -m benchmarks.embed [--pairs N]
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import http.server
import statistics
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.browser import browser
from benchmarks.processes import free_port
from benchmarks.report import percentile, report
from madang.kernel.settings import Settings
from madang.models.types import ChatRequest, Delta, ModelCard, Usage

BARS = {
    "script_kb": "<= 12",
    "third_party_requests": "<= 0",
    "added_ms_p50": "<= 100",
    "switched_off_ms_max": "<= 1000",
}
MESSAGE = "Tell me about the clock in the tower."
WORDS = ("The", "clock", "in", "the", "tower", "goes", "wrong", "by", "an", "hour", "a", "year.")
POLICY = "default-src 'none'; script-src {studio}; connect-src {studio}; frame-src {studio}"
WEBSITE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>
<meta http-equiv="Content-Security-Policy" content="{policy}"></head><body><h1>A shop</h1>
<script src="{studio}/embed.js" data-character="{slug}" async></script></body></html>"""
FIRST_WORD = """() => {
  const all = document.querySelectorAll('[data-turn] [data-words]');
  const last = all[all.length - 1];
  return Boolean(last && !last.querySelector('.waiting') && last.textContent.trim());
}"""


class AtOnce:
    """A chat model that has its words ready."""

    grammars = True
    card = ModelCard("at-once", "chat", parameters=3_000_000_000, context=4096, strategy="cite")

    async def stream(self, _request: ChatRequest) -> AsyncIterator[Delta]:
        for word in WORDS:
            yield Delta(f"{word} ")
        yield Delta(finish="stop", usage=Usage(10, 10))

    async def count_tokens(self, text: str) -> int:
        return len(text.split())

    async def close(self) -> None: ...


class OneModel:
    """The studio's models: the one above, and no vectors, for the character has no sources."""

    async def chat(self) -> Any:
        return AtOnce()

    async def embedder(self) -> Any:
        from tests.fakes.models import FakeEmbedder

        return FakeEmbedder()

    def list(self) -> list[Any]:
        return []

    def warm(self) -> None: ...

    async def close(self) -> None: ...


@contextmanager
def website(studio: str, slug: str) -> Iterator[str]:
    """A page with the script tag, on an origin of its own."""
    page = WEBSITE.format(policy=POLICY.format(studio=studio), studio=studio, slug=slug).encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(page if self.path == "/" else b"")

        def log_message(self, *_: Any) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()


@asynccontextmanager
async def studio(data: Path, port: int) -> AsyncIterator[tuple[Any, str]]:
    """A served studio with one published character; the studio and the character's slug."""
    import uvicorn

    from madang.app.application import create_app
    from madang.app.studio import open_studio
    from madang.characters.types import Profile

    settings = Settings(data=data, port=port, hub="off")
    async with open_studio(settings, models=OneModel(), jobs=False) as opened:  # type: ignore[arg-type]
        owner = await opened.accounts.owner()
        profile = Profile(name="Sumi", greeting="Hello.", persona="{{char}} repairs clocks.")
        made = await opened.characters.create(owner, profile)
        await opened.characters.publish(owner, made.slug)
        config = uvicorn.Config(create_app(opened), port=port, log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.02)
        try:
            yield opened, made.slug
        finally:
            server.should_exit = True
            await serving


async def first_word(frame: Any, began: float) -> float:
    """Writes and sends at once; milliseconds from `began` until the first word is there."""
    box = frame.locator("[data-message]")
    while not await frame.evaluate(
        "!!document.querySelector('[data-pending-turn], [data-turn]:not([data-turn=\"\"])')"
    ):
        # until the page's script listens, Enter is only a line break
        await box.fill(MESSAGE)
        await box.press("Enter")
    while not await frame.evaluate(FIRST_WORD):
        await asyncio.sleep(0.002)
    return (time.perf_counter() - began) * 1000


async def panel(opened: Any, site: str, asked: list[str]) -> float:
    """From the press of the button on the website."""
    context = await opened.new_context()
    try:
        page = await context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(site, wait_until="networkidle")
        button = page.get_by_role("button")
        await button.wait_for()
        began = time.perf_counter()
        await button.click()
        element = await page.wait_for_selector("iframe")
        return await first_word(await element.content_frame(), began)
    finally:
        await context.close()


async def own_page(opened: Any, address: str) -> float:
    """From going to the character's own page, by a browser that has been on the studio's first page."""
    context = await opened.new_context()
    try:
        page = await context.new_page()
        began = time.perf_counter()
        await page.goto(address, wait_until="commit")
        return await first_word(page.main_frame, began)
    finally:
        await context.close()


async def switched_off(opened: Any, site: str, switch: Callable[[bool], Awaitable[object]]) -> float:
    """From the switch until an open panel says so; milliseconds."""
    context = await opened.new_context()
    try:
        page = await context.new_page()
        await page.goto(site, wait_until="networkidle")
        await page.get_by_role("button").click()
        frame = page.frame_locator("iframe")
        await frame.locator("[data-send]:enabled").wait_for()
        await asyncio.sleep(0.5)  # it listens for news
        began = time.perf_counter()
        await switch(False)
        await frame.locator("[data-off]").wait_for()
        return (time.perf_counter() - began) * 1000
    finally:
        await context.close()
        await switch(True)


async def measure(pairs: int) -> dict[str, Any]:
    from madang.share.types import Embed
    from madang.web.assets import assets

    with tempfile.TemporaryDirectory(prefix="madang-embed-") as name:
        port = free_port()
        address = f"http://127.0.0.1:{port}"
        async with studio(Path(name), port) as (served, slug), browser() as opened:
            with website(address, slug) as site:
                owner = await served.accounts.owner()
                await served.embeds.save(owner, slug, Embed(on=True, origins=[site], per_day=100_000))
                asked: list[str] = []
                await panel(opened, site, asked)
                await own_page(opened, f"{address}/c/{slug}")
                panels, pages = [], []
                for number in range(pairs):
                    for turn in (number % 2, 1 - number % 2):
                        if turn:
                            panels.append(await panel(opened, site, asked))
                        else:
                            pages.append(await own_page(opened, f"{address}/c/{slug}"))
                switch = partial(served.embeds.switch, owner, slug)
                offs = [await switched_off(opened, site, switch) for _ in range(5)]
    strangers = [url for url in asked if not url.startswith((address, site, "blob:", "data:"))]
    added = [one - other for one, other in zip(panels, pages, strict=True)]
    return {
        "script_kb": len(gzip.compress(assets().text("share/embed.js").encode(), 9)) / 1000,
        "third_party_requests": len(strangers),
        "added_ms_p50": statistics.median(added),
        "added_ms_p95": percentile(added, 0.95),
        "panel_ms_p50": statistics.median(panels),
        "page_ms_p50": statistics.median(pages),
        "switched_off_ms_max": max(offs),
        "pairs": pairs,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=15)
    report("embed", asyncio.run(measure(parser.parse_args().pairs)), BARS)


if __name__ == "__main__":
    main()

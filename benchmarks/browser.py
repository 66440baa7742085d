"""What a browser sees: the weight of the first page, and the time from Enter to the first visible word."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

WATCH = """
() => {
  window.madangTimes = { enter: 0, word: 0, replies: document.querySelectorAll('[data-words]').length };
  const seen = () => {
    const times = window.madangTimes;
    if (!times.enter || times.word) return;
    const all = document.querySelectorAll('[data-turn] [data-words]');
    const last = all[all.length - 1];
    if (!last || last.querySelector('.waiting') || !last.textContent.trim()) return;
    times.word = -1;
    // the frame after the one that has the word is the first that can show it
    requestAnimationFrame(() => { times.word = performance.now(); });
  };
  addEventListener('keydown', (event) => {
    if (event.key === 'Enter') window.madangTimes = { enter: performance.now(), word: 0 };
  }, { capture: true });
  new MutationObserver(seen).observe(document.body, { childList: true, subtree: true, characterData: true });
}
"""


@dataclass
class Page:
    """Bytes over the wire, headers included, fonts aside; all requests, fonts included."""

    kb: float
    font_kb: float
    requests: int
    interactive_ms: float
    """From asking for the page to its scripts having run."""


@asynccontextmanager
async def browser() -> AsyncIterator[Any]:
    """The system's Chromium, without a window."""
    from playwright.async_api import async_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield opened
        finally:
            await opened.close()


async def first_page(address: str) -> Page:
    """The gallery, opened for the first time by a browser that has nothing cached."""
    async with browser() as opened:
        page = await (await opened.new_context()).new_page()
        session = await page.context.new_cdp_session(page)
        kinds: dict[str, str] = {}
        sizes: dict[str, float] = {}
        session.on(
            "Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]})
        )
        session.on(
            "Network.loadingFinished",
            lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
        )
        await session.send("Network.enable")
        await page.goto(address, wait_until="networkidle")
        interactive = await page.evaluate(
            "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
        )
        # networkidle is half a second of silence: nothing more comes by itself
        fonts = sum(size for one, size in sizes.items() if kinds.get(one) == "Font")
        return Page(
            kb=round((sum(sizes.values()) - fonts) / 1000, 1),
            font_kb=round(fonts / 1000, 1),
            requests=len(sizes),
            interactive_ms=round(interactive, 1),
        )


async def enter_to_word(address: str, message: str, turns: int) -> AsyncIterator[float]:
    """Milliseconds from the Enter key to the first visible word of the reply, once a conversation.

    Every turn begins a new conversation, so that the prompt (and its warm prefix) is the same each time;
    the reply is stopped as soon as its first word was seen.
    """
    async with browser() as opened:
        page = await (await opened.new_context()).new_page()
        for _ in range(turns):
            await page.goto(f"{address}?new=1", wait_until="networkidle")
            await page.evaluate(WATCH)
            box = page.locator("[data-message]")
            await box.fill(message)
            await box.press("Enter")
            await until(page, "window.madangTimes.word > 0")
            times = await page.evaluate("window.madangTimes")
            stop = page.locator("[data-stop]")
            if await stop.is_visible():
                await stop.click()
            await until(page, "!document.querySelector('[data-stop]:not([hidden])')")
            yield times["word"] - times["enter"]


async def until(page: Any, expression: str, seconds: float = 60) -> None:
    """Waits until `expression` holds. Asked from outside: the studio's policy forbids evaluation in the page,
    and what is measured is written down in the page, not here."""
    async with asyncio.timeout(seconds):
        while not await page.evaluate(expression):
            await asyncio.sleep(0.05)

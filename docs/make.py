"""`make docs`: the OpenAPI document and the screenshots, from a running studio with its demos.

The studio runs on a free port over a temporary data folder, with the weights of the default data folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, StorageState, sync_playwright

HERE = Path(__file__).parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}


@contextlib.contextmanager
def studio() -> Iterator[tuple[str, str]]:
    """A running studio: its address and its one-time owner link."""
    weights = Path(os.environ.get("MADANG_DATA", Path.home() / ".local/share/madang")) / "weights"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        data.mkdir()
        if weights.is_dir():
            (data / "weights").symlink_to(weights)
        process = subprocess.Popen(
            [sys.executable, "-m", "madang", "up"],
            env={**os.environ, "MADANG_DATA": str(data), "MADANG_PORT": str(port), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            link = ""
            for line in process.stdout or ():
                if found := re.search(r"https?://\S+/owner/\S+", line):
                    link = found.group()
                    break
            address = link.partition("/owner/")[0]
            _wait_for_knowledge(address)
            yield address, link
        finally:
            process.terminate()
            process.wait(20)


def _wait_for_knowledge(address: str, seconds: float = 180) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/readyz") as answer:  # noqa: S310
            if answer.status == 200:
                break
        time.sleep(0.3)
    time.sleep(5)  # the demos' sources are being read


def _page(
    browser: Browser,
    *,
    phone: bool = False,
    dark: bool = False,
    language: str = "en",
    signed_in: StorageState | None = None,
) -> Page:
    context = browser.new_context(
        storage_state=signed_in,
        viewport=PHONE if phone else WIDE,
        color_scheme="dark" if dark else "light",
        locale="ko-KR" if language == "ko" else "en-US",
        reduced_motion="reduce",
    )
    return context.new_page()


def _ask(page: Page, address: str, slug: str, question: str) -> None:
    page.goto(f"{address}/c/{slug}")
    replies = page.locator("[data-state=done]")
    before = replies.count()
    box = page.get_by_role("textbox").first
    box.fill(question)
    box.press("Enter")
    replies.nth(before).wait_for(timeout=60_000)


VISITORS = {"gallery": "/", "about": "/c/dongbaek-table/about", "conversations": "/conversations"}
MAKERS = {
    "make": "/make",
    "mine": "/mine",
    "editor": "/edit/dongbaek-table",
    "checks": "/edit/dongbaek-table/checks",
    "history": "/edit/dongbaek-table/history",
    "share": "/edit/dongbaek-table/share",
    "inbox": "/inbox",
    "dashboard": "/dashboard",
    "people": "/people",
    "rules": "/rules",
    "reports": "/reports",
}
PHONE_LOOK = {"phone": True, "dark": True, "language": "ko"}


def screenshots(address: str, link: str) -> None:
    """Every page wide, light and in English; and on a phone, in the dark and in Korean."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        visitor = _page(browser)
        _ask(visitor, address, "dongbaek-table", "Is there a swimming pool?")
        _ask(visitor, address, "dongbaek-table", "When are you open?")
        visitor.screenshot(path=HERE / "images/chat.png")
        _shoot(visitor, address, VISITORS)
        phone = _page(browser, **PHONE_LOOK)
        _ask(phone, address, "dongbaek-table", "해물파전 얼마예요?")
        phone.screenshot(path=HERE / "images/chat-phone-ko-dark.png")
        _shoot(phone, address, VISITORS, "-phone-ko-dark")
        maker = _page(browser)
        maker.goto(link)
        maker.locator("main form button").click()
        maker.wait_for_url("**/mine")
        _shoot(maker, address, MAKERS)
        signed_in = maker.context.storage_state()
        phone = _page(browser, **PHONE_LOOK, signed_in=signed_in)
        _shoot(phone, address, MAKERS, "-phone-ko-dark")
        browser.close()


def _shoot(page: Page, address: str, pages: dict[str, str], ending: str = "") -> None:
    for name, path in pages.items():
        page.goto(address + path)
        page.wait_for_timeout(400)  # what a page asks for by itself, such as the number of open questions
        page.screenshot(path=HERE / f"images/{name}{ending}.png")


def main() -> None:
    """Write docs/openapi.json and docs/images."""
    with studio() as (address, link):
        with urllib.request.urlopen(f"{address}/openapi.json") as answer:  # noqa: S310
            document = json.load(answer)
        (HERE / "openapi.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
        screenshots(address, link)


if __name__ == "__main__":
    main()

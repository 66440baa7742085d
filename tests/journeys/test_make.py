"""From a sentence and from a file to a published character, by keyboard alone, in a real browser."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Route, expect
from tests.fakes.models import FakeChat, FakeEmbedder, FakeModels

from madang.app.application import create_app
from madang.app.serve import listen
from madang.app.studio import open_studio
from madang.kernel.settings import Settings

pytestmark = pytest.mark.browser

MENU = """# Haeundae Noodles

## Opening hours

We are open daily from 11:00 to 20:30. Closed on Mondays.

## Menu

Cold noodles cost 9,000 won. Dumplings cost 6,000 won.

## Parking

Can I park there? Yes, behind the house.
"""


@pytest.fixture
def link(tmp_path: Path) -> Iterator[str]:
    """A whole studio with a fake model, served on a free port; gives the owner's one-time link."""
    ready = threading.Event()
    held: list[object] = []

    async def serve() -> None:
        sock = listen("127.0.0.1", 0)
        port = sock.getsockname()[1]
        settings = Settings(data=tmp_path / "data", hub="off", port=port)
        models = FakeModels(FakeChat(), FakeEmbedder())
        async with open_studio(settings, models=models) as studio:  # type: ignore[arg-type]
            server = uvicorn.Server(uvicorn.Config(create_app(studio), log_level="warning", lifespan="off"))
            running = asyncio.create_task(server.serve(sockets=[sock]))
            while not server.started and not running.done():
                await asyncio.sleep(0.02)
            held[:] = [server, f"http://127.0.0.1:{port}/owner/{await studio.accounts.one_time_link()}"]
            ready.set()
            await running

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(60), "the studio did not start"
    server, address = held
    assert isinstance(server, uvicorn.Server)
    yield str(address)
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def page(browser: Browser, link: str) -> Iterator[Page]:
    """Signed in by the link, with Enter; fails on anything the browser complains about."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    context.set_default_timeout(15_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(link)
    page.keyboard.press("Enter")
    page.wait_for_url("**/mine")
    yield page
    assert complaints == []
    context.close()


def tab_to(page: Page, name: str, *, back: bool = False) -> None:
    """Presses Tab until what has the focus is called `name`."""
    for _ in range(80):
        called = page.evaluate(
            "() => { const e = document.activeElement; return [e.getAttribute('aria-label'), e.placeholder,"
            " e.labels?.[0]?.innerText, e.innerText].filter(Boolean).map((text) => text.trim()) }"
        )
        if any(text.startswith(name) for text in called):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{name} cannot be reached with Tab")


def publish(page: Page) -> None:
    """Opens what is asked before a publication, and publishes."""
    tab_to(page, "Publish", back=True)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    tab_to(page, "Publish")
    page.keyboard.press("Enter")
    expect(page.locator("#state")).to_contain_text("Visitors can meet it now.")


def test_a_sentence_becomes_a_published_character(page: Page, browser: Browser, link: str) -> None:
    home = link.partition("/owner/")[0]
    page.goto(f"{home}/make")
    page.keyboard.type("A grumpy lighthouse keeper named Bora who secretly writes poems.")
    tab_to(page, "Make it")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/bora")

    tab_to(page, "In one line")
    page.keyboard.press("Control+A")
    page.keyboard.type("Keeps the light, and secrets.")
    expect(page.locator("[data-words]")).to_have_text(re.compile("Not saved yet|Saving|Saved"))
    tab_to(page, "Example exchanges")
    page.keyboard.press("Enter")
    tab_to(page, "Add an exchange")
    page.keyboard.press("Enter")
    page.keyboard.type("Who are you?")
    page.keyboard.press("Tab")
    tab_to(page, "What is said")
    page.keyboard.type("The one who keeps the light.")
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    expect(page.locator("[data-words]")).to_have_text(re.compile("Saved"))

    tab_to(page, "Write to Bora")
    page.keyboard.type("Good evening!")
    page.keyboard.press("Enter")
    expect(page.locator("#try .turn .words").last).not_to_be_empty()
    expect(page.locator("#try .bubble").last).to_have_text("Good evening!")

    publish(page)
    expect(page.locator("[name=tagline]")).to_have_value("Keeps the light, and secrets.")

    page.reload()
    expect(page.locator("[name=example_text]").first).to_have_value("Who are you?")
    visitor = browser.new_context(locale="en-US").new_page()
    visitor.goto(f"{home}/c/bora")
    expect(visitor.locator("h1:visible")).to_have_text("Bora")
    expect(visitor.locator(".thread")).to_contain_text("Hello, I'm Bora.")
    visitor.goto(f"{home}/edit/bora")
    assert "/sign-in" in visitor.url
    visitor.context.close()


def test_what_is_said_while_the_conversation_starts_over_stays(page: Page, link: str) -> None:
    page.goto(f"{link.partition('/owner/')[0]}/make")
    page.keyboard.type("A cat named Tom")
    tab_to(page, "Make it")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/tom")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/edit/tom/try", hold)
    page.locator("[name=tagline]").fill("Sleeps all day.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-words]")).to_have_text(re.compile("Saved"))
    box = page.get_by_label("Your message")
    box.fill("Good evening!")
    box.press("Enter")
    expect(page.locator("#try article[data-state=done]")).to_have_count(1)
    assert held, "nothing started over"
    with page.expect_response("**/edit/tom/try") as late:
        for route in held:
            route.continue_()
    late.value.finished()
    page.evaluate("() => new Promise((done) => setTimeout(done, 100))")
    expect(page.locator("#try .bubble")).to_have_text("Good evening!")


def test_a_file_becomes_a_character_that_knows_it(page: Page, link: str) -> None:
    page.on("filechooser", lambda _: None)  # asked for early: on a busy machine the key is there before that
    page.goto(f"{link.partition('/owner/')[0]}/make")
    expect(page.locator("#description")).to_be_focused()
    tab_to(page, "Choose a file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files({"name": "noodles.md", "mimeType": "text/markdown", "buffer": MENU.encode()})
    expect(page.locator("[data-chosen]")).to_have_text("noodles.md")
    tab_to(page, "Make it from this file")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/haeundae-noodles")
    expect(page.locator("[name=name]")).to_have_value("Haeundae Noodles")
    expect(page.locator("[name=starters]")).to_have_value(re.compile("Can I park there\\?"))
    expect(page.locator("#sources")).to_contain_text("noodles.md")
    expect(page.locator("#sources")).to_contain_text("passages", timeout=30_000)

    tab_to(page, "Type it in")
    page.keyboard.press("Enter")
    tab_to(page, "Title")
    page.keyboard.type("Holidays")
    tab_to(page, "Text")
    page.keyboard.type("In August we are closed for two weeks.")
    tab_to(page, "Add the text")
    page.keyboard.press("Enter")
    expect(page.locator("#sources")).to_contain_text("Holidays")
    publish(page)


def test_it_is_put_on_a_website_and_links_are_revoked_by_keyboard(page: Page, link: str) -> None:
    home = link.partition("/owner/")[0]
    page.goto(f"{home}/make")
    page.keyboard.type("A shy florist named Mina.")
    tab_to(page, "Make it")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/mina")
    publish(page)
    tab_to(page, "Share", back=True)
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/mina/share")

    tab_to(page, "What is it for?")
    page.keyboard.type("Friends")
    tab_to(page, "Make a link")
    page.keyboard.press("Enter")
    expect(page.locator("#links code")).to_contain_text("/s/")
    token = page.locator("#links code").inner_text()
    tab_to(page, "Revoke the link Friends")
    page.keyboard.press("Enter")
    expect(page.locator("#links")).to_contain_text("Revoked so far: 1")
    assert page.request.get(token).status == 404

    tab_to(page, "Websites that may show it")
    page.keyboard.type("https://shop.example")
    tab_to(page, "Save")
    page.keyboard.press("Enter")
    expect(page.locator("#embed")).to_contain_text("Saved.")
    tab_to(page, "Switch on")
    page.keyboard.press("Enter")
    expect(page.locator("#embed .chip").first).to_have_text("On")
    shown = {"origin": "https://shop.example"}
    assert not page.request.get(f"{home}/embed/mina/settings", headers=shown).json().get("off")
    tab_to(page, "Switch off now")
    page.keyboard.press("Enter")
    expect(page.locator("#embed .chip").first).to_have_text("Off")
    assert page.request.get(f"{home}/embed/mina/settings", headers=shown).json() == {"off": True}


def test_a_phone_has_tabs(page: Page, link: str) -> None:
    home = link.partition("/owner/")[0]
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{home}/make")
    page.locator("#description").fill("A cat named Tom")
    page.get_by_role("button", name="Make it", exact=True).click()
    page.wait_for_url("**/edit/tom")
    expect(page.locator("#edit-form")).to_be_visible()
    expect(page.locator("#try")).to_be_hidden()
    page.get_by_role("tab", name="Character").focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#try .composer")).to_be_visible()
    expect(page.locator("#edit-form")).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#knowledge")).to_be_visible()
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert not wide, "the page scrolls sideways"

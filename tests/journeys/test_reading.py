"""A website and a document are read in the editor and asked about; a citation opens at the sentence."""

from __future__ import annotations

import asyncio
import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
import pytest
import uvicorn
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Locator, Page, expect
from tests.fakes.models import FakeChat, FakeEmbedder, FakeModels
from tests.knowledge import files
from tests.knowledge.site import Site, page, served

from madang.app.application import create_app
from madang.app.serve import listen
from madang.app.studio import open_studio
from madang.kernel.fetch import Fetcher
from madang.kernel.settings import Settings

pytestmark = pytest.mark.browser
PARKING = "The car park behind the lighthouse is free for two hours."


def shop() -> Site:
    site = Site()
    site.pages = {
        "/robots.txt": "User-agent: *\nDisallow: /private\n",
        "/": page("Sea Shop", "Welcome to the shop at the sea.", "/parking", "/menu", "/private", "/lost"),
        "/parking": page("Parking", PARKING),
        "/menu": page("Menu", "Cold noodles cost 9,000 won a bowl."),
    }
    return site


@pytest.fixture
def address(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """A whole studio with fake models, and a website beside it: the owner's link, and the site's address."""
    ready = threading.Event()
    held: list[object] = []

    async def serve() -> None:
        sock = listen("127.0.0.1", 0)
        port = sock.getsockname()[1]
        settings = Settings(data=tmp_path / "data", hub="off", port=port)
        models, fetcher = FakeModels(FakeChat(), FakeEmbedder()), Fetcher(allow_private=True)
        async with served(shop()) as site, open_studio(settings, models=models, fetcher=fetcher) as studio:  # type: ignore[arg-type]
            server = uvicorn.Server(uvicorn.Config(create_app(studio), log_level="warning", lifespan="off"))
            running = asyncio.create_task(server.serve(sockets=[sock]))
            while not server.started and not running.done():
                await asyncio.sleep(0.02)
            link = f"http://127.0.0.1:{port}/owner/{await studio.accounts.one_time_link()}"
            held[:] = [server, link, site.url]
            ready.set()
            await running

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(60), "the studio did not start"
    server, link, site = held
    assert isinstance(server, uvicorn.Server)
    yield str(link), str(site)
    server.should_exit = True
    thread.join(20)


@pytest.fixture
def maker(browser: Browser, address: tuple[str, str]) -> Iterator[Page]:
    """The owner, signed in, with a fresh draft open; fails on anything the browser complains about."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    context.set_default_timeout(20_000)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/mine")
    page.goto(f"{address[0].partition('/owner/')[0]}/make")
    page.get_by_label("Who is the character?").fill("The voice of a shop at the sea, called Sea Shop")
    page.get_by_role("button", name="Make it", exact=True).click()
    page.wait_for_url("**/edit/*")
    yield page
    assert complaints == []
    context.close()


def ask(page: Page, question: str) -> Locator:
    box = page.get_by_label("Your message")
    box.fill(question)
    box.press("Enter")
    turn = page.locator("article[data-state=done]").last
    expect(turn.locator(".citation").first).to_be_visible(timeout=20_000)
    return turn


def test_a_website_is_watched_asked_and_cited(maker: Page, address: tuple[str, str]) -> None:
    maker.get_by_text("From the web", exact=True).click()
    maker.get_by_label("Web address").fill(address[1])
    expect(maker.get_by_label("At most")).to_be_hidden()
    maker.get_by_label("The whole site").check()
    maker.get_by_label("At most").select_option("20")
    maker.get_by_role("button", name="Add from the web").click()
    sources = maker.locator("#sources")
    expect(sources.locator("progress").first).to_be_visible()
    expect(sources).to_contain_text("Answers from 3 pages", timeout=40_000)
    maker.get_by_role("link", name="Pages of").click()
    pages = maker.locator(".site-pages")
    expect(pages.locator("li", has_text="/parking")).to_contain_text("Read")
    expect(pages.locator("li", has_text="/private")).to_contain_text("robots.txt asks not to read this page")
    expect(pages.locator("li", has_text="/lost")).to_contain_text("404")
    maker.get_by_role("button", name="Read it again").click()
    expect(pages.locator("li", has_text="/parking")).to_contain_text("Unchanged", timeout=40_000)
    maker.get_by_role("link", name="knows").click()

    turn = ask(maker, "Where is the car park?")
    turn.locator(".citation").first.click()
    panel = maker.get_by_role("dialog")
    expect(panel.locator("mark")).to_have_text(PARKING)
    original = panel.get_by_role("link", name="Open the original").get_attribute("href")
    assert original and original.startswith(f"{address[1]}/parking#:~:text=The%20car%20park")


def test_a_citation_opens_the_page_of_a_pdf_at_the_sentence(maker: Page, tmp_path: Path) -> None:
    data = files.pdf(
        ("Opening hours", "The museum is open daily from nine to five. The last tickets are sold at four."),
        ("Getting here", f"Most guests come by bus from the harbour. {PARKING} Bicycles stand at the gate."),
        ("Lost things", "What was found in the halls is kept at the desk for a month."),
    )
    (tmp_path / "policy.pdf").write_bytes(data)
    (tmp_path / "pets.txt").write_text("Pets\n\nDogs are welcome on the terrace.")
    chooser = maker.locator("#add-file")
    chooser.set_input_files([tmp_path / "policy.pdf", tmp_path / "pets.txt"])
    maker.get_by_role("button", name="Add the files").click()
    expect(maker.locator("[data-files]")).to_contain_text("policy.pdf")
    expect(maker.locator("[data-files] .wrong")).to_have_count(0)
    expect(maker.locator("#sources li")).to_have_count(2, timeout=20_000)
    expect(maker.locator("#sources progress")).to_have_count(0, timeout=40_000)

    turn = ask(maker, "Where is the car park?")
    turn.locator(".citation").first.click()
    panel = maker.get_by_role("dialog")
    expect(panel.get_by_text("Page 2 of 3")).to_be_visible(timeout=20_000)
    expect(panel.locator("blockquote mark")).to_contain_text(PARKING)
    marked = panel.locator("[data-quote]").first
    expect(marked).to_be_in_viewport()
    assert ink_under(maker, panel) > 0.03, "letters stand where the page is marked"
    assert_marked(panel, data)
    panel.get_by_role("link", name="The next page").click()
    expect(panel.get_by_text("Page 3 of 3")).to_be_visible()
    expect(panel.locator("[data-quote]")).to_have_count(0)
    panel.get_by_role("link", name="Back to what is quoted").click()
    expect(panel.locator("[data-quote]").first).to_be_visible()
    maker.set_viewport_size({"width": 390, "height": 844})
    image = panel.locator(".leaf-page img").bounding_box()
    assert image and image["x"] >= 0 and image["x"] + image["width"] <= 390
    assert_marked(panel, data)
    maker.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(maker.get_by_label("Your message")).to_be_visible()


def assert_marked(panel: Locator, data: bytes) -> None:
    """Assert that the second page is drawn, and that marks on it lie over what is quoted and no more."""
    # the panel slides in: boxes are read where it rests
    panel.evaluate("panel => Promise.all(panel.getAnimations({ subtree: true }).map((one) => one.finished))")
    image = panel.locator(".leaf-page img")
    wide = image.evaluate("async (image) => { await image.decode(); return image.naturalWidth; }")
    assert wide > 400, "the page is not drawn"
    drawn = image.bounding_box()
    marks = [mark.bounding_box() for mark in panel.locator("[data-quote]").all()]
    assert drawn and marks
    areas = [(box["x"], box["y"], box["x"] + box["width"], box["y"] + box["height"]) for box in marks if box]
    for left, top, right, bottom in areas:
        assert drawn["x"] <= left < right <= drawn["x"] + drawn["width"]
        assert drawn["y"] <= top < bottom <= drawn["y"] + drawn["height"]
    for share_x, share_y, quoted in letters(data):
        x, y = drawn["x"] + share_x * drawn["width"], drawn["y"] + share_y * drawn["height"]
        under = any(left <= x <= right and top <= y <= bottom for left, top, right, bottom in areas)
        assert under == quoted, (x, y, areas)


def letters(data: bytes) -> Iterator[tuple[float, float, bool]]:
    """The middle of each letter of the second page, as shares of width and height; whether it is quoted."""
    page = pdfium.PdfDocument(data)[1]
    text = page.get_textpage()
    words = text.get_text_range()
    start, end = words.index(PARKING[:12]), words.index("Bicycles")
    for at, letter in enumerate(words):
        if letter.isalpha():
            left, bottom, right, top = text.get_charbox(at)
            yield (
                (left + right) / 2 / page.get_width(),
                1 - (bottom + top) / 2 / page.get_height(),
                start <= at < end,
            )


def ink_under(page: Page, panel: Locator) -> float:
    """Share of dark pixels of the page's picture under the first mark, as they are seen."""
    box = panel.locator("[data-quote]").first.bounding_box()
    assert box
    seen = Image.open(io.BytesIO(page.screenshot(clip=box, caret="initial"))).convert("L")  # type: ignore[arg-type]
    dark = ImageChops.invert(seen).point(lambda value: 255 if value > 140 else 0)
    return sum(value > 0 for value in dark.tobytes()) / (seen.width * seen.height)

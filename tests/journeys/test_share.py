"""Publishing, embedding on another website, remixing, reporting, taking over, rolling back; two studios."""

from __future__ import annotations

import http.server
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.journeys.whole import CAT, HOURS, NOODLES, Whole, whole_studio

from madang.share.types import Embed

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole_studio(tmp_path_factory.mktemp("studio") / "data") as whole:
        whole.publish(NOODLES, HOURS)
        whole.publish(CAT)
        yield whole


@pytest.fixture
def website(whole: Whole) -> Iterator[str]:
    """Another origin, whose one page has the studio's script tag in it, under a policy of its own."""
    page = (
        "<!doctype html><html lang=en><title>A shop</title><h1>A shop</h1>"
        f'<script src="{whole.address}/embed.js" data-character="haeundae-noodles" async></script>'
    ).encode()
    studio = whole.address
    policy = f"default-src 'self'; script-src {studio}; frame-src {studio}; connect-src {studio}"

    class Shop(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-security-policy", policy)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join(5)


def ask(page: Page, question: str) -> None:
    page.get_by_role("textbox").first.fill(question)
    page.keyboard.press("Enter")


def test_a_visitor_of_another_website_talks_until_it_is_switched_off(
    browser: Browser, whole: Whole, website: str
) -> None:
    maker = whole.maker(browser)
    maker.goto(f"{whole.address}/edit/haeundae-noodles/share")
    maker.get_by_label("Websites that may show it").fill(website)
    maker.locator("#embed").get_by_role("button", name="Save").click()
    maker.locator("#embed").get_by_role("button", name="Switch on").click()
    expect(maker.locator("#embed")).to_contain_text("Switch off now")

    visitor = whole.visitor(browser)
    strangers: list[str] = []
    visitor.on(
        "request",
        lambda asked: (
            strangers.append(asked.url) if not asked.url.startswith((whole.address, website)) else None
        ),
    )
    visitor.goto(website)
    visitor.locator("madang-character button").click()
    panel = visitor.frame_locator("madang-character iframe")
    panel.get_by_role("button", name="When are you open?").click()  # one of the questions offered
    expect(panel.locator("[data-state=done] .words").last).to_contain_text("11:00")
    assert strangers == [], "nobody but the website and the studio was asked for anything"

    maker.locator("#embed").get_by_role("button", name="Switch off now").click()
    expect(panel.get_by_text("This chat is switched off.")).to_be_visible()
    again = whole.visitor(browser)
    again.goto(website)
    again.wait_for_load_state("networkidle")
    expect(again.locator("madang-character button")).to_have_count(0)


def test_the_preview_shows_what_is_not_saved_yet(browser: Browser, whole: Whole) -> None:
    maker = whole.maker(browser)
    said: list[str] = []
    maker.on("console", lambda word: said.append(word.text))
    maker.goto(f"{whole.address}/edit/haeundae-noodles/share")
    maker.locator("iframe.website").scroll_into_view_if_needed()
    button = maker.frame_locator("iframe.website").locator("madang-character button")
    expect(button).to_have_count(1)
    maker.get_by_label("Words on the button").fill("Ask the cook")
    maker.get_by_label("Words on the button").press("Tab")
    expect(button).to_have_text("Ask the cook")
    assert not [words for words in said if "Madang" in words], said


def test_a_website_that_is_not_named_gets_nothing(browser: Browser, whole: Whole, website: str) -> None:
    settings = Embed(origins=["https://shop.example"], on=True)
    whole.do(whole.studio.embeds.save(whole.owner, "haeundae-noodles", settings))
    page = whole.visitor(browser)
    page.goto(website)
    page.wait_for_load_state("networkidle")
    expect(page.locator("madang-character button")).to_have_count(0)
    page.goto(f"{website}/#")
    page.evaluate(
        "address => document.body.append(Object.assign(document.createElement('iframe'), {src: address}))",
        f"{whole.address}/c/haeundae-noodles",
    )
    time.sleep(0.5)
    shown = [
        frame for frame in page.frames if "haeundae-noodles" in frame.url and "chrome-error" not in frame.url
    ]
    assert all(not frame.locator(".composer").count() for frame in shown), (
        "the studio's own page is in no frame"
    )


def test_a_remix_says_where_it_comes_from(browser: Browser, whole: Whole) -> None:
    page = whole.maker(browser)
    page.goto(f"{whole.address}/c/도리/remix")
    page.get_by_role("button", name="Remix").click()
    page.wait_for_url(re.compile("/edit/"))
    page.locator("[name=name]").fill("Dori the Second")
    page.locator("[data-save]").click()
    page.locator("details.publish summary").click()
    page.locator("[data-publish-now]").click()
    expect(page.locator("#state")).to_contain_text("Visitors can meet it now.")
    slug = page.url.rpartition("/edit/")[2]
    visitor = whole.visitor(browser)
    visitor.goto(f"{whole.address}/c/{slug}/about")
    expect(visitor.locator("main")).to_contain_text("Remixed from")
    expect(visitor.get_by_role("link", name="도리")).to_be_visible()
    visitor.goto(whole.address)
    expect(visitor.get_by_text("Dori the Second")).to_be_visible()


def test_a_report_reaches_the_owner_who_hides_it(browser: Browser, whole: Whole) -> None:
    whole.publish(CAT.model_copy(update={"name": "Rude One", "language": "en", "greeting": "Go away."}))
    visitor = whole.visitor(browser)
    visitor.goto(f"{whole.address}/c/rude-one/about")
    visitor.get_by_role("link", name="Report this character").click()
    visitor.locator("input[type=radio]").first.check()
    visitor.locator("#words").fill("It was rude to me.")
    visitor.get_by_role("button", name="Report").click()
    expect(visitor.locator("h1")).to_contain_text("Thank you")
    owner = whole.maker(browser)
    owner.goto(f"{whole.address}/reports")
    report = owner.locator("article", has_text="Rude One")
    expect(report).to_contain_text("It was rude to me.")
    report.locator("input[name=why], textarea[name=why]").first.fill("Rude to visitors")
    report.get_by_role("button", name="Hide").first.click()
    answer = visitor.goto(f"{whole.address}/c/rude-one")
    assert answer is not None
    assert answer.status == 404
    visitor.goto(whole.address)
    expect(visitor.get_by_text("Rude One")).to_have_count(0)


def test_a_person_takes_over_and_hands_back(browser: Browser, whole: Whole) -> None:
    visitor = whole.visitor(browser)
    visitor.goto(f"{whole.address}/c/haeundae-noodles")
    ask(visitor, "Do you sell umbrellas in the cellar?")
    visitor.wait_for_selector("[data-state=done]")
    maker = whole.maker(browser)
    maker.goto(f"{whole.address}/inbox/conversations")
    maker.get_by_role("link", name=re.compile("umbrellas")).first.click()
    maker.get_by_role("button", name="Take over").click()
    expect(visitor.locator("[data-held-note]")).to_be_visible(timeout=5_000)
    calls = len(whole.model.requests)
    ask(visitor, "Is somebody there?")
    expect(visitor.locator(".thread")).to_contain_text("Is somebody there?")
    expect(maker.locator(".inbox-thread")).to_contain_text("Is somebody there?", timeout=5_000)
    maker.locator("#text").fill("Yes, Minji here. We have two umbrellas to lend. <b>bold</b>")
    maker.get_by_role("button", name="Send").click()
    expect(visitor.locator(".thread")).to_contain_text(
        "We have two umbrellas to lend. <b>bold</b>", timeout=5_000
    )
    assert len(whole.model.requests) == calls, "the AI was silent"
    maker.get_by_role("button", name="Hand back to the AI").click()
    expect(visitor.locator("[data-held-note]")).to_be_hidden(timeout=5_000)
    ask(visitor, "When are you open?")
    expect(visitor.locator(".thread")).to_contain_text("11:00", timeout=10_000)


def test_an_unanswered_question_becomes_knowledge_and_a_check(browser: Browser, whole: Whole) -> None:
    visitor = whole.visitor(browser)
    visitor.goto(f"{whole.address}/c/haeundae-noodles")
    ask(visitor, "Is there a high chair for my baby?")
    visitor.wait_for_selector("[data-state=done]")
    expect(visitor.locator("[data-state=done] .words").last).to_contain_text("could not find")
    maker = whole.maker(browser)
    maker.goto(f"{whole.address}/inbox")
    maker.locator("li", has_text="high chair").get_by_role("link", name="Answer").click()
    maker.get_by_label("Answer", exact=True).fill("Yes, we have three high chairs. Ask us when you come.")
    maker.get_by_role("button", name="Approve answer").click()
    expect(maker.get_by_role("status")).to_contain_text("Approved")
    asker = whole.visitor(browser)
    asker.goto(f"{whole.address}/c/haeundae-noodles")
    ask(asker, "Is there a high chair for my baby?")
    expect(asker.locator("[data-state=done] .words").last).to_contain_text("three high chairs")
    maker.goto(f"{whole.address}/edit/haeundae-noodles/checks")
    expect(maker.locator("main")).to_contain_text("high chair")


def test_a_version_is_brought_back(browser: Browser, whole: Whole) -> None:
    whole.publish(CAT.model_copy(update={"name": "Tom", "language": "en", "greeting": "First words."}))
    page = whole.maker(browser)
    page.goto(f"{whole.address}/edit/tom")
    page.locator("[name=greeting]").first.fill("Second words.")
    page.locator("[data-save]").click()
    page.locator("details.publish summary").click()
    page.locator("[data-publish-now]").click()
    expect(page.locator("#state")).to_contain_text("Visitors can meet it now.")
    page.goto(f"{whole.address}/edit/tom/history?version=2")
    expect(page.locator(".changes")).to_contain_text("Second")
    page.goto(f"{whole.address}/edit/tom/history?version=1")
    page.get_by_role("button", name="Make it the draft again").click()
    page.goto(f"{whole.address}/edit/tom")
    expect(page.locator("[name=greeting]").first).to_have_value("First words.")


def test_a_card_keeps_its_signature_in_a_second_studio(
    browser: Browser, whole: Whole, tmp_path: Path
) -> None:
    page = whole.visitor(browser)
    page.goto(f"{whole.address}/c/haeundae-noodles/about")
    with page.expect_download() as download:
        page.get_by_role("link", name="PNG").click()
    card = tmp_path / "card.png"
    download.value.save_as(card)
    with whole_studio(tmp_path / "second") as second:
        maker = second.maker(browser)
        maker.goto(f"{second.address}/make")
        maker.locator("input[type=file]").first.set_input_files(card)
        maker.get_by_role("button", name="Make it from this file").click()
        maker.wait_for_url(re.compile("/edit/"))
        slug = maker.url.rpartition("/edit/")[2].partition("?")[0]
        maker.goto(f"{second.address}/edit/{slug}/share")
        expect(maker.locator(".signature")).to_contain_text("Unchanged since")
        second.do(second.studio.characters.publish(second.owner, slug))
        other = second.visitor(browser)
        other.goto(f"{second.address}/c/{slug}/about")
        expect(other.locator(".signature")).to_contain_text("Unchanged since")


def test_korean_all_the_way_through(browser: Browser, whole: Whole) -> None:
    page = whole.maker(browser, locale="ko-KR", viewport={"width": 390, "height": 844})
    page.goto(f"{whole.address}/make")
    page.locator("#description").fill("제주에서 귤을 키우는 무뚝뚝한 농부 아저씨 봉수")
    page.get_by_role("button", name="만들기", exact=True).click()
    page.wait_for_url(re.compile("/edit/"))
    slug = page.url.rpartition("/edit/")[2]
    page.locator("details.publish summary").click()
    page.locator("[data-publish-now]").click()
    expect(page.locator("#state")).to_contain_text("이제 방문자가 만날 수 있습니다", timeout=10_000)
    for path in ("", "/history", "/checks", "/share"):
        page.goto(f"{whole.address}/edit/{slug}{path}")
        english = re.findall(
            r"\b(?:Save|Publish|History|Checks|Share|Versions|Delete)\b", page.locator("main").inner_text()
        )
        assert english == [], path
    visitor = whole.visitor(browser, locale="ko-KR")
    visitor.goto(f"{whole.address}/c/{slug}/about")
    expect(visitor.locator("main")).to_contain_text("AI")
    visitor.locator("main a.primary").click()
    visitor.wait_for_url(re.compile(r"/c/[^/]+$"))  # with its scripts: Enter before them is a new line
    whole.model.script = "어서 오게. 귤 하나 들겠나?"
    visitor.get_by_role("textbox").first.fill("안녕하세요!")
    visitor.keyboard.press("Enter")
    expect(visitor.locator("[data-state=done] .words").last).not_to_be_empty()


def test_a_link_is_revoked(browser: Browser, whole: Whole) -> None:
    whole.publish(CAT.model_copy(update={"name": "Quiet One", "language": "en"}))
    whole.do(whole.studio.characters.set_visibility(whole.owner, "quiet-one", "unlisted"))
    maker = whole.maker(browser)
    maker.goto(f"{whole.address}/edit/quiet-one/share")
    maker.locator("#links [name=label]").fill("Friends")
    maker.locator("#links").get_by_role("button", name=re.compile("Make|New")).click()
    address = maker.locator("#links code").first.inner_text()
    visitor = whole.visitor(browser)
    answer = visitor.goto(f"{whole.address}/c/quiet-one")
    assert answer is not None
    assert answer.status == 404
    visitor.goto(address)
    visitor.locator("main .primary").first.click()
    expect(visitor.get_by_role("textbox").first).to_be_visible()
    maker.locator("#links").get_by_role("button", name="Revoke the link Friends").click()
    answer = visitor.goto(f"{whole.address}/c/quiet-one")
    assert answer is not None
    assert answer.status == 404

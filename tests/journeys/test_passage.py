"""The panel behind a citation: it opens at once, says that it is waiting, and can always be left."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Locator, Page, Route, ViewportSize, expect
from tests.journeys.conftest import Running
from tests.web.stage import MENU

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
TALK = "/c/dongbaek-table"
PRICE = "How much is the seafood pancake?"
QUOTED = "Seafood pancake (해물파전) costs 14,000 won."
ROW = "Dish: Seafood pancake · 이름: 해물파전 · Price: 14,000 <b>won</b>."
WIDE, PHONE = ViewportSize(width=1280, height=800), ViewportSize(width=390, height=844)


def asked(page: Page) -> Locator:
    page.get_by_role("button", name=PRICE).click()
    turn = page.locator("article[data-state=done]").last
    expect(turn.locator(".citation").first).to_be_visible()
    return turn


def held(page: Page) -> list[Route]:
    """The requests for passages, which wait until the test lets them go on."""
    waiting: list[Route] = []
    page.route("**/passages/**", lambda route: waiting.append(route))  # noqa: PLW0108 - routed by its name
    return waiting


def test_it_opens_at_once_waits_and_takes_the_focus_and_gives_it_back(open_page: Open) -> None:
    page = open_page(TALK, viewport=WIDE)
    turn = asked(page)
    waiting = held(page)
    link = turn.locator(".citation").first
    link.focus()
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog")
    expect(panel.locator(".passage-opening")).to_have_text("Opening the place…")
    expect(panel.locator("[aria-live=polite]")).to_have_text("Opening the place…")
    expect(panel.locator("[data-passage-body]")).to_be_focused()
    expect(panel.locator("[data-passage-body]")).to_have_attribute("aria-busy", "true")
    waiting.pop().continue_()
    expect(panel.locator("mark")).to_have_text(QUOTED)
    expect(panel.locator("[aria-live=polite]")).to_have_text(f"Menu: {QUOTED}")
    expect(panel.locator("[data-passage-body]")).not_to_have_attribute("aria-busy", "true")
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(link).to_be_focused()


def test_what_comes_after_it_was_closed_opens_nothing(open_page: Open) -> None:
    page = open_page(TALK, viewport=PHONE)
    turn = asked(page)
    waiting = held(page)
    address = page.url
    turn.locator(".citation").first.click()
    panel = page.get_by_role("dialog")
    expect(panel.locator(".passage-opening")).to_be_visible()
    panel.get_by_role("button", name="Close").click()
    expect(panel).to_have_count(0)
    with suppress(Error):  # the page has let go of it, or lets it pass
        waiting.pop().continue_()
    page.unroute("**/passages/**")
    page.wait_for_timeout(200)
    assert page.url == address
    turn.locator(".citation").first.click()
    expect(panel.locator("mark")).to_have_text(QUOTED)


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_the_way_out_stays_in_sight_however_long_the_passage_is(
    open_page: Open, running: Running, viewport: ViewportSize
) -> None:
    before, after = "We cook what the boats bring in. " * 120, " The tables stand by the water." * 120
    running.stage.knowledge.texts["Menu"] = f"{before}{MENU}{after}"
    page = open_page(TALK, viewport=viewport)
    asked(page).locator(".citation").first.click()
    panel = page.get_by_role("dialog")
    expect(panel.locator("mark")).to_be_in_viewport(ratio=1)
    close = panel.get_by_role("button", name="Close")
    expect(close).to_be_in_viewport(ratio=1)
    place = close.bounding_box()
    assert place and place["y"] >= 0 and place["x"] + place["width"] <= viewport["width"]
    page.keyboard.press("End")  # the keys scroll the passage, and nothing else
    expect(panel.locator("footer")).to_be_in_viewport()
    expect(close).to_be_in_viewport(ratio=1)


def test_a_quoted_row_is_shown_as_names_and_values_to_the_letter(open_page: Open, running: Running) -> None:
    running.stage.knowledge.texts["Menu"] = ROW
    page = open_page(TALK, viewport=PHONE)
    asked(page)
    quote = page.locator(".words .cells")
    expect(quote.locator(".cell-name")).to_have_count(3)
    assert quote.text_content() == f"{ROW}\u202f1"  # the number of the citation
    expect(page.locator(".proof q")).to_have_count(0)
    expect(quote.locator("b")).to_have_count(0)
    for cell in quote.locator(".cell").all():
        box = cell.bounding_box()
        assert box and box["x"] + box["width"] <= PHONE["width"]


def test_back_closes_it_and_the_conversation_stays(open_page: Open) -> None:
    page = open_page(TALK, viewport=PHONE)
    link = asked(page).locator(".citation").first
    address, panel = page.url, page.get_by_role("dialog")
    entries = page.evaluate("history.length")
    link.click()
    expect(panel.locator("mark")).to_have_text(QUOTED)
    page.go_back()
    expect(panel).to_have_count(0)
    expect(link).to_be_focused()
    assert page.url == address
    page.go_forward()
    expect(panel.locator("mark")).to_have_text(QUOTED)
    page.reload()  # it stays what it was
    expect(panel.locator("mark")).to_have_text(QUOTED)
    page.go_back()
    expect(panel).to_have_count(0)
    expect(page.locator("article[data-state=done]")).to_have_count(1)
    assert page.evaluate("history.length") == entries + 1


@pytest.mark.parametrize("way", ["Escape", "button"])
def test_closing_it_leaves_nothing_in_the_history(open_page: Open, way: str) -> None:
    page = open_page("/", viewport=WIDE)
    page.goto(page.url.rstrip("/") + TALK)
    turn = asked(page)
    panel = page.get_by_role("dialog")
    for _ in range(3):
        turn.locator(".citation").first.click()
        expect(panel.locator("mark")).to_have_text(QUOTED)
        if way == "Escape":
            page.keyboard.press("Escape")
        else:
            panel.get_by_role("button", name="Close").click()
        # at once the next: what closed the one before does not close this one
    turn.locator(".citation").first.click()
    page.wait_for_timeout(700)
    expect(panel.locator("mark")).to_have_text(QUOTED)
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    page.wait_for_timeout(200)
    page.go_back()
    expect(page).to_have_title(re.compile("Madang"))
    assert page.url.rstrip("/").count("/") == 2, "one step back is where one came from"


@pytest.mark.parametrize(
    ("locale", "sentence"),
    [("en-US", "This source is no longer there."), ("ko-KR", "이 출처는 이제 없습니다.")],
)
def test_a_source_that_was_deleted_is_told_in_the_panel(
    open_page: Open, running: Running, locale: str, sentence: str
) -> None:
    page = open_page(TALK, viewport=PHONE, forgiving=True, locale=locale)
    turn = asked(page)
    address = page.url
    running.stage.knowledge.texts.clear()
    turn.locator(".citation").first.click()
    panel = page.get_by_role("dialog")
    expect(panel.locator(".passage-missing")).to_have_text(sentence)
    expect(panel.locator("[aria-live=polite]")).to_have_text(sentence)
    assert page.url == address
    page.keyboard.press("Escape")
    expect(panel).to_have_count(0)
    expect(turn.locator(".words")).to_contain_text("14,000")
    page.route("**/passages/**", lambda route: route.abort())
    turn.locator(".citation").first.click()
    expect(panel.locator(".passage-missing")).not_to_have_text(sentence)
    assert page.url == address


def test_why_a_reply_was_made_this_way_comes_into_sight(open_page: Open) -> None:
    page = open_page(TALK, viewport=PHONE)
    asked(page)
    say = page.get_by_label("Your message")
    for place in range(3):  # until the thread is longer than the phone
        say.fill(PRICE)
        say.press("Enter")
        expect(page.locator("article[data-state=done]")).to_have_count(place + 2)
    details = page.locator("article").last.locator(".reply-details")
    details.locator("summary").click()
    expect(details.locator("dl")).to_be_in_viewport(ratio=1)
    box, composer = details.locator("dl").bounding_box(), page.locator("[data-composer]").bounding_box()
    assert box and composer and box["y"] + box["height"] <= composer["y"]

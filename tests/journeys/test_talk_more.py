"""Thumbs that roll back, greetings to choose, and a person who joins, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from tests.journeys.conftest import Running
from tests.web.stage import PERSON

from madang.chat.desk.access import Desk

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
DOCUMENT = "() => [document.scrollingElement.scrollHeight, document.scrollingElement.scrollTop]"
"""How high the document is, and how far it was scrolled."""


def said(page: Page, words: str) -> None:
    page.locator("[data-message]").fill(words)
    page.keyboard.press("Enter")
    page.locator("[data-thumbs]").last.wait_for()


def test_a_thumb_shows_at_once_and_rolls_back(open_page: Open) -> None:
    page = open_page("/c/guide", forgiving=True)
    said(page, "Tell me about the yard")
    up = page.locator("[data-thumb='1']")
    up.focus()
    page.keyboard.press("Enter")
    expect(up).to_have_attribute("aria-pressed", "true")
    page.locator("[data-why-form] input").fill("Lovely <b>words</b>")
    page.keyboard.press("Enter")
    expect(page.locator("[data-announce]")).to_have_text("Thank you. Your words are kept.")
    page.reload()
    expect(up).to_have_attribute("aria-pressed", "true")
    assert page.locator("[data-thumbs]").get_attribute("data-why") == "Lovely <b>words</b>"

    def refuse(route: Route) -> None:
        route.abort()

    page.route("**/thumb", refuse)
    down = page.locator("[data-thumb='-1']")
    down.click()
    expect(page.locator("[data-alert] .alert")).to_be_visible()
    expect(down).to_have_attribute("aria-pressed", "false")
    expect(up).to_have_attribute("aria-pressed", "true")
    page.unroute("**/thumb")
    page.locator("[data-alert] [data-retry]").click()
    expect(down).to_have_attribute("aria-pressed", "true")


def test_a_person_joins_writes_and_leaves_before_two_pages(open_page: Open, running: Running) -> None:
    page = open_page("/c/guide")
    said(page, "Tell me about the yard")
    conversation = page.url.partition("conversation=")[2]
    second = page.context.new_page()
    second.goto(page.url)
    second.locator("[data-thumbs]").wait_for()
    stage = running.stage
    desk = Desk(stage.chat._database, stage.characters, stage.chat)
    running.do(desk.take(stage.owner, conversation))
    for one in (page, second):
        expect(one.locator("[data-held-note]")).to_be_visible(timeout=2_000)
    page.locator("[data-message]").fill("Is anybody there?")
    page.keyboard.press("Enter")
    expect(page.locator(".waits")).to_be_visible()
    expect(second.locator(".waits")).to_be_visible()
    running.do(desk.say(stage.owner, conversation, "Yes. <img src=x onerror=alert(1)>"))
    for one in (page, second):
        expect(one.locator(".basis-person")).to_have_text("Written by a person")
        assert one.locator(".words img").count() == 0
    running.do(desk.hand_back(stage.owner, conversation))
    for one in (page, second):
        expect(one.locator("[data-held-note]")).to_be_hidden()
    said(page, "Tell me more of it")
    expect(page.locator(".basis").last).not_to_have_text("Written by a person")


@pytest.mark.parametrize(("width", "height"), [(1280, 900), (390, 844)])
def test_a_field_in_a_long_conversation_moves_no_page(
    open_page: Open, running: Running, width: int, height: int
) -> None:
    running.model.script = "Well, well. " * 30
    page = open_page("/c/guide", viewport={"width": width, "height": height})
    for number in range(6):
        page.locator("[data-message]").fill(f"Hi, number {number}, how nice.")
        page.keyboard.press("Enter")
        expect(page.locator("article[data-state=done]")).to_have_count(number + 1)
    page.locator("[data-thumb='-1']").last.click()
    why = page.locator("[data-why-form] input")
    expect(why).to_be_in_viewport()
    page.wait_for_timeout(400)  # a phone's keyboard comes late, and it is brought into sight again
    assert page.evaluate(DOCUMENT) == [height, 0]
    why.press("Escape")
    page.locator("[data-edit]").click()
    assert page.evaluate(DOCUMENT) == [height, 0]
    expect(page.locator("[data-message]")).to_be_in_viewport(ratio=1)


def test_greetings_are_chosen_by_keyboard(open_page: Open, running: Running) -> None:
    others = ["It rained all night.", "You again!"]
    profile = PERSON.model_copy(update={"name": "Sol", "alternate_greetings": others, "language": "en"})
    running.do(running.stage.publish(profile))
    page = open_page("/c/sol")
    group = page.locator("[data-greetings]")
    group.focus()
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-where]")).to_have_text("3 / 3")
    page.locator("[data-swipe='-1']").click()
    expect(group).to_contain_text("It rained all night.")
    said(page, "Tell me about the yard")
    assert page.locator("[data-place]").count() == 1
    page.reload()
    expect(page.locator(".greeting")).to_contain_text("It rained all night.")

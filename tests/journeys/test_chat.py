"""A visitor talks with a character in a real browser."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from tests.journeys.conftest import Open, Running

from madang.kernel.errors import ModelFailed

pytestmark = pytest.mark.browser
TALK = "/c/dongbaek-table"
PRICE = "How much is the seafood pancake?"
SMALL_TALK = "Hi! I had a long day."
FREE = "/c/guide"
"""A character that talks freely, so that each word is shown as the model makes it."""
SYLLABLES = ("ba", "de", "ki", "lo", "mu", "na", "pe", "ri", "so", "tu")
LONG = " ".join(f"{a}{b}{c}" for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES)
"""A thousand words, none twice: a model that repeats itself is cut short."""


def box(page: Page) -> Locator:
    return page.get_by_label("Your message")


def say(page: Page, text: str) -> None:
    box(page).fill(text)
    box(page).press("Enter")


def done(page: Page, count: int = 1) -> Locator:
    turns = page.locator("article[data-state=done]")
    expect(turns).to_have_count(count)
    return turns.last


def until(holds: Callable[[], bool], seconds: float = 5) -> None:
    """Waits from outside the page: the policy lets no test evaluate strings inside it."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def test_an_answer_is_cited_and_the_citation_opens_the_passage(open_page: Open) -> None:
    page = open_page(TALK)
    page.get_by_role("button", name=PRICE).click()
    turn = done(page)
    expect(turn.locator(".words")).to_contain_text("14,000 won")
    expect(turn.get_by_text("Quoted from its sources")).to_be_visible()
    turn.locator(".citation").first.click()
    panel = page.get_by_role("dialog")
    expect(panel.locator("mark")).to_have_text("Seafood pancake (해물파전) costs 14,000 won.")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    href = turn.locator(".citation").first.get_attribute("href")
    assert href
    page.goto(page.url.split("/c/")[0] + href)
    expect(page.locator("mark")).to_be_visible()


def test_words_appear_as_they_are_made_and_stop_works_at_once(open_page: Open, running: Running) -> None:
    running.model.script, running.model.pause = LONG, 0.03
    page = open_page(FREE)
    say(page, SMALL_TALK)
    words = page.locator("[data-pending-turn] .words")
    expect(words).to_contain_text("bababa babade")
    before = len(words.inner_text())
    page.wait_for_timeout(300)
    assert len(words.inner_text()) > before
    started = time.monotonic()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    assert time.monotonic() - started < 4
    expect(page.get_by_text("Stopped.")).to_be_visible()
    until(lambda: running.model.running == 0)
    expect(box(page)).to_be_focused()


def test_an_edit_that_is_not_accepted_is_written_still(open_page: Open) -> None:
    page = open_page(TALK, forgiving=True)
    say(page, SMALL_TALK)
    done(page).get_by_role("button", name="Edit this message").click()

    def refuse(route: Route) -> None:
        route.fulfill(status=409, json={"error": {"code": "conflict", "message": "A reply is being made."}})

    page.route("**/edit?*", refuse)
    written = page.locator(".editing textarea")
    written.fill(PRICE)
    page.keyboard.press("Enter")
    expect(page.locator("[data-alert]")).to_contain_text("A reply is being made.")
    expect(written).to_have_value(PRICE)
    expect(written).to_be_focused()
    page.unroute("**/edit?*")
    page.keyboard.press("Enter")
    expect(page.locator("article[data-state=done] .bubble")).to_have_text(PRICE)
    expect(done(page).get_by_text("2 / 2")).to_be_visible()


def test_the_last_message_is_edited_and_the_older_one_stays(open_page: Open) -> None:
    page = open_page(TALK)
    say(page, SMALL_TALK)
    done(page).get_by_role("button", name="Edit this message").click()
    page.locator(".editing textarea").fill(PRICE)
    page.keyboard.press("Enter")
    expect(page.locator("article[data-state=done] .bubble")).to_have_text(PRICE)
    expect(done(page).locator(".words")).to_contain_text("14,000 won")
    expect(done(page).get_by_text("2 / 2")).to_be_visible()
    done(page).get_by_role("button", name="Earlier version").click()
    expect(page.locator(".bubble")).to_have_text(SMALL_TALK)
    expect(done(page).get_by_text("1 / 2")).to_be_visible()


def test_another_reply_and_back(open_page: Open, running: Running) -> None:
    page = open_page(FREE)
    say(page, SMALL_TALK)
    expect(done(page).locator(".words")).to_contain_text("Hello there")
    running.model.script = "Sit down, I will make tea."
    done(page).get_by_role("button", name="Another reply").click()
    expect(done(page).locator(".words")).to_contain_text("tea")
    expect(done(page).get_by_text("2 / 2")).to_be_visible()
    done(page).get_by_role("button", name="Earlier version").click()
    expect(done(page).locator(".words")).to_contain_text("Hello there")


def test_a_conversation_is_found_again(open_page: Open) -> None:
    page = open_page(TALK)
    say(page, SMALL_TALK)
    done(page)
    expect(page.get_by_role("navigation", name="Your conversations").get_by_role("listitem")).to_have_count(1)
    page.reload()
    expect(done(page).locator(".bubble")).to_have_text(SMALL_TALK)
    page.get_by_role("link", name="New conversation").click()
    expect(page.locator("article")).to_have_count(0)
    say(page, "Hello again")
    done(page)
    past = page.get_by_role("navigation", name="Your conversations").get_by_role("listitem")
    expect(past).to_have_count(2)
    page.once("dialog", lambda dialog: dialog.accept())
    past.last.get_by_role("button").click()
    expect(past).to_have_count(1)


def test_a_model_that_stops_midway_says_so_and_can_be_asked_again(open_page: Open, running: Running) -> None:
    running.model.fail_after = 1
    running.model.error = ModelFailed("The model stopped while it was writing.")
    page = open_page(FREE)
    say(page, SMALL_TALK)
    failed = page.locator("article[data-state=failed]")
    expect(failed.get_by_role("alert")).to_be_visible()
    expect(failed.locator(".bubble")).to_have_text(SMALL_TALK)
    running.model.error = None
    failed.get_by_role("button", name="Try again").click()
    expect(done(page).locator(".words")).to_contain_text("Hello there")


def test_a_message_that_could_not_be_sent_stays_in_the_box(open_page: Open) -> None:
    page = open_page(TALK, forgiving=True)
    page.context.set_offline(True)
    say(page, "Are you there?")
    expect(page.get_by_role("alert")).to_contain_text("could not be sent")
    expect(box(page)).to_have_value("Are you there?")
    expect(page.locator("article")).to_have_count(0)
    page.context.set_offline(False)
    box(page).press("Enter")
    expect(done(page).locator(".bubble")).to_have_text("Are you there?")


def test_enter_sends_and_shift_enter_does_not(open_page: Open) -> None:
    page = open_page(TALK)
    box(page).fill("one")
    box(page).press("Shift+Enter")
    box(page).press_sequentially("two")
    expect(page.locator("article")).to_have_count(0)
    box(page).press("Enter")
    expect(done(page).locator(".bubble")).to_have_text("one\ntwo")


def test_hostile_words_run_nothing_while_streaming_and_after(open_page: Open, running: Running) -> None:
    hostile = (
        "Look <img src=x onerror=window.hit=1> [a](javascript:window.hit=2) <script>window.hit=3</script> "
    )
    running.model.script, running.model.pause = hostile + "![p](https://evil.example/leak.png) " * 5, 0.02
    page = open_page(TALK)
    say(page, SMALL_TALK)
    turn = done(page)
    assert page.evaluate("window.hit") is None
    assert turn.locator(".words img, .words script").count() == 0
    page.reload()
    done(page)
    assert page.evaluate("window.hit") is None


def test_the_reader_who_scrolls_up_is_left_alone(open_page: Open, running: Running) -> None:
    running.model.script, running.model.pause = LONG.replace(" ", "\n\n"), 0.015
    page = open_page(FREE, viewport={"width": 900, "height": 500})
    say(page, SMALL_TALK)
    thread = page.get_by_role("region", name="Conversation with Guide")
    until(lambda: thread.evaluate("e => e.scrollTop") > 200)
    thread.hover()
    page.mouse.wheel(0, -2000)
    page.wait_for_timeout(150)
    at = thread.evaluate("e => e.scrollTop")
    page.wait_for_timeout(400)
    assert thread.evaluate("e => e.scrollTop") == at
    page.get_by_role("button", name="To the newest message").click()
    until(lambda: thread.evaluate("e => e.scrollHeight - e.scrollTop - e.clientHeight") < 80)
    page.keyboard.press("Escape")


def test_from_enter_to_the_first_word_takes_little_of_our_own(open_page: Open, running: Running) -> None:
    """What browser and studio add over a model that answers at once."""
    page = open_page(FREE)
    say(page, SMALL_TALK)
    done(page)
    page.evaluate(
        """() => { window.waits = []; let start = 0;
        addEventListener('keydown', e => { if (e.key === 'Enter') start = performance.now(); }, true);
        new MutationObserver(() => {
          const words = document.querySelector('[data-pending-turn] .words');
          if (start && words && !words.querySelector('.waiting') && words.textContent.trim()) {
            window.waits.push(performance.now() - start); start = 0; }
        }).observe(document.querySelector('[data-thread]'),
          {childList: true, subtree: true, characterData: true}); }"""
    )
    for number in range(8):
        say(page, f"Hi, number {number}, how nice.")
        done(page, number + 2)
    waits = page.evaluate("window.waits")
    print(
        json.dumps(
            {"enter_added_ms_p50": round(statistics.median(waits), 1), "all": [round(w) for w in waits]}
        )
    )
    assert len(waits) == 8
    assert statistics.median(waits) <= 1_000, "60 ms is the goal on a quiet machine: benchmarks/overhead"


def test_the_reply_is_told_to_a_screen_reader_once(open_page: Open) -> None:
    page = open_page(TALK)
    say(page, PRICE)
    done(page)
    expect(page.locator("[data-announce]")).to_contain_text("14,000 won")
    assert page.locator("[data-announce]").get_attribute("aria-live") == "polite"


def test_on_a_phone_the_composer_is_in_sight(open_page: Open) -> None:
    page = open_page(TALK, viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True)
    say(page, PRICE)
    done(page)
    place = box(page).bounding_box()
    assert place
    assert place["y"] + place["height"] <= 700
    page.get_by_role("button", name="About and conversations").click()
    expect(page.get_by_role("heading", name="Dongbaek Table")).to_be_visible()

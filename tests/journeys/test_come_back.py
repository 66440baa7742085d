"""The page of a conversation is loaded again, or opened twice, while a reply is being made."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect
from tests.journeys.conftest import Open, Running
from tests.journeys.test_chat import FREE, LONG, SMALL_TALK, box, done, say, until

pytestmark = pytest.mark.browser
PIECES = " ".join(LONG.split()[:60])


def pending(page: Page) -> None:
    expect(page.locator("[data-pending-turn] .bubble")).to_have_text(SMALL_TALK)


@pytest.mark.parametrize("moment", [0, 30, 120, 400])
def test_a_page_that_is_loaded_again_stops_nothing(open_page: Open, running: Running, moment: int) -> None:
    running.model.script, running.model.pause = PIECES, 0.05
    page = open_page(FREE, forgiving=True)
    say(page, SMALL_TALK)
    pending(page)
    page.wait_for_timeout(moment)
    page.reload()
    expect(page.locator("article .bubble")).to_have_text(SMALL_TALK)
    if moment:
        # what is made goes on before the reader's eyes
        expect(page.locator("article:not([data-state=done]) .words")).to_contain_text("bababa")
        expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(done(page).locator(".words")).to_have_text(PIECES)
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(box(page)).to_have_value("")
    expect(page.get_by_role("navigation", name="Your conversations").get_by_role("listitem")).to_have_count(1)
    assert "conversation=" in page.url
    say(page, "And then?")
    expect(page.locator("article[data-state=done]")).to_have_count(2)


# the studio hears a message, and the page does not hear the studio any more
DEAF = """
const ask = window.fetch;
window.fetch = (to, how) =>
  String(to).includes("/turns?") && how?.method === "POST"
    ? ask(to, how).then(() => new Promise(() => {}))
    : ask(to, how);
"""


def test_a_page_that_left_before_its_conversation_was_named_has_its_address(
    open_page: Open, running: Running
) -> None:
    running.model.script, running.model.pause = PIECES, 0.05
    page = open_page(FREE, forgiving=True)
    page.add_init_script(DEAF)
    page.reload()
    say(page, SMALL_TALK)
    until(lambda: running.model.running == 1)
    assert "conversation=" not in page.url
    page.reload()
    expect(page).to_have_url(re.compile("conversation="))
    expect(done(page).locator(".words")).to_have_text(PIECES)


def test_a_later_message_is_not_lost_either(open_page: Open, running: Running) -> None:
    page = open_page(FREE, forgiving=True)
    say(page, SMALL_TALK)
    done(page)
    running.model.script, running.model.pause = PIECES, 0.05
    say(page, "And then?")
    page.reload()
    expect(page.locator("article .bubble").last).to_have_text("And then?")
    expect(done(page, 2).locator(".words")).to_have_text(PIECES)


def test_a_page_that_is_loaded_again_can_stop_the_reply(open_page: Open, running: Running) -> None:
    running.model.script, running.model.pause = LONG, 0.03
    page = open_page(FREE, forgiving=True)
    say(page, SMALL_TALK)
    expect(page.locator("[data-pending-turn] .words")).to_contain_text("bababa babade")
    page.reload()
    expect(page.locator("article .words")).to_contain_text("bababa babade")
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped.")).to_be_visible()
    until(lambda: running.model.running == 0)


def test_what_did_not_arrive_is_sent_by_the_page_that_comes_next(open_page: Open) -> None:
    page = open_page(FREE, forgiving=True)
    waiting: list[Route] = []
    page.route("**/turns?**", lambda route: waiting.append(route))  # noqa: PLW0108 - routed by its name
    say(page, SMALL_TALK)
    pending(page)
    page.reload()
    pending(page)
    page.unroute("**/turns?**")
    expect(done(page).locator(".bubble")).to_have_text(SMALL_TALK)
    page.reload()
    expect(done(page).locator(".bubble")).to_have_text(SMALL_TALK)


def test_what_was_refused_is_not_sent_again(open_page: Open) -> None:
    page = open_page(FREE, forgiving=True)
    refusal = {"error": {"code": "bad_input", "message": "Not like this."}}
    page.route("**/turns?**", lambda route: route.fulfill(status=400, json=refusal))
    say(page, SMALL_TALK)
    expect(page.get_by_role("alert")).to_contain_text("Not like this.")
    expect(box(page)).to_have_value(SMALL_TALK)
    page.unroute("**/turns?**")
    page.reload()
    page.wait_for_timeout(500)
    expect(page.locator("article")).to_have_count(0)


def test_a_new_conversation_is_new_right_after_another(open_page: Open) -> None:
    page = open_page(FREE)
    say(page, SMALL_TALK)
    done(page)
    page.get_by_role("link", name="New conversation").click()
    page.wait_for_timeout(500)
    expect(page.locator("article")).to_have_count(0)
    assert page.url.endswith("?new=1")


def test_leaving_for_good_stops_the_model_after_a_moment(open_page: Open, running: Running) -> None:
    running.model.script, running.model.pause = LONG, 0.3
    page = open_page(FREE)
    say(page, SMALL_TALK)
    expect(page.locator("[data-pending-turn] .words")).to_contain_text("bababa babade")
    page.goto("about:blank")
    page.wait_for_timeout(1_500)
    assert running.model.running == 1, "whoever loads the page again finds it going on"
    until(lambda: running.model.running == 0, 10)


def test_a_second_tab_reads_along_and_keeps_no_old_complaint(open_page: Open, running: Running) -> None:
    page = open_page(FREE, forgiving=True)
    say(page, SMALL_TALK)
    done(page)
    other = page.context.new_page()
    # nothing new reaches it until the test lets it
    other.route(re.compile(r"/events"), lambda route: route.abort())
    other.goto(page.url)
    expect(done(other)).to_be_visible()
    running.model.script, running.model.pause = PIECES, 0.06
    say(page, "And then?")
    expect(page.locator("[data-pending-turn] .words")).to_contain_text("bababa")
    say(other, "What about me?")
    complaint = other.get_by_role("alert")
    expect(complaint).to_contain_text("The last reply is still being written")
    expect(box(other)).to_have_value("What about me?")
    other.unroute(re.compile(r"/events"))
    expect(other.locator("article .bubble").last).to_have_text("And then?")
    expect(done(page, 2)).to_be_visible()
    expect(done(other, 2).locator(".words")).to_have_text(PIECES)
    expect(complaint).to_have_text(re.compile("finished. Your message is still in the box"))
    running.model.script, running.model.pause = "Tea.", 0
    other.get_by_role("button", name="Send", exact=True).click()
    expect(done(other, 3).locator(".words")).to_have_text("Tea.")
    expect(complaint).to_have_count(0)
    expect(done(page, 3).locator(".words")).to_have_text("Tea.")


def test_what_is_half_written_is_there_again_until_it_is_sent(open_page: Open) -> None:
    page = open_page(FREE)
    box(page).fill("Half a")
    page.reload()
    expect(box(page)).to_have_value("Half a")
    say(page, SMALL_TALK)
    done(page)
    expect(box(page)).to_have_value("")
    here = page.url
    box(page).fill("Second\nhalf")
    page.get_by_role("link", name="New conversation").click()
    expect(box(page)).to_have_value("")
    page.goto(here)
    expect(box(page)).to_have_value("Second\nhalf")
    expect(box(page)).to_be_focused()
    elsewhere = page.context.new_page()
    elsewhere.goto(here)
    expect(done(elsewhere).locator(".bubble")).to_have_text(SMALL_TALK)
    expect(box(elsewhere)).to_have_value("")


def test_what_is_written_while_the_first_reply_is_made_stays_with_its_conversation(
    open_page: Open, running: Running
) -> None:
    running.model.script, running.model.pause = PIECES, 0.05
    page = open_page(FREE, forgiving=True)
    say(page, SMALL_TALK)
    box(page).fill("And then?")
    expect(page).to_have_url(re.compile("conversation="))
    page.reload()
    expect(box(page)).to_have_value("And then?")
    expect(done(page).locator(".words")).to_have_text(PIECES)
    page.get_by_role("link", name="New conversation").click()
    expect(box(page)).to_have_value("")


@pytest.mark.parametrize("pause", [0.02, 0.1])
def test_of_two_pages_that_send_at_once_the_second_says_why_it_did_not(
    open_page: Open, running: Running, pause: float
) -> None:
    page = open_page(FREE, forgiving=True)
    say(page, SMALL_TALK)
    done(page)
    second = page.context.new_page()
    second.goto(page.url)
    done(second)
    running.model.script, running.model.pause = "Well, well, here we are again.", pause
    for one in (page, second):
        box(one).fill("Me first")
        one.evaluate("() => void setTimeout(() => document.querySelector('[data-send]').click(), 300)")
    expect(page.locator("article[data-state=done]")).to_have_count(2)
    expect(second.locator("article[data-state=done]")).to_have_count(2)
    late = page if box(page).input_value() else second
    told = late.get_by_role("alert")
    expect(told).to_contain_text("Your message is still in the box below")
    expect(box(late)).to_have_value("Me first")
    box(late).press("Enter")
    expect(late.locator("article[data-state=done]")).to_have_count(3)
    expect(told).to_have_count(0)

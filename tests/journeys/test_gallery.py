"""A visitor opens the studio."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Open, Running

pytestmark = pytest.mark.browser


def test_the_first_page_is_small(open_page: Open, running: Running) -> None:
    """At most 150 kB in 15 requests, fonts aside; every byte from the studio."""
    page = open_page("/mask/warm.svg", forgiving=True)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    kinds: dict[str, str] = {}
    addresses: list[str] = []
    page.on("request", lambda asked: addresses.append(asked.url))
    sizes: dict[str, float] = {}
    devtools.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    devtools.on(
        "Network.loadingFinished",
        lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}),
    )
    page.goto(running.address + "/")
    page.wait_for_load_state("networkidle")
    page_kb = sum(size for key, size in sizes.items() if kinds.get(key) != "Font") / 1000
    page_requests = len(sizes)
    print(json.dumps({"page_kb": round(page_kb, 1), "page_requests": page_requests}))
    assert 0 < page_kb <= 150
    assert 0 < page_requests <= 15, addresses


def test_search_narrows_while_one_types(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("searchbox").fill("busan")
    expect(page.locator(".character")).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/\?q=busan$"))
    page.get_by_role("searchbox").fill("nobody at all")
    expect(page.get_by_text("Nobody here answers to")).to_be_visible()


@pytest.mark.parametrize("touch", [False, True])
def test_a_character_opened_by_keyboard_listens_at_once(open_page: Open, touch: bool) -> None:
    """Where a finger is the pointer a keyboard would come up over half of the page."""
    page = open_page(has_touch=touch, is_mobile=touch)
    page.get_by_role("link", name="Dongbaek Table").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    message = page.get_by_label("Your message")
    if touch:
        expect(message).not_to_be_focused()
    else:
        expect(message).to_be_focused()


def test_the_language_is_switched_and_kept(open_page: Open) -> None:
    page = open_page()
    page.get_by_role("button", name="한국어").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("누구와 이야기해 볼까요?")
    page.get_by_role("link", name="Dongbaek Table").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")


def test_korean_is_what_a_korean_browser_gets(open_page: Open) -> None:
    expect(open_page(locale="ko-KR").get_by_role("heading", level=1)).to_have_text("누구와 이야기해 볼까요?")


def _ground(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_light_and_dark_follow_the_device_until_one_chooses(open_page: Open) -> None:
    light, dark = _ground(open_page(color_scheme="light")), open_page(color_scheme="dark")
    assert _ground(dark) != light
    dark.get_by_role("button", name="Light or dark").click()
    assert _ground(dark) == light
    dark.reload()
    assert _ground(dark) == light, "the choice is kept, and the page is drawn in it from the start"


def test_nothing_moves_for_who_wants_no_motion(open_page: Open) -> None:
    page = open_page(reduced_motion="reduce")
    moving = page.evaluate(
        "[...document.querySelectorAll('*')]"
        ".filter(e => parseFloat(getComputedStyle(e).transitionDuration) > 0).length"
    )
    assert moving == 0


def test_it_can_be_walked_by_keyboard(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(6):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.character')"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "what has the focus is seen"
    page.keyboard.press("Enter")
    page.wait_for_url("**/c/**")


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_nothing_is_wider_than_the_screen(open_page: Open, width: int) -> None:
    for path in ("/", "/c/dongbaek-table"):
        page = open_page(path, viewport={"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_everything_to_press_has_a_name(open_page: Open) -> None:
    for path in ("/", "/c/dongbaek-table"):
        page = open_page(path)
        nameless = page.evaluate(
            """[...document.querySelectorAll('a, button, input, textarea')].filter(e =>
                 e.type !== 'hidden' && !e.textContent.trim() && !e.getAttribute('aria-label')
                 && !e.querySelector('[aria-label]') && !(e.labels && e.labels.length))
               .map(e => e.outerHTML)"""
        )
        assert nameless == []

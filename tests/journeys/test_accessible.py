"""axe-core finds nothing to complain about on any page: light and dark, English and Korean, wide or phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.journeys.whole import CAT, HOURS, NOODLES, Whole, whole_studio

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

VISITORS = (
    "/",
    "/?q=noodles",
    "/?q=zzzz",
    "/c/{slug}",
    "/c/{slug}/about",
    "/c/{slug}/report",
    "/conversations",
    "/sign-in",
    "/nowhere",
)
MAKERS = (
    "/make",
    "/mine",
    "/edit/{slug}",
    "/edit/{slug}/checks",
    "/edit/{slug}/history",
    "/edit/{slug}/share",
    "/inbox",
    "/inbox/conversations",
    "/inbox/answers",
    "/dashboard",
    "/people",
    "/rules",
    "/reports",
    "/account",
)
PHONE = {"width": 390, "height": 844}
SMALL = {"width": 320, "height": 640}
LOOKS = (
    pytest.param({"locale": "en-US", "color_scheme": "light"}, id="light, English"),
    pytest.param({"locale": "ko-KR", "color_scheme": "light", "viewport": PHONE}, id="light, Korean, phone"),
    pytest.param({"locale": "en-US", "color_scheme": "dark", "viewport": SMALL}, id="dark, English, small"),
    pytest.param({"locale": "ko-KR", "color_scheme": "dark", "viewport": PHONE}, id="dark, Korean, phone"),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole_studio(tmp_path_factory.mktemp("studio") / "data") as whole:
        whole.publish(NOODLES, HOURS)
        whole.publish(CAT)
        yield whole


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page as it is now, one line each."""
    page.evaluate(AXE)
    found = page.evaluate(
        """rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(
             found => found.violations.flatMap(one => one.nodes.map(
               node => `${one.id}: ${one.help}: ${node.target.join(' ')} `
                 + node.any.map(reason => reason.message).join('; '))))""",
        RULES,
    )
    return [str(line) for line in found]


@pytest.mark.parametrize("look", LOOKS)
def test_what_visitors_see(browser: Browser, whole: Whole, look: dict[str, object]) -> None:
    page = whole.visitor(browser, reduced_motion="reduce", **look)
    _all(page, whole, VISITORS)
    page.goto(f"{whole.address}/c/haeundae-noodles")
    page.get_by_role("textbox").fill("When are you open?")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-state=done]")
    assert violations(page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_what_makers_see(browser: Browser, whole: Whole, look: dict[str, object]) -> None:
    page = whole.maker(browser, reduced_motion="reduce", **look)
    _all(page, whole, MAKERS)


def _all(page: Page, whole: Whole, paths: tuple[str, ...]) -> None:
    found: dict[str, list[str]] = {}
    for path in paths:
        answer = page.goto(whole.address + path.format(slug="haeundae-noodles"))
        assert answer is not None
        if path != "/nowhere":
            assert answer.status == 200, f"{path}: {answer.status}"
        page.wait_for_load_state("networkidle")
        if lines := violations(page):
            found[path] = lines
        width = page.viewport_size
        assert width is not None
        assert page.evaluate("document.documentElement.scrollWidth") <= width["width"], (
            f"{path} scrolls sideways"
        )
    assert found == {}, "\n".join(f"{path}: {line}" for path, lines in found.items() for line in lines)

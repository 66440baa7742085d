"""A maker corrects what documents say, in the form of facts, and loses nothing of what is typed there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from tests.journeys.whole import NOODLES, Whole, whole_studio

pytestmark = pytest.mark.browser
KNOWN = """# Haeundae Noodles

## Opening hours

We are open daily from 11:00 to 20:30. Closed on Mondays.

## Menu

"""
DISHES = "\n".join(f"- Dish {number}: {number},000 won" for number in range(1, 30))


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[Whole]:
    with whole_studio(tmp_path / "data") as whole:
        whole.publish(NOODLES, KNOWN + DISHES)
        yield whole


@pytest.mark.parametrize("script", [True, False])
def test_correct_and_hide_keep_what_is_typed(browser: Browser, whole: Whole, script: bool) -> None:
    page = whole.maker(browser, java_script_enabled=script)
    page.goto(f"{whole.address}/edit/haeundae-noodles/facts")
    page.get_by_label("Hours on Tuesday").fill("12:00-15:00")
    if not script:
        page.get_by_label("Tuesday", exact=True).select_option("open")
    page.locator("#facts [name=exceptions-date]").last.fill("12-31")
    page.get_by_role("button", name=re.compile("Correct.*Dish 20")).click()
    copied = page.locator("#facts [name=items-name]").first
    expect(copied).to_have_value("Dish 20")
    expect(copied).to_be_focused()
    expect(copied).to_be_in_viewport()
    expect(page.locator("[data-unsaved]")).to_be_visible()
    page.locator("#facts [name=items-price]").first.fill("21000")
    page.get_by_role("button", name=re.compile("Hide.*Dish 25")).click()
    hidden = page.locator("#found .check-row", has_text="Dish 25")
    expect(hidden.get_by_role("button", name="Tell it again")).to_be_in_viewport()
    expect(page.get_by_label("Hours on Tuesday")).to_have_value("12:00-15:00")
    expect(page.locator("#facts [name=items-price]").first).to_have_value("21000")
    page.get_by_role("button", name="Save the facts").last.click()
    expect(page.get_by_role("status").first).to_contain_text("Saved.")
    expect(page.get_by_label("Hours on Tuesday")).to_have_value("12:00-15:00")
    expect(page.locator("#facts [name=exceptions-date]").first).to_have_value("12-31")
    expect(page.locator("#facts [name=items-price]").first).to_have_value("21000")
    expect(page.locator("#found .check-row", has_text="Dish 20")).to_contain_text("yours is told instead")

"""A visitor whose reply waits sees how many come before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from playwright.sync_api import Page, expect
from tests.journeys.conftest import Running

from madang.models.types import ChatRequest, Delta

pytestmark = pytest.mark.browser
Open = Callable[..., Page]
TALK = "/c/guide"


class Queue:
    """Stands before the fake model: what is put here is what it yields."""

    def __init__(self, running: Running, patch: pytest.MonkeyPatch) -> None:
        self._running = running
        self._deltas: asyncio.Queue[Delta] = asyncio.Queue()
        patch.setattr(running.model, "stream", self._stream)

    def put(self, *deltas: Delta) -> None:
        for delta in deltas:
            self._running.do(self._deltas.put(delta))

    async def _stream(self, _: ChatRequest) -> AsyncIterator[Delta]:
        while True:
            delta = await self._deltas.get()
            yield delta
            if delta.finish:
                return


@pytest.fixture
def queue(running: Running, monkeypatch: pytest.MonkeyPatch) -> Queue:
    return Queue(running, monkeypatch)


def say(page: Page) -> None:
    page.locator("[data-message]").fill("Tell me about the yard")
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en-US", ["2 before you.", "1 before you.", "You are next."]),
        ("ko-KR", ["앞에 2명이 있습니다.", "앞에 한 명이 있습니다.", "다음이 내 차례입니다."]),
    ],
)
def test_the_place_is_shown_moves_and_goes(
    open_page: Open, queue: Queue, language: str, words: list[str]
) -> None:
    page = open_page(TALK, locale=language)
    say(page)
    status = page.get_by_role("status").filter(has=page.locator("[data-queue]"))
    expect(status).to_have_count(1)
    for ahead, said in zip((2, 1, 0), words, strict=True):
        queue.put(Delta(waiting=ahead))
        expect(status).to_contain_text(said)
    queue.put(Delta(served=True))
    expect(page.locator("[data-thread] [data-queue]")).to_have_text("")
    queue.put(Delta("The "))
    expect(page.locator("[data-thread] [data-queue]")).to_have_count(0)
    queue.put(Delta("yard is quiet.", finish="stop"))
    expect(page.locator("article[data-state=done] .words")).to_have_text("The yard is quiet.")


def test_a_short_wait_is_not_mentioned(open_page: Open, queue: Queue) -> None:
    page = open_page(TALK)
    said: list[str] = []

    def hear(words: str) -> None:
        said.append(words)

    page.expose_function("said", hear)
    page.add_init_script(
        "addEventListener('DOMContentLoaded', () => new MutationObserver(() => {"
        "  const place = document.querySelector('[data-thread] [data-queue]');"
        "  if (place && place.textContent) window.said(place.textContent);"
        "}).observe(document.body, { subtree: true, childList: true, characterData: true }))"
    )
    page.reload()
    say(page)
    expect(page.locator("[data-thread] [data-queue]")).to_have_count(1)
    queue.put(Delta(waiting=1), Delta(served=True))
    page.wait_for_timeout(900)
    queue.put(Delta("Yes.", finish="stop"))
    expect(page.locator("article[data-state=done] .words")).to_have_text("Yes.")
    assert said == []
    say(page)
    expect(page.locator("[data-thread] [data-queue]")).to_have_count(1)
    queue.put(Delta(waiting=1))
    page.wait_for_timeout(900)
    queue.put(Delta("No.", finish="stop"))
    expect(page.locator("article[data-state=done] .words").last).to_have_text("No.")
    assert said == ["1 before you."]

"""The page that shows what a question finds is the path of a conversation, and its maker's alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from madang.characters.types import Profile
from tests.app.stage import Caller, Stage, stage

SHOP = """# Petal and Stem

## Delivery

We deliver within 10 miles of the shop. We do not deliver on Sundays. <b>Bold</b> petals & stems.

## Opening hours

Monday to Friday from 9:00 to 18:00.
"""


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[tuple[Stage, Caller, str, str]]:
    async with stage(tmp_path / "data") as made:
        caller, identity = await made.creator()
        about = Profile(name="Petal", kind="business", greeting="Hello.")
        character = await made.studio.characters.create(identity, about)
        source = await made.studio.knowledge.add_text(character.id, "Petal and Stem", SHOP)
        await made.studio.knowledge.wait(source.id, "ready", seconds=60)
        yield made, caller, character.slug, character.id


async def test_it_shows_what_a_conversation_would_use(shop: tuple[Stage, Caller, str, str]) -> None:
    made, caller, slug, character_id = shop
    question = "Do you deliver within 10 miles?"
    page = await caller.ask("GET", f"/edit/{slug}/found", params={"q": question})
    assert page.status_code == 200
    evidence = await made.studio.knowledge.evidence(character_id, question)
    assert evidence.spans and "within 10 miles" in evidence.spans[0].text
    assert "<mark>We deliver within 10 miles of the shop." in page.text
    assert f"{round(evidence.answerable * 100)} of 100" in page.text
    assert "Looked for: " in page.text and "has: " in page.text
    assert "&lt;b&gt;Bold&lt;/b&gt; petals &amp; stems" in page.text, "a document's markup stays text"


async def test_it_says_in_plain_words_what_is_missing(shop: tuple[Stage, Caller, str, str]) -> None:
    _, caller, slug, _ = shop
    page = await caller.ask("GET", f"/edit/{slug}/found", params={"q": "How much is the zeppelin tour?"})
    assert "The sources have no word for: " in page.text and "zeppelin" in page.text
    assert "Not sure enough to answer" in page.text or "Nothing was found that could be quoted." in page.text


async def test_it_reads_in_korean(shop: tuple[Stage, Caller, str, str]) -> None:
    _, caller, slug, _ = shop
    page = await caller.ask(
        "GET", f"/edit/{slug}/found", params={"q": "When are you open?"}, headers={"accept-language": "ko"}
    )
    for words in ("찾은 내용", "이렇게 대답합니다", "답이 자료에 있나요?", "찾은 문단"):
        assert words in page.text


async def test_without_a_question_it_asks_for_one(shop: tuple[Stage, Caller, str, str]) -> None:
    _, caller, slug, _ = shop
    page = await caller.ask("GET", f"/edit/{slug}/found")
    assert page.status_code == 200 and "What would be replied" not in page.text
    endless = await caller.ask("GET", f"/edit/{slug}/found", params={"q": "x" * 501})
    assert endless.status_code == 400 and "500" in endless.text
    odd = await caller.ask(
        "GET", f"/edit/{slug}/found", params={"q": "' OR 1=1 -- <script>alert(1)</script>"}
    )
    assert odd.status_code == 200 and "<script>alert" not in odd.text


async def test_nobody_else_sees_it(shop: tuple[Stage, Caller, str, str]) -> None:
    made, _, slug, _ = shop
    other, _ = await made.creator()
    for caller, status in ((other, 404), (await made.visitor(), 303), (made.caller("program"), 303)):
        page = await caller.ask("GET", f"/edit/{slug}/found", params={"q": "Do you deliver?"})
        assert page.status_code in (status, 401, 403, 404), (caller.name, page.status_code)
        assert "within 10 miles" not in page.text

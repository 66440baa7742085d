"""The page of a conversation, its pieces, and the passage behind a citation."""

from __future__ import annotations

import io
from collections.abc import Callable

import httpx
import pytest
from PIL import Image
from tests.web.stage import BUSINESS, GUIDE, MENU, Stage

from madang.chat.passages.around import marked, neighbours
from madang.kernel.identity import Identity
from madang.knowledge.types import Passage

ASKED = "How much is the seafood pancake?"


@pytest.fixture
async def talk(stage: Stage, client: httpx.AsyncClient, token_of: Callable[[str], str]) -> str:
    """A visitor's conversation with one question in it."""
    await stage.publish(BUSINESS)
    page = (await client.get("/c/dongbaek-table")).text
    client.headers["x-madang-csrf"] = token_of(page)
    begun = await client.post("/api/conversations", json={"character": "dongbaek-table"})
    conversation = str(begun.json()["id"])
    said = await client.post(f"/api/conversations/{conversation}/turns?html=1", json={"message": ASKED})
    assert "event: done" in said.text
    return conversation


async def test_a_visitor_is_greeted_and_offered_questions(stage: Stage, client: httpx.AsyncClient) -> None:
    await stage.publish(BUSINESS)
    page = (await client.get("/c/dongbaek-table")).text
    assert "Welcome to Dongbaek Table in Busan." in page
    assert "data-starter disabled>How much is the seafood pancake?</button>" in page
    assert "Dongbaek Table is an AI." in page
    assert 'data-conversation=""' in page, "a conversation begins with its first message"


async def test_the_last_conversation_is_found_again(client: httpx.AsyncClient, talk: str) -> None:
    page = (await client.get("/c/dongbaek-table")).text
    assert f'data-conversation="{talk}"' in page
    assert ASKED in page
    assert 'class="citation" href="/c/dongbaek-table/passages/' in page
    assert "Quoted from its sources" in page
    fresh = (await client.get("/c/dongbaek-table?new=1")).text
    assert 'data-conversation=""' in fresh
    assert f"conversation={talk}" in fresh, "it stays in the list"


async def test_a_turn_can_be_drawn_alone(client: httpx.AsyncClient, talk: str) -> None:
    whole = await client.get("/c/dongbaek-table/thread", params={"conversation": talk})
    assert "<html" not in whole.text
    turn = whole.text.partition('data-turn="')[2].partition('"')[0]
    one = await client.get("/c/dongbaek-table/thread", params={"conversation": talk, "turn": turn})
    assert one.text.lstrip().startswith("<article")
    assert "data-edit" in one.text
    missing = await client.get("/c/dongbaek-table/thread", params={"conversation": talk, "turn": "trn_none"})
    assert missing.status_code == 404
    assert ASKED in (await client.get("/c/dongbaek-table/past", params={"conversation": talk})).text


async def test_a_conversation_is_nobody_elses(stage: Stage, client: httpx.AsyncClient, talk: str) -> None:
    async with httpx.AsyncClient(transport=client._transport, base_url="http://127.0.0.1") as stranger:
        for path in ("", "/thread", "/past"):
            answer = await stranger.get(f"/c/dongbaek-table{path}", params={"conversation": talk})
            assert answer.status_code == 404, path
            assert ASKED not in answer.text
        assert talk not in (await stranger.get("/c/dongbaek-table")).text


async def test_a_conversation_belongs_to_its_character(
    stage: Stage, client: httpx.AsyncClient, talk: str
) -> None:
    await stage.publish(BUSINESS.model_copy(update={"name": "Other Table"}))
    answer = await client.get("/c/other-table", params={"conversation": talk})
    assert answer.status_code == 404


async def test_what_people_write_is_escaped(
    stage: Stage, client: httpx.AsyncClient, token_of: Callable[[str], str]
) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    await stage.publish(
        BUSINESS.model_copy(
            update={"name": f"A{hostile}", "tagline": hostile, "greeting": hostile, "starters": [hostile]}
        )
    )
    slug = (await stage.characters.gallery())[0].slug
    for path in ("/", f"/c/{slug}"):
        assert "<img src=x" not in (await client.get(path)).text
    client.headers["x-madang-csrf"] = token_of((await client.get(f"/c/{slug}")).text)
    begun = (await client.post("/api/conversations", json={"character": slug})).json()["id"]
    stage.model.script = hostile
    said = await client.post(f"/api/conversations/{begun}/turns?html=1", json={"message": hostile})
    events = [line for line in said.text.splitlines() if line.startswith('data: {"html"')]
    assert events
    assert all("<img" not in event for event in events)
    assert "<img src=x" not in (await client.get(f"/c/{slug}")).text


async def test_a_citation_opens_the_exact_passage(client: httpx.AsyncClient, talk: str) -> None:
    page = (await client.get("/c/dongbaek-table")).text
    href = page.partition('class="citation" href="')[2].partition('"')[0].replace("&amp;", "&")
    passage = (await client.get(href)).text
    assert '<mark id="quote">Seafood pancake (해물파전) costs 14,000 won.</mark>' in passage
    assert "<h2>Menu</h2>" in passage
    assert "menu.md" in passage
    part = (await client.get(href, headers={"hx-request": "true"})).text
    assert part.startswith("<article")


@pytest.mark.parametrize("span", [(5, 5), (9, 2), (0, 10_000), (-1, 4)])
def test_a_wrong_span_marks_nothing(span: tuple[int, int]) -> None:
    assert marked(MENU, *span) == (MENU, "", "")


def test_neighbours_are_those_right_beside_it() -> None:
    passages = [
        Passage(id=str(n), source_id="s", character_id="c", ordinal=n, title="t", text=str(n))
        for n in (3, 1, 2)
    ]
    before, after = neighbours(passages, passages[2])
    assert before and after
    assert (before.ordinal, after.ordinal) == (1, 3)
    assert neighbours(passages, passages[0])[1] is None


async def test_a_draft_is_its_makers_alone(stage: Stage, client: httpx.AsyncClient) -> None:
    made = await stage.characters.create(stage.owner, BUSINESS)
    for path in ("", "/avatar", "/passages/psg_x", "/past", "/thread?conversation=cnv_1"):
        assert (await client.get(f"/c/{made.slug}{path}")).status_code == 404, path


async def test_a_character_without_a_picture_wears_its_mask(stage: Stage, client: httpx.AsyncClient) -> None:
    character = await stage.publish(BUSINESS)
    answer = await client.get("/c/dongbaek-table/avatar")
    assert answer.headers["location"] == f"/mask/{character.id}.svg"


async def test_a_picture_is_served_and_can_run_nothing(stage: Stage, client: httpx.AsyncClient) -> None:
    data = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(data, "PNG")
    character = await stage.publish(BUSINESS, picture=data.getvalue())
    answer = await client.get("/c/dongbaek-table/avatar")
    assert answer.headers["content-type"].startswith("image/")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert (character.avatar or "")[:12] in (await client.get("/")).text


async def test_a_failed_reply_says_so_and_keeps_the_message(
    stage: Stage, client: httpx.AsyncClient, token_of: Callable[[str], str]
) -> None:
    from madang.kernel.errors import ModelFailed

    await stage.publish(GUIDE)  # free talk: only that asks the model
    client.headers["x-madang-csrf"] = token_of((await client.get("/c/guide")).text)
    talk = (await client.post("/api/conversations", json={"character": "guide"})).json()["id"]
    stage.model.fail_after, stage.model.error = 1, ModelFailed("The model stopped while it was writing.")
    message = "I walked a long way today."
    said = await client.post(f"/api/conversations/{talk}/turns?html=1", json={"message": message})
    assert "event: failed" in said.text
    page = (await client.get("/c/guide")).text
    assert message in page
    assert 'data-state="failed"' in page
    assert "data-regenerate" in page


async def test_visitors_are_strangers_to_each_other(stage: Stage) -> None:
    await stage.publish(BUSINESS)
    one, other = Identity("visitor", "vis_1"), Identity("visitor", "vis_2")
    await stage.chat.start(one, "dongbaek-table")
    assert await stage.chat.conversations(other, "dongbaek-table") == []

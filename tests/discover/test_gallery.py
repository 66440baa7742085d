"""The first page: published characters, one search box, one large button."""

from __future__ import annotations

import re

import httpx
from tests.web.stage import BUSINESS, GUIDE, PERSON, Stage


async def test_an_empty_studio_says_so(client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    assert "The yard is still empty." in page
    assert 'href="/make"' in page
    assert 'role="search"' not in page


async def test_published_characters_are_shown_and_drafts_are_not(
    stage: Stage, client: httpx.AsyncClient
) -> None:
    await stage.publish(BUSINESS)
    await stage.publish(PERSON)
    await stage.characters.create(stage.owner, GUIDE.model_copy(update={"name": "Still a draft"}))
    page = (await client.get("/")).text
    assert 'href="/c/dongbaek-table"' in page
    assert 'lang="ko">도리' in page
    assert "Still a draft" not in page
    assert page.count('data-expression="smiling"') >= 2, "masks smile when one points at them"


async def test_later_edits_wait_for_publication(stage: Stage, client: httpx.AsyncClient) -> None:
    made = await stage.publish(BUSINESS)
    await stage.characters.edit(
        stage.owner, made.slug, BUSINESS.model_copy(update={"tagline": "Not yet said"})
    )
    assert "Not yet said" not in (await client.get("/")).text


async def test_the_search_narrows_by_every_word(stage: Stage, client: httpx.AsyncClient) -> None:
    for profile in (BUSINESS, PERSON, GUIDE):
        await stage.publish(profile)

    async def found(query: str) -> set[str]:
        page = (await client.get("/", params={"q": query})).text
        return set(re.findall(r'class="character" href="/c/([^"]+)"', page))

    assert await found("busan restaurant") == {"dongbaek-table"}
    assert await found("ＢＵＳＡＮ") == {"dongbaek-table"}
    assert await found("책방") == {"도리"} or len(await found("책방")) == 1
    assert {"dongbaek-table", "도리"} >= await found("busan 책방") > set(), (
        "nobody is both: who is one of them"
    )
    assert await found("submarine") == set()
    assert len(await found("  ")) == 3


async def test_htmx_gets_the_cards_alone(stage: Stage, client: httpx.AsyncClient) -> None:
    await stage.publish(BUSINESS)
    answer = await client.get("/", params={"q": "nobody<b>"}, headers={"hx-request": "true"})
    assert "<html" not in answer.text
    assert "Nobody here answers to “nobody&lt;b&gt;”." in answer.text
    assert "hx-request" in answer.headers["vary"]


async def test_it_is_korean_for_who_asks_in_korean(stage: Stage, client: httpx.AsyncClient) -> None:
    await stage.publish(BUSINESS)
    page = (await client.get("/", headers={"accept-language": "ko"})).text
    assert "누구와 이야기해 볼까요?" in page
    assert "나만의 캐릭터 만들기" in page


async def test_a_query_that_is_too_long_is_refused(client: httpx.AsyncClient) -> None:
    assert (await client.get("/", params={"q": "x" * 201})).status_code == 413

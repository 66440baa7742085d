"""Pages of this room over HTTP: the head for messengers, the list of one's conversations, hostile words."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from madang.characters.types import Profile
from madang.chat.desk.access import Desk
from madang.chat.heads import shown_of
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from tests.fakes.models import FakeChat
from tests.web.hostile import HOSTILE
from tests.web.stage import BUSINESS, GUIDE, Stage, open_stage

BASE = "http://127.0.0.1:8600"
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(Settings(data=tmp_path / "data", hub="off"), FakeChat()) as stage:
        yield stage


async def browser(stage: Stage, **headers: str) -> httpx.AsyncClient:
    """A new visitor's browser, with the cookie and the token of a page."""
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(stage.app),
        base_url=BASE,
        headers={"accept": "text/html", **headers},
    )
    page = (await client.get("/conversations")).text
    client.headers["x-madang-csrf"] = re.findall(r'data-csrf="([0-9a-f]+)"', page)[0]
    return client


async def talked(client: httpx.AsyncClient, slug: str, message: str) -> str:
    begun = (await client.post("/api/conversations", json={"character": slug, "channel": "page"})).json()[
        "id"
    ]
    said = await client.post(f"/api/conversations/{begun}/turns?html=1", json={"message": message})
    assert "event: done" in said.text, said.text
    return str(begun)


def harmless(page: str) -> None:
    """No element of the page comes from what somebody wrote."""
    tree = LexborHTMLParser(page)
    for element in tree.css("*"):
        assert not any(name.startswith("on") for name in element.attributes), element.html
    for script in tree.css("script"):
        assert str(script.attributes.get("src", "")).startswith("/static/"), script.html
    for picture in tree.css("img"):
        assert str(picture.attributes.get("src", "")).startswith(("/mask/", "/c/", "/static/")), picture.html
    assert not tree.css("iframe, object, embed, base, style, meta[http-equiv], math, video, audio")
    assert not tree.css("a[href^='javascript'], a[href^='data']")


async def test_the_head_tells_messengers_who_this_is(stage: Stage) -> None:
    made = await stage.publish(GUIDE.model_copy(update={"tagline": "Walks with you & <talks>"}))
    client = await browser(stage)
    page = (await client.get(f"/c/{made.slug}")).text
    for name, value in {
        "og:title": "Guide",
        "og:url": f"{BASE}/c/{made.slug}",
        "og:image": f"{BASE}/c/{made.slug}/preview.png",
        "og:description": "Walks with you &amp; &lt;talks&gt; An AI character to talk with.",
    }.items():
        assert f'<meta property="{name}" content="{value}">' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page
    assert '<meta name="ai-disclosure" content="mode=machine-generated">' in page
    assert f'href="/c/{made.slug}/about"' in page
    assert "noindex" not in page
    assert "AI character" in page


async def test_no_draft_leaks_into_the_head(stage: Stage) -> None:
    made = await stage.publish(GUIDE)
    await stage.characters.edit(
        stage.owner, made.slug, GUIDE.model_copy(update={"name": "Xyzzy", "tagline": "XYZZY"})
    )
    client = await browser(stage)
    page = (await client.get(f"/c/{made.slug}")).text
    assert "xyzzy" not in page.lower()
    mine = await stage.characters.get(stage.owner, made.slug)
    shown = shown_of(BASE + "/", mine)
    assert shown is not None
    assert "xyzzy" not in repr(shown).lower(), "nor for its maker, who sees the draft"
    for hidden in (
        {"published": None},
        {"visibility": "private"},
        {"archived_at": mine.created_at},
        {"hidden_at": mine.created_at},
    ):
        assert shown_of(BASE, mine.model_copy(update=hidden)) is None
    unlisted = shown_of(BASE, mine.model_copy(update={"visibility": "unlisted"}))
    assert unlisted is not None
    assert not unlisted.listed


async def test_hostile_words_stay_words(stage: Stage) -> None:
    """From a maker, a visitor, a thumb and a person who took over: in pages, pieces and events."""
    evil = GUIDE.model_copy(update={"tagline": EVIL, "alternate_greetings": HOSTILE[:20]})
    made = await stage.publish(evil)
    client = await browser(stage)
    said = await talked(client, made.slug, "\n".join(HOSTILE)[:7_000])
    turn = (await client.get(f"/api/conversations/{said}")).json()["turns"][0]
    body = {"thumb": -1, "why": EVIL}
    assert (await client.put(f"/api/replies/{turn['replies'][0]['id']}/thumb", json=body)).status_code == 200
    desk = Desk(stage.chat._database, stage.characters, stage.chat)
    await desk.take(stage.owner, said)
    for text in HOSTILE:
        await desk.say(stage.owner, said, text)
    for path in (
        f"/c/{made.slug}?new=1",
        f"/c/{made.slug}?conversation={said}",
        f"/c/{made.slug}/thread?conversation={said}",
        f"/c/{made.slug}/past",
        "/conversations",
        f"/conversations?q={quote(EVIL)}",
    ):
        page = await client.get(path)
        assert page.status_code == 200, path
        harmless(page.text)
    news = await client.get(f"/api/conversations/{said}/events?seconds=0&since=0")
    assert news.headers["content-type"].startswith("text/event-stream")
    assert [line for line in news.text.splitlines() if line.startswith("event:")] == [
        "event: here",
        "event: changed",
    ], "what was said cannot begin an event of its own"


async def test_the_list_works_without_scripts(stage: Stage) -> None:
    made, shop = await stage.publish(GUIDE), await stage.publish(BUSINESS)
    client, other = await browser(stage), await browser(stage)
    first = await talked(client, made.slug, "Good morning to the yard")
    await talked(client, shop.slug, "How much is the seafood pancake?")
    await talked(other, made.slug, "Somebody else's words")
    page = (await client.get("/conversations")).text
    assert "2 conversations" in page
    assert f'href="/c/{made.slug}?conversation={first}"' in page
    assert "Somebody else" not in page
    found = (await client.get("/conversations", params={"q": "MORNING"})).text
    assert "1 conversation with “MORNING”" in found
    assert "seafood" not in found
    assert "Nothing you talked about" in (await client.get("/conversations", params={"q": "zzz"})).text
    assert (await other.post(f"/conversations/{first}/delete")).status_code == 404
    gone = await client.post(f"/conversations/{first}/delete")
    assert (gone.status_code, gone.headers["location"]) == (303, "/conversations")
    one = (await client.get("/conversations")).text
    assert "1 conversation · times" in " ".join(one.split())
    assert "times in Korean Standard Time" in one
    assert (await client.post("/conversations/delete-all")).status_code == 303
    assert "You have not talked with anybody yet." in (await client.get("/conversations")).text
    assert "Somebody else" in (await other.get("/conversations")).text


async def test_a_long_list_has_pages(stage: Stage) -> None:
    made = await stage.publish(GUIDE)
    client = await browser(stage)
    for number in range(31):
        await talked(client, made.slug, f"Words {number}")
    first = (await client.get("/conversations")).text
    assert "1 to 30 of 31" in first
    assert 'rel="next"' in first
    last = (await client.get("/conversations?page=2")).text
    assert "31 to 31 of 31" in last
    assert "Words 0" in last
    assert "31 to 31 of 31" in (await client.get("/conversations?page=99")).text


async def test_files_are_downloaded_and_never_shown(stage: Stage) -> None:
    made = await stage.publish(GUIDE)
    client = await browser(stage)
    await talked(client, made.slug, EVIL)
    for kind, media in (("json", "application/json"), ("markdown", "text/markdown")):
        answer = await client.get(f"/api/conversations/export.{kind}")
        assert answer.headers["content-type"].startswith(media)
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert (await client.get("/api/conversations/export.exe")).status_code in (404, 422)


async def test_who_took_over_is_not_named_to_the_visitor(stage: Stage) -> None:
    made = await stage.publish(GUIDE)
    client = await browser(stage)
    said = await talked(client, made.slug, "Hello to all")
    desk = Desk(stage.chat._database, stage.characters, stage.chat)
    await desk.take(stage.owner, said)
    for path in (
        f"/api/conversations/{said}",
        "/api/conversations",
        f"/api/characters/{made.slug}/conversations",
        f"/c/{made.slug}?conversation={said}",
        "/conversations",
        "/api/conversations/export.json",
        f"/api/conversations/{said}/events?seconds=0",
    ):
        assert stage.owner.id not in (await client.get(path)).text, path
    page = (await client.get(f"/c/{made.slug}?conversation={said}")).text
    assert " data-held" in page
    assert "A person is answering here." in page


async def test_a_rated_character_stands_behind_the_gate(stage: Stage) -> None:
    made = await stage.publish(Profile(name="Grown", rating="adult", greeting="XYZZY", tagline="XYZZY"))
    client = await browser(stage)
    page = await client.get(f"/c/{made.slug}?new=1")
    assert page.status_code == 303
    assert page.headers["location"].startswith("/age?for=18&next=")
    assert "XYZZY" not in page.text
    begun = await client.post("/api/conversations", json={"character": made.slug})
    assert (begun.status_code, begun.json()["error"]["code"]) == (403, "age_needed")
    assert (await client.get(f"/c/{made.slug}/passages/psg_1")).status_code == 403


async def test_what_is_kept_is_said_in_both_languages(stage: Stage) -> None:
    made = await stage.publish(GUIDE)
    client = await browser(stage, **{"accept-language": "ko"})
    page = (await client.get("/conversations")).text
    assert "무엇이 남고, 누가 읽을 수 있나" in page
    assert "스튜디오의 주인" in page
    talk = (await client.get(f"/c/{made.slug}")).text
    assert "만든 사람과 스튜디오 주인이 대화를 읽을 수 있습니다." in talk
    assert "AI 캐릭터" in talk


async def test_greetings_can_be_swiped_until_something_is_said(stage: Stage) -> None:
    made = await stage.publish(
        GUIDE.model_copy(update={"alternate_greetings": ["It rained.", "Hello again."]})
    )
    client = await browser(stage)
    page = (await client.get(f"/c/{made.slug}")).text
    assert page.count("data-place=") == 3
    body = {"character": made.slug, "greeting": 1}
    begun = (await client.post("/api/conversations", json=body)).json()
    assert begun["greeting"] == "It rained."
    again = (await client.get(f"/c/{made.slug}?conversation={begun['id']}")).text
    assert again.count("data-place=") == 1
    assert "data-swipe" not in again
    refused = await client.post("/api/conversations", json={**body, "greeting": 9})
    assert refused.status_code == 404


async def test_a_key_for_managing_does_not_listen(stage: Stage) -> None:
    made = await stage.publish(GUIDE)
    client = await browser(stage)
    said = await talked(client, made.slug, "Hello to all")
    narrow = Identity("visitor", "vis_x", frozenset({"manage"}))
    with pytest.raises(Exception, match="may not talk"):
        await anext(stage.chat.events(narrow, said))


async def test_a_reply_says_when_it_asks_back(stage: Stage) -> None:
    shop = await stage.publish(BUSINESS)
    client = await browser(stage)
    said = await talked(client, shop.slug, "How much is it?")
    page = (await client.get(f"/c/{shop.slug}/thread?conversation={said}")).text
    assert 'class="basis basis-clarify"' in page
    assert "Asks which you mean" in page
    korean = (
        await client.get(f"/c/{shop.slug}/thread?conversation={said}", headers={"accept-language": "ko"})
    ).text
    assert "무엇을 뜻하는지 되물음" in korean


async def test_citations_of_one_source_are_one_card(stage: Stage) -> None:
    stage.knowledge.texts = {
        "House rules": "The shop opens at nine every morning. Dogs are welcome in the garden."
    }
    shop = await stage.publish(BUSINESS)
    client = await browser(stage)
    said = await talked(client, shop.slug, "Is the shop open every morning? Are dogs welcome in the garden?")
    page = LexborHTMLParser((await client.get(f"/c/{shop.slug}/thread?conversation={said}")).text)
    (card,) = page.css(".proofs > li")
    assert [title.text() for title in card.css(".proof-source")] == ["House rules"]
    links = card.css("a.proof")
    assert [link.attributes["data-citation"] for link in links] == ["1", "2"]
    assert not card.css("q"), "what the reply says is not said again"
    said = " ".join(quote.text() for quote in page.css(".words blockquote"))
    assert "The shop opens at nine every morning." in said and "Dogs are welcome in the garden." in said


async def test_a_business_greets_in_the_visitors_language_and_begins_so(stage: Stage) -> None:
    both = {
        "greeting": "Welcome to {{char}} 솔개!",
        "alternate_greetings": ["어서 오세요."],
        "language": "en",
    }
    shop = await stage.publish(BUSINESS.model_copy(update=both))
    client = await browser(stage)
    for language, said, place in (
        ("ko", "어서 오세요.", "1"),
        ("en", "Welcome to", "0"),
        ("fr", "Welcome to", "0"),
    ):
        text = (await client.get(f"/c/{shop.slug}", headers={"accept-language": language})).text
        page = LexborHTMLParser(text)
        assert [said in one.text() for one in page.css(".greeting .words")] == [True]
        assert page.css_first("[data-talk]").attributes["data-greeting"] == place
        assert not page.css("[data-greetings]"), "there is nothing to choose"
    person = BUSINESS.model_copy(update={**both, "kind": "character", "name": "Sol"})
    page = LexborHTMLParser((await client.get(f"/c/{(await stage.publish(person)).slug}")).text)
    assert len(page.css(".greeting .words")) == 2

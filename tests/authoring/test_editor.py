"""Making and editing over HTTP: nothing typed is lost, a conflict is shown, hostile text stays text."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from madang.authoring.access import Authoring
from madang.authoring.pages import fields
from madang.characters.access import Characters
from madang.characters.types import Character, Line, Profile
from madang.kernel.identity import Identity
from tests.authoring.conftest import CHAT_KEY, MAKER, OTHER, OWNER, VISITOR, Browse
from tests.authoring.fakes import FakeFetcher, FakeKnowledge

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
HTMX = {"hx-request": "true"}

PRICES = "# 가격표\n막걸리 10,000원\n파전 18,000원\n식혜 5,000원\n"


def fields_on(page: str) -> dict[str, str]:
    """What a browser would send of the editor's plain fields, as they stand on the page."""
    form = page.partition('id="edit-form"')[2].partition("</form>")[0]
    found = {
        name: html.unescape(text)
        for name, text in re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>\n?(.*?)</textarea>', form, re.S)
        if not name.startswith(("example", "alternate"))
    }
    found |= {
        name: html.unescape(value)
        for name, value in re.findall(r'<input[^>]* name="(\w+)" value="([^"]*)"', form)
    }
    found["seen"] = seen_on(page)
    return {
        name: value
        for name, value in found.items()
        if not name.startswith(("example", "remixable")) and name != "lorebook"
    }


def seen_on(page: str) -> str:
    """The moment of the draft that a page was made from."""
    found = re.search(r'name="seen" form="edit-form" value="([^"]+)"', page)
    assert found, page[:300]
    return html.unescape(found.group(1))


async def test_a_sentence_becomes_a_draft_with_an_editor(browse: Browse) -> None:
    client = browse(MAKER)
    assert "In a sentence" in (await client.get("/make")).text
    made = await client.post("/make/text", data={"description": "A grumpy lighthouse keeper named Bora"})
    assert (made.status_code, made.headers["location"]) == (303, "/edit/bora")
    page = (await client.get("/edit/bora")).text
    assert 'value="Bora"' in page and "data-talk" in page and 'data-test="1"' in page
    assert "Bora" in (await client.get("/mine")).text


async def test_what_was_typed_comes_back_with_the_error(browse: Browse) -> None:
    client = browse(MAKER)
    empty = await client.post("/make/text", data={"description": "  "})
    assert empty.status_code == 400 and "Say in a sentence" in empty.text
    url = "no-such-page.example/" + EVIL
    refused = await client.post("/make/url", data={"url": url})
    assert refused.status_code == 503 and html.escape("https://" + url, quote=False)[:20] in refused.text
    assert "<script>alert" not in refused.text and "onerror=alert(2)>" not in refused.text
    nothing = await client.post("/make/file", files={"file": ("", b"")})
    assert nothing.status_code == 400 and "Choose a file first." in nothing.text


async def test_a_file_and_an_address_become_drafts(browse: Browse, fetcher: FakeFetcher) -> None:
    client = browse(MAKER)
    made = await client.post("/make/file", files={"file": ("opening_hours.txt", b"# Hours\nFrom nine.")})
    assert made.headers["location"] == "/edit/opening-hours"
    assert "When are you open?" in (await client.get("/edit/opening-hours")).text
    fetcher.pages["https://inn.example"] = "<title>Sea Inn</title>"
    assert (await client.post("/make/url", data={"url": "inn.example"})).headers[
        "location"
    ] == "/edit/sea-inn"
    lie = await client.post("/make/file", files={"file": ("lie.pdf", b"\0\0")})
    assert lie.status_code == 422 and "This file cannot be read." in lie.text
    picture = await client.post("/make/file", files={"file": ("photo.png", b"not a picture")})
    assert picture.status_code in (400, 422) and 'role="alert"' in picture.text


async def test_a_file_too_large_is_cut_off(browse: Browse, characters: Characters) -> None:
    client = browse(MAKER)
    big = await client.post("/make/file", files={"file": ("big.txt", b"x" * 4_000_000)})
    assert big.status_code == 413 and "larger than 2 MB" in big.text

    async def endless():  # type: ignore[no-untyped-def]
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
        for _ in range(100):
            yield b"y" * 100_000
        raise AssertionError("the whole body was read")

    kind = {"content-type": "multipart/form-data; boundary=x"}
    cut = await client.post("/api/cards", content=endless(), headers=kind)
    assert cut.status_code == 413 and await characters.mine(MAKER) == []


async def test_saving_keeps_what_the_form_does_not_show(browse: Browse, characters: Characters) -> None:
    made = await characters.create(MAKER, _full())
    client = browse(MAKER)
    page = (await client.get(f"/edit/{made.slug}")).text
    sent = fields_on(page)
    assert sent["persona"] == _full().persona and sent["starters"] == "Hours?\nMenu?"
    saved = await client.post(f"/edit/{made.slug}", data=sent | {"tagline": "New"}, headers=HTMX)
    assert saved.status_code == 200 and "Saved." in saved.text
    assert (await characters.get(MAKER, made.slug)).draft == _full().model_copy(update={"tagline": "New"})


def test_examples_survive_the_form() -> None:
    from starlette.datastructures import FormData

    pairs: list[tuple[str, str]] = []
    for group, lines in enumerate(_full().examples):
        for line in lines:
            pairs += [
                ("example_group", str(group)),
                ("example_speaker", line.speaker),
                ("example_text", line.text),
            ]
    assert fields.examples_from(FormData(pairs)) == _full().examples


async def test_two_editors_do_not_overwrite_each_other(browse: Browse, characters: Characters) -> None:
    made = await characters.create(MAKER, Profile(name="Ada", persona="p"))
    client = browse(MAKER)
    first = second = fields_on((await client.get("/edit/ada")).text)
    assert (await client.post("/edit/ada", data=first | {"tagline": "one"}, headers=HTMX)).status_code == 200
    for _ in range(2):  # saving again does not overwrite it either
        late = await client.post("/edit/ada", data=second | {"tagline": "two"}, headers=HTMX)
        assert (
            late.status_code == 409
            and "in the meantime" in late.text
            and second["seen"] in html.unescape(late.text)
        )
    assert (await characters.get(MAKER, made.slug)).draft.tagline == "one"


async def test_publish_and_unpublish(browse: Browse, characters: Characters) -> None:
    await characters.create(MAKER, Profile(name="Ada", persona="p"))
    client = browse(MAKER)
    sent = fields_on((await client.get("/edit/ada")).text)
    published = await client.post("/edit/ada", data=sent | {"then": "publish"}, headers=HTMX)
    assert "Visitors can meet it now." in published.text
    assert (await characters.get(VISITOR, "ada")).profile.name == "Ada"
    sent["seen"] = seen_on(published.text)
    newer = await client.post("/edit/ada", data=sent | {"tagline": "new"}, headers=HTMX)
    assert "with newer changes" in newer.text
    sent["seen"] = seen_on(newer.text)
    assert (await client.post("/edit/ada", data=sent | {"then": "unpublish"})).status_code == 303
    assert (await browse(VISITOR).get("/api/characters/ada")).status_code == 404


@pytest.mark.parametrize(
    "field", ["name", "tagline", "greeting", "persona", "tags", "starters", "creator_notes"]
)
async def test_hostile_text_stays_text(browse: Browse, characters: Characters, field: str) -> None:
    await characters.create(MAKER, Profile(name="Ada", persona="p"))
    client = browse(MAKER)
    sent = fields_on((await client.get("/edit/ada")).text)
    await client.post("/edit/ada", data=sent | {field: EVIL})
    for path in ("/edit/ada", "/mine"):
        page = (await client.get(path)).text
        assert "<script>alert" not in page and "<img src=x" not in page


async def test_what_does_not_fit_is_said(browse: Browse, characters: Characters) -> None:
    await characters.create(MAKER, Profile(name="Ada", persona="p"))
    client = browse(MAKER)
    sent = fields_on((await client.get("/edit/ada")).text)
    for change, sentence in (
        ({"name": " "}, "A character needs a name."),
        ({"tagline": "x" * 301}, "The field tagline is too long."),
        ({"starters": "\n".join("abcdefghijklmn")}, "The field starters is too long."),
        ({"kind": "god"}, "The field kind is missing or wrong."),
        ({"seen": "yesterday"}, "This page is out of date."),
    ):
        refused = await client.post("/edit/ada", data=sent | change, headers=HTMX)
        assert refused.status_code == 400 and sentence in refused.text
    plain = await client.post("/edit/ada", data=sent | {"name": ""})
    assert plain.status_code == 400 and "A character needs a name." in plain.text


async def test_sources_in_the_editor(
    browse: Browse, characters: Characters, knowledge: FakeKnowledge
) -> None:
    made = await characters.create(MAKER, Profile(name="Ada", persona="p"))
    client = browse(MAKER)
    added = await client.post("/edit/ada/sources/text", data={"title": EVIL, "text": "Nine."}, headers=HTMX)
    assert added.status_code == 200 and "<script>" not in added.text and "hx-trigger" in added.text
    again = await client.post("/edit/ada/sources/text", data={"title": EVIL, "text": "Ten."}, headers=HTMX)
    assert again.status_code == 200 and len(await knowledge.sources(made.id)) == 2
    await client.post("/edit/ada/sources/file", files={"file": ("../../etc/passwd", b"root")}, headers=HTMX)
    assert (await knowledge.sources(made.id))[-1].origin == "passwd"
    lie = await client.post("/edit/ada/sources/file", files={"file": ("lie.pdf", b"\0")}, headers=HTMX)
    assert lie.status_code == 200 and "This file cannot be read." in lie.text
    refused = await client.post("/edit/ada/sources/text", data={"text": " "}, headers=HTMX)
    assert refused.status_code == 400 and "There is nothing written yet." in refused.text
    source = (await knowledge.sources(made.id))[0]
    listed = await client.post(f"/edit/ada/sources/{source.id}/remove", headers=HTMX)
    assert source.id not in listed.text and len(await knowledge.sources(made.id)) == 3
    assert (await client.get("/edit/ada/sources", headers=HTMX)).status_code == 200
    assert (await client.post("/edit/ada/sources/url", data={"url": "a.example"})).status_code == 303


async def test_the_editor_speaks_korean(browse: Browse, authoring: Authoring) -> None:
    await authoring.from_text(MAKER, "이름이 보라인 무뚝뚝한 등대지기")
    client = browse(MAKER)
    client.headers["accept-language"] = "ko"
    page = (await client.get("/edit/보라")).text
    assert "인사말" in page and "아는 것" in page and "Greeting" not in page


@pytest.mark.parametrize("published", [False, True])
@pytest.mark.parametrize("who", [VISITOR, OTHER, CHAT_KEY, OWNER])
async def test_nobody_else_reaches_a_route(
    browse: Browse, authoring: Authoring, knowledge: FakeKnowledge, who: Identity, published: bool
) -> None:
    made = await authoring.from_text(MAKER, "A guide called Ada")
    source = await authoring.add_text(MAKER, made.slug, "secret title", "secret text")
    if published:
        await authoring.publish(MAKER, made.slug)
    client: httpx.AsyncClient = browse(who)
    ways = [
        ("GET", "/edit/ada"), ("POST", "/edit/ada"), ("POST", "/edit/ada/avatar"),
        ("POST", "/edit/ada/delete"),
        ("GET", "/edit/ada/sources"), ("POST", "/edit/ada/sources/file"), ("POST", "/edit/ada/sources/url"),
        ("POST", "/edit/ada/sources/text"), ("POST", f"/edit/ada/sources/{source.id}/remove"),
        ("POST", f"/edit/ada/sources/{source.id}/refresh"), ("GET", "/api/characters/ada/sources"),
        ("POST", "/api/characters/ada/sources"), ("GET", f"/api/characters/ada/sources/{source.id}"),
        ("DELETE", f"/api/characters/ada/sources/{source.id}"), ("PATCH", "/api/characters/ada"),
        ("POST", f"/api/characters/ada/sources/{source.id}/refresh"), ("POST", "/api/characters/ada/publish"),
    ]  # fmt: skip
    if who is not OWNER:  # the studio's owner may look after what others publish
        ways += [("DELETE", "/api/characters/ada"), ("POST", "/api/characters/ada/unpublish")]
        if not published:  # a card of what visitors meet is for everybody
            ways += [("GET", f"/api/characters/ada/card.{kind}") for kind in ("png", "json", "charx")]
    for method, path in ways:
        answer = await client.request(method, path, headers={"hx-request": "true"})
        to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
        assert answer.status_code in (401, 403, 404) or to_sign_in, (method, path, answer.status_code)
        assert "secret" not in answer.text
    after: Character = await authoring.own(MAKER, made.slug)
    assert after.draft == made.draft and (after.published is not None) == published
    assert len(knowledge.all) == 1


def _full() -> Profile:
    return Profile(
        name="Ada",
        tagline="Old",
        greeting="Hello {{user}}",
        alternate_greetings=[],
        persona="First line\n\n  indented <b>last</b> & done",
        personality="\nleading newline",
        starters=["Hours?", "Menu?"],
        tags=["a", "b c"],
        system_prompt="Be Ada.",
        examples=[
            [_said("visitor", "Hi"), _said("character", "Ho"), _said("character", "Hum")],
            [_said("character", "Alone"), _said("visitor", "a"), _said("visitor", "b")],
        ],
        lorebook={"name": "World", "entries": [{"keys": ["sea"], "content": "salt"}]},
    )  # fmt: skip


def _said(speaker: str, text: str) -> Line:
    return Line.model_validate({"speaker": speaker, "text": text})


async def test_a_better_name_is_offered_and_not_taken(
    authoring: Authoring, browse: Browse, knowledge: FakeKnowledge
) -> None:
    made = await authoring.from_file(MAKER, "느린달_가격표_2026-11.txt", PRICES.encode())
    assert made.draft.name == "느린달"
    for page in ("홈", "오시는 길"):
        knowledge._add(
            made.id, f"{page} | 느린달 양조장", "# x", origin=page, url=f"https://a.example/{page}"
        )
    shown = (await browse(MAKER).get(f"/edit/{made.slug}")).text
    assert 'data-suggest-name="느린달 양조장"' in shown
    assert (await authoring.own(MAKER, made.slug)).draft.name == "느린달"


async def test_a_source_is_removed_only_once_one_is_sure(authoring: Authoring, browse: Browse) -> None:
    made = await authoring.from_file(MAKER, "prices.txt", PRICES.encode())
    listed = (await browse(MAKER).get(f"/edit/{made.slug}/sources", headers=HTMX)).text
    asked = listed.partition('<details class="sure"')[2]
    assert "/remove" not in listed.partition('<details class="sure"')[0], "no button removes at once"
    assert "cannot be brought back" in asked and "/remove" in asked.partition("</details>")[0]
    assert "hx-morph-skip" in asked.partition(">")[0], "news of other sources do not close the question"

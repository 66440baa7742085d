"""A character as a whole: history and back, copies, the archive, reports that stay, lorebooks, names."""

from __future__ import annotations

import html
import json
import re

import pytest
from starlette.datastructures import FormData

from madang.authoring import drafts
from madang.authoring.access import Authoring
from madang.authoring.pages import fields
from madang.characters.access import Characters
from madang.characters.types import CardReport, Check, Lorebook, LoreEntry, Profile
from madang.kernel.clock import now
from madang.kernel.errors import BadInput, NotFound
from madang.knowledge.types import Passage, Source
from tests.authoring.conftest import MAKER, VISITOR, Browse
from tests.authoring.fakes import FakeKnowledge
from tests.authoring.test_editor import EVIL, HTMX, fields_on

BOOK = Lorebook(
    name="World",
    entries=[
        LoreEntry(
            keys=["sea"],
            content="salt",
            extensions={"x/y": [1, {"z": None}]},
            **{"uid": 7, "probability": 30},
        ),
        LoreEntry(keys=["/a{1,2}/"], content="b", use_regex=True, position="at_depth", priority=3),
    ],
    **{"made_by": "somebody"},
)


async def test_versions_are_compared_and_brought_back(browse: Browse, authoring: Authoring) -> None:
    await authoring.from_text(MAKER, "A guide called Ada")
    client = browse(MAKER)
    assert "It was never published." in (await client.get("/edit/ada/history")).text
    for number in (1, 2):
        profile = (await authoring.own(MAKER, "ada")).draft.model_copy(update={"tagline": f"Line {number}"})
        await authoring.save(MAKER, "ada", profile)
        await authoring.publish(MAKER, "ada", note=f"Note {number} {EVIL}")
    await authoring.save(MAKER, "ada", profile.model_copy(update={"tagline": f"Line {EVIL}", "tags": [EVIL]}))
    page = (await client.get("/edit/ada/history")).text
    assert "What the draft changes of version 2" in page and "Note 1" in page
    assert "<ins>" in page and "<del>" not in page
    for query in (
        "",
        "?version=0",
        "?version=1",
        "?version=2",
        "?version=1&against=draft",
        "?version=2&against=?",
    ):
        shown = await client.get(f"/edit/ada/history{query}")
        assert shown.status_code == 200
        assert "<script>alert" not in shown.text and "<img src=x" not in shown.text
    for query, status in (("?version=9", 404), ("?version=-1", 422), (f"?version={2**40}", 422)):
        assert (await client.get(f"/edit/ada/history{query}")).status_code == status
    assert (await client.post("/edit/ada/history/1/restore")).status_code == 303
    assert (await authoring.own(MAKER, "ada")).draft.tagline == "Line 1"
    assert (await authoring.own(MAKER, "ada")).published.tagline == "Line 2"  # type: ignore[union-attr]
    assert (await client.post("/edit/ada/history/9/restore")).status_code == 404
    changed = (await client.get("/api/characters/ada/versions/2/changes")).json()
    assert [one["field"] for one in changed] == ["tagline"]
    assert len((await client.get("/api/characters/ada/versions")).json()) == 2


async def test_publishing_is_offered_only_when_there_is_something(
    browse: Browse, authoring: Authoring
) -> None:
    await authoring.from_text(MAKER, "A guide called Ada")
    client = browse(MAKER)
    page = (await client.get("/edit/ada")).text
    assert "data-publish-now" in page and "It has no checks yet." in page
    sent = fields_on(page) | {"then": "publish", "note": "First", "visibility": "unlisted"}
    assert (await client.post("/edit/ada", data=sent, headers=HTMX)).status_code == 200
    made = await authoring.own(MAKER, "ada")
    assert made.visibility == "unlisted" and (await authoring.versions(MAKER, "ada"))[0].note == "First"
    assert "data-publish-now" not in (await client.get("/edit/ada")).text
    odd = await client.post("/edit/ada/visibility", data={"visibility": "nobody"})
    assert odd.status_code == 400
    await client.post("/edit/ada/visibility", data={"visibility": "private"})
    assert (await authoring.own(MAKER, "ada")).visibility == "private"
    assert (await client.post("/edit/ada/unpublish")).status_code == 303
    assert (await authoring.own(MAKER, "ada")).published is None


async def test_a_conflict_offers_both(browse: Browse, characters: Characters) -> None:
    await characters.create(MAKER, Profile(name="Ada", persona="p"))
    client = browse(MAKER)
    sent = fields_on((await client.get("/edit/ada")).text)
    await client.patch("/api/characters/ada", json={"tagline": "theirs"})
    late = await client.post("/edit/ada", data=sent | {"tagline": "mine"}, headers=HTMX)
    assert late.status_code == 409 and "data-theirs" in late.text
    newest = re.search(r'name="over" value="([^"]+)"', late.text)
    assert newest and html.unescape(newest.group(1)) != sent["seen"]
    plain = await client.post("/edit/ada", data=sent | {"tagline": "mine"})
    assert plain.status_code == 409 and 'value="mine"' in plain.text  # typed text comes back without a script
    over = sent | {"tagline": "mine", "over": html.unescape(newest.group(1))}
    assert (await client.post("/edit/ada", data=over, headers=HTMX)).status_code == 200
    assert (await characters.get(MAKER, "ada")).draft.tagline == "mine"


async def test_a_duplicate_knows_and_checks_the_same(
    browse: Browse, authoring: Authoring, knowledge: FakeKnowledge
) -> None:
    await authoring.from_text(MAKER, "A guide called Ada")
    await authoring.add_text(MAKER, "ada", "Hours", "From nine.")
    kept = await authoring.checking.put(MAKER, "ada", Check(question="?", declines=True))
    gone = await browse(MAKER).post("/edit/ada/duplicate")
    slug = gone.headers["location"].removeprefix("/edit/")
    assert slug != "ada" and [one.title for one in await authoring.sources(MAKER, slug)] == ["Hours"]
    (copied,) = await authoring.checking.of(MAKER, slug)
    assert copied.declines and copied.id != kept.id
    await authoring.delete(MAKER, slug)
    assert len(await authoring.sources(MAKER, "ada")) == 1


async def test_what_is_put_away_comes_back(browse: Browse, authoring: Authoring) -> None:
    await authoring.from_text(MAKER, "A guide called Ada")
    await authoring.publish(MAKER, "ada")
    client = browse(MAKER)
    assert (await client.post("/edit/ada/archive")).headers["location"] == "/mine"
    assert (await browse(VISITOR).get("/api/characters/ada")).status_code == 404
    page = (await client.get("/edit/ada")).text
    assert "This character is put away" in page and "data-publish-now" not in page
    assert (await client.post("/edit/ada/archive", data={"out": "1"})).status_code == 303
    assert (await browse(VISITOR).get("/api/characters/ada")).status_code == 200
    assert (await client.put("/api/characters/ada/archived", json={})).json()["archived_at"]


async def test_what_an_import_said_stays_until_it_is_read(
    browse: Browse, authoring: Authoring, characters: Characters
) -> None:
    card = {"name": "Mina", "description": EVIL, "first_mes": "Hi", "mes_example": "", "odd": EVIL}
    made, _ = await authoring.from_card(MAKER, "mina.json", json.dumps(card).encode())
    await authoring._reports.keep(made.id, CardReport(spec=EVIL, warnings=[EVIL]))
    client = browse(MAKER)
    page = (await client.get("/edit/mina")).text
    assert "What the import did" in page and "<script>alert" not in page
    assert (await client.post("/edit/mina/report/dismiss")).status_code == 303
    assert "What the import did" not in (await client.get("/edit/mina")).text
    await authoring._reports.keep(made.id, CardReport(spec="x"))
    await characters.delete(MAKER, "mina")  # the row goes with the character, whoever deletes it
    assert await authoring._reports.of(made.id) is None


async def test_a_lorebook_loses_nothing_in_the_editor(browse: Browse, characters: Characters) -> None:
    await characters.create(MAKER, Profile(name="Ada", persona="p", lorebook=BOOK))
    client = browse(MAKER)
    page = (await client.get("/edit/ada")).text
    found = re.search(r'<textarea name="lorebook"[^>]*>\n(.*?)</textarea>', page, re.S)
    assert found
    document = json.loads(html.unescape(found.group(1)))
    document["entries"][0]["content"] = "pepper"
    saved = await client.post(
        "/edit/ada", data=fields_on(page) | {"lorebook": json.dumps(document)}, headers=HTMX
    )
    assert saved.status_code == 200
    book = (await characters.get(MAKER, "ada")).draft.lorebook
    first = BOOK.entries[0].model_copy(update={"content": "pepper"})
    assert book == BOOK.model_copy(update={"entries": [first, BOOK.entries[1]]})
    for wrong in ("[]", "{", '{"entries": 4}', '{"entries": [{"insertion_order": NaN}]}', "[" * 50_000):
        refused = await client.post("/edit/ada", data={"name": "Ada", "lorebook": wrong}, headers=HTMX)
        assert refused.status_code == 400 and "could not be read" in refused.text
    with pytest.raises(BadInput):
        fields.lorebook_from(json.dumps({"entries": [{}] * 2_001}), None)
    brought = await client.post(
        "/edit/ada/lorebook", files={"file": ("w.json", BOOK.model_dump_json().encode())}
    )
    assert brought.status_code == 303
    lie = await client.post("/edit/ada/lorebook", files={"file": ("w.json", b"{}")})
    assert lie.status_code == 422 and 'role="alert"' in lie.text


async def test_the_rest_of_the_form(browse: Browse, characters: Characters) -> None:
    await characters.create(MAKER, Profile(name="Ada", persona="p", alternate_greetings=["x"]))
    client = browse(MAKER)
    sent = fields_on((await client.get("/edit/ada")).text) | {
        "rating": "teen",
        "licence": "other",
        "licence_words": " Ask me first ",
        "remixable": "no",
        "tags": "a, b c,, a",
    }
    await client.post("/edit/ada", data=sent, headers=HTMX)
    draft = (await characters.get(MAKER, "ada")).draft
    assert (draft.rating, draft.licence, draft.remixable, draft.tags) == (
        "teen",
        "Ask me first",
        False,
        ["a", "b c"],
    )
    both = FormData([("remixable", "no"), ("remixable", "yes"), ("licence", "CC0-1.0")])
    again = fields.profile_from(both, draft)
    assert again.remixable and again.licence == "CC0-1.0"
    odd = await client.post("/edit/ada", data=sent | {"rating": "x"}, headers=HTMX)
    assert odd.status_code == 400 and "rating" in odd.text
    page = (await client.get("/edit/ada")).text
    assert 'value="Ask me first"' in page and 'value="other" selected' in page


async def test_hostile_text_stays_text_everywhere(browse: Browse, characters: Characters) -> None:
    await characters.create(MAKER, Profile(name="Ada", persona="p"))
    await characters.publish(MAKER, "ada")
    client = browse(MAKER)
    book = {"name": EVIL, "entries": [{"keys": [EVIL], "content": EVIL, "name": EVIL}]}
    plain = ("name", "tagline", "greeting", "persona", "personality", "scenario", "system_prompt", "creator")
    more = ("post_history_instructions", "nickname", "creator_notes", "character_version", "tags", "starters")
    sent = fields_on((await client.get("/edit/ada")).text) | {
        **dict.fromkeys((*plain, *more, "alternate_greeting", "licence_words"), EVIL),
        "licence": "other",
        "example_group": "1",
        "example_speaker": "visitor",
        "example_text": EVIL,
        "lorebook": json.dumps(book),
        "note": EVIL,
        "then": "publish",
    }
    assert (await client.post("/edit/ada", data=sent, headers=HTMX)).status_code == 200
    draft = (await characters.get(MAKER, "ada")).draft
    assert draft.licence == EVIL and draft.lorebook and draft.examples and draft.tags == [EVIL]
    history = "/edit/ada/history"
    for path in ("/edit/ada", history, f"{history}?version=1", f"{history}?version=2", "/edit/ada/checks"):
        page = (await client.get(path)).text
        assert "<script>alert" not in page and "<img src=x" not in page, path
    broken = await client.post("/edit/ada", data=sent | {"kind": EVIL})  # typed text that comes back
    assert broken.status_code == 400
    assert "<script>alert" not in broken.text and "<img src=x" not in broken.text


async def test_sizes_have_limits(browse: Browse, characters: Characters) -> None:
    await characters.create(MAKER, Profile(name="Ada", persona="p"))
    client = browse(MAKER)
    big = await client.post("/edit/ada", data={"persona": "x" * 10_000_000}, headers=HTMX)
    assert big.status_code == 413
    many = [("alternate_greeting", "x")] * 65
    refused = await client.post("/edit/ada", data={"alternate_greeting": [v for _, v in many]}, headers=HTMX)
    assert refused.status_code == 400 and "alternate greetings" in refused.text
    assert (await characters.get(MAKER, "ada")).draft.persona == "p"


@pytest.mark.parametrize(
    ("title", "origin", "headings", "page", "name"),
    [
        ("A Guide to the Sea", "scan_01.pdf", [], 1, "A Guide to the Sea"),
        ("scan_01", "scan_01.pdf", ["The Harbour Rules", "Fees"], 1, "The Harbour Rules"),
        ("scan_01", "scan_01.pdf", ["1. Introduction"], 1, None),
        ("scan_01", "scan_01.pdf", [], 1, None),
        ("Microsoft Word - final2.docx", "scan_01.pdf", ["Rules of the House"], 1, "Rules of the House"),
        ("Microsoft Word - Rules of the House", "x.pdf", [], 1, "Rules of the House"),
        ("opening_hours", "opening_hours.txt", ["Hours"], None, None),
    ],
)
def test_a_draft_is_named_after_its_document(
    title: str, origin: str, headings: list[str], page: int | None, name: str | None
) -> None:
    source = Source(
        id="src_1", character_id="chr_1", title=title, origin=origin, media_type="application/pdf",
        blob="", created_at=now(), updated_at=now(),
    )  # fmt: skip
    passage = Passage(
        id="psg_1", source_id="src_1", character_id="chr_1", ordinal=0, title=title, headings=headings,
        text="Text.", page=page,
    )  # fmt: skip
    assert drafts.title_of_source(source, [passage]) == name
    assert drafts.title_of_source(source, []) == (None if name in headings else name)


async def test_a_number_that_is_no_version(authoring: Authoring) -> None:
    await authoring.from_text(MAKER, "A guide called Ada")
    with pytest.raises(NotFound):
        await authoring.compared(MAKER, "ada", 3, "before")


async def test_its_address_is_changed_and_the_old_one_leads_there(
    browse: Browse, authoring: Authoring
) -> None:
    made = await authoring.from_text(MAKER, "A guide called Ada")
    client = browse(MAKER)
    changed = await client.post("/edit/ada/address", data={"slug": "바다 안내"})
    assert changed.status_code == 303
    assert changed.headers["location"].startswith("/edit/%EB%B0%94")
    moved = await client.get("/edit/ada")
    assert moved.status_code == 308 and (await client.get(moved.headers["location"])).status_code == 200
    assert (await authoring.own(MAKER, "ada")).id == made.id
    assert (await client.post("/edit/ada/address", data={"slug": "..."})).status_code == 400
    again = await client.put("/api/characters/ada/slug", json={"slug": "ada"})
    assert again.json()["slug"] == "ada"
    await authoring.from_text(MAKER, "A guide called Bee")
    assert (await client.put("/api/characters/bee/slug", json={"slug": "ada"})).status_code == 409

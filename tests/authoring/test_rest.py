"""Characters, cards and sources over REST, as a program with a `manage` key uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from madang.kernel.identity import Identity
from tests.authoring.conftest import CHAT_KEY, MAKER, VISITOR, Browse
from tests.authoring.fakes import FakeKnowledge

KEY = Identity("creator", MAKER.id, frozenset({"manage"}))
CARD = {
    "spec": "chara_card_v2",
    "spec_version": "2.0",
    "data": {
        "name": "Mina",
        "description": "A potter.",
        "first_mes": "Hello, {{user}}.",
        "extensions": {"someone/else": {"depth": 4}},
    },
}


async def test_a_character_from_first_to_last(browse: Browse) -> None:
    client = browse(KEY)
    made = await client.post("/api/characters", json={"description": "A cat named Tom", "name": "Felix"})
    assert made.status_code == 201 and made.json()["slug"] == "felix"
    assert (await client.get("/api/characters")).json() == []
    (mine,) = (await client.get("/api/characters?mine=true")).json()
    changed = await client.patch(f"/api/characters/felix?seen={mine['updated_at']}", json={"tagline": "Meow"})
    assert changed.json()["draft"]["tagline"] == "Meow" and changed.json()["draft"]["name"] == "Felix"
    late = await client.patch(f"/api/characters/felix?seen={mine['updated_at']}", json={"tagline": "Purr"})
    assert late.status_code == 409
    assert (await client.post("/api/characters/felix/publish")).json()["published"]["tagline"] == "Meow"
    assert [one["slug"] for one in (await browse(VISITOR).get("/api/characters")).json()] == ["felix"]
    assert (await client.post("/api/characters/felix/unpublish")).json()["published"] is None
    assert (await client.delete("/api/characters/felix")).status_code == 204
    assert (await client.get("/api/characters/felix")).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"description": "a", "url": "b"}, 400), ({"profile": {"name": ""}}, 422), ([], 422)],
)
async def test_what_makes_no_sense_is_refused(browse: Browse, body: object, status: int) -> None:
    assert (await browse(KEY).post("/api/characters", json=body)).status_code == status


async def test_a_change_that_does_not_fit_changes_nothing(browse: Browse) -> None:
    client = browse(KEY)
    await client.post("/api/characters", json={"profile": {"name": "Ada", "persona": "p"}})
    for body in (b"[1]", b"{", b'{"owner_id": "usr_x"}', b'{"name": ""}', b'{"tags": 4}', b"[" * 100_000):
        refused = await client.patch("/api/characters/ada", content=body)
        assert refused.status_code == 400 and refused.json()["error"]["message"]
    assert (await client.get("/api/characters/ada")).json()["draft"]["name"] == "Ada"


async def test_a_card_comes_in_with_a_report_and_goes_out_whole(browse: Browse) -> None:
    client = browse(KEY)
    brought = await client.post("/api/cards", files={"file": ("mina.json", json.dumps(CARD).encode())})
    assert brought.status_code == 201 and brought.json()["report"]["spec"].startswith("chara_card_v2")
    slug = brought.json()["character"]["slug"]
    assert "What the import did" in (await browse(MAKER).get(f"/edit/{slug}")).text
    for kind in ("png", "json", "charx"):
        taken = await client.get(f"/api/characters/{slug}/card.{kind}")
        assert taken.status_code == 200 and f'filename="mina.{kind}"' in taken.headers["content-disposition"]
    card = (await client.get(f"/api/characters/{slug}/card.json")).json()
    assert card["data"]["extensions"]["someone/else"] == {"depth": 4}
    assert (await client.get(f"/api/characters/{slug}/card.exe")).status_code == 422
    assert (await browse(CHAT_KEY).post("/api/cards", files={"file": ("a.json", b"{}")})).status_code == 403


async def test_a_real_card_through_the_page(browse: Browse, card_file: Path) -> None:
    client = browse(MAKER)
    for path in sorted(card_file.glob("*.png")):
        made = await client.post("/make/file", files={"file": (path.name, path.read_bytes())})
        if made.status_code == 413:
            continue  # larger than this test's limit of 2 MB
        assert made.status_code == 303
        page = await client.get(made.headers["location"])
        assert page.status_code == 200 and "What the import did" in page.text


async def test_sources_of_a_character(browse: Browse, knowledge: FakeKnowledge) -> None:
    client = browse(KEY)
    await client.post("/api/characters", json={"profile": {"name": "Ada", "persona": "p"}})
    sources = "/api/characters/ada/sources"
    typed = await client.post(sources, json={"title": "Hours", "text": "From nine."})
    assert typed.status_code == 202 and typed.json()["title"] == "Hours"
    file = await client.post(sources, files={"file": ("C:\\rules.txt", b"Be kind.")})
    assert file.status_code == 202 and "\\" not in file.json()["origin"]
    assert (await client.post(sources, json={"url": "https://a.example"})).status_code == 202
    for body in ({}, {"text": " "}, {"title": 4}):
        assert (await client.post(sources, json=body)).status_code == 400
    seen = (await client.get(f"{sources}/{typed.json()['id']}")).json()
    assert (seen["state"], seen["passages"]) == ("words", 1)
    assert (await client.post(f"{sources}/{seen['id']}/refresh")).status_code == 202
    assert (await client.delete(f"{sources}/{seen['id']}")).status_code == 204
    assert len((await client.get(sources)).json()) == 2 == len(knowledge.all)

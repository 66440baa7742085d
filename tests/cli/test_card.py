"""`madang card`: in and out, and nothing lost on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, document, refused

CARD = {
    "spec": "chara_card_v2",
    "spec_version": "2.0",
    "data": {
        "name": "Haru",
        "description": "A patient gardener.",
        "personality": "calm",
        "scenario": "",
        "first_mes": "Mind the seedlings.",
        "mes_example": "",
        "creator_notes": "",
        "system_prompt": "",
        "post_history_instructions": "",
        "alternate_greetings": [],
        "tags": ["garden"],
        "creator": "tester",
        "character_version": "1",
        "extensions": {"somebody/else": {"kept": [1, 2, 3]}},
    },
}


@pytest.fixture
def card(tmp_path: Path) -> Path:
    path = tmp_path / "haru.json"
    path.write_text(json.dumps(CARD))
    return path


@pytest.mark.parametrize("ending", [".json", ".png", ".charx", ".PNG"])
def test_a_card_comes_in_and_goes_out(run: Run, card: Path, tmp_path: Path, ending: str) -> None:
    made = document(run("card", "import", str(card), "--json"))
    assert made["slug"] == "haru" and made["report"]["spec"]
    target = tmp_path / f"out{ending}"
    written = document(run("card", "export", "haru", str(target), "--json"))
    assert written["bytes"] == target.stat().st_size
    again = document(run("card", "import", str(target), "--json"))
    assert again["name"] == "Haru" and again["slug"] != "haru"
    back = tmp_path / "back.json"
    run("card", "export", again["slug"], str(back))
    assert json.loads(back.read_text())["data"]["extensions"]["somebody/else"] == {"kept": [1, 2, 3]}


def test_what_a_card_cannot_hold_is_said(run: Run, hours: Path, tmp_path: Path) -> None:
    slug = document(run("new", str(hours), "--json"))["slug"]
    written = document(run("card", "export", slug, str(tmp_path / "bakery.png"), "--json"))
    sentence = "A card does not hold what the character knows from; a backup does."
    assert written["report"]["warnings"] == [sentence]


def test_an_unknown_ending_names_the_known_ones(run: Run, tmp_path: Path) -> None:
    sentence = refused(run("card", "export", "haru", str(tmp_path / "haru.gif")))
    assert ".png, .json, .charx" in sentence
    assert not (tmp_path / "haru.gif").exists()


def test_a_failed_export_leaves_the_old_file(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "haru.json"
    target.write_text("old")
    refused(run("card", "export", "nobody", str(target)))
    assert target.read_text() == "old"
    assert "no folder" in refused(run("card", "export", "nobody", str(tmp_path / "none" / "haru.json")))


@pytest.mark.parametrize("content", [b"", b"{}", b"not a card", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_card_is_one_sentence(run: Run, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "card.json"
    path.write_bytes(content)
    refused(run("card", "import", str(path)))
    refused(run("card", "import", str(tmp_path / "missing.png")))


def test_new_understands_a_card(run: Run, card: Path) -> None:
    made = document(run("new", str(card), "--json"))
    assert made["slug"] == "haru" and made["report"]["spec"] and made["sources"] == []

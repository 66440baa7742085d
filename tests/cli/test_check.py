"""`madang check` and `madang character list`: what holds, what does not, and the exit code that says so."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run, document, refused


def test_checks_are_suggested_kept_and_asked(run: Run, hours: Path) -> None:
    run("new", str(hours), "--name", "Bakery", "--json")
    assert refused(run("check", "bakery")) == "There are no checks yet."
    found = document(run("check", "bakery", "--suggest", "--json"))
    assert not found["kept"] and found["suggestions"][0]["cites"] == "Dongbaek Bakery"
    assert "When are you open?" in run("check", "bakery", "--suggest", "--keep").stdout
    assert "Nothing to suggest" in run("check", "bakery", "--suggest").stdout
    asked = run("check", "bakery", "--json")
    said = document(asked)
    assert said["checks"] == len(found["suggestions"]) == len(said["results"])
    assert asked.exit_code == (1 if said["failing"] else 0)
    assert all(one["passed"] == (not one["reasons"]) for one in said["results"])
    plain = run("check", "bakery")
    assert plain.exit_code == asked.exit_code and "checks hold." in plain.stdout
    assert document(run("check", "nobody", "--json"))["error"]["code"] == "not_found"


def test_characters_are_listed_with_their_state(run: Run) -> None:
    assert document(run("character", "list", "--json")) == []
    run("new", "A cat named Tom")
    run("new", "A cat named Bora", "--publish")
    rows = {one["slug"]: one for one in document(run("character", "list", "--json"))}
    assert rows["tom"]["state"] == "draft" and rows["bora"]["state"] == "published"
    assert rows["bora"]["version"] == 1 and rows["bora"]["name"] == "Bora"
    assert "Tom  (draft)" in run("character", "list").stdout

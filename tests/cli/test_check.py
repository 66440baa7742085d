"""`madang check` and `madang character list`: what holds, what does not, and the exit code that says so."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Run, document, refused


def test_checks_are_suggested_kept_and_asked(run: Run, hours: Path) -> None:
    run("new", str(hours), "--name", "Bakery", "--json")
    assert refused(run("check", "bakery", "--own")) == "There are no checks yet."
    found = document(run("check", "bakery", "--suggest", "--json"))
    assert not found["kept"] and found["suggestions"][0]["cites"] == "Dongbaek Bakery"
    assert "When are you open?" in run("check", "bakery", "--suggest", "--keep").stdout
    assert "Nothing to suggest" in run("check", "bakery", "--suggest").stdout
    asked = run("check", "bakery", "--own", "--json")
    said = document(asked)
    assert said["checks"] == len(found["suggestions"]) == len(said["results"])
    assert asked.exit_code == (1 if said["failing"] else 0)
    assert all(one["passed"] == (not one["reasons"]) for one in said["results"])
    plain = run("check", "bakery", "--own")
    assert plain.exit_code == asked.exit_code and "checks hold." in plain.stdout
    assert document(run("check", "nobody", "--own", "--json"))["error"]["code"] == "not_found"
    assert document(run("check", "nobody", "--json"))["error"]["code"] == "not_found"


def test_a_report_tells_languages_failures_and_where_they_are(run: Run, hours: Path) -> None:
    run("new", str(hours), "--name", "Bakery", "--json")
    made = run("check", "bakery", "--json")
    said = document(made)
    assert said["state"] == "done" and said["asked"] > 5 and said["failing_checks"] == 0
    assert said["held"] + len(said["failures"]) == said["asked"]
    assert said["languages"]["en"]["declined"][1] > 0
    assert all(one["links"][0].startswith("http://127.0.0.1:") for one in said["failures"])
    assert made.exit_code == 0  # it has no checks of its own that could fail
    plain = run("check", "bakery")
    assert f"checked: {said['held']} of {said['asked']}" in plain.stdout
    assert said["failures"] and all(one["expected"] for one in said["failures"])
    for part in ("FAIL ", "     replied:  ", "     expected: "):
        assert plain.stdout.count(part) == len(said["failures"])
    answers = [one for one in said["failures"] if one["passage"]]
    assert plain.stdout.count("     stands:   ") == len(answers)
    assert all(one["passage"] in plain.stdout for one in answers)
    found = document(run("check", "bakery", "--suggest", "--keep", "--json"))
    own = document(run("check", "bakery", "--own", "--json"))
    gated = run("check", "bakery", "--json")
    assert document(gated)["failing_checks"] == own["failing"] and found["kept"]
    assert gated.exit_code == (1 if own["failing"] else 0)


def test_characters_are_listed_with_their_state(run: Run) -> None:
    assert document(run("character", "list", "--json")) == []
    run("new", "A cat named Tom")
    run("new", "A cat named Bora", "--publish")
    rows = {one["slug"]: one for one in document(run("character", "list", "--json"))}
    assert rows["tom"]["state"] == "draft" and rows["bora"]["state"] == "published"
    assert rows["bora"]["version"] == 1 and rows["bora"]["name"] == "Bora"
    assert "Tom  (draft)" in run("character", "list").stdout


def test_a_reply_is_shown_in_one_line() -> None:
    from madang.cli.check import _shortened

    assert _shortened("From “Menu”:\n\n> Soup: 9,000 won. [1]") == "From “Menu”: Soup: 9,000 won. [1]"
    assert _shortened("word " * 90).endswith(" …") and len(_shortened("word " * 90)) <= 200

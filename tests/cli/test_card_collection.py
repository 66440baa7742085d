"""`madang card import` of folders and of many files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, document
from tests.cli.test_card import CARD


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "cards"
    (folder / "deeper").mkdir(parents=True)
    for number, place in enumerate((folder, folder, folder / "deeper")):
        data = CARD["data"] | {"name": f"Haru {number}"}  # type: ignore[operator]
        (place / f"haru {number}.json").write_text(json.dumps(CARD | {"data": data}))
    (folder / "broken.json").write_text("{")
    (folder / "notes.txt").write_text("no card")
    return folder


def test_a_folder_comes_in_and_what_fails_is_named(run: Run, folder: Path) -> None:
    result = run("card", "import", str(folder), "--publish")
    assert result.exit_code == 1, "something could not be imported"
    assert result.stdout.startswith("4 files: 3 made, 3 of them published, 1 not imported; ")
    assert "broken.json: " in result.stderr and "notes.txt" not in result.output
    assert "Traceback" not in result.output
    (folder / "broken.json").unlink()
    again = run("card", "import", str(folder), "--publish")
    assert again.exit_code == 0
    assert again.stdout.startswith("3 files: 0 made, 3 imported before, 0 not imported; ")


def test_files_that_are_named_as_json(run: Run, folder: Path, tmp_path: Path) -> None:
    paths = [str(folder / "haru 0.json"), str(folder / "broken.json"), str(tmp_path / "nowhere.json")]
    result = run("card", "import", *paths, "--json")
    summary = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (summary["files"], summary["made"], summary["skipped"]) == (3, 1, 0)
    assert [one["file"] for one in summary["refused"]] == paths[1:]
    assert summary["refused"][1]["message"] == f"There is no file {paths[2]}."
    one = document(run("card", "import", str(folder / "haru 1.json"), "--publish", "--json"))
    assert (one["made"], one["published"]) == (1, 1)


def test_one_file_and_then_its_folder(run: Run, folder: Path) -> None:
    (folder / "broken.json").unlink()
    assert document(run("card", "import", str(folder / "haru 0.json"), "--json"))["slug"] == "haru-0"
    summary = document(run("card", "import", str(folder), "--json"))
    assert (summary["made"], summary["skipped"]) == (2, 1)

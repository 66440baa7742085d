"""`madang add` gives a character more files, folders and addresses; `madang new` begins with several."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from madang.cli.commands import app
from madang.cli.frame import Given
from madang.kernel.errors import Unreadable
from madang.kernel.fetch import Fetched, Fetcher
from madang.kernel.settings import Settings
from tests.cli.conftest import Run, document, refused
from tests.fakes.models import FakeModels

INN = "https://inn.example"
HTML = "<!doctype html><html><head><title>{title}</title></head><body><main>{main}</main></body></html>"
PAGES = {
    f"{INN}/": HTML.format(
        title="Quiet Inn",
        main="<h1>Quiet Inn</h1><p>Our rooms are quiet and look on the sea.</p><a href='/pool'>The pool</a>",
    ),
    f"{INN}/pool": HTML.format(
        title="Pool – Quiet Inn", main="<h1>The pool</h1><p>The pool opens at 07:15 in summer.</p>"
    ),
}


class Web(Fetcher):
    """A web of two pages."""

    async def get(self, url: str, *_: Any, **__: Any) -> Fetched:
        if url not in PAGES:
            raise Unreadable("{host} answered with error {status}.", host="inn.example", status=404)
        return Fetched(url, 200, "text/html", "utf-8", PAGES[url].encode())


@pytest.fixture
def surf(settings: Settings, models: FakeModels) -> Run:
    """As `run`, with a web."""

    def command(*words: str) -> Any:
        given = Given(settings, models, Web())  # type: ignore[arg-type]
        return CliRunner().invoke(app, list(words), obj=given)

    return command


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    """A folder with two papers of a shop, one of them in a folder of its own, and what is no document."""
    folder = tmp_path / "papers"
    (folder / "ko").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / "prices.md").write_text(
        "# Prices – Rye House\n\nA rye bread costs 6,500 won. Tea: 2,000 won.\n"
    )
    (folder / "ko" / "prices.md").write_text("# 배달 안내\n\n배달은 3만 원부터 무료입니다.\n")
    (folder / ".git" / "notes.md").write_text("# Not this\n\nNothing.\n")
    (folder / "logo.svg").write_text("<svg/>")
    return folder


def test_files_and_folders_are_added(run: Run, hours: Path, papers: Path) -> None:
    slug = document(run("new", str(hours), "--json"))["slug"]
    added = run("add", slug, str(papers), "--json")
    said = document(added)
    assert added.exit_code == 0 and said["slug"] == slug and said["failed"] == [] and said["sites"] == []
    assert [one["state"] for one in said["sources"]] == ["ready", "ready"]  # and not those that are hidden
    answer = document(run("ask", slug, "배달은 3만 원부터 무료인가요?", "--json"))
    assert answer["citations"][0]["source"] == "배달 안내"
    again = run("add", slug, str(papers / "prices.md"))
    assert again.exit_code == 0 and f"({slug})" in again.stdout and "knows" in again.stdout


def test_what_fails_is_said_and_does_not_keep_the_rest_out(run: Run, hours: Path, papers: Path) -> None:
    slug = document(run("new", str(hours), "--json"))["slug"]
    broken, empty = papers.parent / "broken.pdf", papers.parent / "empty"
    broken.write_bytes(b"%PDF-1.7 nothing follows")
    empty.mkdir()
    twin = empty.parent / "twin"
    twin.mkdir()
    (twin / "prices.md").write_text("# Other prices")
    inside = "http://127.0.0.1/menu"
    wanted = [str(broken), str(papers / "prices.md"), str(twin / "prices.md"), str(empty), "gone.pdf", inside]
    result = run("add", slug, *wanted)
    assert result.exit_code == 1 and result.stdout.count("knows") == 1
    told = result.stderr.splitlines()
    assert len(told) == 5 and all(line.endswith(".") for line in told), told
    failed = document(run("add", slug, *wanted, "--json"))["failed"]
    assert {one["source"] for one in failed} == {one for one in wanted if one != wanted[1]}
    assert {one["code"] for one in failed} >= {"not_found", "forbidden", "unreadable", "bad_input"}
    assert "nobody" in refused(run("add", "nobody", str(hours)))


def test_a_page_and_a_whole_site(surf: Run, hours: Path) -> None:
    slug = document(surf("new", str(hours), "--json"))["slug"]
    page = document(surf("add", slug, f"{INN}/", "--json"))
    assert [one["title"] for one in page["sources"]] == ["Quiet Inn"]
    none = surf("add", slug, "https://inn.example/nothing", "--site")
    assert none.exit_code == 1 and none.stderr.startswith("https://inn.example/nothing: ")
    site = surf("add", slug, f"{INN}/", "--site", "--json")
    said = document(site)
    assert site.exit_code == 0 and said["sites"][0]["pages"] == 2 and said["sites"][0]["failed"] == 0
    assert "07:15" in document(surf("ask", slug, "When does the pool open in summer?", "--json"))["answer"]
    assert surf("add", slug, f"{INN}/", "--site").stdout.endswith(f"  knows {INN}/: 2 pages\n")


def test_new_takes_several_and_draws_from_all_of_them(surf: Run, papers: Path, tmp_path: Path) -> None:
    (tmp_path / "hours.md").write_text(
        "# Opening hours – Rye House\n\nMonday: 9:00–18:00. Call 033-555-0142.\n"
    )
    made = document(surf("new", str(tmp_path / "hours.md"), str(papers), f"{INN}/", "--json"))
    assert (made["slug"], made["name"]) == ("rye-house", "Rye House") and len(made["sources"]) == 4
    site = document(surf("new", f"{INN}/", "--site", "--name", "Inn", "--publish", "--json"))
    assert site["slug"] == "inn" and site["published"] and site["sites"][0]["pages"] == 2
    assert document(surf("new", str(papers), "--name", "Two", "--json"))["slug"] == "two"


def test_words_without_quotation_marks_make_nothing(run: Run, hours: Path) -> None:
    assert "quotation marks" in refused(run("new", "A", "cat", "named", "Tom"))
    assert "gone.pdf" in refused(run("new", str(hours), "gone.pdf"))
    assert document(run("character", "list", "--json")) == []

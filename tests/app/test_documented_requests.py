"""The requests that docs/guide/api.md shows with curl do what it says."""

from __future__ import annotations

import json
import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from madang.kernel.fetch import Fetched, Fetcher
from tests.app.stage import Caller, Stage, stage

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "api.md"
PAGE = (
    b"<!doctype html><html><head><title>Terms</title></head><body><h1>Terms</h1><p>Be kind.</p></body></html>"
)
PRICES = b"# Prices\n\n## How much is a raft?\n\nA raft is 9,000 won.\n"


class Web(Fetcher):
    """A web where every address is the same page."""

    async def get(self, url: str, *_: Any, **__: Any) -> Fetched:
        return Fetched(url, 200, "text/html", "utf-8", PAGE)


def requests() -> list[list[str]]:
    """The words of each curl line, in the order in which they stand."""
    found = [line for line in GUIDE.read_text("utf-8").splitlines() if line.startswith("curl ")]
    return [shlex.split(line.replace("$URL", "/api/characters"))[1:] for line in found]


async def sent(who: Caller, words: list[str]) -> httpx.Response:
    """The request that curl would send."""
    path = next(word for word in words if word.startswith(("/", "http"))).removeprefix(
        "http://127.0.0.1:8600"
    )
    after = dict(pairwise(words))
    more: dict[str, Any] = {}
    if "--json" in after:
        more["json"] = json.loads(after["--json"])
    if "-F" in after:
        assert re.fullmatch(r"file=@\w+\.pdf", after["-F"])
        more["files"] = {"file": ("prices.md", PRICES)}
    return await who.ask(after.get("-X", "POST" if more else "GET"), path, **more)


async def test_what_api_md_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madang.app.studio.Fetcher", Web)
    async with stage(tmp_path / "data") as here:
        await shown(here)


async def shown(here: Stage) -> None:
    owner = await here.owner()
    made_key = await owner.ask("POST", "/api/keys", json={"name": "docs", "scopes": ["chat", "manage"]})
    program = here.caller("program", made_key.json()["key"])
    made, file, page, site, listed, asked, published, plain = requests()
    assert all("Authorization: Bearer $KEY" in words for words in (made, file, page, site, listed, asked))
    assert (await sent(program, made)).json()["slug"] == "mulbit"
    for words in (file, page, site):
        assert (await sent(program, words)).status_code == 202, words
    character = (await program.ask("GET", "/api/characters/mulbit")).json()
    for source in (await sent(program, listed)).json():
        await here.studio.knowledge.wait(source["id"], seconds=60)
    assert {one["state"] for one in (await sent(program, listed)).json()} <= {"words", "ready"}
    events = (await sent(program, asked)).text
    assert "event: done" in events and "9,000 won" in events
    assert character["published"] is None
    assert (await sent(here.caller("nobody"), plain)).status_code == 404  # a draft is nobody's model
    assert (await sent(program, published)).status_code == 200
    answer = await sent(here.caller("nobody"), plain)
    assert "9,000 won" in answer.json()["choices"][0]["message"]["content"]

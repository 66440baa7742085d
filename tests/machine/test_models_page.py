"""The owner's page of models: engines, their order, measuring, cards, what moves; and nobody else's."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path
from time import perf_counter

import pytest

from madang.kernel.clock import now
from madang.kernel.errors import ModelFailed
from madang.machine.pages import took
from madang.models.adapters import Adapter
from madang.models.engines.types import ClusterNow, EngineState, ReplicaState
from madang.models.probe.types import Case, First, Measured, Needle, Score
from madang.models.types import ModelCard, Usage
from tests.app.stage import Caller, ListedModels, Stage, events, stage

PAGE = {"accept": "text/html"}
KEY = "sk-canary-2222"


class Engines(ListedModels):
    """Fake models with a server that is lost and a card that was measured."""

    def __init__(self) -> None:
        super().__init__()
        self.added: list[tuple[str, str | None, bool]] = []
        self.measured: list[str] = []
        self.fails = False
        self.go = asyncio.Event()
        card = Measured(
            key="a" * 64,
            name="Some <b>model</b>",
            server=False,
            at=now(),
            machine="A processor, 2 cores",
            context=4096,
            works=1024,
            tokens_per_second=44,
            read_per_second=200,
            firsts=[First(tokens=128, ms=600), First(tokens=1024, ms=5000)],
            memory_mb=310,
            needles=[Needle(tokens=512, depth=0.5, found=True), Needle(tokens=1024, depth=0.5, found=False)],
            scores=[Score(skill="english", cases=[Case(task="t", answer="<script>x</script>", right=False)])],
        )
        self.kept = [card]

    def engines(self) -> list[EngineState]:
        made = super().engines()
        lost = EngineState(
            "http://10.0.0.5/v1#big",
            "chat",
            len(made),
            True,
            "lost",
            ModelCard("big", "chat"),
            "The model server failed ({status}).",
            {"status": 500},
            lost_for=3.0,
            looks_in=2.0,
        )
        return [*made, lost]

    def cards(self) -> list[Measured]:
        return self.kept

    async def add(self, name: str, key: str | None = None, *, first: bool = False) -> str:
        self.added.append((name, key, first))
        return await super().add(name, key, first=first)

    async def probe(self, name: str, progress: object = None) -> Measured:
        self.measured.append(name)
        progress(1, 2, "english")  # type: ignore[operator]
        await self.go.wait()
        if self.fails:
            raise ModelFailed("The model server gave no answer in time.")
        return self.kept[0]


@pytest.fixture
def models() -> Engines:
    return Engines()


@pytest.fixture
async def made(tmp_path: Path, models: Engines) -> AsyncIterator[Stage]:
    async with stage(tmp_path / "data", models=models, jobs=False) as whole:
        yield whole


@pytest.fixture
async def me(made: Stage) -> Caller:
    return await made.owner()


async def test_the_page_shows_how_engines_are(me: Caller) -> None:
    page = await me.ask("GET", "/models", headers=PAGE)
    assert page.status_code == 200
    for said in ("fake", "answers", "big", "cut off", "The model server failed (500).", "44 tokens a second"):
        assert said in page.text, said
    assert "<b>model" not in page.text


async def test_in_korean(me: Caller) -> None:
    await me.ask("POST", "/language", data={"language": "ko"})
    page = await me.ask("GET", "/models", headers=PAGE)
    assert "끊김" in page.text and "모델 서버에 오류가 났습니다(500)." in page.text


async def test_a_server_is_added_with_its_key(me: Caller, models: Engines) -> None:
    form = {"name": " http://127.0.0.1:11434/v1#m ", "key": KEY, "first": "1"}
    answer = await me.ask("POST", "/models/engines", data=form)
    assert answer.status_code == 303 and models.added == [("http://127.0.0.1:11434/v1#m", KEY, True)]
    page = await me.ask("GET", "/models", headers=PAGE)
    assert "11434" in page.text and KEY not in page.text + answer.text


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "/home/me/model.gguf", "file:///x.gguf", "hub:a/b/c.gguf", ""]
)
async def test_no_page_asks_what_files_there_are(me: Caller, models: Engines, name: str) -> None:
    answer = await me.ask("POST", "/models/engines", data={"name": name}, headers=PAGE)
    assert answer.status_code == 400 and not models.added
    assert "Give the address of a model server" in answer.text


async def test_order_and_removal(me: Caller, models: Engines) -> None:
    await me.ask("POST", "/models/engines", data={"name": "http://127.0.0.1:1/v1#m"})
    await me.ask("POST", "/models/engines/first", data={"name": "http://127.0.0.1:1/v1#m"})
    assert models.names == ["http://127.0.0.1:1/v1#m", "fake"]
    await me.ask("POST", "/models/engines/remove", data={"name": "http://127.0.0.1:1/v1#m"})
    assert models.names == ["fake"]
    answer = await me.ask("POST", "/models/engines/remove", data={"name": "fake"}, headers=PAGE)
    assert answer.status_code == 409 and "only engine" in answer.text


async def test_adapters_are_shown_and_forgotten(me: Caller, models: Engines) -> None:
    models.registered = [Adapter("fox", "fake", "/home/me/<b>fox.gguf", 0.5)]
    page = await me.ask("GET", "/models", headers=PAGE)
    assert "&lt;b&gt;fox.gguf" in page.text and "scale 0.5" in page.text
    assert "/home/me" not in page.text and "could not be loaded" in page.text
    answer = await me.ask("POST", "/models/adapters/remove", data={"name": "owl"}, headers=PAGE)
    assert answer.status_code == 404
    assert (await me.ask("POST", "/models/adapters/remove", data={"name": "fox"})).status_code == 303
    assert models.registered == []


async def test_measuring_goes_on_behind_the_page(me: Caller, models: Engines) -> None:
    assert (await me.ask("POST", "/models/measure", data={"name": "fake"})).status_code == 303
    await asyncio.sleep(0.01)
    assert "fake is being measured" in (await me.ask("GET", "/models", headers=PAGE)).text
    again = await me.ask("POST", "/models/measure", data={"name": "fake"}, headers=PAGE)
    assert again.status_code == 409 and models.measured == ["fake"]
    models.go.set()
    await asyncio.sleep(0.01)
    assert "fake was measured" in (await me.ask("GET", "/models", headers=PAGE)).text
    models.fails = True
    await me.ask("POST", "/models/measure", data={"name": "fake"})
    await asyncio.sleep(0.01)
    assert "no answer in time" in (await me.ask("GET", "/models", headers=PAGE)).text
    assert (await me.ask("POST", "/models/measure", data={"name": "other"}, headers=PAGE)).status_code == 404


async def test_the_card_has_pictures_and_tables(me: Caller) -> None:
    page = await me.ask("GET", f"/models/cards/{'a' * 64}", headers=PAGE)
    assert page.status_code == 200 and page.text.count('<svg class="picture"') == 3
    for said in ("1,024 tokens", "5,000", "A processor, 2 cores", "&lt;script&gt;", "0 of 1"):
        assert said in page.text, said
    assert "<script>x" not in page.text
    assert (await me.ask("GET", f"/models/cards/{'b' * 64}", headers=PAGE)).status_code == 404


async def test_what_moves_is_sent(made: Stage, me: Caller) -> None:
    answer = await me.ask("GET", "/models/live?seconds=0")
    ((name, html),) = events(answer)
    assert name == "now" and "cut off" in html
    made.studio.meters.generated("fake", 1.0, 1.25, None, 40)
    ((_, html),) = events(await me.ask("GET", "/models/live?seconds=0"))
    assert '<svg class="picture"' in html and "250" in html


def figures(html: str) -> list[tuple[str, ...]]:
    """What the cards of numbers say: name, figure, note."""
    cards = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd><dd[^>]*>(.*?)</dd>", html)
    return [tuple(unescape(said) for said in card) for card in cards]


async def test_figures_of_the_last_minutes(
    made: Stage, me: Caller, models: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    ((_, html),) = events(await me.ask("GET", "/models/live?seconds=0"))
    assert [figure for _, figure, _ in figures(html)] == ["–", "–", "0", "0", "–", "0"]
    now = perf_counter()
    for first, cached in ((0.2, 0), (0.25, 300), (3.0, 150)):
        # `first` seconds to the first token, then 20 tokens in one second
        made.studio.meters.generated("fake", now - 1 - first, now - 1, Usage(500, 20, cached), 80)
    busy = EngineState("fake", "chat", 0, False, "ready", running=2, waiting=3, slots=2)
    monkeypatch.setattr(models, "engines", lambda: [busy])
    ((_, html),) = events(await me.ask("GET", "/models/live?seconds=0"))
    said = figures(html)
    assert said[0] == ("First token", "250 ms", "after the request, the middle one")
    assert said[1][:2] == ("Tokens a second", "20")
    assert said[2:4] == [
        ("Replies under way", "2", "on 2 places"),
        ("In the queue", "3", "waiting for a place"),
    ]
    assert said[4] == ("Remembered", "30%", "of prompt tokens needed no computing")
    assert said[5] == ("Generations", "3", "in the last 15 minutes")
    assert "2 of 2 places taken" in html


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["1 of 2 replicas answer", "replies that went on at another replica: 3"]),
        ("ko", ["복제본 2개 가운데 1개가 답하는 중", "다른 복제본에서 이어진 답변: 3개"]),
    ],
)
async def test_who_served_on_a_cluster(
    me: Caller, models: Engines, monkeypatch: pytest.MonkeyPatch, language: str, said: list[str]
) -> None:
    there = ReplicaState("10.0.0.5/0", replies=41, lost=0, running=2, waiting=1)
    gone = ReplicaState("<b>10.0.0.6</b>/0", replies=7, lost=3, running=0, waiting=0)
    many = EngineState("cluster auto", "chat", 0, True, "ready", cluster=ClusterNow(1, 2, (there, gone)))
    monkeypatch.setattr(models, "engines", lambda: [many])
    await me.ask("POST", "/language", data={"language": language})
    ((_, html),) = events(await me.ask("GET", "/models/live?seconds=0"))
    assert all(sentence in html for sentence in said)
    rows = re.findall(r'<th scope="row">(.*?)</th><td>(\d+)</td><td>(\d+)</td><td>(\d+)</td><td>(\d+)', html)
    assert rows == [
        ("10.0.0.5/0", "41", "2", "1", "0"),
        ("&lt;b&gt;10.0.0.6&lt;/b&gt;/0", "7", "0", "0", "3"),
    ]


async def test_a_cluster_of_the_settings_is_not_moved_or_removed(
    me: Caller, models: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = models.engines()
    many = EngineState("cluster auto", "chat", 0, True, "ready", by_settings=True)
    monkeypatch.setattr(models, "engines", lambda: [many, one, other])
    page = (await me.ask("GET", "/models")).text
    assert "cluster auto · from the settings" in page
    asked = re.findall(r'action="/models/engines/(\w+)">.*?name="name" value="([^"]*)"', page)
    assert sorted(asked) == sorted([("remove", one.name), ("remove", other.name), ("first", other.name)])
    monkeypatch.setattr(models, "engines", lambda: [many, one])
    assert "/models/engines/remove" not in (await me.ask("GET", "/models")).text


@pytest.mark.parametrize(
    ("milliseconds", "said"), [(0, "0 ms"), (999.4, "999 ms"), (999.6, "1.0 s"), (1440, "1.4 s")]
)
def test_a_time_is_short(milliseconds: float, said: str) -> None:
    assert took(milliseconds) == said


async def test_only_the_owner_in_person(made: Stage) -> None:
    identity = await made.studio.accounts.owner()
    wide, _ = await made.studio.accounts.create_key(identity, "wide", ["chat", "manage", "metrics"])
    creator, _ = await made.creator()
    for caller in (made.caller("key", wide), creator, await made.visitor()):
        for path in ("/models", "/models/live?seconds=0", f"/models/cards/{'a' * 64}"):
            answer = await caller.ask("GET", path)
            assert answer.status_code in (303, 401, 403) and "cut off" not in answer.text, (caller.name, path)
        answer = await caller.ask("POST", "/models/engines", data={"name": "http://127.0.0.1:1/v1"})
        assert answer.status_code in (401, 403)


async def test_metrics_for_the_owner_and_a_key_for_them(made: Stage, me: Caller) -> None:
    identity = await made.studio.accounts.owner()
    only, _ = await made.studio.accounts.create_key(identity, "prometheus", ["metrics"])
    scraper = made.caller("prometheus", only)
    await me.ask("GET", "/models", headers=PAGE)
    answer = await scraper.ask("GET", "/metrics")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith("text/plain")
    assert 'madang_http_seconds_count{method="GET",route="/models",status="2xx"} 1.0' in answer.text
    assert (await me.ask("GET", "/metrics")).status_code == 200
    wrong, _ = await made.studio.accounts.create_key(identity, "till", ["chat", "manage"])
    _, other = await made.creator()
    theirs, _ = await made.studio.accounts.create_key(other, "theirs", ["metrics"])
    for key in (None, wrong, theirs):
        answer = await made.caller("other", key).ask("GET", "/metrics")
        assert answer.status_code in (401, 403) and "madang_" not in answer.text
    # a key for metrics opens nothing else
    for path in ("/api/keys", "/models"):
        assert (await scraper.ask("GET", path)).status_code in (303, 401, 403), path


async def test_nobody_makes_up_labels(made: Stage, me: Caller) -> None:
    nobody = made.caller("nobody")
    for path in ("/no-such-page-quagga", "/c/nobody-quagga", "/static/x/no-quagga.css"):
        await nobody.ask("GET", path)
    await nobody.ask("BREW", "/models")
    text = (await me.ask("GET", "/metrics")).text
    assert "quagga" not in text and "BREW" not in text
    assert 'route="/c/{slug}"' in text

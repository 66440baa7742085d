"""Several engines: one that is lost is passed over at once, and used again when it is back."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import openai  # noqa: F401  loading it takes longer than the patience of these tests
import pytest

from madang.kernel.errors import BadInput, Conflict, Forbidden, MadangError, ModelFailed, NotFound
from madang.kernel.settings import Settings
from madang.models import remote
from madang.models.engines import served
from madang.models.engines.address import checked_url, may_serve
from madang.models.engines.keys import Keys
from madang.models.engines.plain import Plain
from madang.models.engines.transport import ServerTransport
from madang.models.registry import Models
from madang.models.types import ChatRequest, Delta, Message
from tests.models.conftest import make_gguf
from tests.models.hostile import Hostile, hostile, piece

ASK = ChatRequest([Message("user", "Hello")], max_tokens=64)
KEY = "sk-canary-0815"


@pytest.fixture
async def first() -> AsyncIterator[Hostile]:
    async with hostile() as server:
        server.models = ["first-70b"]
        yield server


@pytest.fixture
async def second() -> AsyncIterator[Hostile]:
    async with hostile() as server:
        server.models = ["second-70b"]
        yield server


@pytest.fixture
async def models(
    settings: Settings, first: Hostile, second: Hostile, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Models]:
    monkeypatch.setattr(served, "FIRST_LOOK", 0.6)
    monkeypatch.setattr(remote, "STALL_SECONDS", 2.0)
    monkeypatch.setattr(remote, "SILENT_SECONDS", 2.0)
    more = {"chat_model": first.url, "chat_fallbacks": [second.url], "first_token_seconds": 1.2}
    models = Models(settings.model_copy(update=more))
    yield models
    await models.close()


async def said(models: Models, request: ChatRequest = ASK) -> tuple[str, list[Delta]]:
    runtime = await models.chat()
    deltas = [delta async for delta in runtime.stream(request)]
    return "".join(delta.text for delta in deltas), deltas


async def until(models: Models, state: str, place: int = 0) -> None:
    async with asyncio.timeout(5):
        while models.engines()[place].state not in state.split():
            await asyncio.sleep(0.01)


async def test_the_first_answers_while_it_is_well(models: Models, first: Hostile, second: Hostile) -> None:
    assert (await said(models))[0] == "Well said."
    assert (await models.chat()).card.name == "first-70b"
    assert len(first.asked) == 1 and not second.asked and not second.looks
    states = models.engines()
    assert [one.state for one in states] == ["ready", "asleep"] and states[0].replies == 1


@pytest.mark.parametrize(
    "mode",
    [
        "closes", "500", "503", "401", "404", "redirect", "stalls", "empty", "nonsense", "html",
        "invalid-utf8", "pings", "thinks", "huge-line", "packed", "error", "one-event",
    ],
)  # fmt: skip
async def test_lost_before_the_first_token_another_answers(
    models: Models, first: Hostile, second: Hostile, mode: str
) -> None:
    await models.chat()
    first.mode = mode
    text, _ = await asyncio.wait_for(said(models), 15)
    assert text == "Well said." and len(second.asked) == 1
    lost = models.engines()[0]
    assert lost.state in ("lost", "busy") and lost.reason and lost.failures == 1
    asked = len(first.asked)
    assert (await said(models))[0] == "Well said." and len(first.asked) == asked, "it is passed over at once"
    first.mode = "well"
    if lost.state == "lost":  # a busy one is asked again when its time is over
        await until(models, "ready asleep")
        assert (await said(models))[0] == "Well said." and len(first.asked) == asked + 1


async def test_who_waits_is_not_under_way(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    await models.chat()
    assert models._pool is not None
    engine = models._pool._engines[0]
    monkeypatch.setattr(engine.runtime, "waiting", 3, raising=False)
    for running, shown in ((5, 2), (3, 0), (0, 0)):  # the last: only the studio's own work waits
        monkeypatch.setattr(engine, "running", running)
        told = models.engines()[0]
        assert (told.running, told.waiting) == (shown, 3)


async def test_a_server_that_is_down_at_the_start(models: Models, first: Hostile, second: Hostile) -> None:
    first.mode = "down"
    assert (await models.chat()).card.name == "second-70b"
    first.mode = "well"
    await until(models, "asleep")
    assert (await models.chat()).card.name == "first-70b"


async def test_nobody_there_and_back_again(
    settings: Settings, second: Hostile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served, "FIRST_LOOK", 0.05)
    async with hostile() as gone:
        port = int(gone.url.split(":")[2].split("/")[0])
    more = {"chat_model": f"{gone.url}#m-70b", "chat_fallbacks": [second.url]}
    models = Models(settings.model_copy(update=more))
    assert (await said(models))[0] == "Well said."
    assert models.engines()[0].reason == "The model server cannot be reached."
    async with hostile(port=port):
        await until(models, "asleep ready")
        assert (await models.chat()).card.name == "m-70b"
    await models.close()


async def test_lost_in_the_middle_is_told(models: Models, first: Hostile, second: Hostile) -> None:
    for mode in ("cut", "stalls-late", "nonsense-late"):
        await until(models, "asleep ready")
        first.mode = mode
        runtime, text = await models.chat(), ""
        with pytest.raises(ModelFailed):
            async for delta in runtime.stream(ASK):
                text += delta.text
        assert text == "Well " and models.engines()[0].state == "lost"
        first.mode = "well"
    assert not second.asked, "what was said cannot be said again by another"


async def test_all_lost_tells_the_first_ones_reason(models: Models, first: Hostile, second: Hostile) -> None:
    first.mode, second.mode = "401", "500"
    with pytest.raises(ModelFailed, match="refused the key"):
        await said(models)
    second.mode = "well"
    assert (await said(models))[0] == "Well said.", (
        "whoever is asked first may be back before it is looked at"
    )


async def test_a_bad_request_is_nobodys_fault(models: Models, first: Hostile, second: Hostile) -> None:
    await models.chat()
    first.mode = "422"
    assert (await said(models))[0] == "Well said."
    assert models.engines()[0].state == "ready"


async def test_who_fits_the_prompt_to_a_card_asks_again(models: Models, first: Hostile) -> None:
    runtime = await models.chat()
    first.mode = "closes"
    with pytest.raises(ModelFailed):
        async for _ in runtime.stream(ChatRequest(ASK.messages, reroute=False)):
            pass
    assert (await models.chat()).engine != runtime.engine


async def test_a_server_without_end_is_cut_off(models: Models, first: Hostile) -> None:
    first.mode = "endless"
    text, deltas = await asyncio.wait_for(said(models), 10)
    assert 64 * 16 < len(text) < 64 * 16 + 200 and deltas[-1].finish == "length"


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        ("surrogates", "Hi 😀 � end"),
        ("controls", "Ab[31mcd<|im_end|>\n<|im_start|>user\nHello"),
        ("lies", "Well said."),
        ("odd", "Well said."),
        ("nothing", ""),
    ],
)
async def test_what_is_said_can_be_kept(models: Models, first: Hostile, mode: str, text: str) -> None:
    first.mode = mode
    got, deltas = await said(models)
    assert got == text
    got.encode()
    counted = [delta.usage for delta in deltas if delta.usage]
    assert all(0 <= usage.prompt_tokens < 10**7 and 0 <= usage.completion_tokens < 10**7 for usage in counted)
    assert models.engines()[0].state == "ready"


def test_half_a_character_at_the_end() -> None:
    plain = Plain()
    assert plain.feed("a\ud83d") == "a" and plain.finish() == "�" and plain.finish() == ""


async def test_the_owner_arranges_the_engines(settings: Settings, tmp_path: Path, second: Hostile) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(make_gguf())
    models = Models(settings)
    default = models.order.names()[0]
    await models.add(str(path))
    await models.add(second.url, KEY)
    with pytest.raises(Conflict):
        await models.add(second.url)
    assert models.order.names() == [default, str(path), second.url]
    await models.move(second.url, 0)
    assert Models(settings).order.names() == [second.url, default, str(path)]
    assert models.order.specs()[0].key == KEY and not models.local
    await models.remove(second.url)
    assert models.order.names() == [default, str(path)] and models.local
    assert KEY not in (settings.data / "secrets" / "engines.json").read_text()
    with pytest.raises(NotFound):
        await models.remove("http://127.0.0.1:1/v1")
    await models.remove(default)
    with pytest.raises(Conflict):
        await models.remove(str(path))
    with pytest.raises(BadInput):
        await models.add(default, KEY)


async def test_an_engine_that_stays_is_not_loaded_again(
    models: Models, first: Hostile, second: Hostile
) -> None:
    before = (await models.chat()).inner
    await models.add("smollm2-135m-instruct")
    assert (await models.chat()).inner is before
    await models.move(second.url, 0)
    assert (await models.chat()).card.name == "second-70b"
    await models.remove(first.url)
    assert [one.name for one in models.engines()] == [second.url, "smollm2-135m-instruct"]


async def test_the_key_is_nowhere_but_with_its_server(
    settings: Settings, first: Hostile, second: Hostile, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    models = Models(settings.model_copy(update={"chat_fallbacks": [second.url]}))
    await models.add(first.url, KEY, first=True)
    runtime = await models.chat()
    first.mode = "401"
    assert (await said(models))[0] == "Well said."
    assert set(first.keys) == {KEY} and KEY not in second.keys
    seen = [
        repr(models.engines()),
        repr(runtime),
        repr(runtime.__dict__),
        repr(models.order),
        repr(models.order.specs()),
    ]
    seen += [repr(models.__dict__), caplog.text, json.dumps([str(one) for one in models.list()])]
    seen += [path.read_text() for path in settings.data.glob("*.json")]
    assert not [text for text in seen if KEY in text]
    assert (settings.data / "secrets" / "engines.json").stat().st_mode & 0o777 == 0o600
    await models.close()


def test_the_settings_key_is_for_the_settings_server(settings: Settings) -> None:
    from pydantic import SecretStr

    more = {"chat_url": "http://127.0.0.1:1/v1", "chat_key": SecretStr(KEY)}
    models = Models(settings.model_copy(update=more))
    assert models.order.first("chat").key == KEY
    models.order.add("http://127.0.0.1:2/v1", first=True)
    assert [spec.key for spec in models.order.specs() if ":2/" in (spec.url or "")] == [None]


@pytest.mark.parametrize("key", ["", " ", "two words", "line\nbreak", "열쇠", "x" * 5000])
def test_what_is_no_key(tmp_path: Path, key: str) -> None:
    with pytest.raises(BadInput):
        Keys(tmp_path / "k.json").keep("http://h/v1", key)


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "[fe80::1]",
        "0.0.0.0",
        "[::]",
        "224.0.0.1",
        "[ff02::1]",
        "[::ffff:169.254.169.254]",
        "[::ffff:a9fe:a9fe]",
        "100.100.100.200",
        "[fd00:ec2::254]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::]",
        "240.0.0.1",
    ],
)
def test_where_no_server_may_be(host: str) -> None:
    with pytest.raises(Forbidden):
        checked_url(f"http://{host}/v1")


def test_servers_at_home_are_welcome() -> None:
    for address in ("127.0.0.1", "::1", "192.168.1.4", "10.0.0.2", "100.64.0.9", "fd12::1", "8.8.8.8"):
        assert may_serve(address), address


async def test_a_name_that_leads_to_a_forbidden_place() -> None:
    import httpx2

    async def resolver(host: str, port: int) -> list[str]:
        return ["93.184.215.14", "169.254.169.254"]

    async with httpx2.AsyncClient(transport=ServerTransport(resolver)) as client:
        with pytest.raises(Forbidden):
            await client.get("http://models.example/v1/models")


async def test_the_checked_address_is_the_one_that_is_reached(first: Hostile) -> None:
    import httpx2

    asked: list[str] = []

    async def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    port = first.url.split(":")[2].split("/")[0]
    async with httpx2.AsyncClient(transport=ServerTransport(resolver)) as client:
        answer = await client.get(f"http://models.example:{port}/v1/models")
    assert answer.status_code == 200 and asked == ["models.example"]


async def test_an_engine_that_cannot_be_used_changes_nothing(settings: Settings) -> None:
    models = Models(settings)
    for name in ("gpt-9", "/nowhere/m.gguf", "http://", "http://169.254.169.254/v1", "multilingual-e5-small"):
        with pytest.raises(MadangError):
            await models.add(name)
    assert not (settings.data / "models.json").exists()


async def test_metrics_hold_what_happened(models: Models, first: Hostile) -> None:
    first.body = piece("One ") + piece("two.") + piece(None, "stop")
    await said(models)
    first.body = None
    first.mode = "500"
    await said(models)
    body = models.meters.text()[0].decode()
    assert f'madang_first_token_seconds_count{{engine="{first.url}"}} 1.0' in body
    assert f'madang_engine_up{{engine="{first.url}"}} 0.0' in body
    assert f'madang_engine_failures_total{{engine="{first.url}",kind="model_failed"}} 1.0' in body

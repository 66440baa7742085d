"""Which model serves: the setting, the owner's choice, and each loaded once. No weights here."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from madang.kernel.errors import BadInput, MadangError, ModelFailed, NotFound, Unreadable
from madang.kernel.settings import Settings
from madang.models.catalogue import E5_SMALL, SMOLLM2
from madang.models.engines.order import is_server
from madang.models.gguf import inspect
from madang.models.registry import Models
from tests.fakes.models import FakeChat
from tests.models.conftest import Site, make_gguf


def used(models: Models, role: str) -> str:
    return next(line.card.name for line in models.list() if line.used and line.card.role == role)


async def test_a_new_studio_uses_the_defaults(settings: Settings) -> None:
    models = Models(settings)
    assert used(models, "chat") == SMOLLM2.name and used(models, "embed") == E5_SMALL.name
    assert models.needed() == [SMOLLM2.name, E5_SMALL.name]
    with pytest.raises(NotFound, match="madang models pull smollm2-135m-instruct"):
        await models.chat()
    assert not settings.data.exists(), "looking creates nothing"


async def test_a_choice_is_remembered(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "mine.gguf"
    path.write_bytes(make_gguf())
    await Models(settings).use("chat", str(path))
    again = Models(settings)
    assert used(again, "chat") == str(path) and again.needed() == [str(path), E5_SMALL.name]
    line = next(line for line in again.list() if line.used and line.card.role == "chat")
    assert line.pulled is not None and line.pulled.path == str(path)
    await again.use("chat", SMOLLM2.name)
    assert used(Models(settings), "chat") == SMOLLM2.name


@pytest.mark.parametrize(
    ("role", "name", "error"),
    [
        ("chat", "gpt-9", BadInput),
        ("chat", "/nowhere/m.gguf", NotFound),
        ("chat", "http://", BadInput),
        ("chat", E5_SMALL.name, ModelFailed),
        ("embed", SMOLLM2.name, ModelFailed),
        ("draw", SMOLLM2.name, BadInput),
    ],
)
async def test_an_unusable_choice_changes_nothing(
    settings: Settings, role: str, name: str, error: type[MadangError]
) -> None:
    with pytest.raises(error):
        await Models(settings).use(role, name)  # type: ignore[arg-type]
    assert not (settings.data / "models.json").exists()


async def test_a_broken_file_cannot_be_chosen(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "broken.gguf"
    path.write_bytes(make_gguf(cut=40))
    with pytest.raises(Unreadable):
        await Models(settings).use("chat", str(path))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"chat": 5}', '{"other": "x"}', "null"])
async def test_a_broken_file_of_choices_counts_as_empty(settings: Settings, text: str) -> None:
    settings.data.mkdir()
    (settings.data / "models.json").write_text(text)
    assert used(Models(settings), "chat") == SMOLLM2.name


async def test_many_who_ask_at_once_load_once(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    loads: list[FakeChat] = []

    async def load(self: Models, spec: object) -> FakeChat:
        await asyncio.sleep(0.01)
        loads.append(FakeChat())
        return loads[-1]

    monkeypatch.setattr(Models, "_load_chat", load)
    models = Models(settings)
    runtimes = await asyncio.gather(*(models.chat() for _ in range(5)))
    assert len(loads) == 1 and all(runtime.inner is loads[0] for runtime in runtimes)
    await models.use("chat", "http://127.0.0.1:9/v1#m")
    await models.close()
    assert loads[0].closed
    with pytest.raises(ModelFailed):
        await models.chat()


async def test_a_failed_load_is_tried_again(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    models = Models(settings)
    with pytest.raises(NotFound):
        await models.chat()
    fake = FakeChat()

    async def load(self: Models, spec: object) -> FakeChat:
        return fake

    monkeypatch.setattr(Models, "_load_chat", load)
    assert (await models.chat()).inner is fake


async def test_a_server_needs_no_weights(settings: Settings) -> None:
    models = Models(settings.model_copy(update={"chat_url": "http://127.0.0.1:9/v1"}))
    assert models.needed() == [E5_SMALL.name]
    with pytest.raises(ModelFailed, match="cannot be reached"):
        await models.chat()


def test_strategy_follows_size_and_setting(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "m.gguf"
    path.write_bytes(make_gguf(context=1024))
    small = inspect(path)
    models = Models(settings)
    card = models._card(str(path), path, small)
    assert (card.strategy, card.context, card.name) == ("quote", 1024, "Tiny")
    big = type(small)(**{**{f: getattr(small, f) for f in small.__slots__}, "parameters": 8_000_000_000})
    assert models._card(str(path), path, big).strategy == "cite"
    told = Models(settings.model_copy(update={"chat_strategy": "cite"}))
    assert told._with_strategy(card).strategy == "cite"


async def test_a_cancelled_pull_stops(
    settings: Settings, site: Site, no_pip: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.wait = 0.3
    url = site.put("/m.gguf", make_gguf())
    models = Models(settings)
    pull = asyncio.create_task(models.pull(url))
    await asyncio.sleep(0.1)
    pull.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pull
    await asyncio.sleep(0.5)
    assert not any(path.suffix == ".gguf" for path in settings.weights.iterdir())
    assert is_server("http://h/v1") and not is_server(url)

"""LoRA adapters: tried before they are registered, on request by request, and no state is ever another's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from madang.kernel.errors import BadInput, Conflict, MadangError, NotFound, TooLarge, Unreadable
from madang.kernel.settings import Settings
from madang.models.adapters import Adapter, Adapters
from madang.models.catalogue import SMOLLM2
from madang.models.gguf import inspect_adapter
from madang.models.llama import LlamaRuntime
from madang.models.registry import Models
from madang.models.remote import RemoteRuntime
from madang.models.types import ChatRequest, Message, adapters_of
from tests.models.adapters import make_adapter
from tests.models.conftest import make_gguf

PERSONA = "You are a fox who lives in the wood behind the mill and talks of nothing but the wood. " * 3


def written(folder: Path, data: bytes, name: str = "fox.gguf") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_right_one_is_read(tmp_path: Path) -> None:
    info = inspect_adapter(written(tmp_path, make_adapter()))
    assert info.architecture == "llama" and len(info.layers) == 60 and "blk.0.attn_q.weight" in info.layers


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GGUF",
        make_adapter()[:-1],
        make_adapter()[:2000],
        make_adapter(kind="model"),
        make_adapter(halves=("lora_a",)),
        make_adapter(claimed=2**40),
        make_adapter(claimed=0),
        make_gguf(),
        make_adapter().replace(b"lora_b", b"lora_a"),
        b"PK\x03\x04" + bytes(500),
    ],
)
def test_a_hostile_one_ends_in_a_sentence(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        inspect_adapter(written(tmp_path, data))
    assert str(refused.value).endswith(".") and "fox.gguf" in str(refused.value)


@pytest.mark.parametrize(
    "adapter",
    [
        Adapter("Fox!", "m", "p"),
        Adapter("", "m", "p"),
        Adapter("x" * 41, "m", "p"),
        Adapter("../fox", "m", "p"),
        Adapter("fox", "m", "p", float("nan")),
        Adapter("fox", "m", "p", float("inf")),
        Adapter("fox", "m", "p", 0.0),
        Adapter("fox", "m", "p", 99.0),
    ],
)
def test_names_and_scales(tmp_path: Path, adapter: Adapter) -> None:
    with pytest.raises(BadInput):
        Adapters(tmp_path / "adapters.json").add(adapter)


def test_the_list_is_kept_and_a_broken_one_counts_as_empty(tmp_path: Path) -> None:
    kept = Adapters(tmp_path / "data" / "adapters.json")
    kept.add(Adapter("fox", "m", "/a", 0.5))
    kept.add(Adapter("bear", "m", "/b"))
    kept.add(Adapter("owl", "other", "/c"))
    assert [one.name for one in kept.of("m")] == ["bear", "fox"] and kept.of("m")[1].scale == 0.5
    with pytest.raises(Conflict):
        kept.add(Adapter("fox", "other", "/d"))
    kept.remove("fox")
    with pytest.raises(NotFound):
        kept.remove("fox")
    for broken in ("{", "7", '[{"name": 1}]', '[{"scale": "x"}]', '[{"name": "a", "x": 1, "scale": 1}]'):
        kept.file.write_text(broken)
        assert kept.all() == []


async def test_a_server_says_that_it_takes_none(settings: Settings) -> None:
    models = Models(settings.model_copy(update={"chat_model": "http://127.0.0.1:9/v1#m"}))
    with pytest.raises(BadInput, match="takes no adapters"):
        await models.add_adapter("fox", "http://127.0.0.1:9/v1#m", "/nowhere")
    runtime = RemoteRuntime.__new__(RemoteRuntime)
    assert adapters_of(runtime) == ()
    with pytest.raises(BadInput, match="takes no adapters"):
        await anext(runtime.stream(ChatRequest([Message("user", "Hi")], adapter="fox")))


# -- with the real weights


async def said(
    runtime: LlamaRuntime,
    adapter: str | None,
    who: str,
    ask: str = "Tell me of the sea.",
    keep: str | None = None,
) -> str:
    request = ChatRequest(
        [Message("system", PERSONA), Message("user", ask)],
        max_tokens=20,
        temperature=0.0,
        adapter=adapter,
        slot_hint=who,
        beginning=1,
        keep=keep,
    )
    return "".join([delta.text async for delta in runtime.stream(request)])


async def runtime_of(models: Models) -> LlamaRuntime:
    runtime = (await models.chat()).inner
    assert isinstance(runtime, LlamaRuntime)
    return runtime


@pytest.fixture
async def worn(real_models: Models, tmp_path: Path) -> AsyncIterator[Models]:
    """The real model with two adapters, and one that is the first at another scale."""
    for name, seed, scale in (("fox", 1, 1.0), ("bear", 2, 1.0), ("half", 1, 0.3)):
        path = written(tmp_path, make_adapter(seed, strength=0.12), f"{name}.gguf")
        await real_models.add_adapter(name, SMOLLM2.name, str(path), scale)
    yield real_models
    await real_models.close()


@pytest.mark.weights
async def test_the_output_changes_with_it_and_is_the_same_without(worn: Models, settings: Settings) -> None:
    plain = Models(
        settings.model_copy(update={"threads": 1, "data": settings.data / "plain", "prefix_mb": 0})
    )
    (settings.data / "plain").mkdir()
    (settings.data / "plain" / "weights").symlink_to(settings.weights)
    without = await said(await runtime_of(plain), None, "a")
    await plain.close()
    runtime = await runtime_of(worn)
    assert runtime.adapters == ("bear", "fox", "half")
    cold = {name: await said(runtime, name, f"cold {name}") for name in (None, "fox", "bear", "half")}
    assert cold[None] == without and len(set(cold.values())) == 4
    # one slot after another's: what the last request had on must leave no trace in it
    for name in ("fox", None, "bear", None, "half", "fox", None, None, "bear", "fox"):
        assert await said(runtime, name, "one slot") == cold[name]


@pytest.mark.weights
async def test_characters_with_and_without_interleave(worn: Models) -> None:
    """One of each at a time: two with the same adapter are computed together, and then llama.cpp rounds the
    adapter's numbers otherwise, which decides where two words are nearly as likely."""
    runtime = await runtime_of(worn)
    asks = ("Tell me of the sea.", "Who are you?")
    names = (None, "fox", "half")
    cold = {
        (name, ask): await said(runtime, name, f"cold {name} {ask}", ask, keep=f"cold {name}")
        for name in names
        for ask in asks
    }

    async def talk(name: str | None) -> list[str]:
        return [
            await said(runtime, name, f"{name} {ask} {round_}", ask, keep=f"chr {name}")
            for round_ in range(3)
            for ask in asks
        ]

    made = await asyncio.gather(*map(talk, names))
    assert made == [[cold[name, ask] for ask in asks] * 3 for name in names]


@pytest.mark.weights
async def test_a_kept_beginning_is_its_adapters_alone(worn: Models) -> None:
    runtime = await runtime_of(worn)
    beginning = [Message("system", PERSONA)]
    cold = {
        name: await said(runtime, name, f"cold {name}", keep=f"cold {name}") for name in (None, "fox", "half")
    }
    start = await runtime.counts()
    for name in (None, "fox", "half"):
        await runtime.keep("chr_same", beginning, name)
    before = await runtime.counts()
    assert before.kept - start.kept == 3, "the same character and text, a beginning each"
    for round_ in range(2):
        for name in ("fox", None, "half"):
            assert await said(runtime, name, f"{name} {round_}", keep="chr_same") == cold[name]
    after = await runtime.counts()
    assert after.restored - before.restored == 6 and after.built == before.built and after.rejected == 0
    read, cached = after.prompt_tokens - before.prompt_tokens, after.cached_tokens - before.cached_tokens
    assert cached > 0.6 * read, "what was restored was used, not computed again"


@pytest.mark.weights
async def test_an_adapter_that_is_not_loaded(worn: Models) -> None:
    runtime = await runtime_of(worn)
    with pytest.raises(BadInput, match="no adapter “owl”"):
        await said(runtime, "owl", "x")
    await worn.remove_adapter("fox")
    assert (await runtime_of(worn)).adapters == ("bear", "half"), "the engine was loaded again"


@pytest.mark.weights
@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (make_adapter(architecture="qwen2"), Unreadable),
        (make_adapter(width=512), MadangError),
        (make_adapter(layers=40), MadangError),
        (make_adapter()[:3000], Unreadable),
        (make_adapter(claimed=2**41), Unreadable),
    ],
)
async def test_one_that_does_not_fit_is_tried_elsewhere(
    real_models: Models, tmp_path: Path, data: bytes, kind: type[MadangError]
) -> None:
    with pytest.raises(kind) as refused:
        await real_models.add_adapter("fox", SMOLLM2.name, str(written(tmp_path, data)))
    assert str(refused.value).endswith(".") and real_models.adapters() == []
    assert not isinstance(refused.value, TooLarge)


@pytest.mark.weights
async def test_a_file_that_is_gone_leaves_the_model_alone(real_models: Models, tmp_path: Path) -> None:
    path = written(tmp_path, make_adapter())
    await real_models.add_adapter("fox", SMOLLM2.name, str(path))
    path.unlink()
    runtime = await runtime_of(real_models)
    assert runtime.adapters == () and await said(runtime, None, "a")
    await real_models.close()


def test_the_file_says_no_more_than_it_must(tmp_path: Path) -> None:
    kept = Adapters(tmp_path / "adapters.json")
    kept.add(Adapter("fox", "m", "/a"))
    assert json.loads(kept.file.read_text()) == [{"name": "fox", "model": "m", "path": "/a", "scale": 1.0}]

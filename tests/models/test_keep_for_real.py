"""Characters' beginnings computed once, with the real default model."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from madang.kernel.settings import Settings
from madang.models.llama import LlamaRuntime
from madang.models.prefixes.store import Kept
from madang.models.registry import Models
from madang.models.types import ChatRequest, Counts, Keeping, Message, Usage

pytestmark = pytest.mark.weights
NAMES = ("Mina", "Jun", "Sora")


def persona(name: str, words: int = 12) -> Message:
    return Message("system", f"You are {name}, a baker of Busan. " + "You are kind and brief. " * words)


async def ask(
    runtime: LlamaRuntime,
    name: str,
    question: str = "Who are you?",
    hint: str | None = None,
    **options: object,
) -> tuple[str, Usage]:
    request = ChatRequest(
        [persona(name), Message("user", question)],
        **{
            "max_tokens": 16,
            "temperature": 0.0,
            "beginning": 1,
            "keep": name,
            "slot_hint": hint,
            **options,
        },  # type: ignore[arg-type]
    )
    deltas = [delta async for delta in runtime.stream(request)]
    assert deltas[-1].usage is not None
    return "".join(delta.text for delta in deltas), deltas[-1].usage


async def settled(runtime: LlamaRuntime) -> Counts:
    assert runtime._keeper is not None
    await runtime._keeper.settled()
    return await runtime.counts()


def kept(runtime: LlamaRuntime) -> list[Kept]:
    assert runtime._keeper is not None
    return runtime._keeper.store.snapshots()


@pytest.fixture
async def opened(real_models: Models) -> AsyncIterator[Callable[[], object]]:
    """Opens the model again as a new process would."""
    doors: list[Models] = []

    async def again(**settings: object) -> LlamaRuntime:
        for door in doors:
            await door.close()
        doors.append(Models(real_models._settings.model_copy(update=settings)))
        runtime = (await doors[-1].chat()).inner
        assert isinstance(runtime, LlamaRuntime)
        return runtime

    yield again
    for door in doors:
        await door.close()


Opened = Callable[..., "asyncio.Future[LlamaRuntime]"]


async def test_a_restart_finds_what_was_computed(opened: Opened) -> None:
    runtime = await opened()
    assert isinstance(runtime, Keeping)
    cold = {name: await ask(runtime, name, hint=name) for name in NAMES}
    assert all(usage.cached_tokens == 0 for _, usage in cold.values()), "computed just now is not found"
    counts = await settled(runtime)
    assert (counts.built, counts.restored, counts.kept) == (3, 0, 3)
    assert counts.cached_tokens == 0 and counts.prompt_tokens == sum(
        u.prompt_tokens for _, u in cold.values()
    )

    runtime = await opened()
    warm = {name: await ask(runtime, name) for name in reversed(NAMES)}
    counts = await settled(runtime)
    assert (counts.built, counts.restored) == (0, 3)
    for name in NAMES:
        assert warm[name][0] == cold[name][0], "the same to the last bit"
        found, total = warm[name][1].cached_tokens, warm[name][1].prompt_tokens
        assert 60 < found < total and total == cold[name][1].prompt_tokens
    assert counts.cached_tokens == sum(usage.cached_tokens for _, usage in warm.values())


async def test_a_stranger_with_the_same_words_gets_a_clean_slot(opened: Opened) -> None:
    runtime = await opened(slots=1)
    first = await ask(runtime, "Mina", hint="a")
    again = await ask(runtime, "Mina", hint="b")
    assert again[0] == first[0]
    assert again[1].cached_tokens < again[1].prompt_tokens - 3, "the question itself was read again"
    own = await ask(runtime, "Mina", hint="b")
    assert own[1].cached_tokens >= own[1].prompt_tokens - 1


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "swap"])
async def test_a_broken_snapshot_is_computed_again(opened: Opened, damage: str) -> None:
    runtime = await opened()
    cold = {name: await ask(runtime, name) for name in NAMES}
    await settled(runtime)
    paths = [one.path for one in kept(runtime)]
    contents = [path.read_bytes() for path in paths]
    for number, path in enumerate(paths):
        content = contents[number]
        path.write_bytes(
            {
                "cut": content[: len(content) // 2],
                "flip": content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
                "empty": b"",
                "swap": contents[number - 1],
            }[damage]
        )
    runtime = await opened()
    for name in NAMES:
        text, usage = await ask(runtime, name)
        assert text == cold[name][0] and usage.cached_tokens == 0
    counts = await settled(runtime)
    assert (counts.rejected, counts.restored, counts.built, counts.kept) == (3, 0, 3, 3)


async def test_other_ways_of_computing_make_other_snapshots(opened: Opened) -> None:
    await ask(await opened(), "Mina")
    runtime = await opened(context=1024)
    _, usage = await ask(runtime, "Mina")
    assert usage.cached_tokens == 0 and (await settled(runtime)).restored == 0


async def test_no_budget_keeps_nothing_and_answers(opened: Opened, settings: Settings) -> None:
    runtime = await opened(prefix_mb=0)
    text, _ = await ask(runtime, "Mina")
    assert text and (await runtime.counts()).kept == 0
    await runtime.keep("Mina", [persona("Mina")])
    assert not (settings.data / "prefixes").exists()


async def test_what_has_no_name_is_not_kept(opened: Opened) -> None:
    runtime = await opened()
    await ask(runtime, "Mina", keep=None)
    assert (await settled(runtime)).kept == 0


async def test_many_at_once_compute_it_once(opened: Opened) -> None:
    runtime = await opened()
    answers = await asyncio.gather(*(ask(runtime, "Mina", hint=str(number)) for number in range(6)))
    counts = await settled(runtime)
    assert counts.built == 1 and counts.restored == 5 and counts.kept == 1
    assert all(text for text, _ in answers)


async def test_made_ready_in_the_background_and_forgotten(opened: Opened) -> None:
    runtime = await opened()
    await runtime.keep("Mina", [persona("Mina")])
    await runtime.keep("Mina", [persona("Mina")])
    counts = await settled(runtime)
    assert counts.built == counts.kept == 1 and counts.busy == 0 and counts.prompt_tokens == 0
    _, usage = await ask(runtime, "Mina")
    assert usage.cached_tokens > 60
    await runtime.forget("Mina")
    assert (await settled(runtime)).kept == 0
    _, usage = await ask(runtime, "Mina")
    assert usage.cached_tokens == 0


async def test_the_background_makes_way(opened: Opened) -> None:
    runtime = await opened(slots=1)
    await ask(runtime, "Jun")
    making = asyncio.create_task(runtime.keep("Mina", [persona("Mina", 400)]))
    while not runtime.busy:
        await asyncio.sleep(0.001)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await ask(runtime, "Jun", max_tokens=1)
    assert loop.time() - began < 5 and not making.done()
    making.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await making
    assert runtime.busy == 0


async def test_leaving_while_a_beginning_is_computed(opened: Opened) -> None:
    runtime = await opened(slots=1)
    for _ in range(2):
        task = asyncio.create_task(ask(runtime, "Long", hint="a", keep="Long"))
        while not runtime.busy:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.05)
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        while runtime.busy:
            await asyncio.sleep(0.001)
    cold = await ask(runtime, "Long", hint="a")
    assert cold[0] == (await ask(runtime, "Long", hint="b"))[0]


async def test_nothing_is_left_in_the_workspace(opened: Opened, settings: Settings) -> None:
    runtime = await opened()
    for name in NAMES:
        await ask(runtime, name)
        await ask(runtime, name)
    await settled(runtime)
    (workspace,) = (settings.data / "prefixes").glob(".run-*")
    assert [path.name for path in workspace.iterdir()] == ["lock"]
    assert runtime._engine is not None and isinstance(workspace, Path)
    await opened()
    assert not workspace.exists()

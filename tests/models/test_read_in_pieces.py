"""A long prompt is read in pieces: a stop waits for one of them, and the answers stay the same."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.models.engine import Engine
from madang.models.generation import Generation
from madang.models.llama import LlamaRuntime
from madang.models.pieces import AT_ONCE, Pieces, common, ends, roughly
from madang.models.prefixes.keeper import _sign
from madang.models.types import ChatRequest, Message, Usage


@given(st.integers(0, 3000), st.integers(1, 4000), st.integers(1, 64), st.integers(0, 128))
def test_pieces_leave_over_what_is_read_at_once(start: int, total: int, piece: int, left: int) -> None:
    stops = ends(start, total, piece, left)
    for before, after in zip([start, *stops], stops, strict=False):
        assert after - before == piece
    reached = stops[-1] if stops else start
    assert total - reached <= left and (not stops or reached - piece < total - left)


def test_guesses_how_long_messages_are() -> None:
    asked = {"role": "user", "content": "What do you do in the morning?"}
    assert 10 < roughly([asked]) < 20 and roughly([asked, asked]) > 1.8 * roughly([asked])
    assert roughly([{"role": "user", "content": "아침에 무엇을 하세요?"}]) > 12
    assert roughly([]) == 0


def test_what_both_begin_with() -> None:
    assert common([1, 2, 3], [1, 2, 4]) == 2 and common([1, 2], [1, 2, 3]) == 2 and common([], [1]) == 0


class Slow:
    """An engine whose pieces end when they are told to."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.go_on = threading.Semaphore(0)

    def complete(self, body: bytes, on_chunk: Callable[[bytes], bool]) -> None:
        self.begun.append(json.loads(body)["id_slot"])
        assert self.go_on.acquire(timeout=10)
        on_chunk(b'{"prompt_progress": {"cache": 7}}')


async def begun(slow: Slow, count: int) -> None:
    async with asyncio.timeout(10):
        while len(slow.begun) < count:
            await asyncio.sleep(0.001)


async def test_few_at_a_time_in_turn_and_who_stops_waits_no_longer() -> None:
    slow, pieces = Slow(), Pieces(16)
    generations = [Generation() for _ in range(AT_ONCE + 3)]
    reading = []
    for number, generation in enumerate(generations):
        body: dict[str, Any] = {"prompt": [1], "id_slot": number}
        reading.append(asyncio.create_task(pieces.read(slow.complete, generation, body)))
        await asyncio.sleep(0)
    await begun(slow, AT_ONCE)
    generations[AT_ONCE].cancel()
    stopped = await asyncio.wait_for(reading[AT_ONCE], 1)  # although nobody before it is done
    assert stopped.found is None and stopped.error is None
    for _ in generations:
        slow.go_on.release()
    results = await asyncio.gather(*reading)
    assert sorted(slow.begun[:AT_ONCE]) == list(range(AT_ONCE))
    assert sorted(slow.begun[AT_ONCE:]) == [AT_ONCE + 1, AT_ONCE + 2], "who stopped was never begun"
    assert [one.found for one in results] == [7] * AT_ONCE + [None, 7, 7]


async def test_a_reader_that_is_ended_takes_no_turn_with_it() -> None:
    slow, pieces = Slow(), Pieces(16)
    body: dict[str, Any] = {"prompt": [1], "id_slot": 0}
    for ended in (0, 1):  # while it waits for its turn, and in the moment in which it gets one
        reading = [
            asyncio.create_task(pieces.read(slow.complete, Generation(), body)) for _ in range(AT_ONCE + 1)
        ]
        await begun(slow, len(slow.begun) + AT_ONCE)
        if ended:
            pieces._turns.release()
        reading[-1].cancel()
        await asyncio.gather(reading[-1], return_exceptions=True)
        assert reading[-1].cancelled()
        if ended:
            await pieces._turns.acquire()
        for _ in range(AT_ONCE):
            slow.go_on.release()
        await asyncio.gather(*reading[:-1])
        assert not pieces._turns.locked() and pieces._turns._value == AT_ONCE


PERSONA = Message("system", "You are Mina, a baker of Busan. " + "You are kind and brief. " * 8)
LONG = "The market opens at nine and the harbour is near. " * 12 + "Who are you?"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[list[int]]:
    """The prompts of all pieces, as tokens."""
    prompts: list[list[int]] = []
    complete = Engine.complete

    def noting(self: Engine, body: bytes, on_chunk: Callable[[bytes], bool]) -> None:
        prompts.append(json.loads(body)["prompt"])
        complete(self, body, on_chunk)

    monkeypatch.setattr(Engine, "complete", noting)
    return prompts


async def ask(runtime: LlamaRuntime, *messages: Message, **options: object) -> tuple[str, Usage]:
    request = ChatRequest(messages, **{"max_tokens": 12, "temperature": 0.0, **options})  # type: ignore[arg-type]
    deltas = [delta async for delta in runtime.stream(request)]
    assert deltas[-1].usage is not None
    return "".join(delta.text for delta in deltas), deltas[-1].usage


@pytest.mark.weights
async def test_only_what_is_new_and_long_is_read_in_pieces(
    llama: LlamaRuntime, read: list[list[int]]
) -> None:
    said = [PERSONA, Message("user", LONG)]
    text, cold = await ask(llama, *said, slot_hint="pieces")
    lengths = [len(prompt) for prompt in read]
    assert len(lengths) > 5 and lengths == [16 * (number + 1) for number in range(len(lengths))]
    assert 16 < cold.prompt_tokens - lengths[-1] <= 32 and cold.cached_tokens == 0

    read.clear()
    said += [Message("assistant", text), Message("user", "And now?")]
    text, warm = await ask(llama, *said, slot_hint="pieces")
    assert read == [] and warm.cached_tokens > cold.prompt_tokens, "a short question is read at once"

    said += [Message("assistant", text), Message("user", LONG)]
    _, more = await ask(llama, *said, slot_hint="pieces")
    assert len(read[0]) > warm.prompt_tokens and more.cached_tokens >= warm.prompt_tokens
    assert all(len(after) - len(before) == 16 for before, after in itertools.pairwise(read))


@pytest.mark.weights
async def test_the_same_answer_whether_the_beginning_was_found(
    llama: LlamaRuntime, read: list[list[int]]
) -> None:
    said = [PERSONA, Message("user", LONG)]
    first, cold = await ask(llama, *said, beginning=1, keep="pieces", slot_hint="one")
    begin = next(prompt for prompt in read if len(prompt) % 16)
    rest = [prompt for prompt in read if len(prompt) > len(begin)]
    assert cold.cached_tokens == 0 and rest
    read.clear()
    again, warm = await ask(llama, *said, beginning=1, keep="pieces", slot_hint="two")
    assert read == rest, "cut alike"
    assert again == first and warm.cached_tokens == len(begin)
    assert (await llama.counts()).rejected == 0


@pytest.mark.weights
async def test_leaving_in_the_middle_leaves_nothing_behind(
    llama: LlamaRuntime, read: list[list[int]]
) -> None:
    alone, _ = await ask(llama, PERSONA, Message("user", LONG), slot_hint="whole")
    total = len(read)
    read.clear()
    request = ChatRequest([PERSONA, Message("user", LONG)], max_tokens=12, temperature=0.0, slot_hint="left")
    reading = asyncio.ensure_future(anext(llama.stream(request)))  # type: ignore[arg-type]
    async with asyncio.timeout(60):
        while len(read) < 3:
            await asyncio.sleep(0.001)
        reading.cancel()
        while llama.busy:
            await asyncio.sleep(0.001)
    assert len(read) < total
    assert (await ask(llama, PERSONA, Message("user", LONG), slot_hint="left"))[0] == alone


@pytest.mark.weights
async def test_a_character_read_differently_is_learnt_again(llama: LlamaRuntime) -> None:
    """What was prepared is not what the prompt begins with: seen although the rest is read in pieces."""
    said = [PERSONA, Message("user", LONG)]
    await ask(llama, *said, beginning=1, keep="moved", slot_hint="first")
    keeper = llama._keeper
    assert keeper is not None
    plain = [{"role": "system", "content": PERSONA.content}]
    other = [{"role": "system", "content": "You are Jun of Seoul. " + "You are tall. " * 20}]
    learnt = await keeper.learn(other)
    await keeper.prepare(
        0, "moved", other, lambda slot, tokens: llama._evaluate(Generation(), "", slot, tokens)
    )
    await keeper.settled()
    keeper._known[_sign(plain, "")] = learnt
    await ask(llama, *said, beginning=1, keep="moved", slot_hint="second")
    assert keeper.known(plain) is None

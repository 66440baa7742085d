"""Going on with a reply that was begun elsewhere, with the real default model and its own template."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from madang.models.llama import LlamaRuntime
from madang.models.registry import Models
from madang.models.types import ChatRequest, Message

pytestmark = pytest.mark.weights
ASK = ChatRequest(
    [
        Message("system", "You are Mina, a baker of Busan. You are kind and brief. " * 4),
        Message("user", "What do you bake, and why do people like it?"),
    ],
    max_tokens=48,
    temperature=0.0,
    beginning=1,
    keep="mina",
)


@pytest.fixture
async def runtime(real_models: Models) -> AsyncIterator[LlamaRuntime]:
    inner = (await real_models.chat()).inner
    assert isinstance(inner, LlamaRuntime)
    yield inner


async def pieces(runtime: LlamaRuntime, request: ChatRequest) -> list[str]:
    return [delta.text async for delta in runtime.stream(request) if delta.text]


async def test_a_begun_reply_goes_on_in_the_same_words(runtime: LlamaRuntime) -> None:
    whole = await pieces(runtime, ASK)
    assert len(whole) > 20
    same = 0
    for cut in (1, 5, 12, 20):
        begun = "".join(whole[:cut])
        messages = [*ASK.messages, Message("assistant", begun)]
        rest = await pieces(runtime, replace(ASK, messages=messages, max_tokens=48 - cut))
        text = begun + "".join(rest)
        print(repr(begun[-20:]), "->", repr("".join(rest)[:60]))
        assert not "".join(rest).startswith(begun), "it was said twice"
        same += text == "".join(whole)
    assert same >= 3, "at temperature 0 the same words follow, but for a rounding"

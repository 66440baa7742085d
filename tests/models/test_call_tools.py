"""Tools of a model: natively over a server, held by a grammar here, and how a card measures them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from madang.kernel.errors import ModelFailed
from madang.models.calls import grammar_of, told
from madang.models.gbnf import check_grammar
from madang.models.llama import LlamaRuntime
from madang.models.probe.run import Prober
from madang.models.probe.types import VERSION
from madang.models.remote import RemoteRuntime
from madang.models.types import Call, ChatRequest, Delta, Message, ToolSpec, Usage
from tests.fakes.models import FakeChat
from tests.models.test_probe import able, big
from tests.models.test_use_a_server import Server, events, piece, read, runtime, server

__all__ = ["runtime", "server"]
ITEMS = {
    "type": "array",
    "maxItems": 8,
    "items": {
        "type": "object",
        "properties": {
            "name": {"type": "string", "enum": [f'Dish “{n}” \\ "비빔밥"' for n in range(60)]},
            "count": {"type": "integer"},
        },
    },
}
SPECS = (
    ToolSpec("hours", "When it is open.", {"properties": {"day": {"enum": ["Monday", "Friday"]}}}),
    ToolSpec("total", "A sum.", {"properties": {"items": ITEMS, "note": {"type": "string"}}}),
)  # fmt: skip
ASK = ChatRequest([Message("user", "When do you open on Friday?")], tools=SPECS)


def part(*calls: dict[str, object], finish: str | None = None) -> dict[str, object]:
    made = piece(None, finish)
    made["choices"][0]["delta"] = {"tool_calls": list(calls)}  # type: ignore[index]
    return made


def call(index: object = 0, name: object = None, arguments: object = None) -> dict[str, object]:
    return {"index": index, "id": "c", "type": "function", "function": {"name": name, "arguments": arguments}}


async def test_calls_come_in_pieces(server: Server, runtime: RemoteRuntime) -> None:
    server.body = events(
        part(call(0, "hours", "")),
        part(call(0, None, '{"day": ')),
        part(call(1, "total", "{}"), call(0, None, '"Friday"}')),
        piece(None, "tool_calls"),
        "[DONE]",
    )
    deltas = await read(runtime, ASK)
    assert deltas == [Delta(finish="stop", calls=(Call("hours", '{"day": "Friday"}'), Call("total", "{}")))]
    (asked,) = server.asked
    assert [tool["function"]["name"] for tool in asked["tools"]] == ["hours", "total"]  # type: ignore[index,attr-defined]


async def test_no_tools_are_sent_where_none_are_asked_for(server: Server, runtime: RemoteRuntime) -> None:
    server.body = events(piece("Hello"), piece(None, "stop"), "[DONE]")
    assert (await read(runtime))[-1].calls == () and "tools" not in server.asked[0]


@pytest.mark.parametrize(
    ("pieces", "calls"),
    [
        ([call("x", "hours", "{}")], (Call("hours", "{}"),)),
        ([call(0, 7, {"day": 1})], (Call("", ""),)),
        ([{"index": 0}], (Call("", ""),)),
        ([None, 5, "x"], (Call("", ""),)),
        ({"index": 0}, ()),
        ("garbage", ()),
    ],
)
async def test_garbage_is_no_call(
    server: Server, runtime: RemoteRuntime, pieces: object, calls: tuple[Call, ...]
) -> None:
    made = piece()
    made["choices"][0]["delta"] = {"tool_calls": pieces}  # type: ignore[index]
    server.body = events(made, piece(None, "stop"), "[DONE]")
    try:
        assert (await read(runtime, ASK))[-1].calls == calls
    except ModelFailed as refused:  # the client itself may not take it
        assert str(refused).endswith(".")


@pytest.mark.parametrize("many", [True, False])
async def test_calls_without_end_are_cut(server: Server, runtime: RemoteRuntime, many: bool) -> None:
    if many:
        server.body = events(*(part(call(n, "hours", "{}")) for n in range(50)), "[DONE]")
    else:
        server.body = events(*(part(call(0, "hours", "x" * 4000)) for _ in range(50)), "[DONE]")
    with pytest.raises(ModelFailed, match="did not stop"):
        await read(runtime, ASK)


def test_the_grammar_is_valid_whatever_the_names() -> None:
    grammar = grammar_of(SPECS)
    check_grammar(grammar)
    assert grammar.count("Dish") == 60, "a list is a rule of its own"
    assert told(SPECS).startswith("hours(day: Monday | Friday): When it is open.")
    with pytest.raises(ValueError, match="no grammar"):
        grammar_of([ToolSpec("x", "y", {"properties": {"z": {"type": "number"}}})])


@pytest.mark.weights
async def test_the_real_model_cannot_write_anything_else(llama: LlamaRuntime) -> None:
    properties = ITEMS["items"]["properties"] | {"name": {"enum": ["Soup “1”", "비빔밥"]}}  # type: ignore[index]
    few = {"type": "array", "maxItems": 2, "items": {"properties": properties}}
    tools = [SPECS[0], ToolSpec("total", "A sum.", {"properties": {"items": few}})]
    names = {"none": set(), "hours": {"day"}, "total": {"items"}}
    for ask in ("When do you open on Friday?", "How much is 비빔밥?"):
        messages = [Message("system", f"Answer with JSON only.\n{told(tools)}"), Message("user", ask)]
        request = ChatRequest(messages, max_tokens=64, temperature=0.0, grammar=grammar_of(tools))
        text, finish = "", None
        async for delta in llama.stream(request):
            text, finish = text + delta.text, delta.finish or finish
        if finish == "stop":
            made = json.loads(text)
            assert set(made) - {"tool"} == names[made["tool"]]


class Calling(FakeChat):
    """Right in everything; tools it calls as a server does."""

    grammars = False
    calls = True

    async def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        if request.tools:
            self.requests.append(request)
            await asyncio.sleep(0)
            tool = "book_table" if "table" in request.messages[-1].content else "opening_hours"
            day = next(day for day in ("Friday", "Sunday", "Tuesday") if day in request.messages[-1].content)
            yield Delta(finish="stop", usage=Usage(5, 5), calls=(Call(tool, json.dumps({"day": day})),))
            return
        async for delta in super().stream(request):
            yield delta


async def test_a_server_is_measured_by_the_tools_it_takes() -> None:
    chat = Calling(able, card=big().card)
    measured = await Prober(chat).measure("0" * 64, server=True)
    assert measured.counted("tools_native") == (3, 3) and measured.version == VERSION == 2
    assert sum(bool(request.tools) for request in chat.requests) == 3
    mute = Calling(able, card=big().card)
    mute.calls = False
    await Prober(mute).measure("0" * 64, server=True)
    assert not any(request.tools for request in mute.requests)

"""Events leave one by one, and a reader who leaves ends the work behind them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import BaseModel
from starlette.requests import Request

from madang.web import sse


class Said(BaseModel):
    text: str


def test_events_are_framed() -> None:
    assert sse.encode(("delta", Said(text="안녕"))) == 'event: delta\ndata: {"text":"안녕"}\n\n'.encode()
    assert sse.encode(("", "[DONE]")) == b"data: [DONE]\n\n"
    assert sse.encode(("x", "a\r\nb\rc")) == b"event: x\ndata: a\ndata: b\ndata: c\n\n"
    assert sse.encode(("x", {"in": Said(text="a\nb")})) == b'event: x\ndata: {"in":{"text":"a\\nb"}}\n\n'
    with pytest.raises(TypeError):
        sse.encode(("x", object()))


class Wire:
    """One side of ASGI: what was sent, and a reader who may leave."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.gone = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    @property
    def text(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.sent)


def respond(wire: Wire, events: AsyncIterator[sse.Item]) -> asyncio.Task[None]:
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "headers": []}
    response = sse.stream(Request(scope), events)
    return asyncio.create_task(response(scope, wire.receive, wire.send))  # type: ignore[arg-type]


async def test_each_event_is_sent_when_it_is_made() -> None:
    wire, step = Wire(), asyncio.Event()

    async def events() -> AsyncIterator[sse.Item]:
        yield "delta", {"text": "one"}
        await step.wait()
        yield "delta", {"text": "two"}

    task = respond(wire, events())
    await asyncio.sleep(0.01)
    assert b"one" in wire.text
    assert b"two" not in wire.text
    step.set()
    await task
    assert b"two" in wire.text
    assert wire.sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


async def test_a_reader_who_leaves_closes_the_generator_at_once() -> None:
    wire = Wire()
    closed = asyncio.Event()

    async def events() -> AsyncIterator[sse.Item]:
        try:
            yield "delta", {"text": "one"}
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)  # closing may take a turn of the loop
            closed.set()

    task = respond(wire, events())
    await asyncio.sleep(0.01)
    wire.gone.set()
    await asyncio.wait_for(task, 1)
    assert closed.is_set()


async def test_a_server_that_stops_closes_the_generator() -> None:
    wire = Wire()
    closed = asyncio.Event()

    async def events() -> AsyncIterator[sse.Item]:
        try:
            yield "delta", {}
            await asyncio.sleep(60)
        finally:
            closed.set()

    task = respond(wire, events())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert closed.is_set()


async def test_silence_is_filled_with_pings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sse, "PING_SECONDS", 0.01)
    wire = Wire()

    async def events() -> AsyncIterator[sse.Item]:
        await asyncio.sleep(0.05)
        yield "done", {}

    await respond(wire, events())
    assert wire.text.count(b": ping\n\n") >= 2
    assert wire.text.endswith(b"event: done\ndata: {}\n\n")


async def test_a_failure_in_the_generator_is_not_hidden() -> None:
    async def events() -> AsyncIterator[sse.Item]:
        yield "delta", {}
        raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        await respond(Wire(), events())

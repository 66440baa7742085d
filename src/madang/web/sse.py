"""Server-sent events. When the reader leaves, the generator is closed at once, and with it the model."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

PING_SECONDS = 15.0
Item = tuple[str, Any]
"""Event name (empty for a bare `data:` line) and data: a model, a JSON value, or a string sent as it is."""


def stream(
    request: Request, events: AsyncIterator[Item], *, headers: Mapping[str, str] | None = None
) -> Response:
    """A response that sends `events` as they come, each flushed by itself."""
    del request  # kept in the signature: a stream belongs to a request, and may need its app one day
    return EventStream(events, headers)


def encode(item: Item) -> bytes:
    """One event as bytes. Line breaks inside a string become several `data:` lines."""
    name, data = item
    if isinstance(data, BaseModel):
        text = data.model_dump_json()
    elif isinstance(data, str):
        text = data
    else:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=_model)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    head = f"event: {name}\n" if name else ""
    return (head + "".join(f"data: {line}\n" for line in lines) + "\n").encode()


def _model(value: object) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(f"not JSON: {type(value).__name__}")


class EventStream(Response):
    """One task iterates (a generator must not change tasks), one pings while nothing comes, one listens."""

    media_type = "text/event-stream"

    def __init__(self, events: AsyncIterator[Item], headers: Mapping[str, str] | None = None) -> None:
        self.events = events
        self.ended = False
        self.status_code = 200
        self.background = None
        self.init_headers(
            {
                "cache-control": "no-store",
                "x-accel-buffering": "no",
                "connection": "keep-alive",
                **(headers or {}),
            }
        )

    async def __call__(self, _scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        pump = asyncio.create_task(self._pump(send))
        ping = asyncio.create_task(self._ping(send))
        listen = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait({pump, listen}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (pump, ping, listen):
                task.cancel()
            await asyncio.gather(pump, ping, listen, return_exceptions=True)
        if not pump.cancelled():
            pump.result()
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _pump(self, send: Send) -> None:
        try:
            async for item in self.events:
                await send({"type": "http.response.body", "body": encode(item), "more_body": True})
        finally:
            self.ended = True
            close = getattr(self.events, "aclose", None)
            if close is not None:
                with contextlib.suppress(RuntimeError):  # it is being closed already
                    await close()

    async def _ping(self, send: Send) -> None:
        while True:
            await asyncio.sleep(PING_SECONDS)
            if self.ended:
                return
            await send({"type": "http.response.body", "body": b": ping\n\n", "more_body": True})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

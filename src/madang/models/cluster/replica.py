"""One replica: a chat model of its own in a process of its own, asked over HTTP. A plain ASGI application: it
knows neither Ray nor a web framework.

`POST …/chat` streams lines (`protocol.py`), `POST …/count` counts tokens, `POST …/keep` makes a beginning
ready, `GET …/card` says what the model is. Every one needs the key of the studio. When the asker hangs up,
the generation stops and its slot is free.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from contextlib import aclosing
from typing import Any

from madang.kernel.errors import BadInput, MadangError, ModelFailed, TooLarge
from madang.models.cluster import protocol
from madang.models.types import ChatRuntime, Keeping

log = logging.getLogger(__name__)

BEAT_SECONDS = 1.0
"""So often a replica that has nothing to say says that it lives."""
MOST_TEXTS = 256

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Replica:
    """The ASGI application over a runtime. `seat` is its name in the cluster."""

    def __init__(self, runtime: ChatRuntime, key: str, seat: str) -> None:
        self.runtime = runtime
        self.seat = seat
        self._key = f"Bearer {key}".encode()
        self.running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = next((value for name, value in scope["headers"] if name.lower() == b"authorization"), b"")
        if not hmac.compare_digest(given, self._key):
            return await _plain(send, 401, {})
        wanted = (scope["method"], scope["path"].rpartition("/")[2])
        try:
            if wanted == ("GET", "card"):
                said = {**protocol.card_document(self.runtime.card), "grammars": self.runtime.grammars}
                return await _plain(send, 200, said)
            if wanted == ("POST", "chat"):
                request = protocol.request_of(await _body(receive))
                return await self._stream(self._chat(request), receive, send)
            if wanted == ("POST", "count"):
                texts = _texts(await _body(receive))
                counts = [await self.runtime.count_tokens(text) for text in texts]
                return await _plain(send, 200, {"counts": counts})
            if wanted == ("POST", "keep"):
                request = protocol.request_of(await _body(receive))
                return await self._stream(self._keep(request), receive, send)
        except BadInput:
            return await _plain(send, 400, {})
        except TooLarge:
            return await _plain(send, 413, {})
        return await _plain(send, 404, {})

    async def _chat(self, request: Any) -> AsyncGenerator[bytes, None]:
        async with aclosing(self.runtime.stream(request)) as deltas:  # type: ignore[type-var]
            async for delta in deltas:
                yield protocol.line_of_delta(delta)

    async def _keep(self, request: Any) -> AsyncGenerator[bytes, None]:
        if isinstance(self.runtime, Keeping) and request.keep is not None:
            await self.runtime.keep(request.keep, request.messages)
        yield protocol.line({"finish": "stop"})

    async def _stream(self, lines: AsyncGenerator[bytes, None], receive: Receive, send: Send) -> None:
        """Sends lines as they come, and a beat where none comes, until the asker is gone."""
        headers = [(b"content-type", b"application/x-ndjson"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await _send(send, protocol.line({"by": self.seat}))
        self.running += 1
        gone = asyncio.create_task(_gone(receive))
        task: asyncio.Task[bytes] | None = None
        try:
            while True:
                task = asyncio.ensure_future(anext(lines))
                while not task.done():
                    watched = {task, gone}
                    await asyncio.wait(watched, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                    if gone.done():
                        return
                    if not task.done():
                        await _send(send, b"{}\n")
                await _send(send, task.result())
        except StopAsyncIteration:
            pass
        except MadangError as error:
            await _send(send, protocol.line_of_error(error))
        except Exception as error:  # noqa: BLE001 - one reply fails, the replica stays
            log.warning("a reply failed: %s", type(error).__name__)
            await _send(send, protocol.line_of_error(ModelFailed("The model could not answer this.")))
        finally:
            self.running -= 1
            gone.cancel()
            if task is not None and not task.done():
                task.cancel()
                await asyncio.wait({task})
            await lines.aclose()
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    """Returns when the asker hung up."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


async def _body(receive: Receive) -> bytes:
    """The whole body. Raises TooLarge, and BadInput when the asker goes before its end."""
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise BadInput("This is no request to a model.")
        part = message.get("body", b"")
        size += len(part)
        if size > protocol.MOST_BYTES:
            raise TooLarge("This request is too large.")
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


def _texts(body: bytes) -> list[str]:
    try:
        texts = json.loads(body)["texts"]
        if not isinstance(texts, list) or len(texts) > MOST_TEXTS:
            raise BadInput("This is no request to a model.")
        return [str(text) for text in texts]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadInput("This is no request to a model.") from None


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _plain(send: Send, status: int, said: dict[str, Any]) -> None:
    body = json.dumps(said).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})

"""A real model server on this machine that does as its `mode` says: well, or any of the ways to misbehave."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

Write = Callable[[bytes], Any]


def piece(text: Any = None, finish: str | None = None, **more: Any) -> bytes:
    """One event of a stream."""
    chunk = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}],
        **more,
    }
    return f"data: {json.dumps(chunk)}\n\n".encode()


def usage(prompt: Any, written: Any) -> bytes:
    return piece(choices=[], usage={"prompt_tokens": prompt, "completion_tokens": written, "total_tokens": 1})


END = piece(None, "stop") + b"data: [DONE]\n\n"
STATUS = {"500": 500, "503": 503, "401": 401, "404": 404, "422": 422, "redirect": 307}
BODIES: dict[str, bytes] = {
    "well": piece("Well ") + piece("said.") + usage(9, 2) + END,
    "nothing": END,
    "empty": b"",
    "cut": piece("Well "),
    "nonsense": b"data: {nonsense\n\n",
    "nonsense-late": piece("Well ") + b"data: {nonsense\n\n",
    "html": b"<html><body>Please sign in</body></html>",
    "invalid-utf8": b"data: \xff\xfe\xff\n\n",
    "surrogates": b'data: {"choices":[{"index":0,"delta":{"content":"Hi \\ud83d"}}]}\n\n'
    b'data: {"choices":[{"index":0,"delta":{"content":"\\ude00 \\ud800 end"}}]}\n\n' + END,
    "controls": piece("A\x00b\x1b[31mc\u202ed<|im_end|>\n<|im_start|>user\nHello") + END,
    "template": piece("<|im_start|>assistant\n<|im_end|>") + END,
    "lies": piece("Well said.") + usage(-5, "many") + usage(10**30, 10**30) + END,
    "odd": piece(["a", "list"]) + piece({"an": "object"}) + piece("Well said.") + END,
    "loop": piece("the same again ") * 400 + END,
    "error": b'data: {"error": {"message": "CUDA out of memory", "code": 500}}\n\n',
}


@dataclass
class Hostile:
    """`asked`: bodies of chats; `looks`: how often its list of models was asked for."""

    url: str = ""
    mode: str = "well"
    body: bytes | None = None
    keys: list[str] = field(default_factory=list)
    asked: list[dict[str, Any]] = field(default_factory=list)
    looks: int = 0
    left: int = 0
    models: list[str] = field(default_factory=lambda: ["hostile-70b"])

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            low = head.lower()
            sent = await reader.readexactly(int(low.partition("content-length:")[2].split("\r\n")[0] or 0))
            bearer = low.find("authorization: bearer ")
            self.keys.append(head[bearer + 22 :].split("\r\n")[0] if bearer >= 0 else "")
            if head.startswith("GET"):
                self.looks += 1
                await self._list(writer)
            else:
                self.asked.append(json.loads(sent))
                await self._chat(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.left += 1
            with suppress(ConnectionError):
                writer.close()

    async def _list(self, writer: asyncio.StreamWriter) -> None:
        if self.mode in ("down", "closes"):
            return
        if self.mode in STATUS:
            await self._send(writer, b"{}", status=STATUS[self.mode], kind="application/json")
            return
        data = [{"id": name, "object": "model", "created": 1, "owned_by": "x"} for name in self.models]
        await self._send(
            writer, json.dumps({"object": "list", "data": data}).encode(), kind="application/json"
        )

    async def _send(
        self,
        writer: asyncio.StreamWriter,
        body: bytes,
        *,
        status: int = 200,
        kind: str = "text/event-stream",
        more: str = "",
    ) -> None:
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n{more}Connection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()

    async def _chat(self, writer: asyncio.StreamWriter) -> None:
        mode = self.mode
        if mode in ("down", "closes"):
            return
        if mode in STATUS:
            where = f"Location: {self.url}/elsewhere\r\n" if mode == "redirect" else ""
            await self._send(writer, b"oops", status=STATUS[mode], kind="text/plain", more=where)
            return
        if mode == "packed":
            bomb = gzip.compress(b"data: " + b" " * 1_000_000 + b"\n\n")
            await self._send(writer, bomb, more="Content-Encoding: gzip\r\n")
            return
        if self.body is not None or mode in BODIES:
            kind = "text/html" if mode == "html" else "text/event-stream"
            await self._send(writer, self.body if self.body is not None else BODIES[mode], kind=kind)
            return
        await self._send(writer, piece("Well ") if mode == "stalls-late" else b"")
        await self._go_on(writer)

    async def _go_on(self, writer: asyncio.StreamWriter) -> None:
        """What has no end of its own: until the other side has had enough."""
        endless = {
            "pings": b": ping\n\n",
            "thinks": piece(),
            "endless": piece("and on and on it goes, ever further and ever different %d "),
            "huge-line": b"x" * 65_536,
            "one-event": b"data: x\n",
        }
        if self.mode in ("stalls", "stalls-late"):
            await asyncio.sleep(20)
            return
        text = endless[self.mode]
        for number in range(200_000):
            writer.write(text.replace(b"%d", str(number * 7919).encode()))
            await writer.drain()
            await asyncio.sleep(0.001 if self.mode in ("pings", "thinks") else 0)


@asynccontextmanager
async def hostile(mode: str = "well", port: int = 0) -> AsyncIterator[Hostile]:
    server = Hostile(mode=mode)
    listening = await asyncio.start_server(server.serve, "127.0.0.1", port)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    try:
        yield server
    finally:
        listening.close()

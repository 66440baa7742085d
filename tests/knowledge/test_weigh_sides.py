"""Words and vectors are brought together with the stored weight."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest

from madang.kernel.settings import Settings
from madang.knowledge import retrieve
from madang.knowledge.access import Knowledge
from madang.knowledge.retrieve import Retriever, vector_weight
from madang.models.types import Vectors
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.jobs import Jobs
from madang.storage.search import SearchIndex

BY_WORDS, BY_MEANING, NEITHER = "A kettle, red.", "Something for tea water.", "Closed on Mondays."
QUESTION = "Where is the red kettle?"


class OneSided:
    """An embedder to whom every question means what BY_MEANING does."""

    name = "one-sided"
    dimensions = 2

    async def query(self, text: str) -> Vectors:
        return np.array([1.0, 0.0], np.float32)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        return np.array([[1.0, 0.0] if BY_MEANING in text else [0.0, 1.0] for text in texts], np.float32)

    async def close(self) -> None:
        return None


class OneEmbedder:
    async def embedder(self) -> OneSided:
        return OneSided()


@pytest.fixture
async def learned(database: Database, jobs: Jobs, settings: Settings) -> Knowledge:
    """A character with a passage for either side."""
    door = Knowledge(database, Blobs(settings.data / "blobs"), SearchIndex(database), jobs, OneEmbedder())
    await jobs.open()
    for place, text in enumerate((BY_WORDS, BY_MEANING, NEITHER)):
        source = await door.add_text("chr_tea", f"Page {place}", text)
        await door.wait(source.id, "ready")
    return door


async def first(database: Database, weight: float | None) -> str:
    retriever = Retriever(database, SearchIndex(database), OneEmbedder(), weight)
    return (await retriever.retrieve("chr_tea", QUESTION, 1)).found[0].passage.text


async def test_the_weight_decides_between_words_and_vectors(learned: Knowledge, database: Database) -> None:
    assert await first(database, 0.05) == BY_WORDS
    assert await first(database, 0.95) == BY_MEANING


async def test_the_stored_weight_is_the_one_that_is_used(
    learned: Knowledge, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = json.loads(retrieve._FILE.read_text(encoding="utf-8"))
    assert vector_weight() == kept["vector_weight"]
    assert 0.2 < kept["vector_weight"] < 0.8
    for weight, text in ((0.05, BY_WORDS), (0.95, BY_MEANING)):
        monkeypatch.setattr(retrieve, "vector_weight", lambda weight=weight: weight)
        assert await first(database, None) == text

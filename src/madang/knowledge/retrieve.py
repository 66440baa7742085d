"""Finding passages: by words (BM25) and by meaning (cosine), standardised over the candidates and brought
together with a weight (`calibration/retrieval.json`; `benchmarks.calibrate_answerable` learns one).

Measured on KorQuAD (`benchmarks/retrieval.py`): words alone find nine of ten gold paragraphs first, vectors
alone eight, both together more than either.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from madang.kernel.errors import MadangError
from madang.knowledge import dated, store
from madang.knowledge.answerable import MANY
from madang.knowledge.asking import Asking, ask
from madang.knowledge.duplicates import collapsed
from madang.knowledge.synonyms.store import synonyms_of
from madang.knowledge.types import Found, Passage
from madang.knowledge.vectors import VectorIndex
from madang.models.types import Embedder
from madang.storage.database import Database
from madang.storage.search import Hit, SearchIndex

CANDIDATES = 100
"""Passages taken from each side before they are brought together."""
_FILE = Path(__file__).parent / "calibration" / "retrieval.json"
GOING_ON = 0.5
"""What a passage's cosine with what was said last counts, in a conversation: whoever asks on mostly goes on
about the same. In 270 conversations over 383 texts the first passage of later questions holds the answer in
.44 instead of .34, one of eight in .78 instead of .67."""
STAYING = 1.2
"""What counts besides, in large sources and English, for the passages of the text in which what was said last
is found: with it .50 and .84. Korean conversations were not measured."""
ON_THAT_DAY = 2.0
"""What counts besides for a passage that speaks of the day that is asked about, in
standard deviations; in small sources, where a notice of "7 to 9 December" has hardly a word of "12월 8일"."""
RECENT = 16
"""Vectors of questions that are kept a moment."""
SPARE = 4
"""Passages looked at beyond those that are wanted: some may say the same."""

log = logging.getLogger(__name__)


class Embedders(Protocol):
    """What this room asks of the models' door."""

    async def embedder(self) -> Embedder: ...


@cache
def vector_weight() -> float:
    """What a passage's cosine counts beside its BM25 score, in [0, 1]."""
    return float(json.loads(_FILE.read_text(encoding="utf-8"))["vector_weight"])


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages that either side finds, n of them, and what each side says: standardised scores."""

    asking: Asking
    ids: list[str]
    words: NDArray[np.float64]
    """(n,)"""
    meaning: NDArray[np.float64] | None
    """(n,); None when there are no vectors."""
    by_words: dict[str, float]
    """BM25 of the passages that have a word of the question, best first."""
    by_vector: dict[str, float]
    """Cosine of every passage that has a vector."""
    near: NDArray[np.float64] | None = None
    """(n,): how near each is to what was said last, standardised; None when nothing was."""
    staying: NDArray[np.float64] | None = None
    """(n,): 1 for those of the text in which it was said, else 0; None where that is not asked."""

    def scores(self, weight: float) -> NDArray[np.float64]:
        """All sides brought together, (n,); words alone when there are no vectors."""
        both = self.words if self.meaning is None else (1 - weight) * self.words + weight * self.meaning
        if self.near is not None:
            both = both + GOING_ON * self.near
        return both if self.staying is None else both + STAYING * self.staying


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What was found, and how it stands out from everything else the character knows."""

    found: list[Found]
    asking: Asking | None = None
    words: list[float] = field(default_factory=list)
    """Best BM25 scores, highest first."""
    cosines: list[float] = field(default_factory=list)
    """Best cosines, highest first; empty when there are no vectors."""
    background: float = 0.0
    """Mean cosine of the question with all passages."""
    spread: float = 1.0
    """Standard deviation of those cosines."""
    size: int = 0
    """Passages that have vectors."""


class Retriever:
    def __init__(
        self,
        database: Database,
        search: SearchIndex,
        models: Embedders,
        weight: float | None = None,
    ) -> None:
        """`weight` is that of vectors, in [0, 1]; by default the stored one."""
        self._database = database
        self._search = search
        self.models = models
        self._weight = vector_weight() if weight is None else weight
        self.vectors = VectorIndex(database)
        self._recent: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()

    def weighing(self, weight: float) -> Retriever:
        """The same with another weight of vectors."""
        other = Retriever(self._database, self._search, self.models, weight)
        other.vectors = self.vectors
        return other

    async def retrieve(
        self,
        character_id: str,
        question: str,
        limit: int,
        without: frozenset[str] = frozenset(),
        said: str = "",
    ) -> Retrieval:
        """The best `limit` passages of the character for `question`, best first.

        Ids in `without` are left out: measurements ask so what is found when the answer is gone. `said`: what
        was said last in a conversation.
        """
        if not question.strip() or limit < 1:
            return Retrieval([])
        both = await self.candidates(character_id, question, without, said)
        if not both.ids:
            return Retrieval([])
        scores = both.scores(self._weight)
        if dated.names_a_day(question) and len(both.by_vector) < MANY:
            scores = scores + ON_THAT_DAY * await self._of_that_day(character_id, question, both.ids)
        order = sorted(range(len(both.ids)), key=lambda place: (-scores[place], both.ids[place]))
        order = order[: limit + SPARE]
        async with self._database.read() as session:
            passages = await store.passages_of(session, character_id, [both.ids[place] for place in order])
            read = await store.read_at(session, {passage.source_id for passage in passages.values()})
        found = [
            Found(
                passage=passages[id_],
                score=float(scores[place]),
                words=both.by_words.get(id_, 0.0),
                vector=both.by_vector.get(id_, 0.0),
            )
            for place, id_ in ((place, both.ids[place]) for place in order)
            if id_ in passages
        ]
        cosines = np.array(list(both.by_vector.values()))
        return Retrieval(
            collapsed(found, read)[:limit],
            both.asking,
            words=list(both.by_words.values())[:8],
            cosines=sorted(both.by_vector.values(), reverse=True)[:8],
            background=float(cosines.mean()) if len(cosines) else 0.0,
            spread=float(cosines.std()) if len(cosines) > 1 else 1.0,
            size=len(cosines),
        )

    async def _of_that_day(self, character_id: str, question: str, ids: Sequence[str]) -> NDArray[np.float64]:
        """(n,): 1 for the passages that speak of the day that the question names, else 0."""
        async with self._database.read() as session:
            passages = await store.passages_of(session, character_id, list(ids))
        return np.array(
            [bool(id_ in passages and dated.met(question, passages[id_].text)) for id_ in ids], float
        )

    async def beside(self, passage: Passage) -> list[Found]:
        """The passages before and after, where the text was cut: under the same headings."""
        async with self._database.read() as session:
            near = await store.beside(session, passage)
        return [Found(passage=one, score=0.0) for one in near if one.headings == passage.headings]

    async def candidates(
        self, character_id: str, question: str, without: frozenset[str] = frozenset(), said: str = ""
    ) -> Candidates:
        """What words and vectors find for `question`, and how near it is to what was `said` last, before they
        are brought together."""
        (asking, hits), (ids, cosines), (all_ids, nearness) = await asyncio.gather(
            self._words(character_id, question),
            self._cosines(character_id, question),
            self._cosines(character_id, said),
        )
        near = dict(zip(all_ids, nearness.tolist(), strict=True))
        stays = len(all_ids) >= MANY and asking.language == "en"
        said_in = all_ids[int(nearness.argmax())] if stays else ""
        if without:
            hits = [hit for hit in hits if hit.id not in without]
            kept = [place for place, id_ in enumerate(ids) if id_ not in without]
            ids, cosines = [ids[place] for place in kept], cosines[kept]
        by_words = {hit.id: hit.score for hit in hits}
        by_vector = dict(zip(ids, cosines.tolist(), strict=True))
        best = np.argsort(-cosines)[:CANDIDATES]
        union = list(dict.fromkeys([*by_words, *(ids[place] for place in best)]))
        # a candidate without a hit had no term in common, or came after the last hit taken
        floor = hits[-1].score if len(hits) == CANDIDATES else 0.0
        texts: dict[str, str] = {}
        if said_in:
            async with self._database.read() as session:
                texts = await store.source_ids_of(session, character_id, [*union, said_in])
        return Candidates(
            asking,
            union,
            words=_standard([by_words.get(id_, floor) for id_ in union]),
            meaning=_standard([by_vector.get(id_) for id_ in union]) if by_vector else None,
            by_words=by_words,
            by_vector=by_vector,
            near=_standard([near.get(id_) for id_ in union]) if near else None,
            staying=np.array([float(texts.get(id_) == texts[said_in]) for id_ in union])
            if said_in in texts
            else None,
        )

    async def _words(self, character_id: str, question: str) -> tuple[Asking, list[Hit]]:
        async with self._database.read() as session:
            groups = await synonyms_of(session, character_id)
        asking = await ask(self._search, character_id, question, groups)
        query = " ".join([question, *asking.more])
        return asking, await self._search.search(character_id, query, CANDIDATES)

    async def _cosines(self, character_id: str, text: str) -> tuple[list[str], NDArray[np.float32]]:
        """Ids of the passages that have vectors, and each one's cosine with the text; none for no text."""
        nothing: tuple[list[str], NDArray[np.float32]] = ([], np.zeros(0, np.float32))
        if not text:
            return nothing
        try:
            embedder = await self.models.embedder()
            if not await self.vectors.any(character_id, embedder.name):
                return nothing
            matrix, vector = await asyncio.gather(
                self.vectors.matrix(character_id, embedder.name), self._vector(embedder, text)
            )
        except MadangError as error:
            # not there, not running or not reached:
            # words alone still find most of it; the model's page shows that the embedder is down
            log.warning("answering from words alone: %s", error)
            return nothing
        if not matrix.ids or matrix.rows.shape[1] != len(vector):
            return nothing
        return matrix.ids, matrix.rows @ vector

    async def _vector(self, embedder: Embedder, text: str) -> NDArray[np.float32]:
        """The vector of a question, or the one that was made for it a moment ago: a follow-up is read in
        several ways, each beside the same words that were said last."""
        key = embedder.name, text
        vector = self._recent.pop(key, None)
        if vector is None:
            vector = np.asarray(await embedder.query(text), np.float32)
        self._recent[key] = vector
        while len(self._recent) > RECENT:
            self._recent.popitem(last=False)
        return vector


def _standard(values: list[float | None] | list[float]) -> NDArray[np.float64]:
    """Values minus their mean, in standard deviations; what is not known yet counts as the mean."""
    array = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    if np.isnan(array).all():
        return np.zeros(len(array))
    deviation = float(np.nanstd(array)) or 1.0
    return np.nan_to_num((array - np.nanmean(array)) / deviation)

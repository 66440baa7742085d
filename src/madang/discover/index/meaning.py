"""What characters and queries mean, as vectors of the studio's embedder.

A character stands for the mean of two short vectors, of its tags and of its tagline: longer texts blur
(docs/decisions/0010). They are made in the background and kept in the database by the hash of their text. A
query gets its own vector when the embedder is free and rested, so that searches in a row never take the
processor from answering; otherwise the mean of its words' vectors, made beforehand for the gallery's words.

Every vector has the mean of some everyday words taken off: those of this model lie in a narrow cone.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Sequence
from typing import Protocol

import numpy as np

from madang.discover import store
from madang.discover.index.shelf import Shelf
from madang.discover.index.words import COMMON, bare
from madang.discover.types import folded
from madang.kernel.errors import MadangError
from madang.models.types import Embedder, Vectors
from madang.storage.database import Database

log = logging.getLogger(__name__)

ANCHORS = (  # noqa: SIM905
    "friend shop story travel food music school health animal family work game love night city book "
    "친구 가게 이야기 여행 음식 음악 학교 건강 동물 가족 일 게임 사랑 밤 도시 책"
).split()
BATCH = 16
"""Texts between two looks at whether to stop."""
KEEP_QUERIES = 4_096
MOST_WORDS = 6_000
"""Words of the gallery whose vectors are kept: the most frequent of its names, tags and taglines."""
MOST_ASKED = 500
"""Words of searches that wait for their vectors."""
REST = 1.0
"""After a query was embedded, the embedder rests for this many times as long: half of one core at most."""
RETRY = 60.0
"""Seconds until a missing embedder is looked for again."""
_WORD = re.compile(r"[^\W\d_]+")


class ModelsDoor(Protocol):
    """What this room asks of `models`."""

    async def embedder(self) -> Embedder: ...


def words(text: str) -> list[str]:
    """The words whose vectors stand for a text: without common ones, Korean ones without their particles."""
    found = []
    for word in _WORD.findall(folded(text)):
        plain = bare(word)
        if plain != word or (plain not in COMMON and (len(plain) > 1 or plain > "z")):
            found.append(plain)
    return found


def key_of(text: str, *, queries: bool = False) -> str:
    """A text is embedded in another way as a query than as what is searched."""
    whole = f"{'query' if queries else 'passage'}\n{text}"
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:40]


def unit(vector: Vectors) -> Vectors:
    length = float(np.linalg.norm(vector))
    return vector / np.float32(length) if length else vector


class Meaning:
    """`want` what should be known, `query` what is asked; `work` runs behind."""

    def __init__(self, database: Database, models: ModelsDoor) -> None:
        self._database = database
        self._models = models
        self._embedder: Embedder | None = None
        self._centre: dict[str, Vectors] = {}
        self._waiting: deque[tuple[Shelf, int]] = deque()
        self._counted: Counter[str] = Counter()
        self._words: dict[str, Vectors] = {}
        self._asked: OrderedDict[str, None] = OrderedDict()
        self._queries: OrderedDict[str, Vectors] = OrderedDict()
        self._asking = False
        self._rested = 0.0
        self._wake = asyncio.Event()
        self.exact = 0
        """Queries that got their own vector, for the benchmark."""

    @property
    def waiting(self) -> int:
        """Characters whose meaning is not known yet."""
        return len(self._waiting)

    def want(self, shelf: Shelf, row: int) -> None:
        """To be called for every new row."""
        self._waiting.append((shelf, row))
        entry = shelf.entries[row]
        self._counted.update(set(words(" ".join((entry.name, entry.line, *entry.tags)))))
        self._wake.set()

    # --- queries ---------------------------------------------------------------------------------------

    @property
    def known_words(self) -> int:
        """Words of the gallery whose vectors are there."""
        return len(self._words)

    async def query(self, text: str, *, rested: bool = False) -> Vectors | None:
        """The vector of a query, centred, of length 1; None when nothing is known of it yet.

        `rested`: its own in any case.
        """
        name = folded(text)
        kept = self._queries.get(name)
        if kept is not None:
            self._queries.move_to_end(name)
            return kept
        if self._embedder is None or "query" not in self._centre:
            return None
        if not rested and (self._asking or time.monotonic() < self._rested):
            return self.by_words(name)
        self._asking = True
        started = time.monotonic()
        try:
            vector = await self._embedder.query(name)
        except MadangError as error:
            log.warning("a search is answered by its words alone: %s", error)
            self._embedder = None
            self._wake.set()
            return None
        finally:
            self._asking = False
            self._rested = time.monotonic() + REST * (time.monotonic() - started)
        made = unit(vector - self._centre["query"])
        self.exact += 1
        self._queries[name] = made
        if len(self._queries) > KEEP_QUERIES:
            self._queries.popitem(last=False)
        return made

    def by_words(self, text: str) -> Vectors | None:
        """The mean of the vectors of the words in a text; None where none is known. Others are learned."""
        wanted = words(text)
        for word in wanted:
            if word not in self._words and len(self._asked) < MOST_ASKED:
                self._asked[word] = None
                self._wake.set()
        found = [self._words[word] for word in wanted if word in self._words]
        return unit(np.sum(found, axis=0)) if found else None

    # --- behind ----------------------------------------------------------------------------------------

    async def work(self) -> None:
        """Makes what is missing, for ever; cancel it to stop."""
        while True:
            self._wake.clear()
            try:
                await self.learn()
            except MadangError as error:
                log.warning("the gallery is searched by words alone: %s", error)
                self._embedder = None
                await asyncio.sleep(RETRY)
                continue
            await self._wake.wait()

    async def learn(self, *, every_word: bool = False) -> None:
        """Makes what is missing now. `every_word`: also the vectors of words said once."""
        await self._prepare()
        while self._waiting:
            await self._some_characters()
        await self._some_words(1 if every_word else 2)

    async def _prepare(self) -> None:
        embedder = await self._models.embedder()
        if embedder is self._embedder:
            return
        passages = await self._vectors(embedder, ANCHORS)
        queries = await self._vectors(embedder, ANCHORS, queries=True)
        self._queries.clear()
        self._words.clear()
        self._centre = {
            "passage": np.mean([passages[word] for word in ANCHORS], axis=0),
            "query": np.mean([queries[word] for word in ANCHORS], axis=0),
        }
        self._embedder = embedder

    async def _some_characters(self) -> None:
        taken = [self._waiting.popleft() for _ in range(min(BATCH, len(self._waiting)))]
        texts = [text for shelf, row in taken for text in shelf.about[row]]
        try:
            known = await self._vectors(self._in_use(), texts)
        except BaseException:
            self._waiting.extendleft(reversed(taken))
            raise
        for shelf, row in taken:
            parts = [unit(known[text] - self._centre["passage"]) for text in shelf.about[row]]
            if parts:
                shelf.set_meaning(row, unit(np.sum(parts, axis=0)))
        for shelf in {id(shelf): shelf for shelf, _ in taken}.values():
            if (basis := await asyncio.to_thread(shelf.basis)) is not None:
                shelf.squeeze(basis)

    async def _some_words(self, least: int) -> None:
        """Words that were asked for, then the most frequent words of the gallery, said `least` times."""
        often = [word for word, times in self._counted.most_common(MOST_WORDS) if times >= least]
        wanted = [word for word in (*self._asked, *often) if word not in self._words]
        self._asked.clear()
        for start in range(0, len(wanted), BATCH):
            if self._waiting or self._asked:
                self._wake.set()  # they go first; the rest is found missing again
                return
            made = await self._vectors(self._in_use(), wanted[start : start + BATCH], queries=True)
            for word, vector in made.items():
                self._words[word] = unit(vector - self._centre["query"])
        while len(self._words) > 2 * MOST_WORDS:
            self._words.pop(next(iter(self._words)))

    def _in_use(self) -> Embedder:
        if self._embedder is None:
            raise RuntimeError("no embedder was prepared")
        return self._embedder

    async def _vectors(
        self, embedder: Embedder, texts: Sequence[str], *, queries: bool = False
    ) -> dict[str, Vectors]:
        """Vectors of `texts`, from the database where they are known; new ones are kept there."""
        keys = {text: key_of(text, queries=queries) for text in texts}
        async with self._database.read() as session:
            known = await store.vectors(session, embedder.name, list(set(keys.values())))
        made = {text: _unpacked(known[key]) for text, key in keys.items() if key in known}
        if missing := [text for text in keys if text not in made]:
            new = await (self._gently(embedder, missing) if queries else embedder.passages(missing))
            async with self._database.write() as session:
                packed = {keys[text]: _packed(vector) for text, vector in zip(missing, new, strict=True)}
                await store.keep_vectors(session, embedder.name, packed)
            made |= dict(zip(missing, new, strict=True))
        return made

    @staticmethod
    async def _gently(embedder: Embedder, texts: Sequence[str]) -> list[Vectors]:
        """As queries, one after another with rests: queries of people go by the same way."""
        made = []
        for text in texts:
            began = time.monotonic()
            made.append(await embedder.query(text))
            await asyncio.sleep(REST * (time.monotonic() - began))
        return made

    async def prune(self, shelf: Shelf) -> int:
        """Forgets the vectors of texts that no listed character has; how many they were."""
        texts: Iterable[str] = (text for row in shelf.rows.values() for text in shelf.about[row])
        used = {key_of(text) for text in (*texts, *ANCHORS)}
        used |= {key_of(word, queries=True) for word in (*self._counted, *ANCHORS)}
        async with self._database.write() as session:
            return await store.forget_vectors_but(session, used)


def _packed(vector: Vectors) -> bytes:
    return np.asarray(vector, "<f2").tobytes()


def _unpacked(data: bytes) -> Vectors:
    return unit(np.frombuffer(data, "<f2").astype(np.float32))

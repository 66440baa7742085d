"""Reading a source: small durable steps, each of which may run again after a crash and change nothing.

1. `read`: the file is read and split in a child process, compared with the passages that are there, and what
   changed is put into the database and the word index in one transaction. From here on it answers (`words`).
2. `embed`: vectors for the passages that have none, a few at a time (`ready` when none is missing).
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import asdict
from typing import Any, Protocol

from madang.kernel.child import run
from madang.kernel.clock import now
from madang.kernel.errors import MadangError
from madang.knowledge import answers, store
from madang.knowledge.document import Limits
from madang.knowledge.facts import own as own_facts
from madang.knowledge.readers import pack, read_packed
from madang.knowledge.readers.sniff import MEDIA_TYPES, kind_of
from madang.knowledge.retrieve import Embedders
from madang.knowledge.split import Piece, context
from madang.knowledge.vectors import pack as pack_vector
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.search import Entry, SearchIndex

BATCH = 8
"""Passages embedded in one step: about three seconds with the default model."""
READ_SECONDS = 300
READ_MEMORY_MB = 1_500
_TYPED_LONGEST = 200_000

log = logging.getLogger(__name__)


class Run(Protocol):
    """`kernel.child.run`: calls `module:function` in a limited child process."""

    async def __call__(self, function_path: str, argument: Any, *, seconds: float, memory_mb: int) -> Any: ...


class Ingestion:
    """Steps of reading a source. Each takes the revision it was started for; an older one does nothing."""

    def __init__(
        self,
        database: Database,
        blobs: Blobs,
        search: SearchIndex,
        models: Embedders,
        limits: Limits | None = None,
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._search = search
        self._models = models
        self._limits = limits or Limits()

    async def read(self, source_id: str, revision: int) -> None:
        """Step 1. A failure is stored with the source, in its sentence, and what was there before is kept."""
        async with self._database.write() as session:
            source = await store.find(session, source_id, revision=revision)
            if source is None or source.incoming is None:
                return  # removed, added again, or read already
            source.state = "reading"
            incoming, origin, before = dict(source.incoming), source.origin, source.title
        try:
            data = await self._blobs.get(incoming["blob"])
            if origin == answers.ORIGIN:
                title, pieces, media_type = before, answers.pieces(data), answers.MEDIA_TYPE
                about: list[dict[str, Any]] = []
            elif origin == own_facts.ORIGIN:
                written, language = own_facts.unpack(data)
                title, pieces, media_type = before, own_facts.pieces(written, language), own_facts.MEDIA_TYPE
                about = []
            else:
                title, pieces, about = await self._pieces(data, incoming)
                media_type = MEDIA_TYPES[kind_of(data, incoming["name"], incoming["media_type"])]
        except MadangError as error:
            await self._fail(source_id, revision, error)
            return
        async with self._database.write() as session:
            source = await store.find(session, source_id, revision=revision)
            if source is None:
                return
            title = incoming["title"] or title
            added, gone = await store.replace_passages(session, source, title, pieces)
            entries = [Entry(row.id, context(title, map(str, row.headings), row.text)) for row in added]
            if entries or gone:
                await self._search.replace(session, source.character_id, entries, gone)
            source.passages = len(pieces)
            source.embedded = max(0, min(source.embedded - len(gone), len(pieces)))
            source.title, source.media_type, source.data = title, media_type, about
            source.blob, source.url = incoming["blob"], incoming["url"]
            source.incoming, source.error, source.state = None, None, "words"
            source.updated_at = now()
            await store.bump(session, source.character_id)

    async def embed(self, source_id: str, revision: int) -> tuple[int, int]:
        """Step 2, once: vectors for the next passages. Returns (done, all), equal when it is finished."""
        embedder = await self._models.embedder()
        async with self._database.read() as session:
            source = await store.find(session, source_id, revision=revision)
            if source is None or source.state not in ("words", "ready"):
                return 0, 0
            rows = await store.waiting_for_vectors(session, source_id, embedder.name, BATCH)
        vectors = None
        if rows:
            texts = [context(row.title, map(str, row.headings), row.text) for row in rows]
            vectors = await embedder.passages(texts)
        async with self._database.write() as session:
            source = await store.find(session, source_id, revision=revision)
            if source is None:
                return 0, 0
            if vectors is not None:
                packed = [pack_vector(vector) for vector in vectors]
                await store.keep_vectors(session, source, [row.id for row in rows], packed, embedder.name)
            source.embedded = await store.count_vectors(session, source_id, embedder.name)
            if source.embedded >= source.passages:
                source.state = "ready"
            return source.embedded, source.passages

    async def _pieces(
        self, data: bytes, incoming: dict[str, Any]
    ) -> tuple[str, list[Piece], list[dict[str, Any]]]:
        about = {key: incoming[key] for key in ("name", "media_type", "charset")}
        packed = pack(data, **about, limits=asdict(self._limits))
        if incoming.get("typed") and len(data) < _TYPED_LONGEST:
            answer = await asyncio.to_thread(read_packed, packed)  # plain text: nothing to be protected from
        else:
            answer = await run(
                "madang.knowledge.readers:read_packed", packed, seconds=READ_SECONDS, memory_mb=READ_MEMORY_MB
            )
        pieces = [Piece.from_plain(piece) for piece in answer["pieces"]]
        return str(answer["title"]), pieces, list(answer["data"])

    async def _fail(self, source_id: str, revision: int, error: MadangError) -> None:
        async with self._database.write() as session:
            source = await store.find(session, source_id, revision=revision)
            if source is None:
                return
            log.info("source %s could not be read: %s", source_id, error)
            numbers = (int, float)
            given = error.params.items()
            params = {name: value if isinstance(value, numbers) else str(value) for name, value in given}
            source.error = json.dumps({"sentence": error.sentence, "params": params}, ensure_ascii=False)
            source.incoming, source.updated_at = None, now()
            source.state = "words" if source.passages else "failed"

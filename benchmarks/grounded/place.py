"""A studio in a temporary folder, as people run it, with the embedded models and one published character."""

from __future__ import annotations

import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from benchmarks.knowing import ReadingVectors
from madang.app.studio import Studio, open_studio
from madang.characters.types import Profile
from madang.chat.types import Reply
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id
from madang.kernel.settings import Settings
from madang.knowledge import store
from madang.knowledge.split import context
from madang.knowledge.types import Evidence
from madang.models.registry import Models
from madang.models.types import Message
from madang.storage.search import Entry


class KeptModels(Models):
    """The embedded models; vectors of passages are kept between runs, questions are embedded anew."""

    kept: ReadingVectors | None = None

    async def embedder(self) -> ReadingVectors:
        if self.kept is None:
            self.kept = ReadingVectors(await super().embedder())
        return self.kept


class Noted:
    """The weigher of the studio, and the evidence that it gave last."""

    def __init__(self, weigher: Any) -> None:
        self._weigher = weigher
        self.last: Evidence | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._weigher, name)

    async def evidence(self, *arguments: Any, **named: Any) -> Evidence:
        self.last = await self._weigher.evidence(*arguments, **named)
        return self.last


@dataclass
class Place:
    studio: Studio
    slug: str
    character_id: str
    noted: Noted
    visitor: Identity = field(default_factory=lambda: Identity("visitor", new_id("vis")))

    async def learn(self, texts: list[tuple[str, str]]) -> list[str]:
        """Every (title, text) as a source of its own, with its vectors; their ids."""
        knowledge = self.studio.knowledge
        ids = []
        for number, (title, text) in enumerate(texts):
            ids.append((await knowledge.add_text(self.character_id, title, text, origin=str(number))).id)
        for id_ in ids:
            await knowledge.wait(id_, "ready")
        return ids

    async def ask(self, message: str) -> tuple[Reply, Evidence | None, float]:
        """The reply to `message` in a new conversation, the evidence it was made from, milliseconds."""
        chat = self.studio.chat
        self.noted.last = None
        conversation = await chat.start(self.visitor, self.slug)
        began = time.perf_counter()
        reply: Reply | None = None
        async for event in chat.say(self.visitor, conversation.id, message):
            if event.kind == "failed":
                raise RuntimeError(event.data)
            reply = event.reply or reply
        if reply is None or reply.state != "done":
            raise RuntimeError(f"no reply to {message!r}: {reply and (reply.state, reply.error)}")
        return reply, self.noted.last, (time.perf_counter() - began) * 1000

    async def answer(self, messages: Sequence[Message]) -> tuple[Reply, Evidence | None, float]:
        """As `ask`, for the last of `messages`, the others being the conversation before it."""
        self.noted.last = None
        began = time.perf_counter()
        reply: Reply | None = None
        async for event in self.studio.chat.answer(self.visitor, self.slug, messages):
            if event.kind == "failed":
                raise RuntimeError(event.data)
            reply = event.reply or reply
        if reply is None or reply.state not in ("done", "streaming"):
            raise RuntimeError(f"no reply to {messages[-1].content!r}")
        return reply, self.noted.last, (time.perf_counter() - began) * 1000

    @asynccontextmanager
    async def without(self, source_id: str) -> AsyncIterator[None]:
        """The studio while this source is deleted; afterwards it is as it was before, without reading."""
        studio, tables = self.studio, (store.SourceRow, store.PassageRow, store.VectorRow)
        kept: list[list[dict[str, Any]]] = []
        async with studio.database.read() as session:
            passages = select(store.PassageRow.id).where(store.PassageRow.source_id == source_id)
            for table, where in zip(
                tables,
                (
                    store.SourceRow.id == source_id,
                    store.PassageRow.source_id == source_id,
                    store.VectorRow.passage_id.in_(passages),
                ),
                strict=True,
            ):
                rows = await session.execute(select(table.__table__).where(where))
                kept.append([dict(row) for row in rows.mappings()])
        await studio.knowledge.remove(source_id)
        try:
            yield
        finally:
            async with studio.database.write() as session:
                for table, values in zip(tables, kept, strict=True):
                    if values:
                        await session.execute(insert(table), values)
                entries = [
                    Entry(row["id"], context(row["title"], row["headings"], row["text"])) for row in kept[1]
                ]
                await studio.search.replace(session, self.character_id, entries)
                await store.bump(session, self.character_id)


@asynccontextmanager
async def place(language: str, kind: str = "guide") -> AsyncIterator[Place]:
    """The studio with one published character that says nothing by itself."""
    models = KeptModels(Settings())
    for name in models.needed():
        await models.pull(name)
    with tempfile.TemporaryDirectory(prefix="madang-benchmark-") as folder:
        settings = Settings(data=Path(folder), hub="off", database=None, chat_strategy="quote")
        async with open_studio(settings, models=models) as studio:
            owner = await studio.accounts.owner()
            about = {"name": "Grounded", "kind": kind, "language": language, "greeting": "…"}
            profile = Profile.model_validate(about)
            made = await studio.characters.create(owner, profile)
            await studio.characters.publish(owner, made.slug, visibility="public")
            noted = Noted(studio.knowledge.weigher)
            studio.knowledge.weigher = noted  # type: ignore[assignment]
            yield Place(studio, made.slug, made.id, noted)

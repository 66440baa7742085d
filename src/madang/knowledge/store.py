"""Tables of sources, passages and vectors. Every query of a passage names the character it belongs to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from madang.kernel.clock import now
from madang.knowledge.types import Passage, Source, State
from madang.storage.tables import Base

_CHUNK = 500


class SourceRow(Base):
    __tablename__ = "knowledge_sources"
    __table_args__ = (UniqueConstraint("character_id", "origin"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    character_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(String(2048))
    url: Mapped[str | None] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(String(200))
    blob: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16), default="waiting", index=True)
    error: Mapped[str | None] = mapped_column(Text)
    """JSON of the sentence and its parameters, so that a page can say it in its own language."""
    passages: Mapped[int] = mapped_column(default=0)
    embedded: Mapped[int] = mapped_column(default=0)
    revision: Mapped[int] = mapped_column(default=1)
    """Counts readings: a job whose revision is no longer the newest has nothing to do."""
    incoming: Mapped[dict[str, Any] | None] = mapped_column()
    """What is to be read next; it takes the place of the rest only once it was read."""
    job: Mapped[str] = mapped_column(String(200), default="")
    """Id of the newest job that works on this source."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    def source(self) -> Source:
        about = json.loads(self.error) if self.error else {"sentence": None, "params": {}}
        return Source(
            id=self.id,
            character_id=self.character_id,
            title=self.title,
            origin="typed" if self.origin.startswith("typed:") else self.origin,
            url=self.url,
            media_type=self.media_type,
            blob=self.blob,
            state=_state(self.state),
            error=about["sentence"].format(**about["params"]) if self.error else None,
            error_sentence=about["sentence"],
            error_params=about["params"],
            passages=self.passages,
            embedded=self.embedded,
            created_at=self.created_at,
            updated_at=self.updated_at,
        )


class PassageRow(Base):
    __tablename__ = "knowledge_passages"
    __table_args__ = (Index("ix_knowledge_passages_source_id", "source_id", "ordinal"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    source_id: Mapped[str] = mapped_column(ForeignKey("knowledge_sources.id", ondelete="CASCADE"))
    character_id: Mapped[str] = mapped_column(String(64), index=True)
    ordinal: Mapped[int] = mapped_column()
    title: Mapped[str] = mapped_column(Text)
    headings: Mapped[list[Any]] = mapped_column()
    text: Mapped[str] = mapped_column(Text)
    page: Mapped[int | None] = mapped_column()
    digest: Mapped[str] = mapped_column(String(64))

    def passage(self) -> Passage:
        return Passage(
            id=self.id,
            source_id=self.source_id,
            character_id=self.character_id,
            ordinal=self.ordinal,
            title=self.title,
            headings=[str(heading) for heading in self.headings],
            text=self.text,
            page=self.page,
        )


class VectorRow(Base):
    """A passage's vector: 16-bit floats, little-endian, of the embedder named `model`."""

    __tablename__ = "knowledge_vectors"
    __table_args__ = (Index("ix_knowledge_vectors_character_id", "character_id", "model"),)

    passage_id: Mapped[str] = mapped_column(
        ForeignKey("knowledge_passages.id", ondelete="CASCADE"), primary_key=True
    )
    character_id: Mapped[str] = mapped_column(String(64))
    model: Mapped[str] = mapped_column(String(200))
    data: Mapped[bytes] = mapped_column(LargeBinary)


class VersionRow(Base):
    """Counts the changes of a character's passages and vectors, so that caches elsewhere are dropped."""

    __tablename__ = "knowledge_versions"

    character_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(default=0)


def _state(value: str) -> State:
    states: tuple[State, ...] = ("waiting", "reading", "words", "ready", "failed")
    return next(state for state in states if state == value)


async def bump(session: AsyncSession, character_id: str) -> None:
    """Say, in the caller's transaction, that the character's passages or vectors have changed."""
    changed = await session.execute(
        update(VersionRow)
        .where(VersionRow.character_id == character_id)
        .values(version=VersionRow.version + 1)
        .returning(VersionRow.version)
    )
    if changed.first() is None:
        session.add(VersionRow(character_id=character_id, version=1))
        await session.flush()


async def version(session: AsyncSession, character_id: str) -> int:
    row = await session.get(VersionRow, character_id)
    return row.version if row else 0


async def passages_of(session: AsyncSession, character_id: str, ids: Sequence[str]) -> dict[str, Passage]:
    """The character's passages among `ids`; ids of others are simply not found."""
    found: dict[str, Passage] = {}
    for start in range(0, len(ids), _CHUNK):
        query = select(PassageRow).where(
            PassageRow.character_id == character_id, PassageRow.id.in_(ids[start : start + _CHUNK])
        )
        found |= {row.id: row.passage() for row in await session.scalars(query)}
    return found


async def delete_passages(session: AsyncSession, ids: Iterable[str]) -> None:
    """With their vectors, also where foreign keys are not enforced."""
    wanted = list(ids)
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        await session.execute(delete(VectorRow).where(VectorRow.passage_id.in_(chunk)))
        await session.execute(delete(PassageRow).where(PassageRow.id.in_(chunk)))


async def waiting_for_vectors(
    session: AsyncSession, source_id: str, model: str, limit: int
) -> list[PassageRow]:
    """The next passages of a source that have no vector of `model`, in order."""
    query = (
        select(PassageRow)
        .outerjoin(VectorRow, (VectorRow.passage_id == PassageRow.id) & (VectorRow.model == model))
        .where(PassageRow.source_id == source_id, VectorRow.passage_id.is_(None))
        .order_by(PassageRow.ordinal)
        .limit(limit)
    )
    return list(await session.scalars(query))


async def count_vectors(session: AsyncSession, source_id: str, model: str) -> int:
    query = (
        select(func.count())
        .select_from(VectorRow)
        .join(PassageRow, PassageRow.id == VectorRow.passage_id)
        .where(PassageRow.source_id == source_id, VectorRow.model == model)
    )
    return int(await session.scalar(query) or 0)

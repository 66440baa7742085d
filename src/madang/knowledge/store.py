"""Tables of sources, passages and vectors. Every query of a passage names the character it belongs to."""

from __future__ import annotations

import json
from collections import defaultdict
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
    text,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from madang.kernel.clock import now
from madang.kernel.ids import new_id
from madang.knowledge.split import Piece
from madang.knowledge.types import Passage, Source, State
from madang.storage.database import alone, get_alone
from madang.storage.tables import Base

_CHUNK = 500
Session = AsyncSession


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
    site_id: Mapped[str | None] = mapped_column(String(64), index=True)
    """The site that this source is a page of, when it was crawled."""
    shared: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    data: Mapped[list[Any] | None] = mapped_column()
    """JSON-LD of the original, as it stands there."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)

    def source(self) -> Source:
        about = json.loads(self.error) if self.error else {"sentence": None, "params": {}}
        return Source(
            id=self.id,
            character_id=self.character_id,
            title=self.title,
            origin=_origin(self.origin),
            url=self.url,
            media_type=self.media_type,
            blob=self.blob,
            state=_state(self.state),
            error=about["sentence"].format(**about["params"]) if self.error else None,
            error_sentence=about["sentence"],
            error_params=about["params"],
            passages=self.passages,
            embedded=self.embedded,
            site_id=self.site_id,
            shared=self.shared,
            data=list(self.data or []),
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
    place: Mapped[str] = mapped_column(Text, default="", server_default="")
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
            place=self.place,
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


class AddedMeanwhile(Exception):
    """Another request has just added a source of the same origin."""


def _origin(origin: str) -> str:
    """As it is shown: "typed", "answers" and "facts" for what comes from no file and no address."""
    if origin == "pairs:" or origin.startswith("typed:"):
        return "typed"
    return origin.removesuffix(":") if origin in ("answers:", "facts:") else origin


def _state(value: str) -> State:
    states: tuple[State, ...] = ("waiting", "reading", "words", "ready", "failed")
    return next(state for state in states if state == value)


# -- sources


async def find(session: AsyncSession, source_id: str, *, revision: int | None = None) -> SourceRow | None:
    """A source; None when it is gone, or was given to read again since `revision`.

    In a writing session nobody else changes what its character knows before the transaction ends.
    """
    row = await get_alone(session, SourceRow, source_id, lambda row: row.character_id)
    return row if row is not None and revision in (None, row.revision) else None


async def copy_of(session: AsyncSession, source_id: str) -> SourceRow | None:
    """A source to be read after the session has ended."""
    row = await session.get(SourceRow, source_id)
    if row is not None:
        session.expunge(row)
    return row


async def sources_of(session: AsyncSession, character_id: str, *, of_sites: bool = True) -> list[Source]:
    """All sources of a character, oldest first; without `of_sites` not the pages of its sites."""
    query = select(SourceRow).where(SourceRow.character_id == character_id).order_by(SourceRow.id)
    if not of_sites:
        query = query.where(SourceRow.site_id.is_(None))
    return [row.source() for row in await session.scalars(query)]


async def stamps(session: AsyncSession, character_id: str) -> list[tuple[str, str]]:
    """(id, when it was last changed, with its number of passages) of all sources, oldest first."""
    query = select(SourceRow.id, SourceRow.updated_at, SourceRow.revision, SourceRow.passages)
    rows = await session.execute(query.where(SourceRow.character_id == character_id).order_by(SourceRow.id))
    return [(row.id, f"{row.updated_at.isoformat()}/{row.revision}/{row.passages}") for row in rows]


async def of_origin(
    session: AsyncSession, character_id: str, origin: str, *, lock: bool = False
) -> SourceRow | None:
    """The character's source of `origin`; with `lock` nobody else changes what the character knows before the
    transaction ends."""
    if lock:
        await alone(session, character_id)
    query = select(SourceRow).where(SourceRow.character_id == character_id, SourceRow.origin == origin)
    return (await session.scalars(query)).one_or_none()


async def unfinished(session: AsyncSession) -> list[SourceRow]:
    """Sources that are still to be read or to get vectors, to be read after the session has ended.

    Those of a site are its crawl's to go on with.
    """
    query = select(SourceRow).where(
        SourceRow.state.in_(("waiting", "reading", "words")), SourceRow.site_id.is_(None)
    )
    rows = list(await session.scalars(query))
    session.expunge_all()
    return rows


async def originals(session: AsyncSession) -> set[str]:
    """Hashes of everything that sources were read, or are to be read, from."""
    rows = await session.execute(select(SourceRow.blob, SourceRow.incoming))
    return {hash_ for blob, incoming in rows for hash_ in (blob, (incoming or {}).get("blob")) if hash_}


async def give(
    session: AsyncSession, character_id: str, origin: str, title: str, incoming: dict[str, Any]
) -> SourceRow:
    """The character's source of `origin`, new or known, with `incoming` to be read as its next revision.

    Raises AddedMeanwhile, after which the transaction is lost and may be tried again.
    """
    row = await of_origin(session, character_id, origin, lock=True)
    if row is None:
        row = SourceRow(
            id=new_id("src"),
            character_id=character_id,
            title=title,
            origin=origin,
            url=incoming["url"],
            media_type=incoming["media_type"] or "application/octet-stream",
            blob=incoming["blob"],
            revision=0,
            passages=0,
            embedded=0,
        )
        session.add(row)
    row.revision += 1
    row.incoming, row.state, row.error, row.updated_at = incoming, "waiting", None, now()
    try:
        await session.flush()
    except IntegrityError as error:
        raise AddedMeanwhile from error
    return row


async def delete_source(session: AsyncSession, row: SourceRow) -> list[str]:
    """Forget a source with its passages, whose ids are returned."""
    ids = list(await session.scalars(select(PassageRow.id).where(PassageRow.source_id == row.id)))
    await delete_passages(session, ids)
    await session.delete(row)
    await bump(session, row.character_id)
    return ids


async def delete_character(session: AsyncSession, character_id: str) -> None:
    """Forget all sources, passages and vectors of a character."""
    await alone(session, character_id)
    query = select(PassageRow.id).where(PassageRow.character_id == character_id)
    await delete_passages(session, await session.scalars(query))
    await session.execute(delete(SourceRow).where(SourceRow.character_id == character_id))
    await session.execute(delete(VersionRow).where(VersionRow.character_id == character_id))


# -- versions


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


async def versions(session: AsyncSession) -> dict[str, int]:
    rows = await session.execute(select(VersionRow.character_id, VersionRow.version))
    return {row.character_id: row.version for row in rows}


async def versions_of(session: AsyncSession, ids: Sequence[str]) -> dict[str, int]:
    """Those of the characters whose knowledge ever changed."""
    rows = await session.scalars(select(VersionRow).where(VersionRow.character_id.in_(ids)))
    return {row.character_id: row.version for row in rows}


# -- passages


async def said(session: AsyncSession, character_id: str, most: int) -> list[tuple[str, str]]:
    """(title and headings, text) of the first passages of every source, then the second ones, …"""
    query = (
        select(PassageRow.title, PassageRow.headings, PassageRow.text)
        .where(PassageRow.character_id == character_id)
        .order_by(PassageRow.ordinal, PassageRow.id)
        .limit(most)
    )
    rows = await session.execute(query)
    return [(" ".join((row.title, *map(str, row.headings))), row.text) for row in rows]


async def passages_of(session: AsyncSession, character_id: str, ids: Sequence[str]) -> dict[str, Passage]:
    """The character's passages among `ids`; ids of others are simply not found."""
    found: dict[str, Passage] = {}
    for start in range(0, len(ids), _CHUNK):
        query = select(PassageRow).where(
            PassageRow.character_id == character_id, PassageRow.id.in_(ids[start : start + _CHUNK])
        )
        found |= {row.id: row.passage() for row in await session.scalars(query)}
    return found


async def source_ids_of(session: AsyncSession, character_id: str, ids: Sequence[str]) -> dict[str, str]:
    """Of which source each of the character's passages among `ids` is."""
    found: dict[str, str] = {}
    for start in range(0, len(ids), _CHUNK):
        query = select(PassageRow.id, PassageRow.source_id).where(
            PassageRow.character_id == character_id, PassageRow.id.in_(ids[start : start + _CHUNK])
        )
        found |= {row.id: row.source_id for row in await session.execute(query)}
    return found


async def beside(session: AsyncSession, passage: Passage) -> list[Passage]:
    """The passages before and after one of the same source."""
    query = select(PassageRow).where(
        PassageRow.character_id == passage.character_id,
        PassageRow.source_id == passage.source_id,
        PassageRow.ordinal.in_([passage.ordinal - 1, passage.ordinal + 1]),
    )
    return [row.passage() for row in await session.scalars(query)]


async def read_at(session: AsyncSession, source_ids: Iterable[str]) -> dict[str, datetime]:
    """When each of the sources was read last."""
    query = select(SourceRow.id, SourceRow.updated_at).where(SourceRow.id.in_(list(source_ids)))
    return {row.id: row.updated_at for row in await session.execute(query)}


async def passages_in(session: AsyncSession, character_id: str, source_id: str) -> list[Passage]:
    """The passages of one of the character's sources, in order."""
    query = (
        select(PassageRow)
        .where(PassageRow.character_id == character_id, PassageRow.source_id == source_id)
        .order_by(PassageRow.ordinal)
    )
    return [row.passage() for row in await session.scalars(query)]


async def replace_passages(
    session: AsyncSession, source: SourceRow, title: str, pieces: Sequence[Piece]
) -> tuple[list[PassageRow], list[str]]:
    """Bring the passages of `source` to `pieces`; the unchanged keep their ids and vectors.

    Returns the new passages and the ids of those that are gone.
    """
    there: dict[str, list[tuple[str, int, int | None, str]]] = defaultdict(list)
    columns = (PassageRow.id, PassageRow.digest, PassageRow.ordinal, PassageRow.page, PassageRow.place)
    query = select(*columns).where(PassageRow.source_id == source.id).order_by(PassageRow.ordinal.desc())
    for id_, digest, ordinal, page, place in await session.execute(query):
        there[digest].append((id_, ordinal, page, place))
    added: list[PassageRow] = []
    for ordinal, piece in enumerate(pieces):
        digest = piece.digest(title)
        if there[digest]:
            id_, *before = there[digest].pop()
            if before != [ordinal, piece.page, piece.place]:
                changed = update(PassageRow).where(PassageRow.id == id_)
                await session.execute(changed.values(ordinal=ordinal, page=piece.page, place=piece.place))
            continue
        added.append(
            PassageRow(
                id=new_id("psg"),
                source_id=source.id,
                character_id=source.character_id,
                ordinal=ordinal,
                title=title,
                headings=list(piece.headings),
                text=piece.text,
                page=piece.page,
                place=piece.place,
                digest=digest,
            )
        )
    gone = [id_ for left in there.values() for id_, *_ in left]
    await delete_passages(session, gone)
    session.add_all(added)
    await session.flush()
    return added, gone


async def delete_passages(session: AsyncSession, ids: Iterable[str]) -> None:
    """With their vectors, also where foreign keys are not enforced."""
    wanted = list(ids)
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        await session.execute(delete(VectorRow).where(VectorRow.passage_id.in_(chunk)))
        await session.execute(delete(PassageRow).where(PassageRow.id.in_(chunk)))


# -- vectors


async def waiting_for_vectors(
    session: AsyncSession, source_id: str, model: str, limit: int
) -> list[PassageRow]:
    """The next passages of a source that have no vector of `model`, in order, to be read after the session
    has ended."""
    query = (
        select(PassageRow)
        .outerjoin(VectorRow, (VectorRow.passage_id == PassageRow.id) & (VectorRow.model == model))
        .where(PassageRow.source_id == source_id, VectorRow.passage_id.is_(None))
        .order_by(PassageRow.ordinal)
        .limit(limit)
    )
    rows = list(await session.scalars(query))
    session.expunge_all()
    return rows


async def keep_vectors(
    session: AsyncSession, source: SourceRow, ids: Sequence[str], data: Sequence[bytes], model: str
) -> None:
    """Keep the vectors `data` of the passages `ids`. A passage may have gone meanwhile; a vector of another
    model gives way."""
    still = set(await session.scalars(select(PassageRow.id).where(PassageRow.id.in_(ids))))
    query = select(VectorRow).where(VectorRow.passage_id.in_(ids))
    old = {row.passage_id: row for row in await session.scalars(query)}
    for id_, packed in zip(ids, data, strict=True):
        if id_ in old:
            old[id_].model, old[id_].data = model, packed
        elif id_ in still:
            session.add(VectorRow(passage_id=id_, character_id=source.character_id, model=model, data=packed))
    await session.flush()
    await bump(session, source.character_id)


async def with_vectors(session: AsyncSession, character_id: str, model: str) -> list[str]:
    """Sorted ids of the character's passages that have a vector of `model`."""
    query = select(VectorRow.passage_id).where(
        VectorRow.character_id == character_id, VectorRow.model == model
    )
    return sorted(await session.scalars(query))


async def has_vectors(session: AsyncSession, character_id: str, model: str) -> bool:
    query = select(VectorRow.passage_id).where(
        VectorRow.character_id == character_id, VectorRow.model == model
    )
    return await session.scalar(query.limit(1)) is not None


async def vectors_of(session: AsyncSession, ids: Sequence[str]) -> dict[str, bytes]:
    """The stored vectors of the passages `ids`."""
    found: dict[str, bytes] = {}
    for start in range(0, len(ids), _CHUNK):
        query = select(VectorRow.passage_id, VectorRow.data).where(
            VectorRow.passage_id.in_(ids[start : start + _CHUNK])
        )
        found |= {row.passage_id: row.data for row in await session.execute(query)}
    return found


async def count_vectors(session: AsyncSession, source_id: str, model: str) -> int:
    query = (
        select(func.count())
        .select_from(VectorRow)
        .join(PassageRow, PassageRow.id == VectorRow.passage_id)
        .where(PassageRow.source_id == source_id, VectorRow.model == model)
    )
    return int(await session.scalar(query) or 0)

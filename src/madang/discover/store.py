"""The tables of discovery, and the only SQL of this room: reports, and vectors of short texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    CursorResult,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from madang.discover.types import Report, ReportState
from madang.storage.tables import Base

Session = AsyncSession
_CHUNK = 400


class ReportRow(Base):
    """What somebody said of a character; one open report a person and character. Deleted with it."""

    __tablename__ = "discover_reports"
    __table_args__ = (Index("ix_discover_reports_whose", "reporter_id", "character_id"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    character_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("characters.id", ondelete="CASCADE"), index=True
    )
    reporter_kind: Mapped[str] = mapped_column(String(16))
    reporter_id: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), index=True)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class VectorRow(Base):
    """The vector of a text of the gallery by the hash of the text: 16-bit floats, little-endian."""

    __tablename__ = "discover_vectors"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    model: Mapped[str] = mapped_column(String(120), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


async def vectors(session: Session, model: str, keys: Sequence[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for start in range(0, len(keys), _CHUNK):
        query = select(VectorRow.key, VectorRow.data).where(
            VectorRow.key.in_(keys[start : start + _CHUNK]), VectorRow.model == model
        )
        found |= {row.key: row.data for row in await session.execute(query)}
    return found


async def keep_vectors(session: Session, model: str, data: dict[str, bytes]) -> None:
    """Vectors that another process has kept meanwhile stay as they are."""
    insert = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert(VectorRow)
    rows = [{"key": key, "model": model, "data": value} for key, value in data.items()]
    await session.execute(insert.on_conflict_do_nothing(), rows)


async def forget_vectors_but(session: Session, used: set[str]) -> int:
    """Removes the vectors of all other keys; how many."""
    kept = set(await session.scalars(select(VectorRow.key).distinct()))
    unused = sorted(kept - used)
    for start in range(0, len(unused), _CHUNK):
        await session.execute(delete(VectorRow).where(VectorRow.key.in_(unused[start : start + _CHUNK])))
    return len(unused)


async def open_report_of(
    session: Session, kind: str, reporter_id: str, character_id: str
) -> ReportRow | None:
    query = select(ReportRow).where(
        ReportRow.reporter_id == reporter_id,
        ReportRow.reporter_kind == kind,
        ReportRow.character_id == character_id,
        ReportRow.state == "open",
    )
    return (await session.scalars(query)).first()


async def add_report(session: Session, row: ReportRow) -> None:
    session.add(row)
    await session.flush()


async def reports(session: Session, state: ReportState, limit: int) -> list[Report]:
    """Newest first."""
    query = (
        select(ReportRow)
        .where(ReportRow.state == state)
        .order_by(ReportRow.created_at.desc(), ReportRow.id.desc())
        .limit(limit)
    )
    return [Report.model_validate(row, from_attributes=True) for row in await session.scalars(query)]


async def count_reports(session: Session, state: ReportState) -> int:
    query = select(func.count()).select_from(ReportRow).where(ReportRow.state == state)
    return (await session.scalars(query)).one()


async def settle(
    session: Session, character_id: str, state: ReportState, now: datetime, *, was: ReportState = "open"
) -> int:
    """Moves the reports about a character from one state to another; how many."""
    change = update(ReportRow).where(ReportRow.character_id == character_id, ReportRow.state == was)
    done = await session.execute(change.values(state=state, settled_at=now))
    return cast("CursorResult[Any]", done).rowcount

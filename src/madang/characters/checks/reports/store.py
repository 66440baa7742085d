"""The table of reports: every check of a character and many made from its knowledge, asked in one run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from madang.storage.tables import Base

TOPIC = "report"
"""What is told when a report has ended, with the character's id."""
KEPT = 5
"""Reports of one character that are kept; older ones go."""


class ReportRow(Base):
    """A report. `draft` is the print of the profile that was asked, `knowledge` the version of what it knew.

    `questions` is what is asked, `results` what came out so far, in the same order.
    """

    __tablename__ = "check_reports"
    __table_args__ = (Index("ix_check_reports_character", "character_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    character_id: Mapped[str] = mapped_column(String(40), ForeignKey("characters.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(16))
    """`running`, `done`, `stopped` or `failed`."""
    draft: Mapped[str] = mapped_column(String(64))
    knowledge: Mapped[int]
    asked: Mapped[int]
    held: Mapped[int]
    questions: Mapped[list[Any]]
    results: Mapped[list[Any]]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


async def find(session: AsyncSession, report_id: str, *, lock: bool = False) -> ReportRow | None:
    query = select(ReportRow).where(ReportRow.id == report_id)
    return (await session.scalars(query.with_for_update() if lock else query)).one_or_none()


async def newest(session: AsyncSession, character_id: str, *, done: bool = False) -> ReportRow | None:
    """The newest report of a character; with `done` the newest that was asked to its end."""
    query = select(ReportRow).where(ReportRow.character_id == character_id)
    if done:
        query = query.where(ReportRow.state == "done")
    query = query.order_by(ReportRow.created_at.desc(), ReportRow.id.desc()).limit(1)
    return (await session.scalars(query)).one_or_none()


async def newest_of(session: AsyncSession, ids: Sequence[str]) -> list[ReportRow]:
    """The newest report that was asked to its end, of each of these characters that has one."""
    last = (
        select(ReportRow.character_id, func.max(ReportRow.created_at).label("at"))
        .where(ReportRow.character_id.in_(ids), ReportRow.state == "done")
        .group_by(ReportRow.character_id)
        .subquery()
    )
    query = select(ReportRow).join(
        last, (ReportRow.character_id == last.c.character_id) & (ReportRow.created_at == last.c.at)
    )
    return list((await session.scalars(query.where(ReportRow.state == "done"))).all())


async def having(session: AsyncSession) -> frozenset[str]:
    query = select(ReportRow.character_id).where(ReportRow.state == "done")
    return frozenset((await session.scalars(query.distinct())).all())


async def add(session: AsyncSession, row: ReportRow) -> None:
    """Keeps a report, and forgets the oldest beyond `KEPT`."""
    session.add(row)
    await session.flush()
    newest_first = select(ReportRow.id).where(ReportRow.character_id == row.character_id)
    newest_first = newest_first.order_by(ReportRow.created_at.desc(), ReportRow.id.desc()).offset(KEPT)
    if old := (await session.scalars(newest_first)).all():
        await session.execute(delete(ReportRow).where(ReportRow.id.in_(old)))

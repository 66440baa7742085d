"""The tables of checks and of their runs, and their only SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ForeignKey, Index, String, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from madang.characters.types import Check, CheckResult
from madang.kernel.ids import new_id
from madang.storage.tables import Base

if TYPE_CHECKING:
    from madang.characters.store import CharacterRow

KEPT_RUNS = 20
"""Runs of one character that are kept; older ones go."""


class CheckRow(Base):
    """A check. `body` is `Check` as JSON, without id and times."""

    __tablename__ = "checks"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    character_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("characters.id", ondelete="CASCADE"), index=True
    )
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class CheckRunRow(Base):
    """A run of all checks of a character. `began_at`: a check changed after it was not asked as it is now."""

    __tablename__ = "check_runs"
    __table_args__ = (Index("ix_check_runs_character", "character_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    character_id: Mapped[str] = mapped_column(String(40), ForeignKey("characters.id", ondelete="CASCADE"))
    draft_at: Mapped[datetime]
    began_at: Mapped[datetime]
    results: Mapped[list[Any]]
    created_at: Mapped[datetime]


async def of_character(session: AsyncSession, character_id: str) -> Sequence[CheckRow]:
    """Checks of a character, in the order in which they were made."""
    query = select(CheckRow).where(CheckRow.character_id == character_id)
    return (await session.scalars(query.order_by(CheckRow.created_at, CheckRow.id))).all()


async def bring(session: AsyncSession, character_id: str, checks: Sequence[Check], now: datetime) -> None:
    """Adds checks that came with a card, in their order."""
    session.add_all(
        CheckRow(
            id=new_id("chk"),
            character_id=character_id,
            body=check.model_dump(mode="json", exclude={"id", "created_at"}),
            created_at=now + timedelta(microseconds=number),
            changed_at=now,
        )
        for number, check in enumerate(checks)
    )


def check_of(row: CheckRow) -> Check:
    return Check.model_validate({**row.body, "id": row.id, "created_at": row.created_at})


async def count(session: AsyncSession, character_id: str) -> int:
    query = select(func.count()).select_from(CheckRow).where(CheckRow.character_id == character_id)
    return (await session.scalars(query)).one()


async def one(session: AsyncSession, character_id: str, check_id: str) -> CheckRow | None:
    query = select(CheckRow).where(CheckRow.character_id == character_id, CheckRow.id == check_id)
    return (await session.scalars(query)).one_or_none()


async def last_run(session: AsyncSession, character_id: str) -> CheckRunRow | None:
    query = select(CheckRunRow).where(CheckRunRow.character_id == character_id)
    newest = query.order_by(CheckRunRow.created_at.desc(), CheckRunRow.id.desc()).limit(1)
    return (await session.scalars(newest)).one_or_none()


async def add_run(session: AsyncSession, row: CheckRunRow) -> None:
    """Keeps a run, and forgets the oldest beyond `KEPT_RUNS`."""
    session.add(row)
    await session.flush()
    newest = select(CheckRunRow.id).where(CheckRunRow.character_id == row.character_id)
    newest = newest.order_by(CheckRunRow.created_at.desc(), CheckRunRow.id.desc()).offset(KEPT_RUNS)
    if old := (await session.scalars(newest)).all():
        await session.execute(delete(CheckRunRow).where(CheckRunRow.id.in_(old)))


async def gate_open(session: AsyncSession, row: CharacterRow) -> bool:
    """Whether the checks of a character let it be published.

    A character that is not gated, or has no checks, always may. Else its last run must have asked every
    check as it is now, of the draft as it is now, and all of them held.
    """
    if not row.gated:
        return True
    checks = await of_character(session, row.id)
    if not checks:
        return True
    run = await last_run(session, row.id)
    if run is None or run.draft_at != row.updated_at:
        return False
    held = {result.check_id for result in map(CheckResult.model_validate, run.results) if result.passed}
    return all(check.id in held and check.changed_at <= run.began_at for check in checks)

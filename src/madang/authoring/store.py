"""What the import of a card did, kept until its maker has seen it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, delete
from sqlalchemy.orm import Mapped, mapped_column

from madang.characters.types import CardReport
from madang.kernel import clock
from madang.storage.database import Database
from madang.storage.tables import Base


class ImportReportRow(Base):
    """A `CardReport` as JSON. The row goes when its maker puts the report away, or with the character."""

    __tablename__ = "import_reports"

    character_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("characters.id", ondelete="CASCADE"), primary_key=True
    )
    report: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class Reports:
    """Reports of imports by character id. Its caller holds the character's door first."""

    def __init__(self, database: Database, *, now: clock.Clock = clock.now) -> None:
        self._database = database
        self._now = now

    async def keep(self, character_id: str, report: CardReport) -> None:
        row = ImportReportRow(
            character_id=character_id, report=report.model_dump(mode="json"), created_at=self._now()
        )
        async with self._database.write() as session:
            await session.merge(row)

    async def of(self, character_id: str) -> CardReport | None:
        async with self._database.read() as session:
            row = await session.get(ImportReportRow, character_id)
            return CardReport.model_validate(row.report) if row is not None else None

    async def put_away(self, character_id: str) -> None:
        async with self._database.write() as session:
            await session.execute(delete(ImportReportRow).where(ImportReportRow.character_id == character_id))

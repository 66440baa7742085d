"""The table of versions. Each is written once, at its publication, and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from madang.characters.store import Session
from madang.storage.tables import Base


class VersionRow(Base):
    """What one publication showed: `profile` is a `Profile` as JSON, `avatar` the hash of its face."""

    __tablename__ = "character_versions"

    character_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("characters.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    profile: Mapped[dict[str, Any]]
    avatar: Mapped[str | None] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[datetime]


async def of(session: Session, character_id: str) -> Sequence[VersionRow]:
    """Newest first."""
    query = (
        select(VersionRow).where(VersionRow.character_id == character_id).order_by(VersionRow.number.desc())
    )
    return (await session.scalars(query)).all()


async def one(session: Session, character_id: str, number: int) -> VersionRow | None:
    # a number that no database holds is no version
    return await session.get(VersionRow, (character_id, number)) if 0 < number < 2**31 else None

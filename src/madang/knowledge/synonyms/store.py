"""The table of words that mean the same for a character."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import String, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from madang.storage.tables import Base


class SynonymsRow(Base):
    __tablename__ = "knowledge_synonyms"

    character_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    groups: Mapped[list[Any]] = mapped_column()


async def synonyms_of(session: AsyncSession, character_id: str) -> list[list[str]]:
    row = await session.get(SynonymsRow, character_id)
    return [[str(word) for word in group] for group in row.groups] if row is not None else []


async def keep(session: AsyncSession, character_id: str, groups: Sequence[Sequence[str]]) -> None:
    """Keep `groups` (as `cleaned` gives them) in place of those before, in the caller's transaction."""
    await forget(session, character_id)
    if groups:
        session.add(SynonymsRow(character_id=character_id, groups=[list(group) for group in groups]))
        await session.flush()


async def forget(session: AsyncSession, character_id: str) -> None:
    await session.execute(delete(SynonymsRow).where(SynonymsRow.character_id == character_id))

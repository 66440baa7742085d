"""The tables of signatures, and their only SQL: whose signature an imported card had, and which studios were
asked for their keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from madang.characters.types import Signature
from madang.storage.tables import Base


class CardSignatureRow(Base):
    """The signature of the card a character came from. None is kept for a card without one."""

    __tablename__ = "card_signatures"

    character_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("characters.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[str] = mapped_column(String(16))
    studio: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    signed_at: Mapped[datetime | None]


class KnownStudioRow(Base):
    """The keys that a studio's own document named when it was asked."""

    __tablename__ = "known_studios"

    studio: Mapped[str] = mapped_column(String(300), primary_key=True)
    keys: Mapped[list[Any]]
    asked_at: Mapped[datetime]


async def keep(session: AsyncSession, character_id: str, signature: Signature) -> None:
    """Keeps what was found at an import; the caller's transaction writes it."""
    if signature.state != "none":
        session.add(
            CardSignatureRow(
                character_id=character_id,
                state=signature.state,
                studio=signature.studio,
                key=signature.key,
                signed_at=signature.signed_at,
            )
        )


async def of_character(session: AsyncSession, character_id: str) -> Signature | None:
    row = await session.get(CardSignatureRow, character_id)
    return Signature.model_validate(row, from_attributes=True) if row is not None else None


async def judged(session: AsyncSession, signature: Signature) -> Signature:
    """The same, `known` or `broken` where its studio was asked: its document names the key, or another."""
    if signature.state != "unknown":
        return signature
    row = await session.get(KnownStudioRow, signature.studio)
    if row is None:
        return signature
    return signature.model_copy(update={"state": "known" if signature.key in row.keys else "broken"})


async def learn(session: AsyncSession, studio: str, keys: list[str], now: datetime) -> None:
    await session.merge(KnownStudioRow(studio=studio, keys=keys, asked_at=now))

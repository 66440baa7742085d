"""Tables of safety and the only SQL over them: the owner's rules, and the owner's own words of help."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, String, Text, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from madang.storage.tables import Base

TOPIC = "rules"
"""What is told of a rule, or of words of help, that changed."""


class RuleRow(Base):
    __tablename__ = "safety_rules"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(String(200))
    also: Mapped[list[Any]]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(index=True)


class HelpRow(Base):
    """What the owner says, in one language, to somebody in danger; without a row the studio's own words."""

    __tablename__ = "safety_help"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    """`en.self`, `en.other`, `ko.self`, `ko.other`."""
    text: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]


Revision = tuple[int, datetime | None, int, datetime | None]


async def revision(session: AsyncSession) -> Revision:
    """Changes with every change: how many rules and texts there are, and when one was written last."""
    rules = (await session.execute(select(func.count(RuleRow.id), func.max(RuleRow.changed_at)))).one()
    helps = (await session.execute(select(func.count(HelpRow.name), func.max(HelpRow.changed_at)))).one()
    return int(rules[0]), rules[1], int(helps[0]), helps[1]


async def rules(session: AsyncSession) -> Sequence[RuleRow]:
    """All rules, in the order they were made."""
    return (await session.execute(select(RuleRow).order_by(RuleRow.created_at, RuleRow.id))).scalars().all()


async def rule(session: AsyncSession, rule_id: str) -> RuleRow | None:
    return await session.get(RuleRow, rule_id)


async def count(session: AsyncSession) -> int:
    return int((await session.execute(select(func.count(RuleRow.id)))).scalar_one())


async def remove(session: AsyncSession, rule_id: str) -> bool:
    """False when there is no such rule."""
    result = await session.execute(delete(RuleRow).where(RuleRow.id == rule_id))
    return cast("CursorResult[Any]", result).rowcount == 1


async def helps(session: AsyncSession) -> dict[str, str]:
    """The owner's own texts by name."""
    return {row.name: row.text for row in (await session.execute(select(HelpRow))).scalars()}


async def put_help(session: AsyncSession, name: str, text: str, at: datetime) -> None:
    """Keep the owner's text; an empty one brings the studio's own back."""
    await session.execute(delete(HelpRow).where(HelpRow.name == name))
    if text:
        session.add(HelpRow(name=name, text=text, changed_at=at))

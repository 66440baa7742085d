"""The tables of this room, and their only SQL: a character's embed, and how much it was used."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, ForeignKey, String, delete, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from madang.share.types import Embed
from madang.storage.tables import Base

Session = AsyncSession
TOPIC = "embed"
"""What is told of a character whose switch or websites changed, with its id."""
EVERYBODY = "*"
"""In place of a visitor's id: all of them together."""
KEPT_DAYS = 8


class EmbedRow(Base):
    """A character on other websites. `settings` is `Embed` as JSON, without its switch."""

    __tablename__ = "embeds"

    character_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("characters.id", ondelete="CASCADE"), primary_key=True
    )
    on: Mapped[bool] = mapped_column("is_on", default=False, server_default=text("false"))
    settings: Mapped[dict[str, Any]]
    link: Mapped[str | None] = mapped_column(String(64))
    """Token of the link by which visitors of an unlisted character come in."""
    changed_at: Mapped[datetime]


class EmbedUseRow(Base):
    """Messages of a day: of one visitor, or of everybody (`*`)."""

    __tablename__ = "embed_uses"

    character_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("characters.id", ondelete="CASCADE"), primary_key=True
    )
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    who: Mapped[str] = mapped_column(String(40), primary_key=True)
    messages: Mapped[int]


def settings_of(row: EmbedRow) -> Embed:
    return Embed.model_validate({**row.settings, "on": row.on})


async def embed(session: Session, character_id: str, *, lock: bool = False) -> EmbedRow | None:
    return await session.get(EmbedRow, character_id, with_for_update=lock or None)


async def embeds(session: Session, character_ids: Collection[str]) -> Sequence[EmbedRow]:
    return (await session.scalars(select(EmbedRow).where(EmbedRow.character_id.in_(character_ids)))).all()


async def used(session: Session, character_id: str, day: date, who: str = EVERYBODY) -> int:
    row = await session.get(EmbedUseRow, (character_id, day, who))
    return row.messages if row is not None else 0


async def count(session: Session, character_id: str, day: date, who: str, most: int) -> int | None:
    """Counts one message, unless there were `most` already; how many there are now, or None.

    One statement, so that messages at the same moment cannot pass the limit together.
    """
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    query = insert(EmbedUseRow).values(character_id=character_id, day=day, who=who, messages=1)
    counted = query.on_conflict_do_update(
        index_elements=[EmbedUseRow.character_id, EmbedUseRow.day, EmbedUseRow.who],
        set_={"messages": EmbedUseRow.messages + 1},
        where=EmbedUseRow.messages < most,
    ).returning(EmbedUseRow.messages)
    return (await session.scalars(counted)).one_or_none()


async def give_back(session: Session, character_id: str, day: date, who: str) -> None:
    """Takes one counted message back."""
    which = (EmbedUseRow.character_id == character_id, EmbedUseRow.day == day, EmbedUseRow.who == who)
    change = update(EmbedUseRow).where(*which, EmbedUseRow.messages > 0)
    await session.execute(change.values(messages=EmbedUseRow.messages - 1))


async def forget_old(session: Session, day: date) -> None:
    """Drops the counts of days long past."""
    await session.execute(delete(EmbedUseRow).where(EmbedUseRow.day < day - timedelta(days=KEPT_DAYS)))

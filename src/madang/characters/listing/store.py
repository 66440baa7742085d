"""The listing's clock, what is gone from it, and the changes since a moment.

Whoever keeps an index asks for what changed since the last change it saw. For that to miss nothing, later
commits must carry later moments, also from several processes: every change takes the next moment from one
row, whose lock is held until its transaction ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, String, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from madang.characters.store import CharacterRow, Session, in_gallery
from madang.characters.types import EXCERPT
from madang.storage.tables import Base

Changed = Row[Any]
"""Columns of a character, as `changed_since` names them."""
STEP = timedelta(microseconds=1)


class ListingClockRow(Base):
    """One row: the moment of the newest change."""

    __tablename__ = "character_listing_clock"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    moment: Mapped[datetime]


class GoneRow(Base):
    """A character that was in the listing and is deleted. Nothing else of it is kept."""

    __tablename__ = "character_gone"

    character_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    gone_at: Mapped[datetime] = mapped_column(index=True)


async def tick(session: Session, now: datetime, count: int = 1) -> datetime:
    """The moment of a change; with `count`, the first of that many, one `STEP` apart."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    await session.execute(insert(ListingClockRow).values(id=1, moment=now - STEP).on_conflict_do_nothing())
    query = select(ListingClockRow.moment).where(ListingClockRow.id == 1).with_for_update()
    last = (await session.scalars(query)).one()
    first = max(now, last + STEP)
    await session.execute(
        update(ListingClockRow).where(ListingClockRow.id == 1).values(moment=first + (count - 1) * STEP)
    )
    return first


async def moment(session: Session) -> datetime | None:
    """When anything last changed; None before the first change."""
    return (
        await session.scalars(select(ListingClockRow.moment).where(ListingClockRow.id == 1))
    ).one_or_none()


async def gone(session: Session, character_id: str, now: datetime) -> None:
    session.add(GoneRow(character_id=character_id, gone_at=await tick(session, now)))


async def gone_since(session: Session, since: datetime, limit: int) -> Sequence[Row[str, datetime]]:
    """(id, moment), oldest first."""
    query = (
        select(GoneRow.character_id, GoneRow.gone_at)
        .where(GoneRow.gone_at > since)
        .order_by(GoneRow.gone_at)
        .limit(limit)
    )
    return (await session.execute(query)).all()


async def changed_since(session: Session, since: datetime | None, limit: int) -> Sequence[Changed]:
    """Columns of the characters whose listing changed, oldest first; with None, of those in it now."""
    if since is None:
        query = _columns().where(CharacterRow.listed_at.is_not(None), in_gallery())
    else:
        query = _columns().where(CharacterRow.listed_at > since)
    found: Sequence[Changed] = (
        await session.execute(query.order_by(CharacterRow.listed_at).limit(limit))
    ).all()
    return found


async def listed_of(session: Session, ids: Sequence[str]) -> Sequence[Changed]:
    """The same of those of `ids` that are in the listing now."""
    query = _columns().where(CharacterRow.id.in_(ids), CharacterRow.listed_at.is_not(None), in_gallery())
    found: Sequence[Changed] = (await session.execute(query)).all()
    return found


def _columns() -> Select[tuple[Any, ...]]:
    """The fields are taken out of the profile by the database: decoding it whole takes several times as
    long."""
    said = CharacterRow.published
    return select(
        CharacterRow.id,
        CharacterRow.listed_at,
        in_gallery().label("shown"),
        CharacterRow.slug,
        CharacterRow.owner_id,
        said["name"].as_string().label("name"),
        *(
            func.coalesce(said[field].as_string(), "").label(field)
            for field in ("tagline", "creator", "licence")
        ),
        *(
            func.substr(func.coalesce(said[field].as_string(), ""), 1, EXCERPT).label(field)
            for field in ("persona", "greeting")
        ),
        *(said[field].as_string().label(field) for field in ("kind", "language", "rating")),
        said["tags"].label("tags"),
        said["remixable"].as_boolean().label("remixable"),
        CharacterRow.avatar,
        CharacterRow.version,
        CharacterRow.published_at,
        CharacterRow.ancestors,
    )


async def unstamped(session: Session, *, lock: bool = False) -> Sequence[CharacterRow]:
    """Characters published before there was a listing."""
    query = select(CharacterRow).where(CharacterRow.listed_at.is_(None), in_gallery())
    query = query.order_by(CharacterRow.published_at, CharacterRow.id)
    return (await session.scalars(query.with_for_update() if lock else query)).all()

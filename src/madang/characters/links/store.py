"""The tables of links, and their only SQL: a link, and who came in through it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, String, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from madang.kernel import clock
from madang.kernel.identity import Identity
from madang.storage.tables import Base


class LinkRow(Base):
    """A link. The token is kept as it is: its maker shows it again, as an address and as a QR code."""

    __tablename__ = "character_links"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    character_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("characters.id", ondelete="CASCADE"), index=True
    )
    token: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(String(120), default="", server_default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class GrantRow(Base):
    """Somebody came in through a link: while it holds, they meet its character."""

    __tablename__ = "character_link_grants"

    link_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("character_links.id", ondelete="CASCADE"), primary_key=True
    )
    identity_kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    identity_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    opened_at: Mapped[datetime]


async def granted(
    session: AsyncSession, identity: Identity, character_id: str, now: datetime | None = None
) -> bool:
    """Whether `identity` came in through a link to this character that still holds.

    A revoked or expired link opens nothing, from that moment on.
    """
    query = (
        select(GrantRow.link_id)
        .join(LinkRow, LinkRow.id == GrantRow.link_id)
        .where(
            LinkRow.character_id == character_id,
            GrantRow.identity_kind == identity.kind,
            GrantRow.identity_id == identity.id,
            *_holds(now or clock.now()),
        )
        .limit(1)
    )
    return (await session.scalars(query)).first() is not None


async def by_token(session: AsyncSession, token: str, now: datetime) -> LinkRow | None:
    """The link of this token while it holds."""
    if not token or len(token) > 64 or not token.isascii() or "\0" in token:
        return None
    return (await session.scalars(select(LinkRow).where(LinkRow.token == token, *_holds(now)))).one_or_none()


async def of_character(session: AsyncSession, character_id: str) -> Sequence[tuple[LinkRow, int]]:
    """Links with how many came in through each, newest first."""
    opened = (
        select(func.count())
        .select_from(GrantRow)
        .where(GrantRow.link_id == LinkRow.id)
        .correlate(LinkRow)
        .scalar_subquery()
    )
    query = (
        select(LinkRow, opened)
        .where(LinkRow.character_id == character_id)
        .order_by(LinkRow.created_at.desc(), LinkRow.id.desc())
    )
    return [(row, count) for row, count in (await session.execute(query)).all()]


async def grant(session: AsyncSession, link_id: str, identity: Identity, now: datetime) -> None:
    """Remembers that `identity` came in; a second time changes nothing. The caller's transaction writes."""
    key = (link_id, identity.kind, identity.id)
    if await session.get(GrantRow, key) is None:
        session.add(
            GrantRow(link_id=link_id, identity_kind=identity.kind, identity_id=identity.id, opened_at=now)
        )


async def revoke(session: AsyncSession, character_id: str, link_id: str, now: datetime) -> bool:
    """Ends a link of this character; False when it has none of this id. A second time keeps the first."""
    found = await session.execute(
        update(LinkRow)
        .where(LinkRow.id == link_id, LinkRow.character_id == character_id)
        .values(revoked_at=func.coalesce(LinkRow.revoked_at, now))
        .returning(LinkRow.id)
    )
    return found.first() is not None


def _holds(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        LinkRow.revoked_at.is_(None),
        or_(LinkRow.expires_at.is_(None), LinkRow.expires_at > now),
    )

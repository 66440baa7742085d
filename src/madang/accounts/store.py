"""Tables of accounts and the only SQL over them. Secrets arrive here hashed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, ForeignKey, String, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from madang.storage.tables import Base


class UserRow(Base):
    """A person with an account. `seat` is unique, so a studio can have only one owner; `name_key` is unique
    too (the name as `people.name_key` compares it), None for who has no name."""

    __tablename__ = "users"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    seat: Mapped[str | None] = mapped_column(String(16), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(60), default="", server_default="")
    name_key: Mapped[str | None] = mapped_column(String(120), unique=True, index=True)
    label: Mapped[str] = mapped_column(String(120), default="", server_default="")
    suspended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class InvitationRow(Base):
    """A link by which one person gets an account. Once used or revoked it stays as a record."""

    __tablename__ = "invitations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    label: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class LinkRow(Base):
    """The newest one-time link of a user; the primary key makes a newer one replace the older."""

    __tablename__ = "owner_links"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    expires_at: Mapped[datetime]


class SessionRow(Base):
    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    via: Mapped[str] = mapped_column(String(16))
    agent: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class KeyRow(Base):
    __tablename__ = "api_keys"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    scopes: Mapped[list[Any]]
    hint: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


def _changed(result: object) -> int:
    return cast("CursorResult[Any]", result).rowcount


async def owner(session: AsyncSession) -> UserRow | None:
    return (await session.execute(select(UserRow).where(UserRow.seat == "owner"))).scalar_one_or_none()


async def add_owner(session: AsyncSession, user_id: str, at: datetime) -> UserRow:
    """The owner; when another process made one first, that one."""
    try:
        async with session.begin_nested():
            row = UserRow(id=user_id, kind="owner", seat="owner", password_hash=None, created_at=at)
            session.add(row)
        return row
    except IntegrityError:
        found = await owner(session)
        if found is None:
            raise
        return found


async def user(session: AsyncSession, user_id: str) -> UserRow | None:
    return await session.get(UserRow, user_id)


async def set_password_hash(session: AsyncSession, user_id: str, password_hash: str) -> None:
    await session.execute(update(UserRow).where(UserRow.id == user_id).values(password_hash=password_hash))


async def put_link(session: AsyncSession, user_id: str, token_hash: str, expires_at: datetime) -> None:
    # two at once on PostgreSQL: the second waits here, so that its insert finds the first one deleted
    await session.execute(select(UserRow.id).where(UserRow.id == user_id).with_for_update())
    await drop_link(session, user_id)
    session.add(LinkRow(user_id=user_id, token_hash=token_hash, expires_at=expires_at))


async def drop_link(session: AsyncSession, user_id: str) -> None:
    await session.execute(delete(LinkRow).where(LinkRow.user_id == user_id))


async def link(session: AsyncSession, token_hash: str, at: datetime) -> LinkRow | None:
    """The link, if it can still be used."""
    query = select(LinkRow).where(LinkRow.token_hash == token_hash, LinkRow.expires_at > at)
    return (await session.execute(query)).scalar_one_or_none()


async def take_link(session: AsyncSession, token_hash: str, at: datetime) -> str | None:
    """Use the link up and give its user's id. Of two at once, the delete counts for only one."""
    row = await link(session, token_hash, at)
    if row is None:
        return None
    taken = await session.execute(delete(LinkRow).where(LinkRow.token_hash == token_hash))
    return row.user_id if _changed(taken) == 1 else None


async def session_of(session: AsyncSession, token_hash: str, at: datetime) -> tuple[SessionRow, str] | None:
    """A living session of a user who is not suspended, and the user's kind."""
    query = (
        select(SessionRow, UserRow.kind)
        .join(UserRow, UserRow.id == SessionRow.user_id)
        .where(SessionRow.token_hash == token_hash, SessionRow.expires_at > at)
        .where(UserRow.suspended_at.is_(None))
    )
    found = (await session.execute(query)).first()
    return (found[0], found[1]) if found else None


async def sessions(session: AsyncSession, user_id: str, at: datetime) -> Sequence[SessionRow]:
    query = select(SessionRow).where(SessionRow.user_id == user_id, SessionRow.expires_at > at)
    return (await session.execute(query.order_by(SessionRow.seen_at.desc()))).scalars().all()


async def touch_session(session: AsyncSession, session_id: str, at: datetime, expires_at: datetime) -> None:
    values = {"seen_at": at, "expires_at": expires_at}
    await session.execute(update(SessionRow).where(SessionRow.id == session_id).values(values))


async def end_sessions(
    session: AsyncSession,
    *,
    user_id: str | None = None,
    token_hash: str | None = None,
    session_id: str | None = None,
    keep: str | None = None,
) -> int:
    """Delete the sessions that all given conditions fit, but not the one with id `keep`; how many."""
    query = delete(SessionRow)
    if user_id is not None:
        query = query.where(SessionRow.user_id == user_id)
    if token_hash is not None:
        query = query.where(SessionRow.token_hash == token_hash)
    if session_id is not None:
        query = query.where(SessionRow.id == session_id)
    if keep is not None:
        query = query.where(SessionRow.id != keep)
    if user_id is None and token_hash is None and session_id is None:
        raise ValueError("end_sessions needs a condition")
    return _changed(await session.execute(query))


async def drop_expired(session: AsyncSession, at: datetime) -> None:
    await session.execute(delete(SessionRow).where(SessionRow.expires_at <= at))


async def key_of(session: AsyncSession, token_hash: str) -> tuple[KeyRow, str] | None:
    """A key that was not revoked, of a user who is not suspended, and the user's kind."""
    query = (
        select(KeyRow, UserRow.kind)
        .join(UserRow, UserRow.id == KeyRow.user_id)
        .where(KeyRow.token_hash == token_hash, KeyRow.revoked_at.is_(None))
        .where(UserRow.suspended_at.is_(None))
    )
    found = (await session.execute(query)).first()
    return (found[0], found[1]) if found else None


async def keys(session: AsyncSession, user_id: str) -> Sequence[KeyRow]:
    """Keys that still work, newest first."""
    query = select(KeyRow).where(KeyRow.user_id == user_id, KeyRow.revoked_at.is_(None))
    return (await session.execute(query.order_by(KeyRow.created_at.desc(), KeyRow.id))).scalars().all()


async def touch_key(session: AsyncSession, key_id: str, at: datetime) -> None:
    await session.execute(update(KeyRow).where(KeyRow.id == key_id).values(used_at=at))


async def revoke_key(session: AsyncSession, user_id: str, key_id: str, at: datetime) -> bool:
    """False when this user has no such living key."""
    query = update(KeyRow).where(KeyRow.id == key_id, KeyRow.user_id == user_id, KeyRow.revoked_at.is_(None))
    return _changed(await session.execute(query.values(revoked_at=at))) == 1


async def revoke_keys(session: AsyncSession, user_id: str, at: datetime) -> None:
    """Revoke every key of a user."""
    query = update(KeyRow).where(KeyRow.user_id == user_id, KeyRow.revoked_at.is_(None))
    await session.execute(query.values(revoked_at=at))


# --- people and invitations ---------------------------------------------------------------------------------


async def named(session: AsyncSession, name_key: str) -> UserRow | None:
    return (await session.execute(select(UserRow).where(UserRow.name_key == name_key))).scalar_one_or_none()


async def others(session: AsyncSession) -> bool:
    """Whether anybody has a name to sign in with."""
    return (
        await session.execute(select(UserRow.id).where(UserRow.name_key.is_not(None)).limit(1))
    ).first() is not None


async def users(session: AsyncSession) -> list[tuple[UserRow, datetime | None]]:
    """Everybody with an account and when they were seen last: the owner first, then the newest first."""
    seen = (
        select(SessionRow.user_id, func.max(SessionRow.seen_at).label("seen_at"))
        .group_by(SessionRow.user_id)
        .subquery()
    )
    query = select(UserRow, seen.c.seen_at).outerjoin(seen, seen.c.user_id == UserRow.id)
    rows = (await session.execute(query.order_by(UserRow.seat.is_(None), UserRow.created_at.desc()))).all()
    return [(row[0], row[1]) for row in rows]


async def locked(session: AsyncSession, user_id: str) -> UserRow | None:
    """The user, held until the transaction ends: a sign-in waits for a suspension and the other way round."""
    query = select(UserRow).where(UserRow.id == user_id).with_for_update()
    return (await session.execute(query)).scalar_one_or_none()


async def add_user(session: AsyncSession, row: UserRow) -> bool:
    """False when the name is taken."""
    try:
        async with session.begin_nested():
            session.add(row)
        return True
    except IntegrityError:
        return False


async def invitation(session: AsyncSession, token_hash: str, at: datetime) -> InvitationRow | None:
    """The invitation, if it can still be used."""
    query = select(InvitationRow).where(InvitationRow.token_hash == token_hash)
    return (await session.execute(query.where(*_open(at)))).scalar_one_or_none()


async def take_invitation(session: AsyncSession, token_hash: str, at: datetime) -> InvitationRow | None:
    """Use it up. Of two at once, the update counts for only one."""
    row = await invitation(session, token_hash, at)
    if row is None:
        return None
    query = update(InvitationRow).where(InvitationRow.id == row.id, *_open(at)).values(used_at=at)
    return row if _changed(await session.execute(query)) == 1 else None


async def invitations(session: AsyncSession, at: datetime) -> Sequence[InvitationRow]:
    """Those that can still be used, newest first."""
    query = select(InvitationRow).where(*_open(at)).order_by(InvitationRow.created_at.desc())
    return (await session.execute(query)).scalars().all()


async def revoke_invitation(session: AsyncSession, invitation_id: str, at: datetime) -> bool:
    """False when there is none that could still be used."""
    query = update(InvitationRow).where(InvitationRow.id == invitation_id, *_open(at))
    return _changed(await session.execute(query.values(revoked_at=at))) == 1


def _open(at: datetime) -> tuple[Any, ...]:
    return (
        InvitationRow.used_at.is_(None),
        InvitationRow.revoked_at.is_(None),
        InvitationRow.expires_at > at,
    )

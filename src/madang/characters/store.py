"""The tables of characters, and the only SQL of this room. Nothing here asks who is asking: `access` does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Double,
    ForeignKey,
    Index,
    String,
    Text,
    and_,
    cast,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from madang.kernel.ids import normal_slug, slugify
from madang.storage.tables import Base

_CHUNK = 500
UNNAMED = "unnamed"
"""Key in a kept ancestor that is deleted, where not everybody found it at the end."""
Session = AsyncSession
"""What `Database.read()` and `Database.write()` give."""


class SlugTaken(Exception):
    """Somebody else took the same slug between looking for a free one and writing it."""


class CharacterRow(Base):
    """A character. `draft` and `published` are `Profile` as JSON; `owner_id` is a user's id of `accounts`."""

    __tablename__ = "characters"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    owner_id: Mapped[str] = mapped_column(String(40), index=True)
    draft: Mapped[dict[str, Any]]
    published: Mapped[dict[str, Any] | None]
    avatar: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    visibility: Mapped[str] = mapped_column(String(16), default="public", server_default="public")
    archived_at: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]
    hidden_why: Mapped[str] = mapped_column(Text, default="", server_default="")
    ancestors: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    gated: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    wrong: Mapped[float | None] = mapped_column(Double)
    """Share of its answers that may be wrong; None leaves it to the studio."""
    next_avatar: Mapped[str | None] = mapped_column(String(64))
    """A face that came with a restored version and is met from the next publication on; "" is the mask."""
    avatar_raw: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """The avatar is a picture as it came with a card: nobody is given it before it is drawn anew."""
    listed_at: Mapped[datetime | None] = mapped_column(index=True)
    """When its listing last changed, by the listing's own clock; None while it was never in one."""


class OldSlugRow(Base):
    """A slug that a character was known by: its addresses still lead to it, and nobody else gets it."""

    __tablename__ = "character_old_slugs"

    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    character_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("characters.id", ondelete="CASCADE"), index=True
    )


class CardRow(Base):
    """The card a character came from, kept whole, so that an export gives back what this studio cannot hold.

    `baseline` is the profile the card was mapped to: a field that still equals it goes back as it was
    written. `carrier` is the PNG it came in without its card chunks, or the JPEG in front of its ZIP; it
    is used again while the avatar is still `carrier_avatar`.
    """

    __tablename__ = "character_cards"

    character_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("characters.id", ondelete="CASCADE"), primary_key=True
    )
    spec: Mapped[str] = mapped_column(String(40))
    document: Mapped[dict[str, Any]]
    baseline: Mapped[dict[str, Any]]
    carrier: Mapped[str | None] = mapped_column(String(64))
    carrier_kind: Mapped[str | None] = mapped_column(String(8))
    carrier_avatar: Mapped[str | None] = mapped_column(String(64))


class AssetRow(Base):
    """A file that came with a card: one of its declared assets, or an extra file of its archive.

    `path` is its name inside the container; `uri`, `type`, `name`, `ext` are what the card says of it.
    """

    __tablename__ = "character_assets"
    __table_args__ = (Index("ix_character_assets_character", "character_id", "position"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    character_id: Mapped[str] = mapped_column(String(40), ForeignKey("characters.id", ondelete="CASCADE"))
    position: Mapped[int]
    blob: Mapped[str] = mapped_column(String(64), index=True)
    path: Mapped[str] = mapped_column(Text)
    uri: Mapped[str | None] = mapped_column(Text)
    type: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    ext: Mapped[str | None] = mapped_column(Text)


async def find(session: AsyncSession, key: str, *, lock: bool = False) -> CharacterRow | None:
    """The character with this slug, one that it had before, or id (only an id holds `_`)."""
    if "\0" in key or len(key) > 200:
        return None
    by_id = key.startswith("chr_")
    slug = normal_slug(key)
    query = select(CharacterRow).where(CharacterRow.id == key if by_id else CharacterRow.slug == slug)
    found = (await session.scalars(query.with_for_update() if lock else query)).one_or_none()
    if found is not None or by_id:
        return found
    before = await session.get(OldSlugRow, slug)
    return await session.get(CharacterRow, before.character_id, with_for_update=lock) if before else None


async def free_slug(session: AsyncSession, name: str) -> str:
    """A slug for `name` that no character has: `sumi`, `sumi-2`, `sumi-3`…"""
    base = slugify(name)
    taken = set(
        await session.scalars(
            select(CharacterRow.slug).where(CharacterRow.slug.startswith(base, autoescape=True))
        )
    )
    taken |= set(
        await session.scalars(
            select(OldSlugRow.slug).where(OldSlugRow.slug.startswith(base, autoescape=True))
        )
    )
    if base not in taken:
        return base
    number = 2
    while f"{base}-{number}" in taken:
        number += 1
    return f"{base}-{number}"


async def free_name(session: AsyncSession, name: str) -> str:
    """A name for a second one of `name` whose slug is free: `Sumi 2`, `Sumi 3`…"""
    slugs = set(
        await session.scalars(
            select(CharacterRow.slug).where(CharacterRow.slug.startswith(slugify(name), autoescape=True))
        )
    )
    number = 2
    while slugify(f"{name[:110]} {number}") in slugs and number < 10_000:
        number += 1
    return f"{name[:110]} {number}"


async def readdress(session: AsyncSession, row: CharacterRow, slug: str, *, remember: bool) -> None:
    """Give a character another slug; with `remember` its addresses until now still lead to it.

    Raises SlugTaken, after which the transaction is lost.
    """
    before = await session.get(OldSlugRow, slug)
    if before is not None:
        if before.character_id != row.id:
            raise SlugTaken(slug)
        await session.delete(before)
    if remember:
        session.add(OldSlugRow(slug=row.slug, character_id=row.id))
    row.slug = slug
    try:
        await session.flush()
    except IntegrityError as error:
        raise SlugTaken(slug) from error


async def old_slugs(session: AsyncSession, character_id: str) -> list[str]:
    query = select(OldSlugRow.slug).where(OldSlugRow.character_id == character_id)
    return sorted(await session.scalars(query))


async def insert(session: AsyncSession, row: CharacterRow) -> None:
    """Adds a character. Raises SlugTaken; then the transaction is lost and has to be begun again."""
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        raise SlugTaken(row.slug) from error


async def of_owner(session: AsyncSession, owner_id: str | None) -> Sequence[CharacterRow]:
    """Characters of one user, or of everybody with None, last edited first."""
    query = select(CharacterRow).order_by(CharacterRow.updated_at.desc(), CharacterRow.id)
    if owner_id is not None:
        query = query.where(CharacterRow.owner_id == owner_id)
    return (await session.scalars(query)).all()


def in_gallery() -> ColumnElement[bool]:
    """Whether everybody may meet a character."""
    return and_(
        CharacterRow.published_at.is_not(None),
        CharacterRow.visibility == "public",
        CharacterRow.archived_at.is_(None),
        CharacterRow.hidden_at.is_(None),
    )


async def published(session: AsyncSession, limit: int, offset: int) -> Sequence[CharacterRow]:
    """Characters that everybody may meet, newest first."""
    query = (
        select(CharacterRow)
        .where(in_gallery())
        .order_by(CharacterRow.published_at.desc(), CharacterRow.id)
        .limit(limit)
        .offset(offset)
    )
    return (await session.scalars(query)).all()


async def count_published(session: AsyncSession) -> int:
    query = select(func.count()).select_from(CharacterRow).where(in_gallery())
    return (await session.scalars(query)).one()


async def whether_in_gallery(session: AsyncSession, ids: Iterable[str]) -> dict[str, bool]:
    """Of those characters that are here: whether everybody may meet them."""
    found: dict[str, bool] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), _CHUNK):
        query = select(CharacterRow.id, in_gallery()).where(
            CharacterRow.id.in_(wanted[start : start + _CHUNK])
        )
        found |= {key: bool(listed) for key, listed in await session.execute(query)}
    return found


async def with_ids(session: AsyncSession, ids: Sequence[str]) -> list[CharacterRow]:
    """Of these ids, in their order, the characters that are here."""
    found: dict[str, CharacterRow] = {}
    for start in range(0, len(ids), _CHUNK):
        query = select(CharacterRow).where(CharacterRow.id.in_(ids[start : start + _CHUNK]))
        found |= {row.id: row for row in await session.scalars(query)}
    return [found[key] for key in ids if key in found]


async def begun_from(session: AsyncSession, character_id: str) -> Sequence[CharacterRow]:
    """Characters with this one among their ancestors."""
    query = select(CharacterRow).where(cast(CharacterRow.ancestors, String).contains(character_id))
    return (await session.scalars(query)).all()


async def card_of(session: AsyncSession, character_id: str) -> CardRow | None:
    return await session.get(CardRow, character_id)


async def assets_of(session: AsyncSession, character_id: str) -> Sequence[AssetRow]:
    query = select(AssetRow).where(AssetRow.character_id == character_id).order_by(AssetRow.position)
    return (await session.scalars(query)).all()


async def remove(session: AsyncSession, character_id: str) -> None:
    """Deletes a character with its card and asset rows; blobs stay until they are collected."""
    for table in (AssetRow, CardRow, OldSlugRow):
        await session.execute(delete(table).where(table.character_id == character_id))
    await session.execute(delete(CharacterRow).where(CharacterRow.id == character_id))

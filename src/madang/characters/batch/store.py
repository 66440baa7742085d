"""Which files were imported already, so that a batch can be begun again where it stopped."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from madang.characters.store import CharacterRow, Session
from madang.storage.tables import Base


class Taken(Exception):
    """Somebody else took one of the slugs, or imported one of the files, at this moment: the transaction is
    lost, and has to be begun again."""


class ImportRow(Base):
    """A file of a batch and the character it became; gone with the character, which may then come again."""

    __tablename__ = "character_imports"

    owner_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    file: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of its bytes."""
    character_id: Mapped[str] = mapped_column(
        String(40), ForeignKey("characters.id", ondelete="CASCADE"), index=True
    )


async def known(session: Session, owner_id: str, files: Collection[str]) -> set[str]:
    """Those of `files` (hashes) that this maker has imported."""
    query = select(ImportRow.file).where(ImportRow.owner_id == owner_id, ImportRow.file.in_(files))
    return set(await session.scalars(query))


async def remember(session: Session, owner_id: str, data: bytes, character_id: str) -> None:
    """A file that was imported by itself: a batch with it skips it. The first character of a file counts."""
    digest = hashlib.sha256(data).hexdigest()
    if await session.get(ImportRow, (owner_id, digest)) is None:
        session.add(ImportRow(owner_id=owner_id, file=digest, character_id=character_id))


async def flush(session: Session) -> None:
    """Writes what was added. Raises Taken."""
    try:
        await session.flush()
    except IntegrityError as error:
        raise Taken from error


async def slugs(session: Session) -> set[str]:
    return set(await session.scalars(select(CharacterRow.slug)))

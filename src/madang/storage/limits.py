"""How often something was tried lately, counted in the database: for all processes, and over a restart.

Who tried is kept as a keyed hash, for as long as it counts and no longer, and in no backup.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Index, String, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from .database import Database, alone
from .tables import Base


class LimitUse(Base):
    """One try. `kind` is what was tried, `who` the hash of who did."""

    __tablename__ = "limit_uses"
    __table_args__ = (
        Index("ix_limit_uses_who", "kind", "who", "at"),
        Index("ix_limit_uses_at", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    who: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]


class Limits:
    """Sliding windows. Constructing it reads and writes nothing."""

    def __init__(self, database: Database, key: Callable[[], bytes] | None = None) -> None:
        """`key`: what names are hashed with, the studio's. Without one, this door counts for itself alone."""
        self._database = database
        self._key = key
        self._secret: bytes | None = None

    async def use(  # noqa: PLR0917 what is tried, and how often it may be
        self, kind: str, who: str, at: datetime, window: timedelta, each: int, overall: int | None = None
    ) -> timedelta | None:
        """Count a try, unless `who` had `each` of them within `window`, or all together `overall`: then how
        long to wait. Tries at the same moment cannot pass together."""
        mine = (LimitUse.kind == kind, LimitUse.who == self._name(kind, who))
        async with self._database.write() as session:
            await alone(session, f"limit {kind}")
            await session.execute(delete(LimitUse).where(LimitUse.kind == kind, LimitUse.at <= at - window))
            limits: list[tuple[tuple[ColumnElement[bool], ...], int | None]] = [
                (mine, each),
                ((LimitUse.kind == kind,), overall),
            ]
            for those, most in limits:
                found = select(func.count(), func.min(LimitUse.at)).where(*those)
                number, oldest = (await session.execute(found)).one()
                if most is not None and number >= most:
                    return max(_moment(oldest) + window - at, timedelta(seconds=1))
            session.add(LimitUse(kind=kind, who=self._name(kind, who), at=at))
        return None

    async def undo(self, kind: str, who: str, at: datetime) -> None:
        """Forget one try of `who` that was counted at this very moment."""
        mine = (LimitUse.kind == kind, LimitUse.who == self._name(kind, who), LimitUse.at == at)
        await self._forget(LimitUse.id == select(func.max(LimitUse.id)).where(*mine).scalar_subquery())

    async def forgive(self, kind: str, who: str) -> None:
        """Forget all tries of `who`."""
        await self._forget(LimitUse.kind == kind, LimitUse.who == self._name(kind, who))

    async def forget(self, before: datetime) -> None:
        """Forget what was tried before a moment: nobody may try the same again for long."""
        await self._forget(LimitUse.at < before)

    async def _forget(self, *which: ColumnElement[bool]) -> None:
        async with self._database.write() as session:
            await session.execute(delete(LimitUse).where(*which))

    def _name(self, kind: str, who: str) -> str:
        if self._secret is None:
            self._secret = self._key() if self._key is not None else secrets.token_bytes(32)
        return hashlib.blake2b(f"{kind}\0{who}".encode(), key=self._secret, digest_size=16).hexdigest()


def _moment(found: Any) -> datetime:
    assert isinstance(found, datetime)  # noqa: S101  there is one: they were counted
    return found

"""Telling discovery what changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from madang.characters import sight
from madang.characters.listing import store
from madang.characters.listing.store import Changed
from madang.characters.store import CharacterRow, Session
from madang.characters.types import Listed


async def tell(session: Session, row: CharacterRow, now: datetime) -> None:
    """To be called last, after anything that others find of a character may have changed."""
    if row.listed_at is not None or sight.in_gallery(row):
        row.listed_at = await store.tick(session, now)


async def stamp(session: Session, now: datetime) -> None:
    """Takes what was published before there was a listing into it."""
    rows = await store.unstamped(session, lock=True)
    if rows:
        first = await store.tick(session, now, len(rows))
        for position, row in enumerate(rows):
            row.listed_at = first + position * store.STEP


async def since(session: Session, moment: datetime | None, limit: int) -> list[Listed]:
    """The oldest `limit` changes after `moment`, in order; with None, of what is in the listing now."""
    found = await _told(session, await store.changed_since(session, moment, limit))
    if moment is None:
        return found
    found += [
        Listed(id=character_id, changed_at=gone_at, shown=False)
        for character_id, gone_at in await store.gone_since(session, moment, limit)
    ]
    found.sort(key=lambda one: one.changed_at)
    return found[:limit]


async def of(session: Session, ids: Sequence[str]) -> list[Listed]:
    """Those of `ids` that are in the listing."""
    return await _told(session, await store.listed_of(session, ids))


async def _told(session: Session, rows: Sequence[Changed]) -> list[Listed]:
    lines = await sight.named_by(session, None, [(row.id, row.ancestors) for row in rows])
    return [_listed(row, lines[row.id]) for row in rows]


def _listed(row: Changed, line: sight.Line) -> Listed:
    if not row.shown:
        return Listed(id=row.id, changed_at=row.listed_at, shown=False)
    return Listed(
        id=row.id,
        changed_at=row.listed_at,
        shown=True,
        slug=row.slug,
        owner_id=row.owner_id,
        name=row.name,
        tagline=row.tagline,
        persona=row.persona,
        greeting=row.greeting,
        tags=tuple(row.tags or ()),
        # what an older studio wrote may lack a field that came later
        kind=row.kind or "character",
        language=row.language or "en",
        rating=row.rating or "everyone",
        creator=row.creator,
        licence=row.licence,
        remixable=row.remixable is not False,
        avatar=row.avatar,
        version=row.version or 1,
        published_at=row.published_at,
        ancestors=tuple(line),
    )

"""The SQL of faces that are still as they came."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update

from madang.characters.store import CardRow, CharacterRow, Session, find
from madang.characters.versions.store import VersionRow


async def redraw(session: Session, character_id: str, raw: str, clean: str | None) -> str | None:
    """Puts the clean face in the place of the raw one, wherever the character has it; gives its face now."""
    row = await find(session, character_id, lock=True)
    if row is None:
        return None
    if row.avatar_raw and row.avatar == raw:
        row.avatar, row.avatar_raw = clean, False
        for table, column in ((CardRow, CardRow.carrier_avatar), (VersionRow, VersionRow.avatar)):
            await session.execute(
                update(table)
                .where(table.character_id == character_id, column == raw)
                .values({column.key: clean})
            )
    return row.avatar


async def raw_of(session: Session, owner_id: str, after: str, limit: int) -> Sequence[CharacterRow]:
    """Characters of a maker whose face is not drawn, by id, from behind `after` on."""
    query = (
        select(CharacterRow)
        .where(CharacterRow.owner_id == owner_id, CharacterRow.avatar_raw.is_(True), CharacterRow.id > after)
        .order_by(CharacterRow.id)
        .limit(limit)
    )
    return (await session.scalars(query)).all()


async def count_raw(session: Session, owner_id: str) -> int:
    query = select(func.count()).select_from(CharacterRow)
    query = query.where(CharacterRow.owner_id == owner_id, CharacterRow.avatar_raw.is_(True))
    return (await session.scalars(query)).one()

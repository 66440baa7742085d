"""What a character's coming and going means for those that were begun from it: who is told its name."""

from __future__ import annotations

from datetime import datetime

from madang.characters import sight, store
from madang.characters.listing import changes as listing
from madang.characters.store import CharacterRow, Session


async def tell(session: Session, row: CharacterRow, now: datetime) -> None:
    """To be called when everybody begins or ceases to find `row`: the listings of its remixes change too."""
    for remix in await store.begun_from(session, row.id):
        await listing.tell(session, remix, now)


async def part(session: Session, row: CharacterRow, now: datetime) -> None:
    """To be called before `row` is deleted: its name stays with its remixes, for those alone who knew it."""
    found = sight.in_gallery(row)
    for remix in await store.begun_from(session, row.id):
        remix.ancestors = [
            {**one, store.UNNAMED: not found} if one.get("id") == row.id else one for one in remix.ancestors
        ]
        if not found:
            await listing.tell(session, remix, now)

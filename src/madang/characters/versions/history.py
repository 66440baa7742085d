"""Writing versions down and bringing one back."""

from __future__ import annotations

from datetime import datetime

from madang.characters import draft
from madang.characters.store import CharacterRow, Session
from madang.characters.types import Profile, Version
from madang.characters.versions import store
from madang.characters.versions.store import VersionRow
from madang.kernel.errors import NotFound


def catch_up(session: Session, row: CharacterRow) -> None:
    """Writes down version 1 of what was published before there were versions."""
    if row.version == 0 and row.published is not None:
        row.version = 1
        add(session, row, "", row.published_at or row.updated_at)


def add(session: Session, row: CharacterRow, note: str, moment: datetime) -> None:
    """What is published now, as version `row.version`."""
    session.add(
        VersionRow(
            character_id=row.id,
            number=row.version,
            profile=row.published,
            avatar=row.avatar,
            note=note,
            created_at=moment,
        )
    )


async def listed(session: Session, row: CharacterRow) -> list[Version]:
    """Newest first."""
    return [
        Version(
            number=one.number,
            profile=Profile.model_validate(one.profile),
            avatar=one.avatar,
            note=one.note,
            created_at=one.created_at,
        )
        for one in await store.of(session, row.id)
    ]


async def restore(session: Session, row: CharacterRow, number: int, moment: datetime) -> None:
    """Puts a version into the draft. Its face is met by visitors when it is published. Raises NotFound."""
    version = await store.one(session, row.id, number)
    if version is None:
        raise NotFound("There is no version {number} of this character.", number=number)
    draft.edit(row, Profile.model_validate(version.profile), None, moment)
    row.next_avatar = None if version.avatar == row.avatar else version.avatar or ""

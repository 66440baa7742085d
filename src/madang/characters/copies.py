"""Beginning a character from another: a duplicate of one's own, or a remix of somebody else's."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from madang.characters import draft, sight, store
from madang.characters.checks import store as checks
from madang.characters.store import AssetRow, CardRow, CharacterRow, Session
from madang.characters.types import Ancestor, Profile
from madang.kernel.errors import Forbidden
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id

Kept = TypeVar("Kept", CardRow, AssetRow, checks.CheckRow)
MOST_ANCESTORS = 64
"""Of a longer line the nearest are kept, and the first of all."""


async def duplicate(session: Session, row: CharacterRow, moment: datetime) -> CharacterRow:
    """A second draft like the first, with its card, its files, its face and its checks; its name is new."""
    profile = Profile.model_validate(row.draft)
    name = await store.free_name(session, profile.name)
    copy = await draft.start(
        session, row.owner_id, profile.model_copy(update={"name": name}), sight.face(row), moment
    )
    copy.avatar_raw = row.avatar_raw and copy.avatar == row.avatar
    copy.wrong = row.wrong
    copy.visibility, copy.gated, copy.ancestors = row.visibility, row.gated, list(row.ancestors)
    card = await store.card_of(session, row.id)
    if card is not None:
        session.add(_again(card, CardRow, character_id=copy.id))
    for asset in await store.assets_of(session, row.id):
        session.add(_again(asset, AssetRow, id=new_id("ast"), character_id=copy.id))
    for check in await checks.of_character(session, row.id):
        session.add(_again(check, checks.CheckRow, id=new_id("chk"), character_id=copy.id))
    await session.flush()
    return copy


async def remix(session: Session, identity: Identity, row: CharacterRow, moment: datetime) -> CharacterRow:
    """A draft of `identity` from what visitors meet of a character. Raises Forbidden."""
    assert row.published is not None  # noqa: S101  the door refuses what is not met
    published = Profile.model_validate(row.published)
    if not published.remixable and row.owner_id != identity.id:
        raise Forbidden("The maker of {name} does not let others begin from it.", name=published.name)
    nearest = Ancestor(
        id=row.id,
        slug=row.slug,
        name=published.name,
        creator=published.creator,
        version=sight.version(row),
        licence=published.licence,
    )
    mine = published.model_copy(update={"creator": "", "character_version": ""})
    copy = await draft.start(session, identity.id, mine, row.avatar, moment)
    copy.avatar_raw = row.avatar_raw
    copy.ancestors = line(nearest, row.ancestors)
    await session.flush()
    return copy


def line(nearest: Ancestor, before: list[Any]) -> list[dict[str, Any]]:
    """The ancestors of what begins from `nearest`, whose own are `before` (as JSON), nearest first."""
    every = [nearest.model_dump(mode="json"), *before]
    if len(every) <= MOST_ANCESTORS:
        return every
    return [*every[: MOST_ANCESTORS - 1], every[-1]]


def _again(row: Kept, kind: type[Kept], **changed: str) -> Kept:
    values = {column.key: getattr(row, column.key) for column in kind.__table__.columns}
    return kind(**(values | changed))

"""Starting and editing a draft."""

from __future__ import annotations

from datetime import datetime, timedelta

from madang.characters import store
from madang.characters.store import CharacterRow, Session
from madang.characters.types import Profile
from madang.kernel.errors import Conflict
from madang.kernel.ids import new_id


async def start(
    session: Session, owner_id: str, profile: Profile, avatar: str | None, moment: datetime
) -> CharacterRow:
    """Adds a character with a slug of its own: the same name a second time never overwrites the first."""
    row = made(owner_id, profile, avatar, await store.free_slug(session, profile.name), moment)
    await store.insert(session, row)
    return row


def made(owner_id: str, profile: Profile, avatar: str | None, slug: str, moment: datetime) -> CharacterRow:
    """A new character, in no session yet."""
    return CharacterRow(
        id=new_id("chr"),
        slug=slug,
        owner_id=owner_id,
        draft=profile.model_dump(mode="json"),
        published=None,
        avatar=avatar,
        created_at=moment,
        updated_at=moment,
        published_at=None,
        version=0,
        visibility="public",
        hidden_why="",
        ancestors=[],
        gated=False,
        avatar_raw=False,
    )


def edit(row: CharacterRow, profile: Profile, seen: datetime | None, moment: datetime) -> None:
    """Replaces the draft. `seen` is the `updated_at` the editor started from.

    Raises Conflict when the draft was edited after `seen`; the slug stays, so that links keep working.
    """
    unchanged(row, seen)
    row.draft = profile.model_dump(mode="json")
    # strictly later than before, even when the clock stands still or steps back: `seen` must tell edits apart
    row.updated_at = max(moment, row.updated_at + timedelta(microseconds=1))


def unchanged(row: CharacterRow, seen: datetime | None) -> None:
    """Raises Conflict when the draft was edited after `seen`, its `updated_at` then; None asks nothing."""
    if seen is not None and row.updated_at != seen:
        raise Conflict("Someone else changed this character in the meantime. Reload it to see their changes.")

"""The door of characters: the only way to one, and the rules of who sees and who changes what.

- The one who made it sees and edits it. The studio's owner sees every character, and may unpublish and delete it.
- Everybody else sees the published profile only: no draft, no time of editing, no card.
- What may not be seen raises NotFound, so that existence does not leak; seen but not to be changed, Forbidden.
- A key with scopes needs `manage` to see drafts and to change anything.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from madang.characters import draft, picture, publish, store
from madang.characters.store import CharacterRow
from madang.characters.types import Character, Profile
from madang.kernel import clock
from madang.kernel.errors import Forbidden, NotFound, SignInNeeded
from madang.kernel.identity import Identity
from madang.storage.database import Database


class BlobStore(Protocol):
    """What this room needs of `storage.Blobs`."""

    async def put(self, data: bytes) -> str: ...

    async def get(self, digest: str, /) -> bytes: ...


class Characters:
    """Characters of a studio. `get` and all that follow take a slug or an id."""

    def __init__(self, database: Database, blobs: BlobStore, *, now: clock.Clock = clock.now) -> None:
        self._database = database
        self._blobs = blobs
        self._now = now

    async def create(self, identity: Identity, profile: Profile, *, avatar: bytes | None = None) -> Character:
        """A new draft of `identity`. Its slug comes from the name and is never one that is taken.

        Raises SignInNeeded, Forbidden; Unreadable or TooLarge for a broken `avatar`.
        """
        may_make(identity)
        kept = await self._keep_avatar(avatar) if avatar is not None else None
        for attempt in range(8):
            try:
                async with self._database.write() as session:
                    row = await draft.start(session, identity.id, profile, kept, self._now())
                return whole(row)
            except IntegrityError:
                # two people took the same free slug at once; the loser looks again
                if attempt == 7:
                    raise
        raise AssertionError("unreachable")

    async def get(self, identity: Identity, slug: str) -> Character:
        """The character as `identity` may see it. Raises NotFound."""
        async with self._database.read() as session:
            return seen_by(identity, await store.find(session, slug), slug)

    async def edit(
        self, identity: Identity, slug: str, profile: Profile, *, seen: datetime | None = None
    ) -> Character:
        """Replaces the draft. Give `seen`, the `updated_at` the editor started from, and a change by someone
        else in between raises Conflict instead of being overwritten."""
        async with self._database.write() as session:
            row = await self._own(session, identity, slug)
            draft.edit(row, profile, seen, self._now())
        return whole(row)

    async def publish(self, identity: Identity, slug: str) -> Character:
        """Visitors meet the draft as it is now. Raises BadInput when there is nothing to meet yet."""
        async with self._database.write() as session:
            row = await self._own(session, identity, slug)
            publish.publish(row, self._now())
        return whole(row)

    async def unpublish(self, identity: Identity, slug: str) -> Character:
        """Takes it out of the gallery; the draft stays. The studio's owner may do this to any character."""
        async with self._database.write() as session:
            row = await self._own(session, identity, slug, owner_too=True)
            publish.unpublish(row)
        return whole(row)

    async def delete(self, identity: Identity, slug: str) -> Character:
        """Deletes the character with its card, and returns what it was: its sources and conversations are
        other rooms' to delete, by its id."""
        async with self._database.write() as session:
            row = await self._own(session, identity, slug, owner_too=True)
            last = whole(row)
            await store.remove(session, row.id)
        return last

    async def mine(self, identity: Identity, *, everyone: bool = False) -> list[Character]:
        """Characters of `identity`, last edited first; with `everyone`, the studio owner's view of all.

        Nothing for visitors and for keys without `manage`.
        """
        if not (identity.makes and identity.may("manage")):
            return []
        async with self._database.read() as session:
            all_of_them = everyone and identity.kind == "owner"
            return [whole(row) for row in await store.of_owner(session, None if all_of_them else identity.id)]

    async def gallery(self, *, limit: int = 200, offset: int = 0) -> list[Character]:
        """Published characters as visitors see them, newest first."""
        async with self._database.read() as session:
            return [outside(row) for row in await store.published(session, limit, offset)]

    async def gallery_size(self) -> int:
        async with self._database.read() as session:
            return await store.count_published(session)

    async def set_avatar(self, identity: Identity, slug: str, data: bytes | None) -> Character:
        """Gives it another face, or with None the mask again. Raises Unreadable or TooLarge."""
        async with self._database.read() as session:
            # asked before the picture is decoded: a stranger's upload costs nothing
            self._writable(identity, await store.find(session, slug), slug)
        kept = await self._keep_avatar(data) if data is not None else None
        async with self._database.write() as session:
            row = await self._own(session, identity, slug)
            row.avatar = kept
        return whole(row)

    async def avatar(self, identity: Identity, slug: str) -> picture.Picture:
        """The picture of a character. Raises NotFound when there is none: then its mask is its face."""
        character = await self.get(identity, slug)
        if character.avatar is None:
            raise NotFound("{name} has no picture.", name=character.profile.name)
        data = await self._blobs.get(character.avatar)
        return picture.Picture(data, picture.media_type(data))

    async def _keep_avatar(self, data: bytes) -> str:
        return await self._blobs.put(await asyncio.to_thread(picture.normalise, data))

    async def _own(
        self, session: AsyncSession, identity: Identity, slug: str, *, owner_too: bool = False
    ) -> CharacterRow:
        row = await store.find(session, slug, lock=True)
        return self._writable(identity, row, slug, owner_too=owner_too)

    def _writable(
        self, identity: Identity, row: CharacterRow | None, slug: str, *, owner_too: bool = False
    ) -> CharacterRow:
        seen_by(identity, row, slug)  # NotFound before Forbidden
        assert row is not None  # noqa: S101  seen_by refuses None
        if not identity.may("manage"):
            raise Forbidden("This key may not change characters: it lacks the scope {scope}.", scope="manage")
        makes_it = identity.makes and row.owner_id == identity.id
        if not (makes_it or (owner_too and identity.kind == "owner")):
            raise Forbidden("Only its maker can change this character.")
        return row


def may_make(identity: Identity) -> None:
    """Raises SignInNeeded for visitors and Forbidden for keys without `manage`."""
    if not identity.makes:
        raise SignInNeeded("Sign in to make a character.")
    if not identity.may("manage"):
        raise Forbidden("This key may not change characters: it lacks the scope {scope}.", scope="manage")


def seen_by(identity: Identity, row: CharacterRow | None, slug: str) -> Character:
    """The character as `identity` may see it. Raises NotFound for what does not exist or may not be seen."""
    if row is not None:
        inside = identity.makes and (row.owner_id == identity.id or identity.kind == "owner")
        if inside and identity.may("manage"):
            return whole(row)
        if row.published is not None:
            return outside(row)
    raise NotFound("There is no character called {slug}.", slug=slug)


def whole(row: CharacterRow) -> Character:
    """Everything, for its maker."""
    return Character(
        id=row.id,
        slug=row.slug,
        owner_id=row.owner_id,
        draft=Profile.model_validate(row.draft),
        published=Profile.model_validate(row.published) if row.published is not None else None,
        avatar=row.avatar,
        created_at=row.created_at,
        updated_at=row.updated_at,
        published_at=row.published_at,
    )


def outside(row: CharacterRow) -> Character:
    """What everybody may see of a published character: `draft` is the published profile as well."""
    profile = Profile.model_validate(row.published)
    moment = row.published_at or row.created_at
    return Character(
        id=row.id,
        slug=row.slug,
        owner_id=row.owner_id,
        draft=profile,
        published=profile,
        avatar=row.avatar,
        created_at=moment,
        updated_at=moment,
        published_at=row.published_at,
    )

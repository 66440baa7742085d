"""The door of characters: the only way to one, and the rules of who sees and who changes what.

- The one who made it sees and edits it. The studio's owner sees each, and may unpublish and delete it.
- Everybody else sees the published profile only: no draft, no time of editing, no card.
- What may not be seen raises NotFound, so that existence does not leak; seen but not changeable, Forbidden.
- A key with scopes needs `manage` to see drafts and to change anything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from madang.characters import draft, exporting, importing, picture, publish, store
from madang.characters.cards import book
from madang.characters.cards.parts import Kind
from madang.characters.store import CharacterRow, Session, SlugTaken
from madang.characters.types import CardReport, Character, Profile
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

        async def add(session: Session) -> CharacterRow:
            return await draft.start(session, identity.id, profile, kept, self._now())

        return whole(await self._add(add))

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

    async def import_card(
        self, identity: Identity, data: bytes, filename: str = ""
    ) -> tuple[Character, CardReport]:
        """A new draft from a PNG, JSON or CHARX card. The original and its files are kept whole.

        `filename` names a card without a name; the bytes decide how it is read. Raises Unreadable, TooLarge
        or BadInput for what is no card, and then nothing was made.
        """
        may_make(identity)
        brought = await asyncio.to_thread(importing.read, data, filename)
        opened = brought.opened
        kept = importing.Kept(
            await self._blobs.put(brought.avatar) if brought.avatar is not None else None,
            await self._blobs.put(opened.carrier) if opened.carrier is not None else None,
            [await self._blobs.put(file.data) for file in opened.files],
        )

        async def add(session: Session) -> CharacterRow:
            return await importing.keep(session, identity.id, brought, kept, self._now())

        return whole(await self._add(add)), brought.report

    async def export_card(self, identity: Identity, slug: str, kind: Kind) -> tuple[bytes, CardReport]:
        """The draft as a card file, V3 (and V2 beside it in a PNG), and a report of what the format cannot
        hold. For those who see the draft; raises Forbidden for everybody else."""
        async with self._database.read() as session:
            row = await store.find(session, slug)
            seen_by(identity, row, slug)
            if row is None or not sees_inside(identity, row):
                raise Forbidden("Only its maker can export this character.")
            source = exporting.Character(
                row.id, Profile.model_validate(row.draft), row.created_at, row.updated_at
            )
            card, files = await store.card_of(session, row.id), await store.assets_of(session, row.id)
            avatar, carrier = row.avatar, card.carrier if card is not None else None
            paths = {file.path: file.blob for file in files}
            if card is not None:
                source.original, source.baseline = card.document, Profile.model_validate(card.baseline)
                source.same_face = row.avatar == card.carrier_avatar
        source.avatar = await self._blobs.get(avatar) if avatar else None
        source.carrier = await self._blobs.get(carrier) if carrier else None
        source.files = {path: await self._blobs.get(digest) for path, digest in paths.items()}
        return await asyncio.to_thread(exporting.write, source, kind)

    async def import_lorebook(
        self, identity: Identity, slug: str, data: bytes
    ) -> tuple[Character, CardReport]:
        """Gives the draft the lorebook of a `lorebook_v3` or world-info file, in place of its own."""
        found, report = await asyncio.to_thread(book.read_alone, data)
        async with self._database.write() as session:
            row = await self._own(session, identity, slug)
            profile = Profile.model_validate(row.draft).model_copy(update={"lorebook": found})
            draft.edit(row, profile, None, self._now())
        return whole(row), report

    async def _keep_avatar(self, data: bytes) -> str:
        return await self._blobs.put(await asyncio.to_thread(picture.normalise, data))

    async def _add(self, add: Callable[[Session], Awaitable[CharacterRow]]) -> CharacterRow:
        """Runs `add` in a transaction; again when somebody else took the same free slug at that moment."""
        for attempt in range(8):
            try:
                async with self._database.write() as session:
                    return await add(session)
            except SlugTaken:
                if attempt == 7:
                    raise
        raise AssertionError("unreachable")

    async def _own(
        self, session: Session, identity: Identity, slug: str, *, owner_too: bool = False
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


def sees_inside(identity: Identity, row: CharacterRow) -> bool:
    """Whether `identity` sees the draft and the card, rather than what everybody sees."""
    theirs = identity.makes and (row.owner_id == identity.id or identity.kind == "owner")
    return theirs and identity.may("manage")


def seen_by(identity: Identity, row: CharacterRow | None, slug: str) -> Character:
    """The character as `identity` may see it. Raises NotFound for what does not exist or may not be seen."""
    if row is not None:
        if sees_inside(identity, row):
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
        version=row.version,
        visibility=row.visibility,
        archived_at=row.archived_at,
        hidden_at=row.hidden_at,
        hidden_why=row.hidden_why,
        ancestors=row.ancestors,
        gated=row.gated,
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

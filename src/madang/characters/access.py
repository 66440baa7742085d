"""The door of characters: the only way to one. Who sees and who changes what is decided in `sight`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from madang.characters import (
    ancestry,
    copies,
    draft,
    exporting,
    importing,
    picture,
    publish,
    sight,
    slugs,
    store,
)
from madang.characters.batch import bringing
from madang.characters.batch import store as imports
from madang.characters.batch.keeping import Keeper
from madang.characters.cards import book
from madang.characters.cards.parts import Kind
from madang.characters.faces.drawing import BlobStore, Faces
from madang.characters.listing import changes as listing
from madang.characters.listing import store as listing_store
from madang.characters.sight import may_make, outside, own, seen, whole
from madang.characters.signing.access import Signing
from madang.characters.store import CharacterRow, Session, SlugTaken
from madang.characters.types import CardReport, Character, ImportSummary, Listed, Profile, Version, Visibility
from madang.characters.versions import history
from madang.kernel import clock
from madang.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from madang.kernel.identity import Identity
from madang.kernel.ids import slugify
from madang.storage.database import Database


class Characters:
    """Characters of a studio. `get` and all that follow take a slug or an id."""

    def __init__(
        self,
        database: Database,
        blobs: BlobStore,
        *,
        signing: Signing | None = None,
        now: clock.Clock = clock.now,
    ) -> None:
        """With `signing`, every exported card is signed."""
        self._database = database
        self._blobs = blobs
        self._faces = Faces(database, blobs)
        self._signing = signing
        self._now = now
        self._stamped = False

    async def create(self, identity: Identity, profile: Profile, *, avatar: bytes | None = None) -> Character:
        """A new draft of `identity`. Its slug comes from the name and is never one that is taken.

        Raises SignInNeeded, Forbidden; Unreadable or TooLarge for a broken `avatar`.
        """
        may_make(identity)
        kept = await self._faces.clean(avatar) if avatar is not None else None

        async def add(session: Session) -> CharacterRow:
            return await draft.start(session, identity.id, profile, kept, self._now())

        return whole(await self._add(add))  # a new one has no ancestors

    async def get(self, identity: Identity, slug: str) -> Character:
        """The character as `identity` may see it. Raises NotFound."""
        async with self._database.read() as session:
            return await seen(session, identity, await store.find(session, slug), slug)

    async def several(self, identity: Identity, ids: Sequence[str]) -> list[Character]:
        """Of these ids, in their order, the characters that `identity` may see."""
        shown = []
        async with self._database.read() as session:
            for row in await store.with_ids(session, ids):
                with suppress(NotFound):
                    shown.append(await seen(session, identity, row, row.slug))
        return shown

    async def edit(
        self, identity: Identity, slug: str, profile: Profile, *, seen: datetime | None = None
    ) -> Character:
        """Replaces the draft. Give `seen`, the `updated_at` the editor started from, and a change by someone
        else in between raises Conflict instead of being overwritten."""
        async with self._database.write() as session:
            row = await own(session, identity, slug)
            draft.edit(row, profile, seen, self._now())
            return whole(row, await sight.named(session, identity, row))

    async def readdress(self, identity: Identity, slug: str, wanted: str) -> Character:
        """Gives it another address. Those it had stay its own, and lead to it.

        Raises BadInput for what makes no address, and Conflict when another character has it or had it.
        """
        new = slugs.checked(wanted)

        async def change(session: Session, row: CharacterRow) -> None:
            if new != row.slug:
                await slugs.remembered(session, row)
                await store.readdress(session, row, new, remember=True)

        try:
            return await self._change(identity, slug, change)
        except SlugTaken:
            raise Conflict("Another character has the address “{slug}”.", slug=new) from None

    async def name_address(self, identity: Identity, slug: str) -> Character:
        """Gives a draft that nobody has met yet an address after its name: the one it had is forgotten."""
        for _ in range(8):
            try:
                async with self._database.write() as session:
                    row = await own(session, identity, slug)
                    name = str(row.draft["name"])
                    if row.version == 0 and slugify(name) != row.slug:
                        await store.readdress(
                            session, row, await store.free_slug(session, name), remember=False
                        )
                    return whole(row, await sight.named(session, identity, row))
            except SlugTaken:
                continue
        return await self.get(identity, slug)

    async def publish(
        self,
        identity: Identity,
        slug: str,
        *,
        note: str = "",
        visibility: Visibility | None = None,
        seen: datetime | None = None,
    ) -> Character:
        """Visitors meet the draft as it is now, as the next version. With `seen`, the `updated_at` of the
        draft that was looked at, Conflict when it was edited since.

        Raises BadInput when there is nothing to meet yet, and Conflict while it is archived, or while it is
        gated and its checks do not all hold for this draft.
        """

        async def change(session: Session, row: CharacterRow) -> None:
            draft.unchanged(row, seen)
            await publish.publish(session, row, note, visibility, self._now())

        return await self._change(identity, slug, change)

    async def unpublish(self, identity: Identity, slug: str) -> Character:
        """Takes it out of the gallery; the draft stays. The studio's owner may do this to any character."""

        async def change(session: Session, row: CharacterRow) -> None:
            publish.unpublish(session, row)

        return await self._change(identity, slug, change, owner_too=True)

    async def set_visibility(self, identity: Identity, slug: str, visibility: Visibility) -> Character:
        """Where it is found while it is published; of effect at once. Raises BadInput."""

        async def change(_: Session, row: CharacterRow) -> None:
            publish.set_visibility(row, visibility)

        return await self._change(identity, slug, change)

    async def set_gate(self, identity: Identity, slug: str, on: bool) -> Character:
        """Whether its checks must hold for it to be published."""

        async def change(_: Session, row: CharacterRow) -> None:
            row.gated = on

        return await self._change(identity, slug, change)

    async def set_wrong(self, identity: Identity, slug: str, wrong: float | None) -> Character:
        """How large a share of its answers may be wrong, of effect at once; None leaves it to the studio.

        Raises BadInput for what is no share.
        """
        if wrong is not None and not 0 < wrong < 1:
            raise BadInput("How often it may be wrong is a share between 0 and 1.")

        async def change(_: Session, row: CharacterRow) -> None:
            row.wrong = wrong

        return await self._change(identity, slug, change)

    async def archive(self, identity: Identity, slug: str, on: bool = True) -> Character:
        """Puts it away whole, or takes it out again: what was published then is met again."""

        async def change(_: Session, row: CharacterRow) -> None:
            publish.archive(row, on, self._now())

        return await self._change(identity, slug, change)

    async def hide(self, identity: Identity, slug: str, why: str = "") -> Character:
        """For the studio's owner: nobody but its maker and the owner meets it, and the maker reads `why`.

        Raises NotFound, Forbidden for everybody else.
        """

        async def change(_: Session, row: CharacterRow) -> None:
            publish.hide(row, why, self._now())

        return await self._change(identity, slug, change, owner_only=True)

    async def unhide(self, identity: Identity, slug: str) -> Character:
        """For the studio's owner."""

        async def change(_: Session, row: CharacterRow) -> None:
            publish.unhide(row)

        return await self._change(identity, slug, change, owner_only=True)

    async def versions(self, identity: Identity, slug: str) -> list[Version]:
        """What was published, newest first; for those who see the draft. Raises NotFound, Forbidden."""
        async with self._database.read() as session:
            row = await self._inside(session, identity, slug)
            if row.version or row.published is None:
                return await history.listed(session, row)
        async with self._database.write() as session:
            row = await self._inside(session, identity, slug, lock=True)
            history.catch_up(session, row)
            await session.flush()
            return await history.listed(session, row)

    async def restore(self, identity: Identity, slug: str, number: int) -> Character:
        """Puts a version into the draft; visitors meet it, face and all, when it is published again.

        Raises NotFound.
        """

        async def change(session: Session, row: CharacterRow) -> None:
            history.catch_up(session, row)
            await session.flush()
            await history.restore(session, row, number, self._now())

        return await self._change(identity, slug, change)

    async def duplicate(self, identity: Identity, slug: str) -> Character:
        """A second draft like one's own, with its card, lorebook, files and face. What it knows from is
        another room's to copy. Raises NotFound, Forbidden."""
        may_make(identity)

        async def add(session: Session) -> CharacterRow:
            return await copies.duplicate(session, await own(session, identity, slug), self._now())

        return await self._whole(identity, await self._add(add))

    async def remix(self, identity: Identity, slug: str) -> Character:
        """A draft of one's own from what visitors meet of a character, which it names as its ancestor.

        Its draft, its card and what it knows from stay its maker's. Raises NotFound; Forbidden when its
        maker does not allow it, or nobody meets it now.
        """
        may_make(identity)

        async def add(session: Session) -> CharacterRow:
            row = await store.find(session, slug)
            await seen(session, identity, row, slug)
            if row is None or not sight.may_begin_from(identity, row):
                raise Forbidden("Only a character that can be met now can be remixed.")
            return await copies.remix(session, identity, row, self._now())

        return await self._whole(identity, await self._add(add))

    async def delete(self, identity: Identity, slug: str) -> Character:
        """Deletes the character with its card and versions, and returns what it was: its sources and
        conversations are other rooms' to delete, by its id."""
        async with self._database.write() as session:
            row = await own(session, identity, slug, owner_too=True)
            last = whole(row, await sight.named(session, identity, row))
            await ancestry.part(session, row, self._now())
            if row.listed_at is not None:
                await listing_store.gone(session, row.id, self._now())
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
            rows = await store.of_owner(session, None if all_of_them else identity.id)
            lines = await sight.named_by(session, identity, [(row.id, row.ancestors) for row in rows])
            return [whole(row, lines[row.id]) for row in rows]

    async def gallery(self, *, limit: int = 200, offset: int = 0) -> list[Character]:
        """Characters that everybody may meet, as visitors see them, newest first."""
        async with self._database.read() as session:
            rows = await store.published(session, limit, offset)
            lines = await sight.named_by(session, None, [(row.id, row.ancestors) for row in rows])
            return [outside(row, lines[row.id]) for row in rows]

    async def gallery_size(self) -> int:
        async with self._database.read() as session:
            return await store.count_published(session)

    async def listed(self, since: datetime | None = None, limit: int = 50_000) -> list[Listed]:
        """What changed in the listing after `since`, oldest first, at most `limit`: ask again with the last
        `changed_at` for the rest. With None, everything that is in it now.

        Moments increase strictly in the order of commits, also with several processes: nothing is missed.
        """
        if not self._stamped:
            async with self._database.write() as session:
                await listing.stamp(session, self._now())
            self._stamped = True
        async with self._database.read() as session:
            return await listing.since(session, since, limit)

    async def listed_of(self, ids: Sequence[str]) -> list[Listed]:
        """Those of `ids` (a few hundred at most) that are in the listing, as they stand there now."""
        async with self._database.read() as session:
            return await listing.of(session, ids)

    async def listed_until(self) -> datetime | None:
        """The moment of the newest change of the listing, at the cost of reading one row.

        Earlier than the last one seen: a backup was restored, and an index has to be made anew.
        """
        async with self._database.read() as session:
            return await listing_store.moment(session)

    async def set_avatar(self, identity: Identity, slug: str, data: bytes | None) -> Character:
        """Gives it another face, or with None the mask again. Raises Unreadable or TooLarge."""
        async with self._database.read() as session:
            # asked before the picture is decoded: a stranger's upload costs nothing
            before = await sight.may_change(session, identity, await store.find(session, slug), slug)
        await self._faces.draw(before)  # versions keep the old one, which may be asked for again
        kept = await self._faces.clean(data) if data is not None else None

        async def change(_: Session, row: CharacterRow) -> None:
            row.avatar, row.next_avatar = kept, None

        return await self._change(identity, slug, change)

    async def avatar(self, identity: Identity, slug: str, *, outside: bool = False) -> picture.Picture:
        """The picture of a character; `outside`: as visitors meet it, although `identity` sees more. Raises
        NotFound when there is none: then its mask is its face."""
        character, face = await self._face(identity, slug, outside)
        if face is None:
            raise NotFound("{name} has no picture.", name=character.profile.name)
        data = await self._blobs.get(face)
        return picture.Picture(data, picture.media_type(data))

    def draw_faces(self, identity: Identity) -> AsyncIterator[tuple[int, int]]:
        """Draws the faces that came with one's own imported cards, each of which is else drawn when it is
        first asked for. Gives (done, of how many) now and then; may be left at any time."""
        may_make(identity)
        return self._faces.draw_all(identity.id)

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
            row = await importing.keep(session, identity.id, brought, kept, self._now())
            await imports.remember(session, identity.id, data, row.id)
            return row

        made, report = await self._whole(identity, await self._add(add)), brought.report
        if report.signature is not None and self._signing is not None:
            report.signature = self._signing.judged(report.signature)
        return made, report

    async def import_cards(
        self,
        identity: Identity,
        files: AsyncIterable[tuple[str, bytes]] | Iterable[tuple[str, bytes]],
        *,
        publish: bool = False,
    ) -> ImportSummary:
        """A draft (with `publish`, a published character) from each card of a collection, (name, bytes) each.

        What fails is in the summary with its reason, and the rest goes on. A file that this maker imported
        before is skipped, so a batch that was stopped is begun again. Raises SignInNeeded, Forbidden; and
        StorageFull, with everything before kept.
        """
        may_make(identity)
        keeper = Keeper(self._database, self._blobs, identity, publish=publish, now=self._now)
        return await bringing.bring(keeper, files)

    async def export_card(self, identity: Identity, slug: str, kind: Kind) -> tuple[bytes, CardReport]:
        """A card file, V3 (and V2 beside it in a PNG), and a report of what the format cannot hold.

        Whoever sees the draft gets it, with its checks; everybody else gets what is published, if its maker
        lets others begin from it. Raises NotFound, Forbidden.
        """
        await self._face(identity, slug)
        async with self._database.read() as session:
            row = await store.find(session, slug)
            await seen(session, identity, row, slug)
            assert row is not None  # noqa: S101  `seen` refuses None
            line = await sight.named(session, identity, row)
            taken = await exporting.take(session, row, line, inside=sight.sees_inside(identity, row))
        return await exporting.packed(taken, kind, self._blobs.get, self._signing)

    async def import_lorebook(
        self, identity: Identity, slug: str, data: bytes
    ) -> tuple[Character, CardReport]:
        """Gives the draft the lorebook of a `lorebook_v3` or world-info file, in place of its own."""
        found, report = await asyncio.to_thread(book.read_alone, data)
        async with self._database.write() as session:
            row = await own(session, identity, slug)
            profile = Profile.model_validate(row.draft).model_copy(update={"lorebook": found})
            draft.edit(row, profile, None, self._now())
            return whole(row, await sight.named(session, identity, row)), report

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

    async def _change(
        self,
        identity: Identity,
        slug: str,
        change: Callable[[Session, CharacterRow], Awaitable[None]],
        *,
        owner_too: bool = False,
        owner_only: bool = False,
    ) -> Character:
        """Changes what others find of a character, in one transaction, and lets discovery know."""
        async with self._database.write() as session:
            if owner_only:
                row = await sight.of_the_studio(session, identity, slug)
            else:
                row = await own(session, identity, slug, owner_too=owner_too)
            found = sight.in_gallery(row)
            await change(session, row)
            await listing.tell(session, row, self._now())
            if sight.in_gallery(row) != found:
                await ancestry.tell(session, row, self._now())
            return whole(row, await sight.named(session, identity, row))

    async def _whole(self, identity: Identity, row: CharacterRow) -> Character:
        async with self._database.read() as session:
            return whole(row, await sight.named(session, identity, row))

    async def _face(
        self, identity: Identity, slug: str, outside: bool = False
    ) -> tuple[Character, str | None]:
        """A character and its face, which is drawn now if it never was. Raises NotFound."""
        async with self._database.read() as session:
            row = await store.find(session, slug)
            character = await seen(session, identity, row, slug)
        assert row is not None  # noqa: S101  `seen` refuses None
        face = row.avatar if outside else character.avatar
        if row.avatar_raw and face == row.avatar:
            return character, await self._faces.draw(row)
        return character, face

    async def _inside(
        self, session: Session, identity: Identity, slug: str, *, lock: bool = False
    ) -> CharacterRow:
        """A character whose draft `identity` sees. Raises NotFound, Forbidden."""
        row = await store.find(session, slug, lock=lock)
        await seen(session, identity, row, slug)
        if row is None or not sight.sees_inside(identity, row):
            raise Forbidden("Only its maker sees the versions of this character.")
        return row

"""Keeping the cards of a batch: their files with one synchronisation, their rows in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from madang.characters import draft, importing, publish
from madang.characters.batch import store
from madang.characters.batch.reading import File, refused
from madang.characters.faces.drawing import BlobStore
from madang.characters.importing import Brought, Kept
from madang.characters.listing import store as listing
from madang.characters.store import CharacterRow, Session
from madang.characters.types import ImportSummary
from madang.characters.versions import history
from madang.kernel import clock
from madang.kernel.errors import BadInput
from madang.kernel.identity import Identity
from madang.kernel.ids import slugify
from madang.storage.database import Database

ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Card:
    """A card that was read, and the hashes of its files."""

    file: File
    brought: Brought
    kept: Kept


class Slugs:
    """Free slugs without asking the database for each: all of them are known here."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._last: dict[str, int] = {}

    def take(self, name: str) -> str:
        """As `store.free_slug` would: `sumi`, `sumi-2`, `sumi-3`…"""
        base = slug = slugify(name)
        number = self._last.get(base, 1)
        while slug in self._taken:
            number += 1
            slug = f"{base}-{number}"
        self._last[base] = number
        self._taken.add(slug)
        return slug


class Keeper:
    """Keeps the cards of one maker."""

    def __init__(
        self, database: Database, blobs: BlobStore, identity: Identity, *, publish: bool, now: clock.Clock
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._identity = identity
        self._publish = publish
        self._now = now
        self._slugs: Slugs | None = None

    async def known(self, digests: Sequence[str]) -> set[str]:
        """Those of these files that this maker imported already."""
        async with self._database.read() as session:
            return await store.known(session, self._identity.id, digests)

    async def keep(self, read: Sequence[tuple[File, Brought]], summary: ImportSummary) -> None:
        """Makes a character of each, durable on return, and counts them. Raises StorageFull: then none is."""
        cards = await self._files(read)
        for attempt in range(ATTEMPTS):
            counted = ImportSummary()
            try:
                async with self._database.write() as session:
                    await self._add(session, cards, counted)
                break
            except store.Taken:
                self._slugs = None
                if attempt == ATTEMPTS - 1:
                    raise
        summary.made += counted.made
        summary.published += counted.published
        summary.skipped += counted.skipped
        summary.drafts += counted.drafts
        for card in cards:
            report = card.brought.report
            summary.unmapped += any(one.kept for one in report.unmapped)
            summary.lost += any(not one.kept for one in report.unmapped)

    async def _files(self, read: Sequence[tuple[File, Brought]]) -> list[Card]:
        """Puts the files of all cards away at once, before any row says that they are there."""
        every: list[bytes] = []
        for _, brought in read:
            every += [data for data in (brought.avatar, brought.opened.carrier) if data is not None]
            every += [file.data for file in brought.opened.files]
        digests = iter(await self._blobs.put_many(every) if every else [])
        return [
            Card(
                file,
                brought,
                Kept(
                    next(digests) if brought.avatar is not None else None,
                    next(digests) if brought.opened.carrier is not None else None,
                    [next(digests) for _ in brought.opened.files],
                ),
            )
            for file, brought in read
        ]

    async def _add(self, session: Session, cards: Sequence[Card], counted: ImportSummary) -> None:
        if self._slugs is None:
            self._slugs = Slugs(await store.slugs(session))
        moment = self._now()
        there = await store.known(session, self._identity.id, [card.file.digest for card in cards])
        rows: list[tuple[Card, CharacterRow]] = []
        for card in cards:
            if card.file.digest in there:  # twice in this collection, or in another import beside this one
                counted.skipped += 1
                continue
            there.add(card.file.digest)
            rows.append((card, self._row(card, self._slugs.take(card.brought.profile.name), moment)))
        shown = await self._show(session, rows, moment, counted) if self._publish else []
        session.add_all(row for _, row in rows)
        await store.flush(session)
        for card, row in rows:
            session.add(
                store.ImportRow(owner_id=self._identity.id, file=card.file.digest, character_id=row.id)
            )
            await importing.beside(session, row, card.brought, card.kept, moment)
        for row in shown:
            history.add(session, row, "", moment)
        await store.flush(session)
        counted.made = len(rows)

    def _row(self, card: Card, slug: str, moment: datetime) -> CharacterRow:
        # whole before it is first written: a second statement for each would cost as much again
        row = draft.made(self._identity.id, card.brought.profile, card.kept.avatar, slug, moment)
        importing.mark(row, card.brought, card.kept)
        return row

    async def _show(
        self,
        session: Session,
        rows: Sequence[tuple[Card, CharacterRow]],
        moment: datetime,
        counted: ImportSummary,
    ) -> list[CharacterRow]:
        """Publishes those that visitors can meet, and says why not the others."""
        shown = []
        for card, row in rows:
            try:
                publish.check(card.brought.profile)
            except BadInput as error:
                counted.drafts.append(refused(card.file.name, error))
                continue
            row.published, row.published_at, row.version = row.draft, moment, 1
            shown.append(row)
        if shown:
            first = await listing.tick(session, moment, len(shown))
            for position, row in enumerate(shown):
                row.listed_at = first + position * listing.STEP
        counted.published = len(shown)
        return shown

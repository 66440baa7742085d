"""Reports: anybody may say what is wrong with a character; the studio's owner reads it and decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from madang.characters.types import Character
from madang.discover import store
from madang.discover.types import REASONS, Reason, Report, Reported, ReportState
from madang.kernel.clock import Clock
from madang.kernel.errors import BadInput, Busy, Forbidden, NotFound, SignInNeeded, TooLarge
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id
from madang.storage.database import Database
from madang.storage.limits import Limits

LONGEST = 2_000
"""Characters of a report's words."""
PER_HOUR = 10
"""Reports of one person, or from one address, in an hour."""
HOUR = timedelta(hours=1)
MOST = 500


class CharactersDoor(Protocol):
    async def get(self, identity: Identity, slug: str) -> Character: ...
    async def hide(self, identity: Identity, slug: str, why: str = "") -> Character: ...
    async def unhide(self, identity: Identity, slug: str) -> Character: ...


class Reports:
    def __init__(
        self, database: Database, characters: CharactersDoor, now: Clock, limits: Limits | None = None
    ) -> None:
        self._database = database
        self._characters = characters
        self._now = now
        self._limits = limits or Limits(database)

    async def report(
        self, identity: Identity, slug: str, reason: str, words: str = "", *, address: str = ""
    ) -> Report:
        """Tells the studio's owner. A second report of the same person about the same character replaces the
        first while that is open. `address`: where the request came from, for the limit alone: its hash is
        kept for an hour.

        Raises NotFound, BadInput, TooLarge; Busy beyond `PER_HOUR`.
        """
        character = await self._characters.get(identity, slug)
        if reason not in REASONS:
            raise BadInput("Please choose what is wrong with this character.")
        words = words.replace("\0", "").strip()
        if len(words) > LONGEST:
            raise TooLarge("Please say it in at most {count} characters.", count=LONGEST)
        await self._limit(f"{identity.kind}:{identity.id}", f"at:{address}" if address else "")
        kind: Reason = reason
        async with self._database.write() as session:
            row = await store.open_report_of(session, identity.kind, identity.id, character.id)
            if row is None:
                row = store.ReportRow(
                    id=new_id("rep"),
                    character_id=character.id,
                    reporter_kind=identity.kind,
                    reporter_id=identity.id,
                    state="open",
                )
            row.reason, row.words, row.created_at = kind, words, self._now()
            await store.add_report(session, row)
            return Report.model_validate(row, from_attributes=True)

    async def all(self, identity: Identity, state: ReportState = "open") -> list[Reported]:
        """For the studio's owner: reported characters, the one reported last first."""
        of_owner(identity)
        async with self._database.read() as session:
            found = await store.reports(session, state, MOST)
        by_character: dict[str, list[Report]] = {}
        for report in found:
            by_character.setdefault(report.character_id, []).append(report)
        reported = []
        for character_id, reports in by_character.items():
            try:
                character = await self._characters.get(identity, character_id)
            except NotFound:
                continue  # deleted at this moment; its reports go with it
            reported.append(
                Reported(
                    character_id=character_id,
                    slug=character.slug,
                    name=character.profile.name,
                    owner_id=character.owner_id,
                    hidden_at=character.hidden_at,
                    hidden_why=character.hidden_why,
                    reports=reports,
                )
            )
        return reported

    async def waiting(self, identity: Identity) -> int:
        """How many reports are open."""
        of_owner(identity)
        async with self._database.read() as session:
            return await store.count_reports(session, "open")

    async def dismiss(self, identity: Identity, slug: str) -> int:
        """Settles the open reports about a character without doing anything to it; how many."""
        of_owner(identity)
        character = await self._characters.get(identity, slug)
        async with self._database.write() as session:
            return await store.settle(session, character.id, "dismissed", self._now())

    async def hide(self, identity: Identity, slug: str, why: str) -> Character:
        """Hides the character, settles its reports, and tells its maker `why`."""
        of_owner(identity)
        why = why.replace("\0", "").strip()
        if not why:
            raise BadInput("Please say why: its maker will read it.")
        if len(why) > LONGEST:
            raise TooLarge("Please say it in at most {count} characters.", count=LONGEST)
        character = await self._characters.hide(identity, slug, why)
        async with self._database.write() as session:
            await store.settle(session, character.id, "hidden", self._now())
        return character

    async def show(self, identity: Identity, slug: str) -> Character:
        """Takes back that it was hidden; its reports count as dismissed."""
        of_owner(identity)
        character = await self._characters.unhide(identity, slug)
        async with self._database.write() as session:
            await store.settle(session, character.id, "dismissed", self._now(), was="hidden")
        return character

    async def _limit(self, *callers: str) -> None:
        """Raises Busy for who reported too often in the last hour."""
        for caller in filter(None, callers):
            wait = await self._limits.use("report", caller, self._now(), HOUR, PER_HOUR)
            if wait is not None:
                raise Busy("You have reported a lot within the last hour. Please try again later.", 600)


def of_owner(identity: Identity) -> None:
    """Reports are the owner's alone to read and to settle: not a key without `manage`."""
    if not identity.makes:
        raise SignInNeeded("Sign in as the owner of this studio.")
    if identity.kind != "owner" or not identity.may("manage"):
        raise Forbidden("Reports are for the owner of this studio.")

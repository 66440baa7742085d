"""The door of embeds: what a maker set, which panel may be shown where, and how much may still be asked.

A browser holds a panel to its website (`frame-ancestors`), the server holds every request to it: the switch
is on, the pass is for this character and for a website that is still allowed, the day's messages are not used
up. A browser's word about its website can be invented by a program; that is what the quotas are for.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from madang.characters.types import Character, Link
from madang.chat.turn import zone
from madang.kernel import clock
from madang.kernel.errors import BadInput, Busy, Forbidden, NotFound
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.safety import age
from madang.share import store
from madang.share.embed.passes import GOOD_FOR, RENEWED_FOR, Pass, Passes
from madang.share.embed.watch import Watch
from madang.share.types import Embed
from madang.storage.database import Database
from madang.storage.notices import tell

PREVIEW_FOR = timedelta(minutes=15)
PREVIEW = "preview"
"""In place of a website: the maker's own look at the panel, which needs no switch."""
STUDIO = Identity("owner", "embed")
"""Who looks at a character before anybody is known; what it sees goes to nobody."""
OFF = "This chat is switched off."


class Off(Forbidden):
    """The switch is off; the website itself is one that its maker named."""

    code = "switched_off"

    def __init__(self) -> None:
        super().__init__(OFF)


class CharactersDoor(Protocol):
    async def get(self, identity: Identity, slug: str) -> Character: ...
    async def mine(self, identity: Identity, *, everyone: bool = False) -> list[Character]: ...


class LinksDoor(Protocol):
    async def make(self, identity: Identity, slug: str, label: str = ...) -> Link: ...
    async def enter(self, identity: Identity, token: str) -> Character: ...


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel that may be shown. `character.profile` is what is published."""

    character: Character
    embed: Embed
    origin: str


class Embeds:
    """Embeds of a studio's characters. A character is named by its slug or id."""

    def __init__(
        self,
        database: Database,
        characters: CharactersDoor,
        links: LinksDoor,
        settings: Settings,
        *,
        now: clock.Clock = clock.now,
    ) -> None:
        self._database = database
        self._characters = characters
        self._links = links
        self._now = now
        self._zone = zone(settings.time_zone)
        self._passes = Passes(settings.data, now)
        self.watch = Watch(database)

    # --- the maker -------------------------------------------------------------------------------------

    async def settings(self, identity: Identity, slug: str) -> Embed:
        """For the character's maker and the studio's owner. Raises NotFound, Forbidden."""
        character = await self._inside(identity, slug)
        async with self._database.read() as session:
            row = await store.embed(session, character.id)
        return store.settings_of(row) if row is not None else Embed()

    async def save(self, identity: Identity, slug: str, embed: Embed) -> Embed:
        """Sets everything, the switch too; of effect at once. Raises BadInput for one that is on nowhere."""
        character = await self._inside(identity, slug)
        if embed.on and not embed.origins:
            raise BadInput("Name the website first: without one, nobody could see it.")
        async with self._database.write() as session:
            row = await self._row(session, character)
            row.on, row.settings, row.changed_at = embed.on, embed.model_dump(exclude={"on"}), self._now()
            tell(session, store.TOPIC, character.id)
        return embed

    async def switch(self, identity: Identity, slug: str, on: bool) -> Embed:
        """The switch alone. Off ends every open panel and every reply being made within a second."""
        embed = await self.settings(identity, slug)
        return await self.save(identity, slug, embed.model_copy(update={"on": on}))

    async def used_today(self, identity: Identity, slug: str) -> int:
        """Messages of all visitors today."""
        character = await self._inside(identity, slug)
        async with self._database.read() as session:
            return await store.used(session, character.id, self._today())

    async def uses(self, identity: Identity) -> list[tuple[str, int, int]]:
        """(name, messages today, most a day) of each character that is on other websites: of this maker's,
        or of everybody's for the studio's owner."""
        names = {one.id: one.profile.name for one in await self._characters.mine(identity, everyone=True)}
        async with self._database.read() as session:
            rows = [row for row in await store.embeds(session, names) if row.on]
            return [
                (
                    names[row.character_id],
                    await store.used(session, row.character_id, self._today()),
                    store.settings_of(row).per_day,
                )
                for row in rows
            ]

    # --- a website -------------------------------------------------------------------------------------

    async def panel(self, slug: str, origin: str) -> Panel:
        """What may be shown at `origin`. Raises NotFound for a character that is not met or not embedded,
        Forbidden for another website or while it is switched off."""
        character = await self._met(slug)
        return await self._panel(character, origin)

    async def preview(self, identity: Identity, slug: str) -> Panel:
        """The panel for its maker, who need not have switched it on. Raises NotFound, Forbidden."""
        character = await self._inside(identity, slug)
        if not character.met:
            raise Forbidden("Publish the character first: a panel shows what visitors meet.")
        return Panel(character, await self.settings(identity, slug), PREVIEW)

    def pass_for(self, panel: Panel) -> str:
        """A pass for a new visitor of this panel."""
        return self._passes.make(panel.character.id, panel.origin)

    async def check(self, slug: str, token: str) -> tuple[Panel, Pass]:
        """Asked by every request of a panel. Raises NotFound, Forbidden."""
        held = self._passes.read(token, GOOD_FOR)
        if held is None or (held.origin == PREVIEW and self._now() - held.made_at > PREVIEW_FOR):
            raise out_of_date()
        character = await self._met(slug)
        if held.character_id != character.id:
            raise out_of_date()
        return await self._panel(character, held.origin), held

    async def renew(self, slug: str, token: str, older: str) -> str:
        """A fresh pass for the visitor who had the pass `older`; `token` says where the panel is now."""
        panel, held = await self.check(slug, token)
        if held.origin == PREVIEW:  # a maker's look is over in minutes, whatever becomes of the maker
            raise out_of_date()
        before = self._passes.read(older, RENEWED_FOR)
        known = before is not None and (before.character_id, before.origin) == (
            held.character_id,
            held.origin,
        )
        visitor = before.visitor_id if before is not None and known else held.visitor_id
        return self._passes.make(panel.character.id, panel.origin, visitor)

    async def let_in(self, panel: Panel, held: Pass) -> None:
        """Lets the visitor of a panel meet a character that is not public."""
        if panel.character.visibility != "unlisted":
            return
        visitor = Identity("visitor", held.visitor_id)
        async with self._database.read() as session:
            row = await store.embed(session, panel.character.id)
        if row is not None and row.link is not None:
            with suppress(NotFound):  # revoked: the maker may have meant another, so there is a new one
                await self._links.enter(visitor, row.link)
                return
        maker = Identity("creator", panel.character.owner_id)
        link = await self._links.make(maker, panel.character.id, "Website")
        async with self._database.write() as session:
            (await self._row(session, panel.character)).link = link.token
        await self._links.enter(visitor, link.token)

    async def shows_face(self, slug: str) -> bool:
        """Whether the picture of a character that not everybody meets is shown on some website."""
        character = await self._met(slug)
        seen = character.visibility == "unlisted" and character.profile.rating == "everyone"
        return seen and (await self.settings(STUDIO, slug)).on

    async def count(self, panel: Panel, held: Pass) -> None:
        """Counts a message. Raises Busy when this visitor or all of them have used up the day."""
        today, limits = self._today(), panel.embed
        async with self._database.write() as session:
            all_of_them = await store.count(
                session, held.character_id, today, store.EVERYBODY, limits.per_day
            )
            if all_of_them is None:
                raise Busy("This chat has answered as much as it may today. Please come back tomorrow.")
            if (
                await store.count(session, held.character_id, today, held.visitor_id, limits.per_visitor)
                is None
            ):
                raise Busy("You have written as much as one visitor may today. Please come back tomorrow.")
            if all_of_them == 1:
                await store.forget_old(session, today)

    async def give_back(self, held: Pass) -> None:
        """Takes back a message that was counted and came to nothing."""
        async with self._database.write() as session:
            for who in (store.EVERYBODY, held.visitor_id):
                await store.give_back(session, held.character_id, self._today(), who)

    # --- inside ----------------------------------------------------------------------------------------

    async def _panel(self, character: Character, origin: str) -> Panel:
        async with self._database.read() as session:
            row = await store.embed(session, character.id)
        embed = store.settings_of(row) if row is not None else Embed()
        if origin == PREVIEW:
            return Panel(character, embed, origin)
        if row is None:
            raise NotFound("There is no character called {slug}.", slug=character.slug)
        if origin not in embed.origins:
            raise Forbidden("This website may not show this character.")
        if not embed.on:
            raise Off
        return Panel(character, embed, origin)

    async def _met(self, slug: str) -> Character:
        character = await self._characters.get(STUDIO, slug)
        if not character.met or character.visibility == "private":
            raise NotFound("There is no character called {slug}.", slug=slug)
        return character

    async def _inside(self, identity: Identity, slug: str) -> Character:
        character = await self._characters.get(identity, slug)
        theirs = identity.makes and (identity.kind == "owner" or identity.id == character.owner_id)
        if not (theirs and identity.may("manage")):
            raise Forbidden("Only its maker can share this character.")
        return character

    async def _row(self, session: store.Session, character: Character) -> store.EmbedRow:
        row = await store.embed(session, character.id, lock=True)
        if row is None:
            row = store.EmbedRow(
                character_id=character.id, on=False, settings={}, link=None, changed_at=self._now()
            )
            session.add(row)
        return row

    def _today(self) -> date:
        return self._now().astimezone(self._zone).date()


def out_of_date() -> Forbidden:
    return Forbidden("This panel is out of date. Please close it and open it again.")


def too_young(panel: Panel) -> int:
    """The age a visitor of the panel would have to show, which cannot be asked for in a frame; 0 mostly."""
    return age.needed(Identity("visitor", ""), panel.character.profile.rating)

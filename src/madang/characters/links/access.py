"""The door of links: the maker makes, sees and revokes them; whoever holds one comes in.

A link is asked about each time its character is met, so a revoked or expired one ends at once for everybody
who came in through it. A link never opens a private, archived or hidden character.
"""

from __future__ import annotations

from datetime import datetime

from madang.characters import store as characters
from madang.characters.links import store
from madang.characters.links.store import LinkRow
from madang.characters.sight import named, outside, sees_inside
from madang.characters.store import CharacterRow, Session
from madang.characters.types import Character, Link
from madang.kernel import clock
from madang.kernel.errors import BadInput, Forbidden, NotFound
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id, new_secret
from madang.storage.database import Database

MOST_LINKS = 200
"""Links of one character, revoked ones aside."""


class Links:
    """Links to the characters of a studio. A character is named by its slug or id."""

    def __init__(self, database: Database, *, now: clock.Clock = clock.now) -> None:
        self._database = database
        self._now = now

    async def make(
        self, identity: Identity, slug: str, label: str = "", expires: datetime | None = None
    ) -> Link:
        """A new link, for the character's maker. Raises NotFound, Forbidden; BadInput for a moment that is
        past, or when there are too many already."""
        moment = self._now()
        if expires is not None and expires <= moment:
            raise BadInput("A link cannot end before it begins.")
        row = LinkRow(
            id=new_id("lnk"),
            token=new_secret(16),
            label=" ".join(label.replace("\0", "").split())[:120],
            created_at=moment,
            expires_at=expires,
            revoked_at=None,
        )
        async with self._database.write() as session:
            character = await self._own(session, identity, slug)
            if identity.id != character.owner_id:
                raise Forbidden("Only its maker can share this character.")
            held = await store.of_character(session, character.id)
            if sum(one.revoked_at is None for one, _ in held) >= MOST_LINKS:
                raise BadInput("There are {count} links already: revoke one first.", count=MOST_LINKS)
            row.character_id = character.id
            session.add(row)
        return _link(row, 0)

    async def of(self, identity: Identity, slug: str) -> list[Link]:
        """Links of a character, newest first, revoked ones too; for its maker and the studio's owner."""
        async with self._database.read() as session:
            character = await self._own(session, identity, slug)
            return [_link(row, count) for row, count in await store.of_character(session, character.id)]

    async def revoke(self, identity: Identity, slug: str, link_id: str) -> None:
        """Ends a link and with it everybody's way in. Raises NotFound."""
        async with self._database.write() as session:
            character = await self._own(session, identity, slug)
            if not await store.revoke(session, character.id, link_id, self._now()):
                raise NotFound("There is no such link.")

    async def look(self, token: str) -> Character:
        """The character a link leads to, as everybody sees it, without coming in: for the page that asks
        whether to. Raises NotFound."""
        async with self._database.read() as session:
            row = (await self._led(session, token))[1]
            return outside(row, await named(session, None, row))

    async def enter(self, identity: Identity, token: str) -> Character:
        """Comes in: from now on `identity` meets the character. Raises NotFound for a link that was revoked,
        has ended or never was."""
        async with self._database.read() as session:
            await self._led(session, token)  # a guess must not take the lock that writers wait for
        async with self._database.write() as session:
            link, character = await self._led(session, token)
            if not sees_inside(identity, character):
                await store.grant(session, link.id, identity, self._now())
            return outside(character, await named(session, identity, character))

    async def opens(self, session: Session, identity: Identity, character_id: str) -> bool:
        """Whether `identity` came in through a link to this character that still holds."""
        return await store.granted(session, identity, character_id, self._now())

    async def _led(self, session: Session, token: str) -> tuple[LinkRow, CharacterRow]:
        link = await store.by_token(session, token, self._now())
        row = await characters.find(session, link.character_id) if link is not None else None
        if link is None or row is None or not _meets(row):
            raise NotFound("This link leads nowhere: it was revoked, or it has ended.")
        return link, row

    async def _own(self, session: Session, identity: Identity, slug: str) -> CharacterRow:
        row = await characters.find(session, slug)
        if row is None or not sees_inside(identity, row):
            raise NotFound("There is no character called {slug}.", slug=slug)
        return row


def _meets(row: CharacterRow) -> bool:
    """Whether anybody but its maker may meet the character at all."""
    put_away = row.archived_at is not None or row.hidden_at is not None
    return row.published is not None and row.visibility != "private" and not put_away


def _link(row: LinkRow, opened: int) -> Link:
    return Link(
        id=row.id,
        label=row.label,
        token=row.token,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        opened=opened,
    )

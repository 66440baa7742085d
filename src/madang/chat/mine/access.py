"""A visitor's own conversations, with whichever character: found, rated, exported and deleted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Literal, TypeVar

from madang.chat.doors import CharactersDoor
from madang.chat.mine import export as documents
from madang.chat.mine import store
from madang.chat.news import LONGEST
from madang.chat.store import ConversationRow
from madang.chat.types import Conversation, News, Reply
from madang.kernel import clock
from madang.kernel.errors import BadInput, Conflict, Forbidden, NotFound, TooLarge
from madang.kernel.identity import Identity
from madang.storage.database import Database

LONGEST_WHY = 1_000
"""Characters of the words that go with a thumb."""
LONGEST_QUERY = 200
MOST = 100
"""Conversations of one page of a list."""
AT_ONCE = 25
"""Conversations that an export holds in memory."""
HALF_LIFE_DAYS = 7.0
"""After which a visit counts half as much for `popularity`."""

Whose = TypeVar("Whose", ConversationRow, Conversation)


class Mine(ABC):
    """Base of `chat.access.Chat`: what needs neither a model nor a character's sources."""

    def __init__(self, database: Database, characters: CharactersDoor) -> None:
        self._database = database
        self._characters = characters
        self._now: clock.Clock = clock.now

    @abstractmethod
    async def interrupt(self, conversation_id: str) -> None: ...

    @abstractmethod
    def changed(self, conversation_id: str) -> None: ...

    @abstractmethod
    async def delete(self, identity: Identity, conversation_id: str) -> None: ...

    @abstractmethod
    def events(
        self, identity: Identity, conversation_id: str, *, since: int | None = None, seconds: float = LONGEST
    ) -> AsyncGenerator[News, None]: ...

    async def rate(self, identity: Identity, reply_id: str, thumb: Literal[-1, 0, 1], why: str = "") -> Reply:
        """A thumb on a reply, with words if one likes; 0 takes both back.

        Raises NotFound, TooLarge for more than LONGEST_WHY characters, BadInput for another number, and
        Conflict while the reply is being made.
        """
        if thumb not in (-1, 0, 1):
            raise BadInput("A thumb is up, down or neither.")
        words = why.replace("\0", "").strip() if thumb else ""
        if len(words) > LONGEST_WHY:
            raise TooLarge("A message may have {limit} characters at most.", limit=LONGEST_WHY)
        may_talk(identity)
        async with self._database.write() as session:
            found = await store.reply_with(session, reply_id)
            row = owned(identity, found[1] if found else None)
            assert found is not None  # noqa: S101  `owned` has asked
            if found[0].state == "streaming":
                raise Conflict("This reply is still being written.")
            await store.set_thumb(session, reply_id, thumb, words)
            reply = store.reply_of(found[0])
        self.changed(row.id)
        return reply.model_copy(update={"thumb": thumb, "thumb_why": words})

    async def all_conversations(
        self, identity: Identity, *, query: str = "", limit: int = 30, offset: int = 0
    ) -> list[Conversation]:
        """One's own conversations with all characters, without turns, last used first; tests left out.

        With `query`, those in whose title, messages or replies it stands.
        """
        may_talk(identity)
        wanted = searched(query)
        page = (min(max(limit, 0), MOST), max(offset, 0))
        async with self._database.read() as session:
            return await store.found(session, identity.id, wanted, page)

    async def how_many(self, identity: Identity, *, query: str = "") -> int:
        """How many conversations `all_conversations` has in all."""
        may_talk(identity)
        async with self._database.read() as session:
            return await store.how_many(session, identity.id, searched(query))

    async def export(
        self, identity: Identity, kind: Literal["json", "markdown"]
    ) -> AsyncGenerator[str, None]:
        """All of one's conversations as one document, in pieces: as JSON with every branch and every version
        of a reply, as Markdown what the pages show."""
        may_talk(identity)
        async with self._database.read() as session:
            ids = await store.ids_of(session, identity.id)
        names: dict[str, documents.Who] = {}
        yield documents.head(kind, self._now())
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            async with self._database.read() as session:
                whole = await store.whole(session, some)
                leaves = await store.leaves(session, some)
            for number, one in enumerate(whole, start):
                if one.character_id not in names:
                    names[one.character_id] = await self._who(identity, one.character_id)
                yield documents.piece(
                    kind, one, names[one.character_id], leaves.get(one.id), first=number == 0
                )
        yield documents.tail(kind)

    async def delete_all(self, identity: Identity) -> int:
        """Deletes all of one's conversations for good, tests left out; how many there were."""
        may_talk(identity)
        async with self._database.read() as session:
            ids = await store.ids_of(session, identity.id)
        for one in ids:
            await self.interrupt(one)
        async with self._database.write() as session:
            await store.remove_all(session, identity.id)
        for one in ids:
            self.changed(one)
        return len(ids)

    async def adopt(self, visitor: Identity, user: Identity) -> None:
        """Gives a person who has joined what they said in this browser before, as an anonymous visitor.

        Raises Forbidden when `visitor` is somebody with an account: theirs stay theirs.
        """
        if visitor.signed_in or not user.signed_in:
            raise Forbidden("Only what an anonymous visitor said can be taken along.")
        async with self._database.write() as session:
            await store.move(session, visitor.id, user.kind, user.id)

    async def used(self, identity: Identity, limit: int = 20) -> list[tuple[str, datetime]]:
        """Ids of the characters that this identity talked with, and when last; the latest first."""
        async with self._database.read() as session:
            return await store.used(session, identity.id, limit)

    async def popularity(self, since: datetime) -> dict[str, float]:
        """For each character: its visitors since then, each counted once and the less the longer ago.

        A visitor of this moment counts 1, one of HALF_LIFE_DAYS ago a half. Makers with their own characters
        and tests count nothing.
        """
        async with self._database.read() as session:
            visits = await store.visits(session, since)
        now, weights = self._now(), defaultdict[str, float](float)
        for character_id, last in visits:
            days = max((now - last).total_seconds(), 0.0) / 86_400
            weights[character_id] += 0.5 ** (days / HALF_LIFE_DAYS)
        return dict(weights)

    async def _who(self, identity: Identity, character_id: str) -> documents.Who:
        try:
            character = await self._characters.get(identity, character_id)
        except NotFound:
            return documents.Who(character_id, "", "")
        return documents.Who(character_id, character.slug, character.profile.name)


def searched(query: str) -> str:
    """The query as it is looked for."""
    return " ".join(query.replace("\0", "").split())[:LONGEST_QUERY]


def owned(identity: Identity, row: Whose | None) -> Whose:
    """The conversation if it is this identity's. Raises NotFound, and Forbidden for a key without `chat`."""
    may_talk(identity)
    if row is None or row.identity_id != identity.id:
        raise NotFound("There is no such conversation.")
    if row.test and not identity.may("manage"):  # it shows the draft, which a key that only talks never sees
        raise NotFound("There is no such conversation.")
    return row


def may_talk(identity: Identity) -> None:
    if not identity.may("chat"):
        raise Forbidden("This key may not talk with characters: it lacks the scope {scope}.", scope="chat")

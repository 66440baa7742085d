"""The door of the maker's side. A maker reaches conversations with characters of their own, the studio's
owner all of them; tests of drafts stay with who made them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime

from madang.characters.types import Character
from madang.chat import conversation as talk
from madang.chat import store as rows
from madang.chat.access import Chat, readable
from madang.chat.desk import store
from madang.chat.desk.figures import store as counted
from madang.chat.desk.types import Entry, Figures, Kind, Question, State
from madang.chat.doors import CharactersDoor
from madang.chat.mine.access import LONGEST_WHY, searched
from madang.chat.mine.store import reply_of, turn_of
from madang.chat.news import LONGEST, news_of
from madang.chat.store import ConversationRow, Session
from madang.chat.turn import zone
from madang.chat.types import Conversation, News, Reply, Turn
from madang.kernel import clock
from madang.kernel.errors import BadInput, Conflict, Forbidden, NotFound, TooLarge
from madang.kernel.identity import Identity
from madang.storage.database import Database

MOST = 200
LAST = 160
"""Characters of what was said last, in a list."""


class Desk:
    """Where makers see, take over and hand back conversations with their characters."""

    def __init__(
        self, database: Database, characters: CharactersDoor, chat: Chat, now: clock.Clock = clock.now
    ) -> None:
        self._database = database
        self._characters = characters
        self._chat = chat
        self._now = now

    async def conversations(
        self,
        identity: Identity,
        *,
        slug: str | None = None,
        query: str = "",
        held: bool | None = None,
        limit: int = 50,
        before: datetime | None = None,
    ) -> list[Entry]:
        """Conversations with one's characters, last used first, `before` a moment (`updated_at` of the last
        one of the page before). Raises NotFound, Forbidden."""
        scope = await self._scope(identity, slug)
        async with self._database.read() as session:
            found = await store.conversations(
                session,
                scope,
                query=searched(query),
                held=held,
                limit=min(max(limit, 0), MOST),
                before=before,
            )
            last = await store.last_turns(session, [one.id for one in found])
        seen: dict[str, Character | None] = {}
        entries: list[Entry] = []
        for one in found:
            character = await self._seen(identity, one.character_id, seen)
            if character is not None:
                entries.append(_entry(one, character, last.get(one.id)))
        return entries

    async def conversation(self, identity: Identity, conversation_id: str) -> Conversation:
        """One of them with its active path. Raises NotFound, Forbidden."""
        async with self._database.read() as session:
            found = await rows.opened(session, conversation_id)
        await self._may(identity, found)
        assert found is not None  # noqa: S101  `_may` has asked
        return found

    async def corrected(self, identity: Identity, conversation_id: str) -> Conversation:
        """One whose replies this maker may correct: as `conversation`, or a test of their own. Raises
        NotFound, Forbidden."""
        manages(identity)
        async with self._database.read() as session:
            found = await rows.opened(session, conversation_id)
        tests = found is not None and found.test and found.identity_id == identity.id
        if found is None or not tests:
            return await self.conversation(identity, conversation_id)
        mine(identity, await self._characters.get(identity, found.character_id))
        return found

    async def take(self, identity: Identity, conversation_id: str) -> Conversation:
        """From now on this person speaks and the AI is silent; a reply being made is stopped.

        Raises NotFound, Forbidden, and Conflict when somebody else holds it.
        """
        await self._may(identity, await self._row(conversation_id))
        async with self._database.write() as session:
            taken = await store.take(session, conversation_id, identity.id)
        if not taken:
            raise Conflict("Somebody else has taken this conversation over.")
        self._chat.changed(conversation_id)
        await self._chat.interrupt(conversation_id)
        return await self.conversation(identity, conversation_id)

    async def say(self, identity: Identity, conversation_id: str, text: str) -> Reply:
        """Says something to the visitor as the person who holds the conversation: the answer to a message
        that waits for one, or words of their own.

        Raises NotFound, Forbidden, Conflict, BadInput, TooLarge.
        """
        await self._may(identity, await self._row(conversation_id))
        words, now = readable(text), self._now()
        async with self._database.write() as session:
            row = await store.held_row(session, conversation_id, identity.id, now)
            if row is None:
                raise Conflict("Take the conversation over first.")
            reply = await _said(session, row, words, now)
        self._chat.changed(conversation_id)
        return reply

    async def hand_back(self, identity: Identity, conversation_id: str) -> Conversation:
        """The AI answers again, from the visitor's next message on. Raises NotFound, Forbidden."""
        await self._may(identity, await self._row(conversation_id))
        async with self._database.write() as session:
            await store.free(session, conversation_id)
        self._chat.changed(conversation_id)
        return await self.conversation(identity, conversation_id)

    async def events(
        self,
        identity: Identity,
        conversation_id: str,
        *,
        since: int | None = None,
        seconds: float = LONGEST,
    ) -> AsyncGenerator[News, None]:
        """The same news as the visitor's page gets, for the page of whoever took it over."""
        before = await self.conversation(identity, conversation_id)
        news = news_of(self._chat.watch, self._database, before, since, seconds)
        async with aclosing(news) as every:
            async for one in every:
                yield one

    async def questions(
        self,
        identity: Identity,
        *,
        slug: str | None = None,
        kind: Kind = "unanswered",
        state: State = "open",
        limit: int = 50,
        before: datetime | None = None,
    ) -> list[Question]:
        """Messages that got no good reply, newest first, `before` a moment (`when` of the last one)."""
        scope = await self._scope(identity, slug)
        async with self._database.read() as session:
            found = await store.questions(
                session, scope, kind=kind, state=state, limit=min(max(limit, 0), MOST), before=before
            )
        seen: dict[str, Character | None] = {}
        questions: list[Question] = []
        for conversation, turn, row in found:
            character = await self._seen(identity, conversation.character_id, seen)
            if character is None:
                continue
            reply = reply_of(row)
            questions.append(
                Question(
                    turn=turn_of(turn, [reply]).model_copy(update={"shown": 0}),
                    reply=reply,
                    character=character,
                    conversation_id=conversation.id,
                    kind=kind,
                    state=state,
                    note=turn.settled_note,
                    when=reply.created_at,
                )
            )
        return questions

    async def settle(self, identity: Identity, turn_id: str, state: State, note: str = "") -> None:
        """Says what became of a question. Raises NotFound, Forbidden, BadInput, TooLarge."""
        if state not in ("open", "answered", "dismissed"):
            raise BadInput("A question is open, answered or dismissed.")
        if len(note) > LONGEST_WHY:
            raise TooLarge("A message may have {limit} characters at most.", limit=LONGEST_WHY)
        async with self._database.read() as session:
            row = await rows.conversation_of_turn(session, turn_id)
        await self._may(identity, row)
        async with self._database.write() as session:
            await store.settle(session, turn_id, state, note.replace("\0", ""), self._now())

    async def figures(self, identity: Identity, *, slug: str | None = None, days: int = 30) -> Figures:
        """How conversations with one's characters went. Raises NotFound, Forbidden."""
        scope = await self._scope(identity, slug)
        async with self._database.read() as session:
            return await counted.figures(
                session,
                scope,
                days=days,
                now=self._now(),
                zone=zone(self._chat.time_zone),
                sqlite=self._database.sqlite,
            )

    async def _row(self, conversation_id: str) -> ConversationRow | None:
        async with self._database.read() as session:
            return await rows.conversation_row(session, conversation_id)

    async def _scope(self, identity: Identity, slug: str | None) -> store.Scope:
        manages(identity)
        character_id = None
        if slug is not None:
            character = await self._characters.get(identity, slug)
            mine(identity, character)
            character_id = character.id
        return store.Scope(character_id, None if identity.kind == "owner" else identity.id)

    async def _may(self, identity: Identity, row: ConversationRow | Conversation | None) -> Character:
        """The character of a conversation that this maker may see."""
        manages(identity)
        if row is None or row.test:
            raise NotFound("There is no such conversation.")
        try:
            character = await self._characters.get(identity, row.character_id)
            mine(identity, character)
        except NotFound:
            raise NotFound("There is no such conversation.") from None
        return character

    async def _seen(
        self, identity: Identity, character_id: str, seen: dict[str, Character | None]
    ) -> Character | None:
        """The character of a row; None when it went, or changed hands, meanwhile."""
        if character_id not in seen:
            try:
                character = await self._characters.get(identity, character_id)
                mine(identity, character)
                seen[character_id] = character
            except NotFound:
                seen[character_id] = None
        return seen[character_id]


def manages(identity: Identity) -> None:
    """Raises Forbidden for visitors and for keys that only talk."""
    if not identity.makes or not identity.may("manage"):
        raise Forbidden("Only makers see conversations with their characters.")


def mine(identity: Identity, character: Character) -> None:
    """Raises NotFound unless the character is this maker's, or the studio is theirs."""
    if identity.kind != "owner" and character.owner_id != identity.id:
        raise NotFound("There is no character called {slug}.", slug=character.slug)


async def _said(session: Session, row: ConversationRow, words: str, now: datetime) -> Reply:
    """Stores a person's words: in the reply that waits for them, else in a turn of their own."""
    last = await store.leaf(session, row)
    written = {"text": words, "state": "done", "basis": "person", "strategy": "person", "created_at": now}
    if last is not None and last[1] is not None and last[1].basis == "person" and not last[1].text:
        reply = reply_of(last[1]).model_copy(update=written)
        await rows.save_reply(session, reply)
        return reply
    before = Conversation(
        **{name: getattr(row, name) for name in Conversation.model_fields if name != "turns"},
        turns=[turn_of(last[0], [])] if last is not None else [],
    )
    language = last[0].language if last is not None else "en"
    turn: Turn = talk.turn_after(before, "", language, now)
    reply = talk.reply_to(turn.id, now).model_copy(update=written)
    await rows.add_turn(session, turn, reply, row.title, now, urgent=True)
    return reply


def _entry(conversation: Conversation, character: Character, last: tuple[Turn, Reply | None] | None) -> Entry:
    turn, reply = last if last is not None else (None, None)
    said = (reply.text if reply is not None else "") or (turn.message if turn is not None else "")
    line = " ".join(said.split())
    waits = conversation.held_by is not None and turn is not None
    return Entry(
        conversation=conversation,
        character=character,
        last=line if len(line) <= LAST else line[: LAST - 1].rstrip() + "…",
        waiting=waits and reply is not None and reply.basis == "person" and not reply.text,
    )

"""The door of conversations: the only way to one, its turns and its replies.

A conversation belongs to the identity that started it. Anyone else, the studio's owner too, gets NotFound:
for the conversation, its turns and the stream of a reply alike.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from madang.characters.types import Character
from madang.chat import conversation as talk
from madang.chat import store
from madang.chat.doors import CharactersDoor, KnowledgeDoor, ModelsDoor
from madang.chat.live import Line, Live, to_the_end
from madang.chat.mine.access import Mine, may_talk, owned
from madang.chat.news import LONGEST, Watch, news_of
from madang.chat.partial import kept_meanwhile, silenced
from madang.chat.ready import Ready
from madang.chat.reply import Making
from madang.chat.store import ConversationRow, Session
from madang.chat.turn import Turns, language_for
from madang.chat.types import Channel, Conversation, Event, News, Options, Reply, Turn
from madang.kernel import clock
from madang.kernel.errors import BadInput, Conflict, NotFound, TooLarge
from madang.kernel.identity import Identity
from madang.kernel.meters import Meters
from madang.kernel.settings import Settings
from madang.kernel.traces import Traces
from madang.models.types import Message
from madang.safety import age
from madang.safety.types import SafetyDoor
from madang.storage.database import Database
from madang.storage.processes import Alone, ProcessesDoor

LONGEST_MESSAGE = 8_000
"""Characters of one message."""


class Chat(Mine):
    """Conversations of a studio, and replies without one (`answer`).

    What a visitor does with conversations that were had (`rate`, `all_conversations`, `export`, …) is in
    `mine/access.py`; the maker's side is `desk.access.Desk`.
    """

    def __init__(
        self,
        database: Database,
        characters: CharactersDoor,
        knowledge: KnowledgeDoor,
        models: ModelsDoor,
        settings: Settings,
        *,
        now: clock.Clock = clock.now,
        processes: ProcessesDoor | None = None,
        safety: SafetyDoor | None = None,
        meters: Meters | None = None,
        traces: Traces | None = None,
        wrong: Callable[[], float | None] | None = None,
    ) -> None:
        """`wrong`: the share of wrong answers where a maker chose none; by default the setting."""
        super().__init__(database, characters)
        self._turns = Turns(
            knowledge, models, settings, now, safety, meters=meters, traces=traces, wrong=wrong
        )
        self._processes = processes or Alone()
        self._live = Live()
        self._watch = Watch(database)
        self._ready = Ready(models, now)
        self._now = now
        self.time_zone = settings.time_zone
        """In which days are counted."""

    async def start(
        self,
        identity: Identity,
        slug: str,
        *,
        test: bool = False,
        channel: Channel = "page",
        greeting: int = 0,
    ) -> Conversation:
        """A new conversation, beginning with one of the character's greetings. With `test` its maker meets
        the draft. Raises NotFound, Forbidden, AgeNeeded."""
        may_talk(identity)
        character = await self._characters.get(identity, slug)
        if test:
            own(identity, character)
        old_enough(identity, character, test)
        conversation = talk.begun(identity, character, test, self._now(), channel=channel, greeting=greeting)
        async with self._database.write() as session:
            await store.add_conversation(session, conversation, character.owner_id)
        return conversation

    async def events(
        self,
        identity: Identity,
        conversation_id: str,
        *,
        since: int | None = None,
        seconds: float = LONGEST,
    ) -> AsyncGenerator[News, None]:
        """What happens in a conversation from now on: a person takes over, writes, hands back. NotFound.

        `since` is the revision that the caller shows already. It ends after `seconds`: then ask again.
        """
        before = await self.conversation(identity, conversation_id)
        async with aclosing(news_of(self._watch, self._database, before, since, seconds)) as news:
            async for one in news:
                yield one

    async def interrupt(self, conversation_id: str) -> None:
        """Stops a reply being made in this process: a person took the conversation over. Others see it in the
        database."""
        await self._live.stop_key(conversation_id)

    def changed(self, conversation_id: str) -> None:
        """Tells those who watch this conversation in this process at once."""
        self._watch.wake(conversation_id)

    @property
    def watch(self) -> Watch:
        return self._watch

    async def conversation(self, identity: Identity, conversation_id: str) -> Conversation:
        """The conversation with its active path. Raises NotFound."""
        async with self._database.read() as session:
            return owned(identity, await store.opened(session, conversation_id))

    async def conversations(self, identity: Identity, slug: str) -> list[Conversation]:
        """Conversations of `identity` with a character, without turns, last used first."""
        character = await self._characters.get(identity, slug)
        async with self._database.read() as session:
            found = await store.of_identity(session, identity.id, character.id)
        return [one for one in found if not one.test or identity.may("manage")]

    async def turn(self, identity: Identity, turn_id: str) -> Turn:
        """One turn with all its replies. Raises NotFound."""
        async with self._database.read() as session:
            row = await self._of_turn(session, identity, turn_id)
            return (await store.load(session, row, through=turn_id)).turns[-1]

    async def begin(
        self,
        identity: Identity,
        slug: str,
        message: str,
        *,
        turn: str | None = None,
        stay: float = 0.0,
        **begun: Any,
    ) -> AsyncGenerator[Event, None]:
        """A new conversation (`begun` as for `start`) with its first message, in one go; events of the reply.

        `turn`: the id that the message gets, where the caller chose one. `stay`: seconds that the reply goes
        on after its last reader has left, as for all that are asked for here. Raises what `start` and `say`
        raise, before the first event; a message that is refused begins nothing.
        """
        text = readable(message)
        if turn is not None:
            async with self._database.read() as session:
                await unsent(session, turn)
        conversation = await self.start(identity, slug, **begun)

        async def make(line: Line) -> None:
            await self._begin(line, identity, conversation, text, turn)

        async with aclosing(self._live.run(conversation.id, make, stay=stay)) as events:
            async for event in events:
                yield event

    async def say(
        self,
        identity: Identity,
        conversation_id: str,
        message: str,
        *,
        parent: str | None = None,
        turn: str | None = None,
        stay: float = 0.0,
    ) -> AsyncGenerator[Event, None]:
        """Sends a message, after the turn `parent` or at the end of the active path; events of the reply.

        Raises, before the first event and with nothing stored, NotFound, BadInput, TooLarge, StorageFull, and
        Conflict while a reply is being made in this conversation. After `accepted` nothing is raised.
        """

        may_talk(identity)
        async with self._database.read() as session:
            # asked before the line is taken: a stranger must not learn that a reply is being made
            before = owned(identity, await store.opened(session, conversation_id, through=parent))
            text = readable(message)
        if parent is not None and not before.turns:
            raise NotFound("There is no such message.")

        async def make(line: Line) -> None:
            await self._begin(line, identity, before, text, turn)

        async with aclosing(self._live.run(conversation_id, make, stay=stay)) as events:
            async for event in events:
                yield event

    async def edit(
        self, identity: Identity, turn_id: str, message: str, *, stay: float = 0.0
    ) -> AsyncGenerator[Event, None]:
        """Says something else in place of a message: a new branch beside it, the older one stays."""
        may_talk(identity)

        async def make(line: Line) -> None:
            text = readable(message)
            async with self._database.read() as session:
                row = await self._of_turn(session, identity, turn_id)
                before = await store.load(session, row, through=turn_id)
            if not before.turns.pop().message:
                raise Conflict("A person wrote this; there is nothing to edit.")
            await self._begin(line, identity, before, text)

        async with aclosing(self._running(identity, turn_id, make, stay)) as events:
            async for event in events:
                yield event

    async def regenerate(
        self, identity: Identity, turn_id: str, *, stay: float = 0.0
    ) -> AsyncGenerator[Event, None]:
        """Another version of the reply to a turn; earlier versions stay, and can be shown again."""
        may_talk(identity)

        async def make(line: Line) -> None:
            async with self._database.read() as session:
                row = await self._of_turn(session, identity, turn_id)
                before = await store.load(session, row, through=turn_id)
            character = await self._characters.get(identity, before.character_id)
            old_enough(identity, character, before.test)
            turn = before.turns.pop()
            if not turn.message:
                raise Conflict("A person wrote this; there is nothing to answer.")
            reply = talk.reply_to(turn.id, self._now())

            async def write(_: bool) -> Reply:
                async with self._database.write() as session:
                    row = await self._of_turn(session, identity, turn_id)
                    await self._alone(session, row.id)
                    if row.held_by is not None:
                        raise Conflict("A person is answering here; the AI is silent until they hand back.")
                    await store.set_path_through(session, row, turn_id)
                    await store.revise(session, row.id)
                    return await store.add_version(session, row, reply, self._processes.id)

            await self._answer(line, character, before, turn, reply, write=write)

        async with aclosing(self._running(identity, turn_id, make, stay)) as events:
            async for event in events:
                yield event

    async def follow(
        self, identity: Identity, turn_id: str, *, stay: float = 0.0
    ) -> AsyncGenerator[Event, None]:
        """The events of the reply being made to a turn, from `accepted` on, for a page that was loaded again
        and for another one. Raises NotFound, also when this process makes none."""
        async with self._database.read() as session:
            await self._of_turn(session, identity, turn_id)
        async with aclosing(self._live.follow(turn_id, stay=stay)) as events:
            async for event in events:
                yield event

    async def show(self, identity: Identity, turn_id: str, version: int | None = None) -> Conversation:
        """Brings a turn's branch back, and with `version` that version of its reply."""
        async with self._database.write() as session:
            row = await self._of_turn(session, identity, turn_id)
            turn = (await store.load(session, row, through=turn_id)).turns[-1]
            if version is not None:
                if not 0 <= version < len(turn.replies):
                    raise NotFound("There is no such version of this reply.")
                await store.set_shown(session, turn_id, version)
            await store.set_path_through(session, row, turn_id)
            await session.flush()
            await store.revise(session, row.id)
        self.changed(row.id)
        return await self.conversation(identity, row.id)

    async def stop(self, identity: Identity, turn_id: str) -> Turn:
        """Stops the reply being made to a turn; what was made is kept. Nothing happens otherwise.

        At once in this process; one that another process makes is marked, and ends at that one's next look.
        """
        async with self._database.read() as session:
            await self._of_turn(session, identity, turn_id)
        if not await self._live.stop(turn_id):
            async with self._database.write() as session:
                row = await self._of_turn(session, identity, turn_id)
                if await store.stop_elsewhere(session, turn_id):
                    await store.revise(session, row.id)
        return await self.turn(identity, turn_id)

    async def delete(self, identity: Identity, conversation_id: str) -> None:
        """Deletes a conversation for good; a reply being made in it is stopped first."""
        async with self._database.read() as session:
            await self._own(session, identity, conversation_id)
        await self._live.stop_key(conversation_id)
        async with self._database.write() as session:
            await self._own(session, identity, conversation_id)
            await store.remove(session, conversation_id)
        self.changed(conversation_id)

    async def answer(
        self, identity: Identity, slug: str, messages: Sequence[Message], *, options: Options | None = None
    ) -> AsyncGenerator[Event, None]:
        """A reply to the last of `messages`, kept nowhere: the OpenAI API and `madang ask`.

        System messages are the caller's further instructions. Raises NotFound, BadInput, TooLarge before the
        first event; afterwards an error is the event `failed`.
        """
        may_talk(identity)
        options = options or Options()
        character = await self._characters.get(identity, slug)
        if options.draft:
            own(identity, character)
        old_enough(identity, character, options.draft)
        asked = replace(talk.asked_without(character, messages, options), who=identity.id)
        reply = talk.reply_to("", self._now())

        async def make(line: Line) -> None:
            verdict = await self._turns.verdict(asked)
            line.send(Event(kind="accepted", reply=reply))
            making = Making(reply, line.send, self._turns.traces.begin("turn", channel="api"))
            await self._turns.answer(asked, making, verdict or self._turns.prepare(asked, making))

        async with aclosing(self._live.run(reply.id, make)) as events:
            async for event in events:
                yield event

    async def recover(self) -> int:
        """Replies of processes that live no more become `stopped`; how many there were. When the studio's
        server starts, and when a process has gone."""
        async with self._database.write() as session:
            await store.count_older(session)
            # first who makes something, then who lives: whoever begins meanwhile lives
            makers = await store.makers(session)
        gone = makers - await self._processes.living()
        if not gone:
            return 0
        async with self._database.write() as session:
            return await store.stop_leftovers(session, gone)

    async def close(self) -> None:
        """Stops every reply being made, and keeps what was made of it."""
        await self._ready.close()
        await self._watch.close()
        await self._live.close()

    async def forget(self, character_id: str) -> None:
        """Deletes all conversations with a character that was deleted, and what was computed of it."""
        async with self._database.write() as session:
            await store.remove_of_character(session, character_id)
        await self._ready.forget(character_id)

    def prepare(self, character: Character) -> None:
        """Makes a character that was just published ready, in the background."""
        self._ready.prepare(character)

    async def _begin(
        self, line: Line, identity: Identity, before: Conversation, message: str, chosen: str | None = None
    ) -> None:
        """Stores a message at the end of the path `before`, tells so, and answers it."""
        character = await self._characters.get(identity, before.character_id)
        old_enough(identity, character, before.test)
        profile = talk.met(character, before.test)
        language = language_for(message, [turn.message for turn in before.turns], profile)
        turn = talk.turn_after(before, message, language, self._now(), chosen)
        reply = talk.reply_to(turn.id, self._now())

        async def write(urgent: bool) -> Reply:
            async with self._database.write() as session:
                if chosen is not None:
                    await unsent(session, chosen)
                title = talk.title_of(message)
                kept = await store.add_turn(
                    session, turn, reply, title, self._now(), urgent=urgent, process=self._processes.id
                )
                if kept is None:
                    raise NotFound("There is no such conversation.")
                await self._alone(session, before.id)
            return kept

        await self._answer(line, character, before, turn, reply, write=write)

    async def _answer(
        self,
        line: Line,
        character: Character,
        before: Conversation,
        turn: Turn,
        reply: Reply,
        *,
        write: Callable[[bool], Awaitable[Reply]],
    ) -> None:
        """Stores what `write` stores, tells so, and makes the reply. The sources are asked meanwhile; neither
        they nor a model where safety has something to say."""
        line.turn_id = turn.id
        making = Making(reply, line.send, self._turns.traces.begin("turn", channel=before.channel))
        asked = talk.asked(character, before, turn)
        verdict = await self._turns.verdict(asked)
        # somebody in need is answered also while a person holds the conversation, who may not be looking
        urgent = verdict is not None and verdict.harm == "self_harm"
        silent = before.held_by is not None and not urgent
        scene = None if verdict or silent else self._turns.prepare(asked, making)
        try:
            with making.trace.span("accept"):
                making.reply = await to_the_end(write(urgent))
        except BaseException as error:
            if scene is not None:
                scene.cancel()
            if isinstance(error, asyncio.CancelledError) and not silent:
                # a commit under way cannot be taken back: it has ended, and its reply is a stopped one
                await to_the_end(self._keep(reply.model_copy(update={"state": "stopped"})))
            raise
        shown = turn.model_copy(update={"replies": [*turn.replies, making.reply], "shown": len(turn.replies)})
        making.accepted()
        line.send(Event(kind="accepted", turn=shown, reply=making.reply))
        self.changed(before.id)
        if making.reply.state == "done":
            if scene is not None:
                scene.cancel()
            making.stand_aside()
            return
        async with (
            kept_meanwhile(making, self._keep_partial),
            silenced(self._watch, before.id, lambda: self._wanted(making.reply.id), enabled=not urgent),
        ):
            # what held it is gone again, or was never there: the sources are asked now if they were not
            made_from = verdict or scene or self._turns.prepare(asked, making)
            await self._turns.answer(asked, making, made_from, keep=lambda: self._keep(making.reply))
        self.changed(before.id)

    async def _alone(self, session: Session, conversation_id: str) -> None:
        """Raises Conflict while another process makes a reply in this conversation."""
        others = await store.makers(session, conversation_id) - {self._processes.id}
        if others:
            if others & await self._processes.living():
                raise Conflict("The last reply is still being written. Stop it or wait until it is finished.")
            await store.stop_leftovers(session, others)

    async def _wanted(self, reply_id: str) -> bool:
        """Whether nobody stopped or deleted it. One that was just kept ended by itself, and must tell so."""
        async with self._database.read() as session:
            return await store.state_of(session, reply_id) not in ("stopped", None)

    async def _keep_partial(self, reply: Reply) -> None:
        async with self._database.write() as session:
            await store.save_partial(session, reply)

    async def _keep(self, reply: Reply) -> None:
        async with self._database.write() as session:
            await store.save_reply(session, reply)

    async def _running(
        self, identity: Identity, turn_id: str, make: Callable[[Line], Awaitable[None]], stay: float
    ) -> AsyncGenerator[Event, None]:
        async with self._database.read() as session:
            conversation_id = (await self._of_turn(session, identity, turn_id)).id
        async with aclosing(self._live.run(conversation_id, make, stay=stay)) as events:
            async for event in events:
                yield event

    async def _own(self, session: Session, identity: Identity, conversation_id: str) -> ConversationRow:
        return owned(identity, await store.conversation_row(session, conversation_id))

    async def _of_turn(self, session: Session, identity: Identity, turn_id: str) -> ConversationRow:
        return owned(identity, await store.conversation_of_turn(session, turn_id))


def old_enough(identity: Identity, character: Character, test: bool) -> None:
    """Raises AgeNeeded when the character is rated above the age that this visitor said to have reached."""
    age.require(identity, talk.met(character, test).rating, character.owner_id)


def own(identity: Identity, character: Character) -> None:
    """Raises NotFound unless `identity` may meet the draft of this character."""
    if not (identity.makes and character.owner_id == identity.id and identity.may("manage")):
        raise NotFound("There is no character called {slug}.", slug=character.slug)


async def unsent(session: Session, turn_id: str) -> None:
    """Raises Conflict when there is a message with this id already."""
    if await store.conversation_of_turn(session, turn_id) is not None:
        raise Conflict("This message was sent already.")


def readable(message: str) -> str:
    """The message as it is kept. Raises BadInput when empty, TooLarge when too long."""
    text = message.replace("\0", "").strip()
    if not text:
        raise BadInput("Write a message first.")
    if len(text) > LONGEST_MESSAGE:
        raise TooLarge("A message may have {limit} characters at most.", limit=LONGEST_MESSAGE)
    return text

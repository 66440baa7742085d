"""The door of this room: questions that wait for an answer, and approved answers.

What belongs to whom the desk and the characters' door say; nothing here is reached around them.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

from madang.characters.types import Character, Check
from madang.chat.desk.store import QUESTION
from madang.chat.desk.types import Kind, Question, State
from madang.chat.types import Conversation, Turn
from madang.inbox.correcting import held_off, quotations
from madang.inbox.demands import before_of, check_for
from madang.inbox.doors import CharactersDoor, ChecksDoor, DeskDoor, KnowledgeDoor
from madang.inbox.following import Following, followed
from madang.inbox.grouping import about, clustered, groups
from madang.inbox.types import About, Approved, Group, Opened
from madang.kernel.errors import BadInput, Forbidden, MadangError, NotFound, SignInNeeded
from madang.kernel.identity import Identity
from madang.knowledge.types import Answer
from madang.storage.notices import Notices

KINDS: tuple[Kind, ...] = ("unanswered", "disliked")
COUNT_SECONDS = 15.0
"""How long a count is good for: the header of every page shows it."""
_COUNTED = 1_000
_SURE = 0.25
"""From here on what the sources say is worth beginning an answer with, though they may not answer it."""
NOTE = 500
CLUSTERED = 400
"""Groups that are compared by meaning, those asked most often."""
MOST, PAGE = 2_000, 200
"""Askings of one kind that are looked at, the newest; and how many are read at once."""


class Inbox:
    def __init__(
        self,
        desk: DeskDoor,
        characters: CharactersDoor,
        knowledge: KnowledgeDoor,
        checks: ChecksDoor,
        *,
        notices: Notices | None = None,
    ) -> None:
        """`notices`: where it is heard that somebody settled a question, in this process or another."""
        if notices is not None:
            notices.hear(QUESTION, self._settled)
        self.desk = desk
        """Conversations and their figures; it asks by itself whose they are."""
        self._following = Following(desk)
        self._characters = characters
        self._knowledge = knowledge
        self._checks = checks
        self._counts: OrderedDict[str, tuple[float, int]] = OrderedDict()

    async def characters(self, identity: Identity) -> list[About]:
        """One's own characters, last edited first."""
        return [about(character) for character in await self._characters.mine(identity)]

    # -- questions

    async def questions(
        self, identity: Identity, *, slug: str | None = None, kind: Kind | None = None, state: State = "open"
    ) -> list[Group]:
        """Questions about one's characters, those that ask the same together, asked most often first."""
        found: list[tuple[Kind, Question]] = []
        for one in (kind,) if kind else KINDS:
            found.extend((one, question) for question in await self._every(identity, slug, one, state))
        follow = await self._following.of(identity, [question for _, question in found])
        alone = groups(found, state, follow)
        seldom = alone[CLUSTERED:]
        near = alone[:CLUSTERED]
        together = clustered(near, await self._knowledge.meanings([group.question for group in near]))
        return [*together, *seldom]

    async def _every(self, identity: Identity, slug: str | None, kind: Kind, state: State) -> list[Question]:
        """The newest MOST of them, page by page."""
        found: list[Question] = []
        before: datetime | None = None
        while len(found) < MOST:
            more = await self.desk.questions(
                identity, slug=slug, kind=kind, state=state, limit=PAGE, before=before
            )
            found.extend(more)
            if len(more) < PAGE:
                break
            before = more[-1].when
        return found

    async def count(self, identity: Identity) -> int:
        """How many questions wait; at most COUNT_SECONDS old, and never older than what one did oneself."""
        key = f"{identity.kind}:{identity.id}"
        at, number = self._counts.get(key, (0.0, 0))
        if time.monotonic() - at < COUNT_SECONDS and key in self._counts:
            return number
        number = len(await self.questions(identity))
        self._counts[key] = (time.monotonic(), number)
        self._counts.move_to_end(key)
        while len(self._counts) > _COUNTED:
            self._counts.popitem(last=False)
        return number

    async def group(self, identity: Identity, group_id: str) -> Group:
        """A question in whatever state it is. Raises NotFound."""
        states: tuple[State, ...] = ("open", "dismissed", "answered")
        for state in states:
            for group in await self.questions(identity, state=state):
                if group.id == group_id:
                    return group
        raise NotFound("This question is not in your inbox.")

    async def opened(self, identity: Identity, group_id: str) -> Opened:
        """A question with what the sources say to it, to begin an answer with."""
        group = await self.group(identity, group_id)
        try:
            evidence = await self._knowledge.evidence(group.character.id, group.question)
        except MadangError:  # without it one begins from nothing
            return Opened(group=group)
        if not evidence.spans or evidence.answerable < _SURE:
            return Opened(group=group)
        first = evidence.spans[0]
        return Opened(group=group, draft=first.text, sources=[first.passage.title])

    async def approve(
        self,
        identity: Identity,
        group_id: str,
        question: str,
        answer: str,
        *,
        check: bool = True,
        declines: bool = False,
        also: Sequence[str] | None = None,
    ) -> Approved:
        """The answer becomes knowledge and, with `check`, a check. It is said to the wordings of the group in
        `also` (by default those whose words agree), and these askings are answered; others stay in the inbox.
        With `declines` the question is not to be answered.

        What the disliked replies quoted is not said to it again. Raises NotFound, BadInput.
        """
        group = await self.group(identity, group_id)
        wrong = [quote for one in group.asked if one.thumb < 0 for quote in one.quotes]
        taught = group.alike if also is None else [one for one in group.wordings if one in set(also)]
        kept, made = await self._keep(
            identity,
            group.character.id,
            question.strip() or group.question,
            answer,
            check=check or declines,
            also=taught,
            never=wrong,
            declines=declines,
        )
        answered = {group.question, *taught}
        settled = group.model_copy(update={"asked": [one for one in group.asked if one.alone in answered]})
        await self._settle(identity, settled, "answered")
        return Approved(answer=kept, character_id=group.character.id, check=made, settled=settled.times)

    async def turn(self, identity: Identity, conversation_id: str, turn_id: str) -> tuple[Conversation, Turn]:
        """A turn of a conversation that this maker may correct: a visitor's, or a test of one's own draft.

        Raises NotFound.
        """
        manages(identity)
        found = await self.desk.corrected(identity, conversation_id)
        for turn in found.turns:
            if turn.id == turn_id and turn.replies and turn.message:
                return found, turn
        raise NotFound("There is no such reply in this conversation.")

    async def correct(
        self,
        identity: Identity,
        conversation_id: str,
        turn_id: str,
        question: str,
        answer: str,
        *,
        declines: bool = False,
    ) -> Approved:
        """What was said to a message is never said to it again: the answer is, or with `declines` none.

        It becomes an approved answer and a check that pins both. Raises NotFound, BadInput.
        """
        found, turn = await self.turn(identity, conversation_id, turn_id)
        alone = followed(found.turns, turn).asks
        question = question.strip() or alone
        kept, made = await self._keep(
            identity,
            found.character_id,
            question,
            answer,
            check=True,
            also=[alone],
            never=quotations(turn.replies[turn.shown]),
            declines=declines,
        )
        if not found.test:
            await self.desk.settle(identity, turn_id, "answered")
            self._settled()
        settled = 0 if found.test else 1
        return Approved(answer=kept, character_id=found.character_id, check=made, settled=settled)

    async def dismiss(self, identity: Identity, group_id: str, note: str = "") -> Group:
        """Put a question away without an answer. Raises NotFound."""
        group = await self.group(identity, group_id)
        if len(note) > NOTE:
            raise BadInput("A note may have {most} characters.", most=NOTE)
        await self._settle(identity, group, "dismissed", note.strip())
        return group

    async def reopen(self, identity: Identity, group_id: str) -> Group:
        """Undo a dismissal, or take up what was answered. Raises NotFound."""
        group = await self.group(identity, group_id)
        await self._settle(identity, group, "open")
        return group

    async def _settle(self, identity: Identity, group: Group, state: State, note: str = "") -> None:
        for asked in group.asked:
            await self.desk.settle(identity, asked.turn_id, state, note)
        self._settled()

    def _settled(self, _: str | None = None) -> None:
        self._counts.clear()  # others of the studio may count the same questions

    # -- approved answers

    async def answers(self, identity: Identity, slug: str) -> list[Answer]:
        """The approved answers of a character of one's own, newest first. Raises NotFound."""
        character = await self.own(identity, slug)
        return (await self._knowledge.answers(character.id))[::-1]

    async def answered(self, identity: Identity) -> str:
        """The slug of one's own character that was edited last, of those that have approved answers; of
        all where none has any; empty without a character."""
        mine = await self._characters.mine(identity)
        for character in mine:
            if await self._knowledge.answers(character.id):
                return character.slug
        return mine[0].slug if mine else ""

    async def add(
        self, identity: Identity, slug: str, question: str, answer: str, *, check: bool = True
    ) -> Approved:
        """An answer that nobody had asked for yet."""
        character = await self.own(identity, slug)
        kept, made = await self._keep(identity, character.id, question, answer, check=check)
        return Approved(answer=kept, check=made)

    async def change(
        self, identity: Identity, slug: str, answer_id: str, question: str, answer: str
    ) -> Approved:
        """Other words for an answer; its check, where it has one, goes with it. Raises NotFound, BadInput."""
        character = await self.own(identity, slug)
        before = await self._answer(character, answer_id)
        there = await self._checks.of(identity, character.id)
        old = before_of(before.question, there)
        kept, made = await self._keep(
            identity, character.id, question, answer, check=old is not None, replaces=answer_id
        )
        if old is not None and (made is None or made.id != old.id):
            await self._checks.remove(identity, character.id, old.id)
        return Approved(answer=kept, check=made)

    async def remove(self, identity: Identity, slug: str, answer_id: str) -> Answer:
        """Take an answer back, and the check that came with it. Raises NotFound."""
        character = await self.own(identity, slug)
        before = await self._answer(character, answer_id)
        await self._knowledge.remove_answer(character.id, answer_id)
        if (old := before_of(before.question, await self._checks.of(identity, character.id))) is not None:
            await self._checks.remove(identity, character.id, old.id)
        return before

    async def own(self, identity: Identity, slug: str) -> Character:
        """A character of one's own; the studio's owner has all. Raises NotFound for any other."""
        manages(identity)
        character = await self._characters.get(identity, slug)
        if character.owner_id != identity.id and identity.kind != "owner":
            raise NotFound("There is no character called {slug}.", slug=slug)
        return character

    async def _keep(
        self,
        identity: Identity,
        character_id: str,
        question: str,
        answer: str,
        *,
        check: bool,
        replaces: str | None = None,
        also: Sequence[str] = (),
        never: Sequence[str] = (),
        declines: bool = False,
    ) -> tuple[Answer, Check | None]:
        character = await self.own(identity, character_id)
        kept = await self._knowledge.add_answer(
            character.id,
            question,
            answer,
            by=identity.id,
            language=character.profile.language,
            replaces=replaces,
            also=also,
            never=never,
            declines=declines,
        )
        if not check:
            return kept, None
        source = await self._knowledge.source(character.id, kept.source_id)
        there = await self._checks.of(identity, character.id)
        held = held_off(kept.question, kept.never, kept.answer)
        wanted = check_for(kept.question, kept.answer, source.title, there, held)
        return kept, await self._checks.put(identity, character.id, wanted)

    async def _answer(self, character: Character, answer_id: str) -> Answer:
        for answer in await self._knowledge.answers(character.id):
            if answer.id == answer_id:
                return answer
        raise NotFound("This answer does not exist any more.")


def manages(identity: Identity) -> None:
    """Raises SignInNeeded for visitors and Forbidden for keys without `manage`."""
    if not identity.makes:
        raise SignInNeeded("Please sign in to open the inbox.")
    if not identity.may("manage"):
        raise Forbidden("This key may not open the inbox: it lacks the scope {scope}.", scope="manage")

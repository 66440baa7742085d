"""The door of safety: what is said in place of a model's reply, and the owner's rules.

Implements `types.SafetyDoor`. Rules are compiled once and looked at again when the database says that they
changed, asked at most once a second; a change through this door counts at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from madang.kernel.clock import Clock, now
from madang.kernel.errors import BadInput, Forbidden, NotFound, SignInNeeded
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id
from madang.kernel.language import language_of
from madang.kernel.settings import Settings
from madang.safety import store
from madang.safety.harm.detect import detect
from madang.safety.harm.hints import Hints, ModelsDoor
from madang.safety.harm.words import NAMES, name_of, own_words
from madang.safety.rules.compiled import Compiled
from madang.safety.rules.letters import letters_of
from madang.safety.rules.outgoing import Reading
from madang.safety.types import Finding, Outgoing, Rule, Trial, Verdict
from madang.storage.database import Database
from madang.storage.notices import tell

MOST_RULES = 5_000
LONGEST_HELP = 4_000
ASK_EVERY = 1.0
"""Seconds after which the database is asked again whether another process changed the rules."""


class Safety:
    """Constructed once, in `app`. Creating it reads and writes nothing."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        *,
        models: ModelsDoor | None = None,
        clock: Clock = now,
    ) -> None:
        """With `models`, hints of self-harm are recognised by their meaning too."""
        self._hints = Hints(models) if models is not None else None
        self._database = database
        self._settings = settings
        self._clock = clock
        self._compiled = Compiled([])
        self._helps: dict[str, str] = {}
        self._revision: store.Revision | None = None
        self._asked = float("-inf")
        self._changes = 0
        self._reading = asyncio.Lock()
        database.notices.hear(store.TOPIC, self._changed)

    # --- what conversations and publication ask -----------------------------------------------------------

    async def incoming(self, message: str, *, language: str, earlier: Sequence[str] = ()) -> Verdict | None:
        """What to say instead of asking any model; None for nearly every message. `earlier`: the visitor's
        messages before it, oldest first.

        Words of help come first, whatever the owner's rules say of the message.
        """
        await self._current()
        about = detect(message)
        if about is None and self._hints is not None:
            about = await self._hints.found(message, earlier)
        if about:
            return Verdict(harm="self_harm", sentence=self._help(language, about), language=language)
        return self._compiled.incoming(message, language)

    async def outgoing(self, *, language: str) -> Outgoing:
        """A filter for one reply, with the rules as they are now."""
        await self._current()
        return Reading(self._compiled, language)

    async def findings(self, texts: dict[str, Any]) -> list[Finding]:
        """Rules that a profile breaks: `Profile.model_dump()`, or any nested names and texts."""
        await self._current()
        return self._compiled.findings(texts)

    # --- the owner's rules --------------------------------------------------------------------------------

    async def rules(self, identity: Identity) -> list[Rule]:
        """All rules, in the order they were made."""
        self._owner(identity)
        async with self._database.read() as session:
            return [_rule(row) for row in await store.rules(session)]

    async def put_rule(self, identity: Identity, rule: Rule) -> Rule:
        """A new rule, or the changed one of this id. Raises BadInput for one with fewer than two letters,
        NotFound for an id that is not there."""
        self._owner(identity)
        text = _plain(rule.text)
        also = list(dict.fromkeys(other for given in rule.also if (other := _plain(given)) and other != text))
        for words in (text, *also):
            if len(letters_of(words).code) < 2:  # "d***" would forbid a letter of the alphabet
                raise BadInput("A rule needs a word of at least two letters or digits.")
        at = self._clock()
        async with self._database.write() as session:
            if rule.id:
                row = await store.rule(session, rule.id)
                if row is None:
                    raise NotFound("There is no such rule.")
            else:
                if await store.count(session) >= MOST_RULES:
                    raise BadInput("There are {count} rules already: remove one first.", count=MOST_RULES)
                row = store.RuleRow(id=new_id("rul"), created_at=at)
                session.add(row)
            row.kind, row.text, row.also, row.changed_at = rule.kind, text, also, at
            tell(session, store.TOPIC, row.id)
            return _rule(row)

    async def remove_rule(self, identity: Identity, rule_id: str) -> None:
        """Raises NotFound when there is no such rule."""
        self._owner(identity)
        async with self._database.write() as session:
            if not await store.remove(session, rule_id):
                raise NotFound("There is no such rule.")
            tell(session, store.TOPIC, rule_id)

    async def try_out(self, identity: Identity, text: str) -> Trial:
        """What would happen to a sentence from a visitor, and from a character. Nothing is kept."""
        self._owner(identity)
        language = language_of(text)
        reading = await self.outgoing(language=language)
        shown = reading.feed(text) + reading.end()
        incoming = await self.incoming(text, language=language)
        return Trial(incoming=incoming, shown=shown, outgoing=reading.verdict)

    # --- the words of help --------------------------------------------------------------------------------

    async def helps(self, identity: Identity) -> dict[str, str]:
        """The words of help as they are said now, by name (`harm.words.NAMES`)."""
        self._owner(identity)
        await self._current()
        return own_words() | self._helps

    async def changed_helps(self, identity: Identity) -> frozenset[str]:
        """Names of the texts that are the owner's own."""
        self._owner(identity)
        await self._current()
        return frozenset(self._helps)

    async def put_help(self, identity: Identity, name: str, text: str) -> None:
        """The owner's own words; empty ones bring the studio's back. Raises BadInput for too many."""
        self._owner(identity)
        if name not in NAMES:
            raise NotFound("There is no such text.")
        text = text.replace("\0", "").replace("\r\n", "\n").strip()
        if len(text) > LONGEST_HELP:
            raise BadInput("These words are too long: at most {count} characters.", count=LONGEST_HELP)
        if text == own_words()[name]:
            text = ""
        async with self._database.write() as session:
            await store.put_help(session, name, text, self._clock())
            tell(session, store.TOPIC, name)

    # --- inside -------------------------------------------------------------------------------------------

    def _help(self, language: str, about: Any) -> str:
        name = name_of(language, about)
        return self._helps.get(name) or own_words()[name]

    async def _current(self) -> None:
        """Have the rules as the database has them, asked at most every second."""
        if time.monotonic() - self._asked < ASK_EVERY:
            return
        async with self._reading:
            if time.monotonic() - self._asked < ASK_EVERY:
                return
            began, changes = time.monotonic(), self._changes
            async with self._database.read() as session:
                revision = await store.revision(session)
                if revision != self._revision:
                    rules = [_rule(row) for row in await store.rules(session)]
                    self._helps = await store.helps(session)
                    self._compiled = await asyncio.to_thread(Compiled, rules)
                    self._revision = revision
            if changes == self._changes:  # else a change was made meanwhile, and the next caller reads again
                self._asked = began

    def _changed(self, _: str | None) -> None:
        self._changes += 1
        self._asked = float("-inf")

    @staticmethod
    def _owner(identity: Identity) -> None:
        """Rules are the owner's: in person, or by a key of theirs that may manage."""
        if not identity.makes:
            raise SignInNeeded("Sign in first.")
        if identity.kind != "owner" or not identity.may("manage"):
            raise Forbidden("Only the owner of this studio can do this.")


def _plain(text: str) -> str:
    return " ".join(text.replace("\0", "").split())


def _rule(row: store.RuleRow) -> Rule:
    return Rule.model_validate(row, from_attributes=True)

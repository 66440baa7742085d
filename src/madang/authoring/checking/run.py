"""Asks a character's checks of its draft, one after another, and keeps what came out.

A run begun from a page goes on behind it: the page can be left, and found again with the results so far.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from madang.authoring.checking import judge, suggest
from madang.authoring.checking.templates import is_about
from madang.authoring.doors import AnswersDoor, CharactersDoor, ChecksDoor, KnowledgeDoor
from madang.authoring.openers import Openers
from madang.authoring.own import own
from madang.characters.types import Character, Check, CheckResult, CheckRun
from madang.chat.types import Event, Options, Reply
from madang.kernel import clock
from madang.kernel.errors import BadInput, Forbidden, MadangError, ModelFailed
from madang.kernel.identity import Identity
from madang.knowledge.types import Passage
from madang.models.types import Message

log = logging.getLogger(__name__)

PATIENCE = 120.0
"""Seconds that one reply may take."""
READ = 400
"""Most passages that suggestions are made from."""


@dataclass
class Running:
    """A run that goes on, or just ended with an error."""

    total: int
    results: list[CheckResult] = field(default_factory=list)
    error: MadangError | None = None
    task: asyncio.Task[None] | None = None

    @property
    def on(self) -> bool:
        return self.task is not None and not self.task.done()


@dataclass(frozen=True)
class Summary:
    """How a character stands with its checks. `current`: the last run asked these checks of this draft."""

    checks: list[Check]
    last: CheckRun | None
    current: bool

    @property
    def results(self) -> list[CheckResult]:
        """Of the last run, those of checks that are still there."""
        there = {check.id for check in self.checks}
        return [result for result in self.last.results if result.check_id in there] if self.last else []

    @property
    def failing(self) -> int:
        return sum(not result.passed for result in self.results)


class Checking:
    """The maker's door to checks: keeping them, asking them, and suggestions from the knowledge."""

    def __init__(
        self,
        characters: CharactersDoor,
        knowledge: KnowledgeDoor,
        checks: ChecksDoor,
        chat: AnswersDoor,
        *,
        openers: Openers | None = None,
        patience: float = PATIENCE,
        now: clock.Clock = clock.now,
    ) -> None:
        """`openers`: knows what the sources answer, so that no heading is suggested that they do not."""
        self._openers = openers
        self._characters = characters
        self._knowledge = knowledge
        self._checks = checks
        self._chat = chat
        self._patience = patience
        self._now = now
        self._running: dict[str, Running] = {}

    async def of(self, identity: Identity, slug: str) -> list[Check]:
        character = await own(self._characters, identity, slug)
        return await self._checks.of(identity, character.slug)

    async def put(self, identity: Identity, slug: str, check: Check) -> Check:
        """Keeps a new or changed check. Raises BadInput for one that asks for nothing."""
        character = await own(self._characters, identity, slug)
        return await self._checks.put(identity, character.slug, check)

    async def remove(self, identity: Identity, slug: str, check_id: str) -> None:
        character = await own(self._characters, identity, slug)
        await self._checks.remove(identity, character.slug, check_id)

    async def last(self, identity: Identity, slug: str) -> CheckRun | None:
        character = await own(self._characters, identity, slug)
        return await self._checks.last(identity, character.slug)

    async def summary(self, identity: Identity, slug: str) -> Summary:
        character = await own(self._characters, identity, slug)
        checks = await self._checks.of(identity, character.slug)
        last = await self._checks.last(identity, character.slug)
        asked = {result.check_id for result in last.results} if last else set()
        current = last is not None and last.draft_at == character.updated_at
        return Summary(checks, last, current and {check.id for check in checks} <= asked)

    async def run(self, identity: Identity, slug: str) -> AsyncGenerator[CheckResult, None]:
        """Results as they come; the run is kept once all checks were asked.

        Raises, before the first result, what `own` raises, Forbidden for a key without `chat`, and BadInput
        when there are no checks. A reply that could not be made is a result that did not pass.
        """
        character = await own(self._characters, identity, slug)
        if not identity.may("chat"):
            raise Forbidden(
                "This key may not talk with characters: it lacks the scope {scope}.", scope="chat"
            )
        checks = await self._checks.of(identity, character.slug)
        if not checks:
            raise BadInput("There are no checks yet.")
        began = self._now()
        results = []
        for check in checks:
            result = await self.ask(identity, character, check)
            results.append(result)
            yield result
        await self._checks.record(
            identity, character.slug, results, draft_at=character.updated_at, began=began
        )

    async def start(self, identity: Identity, slug: str) -> Running:
        """Runs all checks behind the page; when they are being run already, that run."""
        character = await own(self._characters, identity, slug)
        before = self._running.get(character.id)
        if before is not None and before.on:
            return before
        running = Running(total=len(await self._checks.of(identity, character.slug)))
        if not running.total:
            raise BadInput("There are no checks yet.")
        self._running[character.id] = running
        running.task = asyncio.create_task(self._behind(identity, character, running))
        return running

    async def progress(self, identity: Identity, slug: str) -> Running | None:
        """The run that goes on, or the last one when it ended with an error; None otherwise."""
        return self._running.get((await own(self._characters, identity, slug)).id)

    async def stop(self, identity: Identity, slug: str) -> None:
        """Ends a run that goes on; nothing of it is kept."""
        running = self._running.pop((await own(self._characters, identity, slug)).id, None)
        await _ended(running)

    async def close(self) -> None:
        """Ends every run, for when the studio stops."""
        for running in list(self._running.values()):
            await _ended(running)
        self._running.clear()

    async def suggest(self, identity: Identity, slug: str) -> list[Check]:
        """Checks that the character's own passages suggest and that it does not have yet."""
        character = await own(self._characters, identity, slug)
        passages: list[Passage] = []
        for source in await self._knowledge.sources(character.id):
            if source.state in ("words", "ready") and len(passages) < READ:
                passages += await self._knowledge.passages(character.id, source.id)
        asked = {judge.plain(check.question) for check in await self._checks.of(identity, character.slug)}
        found = suggest.suggested(passages[:READ], character.draft)
        new = [check for check in found if judge.plain(check.question) not in asked]
        return [check for check in new if await self._may_hold(character, check)]

    async def _may_hold(self, character: Character, check: Check) -> bool:
        """Whether it asks for something: a heading alone may name nothing that anybody would look for."""
        if self._openers is None or not is_about(check.question):
            return True
        return await self._openers.answers(character, check.question, wrong=character.wrong)

    async def _behind(self, identity: Identity, character: Character, running: Running) -> None:
        try:
            async with aclosing(self.run(identity, character.slug)) as results:
                async for result in results:
                    running.results.append(result)
            self._running.pop(character.id, None)
        except MadangError as error:
            running.error = error
        except Exception:
            log.exception("the checks of %s could not be run", character.slug)
            running.error = ModelFailed("The checks could not be run to their end.")

    async def ask(
        self, identity: Identity, character: Character, check: Check, *, asks_for: str | None = None
    ) -> CheckResult:
        """What comes of one check, asked of the draft. Never raises: a failure is a result."""
        began = time.perf_counter()

        def passed() -> float:
            return (time.perf_counter() - began) * 1000

        try:
            async with asyncio.timeout(self._patience):
                reply = await self.reply(identity, character, check.question)
        except TimeoutError:
            late = ModelFailed("There was no reply within {seconds} seconds.", seconds=int(self._patience))
            return judge.failed(check, late, milliseconds=passed())
        except MadangError as error:
            return judge.failed(check, error, milliseconds=passed())
        return judge.judge(check, reply, milliseconds=passed(), asks_for=asks_for)

    async def reply(self, identity: Identity, character: Character, question: str) -> Reply:
        """The whole reply of the draft. Raises a MadangError when there is none."""
        asked = [Message("user", question)]
        events = self._chat.answer(identity, character.slug, asked, options=Options(draft=True))
        last: Event | None = None
        async with aclosing(events):
            async for event in events:
                if event.kind in ("done", "failed"):
                    last = event
        if last is not None and last.kind == "done" and last.reply is not None:
            return last.reply
        said = last.data if last is not None else {}
        raise ModelFailed(said.get("sentence", "There was no reply."), **said.get("params", {}))


async def _ended(running: Running | None) -> None:
    if running is not None and running.task is not None:
        running.task.cancel()
        await asyncio.gather(running.task, return_exceptions=True)

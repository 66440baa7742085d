"""Reports: a character's checks and the questions made from its passages, asked in a durable job.

A report goes on when the studio stops and starts again, where it was; it can be stopped, and read meanwhile.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from madang.authoring.checking import judge
from madang.authoring.checking.generate import planned
from madang.authoring.checking.run import Checking
from madang.authoring.own import own
from madang.characters.checks.reports.types import Badge, Outcome, Planned, Report, State
from madang.characters.types import Character, Check, CheckResult, Language, Profile
from madang.kernel.errors import BadInput, Forbidden, NotFound
from madang.kernel.identity import Identity
from madang.knowledge.careful import Careful
from madang.knowledge.types import Passage, Source
from madang.storage.jobs import JobContext, JobStatus, Workflow

REPORT = "authoring.report"
READ = 2_000
"""Most passages that questions are made from."""


class ReportsDoor(Protocol):
    async def begin(
        self, character_id: str, questions: Sequence[Planned], *, draft: str, knowledge: int
    ) -> Report: ...
    async def get(self, report_id: str) -> Report: ...
    async def result(self, report_id: str, number: int, outcome: Outcome) -> bool: ...
    async def end(self, report_id: str, state: State) -> None: ...
    async def newest(self, character_id: str, *, done: bool = False) -> Report | None: ...
    async def having(self, ids: Sequence[str]) -> list[str]: ...
    async def badges(self, prints: Mapping[str, tuple[str, int]]) -> dict[str, Badge]: ...


class KnowledgeDoor(Protocol):
    async def sources(self, character_id: str) -> list[Source]: ...
    async def passages(self, character_id: str, source_id: str) -> list[Passage]: ...
    async def versions_of(self, ids: Sequence[str]) -> dict[str, int]: ...


class CharactersDoor(Protocol):
    async def get(self, identity: Identity, slug: str) -> Character: ...
    async def several(self, identity: Identity, ids: Sequence[str]) -> list[Character]: ...


class JobsDoor(Protocol):
    def register(self, name: str, workflow: Workflow) -> None: ...
    async def start(self, name: str, key: str, argument: dict[str, Any]) -> str: ...
    async def wait(self, job_id: str, timeout: float | None = None) -> JobStatus: ...  # noqa: ASYNC109


JUDGED = frozenset({judge.LACKS, judge.HOLDS, judge.NOT_CITED, judge.ANSWERED, judge.DECLINED})
"""Reasons that say something of a reply; others say that there was none."""


@dataclass(slots=True)
class Line:
    """Of a language: how many were asked for each, and how many came out right."""

    answered: list[int] = field(default_factory=lambda: [0, 0])
    cited: list[int] = field(default_factory=lambda: [0, 0])
    declined: list[int] = field(default_factory=lambda: [0, 0])


def lines(report: Report) -> dict[Language, Line]:
    """Answered right, cited right and declined right, by language: [right, asked]."""
    found: dict[Language, Line] = defaultdict(Line)
    for one, outcome in report.pairs:
        line = found[one.language]
        for cell, right in (
            (line.answered, outcome.answered),
            (line.cited, outcome.cited),
            (line.declined, outcome.declined),
        ):
            if right is not None:
                cell[0] += right
                cell[1] += 1
    return dict(found)


def print_of(profile: Profile, wrong: float | None) -> str:
    """The same for profiles that answer the same."""
    return hashlib.sha256(f"{profile.model_dump_json()}\n{wrong}".encode()).hexdigest()


def outcome_of(one: Planned, result: CheckResult) -> Outcome:
    """What a result says of each thing that its check asks for."""
    check, reasons = one.check, set(result.reasons)
    unfinished = not result.passed and not (reasons & JUDGED)
    if check.declines:
        return Outcome(result=result, declined=not unfinished and judge.ANSWERED not in reasons)
    told = not unfinished and result.basis != "abstained"
    answers = told and not reasons & {judge.LACKS, judge.HOLDS}
    cites = (told and judge.NOT_CITED not in reasons) if check.cites else None
    return Outcome(result=result, answered=answers, cited=cites)


class Reporting:
    """The maker's door to reports."""

    def __init__(
        self,
        checking: Checking,
        characters: CharactersDoor,
        knowledge: KnowledgeDoor,
        reports: ReportsDoor,
        jobs: JobsDoor,
        *,
        careful: Careful | None = None,
    ) -> None:
        self._careful = careful
        self._checking = checking
        self._characters = characters
        self._knowledge = knowledge
        self._reports = reports
        self._jobs = jobs
        jobs.register(REPORT, self._work)

    async def start(self, identity: Identity, slug: str) -> Report:
        """Begins to ask; one that runs already is given. Raises BadInput when there is nothing to ask."""
        character = await own(self._characters, identity, slug)
        if not identity.may("chat"):
            raise Forbidden(
                "This key may not talk with characters: it lacks the scope {scope}.", scope="chat"
            )
        last = await self._reports.newest(character.id)
        if last is not None and last.state == "running":
            return last
        questions = await self._questions(identity, character)
        if not questions:
            raise BadInput("There is nothing to ask: it has no checks, and knows nothing.")
        versions = await self._knowledge.versions_of([character.id])
        report = await self._reports.begin(
            character.id,
            questions,
            draft=self._print(character.draft, character.wrong),
            knowledge=versions.get(character.id, 0),
        )
        who = {"kind": identity.kind, "id": identity.id}
        await self._jobs.start(REPORT, report.id, {"report": report.id, "who": who})
        return report

    def _print(self, profile: Profile, wrong: float | None) -> str:
        """As `print_of`, with what the owner chose for the studio where the maker chose nothing."""
        return print_of(profile, wrong or (self._careful.chosen if self._careful is not None else None))

    async def stop(self, identity: Identity, slug: str) -> None:
        """Ends one that runs; what came out so far can be read."""
        character = await own(self._characters, identity, slug)
        last = await self._reports.newest(character.id)
        if last is not None:
            await self._reports.end(last.id, "stopped")

    async def last(self, identity: Identity, slug: str) -> Report | None:
        character = await own(self._characters, identity, slug)
        return await self._reports.newest(character.id)

    async def wait(self, identity: Identity, slug: str) -> Report:
        """The newest report once it has ended. Raises NotFound when there is none."""
        report = await self.last(identity, slug)
        if report is None:
            raise NotFound("There is no such report.")
        await self._jobs.wait(f"{REPORT}:{report.id}")
        return await self._reports.get(report.id)

    async def fresh(self, character: Character, report: Report) -> bool:
        """Whether it is of the draft and of what is known now."""
        versions = await self._knowledge.versions_of([character.id])
        prints = self._print(character.draft, character.wrong), versions.get(character.id, 0)
        return (report.draft, report.knowledge) == prints

    async def badges(self, characters: Sequence[Character]) -> dict[str, Badge]:
        """By id, of what visitors meet: none for a character whose profile or knowledge changed since."""
        versions = await self._knowledge.versions_of([one.id for one in characters])
        prints = {
            one.id: (self._print(one.profile, one.wrong), versions.get(one.id, 0))
            for one in characters
            if one.published is not None
        }
        return await self._reports.badges(prints)

    async def badges_of(self, identity: Identity, ids: Sequence[str]) -> dict[str, Badge]:
        """The same for characters by their ids, of those that this identity may see."""
        found = await self._characters.several(identity, await self._reports.having(ids))
        return await self.badges(found) if found else {}

    async def _questions(self, identity: Identity, character: Character) -> list[Planned]:
        """The maker's own checks first, then those made from passages that ask something else."""
        checks = await self._checking.of(identity, character.slug)
        mine = [Planned(check=check, kind="own", language=_language(check)) for check in checks]
        passages: list[Passage] = []
        for source in await self._knowledge.sources(character.id):
            if source.state in ("words", "ready") and len(passages) < READ:
                passages += await self._knowledge.passages(character.id, source.id)
        asked = {judge.plain(check.question) for check in checks}
        made = planned(passages[:READ])
        return [*mine, *(one for one in made if judge.plain(one.check.question) not in asked)]

    async def _work(self, context: JobContext, argument: dict[str, Any]) -> None:
        report = await self._reports.get(str(argument["report"]))
        identity = Identity(argument["who"]["kind"], argument["who"]["id"])
        total = len(report.questions)
        try:
            for number in range(len(report.results), total):
                goes_on = await self._one(identity, report, number)
                await context.progress(number + 1, total)
                if not goes_on:
                    return
        except Exception:  # what comes out of a bug must not look as if it went on for ever
            await self._reports.end(report.id, "failed")
            raise
        await self._reports.end(report.id, "done")

    async def _one(self, identity: Identity, report: Report, number: int) -> bool:
        one = report.questions[number]
        try:
            character = await self._characters.get(identity, report.character_id)
        except NotFound:
            return False
        result = await self._checking.ask(identity, character, one.check, asks_for=one.asks_for or None)
        return await self._reports.result(report.id, number, outcome_of(one, result))


def _language(check: Check) -> Language:
    return "ko" if any("가" <= letter <= "힣" for letter in check.question) else "en"

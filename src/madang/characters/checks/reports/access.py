"""The door of reports. It is keyed by character id and trusts its caller, who holds the character's door."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence

from madang.characters.checks.reports import store
from madang.characters.checks.reports.store import ReportRow
from madang.characters.checks.reports.types import Badge, Outcome, Planned, Report, State
from madang.characters.types import writable
from madang.kernel import clock
from madang.kernel.errors import NotFound
from madang.kernel.ids import new_id
from madang.storage.database import Database
from madang.storage.notices import tell

SEEN = 5.0
"""Seconds for which is kept who has a report at all; whether one is still of what is known is asked anew."""


class Reports:
    def __init__(self, database: Database, *, now: clock.Clock = clock.now) -> None:
        self._database = database
        self._now = now
        self._having: frozenset[str] = frozenset()
        self._until = 0.0
        database.notices.hear(store.TOPIC, self._forget)

    async def begin(
        self, character_id: str, questions: Sequence[Planned], *, draft: str, knowledge: int
    ) -> Report:
        """A report that nothing was asked of yet."""
        row = ReportRow(
            id=new_id("rep"),
            character_id=character_id,
            state="running",
            draft=draft,
            knowledge=knowledge,
            asked=len(questions),
            held=0,
            questions=writable([one.model_dump(mode="json") for one in questions]),
            results=[],
            created_at=self._now(),
        )
        async with self._database.write() as session:
            await store.add(session, row)
        return _report(row)

    async def get(self, report_id: str) -> Report:
        """Raises NotFound."""
        async with self._database.read() as session:
            row = await store.find(session, report_id)
        if row is None:
            raise NotFound("There is no such report.")
        return _report(row)

    async def result(self, report_id: str, number: int, outcome: Outcome) -> bool:
        """Keeps what came of the question `number` (from 0), once; whether the report still runs."""
        async with self._database.write() as session:
            row = await store.find(session, report_id, lock=True)
            if row is None or row.state != "running":
                return False
            if len(row.results) == number:
                row.results = [*row.results, writable(outcome.model_dump(mode="json"))]
                row.held += outcome.result.passed
        return True

    async def end(self, report_id: str, state: State) -> None:
        """A report that runs becomes done, stopped or failed; another one stays what it is."""
        async with self._database.write() as session:
            row = await store.find(session, report_id, lock=True)
            if row is not None and row.state == "running":
                row.state, row.ended_at = state, self._now()
                tell(session, store.TOPIC, row.character_id)

    def _forget(self, _: str | None) -> None:
        self._until = 0.0

    async def newest(self, character_id: str, *, done: bool = False) -> Report | None:
        """The newest of a character; with `done` the newest that was asked to its end."""
        async with self._database.read() as session:
            row = await store.newest(session, character_id, done=done)
        return _report(row) if row is not None else None

    async def having(self, ids: Sequence[str]) -> list[str]:
        """Those of the characters that have a report which was asked to its end.

        The gallery asks for every page. Where processes hear nothing of each other, what another one ended is
        seen `SEEN` seconds later.
        """
        if time.monotonic() >= self._until:
            async with self._database.read() as session:
                self._having, self._until = await store.having(session), time.monotonic() + SEEN
        return [one for one in ids if one in self._having]

    async def badges(self, prints: Mapping[str, tuple[str, int]]) -> dict[str, Badge]:
        """By character id, for those whose newest report is of this profile (its print) and this version of
        what it knows; the others have none."""
        async with self._database.read() as session:
            rows = await store.newest_of(session, list(prints)) if prints else []
        return {
            row.character_id: Badge(held=row.held, asked=row.asked, day=row.ended_at or row.created_at)
            for row in rows
            if prints[row.character_id] == (row.draft, row.knowledge) and row.asked
        }


def _report(row: ReportRow) -> Report:
    return Report(
        id=row.id,
        character_id=row.character_id,
        state=row.state,
        draft=row.draft,
        knowledge=row.knowledge,
        questions=[Planned.model_validate(one) for one in row.questions],
        results=[Outcome.model_validate(one) for one in row.results],
        created_at=row.created_at,
        ended_at=row.ended_at,
    )

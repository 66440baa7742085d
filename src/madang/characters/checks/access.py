"""The door of checks: questions with what their replies must be, and what became of them.

For the character's maker and for the studio's owner. Asking the questions is another room's work; here is
kept what was asked, and `store.gate_open` says whether publication may go on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from madang.characters.checks import store
from madang.characters.checks.store import CheckRow, CheckRunRow
from madang.characters.types import Character, Check, CheckResult, CheckRun, writable
from madang.kernel import clock
from madang.kernel.errors import BadInput, Forbidden, NotFound
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id
from madang.storage.database import Database

MOST_CHECKS = 500
"""Checks of one character."""


class CharactersDoor(Protocol):
    async def get(self, identity: Identity, slug: str) -> Character: ...


class Checks:
    """Checks of a studio's characters. A character is named by its slug or id."""

    def __init__(
        self, database: Database, characters: CharactersDoor, *, now: clock.Clock = clock.now
    ) -> None:
        self._database = database
        self._characters = characters
        self._now = now

    async def of(self, identity: Identity, slug: str) -> list[Check]:
        """In the order in which they were made. Raises NotFound, Forbidden."""
        character = await self._inside(identity, slug)
        async with self._database.read() as session:
            return [store.check_of(row) for row in await store.of_character(session, character.id)]

    async def put(self, identity: Identity, slug: str, check: Check) -> Check:
        """A new check (without an id), or a changed one. Raises NotFound for an id that is none of this
        character's, BadInput for one that asks for nothing."""
        character = await self._inside(identity, slug)
        body = _body(check)
        moment = self._now()
        async with self._database.write() as session:
            if check.id:
                row = await store.one(session, character.id, check.id)
                if row is None:
                    raise NotFound("There is no such check.")
                if row.body != body:
                    row.body, row.changed_at = body, moment
                return store.check_of(row)
            if await store.count(session, character.id) >= MOST_CHECKS:
                raise BadInput("There are {count} checks already: remove one first.", count=MOST_CHECKS)
            row = CheckRow(
                id=new_id("chk"),
                character_id=character.id,
                body=body,
                created_at=moment,
                changed_at=moment,
            )
            session.add(row)
        return store.check_of(row)

    async def remove(self, identity: Identity, slug: str, check_id: str) -> None:
        """Raises NotFound."""
        character = await self._inside(identity, slug)
        async with self._database.write() as session:
            row = await store.one(session, character.id, check_id)
            if row is None:
                raise NotFound("There is no such check.")
            await session.delete(row)

    async def record(
        self,
        identity: Identity,
        slug: str,
        results: Sequence[CheckResult],
        *,
        draft_at: datetime | None = None,
        began: datetime | None = None,
    ) -> CheckRun:
        """Keeps a run. `draft_at` is the `updated_at` of the draft that was asked, by default the draft's
        now; `began` is when asking began, by default now: what was edited since makes the run out of date."""
        character = await self._inside(identity, slug)
        moment = self._now()
        row = CheckRunRow(
            id=new_id("run"),
            character_id=character.id,
            draft_at=draft_at or character.updated_at,
            began_at=began or moment,
            results=writable([result.model_dump(mode="json") for result in results]),
            created_at=moment,
        )
        async with self._database.write() as session:
            await store.add_run(session, row)
        return _run(row)

    async def last(self, identity: Identity, slug: str) -> CheckRun | None:
        """The newest run; it is out of date when `draft_at` is not the draft's `updated_at`."""
        character = await self._inside(identity, slug)
        async with self._database.read() as session:
            row = await store.last_run(session, character.id)
        return _run(row) if row is not None else None

    async def _inside(self, identity: Identity, slug: str) -> Character:
        """The character, for whoever may see its draft."""
        character = await self._characters.get(identity, slug)
        theirs = identity.kind == "owner" or identity.id == character.owner_id
        if not (identity.makes and theirs):
            raise Forbidden("Only its maker can see the checks of this character.")
        if not identity.may("manage"):
            raise Forbidden("This key may not change characters: it lacks the scope {scope}.", scope="manage")
        return character


def _body(check: Check) -> dict[str, Any]:
    """The check as it is kept: no empty demands. Raises BadInput when nothing is asked or demanded."""
    kept = check.model_copy(
        update={
            "question": check.question.strip(),
            "holds": [text.strip() for text in check.holds if text.strip()],
            "holds_not": [text.strip() for text in check.holds_not if text.strip()],
            "cites": check.cites.strip(),
        }
    )
    if not kept.question:
        raise BadInput("A check needs a question.")
    if not (kept.holds or kept.holds_not or kept.cites or kept.declines):
        raise BadInput("Say what the reply must hold, must not hold or must cite, or that it must decline.")
    body: dict[str, Any] = writable(kept.model_dump(mode="json", exclude={"id", "created_at"}))
    return body


def _run(row: CheckRunRow) -> CheckRun:
    return CheckRun(
        id=row.id,
        character_id=row.character_id,
        draft_at=row.draft_at,
        results=[CheckResult.model_validate(one) for one in row.results],
        created_at=row.created_at,
    )

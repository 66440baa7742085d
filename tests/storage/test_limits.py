"""Limits: counted for all processes together, over restarts, and by nobody's name."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import select

from madang.kernel.clock import now
from madang.storage.database import Database
from madang.storage.limits import Limits, LimitUse

MINUTE = timedelta(minutes=1)


def studio(database: Database) -> Limits:
    return Limits(database, lambda: b"the studio's own")


async def test_two_processes_count_together(database: Database) -> None:
    other = Database(database.url)
    here, there, at = studio(database), studio(other), now()
    for one in (here, there, here):
        assert await one.use("try", "1.2.3.4", at, MINUTE, 3, 5) is None
    for one in (here, there):
        assert await one.use("try", "1.2.3.4", at + MINUTE / 2, MINUTE, 3, 5) == MINUTE / 2
    assert await there.use("else", "1.2.3.4", at, MINUTE, 3, 5) is None, "another kind"
    assert await there.use("try", "5.6.7.8", at, MINUTE, 3, 5) is None
    assert await here.use("try", "5.6.7.9", at, MINUTE, 3, 5) is None
    assert await there.use("try", "9.9.9.9", at, MINUTE, 3, 5) == MINUTE, "all of them together"
    assert await there.use("try", "1.2.3.4", at + MINUTE, MINUTE, 3, 5) is None, "the window slides"
    await other.close()


async def test_many_at_once_do_not_pass_together(database: Database) -> None:
    other = Database(database.url)
    doors, at = [studio(database), studio(other)], now()
    tries = [doors[number % 2].use("try", "1.2.3.4", at, MINUTE, 4) for number in range(12)]
    assert list(await asyncio.gather(*tries)).count(None) == 4
    await other.close()


async def test_what_was_right_is_taken_back(database: Database) -> None:
    limits, at = studio(database), now()
    for number in range(3):
        await limits.use("try", "a", at + timedelta(seconds=number), MINUTE, 3)
    await limits.undo("try", "b", at)
    assert await limits.use("try", "a", at, MINUTE, 3) is not None
    await limits.undo("try", "a", at + timedelta(seconds=1))
    assert await limits.use("try", "a", at, MINUTE, 3) is None
    assert await limits.use("try", "a", at, MINUTE, 3) is not None
    await limits.use("same", "a", at, MINUTE, 2)
    await limits.use("same", "a", at, MINUTE, 2)
    await limits.undo("same", "a", at)
    assert await limits.use("same", "a", at, MINUTE, 2) is None, "one was taken back,"
    assert await limits.use("same", "a", at, MINUTE, 2) is not None, "and one only"
    await limits.forgive("try", "a")
    assert await limits.use("try", "a", at, MINUTE, 3) is None


async def test_nobody_is_named_and_nothing_stays(database: Database) -> None:
    limits, at = studio(database), now()
    await limits.use("try", "1.2.3.4", at, MINUTE, 3)
    await limits.use("else", "1.2.3.4", at, MINUTE, 3)
    async with database.read() as session:
        kept = [one.who for one in await session.scalars(select(LimitUse))]
    assert len(set(kept)) == 2 and not any("1.2.3" in one for one in kept), "not even the same for two kinds"
    await limits.use("try", "b", at + 2 * MINUTE, MINUTE, 3)
    await limits.forget(at + MINUTE)
    async with database.read() as session:
        assert [one.kind for one in await session.scalars(select(LimitUse))] == ["try"]

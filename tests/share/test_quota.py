"""The count of a day holds on both databases, also for messages at the same moment."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from madang.characters.store import CharacterRow
from madang.kernel.clock import now
from madang.share import store
from madang.storage.database import Database

DAY = date(2026, 5, 1)


@pytest.fixture
async def character(database: Database) -> str:
    async with database.write() as session:
        session.add(
            CharacterRow(
                id="chr_1", slug="sumi", owner_id="usr_1", draft={}, created_at=now(), updated_at=now()
            )
        )
    return "chr_1"


async def test_no_more_than_the_limit_is_counted(database: Database, character: str) -> None:
    async def one() -> int | None:
        async with database.write() as session:
            return await store.count(session, character, DAY, store.EVERYBODY, 4)

    counted = await asyncio.gather(*(one() for _ in range(9)))
    assert sorted(number for number in counted if number is not None) == [1, 2, 3, 4]
    async with database.read() as session:
        assert await store.used(session, character, DAY) == 4
        assert await store.used(session, character, DAY + timedelta(days=1)) == 0


async def test_old_days_are_forgotten_and_all_goes_with_the_character(
    database: Database, character: str
) -> None:
    later = DAY + timedelta(days=store.KEPT_DAYS + 1)
    async with database.write() as session:
        session.add(store.EmbedRow(character_id=character, on=True, settings={}, link=None, changed_at=now()))
        for day in (DAY, later):
            await store.count(session, character, day, store.EVERYBODY, 4)
        await store.forget_old(session, later)
    async with database.write() as session:
        assert (await store.used(session, character, DAY), await store.used(session, character, later)) == (
            0,
            1,
        )
        row = await session.get(CharacterRow, character)
        await session.delete(row)
    async with database.read() as session:
        assert await store.embed(session, character) is None
        assert await store.used(session, character, later) == 0

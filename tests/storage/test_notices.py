"""Notices: told when a change is committed, heard in every process, and nothing is missed for good."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from tests.conftest import execute

from madang.storage.database import Database
from madang.storage.notices import CHANNEL, LONGEST, MOST, tell
from madang.storage.processes import Processes

postgres = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
Heard = list[str | None]
CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'madang' AND datname = current_database()
"""


def listening(database: Database, topic: str = "thing") -> Heard:
    heard: Heard = []
    database.notices.hear(topic, heard.append)
    return heard


async def until(true: Callable[[], bool], seconds: float = 8.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


async def test_it_is_told_when_it_is_committed(database: Database) -> None:
    heard = listening(database)
    async with database.write() as session:
        tell(session, "thing", "a")
        tell(session, "thing", "b")
        tell(session, "thing", "a")
        tell(session, "other", "c")
        assert not heard
    assert heard == ["a", "b"]


async def test_what_is_taken_back_is_told_to_nobody(database: Database) -> None:
    heard = listening(database)
    with pytest.raises(ZeroDivisionError):
        async with database.write() as session:
            tell(session, "thing", "a")
            raise ZeroDivisionError
    async with database.read() as session:
        with pytest.raises(ValueError, match="transaction that writes"):
            tell(session, "thing", "a")
    assert not heard


async def test_only_ids_are_told(database: Database) -> None:
    async with database.write() as session:
        tell(session, "thing", "한" * LONGEST)
        for topic, key in (("thing", "x" * (LONGEST + 1)), ("t" * (LONGEST + 1), "x")):
            with pytest.raises(ValueError, match="a topic and an id"):
                tell(session, topic, key)


async def test_very_many_are_one(database: Database) -> None:
    heard, other = listening(database), listening(database, "other")
    async with database.write() as session:
        for number in range(MOST + 1):
            tell(session, "thing", str(number))
        tell(session, "other", "one")
    assert heard == [None] and other == ["one"]


async def test_a_hearer_that_fails_keeps_nothing_from_others(database: Database) -> None:
    def fails(_: str | None) -> None:
        raise ZeroDivisionError

    database.notices.hear("thing", fails)
    heard = listening(database)
    async with database.write() as session:
        tell(session, "thing", "a")
    assert heard == ["a"]


@postgres
async def test_other_processes_hear_it_once(database: Database, tmp_path: Path) -> None:
    other, third = Database(database.url), Database(database.url)
    every = [Processes(one, tmp_path) for one in (database, other, third)]
    for process in every:
        await process.join()
    heard = [listening(one) for one in (database, other, third)]
    try:
        for key in ("a", "한글" * 50, "c"):
            async with database.write() as session:
                tell(session, "thing", key)
        await until(lambda: all(len(one) == 3 for one in heard))
        await asyncio.sleep(0.1)
        assert heard == [["a", "한글" * 50, "c"]] * 3
    finally:
        for process in every:
            await process.close()
        await other.close()
        await third.close()


@postgres
async def test_after_a_lost_connection_everything_is_read_again(database: Database, tmp_path: Path) -> None:
    other = Database(database.url)
    process, heard = Processes(other, tmp_path), listening(other)
    await process.join()
    try:
        assert other.notices.across
        for _ in range(2):
            heard.clear()
            async with database.read() as session:
                assert list(await session.scalars(text(CUT))) == [True]
            await until(lambda: not other.notices.across)
            async with database.write() as session:
                tell(session, "thing", "lost")
            await until(lambda: None in heard)
            assert other.notices.across
            async with database.write() as session:
                tell(session, "thing", "after")
            await until(lambda: heard[-1:] == ["after"])
    finally:
        await process.close()
        await other.close()
    assert not other.notices.across


@postgres
async def test_what_is_no_notice_is_passed_over(database: Database, tmp_path: Path) -> None:
    other = Database(database.url)
    process, heard = Processes(other, tmp_path), listening(other)
    await process.join()
    try:
        bad = (
            "",
            "{",
            "[]",
            "[1, 2]",
            '["x", "thing", 3]',
            '["x", 3, "a"]',
            "null",
            '["x", "thing", {}]',
            "3",
        )
        async with await psycopg.AsyncConnection.connect(
            database.url.replace("+psycopg", ""), autocommit=True
        ) as raw:
            for payload in (*bad, "[" * 7_000):
                await raw.execute("SELECT pg_notify(%s, %s)", (CHANNEL, payload))
        async with database.write() as session:
            tell(session, "thing", "good")
        await until(lambda: bool(heard))
        assert heard == ["good"] and other.notices.across
    finally:
        await process.close()
        await other.close()


@postgres
async def test_databases_of_one_server_hear_nothing_of_each_other(database: Database, tmp_path: Path) -> None:
    name = f"{database.url.rpartition('/')[2]}_b"
    await execute(f'CREATE DATABASE "{name}"')
    other = Database(f"{database.url.rpartition('/')[0]}/{name}")
    here, there = Processes(database, tmp_path), Processes(other, tmp_path)
    heard = listening(other)
    await here.join()
    await there.join()
    try:
        async with database.write() as session:
            tell(session, "thing", "a")
        await asyncio.sleep(0.3)
        assert not heard
        assert await here.living() == {here.id} and await there.living() == {there.id}
    finally:
        await here.close()
        await there.close()
        await other.close()
        await execute(f'DROP DATABASE "{name}" WITH (FORCE)')

"""Processes: who lives is known to all, also after kill -9, and what one leaves behind is looked at."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.storage.test_notices import CUT, postgres, until

from madang.storage import processes as door
from madang.storage.database import Database
from madang.storage.processes import Processes

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, sys
from pathlib import Path
from madang.storage.database import Database
from madang.storage.processes import Processes

async def main(url, folder):
    process = Processes(Database(url), Path(folder))
    await process.join()
    print(process.id, flush=True)
    await asyncio.sleep(60)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_they_see_each_other(database: Database, tmp_path: Path) -> None:
    other = Database(database.url)
    one, two = Processes(database, tmp_path), Processes(other, tmp_path)
    await one.join()
    assert await one.living() == {one.id}
    await two.join()
    assert await one.living() == await two.living() == {one.id, two.id}
    await two.close()
    if database.sqlite:
        assert await one.living() == {one.id}
    await one.close()
    await other.close()


@pytest.mark.slow
async def test_a_killed_one_is_seen_to_be_gone(database: Database, tmp_path: Path) -> None:
    mine = Processes(database, tmp_path)
    looked: list[frozenset[str]] = []
    tried = 0

    async def look() -> None:
        nonlocal tried
        tried += 1
        if tried == 2:  # the first one is the beginning
            raise OSError("the database is away for a moment")
        looked.append(await mine.living())

    mine.when_gone(look)
    await mine.join()
    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, database.url, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert child.stdout is not None
        name = (await asyncio.to_thread(child.stdout.readline)).strip()
        assert name in await mine.living()
        mine.watch()
        await until(lambda: len(looked) == 1)
        assert looked == [{mine.id, name}]
        os.kill(child.pid, signal.SIGSTOP)
        await asyncio.sleep(door.SPARED + 0.5)
        assert name in await mine.living(), "one that stands still lives"
        child.send_signal(signal.SIGKILL)
        await until(lambda: len(looked) == 2, 10)
        assert looked[1] == {mine.id}
        await asyncio.sleep(door.LOOK * 1.5)
        assert tried == 3, "once for each that has gone, and once more where that failed"
    finally:
        child.kill()
        child.wait()
        await mine.close()


@postgres
async def test_a_lost_connection_is_not_a_death(database: Database, tmp_path: Path) -> None:
    other = Database(database.url)
    one, two = Processes(database, tmp_path), Processes(other, tmp_path)
    gone: list[int] = []

    async def went() -> None:
        gone.append(1)

    two.when_gone(went)
    await one.join()
    await two.join()
    two.watch()
    await until(lambda: gone == [1])
    await asyncio.sleep(door.LOOK)
    async with database.read() as session:
        assert list(await session.scalars(text(CUT))) == [True, True]
    for _ in range(20):
        assert await two.living() == {one.id, two.id}
        await asyncio.sleep(0.2)
    assert gone == [1]
    await one.close()
    await until(lambda: gone == [1, 1], 10)
    await two.close()
    await other.close()


async def test_one_at_a_time_has_its_turn(database: Database, tmp_path: Path) -> None:
    other = Database(database.url)
    doors = [Processes(database, tmp_path), Processes(other, tmp_path)]
    inside, most, order = 0, 0, []

    async def turn(number: int) -> None:
        nonlocal inside, most
        async with doors[number % 2].turn("demos"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.02)
            async with doors[number % 2]._database.write() as session:  # and it may write meanwhile
                await session.execute(text("SELECT 1"))
            order.append(number)
            inside -= 1

    for one in doors:
        await one.join()
    async with asyncio.timeout(20), doors[0].turn("something else"):
        await asyncio.gather(*(turn(number) for number in range(6)))
    assert most == 1 and sorted(order) == list(range(6))
    for one in doors:
        await one.close()
    await other.close()


async def test_files_left_behind_are_removed(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/studio.db")
    folder = tmp_path / "processes"
    folder.mkdir()
    (folder / "prc_dead").touch()
    mine = Processes(database, tmp_path)
    await mine.join()
    assert await mine.living() == {mine.id}
    assert [one.name for one in folder.iterdir()] == [mine.id]
    await mine.close()
    assert not list(folder.iterdir())
    await database.close()

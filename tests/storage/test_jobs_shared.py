"""Jobs of several processes over one PostgreSQL: each runs some, what a dead one began others finish."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.storage.test_notices import postgres, until

from madang.kernel.settings import Settings
from madang.storage.database import Database
from madang.storage.jobs import JobContext, Jobs
from madang.storage.processes import LOOK, Processes

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, sys
from pathlib import Path
from tests.storage.test_jobs_shared import counted, opened

async def main(url, data):
    async def here(context, argument):
        await counted(context, argument, Path(data), "child", 3)

    jobs, _ = await opened(url, Path(data), here)
    await jobs.start("count", "1", {})
    await asyncio.sleep(60)

asyncio.run(main(*sys.argv[1:]))
"""


def settings_of(url: str, data: Path) -> Settings:
    return Settings(data=data, hub="off", database=url.replace("+psycopg", ""))


async def opened(url: str, data: Path, work: Any) -> tuple[Jobs, Processes]:
    process = Processes(Database(url), data)
    await process.join()
    jobs = Jobs(settings_of(url, data), process, concurrency=1)
    jobs.register("count", work)
    process.when_gone(jobs.recover)
    await jobs.open()
    await jobs.recover()
    return jobs, process


async def counted(context: JobContext, argument: dict[str, Any], data: Path, who: str, rests: int) -> None:
    """Six steps that write down who made them, with a long rest after some."""
    for number in range(6):

        async def step(number: int = number) -> None:
            with (data / "done").open("a") as file:
                file.write(f"{who} {number}\n")

        await context.step(f"step {number}", step)
        if number + 1 == rests:
            await asyncio.sleep(60)


@postgres
@pytest.mark.slow
async def test_what_a_killed_one_began_is_finished_by_another(database: Database, tmp_path: Path) -> None:
    done = tmp_path / "done"

    async def here(context: JobContext, argument: dict[str, Any]) -> None:
        await counted(context, argument, tmp_path, "parent", 0)

    def said() -> list[str]:
        return done.read_text().splitlines() if done.exists() else []

    child = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, database.url, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        await until(lambda: len(said()) == 3, 30)
        jobs, process = await opened(database.url, tmp_path, here)
        process.watch()
        try:
            assert jobs.runs
            # this one runs jobs too, while the other lives and rests, and leaves the other's alone
            assert (await jobs.wait(await jobs.start("count", "mine", {}), 10)).state == "done"
            await jobs.recover()
            await asyncio.sleep(LOOK)
            assert said() == [*(f"child {one}" for one in range(3)), *(f"parent {one}" for one in range(6))]
            assert (await jobs.status("count:1")).state == "running"
            child.kill()
            done.write_text("")
            assert (await jobs.wait("count:1", 15)).state == "done"
            assert said() == [f"parent {one}" for one in range(3, 6)]
        finally:
            await jobs.close()
            await process.close()
            await process._database.close()
    finally:
        child.kill()
        child.wait()


@postgres
async def test_one_that_closes_leaves_its_jobs_to_the_next(database: Database, tmp_path: Path) -> None:
    steps: list[str] = []
    hold, kept = asyncio.Event(), asyncio.Event()

    async def work(context: JobContext, argument: dict[str, Any]) -> None:
        async def step(name: str) -> None:
            steps.append(name)

        await context.step("first", lambda: step("first"))
        kept.set()
        await hold.wait()
        await context.step("second", lambda: step("second"))

    jobs, process = await opened(database.url, tmp_path, work)
    job = await jobs.start("count", "k", {})
    await until(kept.is_set)  # a step that is done but not kept yet is made again
    await process.rest()
    await jobs.close()
    await process.close()
    await process._database.close()
    hold.set()
    jobs, process = await opened(database.url, tmp_path, work)
    assert (await jobs.wait(job, 15)).state == "done"
    assert steps == ["first", "second"]
    await jobs.close()
    await process.close()
    await process._database.close()

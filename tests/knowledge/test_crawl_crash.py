"""A crawl goes on after its process was killed: nothing is lost, nothing is read twice for good."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from madang.kernel.fetch import Fetcher
from madang.kernel.settings import Settings
from madang.knowledge.access import Knowledge
from madang.knowledge.crawl.types import Pace
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.jobs import Jobs
from madang.storage.search import SearchIndex
from madang.storage.tables import Base
from tests.fakes.models import FakeModels
from tests.knowledge.site import Site, page, served

ROOT = Path(__file__).parents[2]
COUNT = 60
CHILD = """
import asyncio, sys
from pathlib import Path
from madang.kernel.settings import Settings
from tests.knowledge.test_crawl_crash import build

async def main(folder, url):
    knowledge, jobs, _ = await build(Settings(data=Path(folder), hub="off"), delay=0.1)
    await jobs.open()
    await knowledge.add_site("chr_a", url)
    await asyncio.sleep(600)

asyncio.run(main(*sys.argv[1:]))
"""


async def build(settings: Settings, delay: float) -> tuple[Knowledge, Jobs, Database]:
    database = Database(settings.database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    jobs, search = Jobs(settings), SearchIndex(database)
    blobs, pace = Blobs(settings.data / "blobs"), Pace(delay=delay, batch=10)
    fetcher = Fetcher(allow_private=True)
    knowledge = Knowledge(database, blobs, search, jobs, FakeModels(), fetcher, pace=pace)
    return knowledge, jobs, database


@pytest.mark.slow
async def test_a_killed_crawl_goes_on_where_it_was(settings: Settings) -> None:
    async with served(Site()) as site:
        names = [f"/page/{number}" for number in range(COUNT)]
        site.pages["/"] = page("Home", "Welcome.", *names)
        site.pages |= {name: page(name, f"This is what {name} says.") for name in names}
        process = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(settings.data), site.url], cwd=ROOT, start_new_session=True
        )
        try:
            until = time.monotonic() + 60
            while len(site.asked) < 25 and time.monotonic() < until:
                await asyncio.sleep(0.05)
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        before = len(site.asked)
        assert 25 <= before < COUNT
        knowledge, jobs, database = await build(settings, delay=0.0)
        try:
            await jobs.open()
            (begun,) = await knowledge.sites("chr_a")
            assert begun.state == "crawling" and 0 < begun.done < COUNT
            done = await knowledge.wait_site(begun.id, "ready", seconds=120)
            assert (done.state, done.kept, done.round) == ("ready", COUNT + 1, 1), done.error
            # what was written before the end was not asked for again: at most the batch that was cut off
            assert len(site.asked) <= COUNT + 3 + 10
            assert len(await knowledge.sources("chr_a")) == COUNT + 1
            assert await knowledge.retrieve("chr_a", "what does page 7 say?")
        finally:
            await jobs.close()
            await database.close()

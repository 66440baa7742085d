"""A source is read again: only what changed is replaced; a killed process goes on where it was."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from madang.kernel.settings import Settings
from madang.knowledge.access import Knowledge
from madang.models.types import Vectors
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.jobs import Jobs
from madang.storage.search import SearchIndex
from madang.storage.tables import Base
from tests.fakes.models import FakeEmbedder, FakeModels

WAIT = 60
ROOT = Path(__file__).parents[2]


def sections(count: int, changed: int | None = None) -> bytes:
    topics = ["herons" if number == changed else f"topic{number}" for number in range(count)]
    return "\n\n".join(
        f"## Part {number}\n\nThis part is about {topic} and nothing else."
        for number, topic in enumerate(topics)
    ).encode()


class Counting(FakeEmbedder):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    async def passages(self, texts: Sequence[str]) -> Vectors:
        self.texts.extend(texts)
        return await super().passages(texts)


async def test_only_what_changed_is_embedded_again(knowledge: Knowledge, models: FakeModels) -> None:
    models.embed = counting = Counting()
    source = await knowledge.add_file("chr_a", "parts.md", sections(20))
    await knowledge.wait(source.id, "ready", seconds=WAIT)
    before = {p.text: p.id for p in await knowledge.passages("chr_a", source.id)}
    assert len(counting.texts) == len(before) == 20
    counting.texts.clear()
    again = await knowledge.add_file("chr_a", "parts.md", sections(21, changed=7))
    assert again.id == source.id
    done = await knowledge.wait(source.id, "ready", seconds=WAIT)
    assert (done.passages, done.embedded) == (21, 21)
    assert len(counting.texts) == 2
    after = {p.text: p.id for p in await knowledge.passages("chr_a", source.id)}
    assert sum(before[text] == id_ for text, id_ in after.items() if text in before) == 19
    assert [p.ordinal for p in await knowledge.passages("chr_a", source.id)] == list(range(21))
    found = await knowledge.retrieve("chr_a", "herons")
    assert "herons" in found[0].passage.text
    assert all("topic7 " not in item.passage.text for item in await knowledge.retrieve("chr_a", "topic7", 30))


async def test_the_same_file_again_changes_nothing(knowledge: Knowledge, models: FakeModels) -> None:
    models.embed = counting = Counting()
    source = await knowledge.add_file("chr_a", "parts.md", sections(5))
    await knowledge.wait(source.id, "ready", seconds=WAIT)
    ids = [p.id for p in await knowledge.passages("chr_a", source.id)]
    await knowledge.refresh(source.id)
    await knowledge.wait(source.id, "ready", seconds=WAIT)
    assert [p.id for p in await knowledge.passages("chr_a", source.id)] == ids
    assert len(counting.texts) == 5
    assert len(await knowledge.sources("chr_a")) == 1


async def test_the_newest_of_two_readings_wins(knowledge: Knowledge) -> None:
    for number in range(4):
        source = await knowledge.add_file("chr_a", "parts.md", sections(6, changed=number))
    await knowledge.wait(source.id, "ready", seconds=WAIT)
    texts = [p.text for p in await knowledge.passages("chr_a", source.id)]
    assert [number for number, text in enumerate(texts) if "herons" in text] == [3]
    assert len(texts) == 6


CHILD = """
import asyncio, sys
from pathlib import Path
from madang.kernel.settings import Settings
from tests.knowledge.test_read_again import build, sections

async def main(folder):
    knowledge, jobs = await build(Settings(data=Path(folder), hub="off"), pause=0.25)
    await jobs.open()
    source = await knowledge.add_file("chr_a", "parts.md", sections(60))
    while True:
        now = await knowledge.source("chr_a", source.id)
        print(now.state, now.embedded, flush=True)
        await asyncio.sleep(0.2)

asyncio.run(main(sys.argv[1]))
"""


async def build(settings: Settings, pause: float) -> tuple[Knowledge, Jobs]:
    database = Database(settings.database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    jobs = Jobs(settings)
    models = FakeModels(embedder=FakeEmbedder(pause))
    return Knowledge(database, Blobs(settings.data / "blobs"), SearchIndex(database), jobs, models), jobs


@pytest.mark.slow
async def test_a_killed_process_goes_on_where_it_was(settings: Settings) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(settings.data)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    embedded = 0
    for line in process.stdout:
        state, count = line.split()
        embedded = int(count)
        if state == "words" and embedded >= 8:
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert 8 <= embedded < 60
    knowledge, jobs = await build(settings, pause=0.0)
    try:
        await jobs.open()
        source = (await knowledge.sources("chr_a"))[0]
        assert source.embedded >= embedded
        assert await knowledge.retrieve("chr_a", "topic7")
        source = await knowledge.wait(source.id, "ready", seconds=120)
        assert (source.passages, source.embedded) == (60, 60)
    finally:
        await jobs.close()
        await asyncio.sleep(0)

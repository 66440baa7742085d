"""The durable jobs of this room: one that reads a source, and a chain of short ones that fill in its vectors.

The chain is cut into slices so that a long document, whose vectors take minutes, does not keep the next
document from being read: the queue takes turns.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from madang.kernel.errors import NotFound
from madang.kernel.ids import new_id
from madang.knowledge import store
from madang.knowledge.ingest import Ingestion
from madang.storage.database import Database
from madang.storage.jobs import JobContext, Jobs

READ = "knowledge.read"
EMBED = "knowledge.embed"
SLICE = 2
"""Batches embedded by one job before it gives way."""

log = logging.getLogger(__name__)


class Queue:
    def __init__(self, database: Database, jobs: Jobs, ingestion: Ingestion) -> None:
        self._database = database
        self._jobs = jobs
        self._ingestion = ingestion
        jobs.register(READ, self._read)
        jobs.register(EMBED, self._embed)

    def job_id(self, source_id: str, revision: int) -> str:
        return f"{READ}:{source_id}:{revision}"

    async def start(self, source_id: str, revision: int) -> None:
        """Enqueue the reading of a source; the same revision is enqueued once."""
        argument = {"source": source_id, "revision": revision}
        await self._jobs.start(READ, f"{source_id}:{revision}", argument)

    async def watch(self, job_id: str, seconds: float) -> None:
        """Wait for the job to finish, at most `seconds`; takes the jobs over when their process is gone."""
        try:
            status = await self._jobs.wait(job_id, seconds)
        except (TimeoutError, NotFound):
            await asyncio.sleep(seconds / 10)
            return
        if status.finished:  # the next job of the chain is about to be noted
            await asyncio.sleep(seconds / 10)

    async def recover(self) -> None:
        """Start the jobs of unfinished sources where they failed, or are unknown to the queue."""
        async with self._database.read() as session:
            rows = await store.unfinished(session)
        for row in rows:
            try:
                finished = (await self._jobs.status(row.job)).finished
            except NotFound:
                finished = True
            if not finished:
                continue
            argument = {"source": row.id, "revision": row.revision}
            job = await self._jobs.start(READ, f"{row.id}:{row.revision}:{new_id('try')}", argument)
            await self._note(row.id, row.revision, job)

    async def _read(self, context: JobContext, argument: dict[str, Any]) -> None:
        source, revision = str(argument["source"]), int(argument["revision"])
        await context.step("read", lambda: self._ingestion.read(source, revision))
        await context.step("embed", lambda: self._next(source, revision, context.job_id))

    async def _embed(self, context: JobContext, argument: dict[str, Any]) -> None:
        source, revision = str(argument["source"]), int(argument["revision"])
        for number in range(SLICE):
            done, total = await context.step(
                f"embed-{number}", lambda: self._ingestion.embed(source, revision)
            )
            await context.progress(done, total)
            if done >= total:
                return
        await context.step("next", lambda: self._next(source, revision, context.job_id))

    async def _next(self, source_id: str, revision: int, before: str) -> None:
        """Enqueue the next slice. Its key counts from the slice before: done twice, it is enqueued once."""
        turn = int(before.rpartition("~")[2]) + 1 if "~" in before else 1
        first = before.partition(":")[2].partition("~")[0]
        argument = {"source": source_id, "revision": revision}
        job = await self._jobs.start(EMBED, f"{first}~{turn}", argument)
        await self._note(source_id, revision, job)

    async def _note(self, source_id: str, revision: int, job_id: str) -> None:
        async with self._database.write() as session:
            row = await store.find(session, source_id, revision=revision)
            if row is not None:
                row.job = job_id

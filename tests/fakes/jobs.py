"""Durable jobs without a queue: each runs on this loop as soon as it is started, and nothing outlives the
process. What is durable about the real ones is tested in `tests/storage` and by killing processes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from madang.kernel.errors import MadangError, ModelFailed, NotFound
from madang.kernel.settings import Settings
from madang.storage.jobs import JobContext, Jobs, JobStatus, Workflow


class InlineJobs(Jobs):
    """The door of jobs over a dictionary. Arguments and answers must be plain JSON here too."""

    def __init__(self, settings: Settings, *, concurrency: int = 2) -> None:
        super().__init__(settings, concurrency=concurrency)
        self._known: dict[str, Workflow] = {}
        self._states: dict[str, JobStatus] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._lanes = asyncio.Semaphore(concurrency)
        self._moved = asyncio.Condition()

    def register(self, name: str, workflow: Workflow) -> None:
        self._known[name] = workflow

    @property
    def runs(self) -> bool:
        return True

    async def open(self) -> None:
        return None

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def start(self, name: str, key: str, argument: dict[str, Any]) -> str:
        if name not in self._known:
            raise ValueError(f"no job named {name} is registered")
        job_id = f"{name}:{key}"
        there = self._states.get(job_id)
        if there is None or there.state == "failed":
            self._states[job_id] = JobStatus(job_id, name, "waiting")
            task = asyncio.create_task(self._run(job_id, name, _plain(argument)))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return job_id

    async def progress(self, job_id: str, done: int, total: int) -> None:
        status = await self.status(job_id)
        self._states[job_id] = JobStatus(job_id, status.name, status.state, done, total)

    async def status(self, job_id: str) -> JobStatus:
        if job_id not in self._states:
            raise NotFound("There is no such job.")
        return self._states[job_id]

    async def wait(self, job_id: str, timeout: float | None = None) -> JobStatus:
        async with asyncio.timeout(timeout), self._moved:
            while not (status := await self.status(job_id)).finished:
                await self._moved.wait()
            return status

    async def _run(self, job_id: str, name: str, argument: dict[str, Any]) -> None:
        result: dict[str, Any] | None = None
        error: MadangError | None = None
        async with self._lanes:
            status = self._states[job_id]
            self._states[job_id] = JobStatus(job_id, name, "running", status.done, status.total)
            try:
                result = await self._known[name](_Context(job_id, self), argument)
            except MadangError as raised:
                error = raised
            except Exception as raised:  # noqa: BLE001 as the real ones do: a bug in one job must not end the others
                error = ModelFailed("This failed unexpectedly: {reason}.", reason=type(raised).__name__)
        status, state = self._states[job_id], "done" if error is None else "failed"
        async with self._moved:
            self._states[job_id] = JobStatus(
                job_id,
                name,
                state,  # type: ignore[arg-type]
                status.done,
                status.total,
                _plain(result),
                error,
            )
            self._moved.notify_all()


class _Context(JobContext):
    def __init__(self, job_id: str, jobs: InlineJobs) -> None:
        self.job_id = job_id
        self._jobs = jobs

    async def step(self, name: str, action: Callable[[], Awaitable[Any]]) -> Any:
        return _plain(await action())

    async def progress(self, done: int, total: int) -> None:
        await self._jobs.progress(self.job_id, done, total)


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value))

"""dbos, kept in one place: a singleton with threads and an event loop of its own.

A job's workflow is a coroutine of the studio and runs on the studio's loop. Beside it, on dbos's loop, runs
one dbos workflow that takes the job's steps one by one and records what each returned. When the process dies,
dbos starts the workflow again from the top; a step that was recorded is not run again but answered from the
record.

Importing this module imports dbos (about half a second); `jobs` does so when it opens, in a thread.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import logging
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from dbos import DBOS, DBOSClient
from dbos._serialization import DBOSPortableJSON  # plain JSON: nothing is unpickled from the database
from sqlalchemy.engine import Connection, Engine

from madang.kernel.errors import MadangError, ModelFailed
from madang.kernel.settings import Settings

from .job_rows import JobRows, decode_error, encode_error, open_engine

QUEUE = "madang-jobs"
_APPLICATION = "madang"
# Fixed, so that what one process began the next one finds and finishes.
_VERSION = "1"
EXECUTOR = "madang"
"""Who runs the jobs where one process does; where several do, each by its own id."""
_POLL = 0.25
_log = logging.getLogger("madang.jobs")

Action = Callable[[], Awaitable[Any]]
Ask = Callable[[str, Action], "concurrent.futures.Future[Any]"]
Work = Callable[[str, str, dict[str, Any], Ask], Awaitable[None]]

_one = threading.Lock()
"""Held by the runner of this process: dbos can be launched once at a time."""
_current: Runner | None = None


def client(engine: Engine, schema: str | None) -> DBOSClient:
    """What enqueues jobs; any process may."""
    return DBOSClient(
        system_database_engine=engine,
        dbos_system_schema=schema,
        serializer=DBOSPortableJSON,
        application_name=_APPLICATION,
        lazy=True,
    )


def enqueue(
    through: DBOSClient,
    connection: Connection,
    run_id: str,
    *,
    job_id: str,
    name: str,
    argument: dict[str, Any],
) -> None:
    """Enqueue within the caller's transaction. An id that is there already is left as it is."""
    options: Any = {
        "workflow_name": "madang.job",
        "queue_name": QUEUE,
        "workflow_id": run_id,
        "app_version": _VERSION,
    }
    through.enqueue_in_transaction(connection, options, job_id, name, argument)


@DBOS.workflow(name="madang.job")
async def _job(job_id: str, name: str, argument: dict[str, Any]) -> None:
    runner = _current
    if runner is None:  # being closed: the next runner takes it
        await asyncio.Event().wait()
        return
    here = asyncio.get_running_loop()
    asked: asyncio.Queue[tuple[str, Action, concurrent.futures.Future[Any]] | None] = asyncio.Queue()

    def ask(step: str, action: Action) -> concurrent.futures.Future[Any]:
        answer: concurrent.futures.Future[Any] = concurrent.futures.Future()
        here.call_soon_threadsafe(asked.put_nowait, (step, action, answer))
        return answer

    work = asyncio.run_coroutine_threadsafe(_coroutine(runner.work(job_id, name, argument, ask)), runner.loop)
    runner.works.add(work)
    work.add_done_callback(lambda _: here.call_soon_threadsafe(asked.put_nowait, None))
    try:
        while (request := await asked.get()) is not None:
            await _step(runner, *request)
        if work.cancelled():
            # The studio is closing. Not returning keeps the job pending: dbos ends this task and records
            # nothing.
            await asyncio.Event().wait()
        work.result()
    finally:
        runner.works.discard(work)


async def _step(runner: Runner, name: str, action: Action, answer: concurrent.futures.Future[Any]) -> None:
    async def guarded() -> dict[str, Any]:
        try:
            return {"value": await action()}
        except MadangError as error:
            return {"error": encode_error(error)}

    async def recorded() -> dict[str, Any]:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(guarded(), runner.loop))

    try:
        outcome = await DBOS.run_step_async({"name": name}, recorded)
    except Exception as error:  # noqa: BLE001 it goes to the one who asked
        answer.set_exception(error)
        return
    if "error" in outcome:
        answer.set_exception(decode_error(outcome["error"]))
    else:
        answer.set_result(outcome["value"])


async def _coroutine(awaitable: Awaitable[None]) -> None:
    await awaitable


class Runner:
    """dbos, launched over one engine. At most one in a process."""

    def __init__(self, work: Work, loop: asyncio.AbstractEventLoop) -> None:
        self.work = work
        self.loop = loop
        self.works: set[concurrent.futures.Future[None]] = set()

    @classmethod
    def launch(
        cls,
        engine: Engine,
        schema: str | None,
        *,
        rows: JobRows,
        work: Work,
        loop: asyncio.AbstractEventLoop,
        limit: int,
        executor: str = EXECUTOR,
    ) -> Runner | None:
        """Blocking, about 0.15 s, from a thread without an event loop (dbos would take the loop over).

        None when this process already runs the jobs of another data folder.
        """
        global _current  # noqa: PLW0603 dbos itself is one for the process
        if not _one.acquire(blocking=False):
            return None
        runner = cls(work, loop)
        try:
            _quiet()
            config: Any = {
                "name": _APPLICATION,
                "system_database_engine": engine,
                "dbos_system_schema": schema,
                "application_version": _VERSION,
                "executor_id": executor,
                "serializer": DBOSPortableJSON,
                "log_level": "ERROR",
                "enable_otlp": False,
                "use_listen_notify": False,
            }
            # Tables and queue first: dbos looks for new queues only once a second.
            through = prepare(engine, schema, rows)
            through.register_queue(QUEUE, worker_concurrency=limit, polling_interval_sec=_POLL)
            _current = runner
            DBOS(config=config)
            DBOS.launch()
        except BaseException:
            runner.close()
            raise
        return runner

    def executors(self) -> frozenset[str]:
        """Who has begun jobs that are not finished. Blocking."""
        begun = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        return frozenset(str(one.executor_id) for one in begun)

    def take_over(self, executors: frozenset[str]) -> None:
        """Put what these had begun back into the queue, for whoever is free. Done twice, it is done once.
        Blocking."""
        DBOS._recover_pending_workflows(sorted(executors))

    def close(self) -> None:
        """Stop every job where it is, join every thread; what was not finished is resumed by the next
        runner."""
        global _current  # noqa: PLW0603
        _current = None
        for work in list(self.works):
            work.cancel()
        try:
            DBOS.destroy()
        finally:
            _one.release()


def _quiet() -> None:
    """dbos logs through ours: no handler of its own on the console."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    logger.propagate = False


def failed(name: str) -> MadangError:
    """What a person is told of an error that is not one of ours."""
    return ModelFailed(
        "Something went wrong while this was being prepared ({name}); the log has the details.", name=name
    )


def prepare(engine: Engine, schema: str | None, rows: JobRows) -> DBOSClient:
    """Make what tables are missing, dbos's and ours; several processes may at once. Blocking."""
    through = client(engine, schema)
    through._sys_db.run_migrations()
    rows.create()
    return through


def requeue(settings: Settings, jobs: list[tuple[str, str, dict[str, Any]]]) -> None:
    """Start jobs (id, name, argument) from the top, those that are finished too: what a restored backup
    had not finished. Those that wait or run now are left alone. Blocking; whoever runs the jobs takes
    them."""
    if not jobs:
        return
    engine, schema = open_engine(settings)
    rows = JobRows(engine, schema)
    try:
        through = prepare(engine, schema, rows)
        for job_id, name, argument in jobs:

            def submit(connection: Connection, run_id: str, job: tuple[str, str, dict[str, Any]]) -> None:
                enqueue(through, connection, run_id, job_id=job[0], name=job[1], argument=job[2])

            rows.start(job_id, name, argument, partial(submit, job=(job_id, name, argument)), again=True)
    finally:
        engine.dispose()

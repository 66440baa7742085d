"""Durable jobs: work that goes on after a crash where it was, with progress that any process can read.

With SQLite one process runs them (it holds `jobs.lock` in the data folder) and the others only enqueue. On
PostgreSQL every process runs some, each job one process at a time, and what one leaves behind the others take
over. A room registers a workflow before `open`:

    async def ingest(context: JobContext, argument: dict) -> dict | None:
        passages = await context.step("read", lambda: read(argument["source"]))
        await context.progress(len(passages), len(passages))

    jobs.register("ingest", ingest)

A step is run at least once and its answer (plain JSON) is recorded; after a crash recorded steps are not run
again. So what lies between steps must be the same each time, and a step must bear being run twice.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import time
from collections.abc import Awaitable, Callable
from typing import IO, TYPE_CHECKING, Any, TypeVar

from sqlalchemy.exc import DBAPIError

from madang.kernel.errors import Conflict, MadangError
from madang.kernel.settings import Settings

from .job_rows import JobRows, JobStatus, open_engine
from .processes import Processes

if TYPE_CHECKING:
    from dbos import DBOSClient

    from .job_runner import Ask, Runner

__all__ = ["JobContext", "JobStatus", "Jobs", "Workflow"]
_log = logging.getLogger("madang.jobs")


class JobContext:
    """What a workflow is given: its job's id, durable steps, and progress."""

    def __init__(self, job_id: str, rows: JobRows, ask: Ask) -> None:
        self.job_id = job_id
        self._rows = rows
        self._ask = ask
        self._shown = 0.0

    async def step(self, name: str, action: Callable[[], Awaitable[Any]]) -> Any:
        """Run `action` once for good and give what it returned (plain JSON), or raise the MadangError it
        raised.

        Steps of one job run one after another; their names and order must be the same in every run.
        """
        answer = await asyncio.wrap_future(self._ask(name, action))
        await asyncio.to_thread(self._rows.stepped, self.job_id)
        return answer

    async def progress(self, done: int, total: int) -> None:
        """Show how far the job is. Cheap to call often: at most ten a second are written, and the last
        one."""
        if done >= total or time.monotonic() - self._shown >= 0.1:
            self._shown = time.monotonic()
            await asyncio.to_thread(self._rows.progress, self.job_id, done, total)


Answer = TypeVar("Answer")
Workflow = Callable[[JobContext, dict[str, Any]], Awaitable[dict[str, Any] | None]]


class Jobs:
    """The door. `register` everything, then `open`; `close` leaves unfinished jobs to the next process."""

    def __init__(
        self, settings: Settings, processes: Processes | None = None, *, concurrency: int = 2
    ) -> None:
        """`processes`: who else runs jobs; without them one process a data folder does."""
        self._settings = settings
        self._processes = processes if processes is not None and processes.shared else None
        self._concurrency = concurrency
        self._workflows: dict[str, Workflow] = {}
        self._mine = False
        self._lock: IO[bytes] | None = None
        self._runner: Runner | None = None
        self._client: DBOSClient | None = None
        self._rows: JobRows | None = None
        self._schema: str | None = None
        self._opening: asyncio.Task[None] | None = None
        self._finished = asyncio.Event()

    def register(self, name: str, workflow: Workflow) -> None:
        """Say what a job of this name does. Names stay the same over releases: jobs outlive them."""
        if self._workflows.setdefault(name, workflow) is not workflow:
            raise ValueError(f"a job named {name} is registered already")

    @property
    def runs(self) -> bool:
        """Whether this process runs the jobs (or is about to)."""
        return self._mine

    async def open(self) -> None:
        """Take the lock if it is free and begin to launch behind; the next call waits for that."""
        if self._rows is not None:
            return
        self._settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        engine, self._schema = open_engine(self._settings)
        self._rows = JobRows(engine, self._schema)
        self._take()

    async def __aenter__(self) -> Jobs:
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop within a second or two; nothing is lost and no thread stays."""
        if self._rows is None:
            return
        rows, self._rows = self._rows, None
        try:
            if self._opening is not None:
                await asyncio.gather(self._opening, return_exceptions=True)
            if self._runner is not None:
                await asyncio.to_thread(self._runner.close)
        finally:
            self._opening = self._runner = self._client = None
            await asyncio.to_thread(rows.engine.dispose)
            self._unlock()

    async def start(self, name: str, key: str, argument: dict[str, Any]) -> str:
        """Enqueue a job, durable on return; its id.

        The same name and key is the same job: it is not started again while it waits, runs or is done, only
        after it failed. For work to be repeated, put what changed (a hash, a version) into the key.
        `argument` is plain JSON.
        """
        if name not in self._workflows:
            raise ValueError(f"no job named {name} is registered")
        job_id = f"{name}:{key}"
        rows = await self._ready()
        await self._patiently(lambda: self._enqueue(rows, job_id, name, argument))
        return job_id

    async def progress(self, job_id: str, done: int, total: int) -> None:
        """Note progress from outside a workflow; inside, use `JobContext.progress`."""
        rows = await self._ready()
        await asyncio.to_thread(rows.progress, job_id, done, total)

    async def status(self, job_id: str) -> JobStatus:
        """How the job stands. Raises NotFound."""
        rows = await self._ready()
        return await self._patiently(lambda: rows.read(job_id))

    async def wait(self, job_id: str, timeout: float | None = None) -> JobStatus:  # noqa: ASYNC109
        """Wait until the job is done or failed; the status either way. Raises TimeoutError after `timeout`
        seconds.

        When the process that ran the jobs has gone, this one takes over.
        """
        async with asyncio.timeout(timeout):
            while not (status := await self.status(job_id)).finished:
                self._finished.clear()
                if not self.runs:
                    self._take()
                try:
                    await asyncio.wait_for(self._finished.wait(), 0.25)
                except TimeoutError:
                    continue
            return status

    async def recover(self) -> None:
        """Take over what a process began that lives no more. Nothing happens before `open`."""
        if self._rows is None:
            return
        if not self.runs:
            self._take()
        await self._ready()
        if self._runner is not None:
            await self._take_over(self._runner)

    # -- behind the door

    async def _take_over(self, runner: Runner) -> None:
        if self._processes is None:
            return
        # first who began something, then who lives: whoever begins meanwhile lives
        begun = await asyncio.to_thread(runner.executors)
        if gone := begun - await self._processes.living():
            await asyncio.to_thread(runner.take_over, gone)

    def _take(self) -> None:
        if self._processes is None:
            lock = (self._settings.data / "jobs.lock").open("ab")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                return
            self._lock = lock
        self._mine = True
        self._opening = asyncio.create_task(self._launch(asyncio.get_running_loop()))

    def _unlock(self) -> None:
        self._mine = False
        if self._lock is not None:
            self._lock.close()  # gives the lock back
            self._lock = None

    async def _launch(self, loop: asyncio.AbstractEventLoop) -> None:
        rows = self._rows
        assert rows is not None  # noqa: S101 `close` waits for this task

        def launch() -> Runner | None:
            from .job_runner import EXECUTOR, Runner

            return Runner.launch(
                rows.engine,
                self._schema,
                rows=rows,
                work=self._work,
                loop=loop,
                limit=self._concurrency,
                executor=self._processes.id if self._processes is not None else EXECUTOR,
            )

        try:
            self._runner = await asyncio.to_thread(launch)
            if self._runner is not None:
                await self._take_over(self._runner)
        except BaseException:
            if self._runner is not None:
                await asyncio.to_thread(self._runner.close)
                self._runner = None
            self._unlock()
            raise
        if self._runner is None:
            _log.warning("this process already runs the jobs of another data folder")
            self._unlock()

    async def _ready(self) -> JobRows:
        await self.open()  # whoever asks first opens them
        if self._opening is not None:
            await asyncio.shield(self._opening)
        if self._rows is None:
            raise RuntimeError("jobs were closed meanwhile")
        return self._rows

    async def _patiently(self, call: Callable[[], Answer]) -> Answer:
        """In another process the runner may still be making its tables: wait for them, up to 15 seconds."""
        until = time.monotonic() + 15
        while True:
            try:
                return await asyncio.to_thread(call)
            except DBAPIError as error:
                missing = "no such table" in str(error.orig) or "does not exist" in str(error.orig)
                if not missing or time.monotonic() > until:
                    raise
                if not self.runs:
                    self._take()
            await asyncio.sleep(0.1)

    def _enqueue(self, rows: JobRows, job_id: str, name: str, argument: dict[str, Any]) -> None:
        from .job_runner import client, enqueue

        through = self._client = self._client or client(rows.engine, self._schema)
        rows.start(
            job_id,
            name,
            argument,
            lambda c, run_id: enqueue(through, c, run_id, job_id=job_id, name=name, argument=argument),
        )

    async def _work(self, job_id: str, name: str, argument: dict[str, Any], ask: Ask) -> None:
        """One run of a job, on the studio's loop. Whatever the workflow raises becomes its error."""
        from .job_runner import failed

        rows = self._rows
        if rows is None:
            raise asyncio.CancelledError
        result: dict[str, Any] | None = None
        error: MadangError | None = None
        try:
            if not await asyncio.to_thread(rows.begin, job_id):
                raise Conflict(
                    "This was interrupted too often and was given up; start it again to try once more."
                )
            result = await self._workflows[name](JobContext(job_id, rows, ask), argument)
        except MadangError as raised:
            error = raised
        except Exception as raised:  # noqa: BLE001 a bug in one job must not end the others
            _log.exception("job %s failed", job_id)
            error = failed(type(raised).__name__)
        await asyncio.to_thread(rows.finish, job_id, result, error)
        self._finished.set()

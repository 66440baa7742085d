"""Reading the cards of a batch: in processes of their own, beside the one that keeps them.

A collection is read by as many processes as there are cores; a short one in a thread, since processes take
half a second to start. A file that brings its process down is found by reading its neighbours one by one.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from types import TracebackType

from madang.characters import importing
from madang.characters.types import Refused
from madang.kernel.errors import MadangError

MOST_PROCESSES = 8
BROUGHT_DOWN = "This file could not be read: reading it took more than this machine has."
UNEXPECTED = "This file could not be read ({reason})."


@dataclass(frozen=True, slots=True)
class File:
    name: str
    digest: str
    """SHA-256 of `data`."""
    data: bytes


Read = importing.Brought | Refused


def read(file: File) -> Read:
    """The card in a file, its picture as it came, or why there is none."""
    try:
        return importing.read(file.data, file.name, draw=False)
    except MadangError as error:
        return refused(file.name, error)
    except (Exception, RecursionError, MemoryError) as error:  # noqa: BLE001  one file never ends a batch
        return Refused(file=file.name, sentence=UNEXPECTED, params={"reason": type(error).__name__})


def refused(name: str, error: MadangError) -> Refused:
    return Refused(
        file=name,
        sentence=error.sentence,
        params={key: str(value) for key, value in error.params.items()},
    )


def read_all(files: Sequence[File]) -> list[Read]:
    return [read(file) for file in files]


class Readers:
    """An open set of readers."""

    def __init__(self) -> None:
        self.count = max(1, min(MOST_PROCESSES, _cores()))
        self._pool: ProcessPoolExecutor | None = None
        self._alone = asyncio.Lock()

    async def __aenter__(self) -> Readers:
        return self

    async def __aexit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self._close()

    async def start(self) -> None:
        """Starts processes. Where this program cannot be started a second time, threads go on reading."""
        pool = self._open(self.count)
        try:
            await asyncio.get_running_loop().run_in_executor(pool, os.getpid)
        except (BrokenProcessPool, OSError):
            _end_broken(pool)
            return
        self._pool = pool

    async def read(self, files: Sequence[File]) -> list[Read]:
        """One answer a file, in order."""
        pool = self._pool
        if pool is None:
            return await asyncio.to_thread(read_all, files)
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, read_all, files)
        except (BrokenProcessPool, RuntimeError):  # RuntimeError: another batch closed what was broken
            async with self._alone:
                if self._pool is pool:
                    _end_broken(pool)
                    self._pool = self._open(self.count)
                return await self._one_by_one(files)

    async def _one_by_one(self, files: Sequence[File]) -> list[Read]:
        pool = self._open(1)
        answers: list[Read] = []
        try:
            for file in files:
                try:
                    answers.append(await asyncio.get_running_loop().run_in_executor(pool, read, file))
                except BrokenProcessPool:
                    answers.append(Refused(file=file.name, sentence=BROUGHT_DOWN))
                    _end_broken(pool)
                    pool = self._open(1)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
        return answers

    def _open(self, count: int) -> ProcessPoolExecutor:
        # spawned, not forked: the studio has threads and an open database
        return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))

    def _close(self) -> None:
        if self._pool is not None:
            with contextlib.suppress(Exception):
                self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _end_broken(pool: ProcessPoolExecutor) -> None:
    """Ends what is left of a set of processes that broke. One that was being started then is forgotten
    by the set (Python 3.11), and would be waited for when this program ends."""
    left = list((pool._processes or {}).values())
    with contextlib.suppress(Exception):
        pool.shutdown(wait=False, cancel_futures=True)
    for process in left:
        process.kill()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

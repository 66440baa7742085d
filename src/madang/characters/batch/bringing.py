"""Bringing in a collection of cards: files are read ahead by other processes while others are being kept."""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator, Iterable

from madang.characters.batch.keeping import Keeper
from madang.characters.batch.reading import File, Read, Readers
from madang.characters.importing import Brought
from madang.characters.types import ImportSummary

Files = AsyncIterable[tuple[str, bytes]] | Iterable[tuple[str, bytes]]

FILES = 128
"""Most files of one transaction."""
BYTES = 24 * 2**20
"""A transaction with more than this many bytes of files takes no further one."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


async def bring(keeper: Keeper, files: Files) -> ImportSummary:
    """What became of them. Everything counted as made is on the disk."""
    began = time.perf_counter()
    summary = ImportSummary()
    ahead: deque[tuple[list[File], asyncio.Task[list[Read]]]] = deque()
    async with Readers() as readers:
        try:
            number = 0
            async for files_of_one in _batches(files):
                number += 1
                if number == 2:
                    await readers.start()
                new = await _new(keeper, files_of_one, summary)
                if new:
                    ahead.append((new, asyncio.create_task(readers.read(new))))
                while len(ahead) > readers.count + 1:
                    await _keep(keeper, *ahead.popleft(), summary)
            while ahead:
                await _keep(keeper, *ahead.popleft(), summary)
        finally:
            for _, task in ahead:
                task.cancel()
            await asyncio.gather(*(task for _, task in ahead), return_exceptions=True)
    summary.seconds = round(time.perf_counter() - began, 3)
    return summary


async def _new(keeper: Keeper, files: list[File], summary: ImportSummary) -> list[File]:
    """Those that were not imported before."""
    summary.files += len(files)
    known = await keeper.known([file.digest for file in files])
    new = [file for file in files if file.digest not in known]
    summary.skipped += len(files) - len(new)
    return new


async def _keep(
    keeper: Keeper, files: list[File], reading: asyncio.Task[list[Read]], summary: ImportSummary
) -> None:
    read: list[tuple[File, Brought]] = []
    for file, one in zip(files, await reading, strict=True):
        if isinstance(one, Brought):
            read.append((file, one))
        else:
            summary.refused.append(one)
    if read:
        await keeper.keep(read, summary)


async def _batches(files: Files) -> AsyncIterator[list[File]]:
    batch: list[File] = []
    size = 0
    async for name, data in _each(files):
        batch.append(File(_CONTROL.sub("\ufffd", name)[:300], hashlib.sha256(data).hexdigest(), data))
        size += len(data)
        if len(batch) >= FILES or size >= BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


async def _each(files: Files) -> AsyncIterator[tuple[str, bytes]]:
    if isinstance(files, AsyncIterable):
        async for one in files:
            yield one
        return
    for one in files:
        yield one

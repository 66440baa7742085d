"""Bringing in a collection of cards."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from typing import Protocol

from madang.characters import importing, publish
from madang.characters.batch import store
from madang.characters.listing import changes as listing
from madang.characters.types import ImportSummary, Refused
from madang.kernel import clock
from madang.kernel.errors import MadangError, StorageFull
from madang.kernel.identity import Identity
from madang.storage.database import Database

Files = AsyncIterable[tuple[str, bytes]] | Iterable[tuple[str, bytes]]


class BlobStore(Protocol):
    async def put(self, data: bytes) -> str: ...


async def bring(
    database: Database,
    blobs: BlobStore,
    identity: Identity,
    files: Files,
    publishing: bool,
    now: clock.Clock,
) -> ImportSummary:
    summary = ImportSummary()
    began = time.perf_counter()
    async for name, data in _each(files):
        summary.files += 1
        digest = hashlib.sha256(data).hexdigest()
        async with database.read() as session:
            if await store.known(session, identity.id, [digest]):
                summary.skipped += 1
                continue
        try:
            brought = await asyncio.to_thread(importing.read, data, name)
            opened = brought.opened
            kept = importing.Kept(
                await blobs.put(brought.avatar) if brought.avatar is not None else None,
                await blobs.put(opened.carrier) if opened.carrier is not None else None,
                [await blobs.put(file.data) for file in opened.files],
            )
            async with database.write() as session:
                row = await importing.keep(session, identity.id, brought, kept, now())
                session.add(store.ImportRow(owner_id=identity.id, file=digest, character_id=row.id))
                if publishing:
                    await publish.publish(session, row, "", None, now())
                    await listing.touch(session, row, now())
                    summary.published += 1
            summary.made += 1
        except StorageFull:
            raise
        except MadangError as error:
            params = {key: str(value) for key, value in error.params.items()}
            summary.refused.append(Refused(file=name, sentence=error.sentence, params=params))
    summary.seconds = time.perf_counter() - began
    return summary


async def _each(files: Files) -> AsyncIterator[tuple[str, bytes]]:
    if isinstance(files, AsyncIterable):
        async for one in files:
            yield one
    else:
        for one in files:
            yield one

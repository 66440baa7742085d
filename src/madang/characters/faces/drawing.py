"""Drawing faces anew.

A single upload is drawn at once; for tens of thousands of cards that would take ten times as long as all the
rest. Theirs are kept as they came, marked, and drawn when they are first asked for, or one after the other
behind an import.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from madang.characters import picture
from madang.characters.faces import store
from madang.characters.store import CharacterRow
from madang.kernel.errors import MadangError
from madang.storage.database import Database

AT_ONCE = 2
"""Pictures drawn at a time: a page full of new faces must not hold up those who talk."""
GROUP = 32


class BlobStore(Protocol):
    """What this room needs of `storage.Blobs`."""

    async def put(self, data: bytes) -> str: ...

    async def put_many(self, blobs: Sequence[bytes], /) -> list[str]: ...

    async def get(self, digest: str, /) -> bytes: ...


class Faces:
    def __init__(self, database: Database, blobs: BlobStore) -> None:
        self._database = database
        self._blobs = blobs
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def clean(self, data: bytes) -> str:
        """Keeps an uploaded picture, drawn anew; its hash. Raises TooLarge or Unreadable."""
        return await self._blobs.put(await asyncio.to_thread(picture.normalise, data))

    async def draw(self, row: CharacterRow) -> str | None:
        """The hash of the clean face of `row`; None when it has none that can be read: then it is the mask.

        What came with the card stays beside it. Raises NotFound or Unreadable when the disk lost the file.
        """
        raw = row.avatar
        if raw is None or not row.avatar_raw:
            return raw
        async with self._turns:
            data = await self._blobs.get(raw)
            clean: str | None = None
            try:
                clean = await self.clean(data)
            except MadangError as error:
                if error.code not in ("unreadable", "too_large"):
                    raise
            async with self._database.write() as session:
                return await store.redraw(session, row.id, raw, clean)

    async def draw_all(self, owner_id: str) -> AsyncIterator[tuple[int, int]]:
        """Draws every face of a maker's that is not drawn yet; (done, of how many) now and then."""
        async with self._database.read() as session:
            total = await store.count_raw(session, owner_id)
        done, after = 0, ""
        while True:
            async with self._database.read() as session:
                rows = await store.raw_of(session, owner_id, after, GROUP)
            if not rows:
                return
            # one whose file the disk lost stays as it is, and is told when it is asked for
            await asyncio.gather(*(self.draw(row) for row in rows), return_exceptions=True)
            after, done = rows[-1].id, done + len(rows)
            yield done, max(done, total)

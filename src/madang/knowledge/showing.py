"""Originals as they are seen: the page of a PDF that a citation opens, with the quotation marked.

Drawn in the limited child process, within bounds of pixels, and kept in memory for a while: people leaf to
and fro.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Any

from madang.kernel.child import run
from madang.kernel.errors import NotFound
from madang.knowledge.types import Passage, Shown, Source
from madang.storage.blobs import Blobs

PDF = "application/pdf"
PICTURE = "image/"
SECONDS = 40
MEMORY_MB = 1_200
CACHE_BYTES = 48_000_000
AT_ONCE = 2
"""Pages drawn at the same time: each takes a processor for about a second."""

Key = tuple[str, int, int, str, str]


class Showing:
    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._kept: OrderedDict[Key, tuple[Shown, bytes]] = OrderedDict()
        self._size = 0
        self._free = asyncio.Semaphore(AT_ONCE)
        self._drawing: dict[Key, asyncio.Future[tuple[Shown, bytes]]] = {}

    async def quotation(
        self, source: Source, passage: Passage, start: int, end: int, last: int
    ) -> tuple[Shown, bytes] | None:
        """The page, at most `last`, on which `passage.text[start:end]` begins, and its picture (WebP).

        None for a source that has no pages to be seen.
        """
        if not (source.media_type.startswith(PICTURE) or (source.media_type == PDF and passage.page)):
            return None
        inside = 0 <= start < end <= len(passage.text)
        quote = passage.text[start:end] if inside else passage.text
        before = passage.text[:start] if inside else ""
        return await self._drawn(source, passage.page or 1, last, quote, before)

    async def page(self, source: Source, number: int) -> tuple[Shown, bytes]:
        """A page and its picture (WebP). Raises NotFound where there is none."""
        if source.media_type != PDF and (number != 1 or not source.media_type.startswith(PICTURE)):
            raise NotFound("This page is not in the document.")
        return await self._drawn(source, number, number, "", "")

    async def _drawn(
        self, source: Source, page: int, last: int, quote: str, before: str
    ) -> tuple[Shown, bytes]:
        key = (source.blob, page, last, quote, before[-80:])
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key in self._drawing:  # a second reader waits for the first one's page
            return await asyncio.shield(self._drawing[key])
        waiting = self._drawing[key] = asyncio.ensure_future(self._draw(source, page, last, quote, before))
        waiting.add_done_callback(lambda done: self._drawing.pop(key, None) and done.exception())
        drawn = await asyncio.shield(waiting)
        self._keep(key, drawn)
        return drawn

    async def _draw(
        self, source: Source, page: int, last: int, quote: str, before: str
    ) -> tuple[Shown, bytes]:
        order: dict[str, Any] = {"page": page, "last": last, "quote": quote, "before": before[-400:]}
        how = "show" if source.media_type == PDF else "show_picture"
        async with self._free:
            order |= {"data": await self._blobs.get(source.blob), "name": source.title}
            answer = await run(
                f"madang.knowledge.readers.pdfpage:{how}", order, seconds=SECONDS, memory_mb=MEMORY_MB
            )
        picture = answer.pop("picture")
        return Shown.model_validate(answer), bytes(picture)

    def _keep(self, key: Key, drawn: tuple[Shown, bytes]) -> None:
        if key not in self._kept:
            self._kept[key] = drawn
            self._size += len(drawn[1])
        while self._size > CACHE_BYTES and len(self._kept) > 1:
            _, (_, picture) = self._kept.popitem(last=False)
            self._size -= len(picture)

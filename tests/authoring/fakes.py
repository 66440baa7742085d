"""A knowledge door that reads plain text at once, and a fetcher that answers from a dictionary."""

from __future__ import annotations

import asyncio
from typing import Any

from madang.kernel.clock import now
from madang.kernel.errors import NotFound, Offline
from madang.kernel.fetch import Fetched
from madang.kernel.ids import new_id
from madang.knowledge.types import Passage, Source


class FakeKnowledge:
    """Lines that begin with `#` are headings, every other one is a passage. A NUL byte cannot be read."""

    def __init__(self, *, slow: bool = False) -> None:
        self.all: dict[str, Source] = {}
        self.read: dict[str, list[Passage]] = {}
        self.slow = slow

    def _add(self, character_id: str, title: str, text: str, **fields: Any) -> Source:
        source = Source(
            id=new_id("src"),
            character_id=character_id,
            title=title,
            media_type="text/plain",
            blob="0" * 64,
            created_at=now(),
            updated_at=now(),
            **fields,
        )
        headings: list[str] = []
        passages = []
        for line in text.splitlines():
            if line.startswith("#"):
                headings = [line.strip("# ")]
            elif line.strip():
                passages.append(
                    Passage(
                        id=new_id("psg"),
                        source_id=source.id,
                        character_id=character_id,
                        ordinal=len(passages),
                        title=title,
                        headings=headings,
                        text=line,
                    )
                )
        if "\0" in text:
            source = source.model_copy(update={"state": "failed", "error": "This file cannot be read."})
        elif not self.slow:
            source = source.model_copy(update={"state": "words", "passages": len(passages)})
        self.all[source.id], self.read[source.id] = source, passages
        return source.model_copy(update={"state": "waiting"})

    async def add_file(self, character_id: str, name: str, data: bytes) -> Source:
        return self._add(character_id, name, data.decode("utf-8", "replace"), origin=name)

    async def add_url(self, character_id: str, url: str) -> Source:
        return self._add(character_id, "A page", "# Rooms\nQuiet rooms.", origin=url, url=url)

    async def add_text(self, character_id: str, title: str, text: str) -> Source:
        return self._add(character_id, title, text, origin="typed")

    async def refresh(self, source_id: str) -> Source:
        return self.all[source_id]

    async def remove(self, source_id: str) -> None:
        del self.all[source_id]

    async def forget(self, character_id: str) -> None:
        for source in await self.sources(character_id):
            del self.all[source.id]

    async def sources(self, character_id: str) -> list[Source]:
        return [source for source in self.all.values() if source.character_id == character_id]

    async def source(self, character_id: str, source_id: str) -> Source:
        found = self.all.get(source_id)
        if found is None or found.character_id != character_id:
            raise NotFound("There is no such source.")
        return found

    async def passages(self, character_id: str, source_id: str) -> list[Passage]:
        return self.read[source_id]

    async def wait(self, source_id: str, until: str = "words") -> Source:
        if self.slow:
            await asyncio.sleep(60)
        return self.all[source_id]


class FakeFetcher:
    def __init__(self, pages: dict[str, str] | None = None) -> None:
        self.pages = pages or {}

    async def get(self, url: str, max_bytes: int = 0, accept: str = "*/*") -> Fetched:
        if url not in self.pages:
            raise Offline("{url} did not answer.", url=url)
        return Fetched(url, 200, "text/html", "utf-8", self.pages[url].encode())


class FakeConversations:
    def __init__(self) -> None:
        self.forgotten: list[str] = []

    async def forget(self, character_id: str) -> None:
        self.forgotten.append(character_id)

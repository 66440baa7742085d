"""The door of the dashboard. Figures are the desk's, which says whose they are."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from madang.characters.types import Character
from madang.inbox.access import manages
from madang.inbox.dashboard.types import (
    BlobsSize,
    DatabaseSize,
    Line,
    ModelsList,
    Overview,
    Quota,
    QuotasDoor,
    Storage,
    Weights,
)
from madang.inbox.doors import DeskDoor
from madang.inbox.grouping import about
from madang.kernel.identity import Identity

DAYS = (7, 30, 90)
LINES = 12
"""Characters in the table."""
NEWEST = 600
"""Conversations that are counted to choose them."""
_PAGE = 200
KEPT_TIMES = 20
LONGEST_KEPT = 60.0
"""What took long to count is shown again for as many times as long, and for so many seconds at most."""
_STORAGE_SECONDS = 60.0
"""How long the size of the blobs is good for: counting them touches each."""


class Dashboard:
    def __init__(
        self,
        desk: DeskDoor,
        database: DatabaseSize,
        blobs: BlobsSize,
        models: ModelsList,
        quotas: Sequence[QuotasDoor] = (),
    ) -> None:
        self._desk = desk
        self._database = database
        self._blobs = blobs
        self._models = models
        self._quotas = quotas
        self._sized: tuple[float, tuple[int, int]] | None = None
        self._seen: dict[tuple[str, int, str | None], tuple[float, Overview]] = {}

    async def overview(self, identity: Identity, *, days: int = 30, slug: str | None = None) -> Overview:
        """How conversations with one's characters went over the last `days`, or with the one of `slug`.

        Raises SignInNeeded, Forbidden, and NotFound for a character of somebody else's.
        """
        manages(identity)
        days = min(DAYS, key=lambda one: abs(one - days))
        asked = (identity.id, days, slug)
        began = time.monotonic()
        self._seen = {key: kept for key, kept in self._seen.items() if kept[0] > began}
        if asked not in self._seen:
            made = await self._counted(identity, days, slug)
            now = time.monotonic()
            self._seen[asked] = (now + min(LONGEST_KEPT, KEPT_TIMES * (now - began)), made)
        return self._seen[asked][1]

    async def _counted(self, identity: Identity, days: int, slug: str | None) -> Overview:
        figures = await self._desk.figures(identity, slug=slug, days=days)
        lines: list[Line] = []
        if slug is None:
            for character in await self._busiest(identity, figures.since):
                its = await self._desk.figures(identity, slug=character.id, days=days)
                lines.append(Line(character=about(character), figures=its))
        lines.sort(key=lambda line: (-line.figures.conversations, -line.figures.replies, line.character.name))
        return Overview(
            figures=figures,
            lines=lines,
            storage=await self._storage() if identity.kind == "owner" else None,
            quotas=await self._limits(identity),
        )

    async def _busiest(self, identity: Identity, since: datetime) -> list[Character]:
        """The characters with most of the newest conversations that were used since."""
        counted: Counter[str] = Counter()
        seen: dict[str, Character] = {}
        before: datetime | None = None
        while sum(counted.values()) < NEWEST:
            page = await self._desk.conversations(identity, limit=_PAGE, before=before)
            fresh = [entry for entry in page if entry.conversation.updated_at >= since]
            for entry in fresh:
                counted[entry.character.id] += 1
                seen[entry.character.id] = entry.character
            if len(fresh) < _PAGE:
                break
            before = fresh[-1].conversation.updated_at
        often = sorted(counted, key=lambda one: (-counted[one], one))
        return [seen[one] for one in often[:LINES]]

    async def _storage(self) -> Storage:
        if self._sized is None or time.monotonic() - self._sized[0] > _STORAGE_SECONDS:
            self._sized = (time.monotonic(), await asyncio.to_thread(self._blobs.used))
        count, size = self._sized[1]
        listed = await asyncio.to_thread(self._models.list)
        weights = {
            one.pulled.path: Weights(name=one.card.name, role=one.card.role, bytes=one.pulled.bytes)
            for one in listed
            if one.pulled is not None
        }
        return Storage(
            database=await self._database.used(),
            blobs=size,
            blob_count=count,
            weights=sorted(weights.values(), key=lambda one: (-one.bytes, one.name)),
        )

    async def _limits(self, identity: Identity) -> list[Quota]:
        every = [quota for door in self._quotas for quota in await door.quotas(identity)]
        return sorted(every, key=lambda one: (-(one.used / max(one.limit, 1)), one.name, one.character))

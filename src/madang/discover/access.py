"""The door of discovery: feeds, tags, reports.

What somebody may not meet is filtered out before anything is looked for: it is in no result, no count and no
list of tags, and it moves nothing in an order.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from madang.characters.checks.reports.types import Badge
from madang.characters.types import Character
from madang.discover.index.catalogue import SETTLE, Catalogue, CharactersDoor
from madang.discover.index.columns import Mask
from madang.discover.index.meaning import Meaning, ModelsDoor
from madang.discover.index.sources import KnowledgeDoor, NoSources
from madang.discover.ranking import Ranked, Ranker, Recent, best
from madang.discover.reports import Reports
from madang.discover.types import PAGE, RATINGS, Feed, Shown, Taste, Wanted
from madang.kernel import clock
from madang.kernel.identity import Identity
from madang.models.types import Vectors
from madang.safety import age
from madang.storage.database import Database
from madang.storage.limits import Limits

log = logging.getLogger(__name__)

POPULAR_EVERY = 60.0
"""Seconds between two readings of what is talked with."""
POPULAR_OVER = timedelta(days=45)
USED_EVERY = 15.0
"""Seconds for which it is remembered whom somebody talked with."""
MOST_USED = 8
KEEP_ORDERS = 256
KEEP_PEOPLE = 2_048
MOST_OFFSET = 100_000
TAGS_EVERY = 30.0
FEW = 4 * PAGE
"""Rows are ordered a few pages at once, so that the next page is there."""
Key = TypeVar("Key")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class _Kept:
    """An order that was made. It holds the query's vector, whose identity is part of its key."""

    version: int
    ranked: Ranked
    total: int
    vector: Vectors | None


class CharactersToo(CharactersDoor, Protocol):
    async def get(self, identity: Identity, slug: str) -> Character: ...
    async def hide(self, identity: Identity, slug: str, why: str = "") -> Character: ...
    async def unhide(self, identity: Identity, slug: str) -> Character: ...


class BadgesDoor(Protocol):
    async def badges_of(self, identity: Identity, ids: Sequence[str]) -> dict[str, Badge]:
        """What reports say of what visitors meet, by character id; none where it changed since."""
        ...


class RemixDoor(Protocol):
    """What this room's pages ask of `characters`."""

    async def get(self, identity: Identity, slug: str) -> Character: ...
    async def remix(self, identity: Identity, slug: str) -> Character: ...


class ConversationsDoor(Protocol):
    """What this room asks of `chat`."""

    async def used(self, identity: Identity, limit: int = ...) -> list[tuple[str, datetime]]: ...
    async def popularity(self, since: datetime) -> dict[str, float]: ...


class Discover:
    """Constructed once, in `app`. Reads nothing until it is asked."""

    def __init__(
        self,
        database: Database,
        characters: CharactersToo,
        conversations: ConversationsDoor,
        models: ModelsDoor,
        *,
        knowledge: KnowledgeDoor | None = None,
        ranker: Ranker | None = None,
        limits: Limits | None = None,
        now: clock.Clock = clock.now,
        settle: float = SETTLE,
    ) -> None:
        self.catalogue = Catalogue(
            characters, Meaning(database, models), knowledge or NoSources(), settle=settle
        )
        self.reports = Reports(database, characters, now, limits)
        self._conversations = conversations
        self._ranker: Ranker = ranker or Recent()
        self._now = now
        self._orders: OrderedDict[object, _Kept] = OrderedDict()
        self._tags: OrderedDict[object, tuple[float, list[tuple[str, str, int]]]] = OrderedDict()
        self._used: OrderedDict[str, tuple[float, list[tuple[str, datetime]]]] = OrderedDict()
        self._counted = float("-inf")
        self._counting: asyncio.Task[None] | None = None

    async def close(self) -> None:
        if self._counting is not None:
            self._counting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._counting
        await self.catalogue.close()

    async def feed(
        self,
        identity: Identity,
        wanted: Wanted,
        *,
        limit: int = PAGE,
        offset: int = 0,
        language: str = "en",
        personal: bool = True,
        since: datetime | None = None,
        known: bool = True,
    ) -> Feed:
        """A page of what `identity` may meet and `wanted` asks for.

        Without `personal`, or for whom nothing is `known` of (a first visit), the order is everybody's;
        `since` forgets what was used before. Raises nothing for odd filters: they find nobody.
        """
        await self.catalogue.fresh(at_once=identity.makes)
        self._count_popularity()
        allowed = allowed_to(identity)
        used = await self._used_by(identity, since) if known else {}
        taste = Taste(language, used if personal else {})
        offset = max(0, min(offset, MOST_OFFSET))
        ranked, total = await self._ordered(wanted, allowed, taste, offset + limit)
        entries = self.catalogue.shelf.entries
        because = ranked.because
        shown = [
            Shown(entries[row], entries[because[row]].name if row in because else "")
            for row in ranked.rows[offset : offset + limit].tolist()
        ]
        return Feed(
            shown,
            total,
            offset,
            whole=bool(total) or bool(self.catalogue.shelf.columns.mask(Wanted(), allowed).any()),
            personal=bool(taste.used) and wanted.order == "for-you" and not wanted.text,
            used=bool(used),
            reading=not self.catalogue.ready,
        )

    async def tags(
        self, identity: Identity, most: int = 16, *, language: str = ""
    ) -> list[tuple[str, str, int]]:
        """The tags of most characters this person may meet: folded, as written, how many.

        At most half a minute old."""
        allowed = allowed_to(identity)
        key = (allowed, most, language)
        kept = self._tags.get(key)
        if kept is None or kept[0] < time.monotonic() - TAGS_EVERY:
            columns = self.catalogue.shelf.columns
            kept = (time.monotonic(), columns.tags(columns.mask(Wanted(language=language), allowed), most))
            _remember(self._tags, key, kept, KEEP_ORDERS)
        return kept[1]

    # --- orders ----------------------------------------------------------------------------------------

    async def _ordered(
        self, wanted: Wanted, allowed: tuple[str, ...], taste: Taste, most: int
    ) -> tuple[Ranked, int]:
        """At least the first `most` rows, and how many there are."""
        vector = await self.catalogue.meaning.query(wanted.text) if wanted.text else None
        most = -(-most // FEW) * FEW
        if wanted.text:
            key: object = (wanted, allowed, id(vector))
        else:
            key = (wanted, allowed, taste.language, tuple(taste.used.items()), most)
        kept = self._orders.get(key)
        if kept is not None and kept.version == self.catalogue.version:
            self._orders.move_to_end(key)
            return kept.ranked, kept.total
        mask = self.catalogue.shelf.columns.mask(wanted, allowed)
        if wanted.text:
            rows, total = self.catalogue.shelf.match(wanted.text, mask, vector)
            ranked = Ranked(self._again(rows, wanted))
        else:
            ranked, total = self._all(wanted, mask, taste, most), int(np.count_nonzero(mask))
        _remember(self._orders, key, _Kept(self.catalogue.version, ranked, total, vector), KEEP_ORDERS)
        return ranked, total

    def _all(self, wanted: Wanted, mask: Mask, taste: Taste, most: int) -> Ranked:
        columns = self.catalogue.shelf.columns
        if wanted.order == "new":
            return Ranked(best(columns.days, mask, most))
        if wanted.order == "popular":
            fresh = np.float32(1e-6) * columns.days  # among those nobody talked with, the newest first
            return Ranked(best(columns.popularity + fresh, mask, most))
        today = self._now().timestamp() / 86_400
        return self._ranker.rank(self.catalogue.shelf, mask, taste, today, most)

    def _again(self, rows: NDArray[np.int64], wanted: Wanted) -> NDArray[np.int64]:
        """Matches in the order asked for; they come by how well they match."""
        columns = self.catalogue.shelf.columns
        if wanted.order == "new":
            return rows[np.argsort(-columns.days[rows], kind="stable")]
        if wanted.order == "popular":
            return rows[np.argsort(-columns.popularity[rows], kind="stable")]
        return rows

    # --- people ----------------------------------------------------------------------------------------

    async def _used_by(self, identity: Identity, since: datetime | None) -> dict[str, float]:
        """Whom this person talked with last: character id to weight."""
        person = f"{identity.kind}:{identity.id}"
        kept = self._used.get(person)
        if kept is None or kept[0] < time.monotonic() - USED_EVERY:
            found = await self._conversations.used(identity, MOST_USED)
            kept = (time.monotonic(), found)
            _remember(self._used, person, kept, KEEP_PEOPLE)
        last = [key for key, at in kept[1] if since is None or at > since]
        return {key: 0.9**place for place, key in enumerate(last)}

    def _count_popularity(self) -> None:
        if self._counting is None and time.monotonic() - self._counted > POPULAR_EVERY:
            self._counting = asyncio.create_task(self._read_popularity())

    async def _read_popularity(self) -> None:
        try:
            self.catalogue.set_popular(await self._conversations.popularity(self._now() - POPULAR_OVER))
        except Exception:  # the feed is shown with what was known
            log.exception("what is talked with could not be counted")
        finally:
            self._counted = time.monotonic()
            self._counting = None


def allowed_to(identity: Identity) -> tuple[str, ...]:
    """The ratings that this person meets."""
    return tuple(rating for rating in RATINGS if not age.needed(identity, rating))


def _remember(kept: OrderedDict[Key, Value], key: Key, value: Value, most: int) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > most:
        kept.popitem(last=False)

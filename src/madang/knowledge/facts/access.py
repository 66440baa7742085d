"""The door of facts, keyed by character id: what documents say, what the owner wrote, what follows.

Facts of documents are made from passages when they are asked for and kept in memory by the moment their
source was last changed: a source that is read again replaces its own facts and no others.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from madang.kernel.clock import now
from madang.knowledge import store
from madang.knowledge.facts import own
from madang.knowledge.facts.ask import Computed, computed
from madang.knowledge.facts.ask.result import quoted
from madang.knowledge.facts.business import changed, conflicts, laid
from madang.knowledge.facts.checked import checked
from madang.knowledge.facts.extract import facts_of
from madang.knowledge.facts.tools import Toolbox
from madang.knowledge.facts.types import Business, Conflict, Fact, OwnFacts
from madang.knowledge.queue import Queue
from madang.knowledge.split import context
from madang.knowledge.types import Passage, Source, Span
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.search import Entry, SearchIndex

_KEPT = 100
"""Characters whose facts are kept in memory."""
_ANSWERS = "answers:"


@dataclass(slots=True)
class _Source:
    stamp: str
    facts: list[Fact]
    passages: list[Passage]


@dataclass(slots=True)
class _Kept:
    sources: dict[str, _Source] = field(default_factory=dict)
    stamps: tuple[tuple[str, str], ...] = ()
    settings: OwnFacts = field(default_factory=OwnFacts)
    own: list[Fact] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    made: dict[tuple[str, ...], Business] = field(default_factory=dict)
    """Businesses made of these, by the names they are called."""


class Facts:
    """The facts of characters. Its caller holds the character's door."""

    def __init__(
        self, database: Database, blobs: Blobs, search: SearchIndex, queue: Queue, zone: str = "UTC"
    ) -> None:
        """`zone`: the studio's time zone."""
        self._database = database
        self._blobs = blobs
        self._search = search
        self._queue = queue
        self._zone = zone
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    async def business(self, character_id: str, names: Sequence[str] = ()) -> Business:
        """The character's facts as they stand now. `names`: what the business is called."""
        kept = await self._known(character_id)
        if (known := kept.made.get(tuple(names))) is not None:
            return known
        found = [fact for source in kept.sources.values() for fact in source.facts]
        passages = [passage for source in kept.sources.values() for passage in source.passages]
        kept.made[tuple(names)] = made = await asyncio.to_thread(
            laid, found, kept.own, kept.settings, [*passages, *kept.passages], zone=self._zone, names=names
        )
        return made

    async def computed(
        self,
        character_id: str,
        question: str,
        earlier: Sequence[str],
        *,
        moment: datetime,
        language: str,
        names: Sequence[str] = (),
    ) -> Computed | None:
        """What the facts answer to a question, with what is quoted beside it; None when they do not."""
        business = await self.business(character_id, names)
        # beside the event loop: a list of thousands of items takes a while
        found = await asyncio.to_thread(computed, business, question, earlier, moment, language)
        return found if found is None or found.asks else quoted(business, found, language)

    async def changed(self, character_id: str, names: Sequence[str] = ()) -> list[tuple[Span, Span]]:
        """(what a document says, what the owner wrote over it) for prices that differ."""
        return changed(await self.business(character_id, names))

    async def tools(
        self,
        character_id: str,
        said: Sequence[str],
        *,
        moment: datetime,
        language: str,
        names: Sequence[str] = (),
    ) -> Toolbox | None:
        """The facts as tools for a message; None where there are none. `said`: what the visitor said, the
        newest last."""
        business = await self.business(character_id, names)
        box = await asyncio.to_thread(Toolbox, business, said, moment, language)
        return box if box.offered else None

    async def written(self, character_id: str) -> OwnFacts:
        """What the owner wrote into the form."""
        return (await self._known(character_id)).settings.model_copy(deep=True)

    async def conflicts(self, character_id: str) -> list[Conflict]:
        return conflicts(await self.business(character_id))

    async def write(self, character_id: str, facts: OwnFacts, language: str) -> Source | None:
        """Put `facts` in place of what was written; they are told from when this returns. Raises BadInput.

        Returns the source that holds them; None when nothing is left to hold.
        """
        return await self.change(character_id, lambda _: facts, language)

    async def change(
        self, character_id: str, change: Callable[[OwnFacts], OwnFacts], language: str
    ) -> Source | None:
        """Put `change(what is written)` in its place, in one transaction: what somebody else writes at that
        moment is not lost. Raises BadInput, and what `change` raises."""
        try:
            return await self._change(character_id, change, language)
        except store.AddedMeanwhile:
            return await self._change(character_id, change, language)

    async def _change(
        self, character_id: str, change: Callable[[OwnFacts], OwnFacts], language: str
    ) -> Source | None:
        async with self._database.write() as session:
            row = await store.of_origin(session, character_id, own.ORIGIN, lock=True)
            there = own.unpack(await self._blobs.get(row.blob))[0] if row is not None else OwnFacts()
            facts = checked(change(there))
            if facts == OwnFacts():
                if row is not None and (ids := await store.delete_source(session, row)):
                    await self._search.replace(session, character_id, [], ids)
                return None
            title = own.TITLES[language if language in own.TITLES else "en"]
            blob = await self._blobs.put(own.pack(facts, language))
            if row is None:
                row = await store.give(session, character_id, own.ORIGIN, title, incoming(blob))
            else:
                row.revision += 1
            row.title = title
            said = own.pieces(facts, language)
            added, gone = await store.replace_passages(session, row, title, said)
            entries = [Entry(one.id, context(title, map(str, one.headings), one.text)) for one in added]
            await self._search.replace(session, character_id, entries, gone)
            row.passages = len(said)
            row.embedded = max(0, min(row.embedded - len(gone), len(said)))
            row.media_type, row.blob, row.incoming, row.error = own.MEDIA_TYPE, blob, None, None
            row.state = "words" if said else "ready"
            row.updated_at = now()
            await store.bump(session, character_id)
            row.job = self._queue.job_id(row.id, row.revision)
            source, revision = row.source(), row.revision
        if said:
            await self._queue.start(source.id, revision)
        return source

    def forget(self, character_id: str) -> None:
        self._kept.pop(character_id, None)

    async def _known(self, character_id: str) -> _Kept:
        async with self._database.read() as session:
            stamps = tuple(await store.stamps(session, character_id))
            kept = self._kept.get(character_id) or _Kept()
            if kept.stamps == stamps and character_id in self._kept:
                self._kept.move_to_end(character_id)
                return kept
            fresh = _Kept(stamps=stamps)
            for source_id, stamp in stamps:
                known = kept.sources.get(source_id)
                if known is not None and known.stamp == stamp:
                    fresh.sources[source_id] = known
                    continue
                row = await store.copy_of(session, source_id)
                if row is None or row.origin == _ANSWERS:
                    continue
                passages = await store.passages_in(session, character_id, source_id)
                if row.origin == own.ORIGIN:
                    fresh.settings, language = own.unpack(await self._blobs.get(row.blob))
                    fresh.own = own.facts(fresh.settings, language, passages)
                    fresh.passages = passages
                    continue
                facts = await asyncio.to_thread(facts_of, passages, row.source().data)
                used = {fact.passage_id for fact in facts}
                fresh.sources[source_id] = _Source(
                    stamp, facts, [passage for passage in passages if passage.id in used]
                )
        self._kept[character_id] = fresh
        self._kept.move_to_end(character_id)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return fresh


def incoming(blob: str) -> dict[str, object]:
    """What the reading job needs to know to read the owner's facts again."""
    return {
        "blob": blob,
        "name": "facts.json",
        "media_type": own.MEDIA_TYPE,
        "charset": "utf-8",
        "title": None,
        "url": None,
        "typed": True,
    }

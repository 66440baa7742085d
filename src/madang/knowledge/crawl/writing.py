"""Pages that were read become sources with passages and words, in the caller's transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from madang.kernel.clock import now
from madang.kernel.ids import new_id
from madang.knowledge import store as sources
from madang.knowledge.crawl import store
from madang.knowledge.crawl.reading import document_of
from madang.knowledge.crawl.repeated import marks, without
from madang.knowledge.crawl.store import Session
from madang.knowledge.document import Document
from madang.knowledge.split import Piece, context, split
from madang.storage.search import Entry, SearchIndex


@dataclass(frozen=True, slots=True)
class Read:
    """What a child made of the page `number`, whose content has the hash `blob`."""

    number: int
    blob: str
    plain: dict[str, Any]

    @property
    def html(self) -> bool:
        return bool(self.plain.get("html"))


class Writing:
    def __init__(self, search: SearchIndex) -> None:
        self._search = search

    async def write(
        self,
        session: Session,
        site: store.SiteRow,
        rows: Mapping[int, store.SitePageRow],
        items: Sequence[Read],
        drops: Mapping[int, set[str]],
    ) -> None:
        """Bring the sources of the pages `items` to what was read, without what `drops` says of each."""
        items = [item for item in items if item.number in rows and "error" not in item.plain]
        if not items:
            return
        done = await asyncio.to_thread(_split, items, drops)
        there = await store.sources(session, site.character_id, [rows[item.number].url for item in items])
        entries: list[Entry] = []
        gone: list[str] = []
        empty: list[store.SitePageRow] = []
        for item, (document, pieces, found) in zip(items, done, strict=True):
            row = rows[item.number]
            row.blob, row.media_type = item.blob, str(item.plain["media_type"])
            row.marks, row.dropped = (found, sorted(drops.get(item.number, ()))) if item.html else ([], [])
            if not pieces:  # it repeats what other pages say, and nothing else
                empty.append(row)
                continue
            source = there.get(row.url) or self._new(session, site, row)
            source.title, title = document.title, document.title
            added, dropped = await sources.replace_passages(session, source, title, pieces)
            entries += [Entry(new.id, context(title, map(str, new.headings), new.text)) for new in added]
            gone += dropped
            if added or dropped:
                site.changed, row.round = site.changed + 1, site.round
            source.passages = len(pieces)
            source.embedded = max(0, min(source.embedded - len(dropped), len(pieces)))
            source.url, source.blob, source.media_type = row.url, item.blob, row.media_type
            source.data, source.site_id, source.incoming, source.error = document.data, site.id, None, None
            source.state = "words" if added or source.state != "ready" else "ready"
            source.revision, source.job, source.updated_at = source.revision + 1, site.job, now()
            row.source_id = source.id
        await self._search_replace(session, site, entries, gone)
        await self.remove(session, site, empty, counted=False)

    async def remove(
        self,
        session: Session,
        site: store.SiteRow,
        rows: Sequence[store.SitePageRow],
        *,
        counted: bool = True,
    ) -> None:
        """Forget the sources of pages that are gone, or say nothing of their own."""
        gone: list[str] = []
        for row in rows:
            source = await sources.find(session, row.source_id) if row.source_id else None
            if source is not None:
                gone += await sources.delete_source(session, source)
                site.gone += counted
            row.source_id = None
            if counted:  # the page itself is gone: nothing of it is known any more
                row.blob, row.etag, row.modified, row.marks, row.dropped = "", "", "", [], []
        await self._search_replace(session, site, [], gone)

    async def forget(self, session: Session, site: store.SiteRow, gone: list[str]) -> None:
        """Take the words of passages that are gone out of the index."""
        await self._search_replace(session, site, [], gone)

    async def _search_replace(
        self, session: Session, site: store.SiteRow, entries: list[Entry], gone: list[str]
    ) -> None:
        if entries or gone:
            await self._search.replace(session, site.character_id, entries, gone)
            await sources.bump(session, site.character_id)

    def _new(self, session: Session, site: store.SiteRow, row: store.SitePageRow) -> sources.SourceRow:
        source = sources.SourceRow(
            id=new_id("src"),
            character_id=site.character_id,
            title="",
            origin=row.url,
            url=row.url,
            media_type=row.media_type,
            blob=row.blob,
            state="words",
            revision=0,
            passages=0,
            embedded=0,
        )
        session.add(source)
        return source


def _split(
    items: Sequence[Read], drops: Mapping[int, set[str]]
) -> list[tuple[Document, list[Piece], list[str]]]:
    done = []
    for item in items:
        document = document_of(item.plain)
        kept = without(document.blocks, drops.get(item.number, set())) if item.html else document.blocks
        pieces = split(Document(document.title, kept))
        done.append((document, pieces, marks(document.blocks)))
    return done

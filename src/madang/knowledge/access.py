"""The door of this room, keyed by character id. Its caller holds the character's door first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import numpy as np
from numpy.typing import NDArray

from madang.kernel.errors import BadInput, NotFound
from madang.kernel.fetch import Fetcher
from madang.kernel.paths import safe_name
from madang.knowledge import answers, pairs, store
from madang.knowledge.crawl import store as site_store
from madang.knowledge.crawl.sites import Sites
from madang.knowledge.crawl.types import Pace, Site, SitePage
from madang.knowledge.document import Limits
from madang.knowledge.evidence import Weigher
from madang.knowledge.facts import own as own_facts
from madang.knowledge.facts.access import Facts
from madang.knowledge.facts.access import incoming as facts_incoming
from madang.knowledge.facts.ask import Computed
from madang.knowledge.facts.tools import Toolbox
from madang.knowledge.facts.types import Item
from madang.knowledge.ingest import Ingestion
from madang.knowledge.meaning import Meaning
from madang.knowledge.orders import suspicious
from madang.knowledge.queue import Queue
from madang.knowledge.readers.sniff import kind_of
from madang.knowledge.retrieve import Embedders, Retriever
from madang.knowledge.showing import Showing
from madang.knowledge.synonyms import cleaned
from madang.knowledge.synonyms import store as synonym_store
from madang.knowledge.types import Answer, Evidence, Explained, Found, Passage, Shown, Source, Span
from madang.storage.blobs import Blobs
from madang.storage.database import Database
from madang.storage.jobs import Jobs
from madang.storage.search import SearchIndex

PAGE_BYTES = 16_000_000
"""Most bytes of a web page or of a document at a web address."""
ACCEPT = "text/html, application/xhtml+xml, text/markdown, text/plain, text/csv, application/pdf, */*;q=0.5"
_POLL = 0.25


class Knowledge:
    """What characters know. Reading is a durable job: `add_…` returns as soon as the source is kept."""

    def __init__(  # noqa: PLR0917 the doors below, in the order of the floors
        self,
        database: Database,
        blobs: Blobs,
        search: SearchIndex,
        jobs: Jobs,
        models: Embedders,
        fetcher: Fetcher | None = None,
        limits: Limits | None = None,
        pace: Pace | None = None,
        zone: str = "UTC",
    ) -> None:
        """`zone`: the studio's time zone, in which a business is that has none of its own."""
        self._database = database
        self._blobs = blobs
        self._search = search
        self._jobs = jobs
        self._fetcher = fetcher or Fetcher()
        ingestion = Ingestion(database, blobs, search, models, limits)
        self._queue = Queue(database, jobs, ingestion)
        self._sites = Sites(database, blobs, search, jobs, self._fetcher, ingestion, limits, pace)
        self._retriever = Retriever(database, search, models)
        self._showing = Showing(blobs)
        self.meaning = Meaning(models)
        self._answers = answers.Answers(database, blobs, search, self._queue, self.meaning)
        self.facts = Facts(database, blobs, search, self._queue, zone)
        self._suspicious: dict[str, tuple[int, dict[str, list[str]]]] = {}
        self.weigher = Weigher(self._retriever, approved=self._answers)

    # -- sources

    async def add_file(
        self, character_id: str, name: str, data: bytes, *, media_type: str | None = None
    ) -> Source:
        """Keep a file and begin to read it. A file of the same name is the same source, read again.

        Raises Unreadable at once for what is no document; later failures are the source's `error`.
        """
        name = safe_name(name)
        kind_of(data, name, media_type)
        incoming = _incoming(await self._blobs.put(data), name, media_type)
        return await self._add(character_id, name, name, incoming)

    async def add_url(self, character_id: str, url: str) -> Source:
        """Fetch a page or a document and begin to read it. The same address is the same source, read again.

        Raises what the fetcher raises: BadInput, Forbidden, TooLarge, Unreadable, Offline.
        """
        url = url.strip()
        fetched = await self._fetcher.get(url, PAGE_BYTES, ACCEPT)
        parts = urlsplit(fetched.url)
        name = safe_name(unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.hostname or "page")
        kind_of(fetched.body, name, fetched.media_type)
        incoming = _incoming(
            await self._blobs.put(fetched.body), name, fetched.media_type, fetched.charset, url=fetched.url
        )
        return await self._add(character_id, url[:2048], name, incoming)

    async def add_text(
        self, character_id: str, title: str, text: str, *, origin: str | None = None
    ) -> Source:
        """Keep typed text. The same `origin` (by default the title) is the same source, read again."""
        title, text = title.replace("\0", ""), text.replace("\0", "")  # PostgreSQL holds no NUL
        title = " ".join(title.split())[:200]
        if not text.strip():
            raise BadInput("There is no text to learn from.")
        if not title:
            title = text.strip().split("\n")[0][:60]
        incoming = _incoming(
            await self._blobs.put(text.encode()), "typed.txt", "text/plain", "utf-8", title=title
        )
        return await self._add(character_id, f"typed:{origin or title}"[:2048], title, incoming)

    async def put_pairs(self, character_id: str, title: str, told: Sequence[pairs.Pair]) -> Source | None:
        """Keep typed questions with their answers, in place of those that were there; none forgets them."""
        if told:
            blob = await self._blobs.put(pairs.packed(told))
            incoming = _incoming(blob, "typed.csv", pairs.MEDIA_TYPE, "utf-8", title=title)
            return await self._add(character_id, pairs.ORIGIN, title, incoming)
        async with self._database.read() as session:
            row = await store.of_origin(session, character_id, pairs.ORIGIN)
        if row is not None:
            await self.remove(row.id)
        return None

    async def pairs(self, character_id: str) -> list[pairs.Pair]:
        """The typed questions with their answers, as they were last given."""
        async with self._database.read() as session:
            row = await store.of_origin(session, character_id, pairs.ORIGIN)
            blob = None if row is None else str((row.incoming or {}).get("blob") or row.blob)
        return pairs.unpacked(await self._blobs.get(blob)) if blob else []

    async def refresh(self, source_id: str) -> Source:
        """Read a source again: a web address is fetched again, a file is read as it was kept."""
        async with self._database.read() as session:
            row = await store.copy_of(session, source_id)
        if row is None:
            raise _no_source()
        if row.site_id is not None:  # what its site repeats on every page is known only to a crawl
            await self._sites.crawl(row.character_id, row.site_id)
            return row.source()
        if row.url is not None:
            return await self.add_url(row.character_id, row.origin)
        return await self._add(row.character_id, row.origin, row.title, _kept(row))

    async def copy(self, source_id: str, character_id: str) -> Source:
        """Let another character know from a source too: what was kept of it is read anew, nothing is fetched.

        Raises NotFound.
        """
        async with self._database.read() as session:
            row = await store.copy_of(session, source_id)
        if row is None:
            raise _no_source()
        return await self._add(character_id, row.origin, row.title, _kept(row))

    async def remove(self, source_id: str) -> None:
        """Forget a source: passages, words, vectors. Raises NotFound."""
        async with self._database.write() as session:
            row = await store.find(session, source_id)
            if row is None:
                raise _no_source()
            await site_store.leave_out(session, source_id)
            if ids := await store.delete_source(session, row):
                await self._search.replace(session, row.character_id, [], ids)

    async def forget(self, character_id: str) -> None:
        """Forget everything a character knows, for when it is deleted."""
        async with self._database.write() as session:
            await self._search.clear(session, character_id)
            await site_store.delete_character(session, character_id)
            await synonym_store.forget(session, character_id)
            await store.delete_character(session, character_id)
        self._retriever.vectors.forget(character_id)
        self._answers.forget(character_id)
        self.facts.forget(character_id)
        self._suspicious.pop(character_id, None)

    async def sources(self, character_id: str, *, of_sites: bool = True) -> list[Source]:
        """All sources of a character, oldest first; without `of_sites` not the pages of its sites."""
        async with self._database.read() as session:
            return await store.sources_of(session, character_id, of_sites=of_sites)

    async def source(self, character_id: str, source_id: str) -> Source:
        """Raises NotFound, also for a source of another character."""
        async with self._database.read() as session:
            row = await store.find(session, source_id)
            if row is None or row.character_id != character_id:
                raise _no_source()
            return row.source()

    async def wait(
        self, source_id: str, until: Literal["words", "ready"] = "words", *, seconds: float | None = None
    ) -> Source:
        """Wait until a source answers (`words`), or has all its vectors (`ready`), or has failed.

        Works in any process: the studio may be the one that reads. Raises NotFound when it is removed
        meanwhile and TimeoutError after `seconds`.
        """
        reached = ("ready", "failed") if until == "ready" else ("words", "ready", "failed")
        async with asyncio.timeout(seconds):
            while True:
                async with self._database.read() as session:
                    row = await store.find(session, source_id)
                    if row is None:
                        raise _no_source()
                    if row.state in reached and row.incoming is None:
                        return row.source()
                    job = row.job
                await self._queue.watch(job, _POLL)

    async def recover(self) -> None:
        """Start what should be running and is not (after a restored backup, or when a model had failed)."""
        await self._queue.recover()
        await self._sites.due()

    async def blobs_in_use(self) -> set[str]:
        """Hashes of all originals, for whoever collects blobs that nothing refers to."""
        async with self._database.read() as session:
            return await store.originals(session) | await site_store.originals(session)

    # -- sites

    async def add_site(
        self,
        character_id: str,
        url: str,
        *,
        pages: int = 200,
        depth: int = 5,
        every_hours: int | None = None,
    ) -> Site:
        """Begin to crawl the site that starts at `url`: at most `pages` pages, `depth` links from the start.

        Each page becomes a source with its `site_id`, answering as soon as it is read. The same address is
        the same site, crawled again: only what changed is touched, what is gone is removed. With
        `every_hours` it is crawled again by itself (`crawl_due`). Raises BadInput; what goes wrong later is
        the site's `error`.
        """
        return await self._sites.add(character_id, url, pages=pages, depth=depth, every_hours=every_hours)

    async def sites(self, character_id: str) -> list[Site]:
        """The sites of a character, oldest first, with their progress."""
        return await self._sites.all(character_id)

    async def site(self, character_id: str, site_id: str) -> Site:
        """Raises NotFound, also for a site of another character."""
        return await self._sites.site(character_id, site_id)

    async def site_pages(
        self, character_id: str, site_id: str, limit: int = 100, offset: int = 0
    ) -> list[SitePage]:
        """Pages of a site and what became of them, failures first. Raises NotFound."""
        return await self._sites.pages(character_id, site_id, limit, offset)

    async def crawl_site(self, character_id: str, site_id: str) -> Site:
        """Crawl a site again; a crawl that was stopped goes on where it was. Raises NotFound."""
        return await self._sites.crawl(character_id, site_id)

    async def stop_site(self, character_id: str, site_id: str) -> Site:
        """Stop a crawl after the pages that are being looked at; what was read stays. Raises NotFound."""
        return await self._sites.stop(character_id, site_id)

    async def remove_site(self, character_id: str, site_id: str) -> None:
        """Forget a site with all its pages. Raises NotFound."""
        await self._sites.remove(character_id, site_id)

    async def wait_site(
        self, site_id: str, until: Literal["words", "ready"] = "words", *, seconds: float | None = None
    ) -> Site:
        """Wait until a crawl has ended (`words`), or has its vectors too (`ready`).

        Raises NotFound when it is removed meanwhile and TimeoutError after `seconds`.
        """
        return await self._sites.wait(site_id, until, seconds=seconds)

    async def crawl_due(self) -> int:
        """Crawl again the sites whose time has come; how many were begun. To be called every few minutes."""
        return await self._sites.due()

    # -- approved answers

    async def add_answer(
        self,
        character_id: str,
        question: str,
        answer: str,
        *,
        by: str,
        language: str | None = None,
        replaces: str | None = None,
        also: Sequence[str] = (),
        never: Sequence[str] = (),
        declines: bool = False,
    ) -> Answer:
        """Keep what a person said the character should answer; it is quoted whole once this returns, to other
        wordings (`also`) too. `never` is what was said wrongly; with `declines` nothing answers the question.

        An older answer to the same question gives way, as does the one with the id `replaces`. All of them
        are one source, titled in `language` (by default that of the answer). Raises BadInput and NotFound.
        """
        return await self._answers.add(
            character_id,
            question,
            answer,
            by=by,
            language=language,
            replaces=replaces,
            also=also,
            never=never,
            declines=declines,
        )

    async def meanings(self, questions: Sequence[str]) -> NDArray[np.float32] | None:
        """A unit vector a question, in order; None where there is no embedder."""
        return await self.meaning.vectors(questions)

    async def answers(self, character_id: str) -> list[Answer]:
        """The approved answers of a character, oldest first."""
        return await self._answers.all(character_id)

    async def remove_answer(self, character_id: str, answer_id: str) -> None:
        """Forget an approved answer. Raises NotFound, also for an answer of another character."""
        await self._answers.remove(character_id, answer_id)

    # -- words that mean the same

    async def synonyms(self, character_id: str) -> list[list[str]]:
        """Groups of words and short phrases that mean the same for this character."""
        async with self._database.read() as session:
            return await synonym_store.synonyms_of(session, character_id)

    async def set_synonyms(self, character_id: str, groups: Iterable[Iterable[str]]) -> list[list[str]]:
        """Keep `groups` in place of those before, without empty and repeated words; they count from the next
        question on. Raises BadInput."""
        kept = cleaned(groups)
        async with self._database.write() as session:
            await synonym_store.keep(session, character_id, kept)
        return kept

    # -- passages

    async def passage(self, character_id: str, passage_id: str) -> Passage:
        """Raises NotFound, also for a passage of another character."""
        async with self._database.read() as session:
            found = await store.passages_of(session, character_id, [passage_id])
        if passage_id not in found:
            raise NotFound("This passage does not exist any more.")
        return found[passage_id]

    async def passages(self, character_id: str, source_id: str) -> list[Passage]:
        """The passages of a source in order."""
        async with self._database.read() as session:
            return await store.passages_in(session, character_id, source_id)

    # -- originals

    async def shown(
        self, source: Source, passage: Passage, start: int, end: int, last: int
    ) -> tuple[Shown, bytes] | None:
        """The page of the original, at most `last`, on which `passage.text[start:end]` begins, and its
        picture (WebP); None for an original without pages. Raises Unreadable and TooLarge."""
        return await self._showing.quotation(source, passage, start, end, last)

    async def page(self, source: Source, number: int) -> tuple[Shown, bytes]:
        """A page of an original, and its picture (WebP). Raises NotFound where there is no such page."""
        return await self._showing.page(source, number)

    async def original(self, source: Source) -> tuple[str, bytes]:
        """A name and the bytes as they were given. It may be anything: never shown as a page."""
        name = safe_name(
            source.origin if source.url is None else urlsplit(source.url).path.rpartition("/")[2]
        )
        if source.origin in ("typed", "answers", "facts"):
            name = safe_name(f"{source.title}.txt")
        return name, await self._blobs.get(source.blob)

    async def share(self, character_id: str, source_id: str, on: bool) -> Source:
        """Let visitors leaf through an original and take it with them, or only see what is cited.
        Raises NotFound."""
        async with self._database.write() as session:
            row = await store.find(session, source_id)
            if row is None or row.character_id != character_id:
                raise _no_source()
            row.shared = on
            return row.source()

    async def versions_of(self, ids: Sequence[str]) -> dict[str, int]:
        """Of each of these characters, a number that grows with everything that changes in what it knows."""
        async with self._database.read() as session:
            return await store.versions_of(session, ids)

    async def suspicious(self, character_id: str) -> dict[str, list[str]]:
        """By source id, what in it speaks to an AI instead of saying something, at most three pieces each. It
        is neither quoted nor shown to a model."""
        async with self._database.read() as session:
            version = await store.version(session, character_id)
            kept = self._suspicious.get(character_id)
            if kept is not None and kept[0] == version:
                return kept[1]
            sources = await store.sources_of(session, character_id)
            passages = []
            for source in sources:
                passages += await store.passages_in(session, character_id, source.id)
        found = await asyncio.to_thread(suspicious, passages)
        self._suspicious[character_id] = version, found
        return found

    async def retrieve(self, character_id: str, question: str, limit: int = 8) -> list[Found]:
        """The passages found for `question`, best first."""
        return (await self._retriever.retrieve(character_id, question, limit)).found

    async def evidence(
        self, character_id: str, question: str, history: Sequence[str] = (), said: str = ""
    ) -> Evidence:
        """What the sources say to `question`; `history`: the visitor's earlier messages, oldest first;
        `said`: what was said last in a conversation."""
        return await self.weigher.evidence(character_id, question, history, said=said)

    async def explained(self, character_id: str, question: str, history: Sequence[str] = ()) -> Explained:
        """The very evidence of a conversation, with what led to it: for whoever made the character."""
        return await self.weigher.explained(character_id, question, history)

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
        """What typed facts answer, or None. `earlier`: what was said before, the newest last.

        What a person corrected once is not computed again: the correction is quoted in its place.
        """
        found = await self.facts.computed(
            character_id, question, earlier, moment=moment, language=language, names=names
        )
        if found is None or found.asks:
            return found
        quotes = [span.text for span in found.spans]
        priced = any(isinstance(fact.value, Item) for fact in found.facts)
        over = await self._answers.over(character_id, question, quotes, priced=priced)
        if over is None:
            return found
        if over == "no" or over.passage is None:
            return None
        passage = over.passage
        span = Span(passage=passage, start=0, end=len(passage.text), score=1.0)
        return Computed("corrected", "", spans=(span,))

    async def changed(self, character_id: str, names: Sequence[str] = ()) -> list[tuple[Span, Span]]:
        """(what a document says, what the owner wrote over it) for prices that differ."""
        return await self.facts.changed(character_id, names)

    async def tools(
        self,
        character_id: str,
        said: Sequence[str],
        *,
        moment: datetime,
        language: str,
        names: Sequence[str] = (),
    ) -> Toolbox | None:
        """Typed facts as tools that a model may call; None where there are none."""
        return await self.facts.tools(character_id, said, moment=moment, language=language, names=names)

    # -- for the gallery

    async def versions(self) -> dict[str, int]:
        """Of each character that ever had a source, a number that grows with every change."""
        async with self._database.read() as session:
            return await store.versions(session)

    async def said(self, character_id: str, most: int) -> list[tuple[str, str]]:
        """(title and headings, text) of at most `most` passages, the first ones of every source first."""
        async with self._database.read() as session:
            return await store.said(session, character_id, most)

    async def _add(self, character_id: str, origin: str, title: str, incoming: dict[str, Any]) -> Source:
        """Keep what is to be read and start reading it; what the source held before answers meanwhile."""
        try:
            source, revision = await self._keep(character_id, origin, title, incoming)
        except store.AddedMeanwhile:  # then this is a newer reading of it
            source, revision = await self._keep(character_id, origin, title, incoming)
        await self._queue.start(source.id, revision)
        return source

    async def _keep(
        self, character_id: str, origin: str, title: str, incoming: dict[str, Any]
    ) -> tuple[Source, int]:
        async with self._database.write() as session:
            row = await store.give(session, character_id, origin, title, incoming)
            row.job = self._queue.job_id(row.id, row.revision)
            await session.flush()
            return row.source(), row.revision


def _incoming(
    blob: str,
    name: str,
    media_type: str | None,
    charset: str | None = None,
    *,
    title: str | None = None,
    url: str | None = None,
) -> dict[str, Any]:
    """What the reading job needs to know, as kept in `SourceRow.incoming`."""
    return {
        "blob": blob,
        "name": name,
        "media_type": media_type,
        "charset": charset,
        "title": title,
        "url": url,
        "typed": title is not None,
    }


def _kept(row: store.SourceRow) -> dict[str, Any]:
    """What is to be read of a source when nothing is fetched: what waits to be read, else what was kept."""
    if row.origin == answers.ORIGIN:
        return answers.incoming(row.blob)
    if row.origin == own_facts.ORIGIN:
        return facts_incoming(row.blob)
    if row.incoming:
        return row.incoming
    if row.origin.startswith("typed:"):
        return _incoming(row.blob, "typed.txt", "text/plain", title=row.title)
    if row.origin == pairs.ORIGIN:
        return _incoming(row.blob, "typed.csv", pairs.MEDIA_TYPE, "utf-8", title=row.title)
    name = row.origin
    if row.url is not None:
        name = safe_name(unquote(urlsplit(row.url).path.rstrip("/").rpartition("/")[2]) or "page")
    return _incoming(row.blob, name, row.media_type if row.url is not None else None, url=row.url)


def _no_source() -> NotFound:
    return NotFound("This source does not exist.")

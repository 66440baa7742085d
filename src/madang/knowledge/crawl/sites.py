"""The sites of characters, and the durable jobs that crawl them: chains of short ones, which take turns."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from madang.kernel.errors import BadInput, MadangError, NotFound
from madang.kernel.fetch import Fetcher
from madang.kernel.ids import new_id
from madang.knowledge import store as sources
from madang.knowledge.crawl import store
from madang.knowledge.crawl.address import normal
from madang.knowledge.crawl.crawler import Crawler
from madang.knowledge.crawl.types import MOST_DEPTH, MOST_HOURS, MOST_PAGES, Pace, Site, SitePage
from madang.knowledge.crawl.writing import Writing
from madang.knowledge.document import Limits
from madang.knowledge.ingest import Ingestion
from madang.storage.blobs import Blobs
from madang.storage.database import Database, alone
from madang.storage.jobs import JobContext, Jobs
from madang.storage.search import SearchIndex

CRAWL = "knowledge.crawl"
EMBED = "knowledge.embed-site"
_SLICE = 8
"""Sources that get vectors in one job before it gives way."""
_POLL = 0.25


class Sites:
    def __init__(  # noqa: PLR0917 the doors below, in the order of the floors
        self,
        database: Database,
        blobs: Blobs,
        search: SearchIndex,
        jobs: Jobs,
        fetcher: Fetcher,
        ingestion: Ingestion,
        limits: Limits | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._database = database
        self._jobs = jobs
        self._ingestion = ingestion
        self._writing = Writing(search)
        self._crawler = Crawler(database, blobs, fetcher, self._writing, limits or Limits(), pace or Pace())
        jobs.register(CRAWL, self._crawl)
        jobs.register(EMBED, self._embed)

    async def add(
        self, character_id: str, url: str, *, pages: int, depth: int, every_hours: int | None
    ) -> Site:
        """Begin to crawl a site, or crawl it again with these limits. Raises BadInput."""
        start = normal(url)
        if start is None or "\0" in start:
            raise BadInput("“{url}” is not a web address.", url=url.strip()[:80])
        if (
            not 1 <= pages <= MOST_PAGES
            or not 0 <= depth <= MOST_DEPTH
            or not (every_hours is None or 1 <= every_hours <= MOST_HOURS)
        ):
            raise BadInput("A site is read up to {limit} pages, 50 links deep.", limit=MOST_PAGES)
        async with self._database.write() as session:
            await alone(session, character_id)
            row = await store.of_url(session, character_id, start)
            if row is None:
                row = store.SiteRow(
                    id=new_id("sit"),
                    character_id=character_id,
                    url=start,
                    state="waiting",
                    round=0,
                    pages=pages,
                    depth=depth,
                )
                session.add(row)
            row.pages, row.depth, row.every_hours = pages, depth, every_hours
            await session.flush()
            site_id = row.id
        return await self.crawl(character_id, site_id)

    async def crawl(self, character_id: str, site_id: str) -> Site:
        """Crawl a site again; a stopped crawl goes on where it was. Nothing new where one goes on already."""
        async with self._database.write() as session:
            row = await self._find(session, character_id, site_id)
            if row.state == "crawling":
                return await store.told(session, row)
            goes_on = row.state == "stopped" and bool((await store.counts_of(session, site_id)).get("todo"))
            if not goes_on:
                row.round += 1
                await store.restart(session, site_id)
            row.state, row.error, row.next_at = "crawling", None, None
            run = f"{row.round}-{new_id('run')}"
            row.job = f"{CRAWL}:{site_id}:{run}:0"
            argument = {"site": site_id, "round": row.round, "run": run, "part": 1 if goes_on else 0}
            site = await store.told(session, row)
        await self._jobs.start(CRAWL, f"{site_id}:{run}:0", argument)
        return site

    async def stop(self, character_id: str, site_id: str) -> Site:
        """Stop crawling after the pages that are being looked at. What was read stays."""
        async with self._database.write() as session:
            row = await self._find(session, character_id, site_id)
            if row.state == "crawling":
                row.state = "stopped"
            return await store.told(session, row)

    async def remove(self, character_id: str, site_id: str) -> None:
        """Forget a site with all its pages. Raises NotFound."""
        async with self._database.write() as session:
            row = await self._find(session, character_id, site_id)
            gone: list[str] = []
            for source in await store.sources_in(session, site_id):
                gone += await sources.delete_source(session, source)
            await self._writing.forget(session, row, gone)
            await store.delete_site(session, site_id)

    async def all(self, character_id: str) -> list[Site]:
        async with self._database.read() as session:
            return await store.sites_of(session, character_id)

    async def site(self, character_id: str, site_id: str) -> Site:
        """Raises NotFound, also for a site of another character."""
        async with self._database.read() as session:
            return await store.told(session, await self._find(session, character_id, site_id))

    async def pages(self, character_id: str, site_id: str, limit: int, offset: int) -> list[SitePage]:
        """Raises NotFound."""
        async with self._database.read() as session:
            row = await self._find(session, character_id, site_id)
            return await store.pages_of(session, site_id, row.round, limit, offset)

    async def wait(
        self, site_id: str, until: Literal["words", "ready"], *, seconds: float | None = None
    ) -> Site:
        """Wait until a crawl has ended (`words`), and has all its vectors (`ready`).

        Raises NotFound and TimeoutError.
        """
        async with asyncio.timeout(seconds):
            while True:
                async with self._database.read() as session:
                    row = await session.get(store.SiteRow, site_id)
                    if row is None:
                        raise _no_site()
                    ended = row.state not in ("waiting", "crawling")
                    if ended and not (until == "ready" and await store.without_vectors(session, site_id, 1)):
                        return await store.told(session, row)
                    job = row.job
                try:
                    await self._jobs.wait(job, _POLL)
                    await asyncio.sleep(_POLL / 5)  # the next of the chain is about to be noted
                except (TimeoutError, NotFound):
                    await asyncio.sleep(_POLL / 5)

    async def due(self) -> int:
        """Crawl every site again whose time has come, and go on where a job was lost. How many were begun."""
        async with self._database.read() as session:
            waiting = await store.due(session)
            going = await store.under_way(session)
        begun = 0
        for site_id in waiting:
            begun += await self._again(site_id)
        for site_id, round_, job in going:
            try:
                lost = (await self._jobs.status(job)).finished
            except NotFound:
                lost = True
            if lost:
                run = f"{round_}-{new_id('run')}"
                await self._next(
                    CRAWL, site_id, {"site": site_id, "round": round_, "run": run, "part": 0}, anew=True
                )
                begun += 1
        return begun

    async def _again(self, site_id: str) -> bool:
        async with self._database.read() as session:
            row = await session.get(store.SiteRow, site_id)
            character_id = row.character_id if row is not None else None
        if character_id is None:
            return False
        await self.crawl(character_id, site_id)
        return True

    # -- jobs

    async def _crawl(self, context: JobContext, argument: dict[str, Any]) -> None:
        site, round_ = str(argument["site"]), int(argument["round"])
        try:
            if argument["part"] == 0:
                await context.step("begin", lambda: self._crawler.begin(site, round_))
            found = await context.step("look", lambda: self._crawler.look(site, round_, str(argument["run"])))
            await context.progress(found["done"], max(found["total"], 1))
            if found["more"] is None:
                return  # stopped, or taken over
            if found["more"]:
                following = argument | {"part": int(argument["part"]) + 1}
                await context.step("next", lambda: self._next(CRAWL, site, following))
                return
            number = 0
            while await context.step(f"settle-{number}", lambda: self._crawler.settle(site, round_)):
                number += 1
            await context.step("finish", lambda: self._crawler.finish(site, round_))
        except MadangError as raised:
            error = raised
            await context.step("fail", lambda: self._crawler.fail(site, round_, error))
        await context.step("embed", lambda: self._next(EMBED, site, argument | {"part": 0}))

    async def _embed(self, context: JobContext, argument: dict[str, Any]) -> None:
        """Vectors for the site's pages, a few pages at a time."""
        site = str(argument["site"])
        if await context.step("embed", lambda: self._vectors(site)):
            following = argument | {"part": int(argument["part"]) + 1}
            await context.step("next", lambda: self._next(EMBED, site, following))

    async def _vectors(self, site_id: str) -> bool:
        async with self._database.read() as session:
            waiting = await store.without_vectors(session, site_id, _SLICE)
        for source_id, revision in waiting:
            await self._ingestion.embed(source_id, revision)
        return bool(waiting)

    async def _next(self, name: str, site_id: str, argument: dict[str, Any], *, anew: bool = False) -> None:
        """Enqueue the next of a chain; done twice, it is enqueued once.

        A chain that another crawl has taken over (its meanings are filled in still) does not take it back;
        `anew` begins one.
        """
        job = await self._jobs.start(name, f"{site_id}:{argument['run']}:{argument['part']}", argument)
        async with self._database.write() as session:
            row = await store.find(session, site_id)
            if row is not None and (anew or f":{argument['run']}:" in row.job):
                row.job = job

    async def _find(self, session: Any, character_id: str, site_id: str) -> store.SiteRow:
        row = await store.find(session, site_id)
        if row is None or row.character_id != character_id:
            raise _no_site()
        return row


def _no_site() -> NotFound:
    return NotFound("This site does not exist.")

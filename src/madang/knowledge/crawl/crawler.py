"""One crawl of a site, in steps that each may run twice: begin, look at some pages (again and again), settle.

What a step found is written in one transaction: the pages, what is to be looked at next, and the sources with
their words. A step that was cut off has changed nothing but the files it kept.
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from madang.kernel.child import run
from madang.kernel.clock import now
from madang.kernel.errors import MadangError, Offline
from madang.kernel.fetch import Fetcher
from madang.kernel.paths import safe_name
from madang.knowledge.crawl import store
from madang.knowledge.crawl.address import is_page, normal, within
from madang.knowledge.crawl.fetching import Answer, Asking
from madang.knowledge.crawl.frontier import Frontier
from madang.knowledge.crawl.reading import document_of
from madang.knowledge.crawl.repeated import marks, repeated
from madang.knowledge.crawl.robots import Robots, robots_of, sitemap
from madang.knowledge.crawl.types import Pace
from madang.knowledge.crawl.writing import Read, Writing
from madang.knowledge.document import Limits
from madang.storage.blobs import Blobs
from madang.storage.database import Database

READ_SECONDS = 120
READ_MEMORY_MB = 1_500
_TRIES = 3
_RETRY_HOURS = 6

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Looked:
    """Pages that were asked for, and the numbers of those that the site does not want to be read."""

    answers: list[Answer]
    refused: list[int]


class Crawler:
    def __init__(  # noqa: PLR0917 the doors below, in the order of the floors
        self, database: Database, blobs: Blobs, fetcher: Fetcher, writing: Writing, limits: Limits, pace: Pace
    ) -> None:
        self._database = database
        self._blobs = blobs
        self._fetcher = fetcher
        self._writing = writing
        self._limits = limits
        self._pace = pace
        self._asking = Asking(fetcher, pace)

    async def begin(self, site_id: str, round_: int) -> None:
        """Ask for robots.txt and sitemaps and put the pages in a row. Raises Offline and Unreadable."""
        async with self._database.read() as session:
            site = await store.find(session, site_id, round_=round_)
            if site is None:
                return
            start, pages = site.url, site.pages
        robots = await robots_of(self._fetcher, start, self._pace.seconds)
        listed = await sitemap(self._fetcher, start, robots, self._pace.seconds, pages)
        async with self._database.write() as session:
            site = await store.find(session, site_id, round_=round_)
            if site is None:
                return
            site.robots, site.delay, site.changed, site.gone = robots.text, robots.delay, 0, 0
            frontier = Frontier(site, await store.known(session, site_id), robots)
            frontier.find([start], 0, always=True)
            frontier.find(listed, 1)
            await store.add(session, site_id, frontier.new, frontier.refused, frontier.first)

    async def look(self, site_id: str, round_: int, run_id: str) -> dict[str, Any]:
        """Fetch and read some pages. Gives `{done, total, more}`, `more` None when it was stopped.

        Raises Offline when the site is out of reach, and what the database and the disk raise.
        """
        async with self._database.read() as session:
            site = await store.find(session, site_id, round_=round_)
            if site is None:
                return {"done": 0, "total": 0, "more": None}
            start, delay, robots = site.url, site.delay, Robots(site.robots)
            pages = await store.todo(session, site_id, self._pace.batch)

        def stays(url: str) -> bool:
            address = normal(url)
            return address is not None and within(address, start) and robots.allows(address)

        async def goes_on() -> bool:
            async with self._database.read() as session:
                site = await store.find(session, site_id, round_=round_)
                return site is not None and f":{run_id}:" in site.job

        allowed = [page for page in pages if robots.allows(page.url)]
        answers, lost = await self._asking.ask(allowed, delay, stays=stays, goes_on=goes_on)
        refused = [page.number for page in pages if page not in allowed]
        read = await self._read(start, answers)
        more = await self._note(site_id, round_, Looked(answers, refused), read, robots)
        if lost is not None:
            raise lost
        return more if await goes_on() else more | {"more": None}

    async def settle(self, site_id: str, round_: int) -> bool:
        """Read pages again whose repeated parts are known only now. Whether there are more of them."""
        async with self._database.read() as session:
            site = await store.find(session, site_id, round_=round_)
            if site is None:
                return False
            found = await store.marks_of(session, site_id)
            drops = repeated({number: marks_ for number, (marks_, _) in found.items()})
            wrong = [number for number, (_, dropped) in found.items() if drops[number] != set(dropped)]
            rows = list((await store.rows_of(session, site_id, wrong[: self._pace.batch])).values())
            session.expunge_all()
            start = site.url
        bodies = [await self._blobs.get(row.blob) for row in rows]
        plain = await self._child(start, [_order(row, body) for row, body in zip(rows, bodies, strict=True)])
        items = [Read(row.number, row.blob, answer) for row, answer in zip(rows, plain, strict=True)]
        async with self._database.write() as session:
            site = await store.find(session, site_id, round_=round_)
            if site is None:
                return False
            there = await store.rows_of(session, site_id, [row.number for row in rows])
            await self._writing.write(session, site, there, items, drops)
        return len(wrong) > len(rows)

    async def finish(self, site_id: str, round_: int) -> None:
        """The crawl is over."""
        async with self._database.write() as session:
            site = await store.find(session, site_id, round_=round_)
            if site is not None:
                site.state, site.error, site.updated_at = "ready", None, now()
                site.next_at = now() + timedelta(hours=site.every_hours) if site.every_hours else None
                counts = await store.counts_of(session, site_id)
                if not counts.get("kept"):
                    page = next(iter(await store.pages_of(session, site_id, round_, 1, 0)), None)
                    why = store.reason("No page of this site could be read.")
                    if page is not None and page.why:
                        why = store.reason(page.why, **page.why_params)
                    site.state, site.error = "failed", why

    async def fail(self, site_id: str, round_: int, error: MadangError) -> None:
        """Keep what is known, say why the crawl ended, and try later where it crawls by itself."""
        async with self._database.write() as session:
            site = await store.find(session, site_id, round_=round_)
            if site is not None:
                log.info("site %s: %s", site_id, error)
                site.state, site.error, site.updated_at = "failed", store.reason(error), now()
                hours = min(site.every_hours or _RETRY_HOURS, _RETRY_HOURS)
                site.next_at = now() + timedelta(hours=hours) if site.every_hours else None

    async def _read(self, start: str, answers: list[Answer]) -> list[Read]:
        """What the changed pages say; pages of which the same is known already are left out."""
        new: list[tuple[Answer, bytes]] = []
        for answer in answers:
            if answer.fetched is not None and answer.fetched.status != 304 and answer.fetched.body:
                new.append((answer, answer.fetched.body))
        blobs = await self._blobs.put_many([body for _, body in new])
        orders, changed = [], []
        for (answer, body), blob in zip(new, blobs, strict=True):
            if answer.page.blob != blob:
                orders.append(_order(answer.page, body, answer))
                changed.append((answer.page.number, blob))
        plain = await self._child(start, orders)
        return [Read(number, blob, page) for (number, blob), page in zip(changed, plain, strict=True)]

    async def _child(self, start: str, pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Pages read in a child; where one of them breaks it, each is read alone."""
        if not pages:
            return []
        order = {"start": start, "limits": asdict(self._limits), "pages": pages}
        try:
            answer = await run(
                "madang.knowledge.crawl.reading:read_pages",
                order,
                seconds=READ_SECONDS,
                memory_mb=READ_MEMORY_MB,
            )
            return [dict(page) for page in answer]
        except MadangError as error:
            if len(pages) == 1:
                params = {name: str(value) for name, value in error.params.items()}
                return [{"links": [], "error": {"sentence": error.sentence, "params": params}}]
        return [(await self._child(start, [page]))[0] for page in pages]

    async def _note(
        self, site_id: str, round_: int, looked: Looked, read: list[Read], robots: Robots
    ) -> dict[str, Any]:
        async with self._database.write() as session:
            site = await store.find(session, site_id, round_=round_, stopped=True)
            if site is None:
                return {"done": 0, "total": 0, "more": None}
            answers, refused = looked.answers, looked.refused
            numbers = [answer.page.number for answer in answers] + refused
            rows = await store.rows_of(session, site_id, numbers)
            frontier = Frontier(site, await store.known(session, site_id), robots)
            gone = [rows[number] for number in refused if number in rows]
            for asked in gone:
                asked.state, asked.why = "skipped", store.reason("robots.txt asks not to read this page.")
            fresh = {item.number: item for item in read}
            items: list[Read] = []
            for answer in answers:
                row = rows.get(answer.page.number)
                if row is None or row.state != "todo":
                    continue  # taken out meanwhile
                item = fresh.get(row.number)
                if self._place(site, row, answer, item, frontier):
                    items += [item] if item is not None else []
                elif row.state in ("gone", "skipped"):
                    gone.append(row)
            await self._writing.remove(session, site, gone)
            found = {number: known for number, (known, _) in (await store.marks_of(session, site_id)).items()}
            for item in items:
                if item.html:
                    found[item.number] = marks(document_of(item.plain).blocks)
            await self._writing.write(session, site, rows, items, repeated(dict(sorted(found.items()))))
            await store.add(session, site_id, frontier.new, frontier.refused, frontier.first)
            site.updated_at = now()
            counts = await store.counts_of(session, site_id)
            total = sum(counts.values()) - counts.get("left", 0)
            left = counts.get("todo", 0)
            return {"done": total - left, "total": total, "more": left > 0}

    def _place(
        self,
        site: store.SiteRow,
        row: store.SitePageRow,
        answer: Answer,
        item: Read | None,
        frontier: Frontier,
    ) -> bool:
        """Decide what becomes of a page; whether it is kept. Notes its links."""
        fetched = answer.fetched
        if fetched is None:
            self._failed(site, row, answer)
            return False
        if item is not None and "error" in item.plain:
            about = item.plain["error"]
            row.state, row.why = "failed", store.reason(about["sentence"], **about["params"])
            return False
        links = list(item.plain["links"]) if item is not None else list(row.links or [])
        here = normal(fetched.url) or row.url
        rules = fetched.headers.get("x-robots-tag", "").lower()
        canonical = item.plain.get("canonical") if item is not None else None
        keep = (item is None or bool(item.plain.get("keep", True))) and "noindex" not in rules
        if "nofollow" not in rules:
            frontier.find([url for url in links if is_page(url)], row.depth + 1)
        row.links = links
        if not keep:
            row.state, row.why = "skipped", store.reason("The page asks not to be kept.")
            return False
        for other in (here, canonical):
            if other and frontier.moves(row.url, str(other), row.depth):
                row.state, row.why = "skipped", store.reason("The page is kept as {url}.", url=other)
                return False
        if item is not None and (twin := frontier.twin(row.url, item.blob)):
            row.state, row.why = "skipped", store.reason("The page is kept as {url}.", url=twin)
            return False
        row.state, row.why = "kept", None
        row.etag, row.modified = (
            fetched.headers.get("etag", row.etag),
            fetched.headers.get("last-modified", row.modified),
        )
        frontier.keep(row.url, item.blob if item is not None else row.blob)
        return True

    def _failed(self, site: store.SiteRow, row: store.SitePageRow, answer: Answer) -> None:
        assert answer.error is not None  # noqa: S101 there is either an answer or an error
        row.why = store.reason(answer.error)
        if answer.gone:
            row.state = "gone" if row.blob else "skipped"
            return
        row.tries += 1
        if (answer.busy or isinstance(answer.error, Offline)) and row.tries < _TRIES:
            if answer.busy:
                site.delay = min(max(1.0, site.delay * 2, self._pace.delay * 2), self._pace.longest)
            return  # it stays to be looked at, after the others
        row.state = "kept" if row.blob and row.source_id else "failed"  # what was known is still known


def _order(page: store.SitePageRow, body: bytes, answer: Answer | None = None) -> dict[str, Any]:
    fetched = answer.fetched if answer is not None else None
    return {
        "url": fetched.url if fetched is not None else page.url,
        "name": safe_name(page.url.rstrip("/").rpartition("/")[2].partition("?")[0] or "page"),
        "body": body,
        "media_type": fetched.media_type if fetched is not None else page.media_type,
        "charset": fetched.charset if fetched is not None else page.charset,
    }

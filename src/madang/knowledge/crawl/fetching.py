"""Asking a site for its pages, one after another, as slowly as it wants, and noting what it answers."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from madang.kernel.errors import Forbidden, MadangError, Offline, Unreadable
from madang.kernel.fetch import Fetched, Fetcher
from madang.knowledge.crawl.store import SitePageRow
from madang.knowledge.crawl.types import Pace

ACCEPT = (
    "text/html, application/xhtml+xml, application/pdf, text/markdown, text/plain, text/csv, "
    "application/vnd.openxmlformats-officedocument.*;q=0.8, */*;q=0.3"
)
_GIVES_UP = 5
"""Failures to connect, one after another, after which the site is out of reach."""
_BUSY = frozenset((429, 503))
_GONE = frozenset((404, 410))


@dataclass(slots=True)
class Answer:
    """What came of a page: what was sent, or why nothing was."""

    page: SitePageRow
    fetched: Fetched | None = None
    error: MadangError | None = None

    @property
    def status(self) -> int:
        status = self.error.params.get("status") if isinstance(self.error, Unreadable) else None
        return status if isinstance(status, int) else 0

    @property
    def gone(self) -> bool:
        """The page is no more, or is no part of the site any more."""
        return self.status in _GONE or isinstance(self.error, Forbidden)

    @property
    def busy(self) -> bool:
        """The site asks to come back later."""
        return self.status in _BUSY


class Asking:
    """One for all crawls of a process: a host is asked as often as its delay allows, whoever asks."""

    def __init__(self, fetcher: Fetcher, pace: Pace) -> None:
        self._fetcher = fetcher
        self._pace = pace
        self._free: dict[str, float] = defaultdict(float)

    async def ask(
        self,
        pages: Sequence[SitePageRow],
        delay: float,
        *,
        stays: Callable[[str], bool],
        goes_on: Callable[[], Awaitable[bool]],
    ) -> tuple[list[Answer], MadangError | None]:
        """Answers to as many of `pages` as there is time for, in order; an error when nothing is reached."""
        delay = min(max(delay, self._pace.delay), self._pace.longest)
        until = time.monotonic() + self._pace.step_seconds
        answers: list[Answer] = []
        lost = 0
        at_once = 1 if delay else self._pace.at_once
        for start in range(0, len(pages), at_once):
            if (answers and time.monotonic() > until) or not await goes_on():
                break
            some = pages[start : start + at_once]
            for answer in await asyncio.gather(*(self._one(page, delay, stays) for page in some)):
                answers.append(answer)
                lost = lost + 1 if isinstance(answer.error, Offline) else 0
                if lost >= _GIVES_UP or answer.busy:
                    return answers, answer.error if lost >= _GIVES_UP else None
        return answers, None

    async def _one(self, page: SitePageRow, delay: float, stays: Callable[[str], bool]) -> Answer:
        host = urlsplit(page.url).netloc
        wait = self._free[host] - time.monotonic()
        if delay:
            self._free[host] = max(self._free[host], time.monotonic()) + delay
            if wait > 0:
                await asyncio.sleep(wait)
        known = {}
        if page.blob and page.etag:
            known["If-None-Match"] = page.etag
        if page.blob and page.modified:
            known["If-Modified-Since"] = page.modified
        try:
            fetched = await self._fetcher.get(
                page.url,
                self._pace.page_bytes,
                ACCEPT,
                seconds=self._pace.seconds,
                headers=known,
                stays=stays,
            )
        except MadangError as error:
            return Answer(page, error=error)
        return Answer(page, fetched)

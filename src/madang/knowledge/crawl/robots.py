"""robots.txt and sitemaps: what a site asks of whoever reads it by machine, and what it says it holds."""

from __future__ import annotations

import gzip
import html
import re
import zlib

from protego import Protego

from madang.kernel.errors import MadangError, TooLarge
from madang.kernel.fetch import Fetcher
from madang.knowledge.crawl.address import is_page, normal, within

AGENT = "Madang"
_BYTES = 500_000
_SITEMAP_BYTES = 10_000_000
_SITEMAPS = 20
_ADDRESSES = 20_000
# nothing in it can match the same text in two ways: a sitemap is somebody else's, and is read in this process
_LOC = re.compile(r"<(?:\w{1,40}:)?loc>(?:\s{0,80}<!\[CDATA\[)?([^<\]]{1,2100})", re.IGNORECASE)
_INDEX = re.compile(r"<(?:\w+:)?sitemapindex\b", re.IGNORECASE)


class Robots:
    """The rules of a site. A site without rules allows everything."""

    def __init__(self, text: str) -> None:
        self.text = text
        try:
            self._rules = Protego.parse(text)
        except Exception:  # noqa: BLE001 what its parser trips over are no rules
            self._rules = Protego.parse("")

    def allows(self, url: str) -> bool:
        return bool(self._rules.can_fetch(url, AGENT))

    @property
    def delay(self) -> float:
        """Seconds it asks for between two requests; 0 when it does not."""
        wished = self._rules.crawl_delay(AGENT)
        rate = self._rules.request_rate(AGENT)
        paced = rate.seconds / rate.requests if rate is not None and rate.requests else 0.0
        return max(float(wished or 0.0), float(paced))

    @property
    def sitemaps(self) -> list[str]:
        return [str(url) for url in self._rules.sitemaps][:_SITEMAPS]


async def robots_of(fetcher: Fetcher, start: str, seconds: float) -> Robots:
    """The rules of the site of `start`. No file, no rules; a server that fails forbids everything for now.

    Raises what the fetcher raises when the server is out of reach or fails (RFC 9309, 2.3.1.4).
    """
    address = normal("/robots.txt", start) or start
    try:
        fetched = await fetcher.get(address, _BYTES, "text/plain, */*;q=0.1", seconds=seconds)
    except TooLarge:
        return Robots("")
    except MadangError as error:
        status = error.params.get("status")
        if isinstance(status, int) and 400 <= status < 500 and status != 429:
            return Robots("")
        raise
    return Robots(fetched.body.decode("utf-8", "replace").replace("\0", ""))


async def sitemap(fetcher: Fetcher, start: str, robots: Robots, seconds: float, most: int) -> list[str]:
    """Addresses of the site's pages in its sitemaps, in order; none where there is no sitemap."""
    waiting = robots.sitemaps or [normal("/sitemap.xml", start) or ""]
    found: dict[str, None] = {}
    seen: set[str] = set()
    while waiting and len(seen) < _SITEMAPS and len(found) < most:
        url = waiting.pop(0)
        if not url or url in seen:
            continue
        seen.add(url)
        try:
            fetched = await fetcher.get(
                url, _SITEMAP_BYTES, "application/xml, text/xml, */*;q=0.1", seconds=seconds
            )
            text = _text(fetched.body)
        except MadangError:
            continue  # a site is crawled without its sitemap too
        listed = [html.unescape(match.strip()) for match in _LOC.findall(text)[:_ADDRESSES]]
        if _INDEX.search(text[:5_000]):
            waiting.extend(
                address for url in listed if (address := normal(url, start)) and within(address, start)
            )
            continue
        for url in listed:
            address = normal(url, start)
            if address and within(address, start) and is_page(address):
                found[address] = None
    return list(found)[:most]


def _text(data: bytes) -> str:
    if data[:2] == b"\x1f\x8b":
        try:
            data = zlib.decompressobj(wbits=31).decompress(data, _SITEMAP_BYTES)
        except (zlib.error, gzip.BadGzipFile):
            return ""
    return data.decode("utf-8", "replace")

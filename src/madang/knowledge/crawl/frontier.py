"""Which addresses of a site are looked at: in the order found, within its limits, each page once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from madang.knowledge.crawl.address import SHAPE_MOST, is_page, shape, within
from madang.knowledge.crawl.robots import Robots
from madang.knowledge.crawl.store import SiteRow

_SPARE = 3
"""Addresses looked at for each page that may be kept: the rest lead to pages that are known already."""

REFUSED_MOST = 2_000
"""Addresses of a site beyond which those that it asks not to read are not noted."""


class Frontier:
    """What is known of a site's addresses, and what one step adds to it."""

    def __init__(self, site: SiteRow, known: dict[str, tuple[int, str, str]], robots: Robots) -> None:
        self.new: list[tuple[str, int]] = []
        """Addresses and depths of pages to be added, to be numbered from `first`."""
        self.refused: list[tuple[str, int]] = []
        """Those that robots.txt asks not to read: they are noted, so that their absence can be explained."""
        self.first = 1 + max((number for number, _, _ in known.values()), default=0)
        self._site = site
        self._robots = robots
        self._states = {url: state for url, (_, state, _) in known.items()}
        self._blobs = {blob: url for url, (_, state, blob) in known.items() if blob and state == "kept"}
        self._shapes = Counter(found for url in known if (found := shape(url)) is not None)
        self._used = sum(state in ("todo", "kept", "failed") for state in self._states.values())

    def find(self, urls: Iterable[str], depth: int, *, always: bool = False) -> None:
        """Note the addresses among `urls` that are new and may be looked at."""
        for url in urls:
            self._find(url, depth, always)

    def _find(self, url: str, depth: int, always: bool = False) -> bool:
        if url in self._states:
            return self._states[url] != "left"
        site = self._site
        if self._used >= site.pages or len(self._states) >= _SPARE * site.pages + 100:
            return False
        if not always and not (depth <= site.depth and within(url, site.url) and is_page(url)):
            return False
        alike = shape(url)
        if not self._robots.allows(url):
            self._refuse(url, depth, alike)
            return False
        if alike is not None and not always:
            if self._shapes[alike] >= SHAPE_MOST:
                return False
            self._shapes[alike] += 1
        self._states[url] = "todo"
        self._used += 1
        self.new.append((url, depth))
        return True

    def _refuse(self, url: str, depth: int, alike: str | None) -> None:
        if len(self._states) < REFUSED_MOST and (alike is None or self._shapes[alike] < SHAPE_MOST):
            self._shapes[alike or url] += 1
            self._states[url] = "skipped"
            self.refused.append((url, depth))

    def moves(self, url: str, other: str, depth: int) -> bool:
        """Whether `url` gives way to `other`, which is what it says it is: known, or to be looked at."""
        if other == url or not within(other, self._site.url):
            return False
        if self._states.get(other, "todo") not in ("todo", "kept"):
            return False  # two pages that each call themselves the other: one of them stays
        self._used -= 1
        self._states[url] = "skipped"
        if self._find(other, depth):
            return True
        self._used += 1
        self._states[url] = "kept"
        return False

    def twin(self, url: str, blob: str) -> str | None:
        """Another page that is the same to the letter."""
        other = self._blobs.get(blob)
        if other is None or other == url:
            return None
        self._used -= 1
        self._states[url] = "skipped"
        return other

    def keep(self, url: str, blob: str) -> None:
        self._states[url] = "kept"
        self._blobs.setdefault(blob, url)

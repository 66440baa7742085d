"""Titles of pages without the name of their site ("Fees – County Court")."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_SIGN = re.compile(r"\s[–—|·•]\s|\s-\s")


def page_of(title: str) -> str:
    """The title of a page without that of its site, whatever the site is."""
    return _SIGN.split(title)[0]


def pages_of(titles: Sequence[str], names: Sequence[str] = ()) -> tuple[str, ...]:
    """Titles without what stands behind the last sign, where several share it or it is one of these names."""
    parts = {title: _parts(title) for title in titles}
    shared = Counter(_key(site) for _, site in parts.values() if site)
    own = {_key(name) for name in names if name.strip()}
    return tuple(
        dict.fromkeys(
            page if site and (_key(site) in own or shared[_key(site)] > 1) else title
            for title, (page, site) in parts.items()
        )
    )


def _parts(title: str) -> tuple[str, str]:
    """What stands before the last sign, and behind it; nothing behind it where there is none."""
    signs = list(_SIGN.finditer(title))
    if not signs or not title[: signs[-1].start()].strip():
        return title, ""
    return title[: signs[-1].start()].strip(), title[signs[-1].end() :].strip()


def _key(name: str) -> str:
    return " ".join(name.casefold().split())

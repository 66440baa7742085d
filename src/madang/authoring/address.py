"""What a page calls itself: its site's name, else its title, else its host."""

from __future__ import annotations

from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from madang.authoring import naming
from madang.authoring.doors import Page

_SEPARATORS = (" | ", " – ", " — ", " · ", " :: ", " - ")
READ = 2_000_000
"""Bytes of a page looked at for its name; titles stand at the top."""


def title_of_page(page: Page) -> str:
    """The name of the site that a page belongs to. Never empty."""
    host = (urlsplit(page.url).hostname or page.url).removeprefix("www.")
    if "html" not in page.media_type:
        return naming.cut(urlsplit(page.url).path.rpartition("/")[2] or host, naming.LONGEST_NAME)
    tree = LexborHTMLParser(page.body[:READ])
    for selector in ('meta[property="og:site_name"]', 'meta[name="application-name"]'):
        node = tree.css_first(selector)
        value = " ".join((node.attributes.get("content") or "").split()) if node else ""
        if value:
            return naming.cut(value, naming.LONGEST_NAME)
    node = tree.css_first("title") or tree.css_first("h1")
    title = " ".join(node.text().split()) if node else ""
    for separator in _SEPARATORS:
        # "Menu | Haeundae Noodles": the part that the host's name occurs in is the site's, else the first
        parts = [part.strip() for part in title.split(separator) if part.strip()]
        if len(parts) > 1:
            near = [part for part in parts if _same(part, host)]
            title = near[0] if near else parts[0]
    return naming.cut(title, naming.LONGEST_NAME) or host


def _same(part: str, host: str) -> bool:
    letters = "".join(character for character in part.lower() if character.isalnum())
    return bool(letters) and letters in host.replace("-", "").replace(".", "").lower()

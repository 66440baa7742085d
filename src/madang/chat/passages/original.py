"""The way to an original on the web: to the very sentence, where browsers can find it by its words."""

from __future__ import annotations

import re
from urllib.parse import quote as percent
from urllib.parse import urldefrag

from madang.knowledge.types import Passage, Source

WORDS = 5
"""Words at each end by which a long sentence is found."""
LONGEST = 80
_LISTED = re.compile(r"^(?:[-*•·◦▪]|\d{1,3}[.)])\s+")


def original_url(source: Source, passage: Passage, start: int, end: int) -> str | None:
    """Its address with a text fragment (`#:~:text=`), or a PDF's page; None for what is not on the web."""
    if source.url is None or not source.url.startswith(("http://", "https://")):
        return None
    address = urldefrag(source.url).url
    if source.media_type == "application/pdf":
        return f"{address}#page={passage.page}" if passage.page else address
    if source.media_type != "text/html":
        return address
    found = fragment(passage.text[start:end] if 0 <= start < end <= len(passage.text) else "")
    return f"{address}#:~:text={found}" if found else address


def fragment(quote: str) -> str:
    """What finds `quote` on its page: its first line whole, or the two ends of a long one.

    Of a table's row its first value, since the row does not stand there as it is quoted.
    """
    line = next((line.strip() for line in quote.split("\n") if line.strip()), "")
    if " · " in line:
        line = line.partition(" · ")[0].rpartition(": ")[2]
    line = _LISTED.sub("", line).strip()
    words = line.split()
    if not words:
        return ""
    if len(line) <= LONGEST or len(words) <= 2 * WORDS:
        return _written(line)
    return f"{_written(' '.join(words[:WORDS]))},{_written(' '.join(words[-WORDS:]))}"


def _written(text: str) -> str:
    """Percent-encoded, also what divides the parts of a fragment."""
    return percent(text, safe="").replace("-", "%2D")

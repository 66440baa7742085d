"""Documents of a folder of HTML pages, as packages of documentation ship them: a title and its paragraphs."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from madang.kernel.language import language_of

SHORTEST = 60
"""Letters of a paragraph that is kept: shorter ones are labels and buttons."""
LEAST, MOST = 1_400, 12_000
"""Letters of a document that is kept, about two to seventeen passages."""
_PARAGRAPHS = "p, div.para"
_DROPPED = "script, style, pre, nav, table"


@dataclass(frozen=True, slots=True)
class Page:
    """A document: its title, and its paragraphs of one language."""

    title: str
    paragraphs: tuple[str, ...]
    language: str

    @property
    def length(self) -> int:
        return sum(map(len, self.paragraphs))


def pages(folders: Sequence[Path], most: int, seed: int = 7) -> list[Page]:
    """At most `most` pages of each language, drawn from all of `folders` alike.

    A paragraph that was there before counts once; one that is not in its page's language is left out, since
    translated documentation is often half translated.
    """
    found: dict[tuple[str, str], list[Page]] = {}
    seen: set[str] = set()
    for folder in folders:
        for file in sorted(folder.rglob("*.html")):
            page = _page(file, seen)
            if page is not None and page.length >= LEAST:
                found.setdefault((page.language, str(folder)), []).append(page)
    chance = random.Random(seed)
    kept: list[Page] = []
    for language in sorted({language for language, _ in found}):
        groups = [list(group) for (its, _), group in sorted(found.items()) if its == language]
        for group in groups:
            chance.shuffle(group)
        turns = [page for turn in range(most) for group in groups for page in group[turn : turn + 1]]
        kept.extend(turns[:most])
    return kept


def _page(file: Path, seen: set[str]) -> Page | None:
    tree = LexborHTMLParser(file.read_text("utf-8", errors="replace"))
    for node in tree.css(_DROPPED):
        node.decompose()
    head = tree.css_first("title")
    texts = [_plain(node.text()) for node in tree.css(_PARAGRAPHS)]
    texts = [text for text in dict.fromkeys(texts) if len(text) >= SHORTEST and text not in seen]
    if not texts:
        return None
    language = language_of(" ".join(texts))
    kept: list[str] = []
    length = 0
    for text in texts:
        if language_of(text) == language and length + len(text) <= MOST:
            kept.append(text)
            seen.add(text)
            length += len(text)
    title = _plain(head.text()) if head is not None else file.stem
    return Page(title, tuple(kept), language) if kept else None


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()

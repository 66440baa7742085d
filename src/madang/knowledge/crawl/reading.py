"""What runs in the child process: a few pages at once, each read like a file, with its links."""

from __future__ import annotations

from typing import Any

from selectolax.lexbor import LexborHTMLParser

from madang.kernel.errors import MadangError
from madang.knowledge.crawl.address import is_page, normal, within
from madang.knowledge.document import Block, Document, Limits
from madang.knowledge.readers import read
from madang.knowledge.readers.decode import decode
from madang.knowledge.readers.sniff import MEDIA_TYPES, kind_of

_LINKS = 2_000


def read_pages(order: dict[str, Any]) -> list[dict[str, Any]]:
    """`order`: `start`, `limits`, and `pages` of `{url, name, body, media_type, charset}`.

    Gives, for each page, `{title, blocks, data, links, canonical, keep, media_type}` or `{error}`, in plain
    values. A page that is no HTML has no links.
    """
    limits = Limits(**order["limits"])
    return [_page(page, order["start"], limits) for page in order["pages"]]


def _page(page: dict[str, Any], start: str, limits: Limits) -> dict[str, Any]:
    about: dict[str, Any] = {"links": [], "canonical": None, "keep": True}
    body, name = page["body"], page["name"]
    try:
        kind = kind_of(body, name, page["media_type"])
        if kind == "html":
            about |= _html(body, name, page, start)
        document = read(body, name, media_type=page["media_type"], charset=page["charset"], limits=limits)
    except MadangError as error:
        params = {
            key: value if isinstance(value, (int, float)) else str(value)
            for key, value in error.params.items()
        }
        return about | {"error": {"sentence": error.sentence, "params": params}}
    return about | {
        "title": document.title,
        "blocks": [[b.text, list(b.headings), b.page, b.row, b.place] for b in document.blocks],
        "data": document.data,
        "media_type": MEDIA_TYPES[kind],
        "html": kind == "html",
    }


def document_of(plain: dict[str, Any]) -> Document:
    """The document that a child sent back."""
    blocks = [
        Block(
            str(text), tuple(map(str, headings)), None if page is None else int(page), bool(row), str(place)
        )
        for text, headings, page, row, place in plain["blocks"]
    ]
    return Document(str(plain["title"]), blocks, [item for item in plain["data"] if isinstance(item, dict)])


def _html(body: bytes, name: str, page: dict[str, Any], start: str) -> dict[str, Any]:
    tree = LexborHTMLParser(decode(body, name, page["charset"]))
    base = page["url"]
    declared = tree.css_first("base[href]")
    if declared is not None:
        base = normal(declared.attributes.get("href") or "", base) or base
    rules = " ".join(
        (node.attributes.get("content") or "").lower()
        for node in tree.css("meta[name='robots' i],meta[name='madang' i]")
    )
    canonical = tree.css_first("link[rel='canonical' i][href]")
    named = normal(canonical.attributes.get("href") or "", base) if canonical is not None else None
    links: dict[str, None] = {}
    if "nofollow" not in rules and "none" not in rules.split():
        for node in tree.css("a[href],area[href]"):
            if "nofollow" in (node.attributes.get("rel") or "").lower().split():
                continue
            address = normal(node.attributes.get("href") or "", base)
            if address and within(address, start) and is_page(address):
                links[address] = None
            if len(links) >= _LINKS:
                break
    return {
        "links": list(links),
        "canonical": named if named and within(named, start) else None,
        "keep": "noindex" not in rules and "none" not in rules.split(),
    }

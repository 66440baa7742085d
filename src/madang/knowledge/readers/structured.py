"""What a page says about itself in schema.org's words: JSON-LD as it stands, and what its tags say."""

from __future__ import annotations

import json
import re
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from madang.knowledge.facts.networks import profile_of
from madang.knowledge.readers import markup
from madang.knowledge.readers.decode import clean, line

_SCRIPTS = 50
_CHARACTERS = 400_000
_OBJECTS = 300
_DEEPEST = 20
_PAIRS = 500
_EDGES = (
    "footer",
    "header",
    "[role=contentinfo]",
    "[id*=footer]",
    "[class*=footer]",
    "[class*=social]",
    "[class*=sns]",
)
_LINKS = 300


def json_ld(tree: LexborHTMLParser) -> list[dict[str, Any]]:
    """The objects of all JSON-LD scripts of a page, those of `@graph` each for itself."""
    found: list[dict[str, Any]] = []
    left = _CHARACTERS
    for script in tree.css("script[type='application/ld+json' i]")[:_SCRIPTS]:
        text = script.text().strip()
        left -= len(text)
        if left < 0:
            break
        value = _parsed(text)
        for item in value if isinstance(value, list) else [value]:
            if not isinstance(item, dict):
                continue
            graph = item.get("@graph")
            members = graph if isinstance(graph, list) else [item]
            found.extend(member for member in members if isinstance(member, dict))
    return found[:_OBJECTS]


def typed(tree: LexborHTMLParser) -> list[dict[str, Any]]:
    """All that a page says about itself: JSON-LD, and microdata and RDFa in its words.

    Said in two ways it is kept once: the first way that a type is written in is the one that counts.
    """
    found = json_ld(tree)
    for other in (markup.microdata(tree), markup.rdfa(tree)):
        known = {name for item in found for name in _names(item.get("@type"))}
        found += [item for item in other if not known & set(_names(item.get("@type")))]
    return found[:_OBJECTS]


def profiles(tree: LexborHTMLParser, title: str) -> list[dict[str, Any]]:
    """The profiles that the head or foot of a page links to, as an organisation would say it: one among the
    text may lead to somebody else's."""
    links = tree.css(",".join(f"{place} a[href]" for place in _EDGES))[:_LINKS]
    addresses = [(link.attributes.get("href") or "").strip()[:300] for link in links]
    same = list(dict.fromkeys(address for address in addresses if profile_of(address)))
    return [{"@type": "Organization", "description": title, "sameAs": same}] if same else []


def pairs(data: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Questions with their answers in `FAQPage` and `QAPage` objects."""
    found: list[tuple[str, str]] = []
    for item in data:
        if {"FAQPage", "QAPage"} & set(_names(item.get("@type"))):
            for asked in _list(item.get("mainEntity")):
                answer = next(
                    (a for key in ("acceptedAnswer", "suggestedAnswer") for a in _list(asked.get(key))), {}
                )
                question = _plain(asked.get("name") or asked.get("text"))
                text = _plain(answer.get("text"))
                if question and text:
                    found.append((question, text))
    return found[:_PAIRS]


def _parsed(text: str) -> Any:
    text = re.sub(r"^\s*(?://)?\s*<!(?:\[CDATA\[|--)|(?://)?\s*(?:\]\]|--)>\s*;?\s*$", "", text)
    try:
        value = json.loads(text, strict=False, parse_constant=lambda _: None)
    except (ValueError, RecursionError):
        return None
    return _bounded(value, 0)


def _bounded(value: Any, depth: int) -> Any:
    """`value` with clean texts, no deeper than a page needs, without numbers that a database refuses."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return {clean(str(key))[:200]: _bounded(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_bounded(item, depth + 1) for item in value]
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and not -1e15 < value < 1e15:
        return None
    return value


def _names(value: Any) -> list[str]:
    return [str(name).rpartition("/")[2] for name in (value if isinstance(value, list) else [value])]


def _list(value: Any) -> list[dict[str, Any]]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]


def _plain(value: Any) -> str:
    """Text of a value that may hold markup."""
    if not isinstance(value, str):
        return ""
    if "<" in value:
        body = LexborHTMLParser(value[:20_000]).body
        value = body.text(separator=" ") if body is not None else ""
    return line(value)[:5_000]

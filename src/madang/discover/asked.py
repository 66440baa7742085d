"""What an address asks of the feed, and the address of what is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from madang.discover.types import (
    KINDS,
    LANGUAGES,
    LONGEST_TEXT,
    MOST_TAGS,
    ORDERS,
    RATINGS,
    Order,
    Wanted,
    folded_tags,
)
from madang.kernel.errors import BadInput, TooLarge

LONGEST_TAG = 100


def wanted_by(query: QueryParams) -> Wanted:
    """Reads an address. Raises TooLarge for an endless text or filter, BadInput for what does not exist.

    Tags: `any`, `all`, `none`, each repeated or with commas; the page's own form sends `tag` and `match`.
    """
    text = " ".join(query.get("q", "").split())
    if len(text) > LONGEST_TEXT:
        raise TooLarge("Please search with at most {count} characters.", count=LONGEST_TEXT)
    chosen = _tags(query, "tag")
    every = query.get("match") == "all"
    order: Order = next((one for one in ORDERS if one == query.get("order")), ORDERS[0])
    _known(query, "order", ORDERS)
    return Wanted(
        text=text,
        order=order,
        kind=_known(query, "kind", KINDS),
        language=_known(query, "language", LANGUAGES),
        rating=_known(query, "rating", RATINGS),
        any=_few((*_tags(query, "any"), *(() if every else chosen))),
        all=_few((*_tags(query, "all"), *(chosen if every else ()))),
        none=_few(_tags(query, "none")),
    )


def number(query: QueryParams, name: str, least: int, most: int, default: int) -> int:
    """A whole number of the address. Raises BadInput for anything else."""
    text = query.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise BadInput("{name} has to be a number from {least} to {most}.", name=name, least=least, most=most)
    return int(text)


def address(wanted: Wanted, page: int = 1, path: str = "/", **changes: Any) -> str:
    """The shortest address that asks for `wanted`, with `changes` of its fields, at page `page`."""
    wanted = replace(wanted, **changes)
    pairs: list[tuple[str, str]] = []
    if wanted.text:
        pairs.append(("q", wanted.text))
    if wanted.order != ORDERS[0]:
        pairs.append(("order", wanted.order))
    for name in ("kind", "language", "rating"):
        if value := getattr(wanted, name):
            pairs.append((name, value))
    for name in ("any", "all", "none"):
        pairs.extend((name, tag) for tag in getattr(wanted, name))
    if page > 1:
        pairs.append(("page", str(page)))
    return f"{path}?{urlencode(pairs)}" if pairs else path


def _known(query: QueryParams, name: str, values: tuple[str, ...]) -> str:
    value = query.get(name, "")
    if value and value not in values:
        raise BadInput("There is no such filter.")
    return value


def _tags(query: QueryParams, name: str) -> tuple[str, ...]:
    """Folded; a comma parts two of them."""
    given = [part for value in query.getlist(name)[: MOST_TAGS + 1] for part in value[:2_000].split(",")]
    return folded_tags(tag[:LONGEST_TAG] for tag in given)


def _few(tags: tuple[str, ...]) -> tuple[str, ...]:
    if len(tags) > MOST_TAGS:
        raise TooLarge("Please filter by at most {count} tags.", count=MOST_TAGS)
    return tuple(dict.fromkeys(tags))

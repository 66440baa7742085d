"""What a row says of so many of its thing: bands of numbers, prices for several, the least that is sold."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from madang.knowledge.facts.additions import adds
from madang.knowledge.facts.ask.alike import otherwise
from madang.knowledge.facts.ask.labels import BRACKETS, aside, labelled, numbered
from madang.knowledge.facts.ask.menu import NO_COUNT, Wanted, is_for_each, pieces
from madang.knowledge.facts.columns import kind_of, says_for_whom
from madang.knowledge.facts.numerals import money_in, plain_number
from madang.knowledge.facts.types import Business, Fact, Item
from madang.knowledge.lexicon import stem
from madang.knowledge.rows import CELL

_BAND = re.compile(
    r"(?P<from>\d{1,5})\s?(?:[-–~]|to)\s?(?P<to>\d{1,5})|(?P<more>\d{1,5})\s?(?:\+|(?:or|and) (?:more|over|above|up)|이상)|(?:under|up to|<|below)\s?(?P<under>\d{1,5})|(?P<one>each|single|1)",
    re.IGNORECASE,
)
_PIECES = re.compile(
    r"\s*\b(?:units?|pcs|pieces?|items?|copies|off|qty)\b|\s*(?:개|부|장|매|권)(?![가-힣])", re.IGNORECASE
)
_MANY = 10**6
_BUNDLE = re.compile(
    r"\b(?:block|course|pack|bundle|term|series|carnet|book|multi\w*)s?\b|\bof [2-9]\d*\b|\b(?:[2-9]|[1-9]\d+)[\s-]?(?:class(?:es)?|lessons?|sessions?|visits?|trips?|swims?|entries|games?|rides?|treatments?|times|weeks?)\b"
    r"|\bunlimited\b|\b(?:monthly|termly|annual|yearly|season (?:ticket|pass))\b|(?:[2-9]|[1-9]\d+)\s?회|회권|정기권|월\s?회비|무제한",
    re.IGNORECASE,
)
"""A column of what several cost together."""
_EXTRA = re.compile(
    r"\b(?:extra|additional|each further|second|2nd)\b(?! ?(?:beds?|cots?|towels?|nights?|days?|hours?|cleaning))|\bsharing\b|추가\s?(?:인원|1인|명|마리)",
    re.IGNORECASE,
)
_FREE = re.compile(r"free|no charge|무료", re.IGNORECASE)
_LEAST = re.compile(
    r"\b(?:min(?:imum|\.)?|least)\b[^a-z]*(?:order|qty|quantity|purchase|buy|pieces|people|persons?|guests?|group|number)|최소\s?(?:주문|구매|수량|인원)",
    re.IGNORECASE,
)
_STOCKED = re.compile(r"qty|quantity|units?|수량", re.IGNORECASE)
_GROUP = re.compile(
    r"\b(?:groups?|part(?:y|ies)|schools?)\b[^\d]{0,12}(?P<n>\d{1,3})|\b(?P<n2>\d{1,3})\s?(?:\+|or more)\s?(?:people|persons|adults|visitors|guests)\b|단체[^\d]{0,8}(?P<n3>\d{1,3})",
    re.IGNORECASE,
)


def settled(one: Wanted) -> Wanted:
    """What is wanted, where its number may be one that its name has: "10 adult swims" of "10 swims (Adult)"."""
    said = " ".join(one.said)
    if one.items and aside(one.items, said):
        return replace(one, count=NO_COUNT)
    plain = one.counted and not one.measured and all(pieces(item) == 1 for _, item in one.items)
    own = labelled(one.items, one.count, "", said) if plain and one.count else None
    if own is None:
        return _of_its_band(one)
    return replace(one, items=tuple(own[0]), count=1) if own[1] else replace(one, count=NO_COUNT)


def _of_its_band(one: Wanted) -> Wanted:
    """What is wanted, of prices for bands of numbers ("1-9", "10-49", "50+") that of the band which its number
    is in; no price is known where they may be ages."""
    bands = [_band(item.variant) for _, item in one.items]
    known = [band for band in bands if band is not None]
    if not one.counted or len(known) < 2 or len(known) < len(bands):
        return one
    own = tuple(
        pair for pair, band in zip(one.items, bands, strict=True) if band and band[0] <= one.count <= band[1]
    )
    aged = min(first for first, _ in known) != 1 or any(map(is_for_each, one.items)) or one.people
    return replace(one, items=own) if len(own) == 1 and not aged else replace(one, count=NO_COUNT)


def _band(label: str) -> tuple[int, int] | None:
    match = _BAND.fullmatch(_PIECES.sub("", label).strip())
    if match is None:
        return None
    if match["from"]:
        return int(match["from"]), int(match["to"])
    if match["more"]:
        return int(match["more"]), _MANY
    return (1, int(match["under"]) - 1) if match["under"] else (1, 1)


def counts(one: Wanted) -> bool:
    """Whether so many cost so many times as much, for all that the row says: not where it has a price for several
    of them together, another for each further one, or sells no fewer."""
    fact, item = one.items[0]
    for cell in fact.said.split(CELL)[1:]:
        column, colon, value = cell.partition(": ")
        if not colon or one.measured or (item.variant and item.variant in column):
            continue
        number = re.fullmatch(r"\D{0,12}?(\d{1,4})\D{0,12}", value.strip())
        if number and _LEAST.search(column) and int(number[1]) > one.count:
            return False
        if item.variant and _FREE.fullmatch(value.strip()) and says_for_whom(column) and not _named(one):
            return False  # which of them it is for was not said
        if one.count > 1 and (_in_stock(column, value, item) or _for_more(column, value, one)):
            return False
    return True


def _named(one: Wanted) -> bool:
    """Whether the words for it say which of its prices is meant."""
    said = {stem(word) for word in re.findall("[a-z]+|[가-힣]+", " ".join(one.said).lower())}
    label = one.items[0][1].variant
    labels = [label, *otherwise(label)]
    return any(said & {stem(word) for word in re.findall("[a-z]+|[가-힣]+", each.lower())} for each in labels)


def _in_stock(column: str, value: str, item: Item) -> bool:
    """Whether a number may be how many there are, or how many are sold together."""
    return bool(_STOCKED.fullmatch(column.strip())) and f"{column}: {value}" in item.name


def _for_more(column: str, value: str, one: Wanted) -> bool:
    """Whether a cell is the price of several together, or of each further one."""
    priced = any(True for _ in money_in(value)) or (
        kind_of(column) is None and plain_number(value) is not None
    )
    return priced and bool(_EXTRA.search(column) or (_BUNDLE.search(column) and not one.people))


def for_several(business: Business, wanted: Sequence[Wanted]) -> list[Fact]:
    """The rows of the same lists with a price for some of what is wanted together: "2 adults", "Group of 10+",
    "5 shirts"."""
    lists = {(fact.source_id, item.category) for one in wanted for fact, item in one.items}
    known = {fact.place for one in wanted for fact, _ in one.items}
    total = sum(one.count for one in wanted)
    found: dict[tuple[str, int], Fact] = {}
    for fact, item in business.items():
        if fact.place in known or (fact.source_id, item.category) not in lists or adds(item.name):
            continue
        group = _GROUP.search(item.name)
        if (group and _number(group) <= total) or any(_several(item, one) for one in wanted):
            found.setdefault(fact.place, fact)
    return list(found.values())


def _number(group: re.Match[str]) -> int:
    return int(next(found for found in group.groups() if found))


def _several(item: Item, one: Wanted) -> bool:
    """Whether an item is some of what is wanted, no more of it than is wanted."""
    own = {stem(word) for _, each in one.items for word in re.findall("[a-z]+|[가-힣]+", each.name.lower())}
    return any(
        word in own and any(1 < number <= one.count for number in numbers)
        for word, numbers in numbered(BRACKETS.sub(" ", item.name)).items()
    )

"""What its own list says of a price beside it: discounts from so many on, and that VAT comes to it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from madang.knowledge.facts.said_discounts import least_of
from madang.knowledge.facts.said_tax import ADDED, KEYS
from madang.knowledge.facts.types import Business, Fact, Item, Policy


def discounts(business: Business, chosen: Sequence[tuple[Fact, Item, int]]) -> list[Fact]:
    """The places that say so; `chosen`: what is bought, and how many of each."""
    found = []
    for fact in business.facts:
        if not isinstance(fact.value, Policy) or (least := least_of(fact.value.text)) is None:
            continue
        number, amount = least
        of = [(item, count) for bought, item, count in chosen if _in_one_list(business, fact, bought)]
        total = sum((Decimal(count) * (item.amount or 0) for item, count in of), Decimal(0))
        if of and (total >= amount if amount is not None else sum(count for _, count in of) >= number):
            found.append(fact)
    return found


def tax(business: Business, bought: Sequence[Fact]) -> tuple[bool, list[Fact]]:
    """Whether VAT comes to one of the prices, and the lines that say so, where their rows do not."""
    said = [
        fact
        for fact in business.facts
        if isinstance(fact.value, Policy)
        and fact.value.key in KEYS
        and any(_in_one_list(business, fact, one) for one in bought)
    ]
    own = any(ADDED.search(line) for one in bought for line in (one.said, *_headings(business, one)))
    return own or bool(said), [] if own else said[:1]


def _headings(business: Business, bought: Fact) -> list[str]:
    """What a row stands under: "Price list (ex VAT)"."""
    passage = business.passages.get(bought.passage_id)
    return passage.headings if passage is not None else []


def _in_one_list(business: Business, said: Fact, bought: Fact) -> bool:
    """Whether a line stands in the source of a row, under no other heading."""
    note, row = (business.passages.get(fact.passage_id) for fact in (said, bought))
    if note is None or row is None or said.source_id != bought.source_id:
        return False
    return row.headings[: len(note.headings)] == note.headings

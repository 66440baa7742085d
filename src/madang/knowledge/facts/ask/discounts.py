"""Which discounts may be of what was added up: those that its own list gives from so many on."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from madang.knowledge.facts.said_discounts import least_of
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


def _in_one_list(business: Business, said: Fact, bought: Fact) -> bool:
    """Whether a line stands in the source of a row, under no other heading."""
    note, row = (business.passages.get(fact.passage_id) for fact in (said, bought))
    if note is None or row is None or said.source_id != bought.source_id:
        return False
    return row.headings[: len(note.headings)] == note.headings

"""Lines of price lists that are no facts: what is the cheapest of a list is not said while one of its prices is unread."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence

from madang.knowledge.facts.additions import NOTE
from madang.knowledge.facts.columns import SENTENCE
from madang.knowledge.facts.lines import lines_of
from madang.knowledge.facts.numerals import money_in
from madang.knowledge.facts.types import Business, Fact, Item

_LINE, _ROW = 90, 400
_BARE = re.compile(r"[^\W\d_].*(?<![\d.,:])(?:\d{1,3}\.\d{2}|\d{1,3}(?:,\d{3})+)\s*$")
"""An amount at the end of a line that names no currency."""
_PER = re.compile(r"\bper\b", re.IGNORECASE)
_BESIDE = re.compile(
    r"\b(?:deposits?|fees?|charges?|delivery|minimum|service|corkage|vouchers?|discounts?|off|tax|vat|tips?|parking|refunds?|fines?|total|extra|supplements?|surcharges?)\b"
    r"|보증금|예약금|배달|최소|배송|수수료|주차|할인|이상|이하|미만|환불|위약금|콜키지|합계|총액|세금|봉사료|입금|추가|할증",
    re.IGNORECASE,
)
"""What is said of money and is no price of a thing."""


def partly_read(business: Business, items: Sequence[tuple[Fact, Item]]) -> bool:
    """Whether a passage that lists some of the items has prices that were not read."""
    known: frozenset[str] | None = business.memo.get("unread")
    if known is None:
        known = business.memo["unread"] = _partly_read(business)
    return any(fact.passage_id in known for fact, _ in items)


def _partly_read(business: Business) -> frozenset[str]:
    """The passages that list items and have prices that were not read."""
    places: dict[str, list[tuple[int, int]]] = {}
    for fact, _ in business.items():
        places.setdefault(fact.passage_id, []).append((fact.start, fact.end))
    return frozenset(
        passage_id
        for passage_id, read in places.items()
        if (passage := business.passages.get(passage_id)) is not None and _unread(passage.text, read)
    )


def _unread(text: str, places: Sequence[tuple[int, int]]) -> bool:
    for start, end, line in lines_of(text):
        if any(a < end and start < b for a, b in places) or len(line) > (_ROW if " · " in line else _LINE):
            continue
        if _BESIDE.search(line) or NOTE.search(line.rpartition(": ")[0].partition(": ")[2] or line):
            continue
        if SENTENCE.search(_PER.sub(" ", line)):
            continue
        if any(True for _ in money_in(line)) or _BARE.search(line):
            return True
    return False

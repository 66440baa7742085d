"""How much two prices differ: of two things, or of one for two days, sizes or people."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence

from madang.knowledge.facts.ask.lasting import lasting_in, lasts
from madang.knowledge.facts.ask.menu import Wanted, named_in
from madang.knowledge.facts.ask.prices import Prices
from madang.knowledge.facts.ask.result import Computed
from madang.knowledge.facts.ask.text import Left, english
from madang.knowledge.facts.ask.wanted import joined, of_each
from madang.knowledge.facts.types import Business, Fact, Item

_DIFFERENCE = re.compile(
    r"\b(?:what(?:'s| is)|how (?:much|big) is) the (?:price )?difference(?: in (?:price|cost))?\b|\bprice difference\b|\bhow much (?:more|less|extra) (?:is|does|do|are)\b"
    r"|(?:가격|요금|비용|금액)?\s?차이(?:가|는|도)?\s?(?:얼마나?|어떻게|나나요|나요|있나요|있어요|날까요|인가요|예요|에요)*|얼마나?\s?차이(?:가|는)?\s?(?:나나요|나요|있나요|있어요|날까요|인가요|예요|에요)?",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:and|or|than|the|cost|between|compared (?:to|with)|with|price|of)\b|(?:이?랑|하고|과|와|거|것|보다|비교하면|비교해서|사이|중에|은|는|가격|요금|얼마나?|나나요|나요|돼요|되나요)(?![가-힣])"
)
_WORDS = english("a an more less extra much in of difference price")


def answer(business: Business, question: str, language: str) -> Computed | None:
    """Both prices and what lies between them; None unless the question names exactly two."""
    if not _DIFFERENCE.search(question) or not business.items():
        return None
    left = Left(question)
    left.take(_DIFFERENCE)
    long = lasting_in(left, business)
    named = named_in(left, business)
    left.take(_ASKED)
    if left.unknown(_WORDS):
        return None
    items = [pair for one in named if not one.counted for pair in one.items]
    items = [pair for pair in items if not long or long & lasts(pair[1])]
    two = _of_two_things(named, long) or _of_one_row(named, items)
    return Prices(business, language).difference(two) if two else None


def _of_two_things(named: Sequence[Wanted], long: frozenset[int]) -> list[tuple[Fact, Item]]:
    things = joined(of_each(named))
    each = [[pair for pair in one.items if not long or long & lasts(pair[1])] for one in things]
    two = len(things) == 2 and all(len(items) == 1 for items in each)
    return [items[0] for items in each] if two else []


def _of_one_row(named: Sequence[Wanted], items: Sequence[tuple[Fact, Item]]) -> list[tuple[Fact, Item]]:
    """The two prices of the one row that everything named is in."""
    rows = [{fact.place for fact, _ in one.items} for one in named]
    shared = set.intersection(*rows) if rows else set()
    there = {
        item.name: (fact, item) for fact, item in items if fact.place in shared and item.amount is not None
    }
    variants = [one for one, own in zip(named, rows, strict=True) if own != shared]
    wanted = {item.variant for one in variants for _, item in one.items} if len(variants) > 1 else set()
    two = [pair for pair in there.values() if not wanted or pair[1].variant in wanted]
    return two if len(shared) == 1 and len(two) == 2 else []

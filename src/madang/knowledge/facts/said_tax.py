"""Prices to which a tax is added: "All prices exclude VAT", "(부가세 별도)". Each line is a policy, which the owner sees."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Iterator

from madang.knowledge.facts.lines import lines_of
from madang.knowledge.facts.numerals import money_in
from madang.knowledge.facts.types import Policy

ADDED = re.compile(
    r"(?:\bVAT\b|부가(?:가치)?세)(?:는|은)?\s?(?:별도|불포함|미포함|제외)|\b(?:ex|excl|plus)\.? ?VAT\b|\+ ?VAT\b|\bVAT (?:is )?(?:not included|extra|excluded|will be added)\b"
    r"|\b(?:exclud\w+|exclusive of|without|before|not includ\w+|subject to|ex) VAT\b",
    re.IGNORECASE,
)
_NOT_IN = re.compile(r"\bnot includ\w*|불포함|미포함", re.IGNORECASE)
KEYS = ("Prices without VAT", "부가세 별도")
_LONGEST = 200


_PRICES = re.compile(
    r"\bprices?\b|\ball\b|\brates?\b|\bfees?\b|가격|요금|금액|모든|전\s?메뉴|^\W*(?:부가(?:가치)?세|VAT)",
    re.IGNORECASE,
)
_INSIDE = re.compile(r"\bincl(?:ud\w*)?\b(?<!not includ)|(?<![불미])포함", re.IGNORECASE)


def _of_all(line: str) -> bool:
    """Whether a line speaks of prices in general, and of no amount, or of VAT that is in some of them."""
    return (
        bool(_PRICES.search(line))
        and not any(True for _ in money_in(line))
        and not _INSIDE.search(_NOT_IN.sub(" ", line))
    )


def tax_in(text: str) -> Iterator[tuple[Policy, int, int]]:
    """(policy, start, end) for each line, rows aside, that says that VAT comes to what it names."""
    for start, end, line in lines_of(text):
        if " · " not in line and len(line) <= _LONGEST and ADDED.search(line) and _of_all(line):
            key = KEYS[bool(re.search("[가-힣]", line))]
            yield Policy(key=key, text=line.strip()), start, end

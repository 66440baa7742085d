"""Rows of price lists that are no things of their own: what is added to a price, or comes off it, totals and notes.

"Sea view supplement", "Extra topping" and "Single occupancy discount" have prices, but nobody who asks for the
cheapest room means them, and "sea view" alone names none.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re

_REDUCTION = re.compile(
    r"\bdiscounts?\b|\boff\b(?![- ]?(?:peak|season|road|licen[cs]e|cuts?|site|menu))|\bhalf[- ]price\b|\breductions?\b|할인(?!가|율표|마트)",
    re.IGNORECASE,
)
_ADDITION = re.compile(
    r"\b(?:supplements?|supp\.|surcharges?|add[- ]?ons?|upgrades?)\b|^(?:extra |additional )?toppings?\b|\btoppings?(?: each)?$"
    r"|\b(?:extra|additional)\b(?![- ](?:large|small|long|short|virgin|hot|strong|dry|mature|spicy|special|value|fine|thick|wide|firm|soft))"
    r"|(?<![가-힣])추가|추가(?:금|요금|비)?(?![가-힣])|할증|^토핑|토핑$|업그레이드",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\W*(?:합\s?계|소\s?계|총\s?계|누\s?계|총\s?합계?|총액|공급가액?|부가세|부가가치세|세액|계|할인액|(?:grand |sub[- ]?)?totals?|vat)(?:\s?[(（][^()（）]*[)）])?\W*",
    re.IGNORECASE,
)
NOTE = re.compile(
    r"^\W*(?:(?:all|our|these) )?prices? (?:are|is|include|exclude|may|do|quoted|shown|per|in|from|subject|correct)\w*\b|^\W*(?:please )?note\b|^\W*n\.?b\b|\bexcept\b|^\*|^※|^(?:모든|전)?\s?(?:메뉴\s?)?(?:가격|요금)[은는]",
    re.IGNORECASE,
)
"""A row that says something of the others."""


def totals(name: str) -> bool:
    """Whether a row of a table adds up the others, or is the tax on them."""
    return bool(_TOTAL.fullmatch(name))


def reduces(name: str) -> bool:
    """Whether an amount comes off the price of something else."""
    return bool(_REDUCTION.search(name))


def adds(name: str) -> bool:
    """Whether an amount comes to the price of something else, or off it."""
    return bool(_ADDITION.search(name)) or reduces(name)

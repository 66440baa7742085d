"""What is less for so many, or from an amount on: "10% off six bottles or more", "6병 이상 10% 할인".

A sum does not count it in, for what else holds of it ("Mini not included") is nobody's to guess: it is quoted
beside the sum. Each is a policy, so that the owner sees it and can hide it.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from madang.knowledge.facts.lines import lines_of
from madang.knowledge.facts.numerals import ENGLISH_WORD, money_in, small_number
from madang.knowledge.facts.types import Policy

_LONGEST = 300
_LESS = re.compile(
    r"\d{1,2}\s?(?:%|퍼센트|프로)\s?(?:할인|세일|디씨|dc\b|off\b|discount\b|less\b|reduction\b)|\d\s?원\s?(?:씩\s?)?(?:할인|빼)|\b(?:discount|reduction) of \W?\d|[₩$€£]\s?\d[\d.,]*\s?off\b|\d+\s?\+\s?1\b",
    re.IGNORECASE,
)
_KOREAN = re.compile(
    r"(?<![\d,.])(?P<n>\d{1,3})\s?(?!만|천|원|%|살|세|년|월|일|시|분|km|kg|ml|g\b)[가-힣]{1,2}\s?(?:이상|부터)"
)
_ENGLISH = re.compile(
    rf"\b(?P<n>\d{{1,3}}|{ENGLISH_WORD})\s+(?:[a-z]+\s+){{0,2}}?(?:or|and)\s+(?:more|over|above|up)\b|\b(?:more than|at least|from|over)\s+(?P<n2>\d{{1,3}}|{ENGLISH_WORD})\s+(?!(?:%|percent|years?|days?|hours?|minutes?|am|pm)\b)[a-z]+",
    re.IGNORECASE,
)
_OF_IT = r"\b(?! (?:floor|half|hand|of|class|year|course|time|week|row|storey|choice)\b)(?: [a-z]+){0,3}? (?:is |are |at |for |goes )?(?:half[- ]price|free)\b"
"""Behind "second": what of it is less, and not where or when it is."""
_SECOND = re.compile(
    rf"\b(?:second|2nd){_OF_IT}|\b(?:half[- ]price|free)(?: (?:on|for))?(?: (?:the|your|a))? (?:second|2nd)\b"
    r"|\bbuy one\b[^.\n]{0,20}\b(?:one|second)\b|\bbogof?\b|\b(?:2|two) for (?:1|one|the price of)\b"
    r"|\b(?:kids?|child(?:ren)?|under[- ]\d{1,2}s?|infants?|carers?|seniors?|students?)\b(?: (?:go|eat|swim|play|stay|enter))? free (?:with|when|if)\b"
    r"|(?:두|둘|2)\s?(?:번째|째|인째)[^.\n]{0,20}(?:반값|무료|절반)",
    re.IGNORECASE,
)
_THIRD = re.compile(
    rf"\b(?:third|3rd){_OF_IT}"
    r"|\b(?:3|three) for (?:2|two)\b|\bbuy two\b[^.\n]{0,20}\bfree\b",
    re.IGNORECASE,
)
"""What is less for the second, or the third, of something."""
_FROM = re.compile(r"\s?(?:이상|부터|넘게|초과)|\s+(?:or|and)\s+(?:more|over|above|up)\b", re.IGNORECASE)
_OVER = re.compile(r"\b(?:over|above|from|at least|more than|spend(?:ing)?)\s*$", re.IGNORECASE)
_KEYS = {False: "Discount from {least}", True: "{least}부터 할인"}


def discounts_in(text: str) -> Iterator[tuple[Policy, int, int]]:
    """(policy, start, end) for each line that says from how many, or from what amount on, something is less."""
    for start, end, line in lines_of(text):
        row = " · " in line  # what stands there is said of one thing
        if not row and len(line) <= _LONGEST and (least := least_of(line)) is not None:
            number, amount = least
            key = _KEYS[bool(re.search("[가-힣]", line))].format(least=number or f"{amount:,f}")
            yield Policy(key=key, text=line.strip()), start, end


def least_of(line: str) -> tuple[int, Decimal | None] | None:
    """(how many, from what amount) is the least for which a line gives a discount; 0 or None for what it does
    not name. None for a line that gives none."""
    if _SECOND.search(line):
        return 2, None
    if _THIRD.search(line):
        return 3, None
    if not _LESS.search(line):
        return None
    for money in money_in(line):
        if _FROM.match(line, money.end) or _OVER.search(line[: money.start]):
            return 0, money.amount
    match = _KOREAN.search(line) or _ENGLISH.search(line)
    if match is None:
        return None
    number = small_number(next(found for found in match.groups() if found))
    return (number, None) if number > 1 else None

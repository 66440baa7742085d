"""The last order and the last entry of a day: the words that say so, and how long before closing they are."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from typing import Literal

Last = Literal["last_order", "last_entry"]

ORDER = re.compile(
    r"\blast (?:orders?|call)(?: (?:is|are))?(?: taken)?\b|라스트\s?오더|마지막\s?주문|주문\s?마감|\bL\.?O\.?(?![a-z])",
    re.IGNORECASE,
)
_MAY = r"(?:\s?(?:가능|하실|하셔야|할|해)\S*)?(?:\s?(?:수\s?있|합)\S*)?"
ENTRY = re.compile(
    r"\b(?:last|final|latest) (?:entry|entries|entrance|admissions?)(?: times?)?\b|\b(?:entry|admission)s? (?:closes|ends|stops)\b"
    rf"|(?:마지막|최종)\s?입장(?:\s?(?:시간|마감))?|(?:입장|매표|발권)(?:\s?(?:마감|종료))(?:\s?시간)?|입장(?:은|이)?(?=\s?(?:폐장|폐관|종료|마감|관람|영업|운영)\S*\s?(?:\d|한))|(?<=까지)(?:만)?\s?입장{_MAY}",
    re.IGNORECASE,
)
LAST = re.compile(f"{ORDER.pattern}|{ENTRY.pattern}", re.IGNORECASE)
BEFORE = re.compile(
    r"(?:(?P<half>\bhalf an hour)|(?P<hour>\b(?:an|one) hour)|\b(?P<n>\d{1,3}) ?(?:(?P<h>hours?)|min(?:ute)?s?\b\.?)) (?:before|prior to) (?:we close|(?:the )?clos(?:ing|e)(?: time)?)\b"
    rf"|(?:(?:영업|운영|관람|입장(?:은|이)?)\s?)?(?:마감|종료|폐점|폐장|폐관|문\s?닫기)(?:\s?시간)?\s?(?:(?P<kn>\d{{1,3}})\s?(?:(?P<kh>시간)|분)|(?P<khour>한\s?시간))\s?전(?:까지)?(?:\s?입장{_MAY})?",
    re.IGNORECASE,
)
"""How long before closing something is."""


def kind_of(text: str) -> Last | None:
    """Which of them a clause speaks of; None where it speaks of both, or of neither."""
    order, entry = bool(ORDER.search(text)), bool(ENTRY.search(text))
    if order == entry:
        return None
    return "last_order" if order else "last_entry"


def minutes(before: re.Match[str]) -> int:
    """What a match of `BEFORE` says, in minutes."""
    if before["half"]:
        return 30
    if before["hour"] or before["khour"]:
        return 60
    return int(before["n"] or before["kn"]) * (60 if before["h"] or before["kh"] else 1)

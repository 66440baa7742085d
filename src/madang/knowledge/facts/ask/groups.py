# ruff: noqa: SIM905 - word lists are read and edited as text
"""The groups in which lists put what is sold ("Category: Sandwich", "## Drinks"), named in a question."""

from __future__ import annotations

import re

from madang.knowledge.facts.ask.text import Left
from madang.knowledge.facts.extract import normal
from madang.knowledge.facts.types import Business, Fact, Item

_PARTS = re.compile(r"\s*(?:[/,·&|+()]|\band\b|(?<=\s)및(?=\s))\s*", re.IGNORECASE)
_GENERAL = frozenset(
    "fee menu menus item items food foods dish dishes product products price prices list other others all"
    " 메뉴 메뉴판 음식 요리 상품 제품 가격 가격표 품목 기타 전체 종류 판매"
    " delivery shipping parking deposit reservation reservations booking 배달 배송 주차 예약금 예약".split()
)
"""Words that name no group of what is sold: everything is one, or a service with a fee."""
_AFTER = r"(?:은|는|이|가|을|를|도|만|중|중에|중에서|류|종류|들|요|랑|이나|나)*(?![가-힣])"


def group_in(left: Left, business: Business) -> frozenset[str]:
    """The groups, as items have them, that the question names by one word; taken out of `left`."""
    named: dict[str, set[str]] = {}
    for _, item in business.items():
        for part in _PARTS.split(item.category):
            if part.lower() not in _GENERAL and re.search(r"[^\W\d_]", part):
                named.setdefault(part.lower(), set()).add(item.category)
    for part in sorted(named, key=len, reverse=True):
        if left.took(_pattern(part)):
            return frozenset(
                category
                for other, found in named.items()
                if _one(other) == _one(part) or other.endswith(f" {part}")  # "veg mains" are mains
                for category in found
            )
    return frozenset()


def within(items: list[tuple[Fact, Item]], group: frozenset[str]) -> list[tuple[Fact, Item]]:
    return [(fact, item) for fact, item in items if item.category in group] if group else items


def _one(part: str) -> str:
    return re.sub(r"(?:es|s)$", "", normal(part))


def _pattern(part: str) -> re.Pattern[str]:
    if re.search("[가-힣]", part):
        body = r"\s*".join(re.escape(word) for word in part.split())
        return re.compile(rf"(?<![가-힣]){body}{_AFTER}", re.IGNORECASE)
    bases = {part, re.sub("s$", "", part), re.sub("es$", "", part), re.sub("ies$", "y", part)}
    if part.endswith("y"):
        bases.add(f"{part[:-1]}ie")
    body = "|".join(r"[\s-]+".join(re.escape(word) for word in base.split()) for base in sorted(bases))
    return re.compile(rf"\b(?:{body})(?:e?s)?\b", re.IGNORECASE)

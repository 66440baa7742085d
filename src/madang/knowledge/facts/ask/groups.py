# ruff: noqa: SIM905 - word lists are read and edited as text
"""The groups in which lists put what is sold ("Category: Sandwich", "## Drinks", a column "Boat"), named in a
question."""

from __future__ import annotations

import re
from collections.abc import Sequence

from madang.knowledge.facts.ask.text import Left
from madang.knowledge.facts.bilingual import sides
from madang.knowledge.facts.extract import normal
from madang.knowledge.facts.types import Business, Fact, Item

_PARTS = re.compile(r"\s*(?:[/,·&|+()]|\band\b|(?<=\s)및(?=\s))\s*", re.IGNORECASE)
_GENERAL = frozenset(
    "fee menu menus item items food foods dish dishes product products price prices list other others all"
    " 메뉴 메뉴판 음식 요리 상품 제품 가격 가격표 품목 기타 전체 종류 판매"
    " name title names 이름 메뉴명 상품명 품명 제품명 service services 서비스"
    " delivery shipping parking deposit reservation reservations booking 배달 배송 주차 예약금 예약".split()
)
"""Words that name no group of what is sold: everything is one, or a service with a fee."""
_KINDS = tuple(
    frozenset(line.split())
    for line in """
    배 보트 boat
    음료 음료수 drink beverage
    빵 베이커리 bread
    방 객실 room
    술 주류 alcohol
    옷 의류 clothes
    책 도서 book
    꽃 flower
    커피 coffee
    케이크 cake
    디저트 후식 dessert
    샌드위치 sandwich
    자전거 bike bicycle
    안주 snack
    식사 meal
    국수 noodle
    여성 여자 여자분 여성용 woman women female lady ladies
    남성 남자 남자분 남성용 man men male gentleman gentlemen
    아동 아이 어린이 child children kid
    """.strip().splitlines()
)
"""Kinds that lists are made of, as everybody says them, in both languages."""
_AFTER = r"(?:은|는|이|가|을|를|도|만|중|중에|중에서|류|종류|들|요|랑|이나|나)*(?![가-힣])"


def group_in(left: Left, business: Business) -> frozenset[str]:
    """The groups that the question names by one word, in lower case; taken out of `left`."""
    named = {group for fact, item in business.items() for group in groups_of(fact, item)}
    called = {name: _called_so(name, named) for group in named for name in _names(group)}
    for name in sorted(called, key=len, reverse=True):
        if left.took(_pattern(name)):
            return called[name]
    for kind in _KINDS:
        meant = [name for name in called if _one(name) in kind]
        if meant and any(left.took(_pattern(word)) for word in sorted(kind, key=len, reverse=True)):
            return frozenset(group for name in meant for group in called[name])
    return frozenset()


def groups_of(fact: Fact, item: Item) -> tuple[str, ...]:
    """The groups of an item, in lower case: those of its category, and the column that its name stands in."""
    parts = [side for part in _PARTS.split(item.category) for side in (sides(part) or (part,))]
    own = {normal(name.partition("(")[0]) for name in (item.name, *item.others)} - {""}
    for cell in fact.said.split(" · ")[:3]:
        column, colon, value = cell.partition(": ")
        if colon and normal(value.partition("(")[0]) in own:
            parts += sides(column) or (column,)
    found = [" ".join(part.lower().split()) for part in parts if re.search(r"[^\W\d_]", part)]
    return tuple(dict.fromkeys(part for part in found if part not in _GENERAL))


def within(items: Sequence[tuple[Fact, Item]], group: frozenset[str]) -> list[tuple[Fact, Item]]:
    """Those in one of the groups; all for none."""
    return [pair for pair in items if not group or group & set(groups_of(*pair))]


def _names(group: str) -> list[str]:
    """What a group is called: by its words, or by the last, which says what they are ("hot drinks")."""
    last = group.rpartition(" ")[2]
    return [group] if last == group or last in _GENERAL or len(last) < 2 else [group, last]


def _called_so(name: str, groups: set[str]) -> frozenset[str]:
    one = _one(name)
    return frozenset(group for group in groups if _one(group) == one or group.endswith(f" {name}"))


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

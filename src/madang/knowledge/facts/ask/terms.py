"""The terms that a row, or its list, has for so many: "2인 이상", "1일 30그릇", "1병 무료", "단체(10인 이상)".

So many cost so many times as much only where no such term says otherwise. What it says is not worked out: the
row is quoted instead.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from madang.knowledge.facts.ask.labels import BRACKETS
from madang.knowledge.facts.ask.menu import Wanted, pieces
from madang.knowledge.facts.columns import STOCK, kind_of
from madang.knowledge.facts.extract import normal
from madang.knowledge.facts.numerals import money_in
from madang.knowledge.facts.packs import WHOLE
from madang.knowledge.facts.types import Business, Fact, Item
from madang.knowledge.rows import CELL

_UNIT = r"(?:개월|개|그릇|인분|인|명|장|매|부|병|잔|판|팩|박스|상자|세트|마리|자루|권|포기|구|입|캔|조각|켤레|벌|대|팀|회)"
_LEAST = re.compile(
    rf"(?:최소\s?(?:주문|구매|예약)?\s?(?P<least>\d{{1,4}})\s?{_UNIT}|(?P<n>\d{{1,4}})\s?{_UNIT}\s?(?:이상|부터|↑))(?P<then>[^·()（）]{{0,20}})"
)
_BETTER = re.compile(r"\d\s?원|%|무료|할인|증정|서비스")
"""Behind "so many or more": another price for those."""
_MOST = re.compile(
    rf"(?:1일|하루|매일|1인당?|인당|한정|최대|선착순)\s?(?:최대|한정)?\s?(?P<n>\d{{1,4}})\s?{_UNIT}|(?P<n2>\d{{1,4}})\s?{_UNIT}\s?(?:한정|까지)"
)
_ONE_MORE = re.compile(r"(?<!\d)\d\s?\+\s?\d(?!\d)")
"""A price of one and another one: "1+1"."""
_SOME_FREE = re.compile(rf"\d{{1,3}}\s?{_UNIT}\s?(?:당\s?1\s?{_UNIT}\s?)?(?:무료|증정)|(?:무료|증정)\s?\d")
_FOR_SEVERAL = re.compile(rf"\s*(?:[(（]|/)\s*(?P<n>\d{{1,3}})\s?{_UNIT}(?:용|기준|세트|입)?\s*(?:[)）]|$)")
"""What a price is for, behind it: "25,000원 (6장)"."""
_PRICED_TOO = re.compile(r"\s*[(（][^()（）]*\d\s?원[^()（）]*[)）]")
_GROUP = re.compile(
    r"단체[^\d·]{0,10}(?P<n>\d{1,3})\s?(?:인|명)|(?P<n2>\d{1,3})\s?(?:인|명)\s?이상[^·]{0,6}단체"
)
_BABY = re.compile(r"애기|아기|유아|영아|베이비|갓난|\b(?:bab(?:y|ies)|infants?|toddlers?)\b", re.IGNORECASE)
_FOR_BABIES = re.compile(
    rf"{_BABY.pattern}|\d\s?개월|\d\s?(?:세|살)\s?(?:미만|이하)[^\n]{{0,12}}무료|미취학[^\n]{{0,8}}무료",
    re.IGNORECASE,
)
_WHOM = re.compile(r"어른|성인|대인|소인|어린이|아동|유아|청소년|학생|대학생|경로|가족|커플")
_PAID_FOR = re.compile(r"(?:료|비|요금|권|표|티켓|입장|이용|인|명|일|말|중|간|전|후|회|시간|가격)$")
"""What stands behind whom a ticket is for and is no thing of its own."""
_AMOUNTS = re.compile(r"\d\s?(?:원|%|percent)|%")
_OF_ALL = re.compile(
    r"(?:주말|공휴일|휴일|연휴|명절|성수기|야간|심야|[토일]요일|\d{1,2}\s?월\s?\d{1,2}\s?일|다음\s?달|내년|\d{1,2}/\d{1,2})(?:[^\n]{0,30})(?:추가|할증|가산|인상|인하|오릅니다|올립니다|변경|조정)"
)
_RISES = re.compile(r"(?:인상|인하|오릅니다|올립니다)")
_OF_EVERYTHING = re.compile(r"전\s?(?:메뉴|품목|상품|객실)|모든|전체|가격|요금|씩|※")
_RATE = re.compile(r"배달|배송|주차|택배|보증금|[:：]\s*[+\d₩]|^\s*[-*•]?\s*[^\d\n]{2,20}\s추가\s?[:：]")


def for_so_many(wanted: Sequence[Wanted]) -> list[Wanted]:
    """What is wanted, of prices for groups and for single people ("개인", "단체(20인 이상)") those of so many."""
    people = sum(one.count for one in wanted)
    found = []
    for one in wanted:
        least = [_group_of(item.variant) for _, item in one.items]
        if not any(least) or all(least):
            found.append(one)
            continue
        large = [number for number in least if number and number <= people]
        kept = tuple(
            pair
            for pair, number in zip(one.items, least, strict=True)
            if number == (max(large) if large else None)
        )
        found.append(replace(one, items=kept))
    return found


def holds(business: Business, wanted: Sequence[Wanted]) -> bool:
    """Whether the prices are those of so many, as far as the rows and their lists say terms."""
    people = sum(one.count for one in wanted)
    if len(wanted) > 1 and any(map(_named_for_whom, wanted)):
        return False
    return not any(
        _baby_beside(business, one) or (one.counted and _otherwise(business, one, people)) for one in wanted
    )


def _named_for_whom(one: Wanted) -> bool:
    """Whether only for whom it is was said, beside other things: children are no "어린이 풀장"."""
    words = re.findall("[가-힣]+", BRACKETS.sub(" ", one.items[0][1].name))
    said = re.findall("[가-힣]+", " ".join(one.said))
    return (
        len(words) > 1
        and said == words[:1]
        and bool(_WHOM.fullmatch(words[0]))
        and bool(not _PAID_FOR.search(words[1]))
    )


def changes(business: Business, fact: Fact) -> bool:
    """Whether its list says that all its prices are others on some days, or will be: "주말은 2,000원씩 추가됩니다",
    "12월 1일부터 전 메뉴 1,000원 인상합니다"."""
    known: dict[str, bool] = business.memo.setdefault("changes", {})
    if fact.source_id not in known:
        known[fact.source_id] = any(
            _changes(line)
            for passage in business.passages.values()
            if passage.source_id == fact.source_id
            for line in passage.text.split("\n")
        )
    return known[fact.source_id]


def _changes(line: str) -> bool:
    if not (_AMOUNTS.search(line) and _OF_ALL.search(line)) or _RATE.search(line) or CELL in line:
        return False
    return bool(_OF_EVERYTHING.search(line) or _RISES.search(line))


def _otherwise(business: Business, one: Wanted, people: int) -> bool:
    """Whether so many of it have terms of their own."""
    fact, item = one.items[0]
    return (
        any(_told_otherwise(cell, item, one) for cell in _own_cells(business, fact, item))
        or _in_bundles(business, one)
        or _in_a_group(business, one, people)
    )


def _told_otherwise(cell: str, item: Item, one: Wanted) -> bool:
    """Whether a cell, or a line, has terms for so many."""
    column, colon, value = cell.partition(": ")
    if colon and kind_of(column) == STOCK and re.fullmatch(r"\d{1,5}", value.strip()):
        return not one.measured and int(value) < one.count
    if _ONE_MORE.search(cell) or _SOME_FREE.search(cell):
        return True
    for least in _LEAST.finditer(cell):
        number, better = int(least["least"] or least["n"]), bool(_BETTER.search(least["then"]))
        if (number <= one.count) is better:
            return True
    if any(int(most["n"] or most["n2"]) < one.count for most in _MOST.finditer(cell)):
        return True
    ends = [money.end for money in money_in(cell) if money.amount == item.amount]
    behind = cell[ends[-1] :] if ends else ""
    several = _FOR_SEVERAL.match(behind)
    if several is not None and int(several["n"]) > 1 and not WHOLE.search(" ".join(one.said)):
        return True
    return one.count > 1 and bool(_PRICED_TOO.match(behind))


def _own_cells(business: Business, fact: Fact, item: Item) -> list[str]:
    """The cells of a row without those of its other prices."""
    others = {
        normal(other.variant)
        for there, other in business.items()
        if there.place == fact.place and other.variant and other.variant != item.variant
    }
    cells = fact.said.split(CELL)
    if not others:
        return cells
    return [cell for cell in cells if normal(cell.partition(": ")[0]) not in others]


def _in_bundles(business: Business, one: Wanted) -> bool:
    """Whether no more of it than is wanted is sold together for another price: "도넛 6개 세트"."""
    fact, item = one.items[0]
    if pieces(item) > 1:
        return False
    bare = normal(item.name)
    return bool(re.search("[가-힣]", bare)) and any(
        there.source_id == fact.source_id
        and there.place != fact.place
        and 1 < pieces(other) <= one.count
        and re.fullmatch(rf"{re.escape(bare)}\d+{_UNIT}?(?:세트|묶음|박스)?", normal(other.name)) is not None
        for there, other in business.items()
    )


def _in_a_group(business: Business, one: Wanted, people: int) -> bool:
    """Whether so many people are a group, for whom the same source has another price."""
    fact, item = one.items[0]
    if not (one.people or one.count > 1) or "단체" in f"{item.name} {item.variant}":
        return False
    return any(
        there.source_id == fact.source_id
        and not other.variant
        and (number := _group_of(other.name)) is not None
        and number <= people
        for there, other in business.items()
    )


def _group_of(name: str) -> int | None:
    """From how many people on a price is one of groups."""
    match = _GROUP.search(name)
    return int(match["n"] or match["n2"]) if match is not None else None


def _baby_beside(business: Business, one: Wanted) -> bool:
    """Whether a baby is asked for by the name of a child's price where the source says something of babies."""
    if not _BABY.search(" ".join(one.said)):
        return False
    names = [name for _, item in one.items for name in (item.name, *item.others)]
    sources = {fact.source_id for fact, _ in one.items}
    return not any(map(_BABY.search, names)) and any(
        _FOR_BABIES.search(passage.text)
        for passage in business.passages.values()
        if passage.source_id in sources
    )

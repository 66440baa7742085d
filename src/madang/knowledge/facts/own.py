"""What the owner wrote into the form: JSON in the original of one source, and lines in its passages.

So an owner's fact is quoted and opened like any other, words find it too, and reading the source again or a
restored backup brings it back.
"""

# ruff: noqa: E501 - tables are read whole

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from madang.kernel.errors import Unreadable
from madang.knowledge.facts import holiday
from madang.knowledge.facts.clocks import shown
from madang.knowledge.facts.extract import made
from madang.knowledge.facts.json_ld import priced
from madang.knowledge.facts.types import Dates, Fact, Holiday, Item, OwnException, OwnFacts, Rule, Value
from madang.knowledge.split import LONGEST, Piece
from madang.knowledge.types import Passage

ORIGIN = "facts:"
"""No file, address or typed text has this origin: their names hold no colon, or begin with another word."""
MEDIA_TYPE = "text/x-madang-facts"
TITLES = {"en": "Facts from the house", "ko": "매장에서 적은 정보"}
_DAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "ko": ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일"),
}
_WORDS = {
    "en": {
        "hours": "Opening hours", "days": "Other days", "items": "Menu and prices", "contact": "Contact", "closed": "closed",
        "last": "last order", "out": "sold out", "phone": "Phone", "email": "E-mail", "website": "Website", "address": "Address", "social": "Social media",
        "eve": "the day before", "after": "the day after",
    },
    "ko": {
        "hours": "영업시간", "days": "다른 날", "items": "메뉴와 가격", "contact": "연락처", "closed": "휴무",
        "last": "마지막 주문", "out": "품절", "phone": "전화", "email": "이메일", "website": "홈페이지", "address": "주소", "social": "SNS",
        "eve": "전날", "after": "다음 날",
    },
}  # fmt: skip
HOLIDAYS = {
    "seollal": ("Seollal (Lunar New Year)", "설날"), "chuseok": ("Chuseok", "추석"), "new_year": ("New Year's Day", "새해 첫날"),
    "christmas": ("Christmas Day", "성탄절"), "christmas_eve": ("Christmas Eve", "크리스마스 이브"), "new_years_eve": ("New Year's Eve", "12월 31일"),
    "boxing_day": ("Boxing Day", "박싱 데이"), "samiljeol": ("Independence Movement Day", "삼일절"), "children": ("Children's Day", "어린이날"),
    "memorial_kr": ("Memorial Day (Korea)", "현충일"), "memorial": ("Memorial Day", "메모리얼 데이"), "constitution": ("Constitution Day", "제헌절"),
    "liberation": ("Liberation Day", "광복절"), "foundation": ("National Foundation Day", "개천절"), "hangul": ("Hangul Day", "한글날"),
    "buddha": ("Buddha's Birthday", "부처님 오신 날"), "labor": ("Labour Day", "근로자의 날"), "thanksgiving": ("Thanksgiving", "추수감사절"),
    "easter": ("Easter Sunday", "부활절"), "easter_monday": ("Easter Monday", "부활절 월요일"), "good_friday": ("Good Friday", "성금요일"), "independence": ("Independence Day", "독립기념일"),
    holiday.ALL: ("Public holidays", "공휴일"),
}  # fmt: skip


def lines(own: OwnFacts, language: str) -> list[tuple[str, str, Value]]:
    """(heading, line, value) of all that was written, in order."""
    words, names = _WORDS[language], _DAYS[language]
    found: list[tuple[str, str, Value]] = []
    for one in sorted(own.hours, key=lambda one: one.day):
        spans = ", ".join(f"{shown(a)}–{shown(b)}" for a, b in one.spans) or words["closed"]
        last = f" ({words['last']} {shown(one.last_order)})" if one.last_order is not None else ""
        rule = Rule(state="open" if one.spans else "closed", days=[one.day], spans=one.spans)
        found.append((words["hours"], f"{names[one.day]}: {spans}{last}", rule))
        if one.last_order is not None:
            order = Rule(state="last_order", days=[one.day], at=one.last_order)
            found.append((words["hours"], f"{names[one.day]}: {spans}{last}", order))
    for other in own.exceptions:
        rule = Rule(state="open" if other.spans else "closed", spans=other.spans)
        rule.dates = [other.dates] if other.dates else []
        rule.holidays = [other.holiday] if other.holiday else []
        spans = ", ".join(f"{shown(a)}–{shown(b)}" for a, b in other.spans) or words["closed"]
        found.append((words["days"], f"{named(other, language)}: {spans}", rule))
    found += [(words["items"], _item(item, words), item) for item in own.items]
    found += [(words["contact"], f"{words[one.kind]}: {one.value}", one) for one in own.contacts]
    found += [(policy.key, " ".join(policy.text.split()), policy) for policy in own.policies]
    return found


def pieces(own: OwnFacts, language: str) -> list[Piece]:
    """The passages: lines of one heading together, none longer than a passage may be."""
    found: list[Piece] = []
    for heading, line, _ in lines(own, language):
        before = found[-1] if found else None
        if before is not None and line in before.text.split("\n") and before.headings == (heading,):
            continue
        if before is not None and before.headings == (heading,) and len(before.text) + len(line) < LONGEST:
            found[-1] = Piece((heading,), f"{before.text}\n{line}", None)
        else:
            found.append(Piece((heading,), line, None))
    return found


def facts(own: OwnFacts, language: str, passages: list[Passage]) -> list[Fact]:
    """The facts with their places in the passages as they stand."""
    found: list[Fact] = []
    for heading, line, value in lines(own, language):
        for passage in passages:
            at = f"\n{passage.text}\n".find(f"\n{line}\n")
            if at >= 0 and passage.headings[:1] == [heading]:
                found.append(made(value, passage, at, at + len(line), own=True))
                break
    return found


def named(one: OwnException, language: str) -> str:
    """The day of an exception in words."""
    if one.holiday is not None:
        return holiday_name(one.holiday, language)
    return date_name(one.dates) if one.dates is not None else ""


def holiday_name(one: Holiday, language: str) -> str:
    pair = HOLIDAYS.get(one.key, (one.key, one.key))
    words, name = _WORDS[language], pair[1 if language == "ko" else 0]
    around = [words["eve"] if offset < 0 else words["after"] for offset in one.offsets if offset]
    inside = [name] if 0 in one.offsets or one.key == holiday.ALL else []
    around = (
        [f"{name} {text}" if language == "ko" else f"{text[4:].capitalize()} {name}" for text in around]
        if not inside
        else around
    )
    return ", ".join([*inside, *around])


def date_name(dates: Dates) -> str:
    """`2026-12-25`, `12-25`, `2026-12-24 – 2026-12-26`."""
    first = f"{dates.month:02d}-{dates.day:02d}"
    first = f"{dates.year}-{first}" if dates.year else first
    if dates.to_day is None:
        return first
    last = f"{dates.to_month or dates.month:02d}-{dates.to_day:02d}"
    year = dates.to_year or dates.year
    return f"{first} – {f'{year}-' if year else ''}{last}"


def _item(item: Item, words: dict[str, str]) -> str:
    parts = [item.name, *([priced(item.amount, item.currency)] if item.amount is not None else [])]
    parts += [tag for tag in item.tags if not tag.startswith("not-")]
    parts += [text for text in (item.description, item.category if item.category != "fee" else "") if text]
    parts += [words["out"]] if item.available is False else []
    return " · ".join(" ".join(part.split()) for part in parts)


def pack(own: OwnFacts, language: str) -> bytes:
    return json.dumps(
        {"language": language, "facts": own.model_dump(mode="json")}, ensure_ascii=False, indent=1
    ).encode()


def unpack(data: bytes) -> tuple[OwnFacts, str]:
    """(facts, language). Raises Unreadable for what is no original of this kind."""
    try:
        value: dict[str, Any] = json.loads(data)
        return OwnFacts.model_validate(value["facts"]), "ko" if value["language"] == "ko" else "en"
    except (ValueError, KeyError, TypeError, ValidationError) as error:
        raise Unreadable("“{name}” cannot be read.", name="facts.json") from error

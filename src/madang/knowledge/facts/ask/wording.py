"""Days, hours and prices in words, in the language of the reply."""

# ruff: noqa: E501 - tables are read whole
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from madang.knowledge.facts.clocks import shown
from madang.knowledge.facts.schedule import Opening
from madang.web.localise import translate

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_KOREAN_DAYS = ("월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_FEE = re.compile(
    r"(?<![갈나])비$|요금$|(?<!음)료$|(?:보증|예약|예치|계약|위약|적립|벌|잔|등록|가입|회|착수|지원|선|입학)금$|금액$|가격$|값$|합계$|최소\s?주문$"
)
"""Korean names that say of themselves that they are paid."""
_WITH_UNIT = re.compile(
    r"(?P<bare>.*[가-힣])(?:\s*[:：]\s*(?P<unit>[1한]?\s?(?:개|병|인|명|판|마리|장|회|박|시간|kg|100g)당?|\d{1,3}\s?(?:분|시간|일|박|주|개월)(?:당)?|\d{1,4}\s?k?g))"
)
"""A name with what its price is for behind a colon: "답례떡: 개당"."""
_BRACKETS = re.compile(r"\s*[(（][^()（）]*[)）]$")
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def say(language: str, sentence: str, **params: object) -> str:
    return translate(language, sentence, **params)


def weekday(number: int, language: str) -> str:
    return (_KOREAN_DAYS if language == "ko" else _DAYS)[number]


def dated(day: date, today: date, language: str) -> str:
    """`today (Saturday, 28 November)`, `11월 30일 월요일`."""
    near = {today: ("today", "오늘"), today + timedelta(days=1): ("tomorrow", "내일")}.get(day)
    if language == "ko":
        plain = f"{day.month}월 {day.day}일 {_KOREAN_DAYS[day.weekday()]}"
        plain = plain if abs((day - today).days) < 300 else f"{day.year}년 {plain}"
        return f"{near[1]}({plain})" if near else plain
    plain = f"{_DAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]}"
    plain = plain if abs((day - today).days) < 300 else f"{plain} {day.year}"
    return f"{near[0]} ({plain})" if near else f"on {plain}"


def hours(spans: Iterable[Opening], language: str) -> str:
    """`11:30–15:00 and 17:00–21:00`."""
    dash = "~" if language == "ko" else "–"
    said = [
        say(language, "around the clock")
        if (one.opens, one.closes) == (0, 24 * 60)
        else f"{shown(one.opens)}{dash}{shown(one.closes)}"
        for one in spans
    ]
    return listed(said, language)


def listed(texts: Sequence[str], language: str) -> str:
    """`a, b and c`."""
    if language == "ko" or len(texts) < 2:
        return ", ".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def run_of_days(days: Sequence[int], language: str) -> str:
    """`Tuesday to Friday`, `월요일, 수요일`: neighbours are said together."""
    if sorted(days) == list(range(7)):
        return say(language, "every day")
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    said = []
    for run in runs:
        names = [weekday(day, language) for day in run]
        if len(run) > 2:
            said.append(f"{names[0]}~{names[-1]}" if language == "ko" else f"{names[0]} to {names[-1]}")
        else:
            said += names
    return listed(said, language)


def price(amount: Decimal, currency: str, language: str) -> str:
    """`12,000 won`, `12,000원`, `$4.50`."""
    whole = amount == amount.to_integral_value()
    number = f"{amount:,.0f}" if whole else f"{amount:,.2f}"
    if currency == "KRW":
        return f"{number}원" if language == "ko" else f"{number} won"
    if currency in _SIGNS:
        return f"{_SIGNS[currency]}{number if whole and currency == 'JPY' else f'{amount:,.2f}'}"
    return f"{number} {currency}".strip()


def costing(name: str, cost: str, language: str) -> str:
    """`Latte is £3.`, `라떼 가격은 3,000원입니다.`; what is a fee by its name has no price: `배달비는 3,000원입니다.`"""
    if language == "ko" and (part := _WITH_UNIT.fullmatch(name)) is not None:
        return say(
            language, "{item} costs {price}.", item=_topic(part["bare"]), price=f"{part['unit']} {cost}"
        )
    if language == "ko" and _FEE.search(name):
        return say(language, "{item} costs {price}.", item=_topic(name), price=cost)
    return say(language, "{item} is {price}.", item=name, price=cost)


def _topic(name: str) -> str:
    """With its particle: 은 behind a final consonant."""
    last = _BRACKETS.sub("", name)[-1:]
    closed = "가" <= last <= "힣" and bool((ord(last) - ord("가")) % 28)
    return f"{name}{'은' if closed else '는'}"


def sentence_case(text: str) -> str:
    return text[:1].upper() + text[1:]

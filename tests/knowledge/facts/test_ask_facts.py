"""Questions of customers: computed right, or left alone. The cases stand in `questions.txt`."""

# ruff: noqa: E501 - documents are read whole

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from madang.app.demos.seed import files_of
from madang.knowledge.facts.types import Business
from tests.knowledge.facts.shops import SEOUL, ask, business

HERE = Path(__file__).parent
BUNSIK = """# 부산분식

## 영업시간
영업시간 11:00~21:00 (라스트오더 20:30)
매주 월요일 휴무
공휴일 정상영업
설날, 추석 당일 휴무

## 메뉴
- 김밥 4,000원
- 떡볶이 5,000원
- 라면 4,500원
- 튀김 (품절) 6,000원
- 콜라 2,000원
- 배달비 3,000원

## 연락처
전화: 051-123-4567
주소: 부산 수영구 수영로 10
"""
ENGLISH_MENU = 'Dish,Price\nKimbap,"4,000 won"\nCola,"2,000 won"\n'
MILL_DATA = {
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": ["CafeOrCoffeeShop", "LocalBusiness"],
            "name": "Mill",
            "url": "https://mill.example",
            "telephone": "+1 212-555-0101",
            "email": "hello@mill.example",
            "address": {"@type": "PostalAddress", "streetAddress": "5 Mill Street", "addressLocality": "New York"},
            "openingHours": ["Mo-Fr 07:00-18:00"],
            "openingHoursSpecification": [
                {"@type": "OpeningHoursSpecification", "dayOfWeek": "https://schema.org/Saturday",
                 "opens": "08:00", "closes": "15:00"},
            ],
            "specialOpeningHoursSpecification": [
                {"validFrom": "2026-11-26", "validThrough": "2026-11-26"},
                {"validFrom": "2026-12-24", "validThrough": "2026-12-24", "opens": "07:00", "closes": "12:00"},
            ],
            "menu": {"@type": "Menu", "hasMenuSection": {"@type": "MenuSection", "hasMenuItem": [
                {"@type": "MenuItem", "name": "Flat white", "offers": {"price": 4.5, "priceCurrency": "USD"}},
                {"@type": "MenuItem", "name": "Carrot cake", "suitableForDiet": "https://schema.org/VeganDiet",
                 "offers": {"priceSpecification": {"price": "6.00", "priceCurrency": "USD"}}},
            ]}},
        }
    ],
}  # fmt: skip
MILL = (
    f'<html><head><title>Mill</title><script type="application/ld+json">{json.dumps(MILL_DATA)}</script></head>'
    "<body><h1>Mill</h1><p>We grind flour and coffee. Closed on Thanksgiving.</p></body></html>"
)
BAR = """# The Moon

## Opening hours
Tue-Sun 18:00-02:00. Happy hour from 18:00 to 19:00 on weekdays. Closed on Mondays.
"""
CLINIC = """# 바다의원

## 진료시간
평일 09:00 ~ 18:00, 토요일 09:00 ~ 13:00, 일요일·공휴일 휴진
접수는 진료 마감 30분 전까지 받습니다.
"""
BAKERY = "# 솔물결 베이커리\n\n## 영업시간\n\n- 수~금 08:00~19:00\n- 토·일 09:00~20:00\n- 월·화 휴무\n"
BAKERY_MENU = """메뉴,이름(영어),가격,분류,비고
소금빵,Salt bread,"3,500원",빵,채식
감자 치아바타,Potato ciabatta,"5,800원",빵,비건
순두부 크림빵,Soft tofu cream bun,"4,200원",빵,채식
햄치즈 샌드위치,Ham and cheese sandwich,"8,900원",샌드위치,
버섯 샌드위치,Mushroom sandwich,"8,500원",샌드위치,비건
아메리카노,Americano,"4,500원",음료,비건
초당 옥수수 라떼,Corn latte,"6,500원",음료,"채식, 계절 메뉴 7~9월"
감귤 에이드,Tangerine ade,"6,000원",음료,비건
"""
TORN = {
    "old.md": "# Mill\n\n## Opening hours\nMon-Fri 9:00-18:00. Sunday closed.\n\nTel: 02-111-1111\n",
    "new.md": "# Mill\n\n## Opening hours\nMon-Fri 9:00-18:00, Sun 10:00-15:00\n\nTel: 02-222-2222\n",
    "old.csv": 'Dish,Price\nRamen,"5,000 won"\nKimbap,"4,000 won"\n',
    "new.csv": 'Dish,Price\nRamen,"6,000 won"\n',
}
UNSURE = """# Shop

## Opening hours
Open Monday to Friday 9:00-18:00. In winter we close an hour earlier, at 17:00, from Monday to Friday.
"""


@cache
def shop(name: str) -> Business:
    match name:
        case "dongbaek":
            files = {path.name: path.read_bytes() for path in files_of("dongbaek")}
            return business(files, names=("Dongbaek Table",))
        case "bunsik":
            return business({"안내.md": BUNSIK, "menu.csv": ENGLISH_MENU})
        case "mill":
            return business({"page.html": MILL}, zone="America/New_York", names=("Mill",))
        case "bar":
            return business({"bar.md": BAR})
        case "clinic":
            return business({"안내.md": CLINIC})
        case "bakery":
            return business({"영업.md": BAKERY, "메뉴.csv": BAKERY_MENU})
        case "torn":
            return business(TORN)
    return business({"shop.md": UNSURE})


@dataclass(frozen=True, slots=True)
class Case:
    shop: str
    question: str
    holds: tuple[str, ...]
    holds_not: tuple[str, ...]


def cases() -> list[Case]:
    found = []
    for line in (HERE / "questions.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, question, words = (part.strip() for part in line.split("|", 2))
            parts = [part.strip() for part in words.split("&") if part.strip()]
            found.append(
                Case(
                    name,
                    question,
                    tuple(part for part in parts if not part.startswith("!")),
                    tuple(part[1:] for part in parts if part.startswith("!")),
                )
            )
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case.shop}: {case.question}")
def test_it_is_computed_right_or_left_alone(case: Case) -> None:
    found = ask(shop(case.shop), case.question)
    if not case.holds:
        assert found is None or found.kind == "told", found.text if found else ""
        return
    assert found is not None, "not computed"
    for words in case.holds:
        assert words in found.text, found.text
    for words in case.holds_not:
        assert words not in found.text, found.text
    assert found.asks or found.facts
    for fact in found.facts:
        span = shop(case.shop).span(fact)
        assert span is not None and span.text == fact.said


def test_there_are_enough_of_them() -> None:
    every = cases()
    assert len(every) >= 150
    assert sum(not case.holds for case in every) >= 50
    assert sum(any("가" <= letter <= "힣" for letter in case.question) for case in every) >= 60


def test_the_same_question_at_the_same_moment_has_the_same_answer() -> None:
    for case in cases()[:40]:
        assert ask(shop(case.shop), case.question) == ask(shop(case.shop), case.question)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ((2026, 12, 1, 11, 29), "No, we are closed at the moment."),
        ((2026, 12, 1, 11, 30), "Yes, we are open now, until 15:00."),
        ((2026, 12, 1, 14, 59), "Yes, we are open now, until 15:00."),
        ((2026, 12, 1, 15, 0), "No, we are closed at the moment."),
        ((2026, 12, 1, 17, 0), "Yes, we are open now, until 21:00."),
        ((2026, 12, 1, 21, 0), "No, we are closed at the moment."),
        ((2026, 11, 30, 12, 0), "No, we are closed at the moment."),
        ((2027, 2, 7, 12, 0), "No, we are closed at the moment."),
    ],
)
def test_now_is_the_moment_of_the_clock(moment: tuple[int, int, int, int, int], said: str) -> None:
    found = ask(shop("dongbaek"), "Are you open now?", now=datetime(*moment, tzinfo=ZoneInfo(SEOUL)))
    assert found is not None and found.text.startswith(said)


def test_the_item_spoken_of_last_is_meant() -> None:
    asked = shop("dongbaek")
    found = ask(asked, "얼마예요?", earlier=("밀면은 어떤 음식이에요?", "시원한 육수의 밀면입니다."))
    assert found is not None and "밀면 가격은 9,000원" in found.text
    again = ask(asked, "How much is it?", earlier=("Tell me about the grilled mackerel",))
    assert again is not None and "13,000 won" in again.text
    several = ask(asked, "얼마예요?", earlier=("밀면이랑 해물파전 있어요?",))
    assert several is not None and several.asks and "밀면" in several.text and "해물파전" in several.text


@pytest.mark.parametrize(
    ("question", "holds", "never"),
    [
        ("Which sandwiches are under $9?", "Mushroom sandwich ($8.50)", "Americano"),
        ("What is your cheapest drink?", "Americano ($4.50)", "sandwich"),
        ("Do you have any pastries?", "Croissant ($4.00)", "Americano"),
        ("What is the most expensive sandwich?", "Ham sandwich ($9.50)", "Croissant"),
        ("Any vegan drinks?", "Americano", "sandwich"),
    ],
)
def test_a_group_is_named_in_one_or_many(question: str, holds: str, never: str) -> None:
    menu = (
        "Item,Category,Price,Diet\nHam sandwich,Sandwiches,$9.50,\nMushroom sandwich,Sandwiches,$8.50,Vegan\n"
        "Americano,Drinks,$4.50,Vegan\nLatte,Drinks,$5.50,\nCroissant,Pastry,$4.00,\n"
    )
    found = ask(business({"menu.csv": menu}), question)
    assert found is not None and holds in found.text and never not in found.text, found


def test_the_cheapest_of_a_group_is_not_told_where_an_item_has_no_group() -> None:
    menu = "Item,Category,Price\nAmericano,Drinks,$4.50\nLatte,Drinks,$5.50\nTea,,$3.00\n"
    assert ask(business({"menu.csv": menu}), "What is your cheapest drink?") is None

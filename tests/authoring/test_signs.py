"""What a document is a sign of: a business or a guide, whose, and in which language it is."""

from __future__ import annotations

import pytest

from madang.authoring import drafts, signs
from tests.authoring.fakes import passage

PRICES = """Boat: Rowing boat · 보트: 노 젓는 배 · 60 min 60분: ₩25,000
Boat: Swan pedal boat · 보트: 백조 페달보트 · 60 min 60분: ₩32,000
Boat: Paddle board · 보트: 패들보드 · 60 min 60분: ₩18,000
Prices are per boat, not per person. Life jackets are included.
요금은 배 한 척 기준이며 구명조끼가 포함되어 있습니다."""


def test_a_price_list_in_two_languages_is_a_business_of_its_title_s() -> None:
    pages = [passage(PRICES, "Mulbit Landing 물빛나루 · Price list 가격표 2026", "Boats 보트 대여")]
    made = drafts.from_passages("Mulbit Landing – Prices 2026", pages)
    assert (made.kind, made.language, made.name) == ("business", "en", "Mulbit Landing")
    assert drafts.questions_in(pages, made.name, "en")[2] == ["What should I know about Boats?"]
    assert made.tagline == "Answers about Mulbit Landing from its documents."
    korean = drafts.from_passages("물빛나루 – 가격표 2026", pages)
    assert (korean.kind, korean.language, korean.name) == ("business", "ko", "물빛나루")
    assert drafts.questions_in(pages, korean.name, "ko")[2] == ["보트 대여에 대해 알려 주세요."]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Menu\nSoup 9,000 won\nTea 4,000 won\nRice 1,000 won", "business"),
        ("Opening hours\nMonday: 10:00–18:00\nTuesday: closed\nCall 033-555-0142.", "business"),
        ("Find us: 41 Hosu-ro, Chuncheon. Phone 033-555-0142. The car park has 60 spaces.", "business"),
        ("운영 시간: 월·수·목 10:00~18:00. 주소는 춘천시 신북읍 호수로 41입니다.", "business"),
        ("A deposit of ₩20,000 is held. Less than 24 hours before it nothing is refunded.", "business"),
        ("A lake is a body of water. In 2019 it had 60 islands, and 3 to 5 of them were large.", "guide"),
        ("# Holidays\nEveryone has 25 days.\nHow do I report an illness? Call your lead.", "guide"),
        ("In 2020 a ticket cost $4, in 2021 $5 and in 2022 $6; the fleet grew.", "guide"),
    ],
)
def test_signs_of_a_business(text: str, kind: str) -> None:
    assert signs.kind_of_document(text, "Paper") == kind


@pytest.mark.parametrize(
    ("text", "title", "language"),
    [
        ("Rooms are quiet.", "객실", "en"),
        ("방은 조용합니다.", "Rooms", "ko"),
        ("이름: 아메리카노 · English name: Americano · 가격: 4,500원\n포장하실 수 있습니다.", "Moon", "ko"),
        ("Bulgogi 불고기 12,000 won\nBibimbap 비빔밥 9,000 won", "Seoul House menu", "en"),
        ("", "물빛나루", "ko"),
        ("₩ 1,000", "", "en"),
    ],
)
def test_the_language_of_most_of_it(text: str, title: str, language: str) -> None:
    assert signs.language_of_document(text, title) == language


@pytest.mark.parametrize(
    ("title", "house"),
    [
        ("Mulbit Landing – Prices 2026", "Mulbit Landing"),
        ("Menu | Sea Inn", "Sea Inn"),
        ("물빛나루 · 가격표", "물빛나루"),
        ("Price list 2026", "Price list 2026"),
        ("Sea Inn – Busan", "Sea Inn – Busan"),
        ("Menu - Prices", "Menu - Prices"),
        ("느린달 가격표 2026 11", "느린달"),
        ("느린달 양조장 이용 약관 / House policies", "느린달 양조장"),
        ("2026년 11월 느린달 메뉴판 최종", "느린달"),
        ("Sea Inn price list (2026)", "Sea Inn"),
        ("가격표 2026 11", "가격표 2026 11"),
        ("Lunch menu", "Lunch menu"),
        ("점심 메뉴", "점심 메뉴"),
        ("Happy Hours", "Happy Hours"),
        ("대가", "대가"),
    ],
)
def test_whose_it_is(title: str, house: str) -> None:
    assert signs.house_of(title) == house


@pytest.mark.parametrize(
    ("heading", "text", "asked"),
    [
        ("Opening hours", "We are opening at nine.", "When are you open?"),
        ("Paddle board", "A paddle board.", "paddle board"),
        ("Paddle board", "For one person.", "Paddle board"),
        ("Uiam lake", "It is deep.", "Uiam lake"),
        ("Dock Café 나루 카페", "Coffee.", "Dock Café"),
        ("Boats", "Our boats are new.", "Boats"),
    ],
)
def test_names_keep_their_capitals(heading: str, text: str, asked: str) -> None:
    _, topics, headings = drafts.questions_in([passage(text, heading)], "Paper", "en")
    assert [*topics, *headings] == [asked if asked.endswith("?") else f"What should I know about {asked}?"]


def test_whose_a_site_is() -> None:
    pages = ["홈 | 느린달 양조장", "오시는 길 | 느린달 양조장", "체험 | 느린달 양조장"]
    assert signs.house_told(pages) == "느린달 양조장"
    assert signs.house_told(["Menu | Sea Inn"]) == "Sea Inn"
    assert signs.house_told(["Sea Inn"]) is None and signs.house_told([]) is None

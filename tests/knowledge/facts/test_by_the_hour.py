"""Rooms by the hour: so many hours cost so many times the price of that day, where all of it is known."""

# ruff: noqa: E501 - tables are read whole
from __future__ import annotations

import pytest

from tests.knowledge.facts.shops import ask, business

ROOMS = """공간,기준인원,최대인원,주중 시간당(원),주말 시간당(원),추가인원 1인(원)
호롱룸,6,12,18000,26000,5000
등불룸,8,20,24000,35000,6000
"""
PAGE = """<html><head><title>요금</title></head><body><h1>요금</h1><h2>1. 패키지 🌙</h2>
<p>주말: 금요일 17시 이후, 토·일·공휴일. 최소 2시간부터 예약할 수 있어요.</p>
<table><tr><th>공간</th><th>패키지</th><th>주중</th><th>주말</th></tr>
<tr><td rowspan="2">호롱룸</td><td>☀️ 낮 (10~16시)</td><td>9만원</td><td>13만원</td></tr><tr><td>🌙 올나잇 (22~08시)</td><td>11만원</td><td>17만원</td></tr>
<tr><td rowspan="2">등불룸</td><td>☀️ 낮 (10~16시)</td><td>12만원</td><td>175,000원</td></tr><tr><td>🌙 올나잇 (22~08시)</td><td>15만원</td><td>23만원</td></tr></table>
<h2>🎄 연말 특별일 요금</h2><table><tr><th rowspan="2">공간</th><th colspan="2">12/24 · 12/25 · 12/31</th></tr><tr><th>시간당 (최소 4시간)</th><th>올나잇</th></tr>
<tr><td>호롱룸</td><td>36,000원</td><td>23만원</td></tr><tr><td>등불룸</td><td>45,000원</td><td>30만원</td></tr></table></body></html>"""
SHOP = business({"price.csv": ROOMS, "rooms.html": PAGE}, language="ko")


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("토요일 등불룸 3시간 8명 가면 얼마예요?", "3 × 등불룸 (주말 시간당) (35,000원) = 105,000원입니다."),
        ("호롱룸 수요일 3시간 쓰면 얼마예요?", "3 × 호롱룸 (주중 시간당) (18,000원) = 54,000원입니다."),
        ("호롱룸 토요일에 세 시간 얼마예요?", "3 × 호롱룸 (주말 시간당) (26,000원) = 78,000원입니다."),
        ("12월 24일 호롱룸 5시간 얼마예요", "5 × 연말 특별일 요금 호롱룸 (12/24·12/25·12/31 시간당 최소 4시간) (36,000원) = 180,000원입니다."),
        ("등불룸 올나잇 토요일 얼마", "패키지 등불룸 올나잇 (주말) 가격은 230,000원입니다."),
        ("호롱룸 낮 패키지 수요일 얼마예요", "패키지 호롱룸 낮 (주중) 가격은 90,000원입니다."),
    ],
)  # fmt: skip
def test_the_price_of_that_day_and_so_many_hours(question: str, reply: str) -> None:
    found = ask(SHOP, question)
    assert found is not None and found.text == reply


@pytest.mark.parametrize(
    "question",
    [
        "호롱룸 토요일 4시간 9명 얼마예요",  # three more people than it is for
        "호롱룸 토요일 1시간 얼마예요",  # less than may be booked
    ],
)
def test_what_is_not_known_of_it_is_not_computed(question: str) -> None:
    found = ask(SHOP, question)
    assert found is None or found.kind != "total"


def test_a_day_that_is_counted_in_part_has_either_price() -> None:
    found = ask(SHOP, "호롱룸 금요일 3시간 얼마예요")
    assert found is None or "78,000" in found.text


def test_a_cell_that_holds_what_parts_cells_stays_one() -> None:
    said = [fact.said for fact in SHOP.facts if "12/24" in fact.said]
    assert said and all(one.startswith("공간: ") and one.count(" · ") == 2 for one in said)


def test_a_name_is_not_written_again_for_each_of_its_prices() -> None:
    sheet = '공간,패키지,주중(원),주말(원)\n호롱룸,낮 패키지,"90,000","130,000"\n,올나잇,"110,000","170,000"\n등불룸,올나잇,"150,000","230,000"\n'
    shop = business({"packages.csv": sheet}, language="ko")
    found = ask(shop, "호롱룸 올나잇 수요일 얼마예요?")
    assert found is not None and "110,000" in found.text and "90,000" not in found.text


def test_days_of_a_car_park_are_no_things() -> None:
    shop = business({"a.md": "# 요금\n\n호롱룸 10,000원\n\n- 평일·토요일: 10분당 300원\n"}, language="ko")
    assert [item.name for _, item in shop.items()] == ["호롱룸"]


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        ("토요일 1시부터 4시까지 호롱룸 얼마예요?", "3 × 호롱룸 (주말 시간당) (26,000원) = 78,000원입니다."),
        (
            "수요일 11시부터 7시까지 8시간 호롱룸 얼마예요?",
            "8 × 호롱룸 (주중 시간당) (18,000원) = 144,000원입니다.",
        ),
    ],
)
def test_from_one_time_to_another(question: str, reply: str) -> None:
    found = ask(SHOP, question)
    assert found is not None and found.text == reply


def test_hours_by_days_of_the_week() -> None:
    rates = "Space,Mon-Thu per hour,Fri-Sun per hour,Minimum hire\nScreen 2,£65,£95,2 hours\nMezzanine Room,£18,£24,2 hours\n"
    shop = business({"hire rates.csv": rates}, zone="Europe/London")
    found = ask(shop, "screen 2 hire sunday 1-4pm how much")
    assert found is not None and found.text == "3 × Screen 2 (Fri-Sun per hour) (£95.00) = £285.00."


HIRE = """Space,Mon-Thu per hour,Fri-Sun per hour,Minimum hire
Screen 2,£65,£95,2 hours
Café bar,£70,£120,4 hours
"""


def test_the_least_hours_are_those_of_the_row() -> None:
    shop = business({"hire.csv": HIRE}, zone="Europe/London")
    found = ask(shop, "how much is screen 2 on sunday for 3 hours")
    assert found is not None and "= £285.00" in found.text
    assert ask(shop, "how much is the café bar on sunday for 3 hours") is None

"""What was found is no answer where it does not show what is asked for."""

from __future__ import annotations

import pytest

from madang.knowledge.possible import may_answer
from madang.knowledge.types import Passage, Span
from tests.knowledge.asking import asking


def possible(question: str, text: str) -> bool:
    passage = Passage(id="p", source_id="s", character_id="c", ordinal=0, title="Shop", text=text)
    return may_answer(asking(question), [Span(passage=passage, start=0, end=len(text), score=1.0)])


@pytest.mark.parametrize(
    ("question", "answers", "other"),
    [
        ("How much is a service?", "A service costs 120 pounds.", "A service is booked about a week ahead."),
        ("How much is a service?", "The first service is free.", "The service is done by Ellie."),
        ("Which days do you roast?", "We roast on Mondays and Thursdays.", "We roast until 3 days before."),
        ("무슨 요일에 볶아요?", "월요일과 목요일에 볶아요.", "3일 전까지 볶아 드려요."),
        (
            "비즈니스 영어 몇 시에 해요?",
            "비즈니스 영어는 07:20에 시작합니다.",
            "비즈니스 영어 반, 전화 02-555-0178.",
        ),
        ("How much is a tent in total?", "A family tent costs 60 pounds.", "A small tent costs 30 pounds."),
        ("어른 둘 아이 하나면 얼마예요?", "가족권(어른 둘, 아이 하나)은 20,000원", "어른은 8,000원입니다."),
        ("커트랑 염색 다 해서 얼마예요?", "커트와 염색 세트 70,000원", "커트는 20,000원입니다."),
        ("토요일 저녁에 방 자리 있어요?", "토요일은 예약이 빨리 찹니다.", "방 · 저녁: 15만원"),
        ("Are there any tables left for friday?", "Tables on Fridays must be booked.", "Friday: 10am - 4pm"),
        (
            "minimum hours for the room?",
            "The minimum for a room is two hours.",
            "A room costs 18 pounds an hour.",
        ),
        (
            "Are you taking on staff, my son is 16",
            "Staff of 16 and over may apply.",
            "Under 16s must be with an adult.",
        ),
        ("알바 구하시나요 시급 얼마예요", "알바 시급은 11,000원입니다.", "시간당 18,000원입니다."),
        ("주차 몇 대까지 돼요?", "주차는 방마다 1대입니다.", "주차는 높이 1.55m까지 됩니다."),
        (
            "How much is the party for 20 kids?",
            "The party for up to 25 children is 260.",
            "Up to 15 children: £190 a party",
        ),
        (
            "2 adults and 1 kid how much",
            "The family ticket for 2 adults and 1 kid is £24.",
            "An adult is £8, a kid £6.",
        ),
        ("몇 명까지 들어가요?", "12인까지 들어갑니다.", "7kg까지 들어갑니다."),
        (
            "is the room by the hour or the package cheaper?",
            "A package is 5 pounds cheaper than hours.",
            "Room: 35 pounds.",
        ),
        ("What time is breakfast?", "Breakfast is from 8 am.", "Breakfast is in the yard."),
    ],
)
def test_a_text_shows_what_is_asked_for(question: str, answers: str, other: str) -> None:
    assert possible(question, answers)
    assert not possible(question, other)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How much is it for adults and children?", "Adults pay 8 pounds, children 5."),
        ("What is the total area?", "The area is 300 square metres."),
        ("어른은 얼마예요?", "어른은 8,000원입니다."),
    ],
)
def test_one_price_answers_what_asks_for_no_sum(question: str, text: str) -> None:
    assert possible(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("브레이크 타임이 있나요?", "평일에는 오후 3시부터 5시까지 브레이크 타임, 쉬는 시간이 있습니다."),
        ("가족이 쓸 방 있어요?", "가족실은 방이 두 개입니다."),
        ("단체 예약은 몇 명까지 되나요?", "단체 예약: We take reservations for groups of four to twelve."),
    ],
)
def test_what_asks_for_no_free_place_needs_none(question: str, text: str) -> None:
    assert possible(question, text)

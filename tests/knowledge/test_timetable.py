"""What there is on a day of the week is its row of a table by days."""

from __future__ import annotations

import pytest

from madang.knowledge.timetable import of_its_day
from madang.knowledge.types import Found, Passage
from tests.knowledge.asking import asking

WEEK = """요일: 월 · 국: 미역국 · 메인 메뉴: 제육볶음
요일: 수 · 국: 육개장 · 메인 메뉴: 찜닭
요일: 토 · 국: 없음 · 메인 메뉴: 김밥"""
CLASSES = """Day: Monday · Class: Yoga · Teacher: Ann
Day: Tues & Thurs · Class: Pilates · Teacher: Bo"""


def found(*texts: str) -> list[Found]:
    passages = [
        Passage(
            id=str(at),
            source_id="s",
            character_id="c",
            ordinal=at,
            title="T",
            headings=["Classes" if text == CLASSES else "오늘의 메뉴"],
            text=text,
        )
        for at, text in enumerate(texts)
    ]
    return [Found(passage=passage, score=1.0) for passage in passages]


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("수요일 메뉴 뭐예요", "요일: 수"),
        ("월요일 국은 뭐예요?", "요일: 월"),
        ("What class is on Monday?", "Day: Monday"),
    ],
)
def test_the_row_of_the_day(question: str, row: str) -> None:
    span = of_its_day(asking(question), found(WEEK, CLASSES))
    assert span is not None and span.text.startswith(row)


@pytest.mark.parametrize(
    "question",
    [
        "수요일 배달 뭐 돼요?",
        "메뉴 뭐예요",
        "일요일 메뉴 뭐예요",
        "수요일이나 토요일 메뉴 뭐예요",
        "Which class is on Tuesday?",
    ],
)
def test_no_row_answers_more_than_it_says(question: str) -> None:
    assert of_its_day(asking(question), found(WEEK, CLASSES)) is None


def test_two_tables_of_days_are_not_chosen_between() -> None:
    assert of_its_day(asking("수요일 메뉴 뭐예요"), found(WEEK, WEEK)) is None

"""Days of the week, as shops write them."""

from __future__ import annotations

import pytest

from madang.knowledge.days import days_in


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("We are closed on Sunday.", {6}),
        ("Saturday 9:00 to 16:00.", {5}),
        ("Monday to Friday 9:00 to 18:00", {0, 1, 2, 3, 4}),
        ("Fri–Mon, 10 to 4", {4, 5, 6, 0}),
        ("open on weekdays", {0, 1, 2, 3, 4}),
        ("월요일부터 금요일까지", {0, 1, 2, 3, 4}),
        ("화~일 11:00-21:00", {1, 2, 3, 4, 5, 6}),
        ("매일 열어요", set(range(7))),
        ("토요일 몇 시에 닫아요?", {5}),
        ("기장 수선은 월·수·금에만 합니다.", {0, 2, 4}),
        ("수, 토에는 배달합니다", {2, 5}),
        ("토/일 10:00", {5, 6}),
        ("학원비: 월·년 단위, 공원·일터", set()),
        ("1일 이내에 환불합니다. 매월 일정이 다릅니다.", set()),
        ("The sun may shine on satin; she sat down.", set()),
    ],
)
def test_days(text: str, days: set[int]) -> None:
    assert days_in(text) == days

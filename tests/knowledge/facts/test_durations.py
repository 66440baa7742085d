"""How long something takes, in minutes, however it is said."""

from __future__ import annotations

import pytest

from madang.knowledge.facts.durations import durations_in


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30 min", [30]),
        ("half an hour", [30]),
        ("a half-hour", [30]),
        ("반 시간", [30]),
        ("30분", [30]),
        ("삼십 분", [30]),
        ("60 min", [60]),
        ("an hour", [60]),
        ("1 hour", [60]),
        ("한 시간", [60]),
        ("1시간 반", [90]),
        ("1.5 hours", [90]),
        ("an hour and a half", [90]),
        ("a 90-minute ride", [90]),
        ("two hours", [120]),
        ("half a day", []),
        ("3시 30분", []),
        ("영업시간", []),
        ("시간표", []),
    ],
)
def test_a_time_is_known_in_minutes(text: str, minutes: list[int]) -> None:
    assert [found for found, _, _ in durations_in(text)] == minutes

"""Tables of days and times under the name of a thing ("Boats") are hours; of several things, none mix."""

from __future__ import annotations

import pytest

from madang.knowledge.facts.said_hours import rules_in
from tests.knowledge.facts.shops import ask, business

BOATS = """# Lake

## Opening hours

| Day | Boats |
|---|---|
| Monday | 10:00–18:00 |
| Tuesday | closed |
| Saturday | 9:00–19:30 |
"""
BOTH = """# Lake

## Opening hours

| Day | Boats | Café |
|---|---|---|
| Monday | 10:00–18:00 | 9:00–17:00 |
| Tuesday | closed | 9:00–17:00 |
"""
KOREAN = """# 나루

## 운영 시간

| 요일 | 보트 |
|---|---|
| 월 | 10:00~18:00 |
| 화요일 | 휴무 |
"""


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        (BOATS, "Are you open on Saturday?", "09:00–19:30"),
        (BOATS, "Are you open on Tuesday?", "No, we are closed"),
        (BOATS, "Are the boats open on Monday?", "10:00–18:00"),
        (KOREAN, "월요일에 열어요?", "10:00~18:00"),
        (KOREAN, "화요일에 보트 열어요?", "쉽니다"),
    ],
)
def test_one_column_of_times_is_hours(text: str, question: str, said: str) -> None:
    found = ask(business({"a.md": text}), question)
    assert found is not None and found.kind == "day" and said in found.text, found


def test_hours_of_boats_are_not_those_of_a_cafe() -> None:
    for name in ("cafe", "café", "restaurant"):
        found = ask(business({"a.md": BOATS}), f"Is the {name} open on Saturday?")
        assert found is None or found.kind == "told"
    again = ask(business({"a.md": KOREAN}), "카페 월요일에 열어요?")
    assert again is None or again.kind == "told"


def test_hours_of_several_things_are_never_mixed() -> None:
    found = ask(business({"a.md": BOTH}), "Are you open on Monday?")
    assert found is not None and found.kind == "told"
    apart = BOATS + "\n| Day | Kiosk |\n|---|---|\n| Monday | 19:00–21:00 |\n| Tuesday | 9:00–17:00 |\n"
    for day in ("Monday", "Tuesday"):
        found = ask(business({"a.md": apart}), f"Are you open on {day}?")
        assert found is not None and found.kind == "told", found
    alike = "Day: Monday · Restaurant: 11:00-15:00 · Cafe: 15:00-18:00"
    assert [(rule.of, rule.spans) for rule, _, _ in rules_in(alike, ["Opening hours"])] == [
        ("Restaurant", [(660, 900)]),
        ("Cafe", [(900, 1080)]),
    ]


@pytest.mark.parametrize(
    "row",
    [
        "Day: Monday · Delivery: 10:00-18:00",
        "Day: Monday · Yoga class: 10:00-11:00",
        "Day: Monday · Quiet times: 10:00-11:00",
    ],
)
def test_times_of_something_else_are_no_hours(row: str) -> None:
    assert not any(rule.state == "open" for rule, _, _ in rules_in(row, ["Opening hours"]))


def test_parts_of_a_day_stay_one_day() -> None:
    row = "Day: Monday · Lunch: 11:30-14:00 · Dinner: 17:00-21:00"
    assert [rule.spans for rule, _, _ in rules_in(row, ["Opening hours"])] == [[(690, 840)], [(1020, 1260)]]


def test_away_from_hours_a_table_is_about_something_else() -> None:
    assert rules_in("Day: Monday · Sauna: 10:00-18:00", ["Wellness"]) == []


BATH = """# 목욕탕

## 영업시간

| 곳 | 월~금 | 토·일·공휴일 | 비고 |
|---|---|---|---|
| 찜질방 (3층) | 24시간 | 24시간 | 22:00 이후 무인 |
| 사우나 (1·2층) | 05:30~22:00 | 05:00~23:00 | |
| 세신실 | 07:00~19:30 | 07:00~20:30 | 접수 마감 1시간 전 |

12월 8일(화)은 쉽니다.
"""


@pytest.mark.parametrize(
    ("text", "question", "said", "never"),
    [
        (
            BATH,
            "사우나 토요일 몇 시까지 해요?",
            "23:00에 닫습니다.",
            "20:30",
        ),
        (BATH, "세신실 월요일에 열어요?", "07:00~19:30", "05:30"),
        (BATH, "찜질방 일요일 몇 시에 열어요?", "24시간", "00:00"),
        (BATH, "사우나 12월 8일에 열어요?", "쉽니다", "22:00"),
        (BOTH, "Is the café open on Tuesday?", "Café: Yes, we are open", "closed"),
        (BOTH, "Is the cafe open on Tuesday?", "Café: Yes, we are open", "closed"),
        (BOTH, "Are the boats open on Tuesday?", "Boats: No, we are closed", "17:00"),
    ],
)
def test_of_several_things_the_one_that_is_named_is_told(
    text: str, question: str, said: str, never: str
) -> None:
    found = ask(business({"a.md": text}), question)
    assert found is not None and said in found.text and never not in found.text, found


def test_without_a_name_the_hours_of_several_things_are_quoted() -> None:
    found = ask(business({"a.md": BATH}), "토요일에 열어요?")
    assert found is None or found.kind == "told"


@pytest.mark.parametrize(
    "row",
    [
        "Class: Yoga class · Monday: 10:00-11:00",
        "Route: Shuttle bus · Mon-Fri: 9:00-18:00",
        "곳: 세신실 · 월~금: 07:00~19:30 · 요금: 25,000원",
        "곳: 세신실 · 월~금: 07:00부터",
    ],
)
def test_rows_of_services_and_of_more_than_hours_give_none(row: str) -> None:
    assert not any(rule.state == "open" for rule, _, _ in rules_in(row, ["Opening hours 영업시간"]))

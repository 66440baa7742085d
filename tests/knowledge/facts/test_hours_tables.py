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
    assert {rule.state for rule, _, _ in rules_in(alike, ["Opening hours"])} == {"unclear"}


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

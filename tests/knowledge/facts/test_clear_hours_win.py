"""A clear week stays computed beside sentences that add to it, point elsewhere or name another day."""

from __future__ import annotations

import pytest

from tests.knowledge.facts.shops import ask, business

WEEK = "Mon-Fri 10:00-18:00, Sat 9:00-19:00. We are closed on Sundays."
WEEK_KO = "월~금 10:00~18:00, 토 9:00~19:00. 매주 일요일은 쉽니다."


def shop(*lines: str) -> str:
    return "# Otter Bikes\n\n## Opening hours 영업시간\n" + "\n\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("line", "time"),
    [
        ("Last order is 45 minutes before closing.", "17:15"),
        ("Last orders are half an hour before we close.", "17:30"),
        ("마지막 주문은 마감 20분 전입니다.", "17:40"),
        ("라스트오더는 영업 종료 1시간 전까지입니다.", "17:00"),
    ],
)
@pytest.mark.parametrize("week", [WEEK, WEEK_KO])
def test_a_last_order_may_be_told_from_closing(line: str, time: str, week: str) -> None:
    found = ask(business({"a.md": shop(week, line)}), "When is the last order on Monday?")
    assert found is not None and time in found.text


@pytest.mark.parametrize(
    "line",
    [
        "The last order depends on how busy the kitchen is.",
        "Please read News before you plan December. 12월 휴무 안내는 소식을 봐 주세요.",
        "On 24 December there is a party and mulled wine at 4 pm. That day we close early, at 5 pm.",
        "12월 24일에는 잔치가 있습니다. 이날은 오후 5시에 닫습니다.",
    ],
)
def test_what_names_no_day_leaves_the_week_clear(line: str) -> None:
    found = ask(business({"a.md": shop(WEEK, line)}), "Are you open on 13 December?")
    assert found is not None and found.kind == "day" and "closed" in found.text


@pytest.mark.parametrize(
    "line",
    [
        "The bakery and the café are closed from Monday 7 December to Friday 11 December 2026.",
        "빵집과 카페는 2026년 12월 7일(월)부터 12월 11일(금)까지 쉽니다.",
    ],
)
def test_a_closure_over_dates_is_understood(line: str) -> None:
    found = ask(business({"a.md": shop(WEEK, line)}), "Are you open on 9 December?")
    assert found is not None and found.kind == "day" and "closed" in found.text


def test_what_is_around_has_hours_of_its_own() -> None:
    around = "# Otter Bikes\n\n## Around us 주변 안내\n시장은 아침에 엽니다. 매달 둘째 수요일은 쉽니다.\n"
    found = ask(business({"a.md": shop(WEEK), "b.md": around}), "Are you open on 9 December?")
    assert found is not None and found.text.startswith("Yes")


def test_a_glance_at_the_hours_leaves_them_clear() -> None:
    glance = "# Otter Bikes\n\nCafé: Mon-Sat from 10:00, closed on Sundays.\n"
    found = ask(business({"a.md": shop(WEEK), "b.md": glance}), "Are you open on 9 December?")
    assert found is not None and found.text.startswith("Yes")

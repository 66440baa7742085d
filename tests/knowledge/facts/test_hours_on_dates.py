"""Holiday tables, columns of seasons, and days that begin or end at another time than usual."""

# ruff: noqa: E501 - questions are read whole
from __future__ import annotations

import pytest

from madang.knowledge.facts.said_hours import rules_in
from madang.knowledge.facts.types import Dates, Rule
from tests.knowledge.facts.shops import ask, business

SITE = """# Hire shop

## Opening hours

| | November - February | March - October |
|---|---|---|
| Monday - Wednesday, Friday | 7.30am - 5.30pm | 7.30am - 6pm |
| Thursday | 7.30am - 7pm | 7.30am - 7pm |
| Saturday | 8am - 4pm | 8am - 5pm |
| Sunday | Closed | Closed |

# Counter news

## Christmas and New Year opening

| Date | Hours |
|---|---|
| Thursday 24 December 2026 | 7.30am - 12 noon |
| Friday 25 - Monday 28 December | Closed |
| Tuesday 29 and Wednesday 30 December | 8am - 3pm |
| Friday 1 January 2027 | Closed |

## Stocktake

On Tuesday 12 January 2027 we open at 1pm. Machines due back that morning can come in by 2.30pm.

On Thursday 18 February 2027 we close at 5.30pm.

If it is stolen, tell the police and us within 24 hours. A day here is 24 hours from when you pick it up.
"""
HIRE = business({"site.md": SITE})


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What time do you close on Christmas Eve?", "We close on Thursday, 24 December at 12:00."),
        ("Are you open on 27 December?", "No, we are closed"),
        ("Are you open on 29 December?", "Yes, we are open on Tuesday, 29 December: 08:00–15:00."),
        ("Are you open on 12 January at 9am?", "13:00–17:30"),
        ("When do you open on 12 January?", "at 13:00"),
        ("What time do you close on 18 February?", "at 17:30"),
        ("Are you open on Thursday 18 February at 6:30pm?", "No"),
        ("What time do you close on 10 December?", "19:00"),
        ("What are your hours on 3 April 2027?", "08:00–17:00"),
        ("Are you open on 3 January 2027?", "No, we are closed"),
    ],
)
def test_a_day_of_the_calendar_is_computed(question: str, said: str) -> None:
    found = ask(HIRE, question)
    assert found is not None and said in found.text, found


def test_what_moves_one_end_of_a_day_is_quoted_with_the_usual_hours() -> None:
    found = ask(HIRE, "When do you open on 12 January?")
    assert found is not None
    assert next(fact.said[:22] for fact in found.facts) == "On Tuesday 12 January "
    assert len(found.facts) > 1


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (
            "On 24 December we close at 3pm.",
            Rule(state="open", dates=[Dates(month=12, day=24)], closes=15 * 60),
        ),
        (
            "12월 24일에는 오후 3시에 닫습니다.",
            Rule(state="open", dates=[Dates(month=12, day=24)], closes=15 * 60),
        ),
        (
            "12월 24일은 15:00까지만 영업합니다.",
            Rule(state="open", dates=[Dates(month=12, day=24)], closes=15 * 60),
        ),
        (
            "1월 12일에는 13:00에 문을 엽니다.",
            Rule(state="open", dates=[Dates(month=1, day=12)], opens=13 * 60),
        ),
    ],
)
def test_one_end_of_a_day_is_read(text: str, rule: Rule) -> None:
    assert [found for found, _, _ in rules_in(text, ["Opening hours 영업시간"])] == [rule]


@pytest.mark.parametrize(
    "text",
    [
        "On 24 December we close at 3.",  # in which half of the day?
        "From November to February we close at 3pm.",
        "12월 24일에는 세신실만 오후 3시에 닫습니다.",
        "On 24 December we open at 9am and close at some time in the afternoon.",
    ],
)
def test_what_is_not_wholly_understood_is_unclear(text: str) -> None:
    assert {found.state for found, _, _ in rules_in(text, ["Opening hours 영업시간"])} <= {"unclear"}


@pytest.mark.parametrize(
    "text",
    [
        "Tell us within 24 hours.",
        "A day here is 24 hours from when you pick it up.",
        "Give us 24 hours notice.",
        "Hire it for 24 hours and pay for one day.",
    ],
)
def test_so_many_hours_are_no_opening_hours(text: str) -> None:
    assert rules_in(text, ["Hire terms"]) == []


def test_open_around_the_clock_still_is() -> None:
    (rule,) = (found for found, _, _ in rules_in("We are open 24 hours a day.", ["Hours"]))
    assert (rule.state, rule.spans) == ("open", [(0, 24 * 60)])


def test_a_day_that_is_closed_in_the_week_does_not_open_at_another_time() -> None:
    shop = business(
        {
            "a.md": "# Opening hours\n\nMon-Fri 9:00-17:00. Closed on Sundays.\n\nOn 27 December we open at 1pm.\n"
        }
    )
    found = ask(shop, "Are you open on 27 December?")  # a Sunday
    assert found is None or "Yes" not in found.text


def test_two_sources_of_one_day_that_differ_are_told_both() -> None:
    shop = business({"a.md": SITE, "b.md": "# Opening hours\n\nOn 12 January 2027 we are closed.\n"})
    found = ask(shop, "Are you open on 12 January?")
    assert found is None or found.differ or found.kind == "told", found


def test_a_table_of_dates_and_hours_of_something_else_is_none_of_ours() -> None:
    table = "# Courses\n\n| Date | Hours |\n|---|---|\n| 3 May | 10:00 - 12:00 |\n| 4 May | 14:00 - 16:00 |\n"
    found = ask(business({"a.md": table}), "Are you open on 3 May?")
    assert found is None or found.kind == "told", found

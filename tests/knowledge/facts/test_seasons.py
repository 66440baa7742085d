"""Hours that hold in a part of the year: computed where its days and its words are understood, quoted with all
else that is said of hours where not; the rest of the year stays computed."""

# ruff: noqa: E501 - sentences are read whole
from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from madang.knowledge.facts.said_hours import rules_in
from madang.knowledge.facts.seasons import seasons_in
from tests.knowledge.facts.shops import MOMENT, SEOUL, ask, business

WEEK = "Mon-Fri 10:00-18:00, Sat 9:00-19:00. We are closed on Sundays."
WEEK_KO = "월~금 10:00~18:00, 토 9:00~19:00. 매주 일요일은 쉽니다."
WINTER = "From 1 December to the end of February no boats go out. The café stays open on Saturdays and Sundays from 11:00 to 17:00."
WINTER_KO = "12월 1일부터 2월 말까지는 배를 띄우지 않고, 카페만 토·일 11:00~17:00에 엽니다."
JULY = datetime(2026, 7, 1, 12, 0, tzinfo=ZoneInfo(SEOUL))


def shop(*lines: str, heading: str = "Opening hours") -> str:
    return f"# Lake\n\n## {heading}\n" + "\n\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("From 1 December to the end of February", ["12/1-2/29"]),
        ("12월 1일부터 2월 말까지는", ["12/1-2/29"]),
        ("between 1 May and 30 September", ["5/1-9/30"]),
        ("Closed from December 1, 2026 to February 28, 2027.", ["12/1-2/28"]),
        ("closed 24–26 December", ["12/24-12/26"]),
        ("Closed December 24-26", ["12/24-12/26"]),
        ("12월 24일(목)~26일(토) 휴무", ["12/24-12/26"]),
        ("from Monday 24 to Wednesday 26 December", ["12/24-12/26"]),
        ("In July and August", ["7/1-7/31 8/1-8/31"]),
        ("7, 8월은", ["7/1-7/31 8/1-8/31"]),
        ("11~2월", ["11/1-2/29"]),
        ("winter season (1 Nov – 28 Feb)", ["", "11/1-2/28"]),
        ("mid-May to early September", ["5/1-9/15?"]),
        ("November to March 10-16", ["11/1-3/31"]),
        ("In winter", ["?"]),
        ("동절기에는", ["?"]),
        ("From March we open at 8", ["?"]),
        ("10월까지", ["?"]),
        ("You may come", []),
        ("25 December", []),
        ("Closed on December 25 and January 1.", []),
        ("12월 25일 휴무", []),
        ("Mon 10-18, Sat 9-12", []),
        ("Winter Garden is here", []),
    ],
)
def test_parts_of_the_year_are_known(text: str, found: list[str]) -> None:
    assert [
        " ".join(f"{one.month}/{one.day}-{one.to_month}/{one.to_day}" for one in season.dates)
        + ("" if season.sure else "?")
        for season in seasons_in(text)
    ] == found


@pytest.mark.parametrize(
    ("lines", "heading"),
    [((WEEK, WINTER), "Opening hours"), ((WEEK_KO, WINTER_KO), "영업시간")],
)
@pytest.mark.parametrize(
    "question",
    [
        "Are you open on 5 December?",
        "Are you open on 3 February?",
        "When do you close on 29 December?",
        "12월 5일에 열어요?",
        "1월 20일 몇 시까지 해요?",
    ],
)
def test_no_day_of_a_season_is_computed_from_the_week(
    lines: tuple[str, ...], heading: str, question: str
) -> None:
    found = ask(business({"a.md": shop(*lines, heading=heading)}), question)
    assert found is not None and found.kind == "told"
    assert any("December to" in fact.said or "12월 1일부터" in fact.said for fact in found.facts)


def test_all_sentences_of_a_season_are_quoted() -> None:
    text = f"{shop(WEEK)}\n### Winter\n{WINTER}\n"
    found = ask(business({"a.md": text}), "Are you open on 5 December?")
    assert found is not None and found.kind == "told"
    assert [fact.said for fact in found.facts][-2:] == [
        "From 1 December to the end of February no boats go out.",
        "The café stays open on Saturdays and Sundays from 11:00 to 17:00.",
    ]


def test_twins_in_two_languages_are_told_in_the_reply_s() -> None:
    both = business({"en.md": shop(WEEK, WINTER), "ko.md": shop(WEEK_KO, WINTER_KO, heading="영업시간")})
    for question, word in (("Are you open on 5 December?", "boats"), ("12월 5일에 열어요?", "배를")):
        found = ask(both, question)
        assert found is not None and found.kind == "told"
        assert any(word in fact.said for fact in found.facts)
        assert len({fact.source_id for fact in found.facts}) == 1


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Are you open on 14 March?", "No, we are closed on Sunday, 14 March"),
        ("Are you open on 3 March?", "Yes, we are open on Wednesday, 3 March: 10:00–18:00"),
        ("Are you open tomorrow?", "No, we are closed tomorrow"),
        ("11월 30일에 열어요?", "네, 11월 30일 월요일에 영업합니다: 10:00~18:00"),
    ],
)
def test_days_outside_of_a_season_stay_computed(question: str, said: str) -> None:
    found = ask(business({"a.md": shop(WEEK, WINTER)}), question)
    assert found is not None and found.text.startswith(said), found


def test_the_week_is_told_with_its_season_or_left_to_it() -> None:
    lake = business({"a.md": shop(WEEK, WINTER)})
    summer = ask(lake, "What are your opening hours?", now=JULY)
    assert summer is not None and summer.kind == "week"
    assert "At other times of the year it is different" in summer.text
    assert summer.facts[0].said.startswith("From 1 December")
    near = ask(lake, "What are your opening hours?", now=MOMENT)
    assert near is not None and near.kind == "told"
    for question in ("Are you open on Saturdays?", "Which days are you closed?"):
        found = ask(lake, question, now=MOMENT)
        assert found is None or found.kind == "told"
        assert (ask(lake, question, now=JULY) or summer).kind in ("week", "days_off")


@pytest.mark.parametrize(
    ("season", "question", "said"),
    [
        ("Closed from 1 December to 28 February.", "Are you open on 5 December?", "No, we are closed"),
        ("12월 1일부터 2월 말까지 휴무입니다.", "Are you open on 5 December?", "No, we are closed"),
        ("From November to February: Mon-Fri 10:00-16:00, Sat 10:00-14:00", "Are you open on 5 December?", "Yes, we are open on Saturday, 5 December: 10:00–14:00"),
        ("From November to February: Mon-Fri 10:00-16:00, Sunday closed", "Are you open on 6 December?", "No, we are closed"),
        ("In July and August we are open from 9:00 to 20:00, Monday to Saturday.", "Are you open on 3 August?", "Yes, we are open on Tuesday, 3 August: 09:00–20:00"),
        ("동절기(11월~2월) 월~토 10:00~16:00", "12월 5일에 열어요?", "네, 12월 5일 토요일에 영업합니다: 10:00~16:00"),
        ("Closed 24–26 December.", "Are you open on 26 December?", "No, we are closed"),
        ("12월 24일(목)~26일(토) 휴무", "12월 26일에 열어요?", "아니요"),
        ("Closed on Sundays in August.", "Are you open on 3 August?", "Yes, we are open on Tuesday, 3 August: 10:00–18:00"),
    ],
)  # fmt: skip
def test_a_season_that_is_understood_is_computed(season: str, question: str, said: str) -> None:
    found = ask(business({"a.md": shop(WEEK, season)}), question)
    assert found is not None and found.text.startswith(said), found


@pytest.mark.parametrize(
    ("season", "question"),
    [
        (
            "In July and August we are open from 9:00 to 20:00.",
            "Are you open on 1 August?",
        ),  # closed on Sundays?
        ("From November to February: Mon-Fri 10:00-16:00", "Are you open on 5 December?"),  # and Saturdays?
        ("In winter we are open on Saturdays from 11:00 to 17:00.", "Are you open on 9 December?"),
        ("From 1 March we open at 8:00.", "Are you open on 3 April?"),
        ("3월 1일부터 8시에 엽니다.", "4월 3일에 열어요?"),
        ("7, 8월은 20시까지 영업합니다.", "8월 3일에 열어요?"),
        ("In July and August the last order is at 17:00.", "When is the last order on 3 August?"),
        ("Sat 11:00-17:00, Sun 11:00-16:00 from December to February", "Are you open on 5 December?"),
        ("We close earlier from mid-May to early September, at 16:00.", "Are you open on 14 September?"),
        ("Winter hours: Mon-Fri 10:00-16:00", "Are you open on 9 December?"),
        ("동절기 월~금 10:00~16:00", "12월 9일에 열어요?"),
    ],
)
def test_a_season_that_may_be_meant_keeps_the_week_from_being_computed(season: str, question: str) -> None:
    found = ask(business({"a.md": shop(WEEK, season)}), question)
    assert found is None or found.kind == "told", found


def test_a_section_of_a_season_is_about_it_alone() -> None:
    text = f"{shop(WEEK)}\n### Winter (November to March)\nMon-Fri 11:00-16:00. Closed on Saturdays and Sundays.\n"
    lake = business({"a.md": text})
    winter, spring = ask(lake, "Are you open on 2 December?"), ask(lake, "Are you open on 7 April?")
    assert winter is not None and "11:00–16:00" in winter.text
    assert spring is not None and "10:00–18:00" in spring.text
    closed = ask(lake, "Are you open on 5 December?")
    assert closed is not None and closed.text.startswith("No, we are closed")


def test_two_seasons_make_a_year() -> None:
    text = shop(
        "동절기(11월~2월) 10:00~17:00, 하절기(3월~10월) 9:00~18:00.", "매주 월요일 휴무.", heading="영업시간"
    )
    lake = business({"a.md": text})
    for question, said in (
        ("12월 5일에 열어요?", "10:00~17:00"),
        ("4월 3일에 열어요?", "09:00~18:00"),
        ("12월 7일에 열어요?", "쉽니다"),
    ):
        found = ask(lake, question)
        assert found is not None and said in found.text


def test_holidays_close_in_a_season_too() -> None:
    lake = business(
        {"a.md": shop(WEEK, "We are closed on Christmas.", "From November to February: Mon-Sat 10:00-16:00")}
    )
    christmas = ask(lake, "Are you open on Christmas?")
    assert christmas is not None and christmas.text.startswith("No, we are closed")


def test_a_holiday_of_its_own_closes_in_a_season_that_is_not_understood() -> None:
    lake = business({"a.md": shop(WEEK, "We are closed on Seollal.", WINTER)})
    seollal = ask(lake, "Are you open on Seollal?")
    assert seollal is not None and seollal.text.startswith("No, we are closed")
    open_on = business({"a.md": shop(WEEK, "We are open on public holidays.", WINTER)})
    new_year = ask(open_on, "Are you open on 1 January?")
    assert new_year is not None and new_year.kind == "told"


@pytest.mark.parametrize(
    "text",
    [
        "Every Friday from May to September at 6:40 pm, 50 minutes on the raft.",
        "From May to September, tours start at 10:00.",
        "We have roasted coffee since June 2019.",
    ],
)
def test_seasons_of_other_things_are_no_hours(text: str) -> None:
    assert rules_in(text, ["Boats"]) == []


def test_a_day_off_stays_one_beside_a_season() -> None:
    found = ask(
        business({"a.md": shop(f"Closed from 24 to 26 December. {WEEK}")}), "Are you open on 2 December?"
    )
    assert found is not None and found.text.startswith("Yes, we are open")


@pytest.mark.parametrize(
    "text",
    [
        "jan and " * 49 + "jan closed",
        "12월 1일 " * 45 + "휴무",
    ],
)
def test_more_days_than_a_rule_holds_leave_all_in_doubt(text: str) -> None:
    rules = [rule for rule, _, _ in rules_in(text, ["Opening hours"])]
    assert all(rule.state == "unclear" for rule in rules)

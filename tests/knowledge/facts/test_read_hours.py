"""Sentences about hours become rules, and what is not wholly understood becomes none."""

from __future__ import annotations

import pytest

from madang.knowledge.facts.said_hours import rules_in


def said(text: str, heading: str = "Opening hours") -> list[str]:
    """Rules in short: state, days, and what belongs to it."""
    found = []
    for rule, start, end in rules_in(text, [heading] if heading else []):
        assert text[start:end].strip()
        parts = [rule.state, "".join(map(str, rule.days))]
        parts += [f"nth{','.join(map(str, rule.nth))}"] if rule.nth else []
        parts += [f"{a // 60}:{a % 60:02}-{b // 60}:{b % 60:02}" for a, b in rule.spans]
        parts += [f"@{rule.at // 60}:{rule.at % 60:02}"] if rule.at is not None else []
        parts += [f"{one.key}{one.offsets}" for one in rule.holidays]
        parts += [f"{one.year or ''}/{one.month}/{one.day}-{one.to_day or ''}" for one in rule.dates]
        found.append(" ".join(part for part in parts if part))
    return found


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("We are open from Tuesday to Sunday, from 11:30 to 21:00.", ["open 123456 11:30-21:00"]),
        ("Mon-Fri 9:00-18:00, Sat 10:00-15:00, Sun closed",
         ["open 01234 9:00-18:00", "open 5 10:00-15:00", "closed 6"]),
        ("Mon–Fri: 9am – 5pm", ["open 01234 9:00-17:00"]),
        ("점심시간 12:30~13:30 휴진", ["break 12:30-13:30"]),
        ("토요일은 점심시간 없이 진료합니다.", ["no_break 5"]),
        ("Open daily 10-9", ["open 0123456 10:00-21:00"]),
        ("Fri & Sat 18:00 – 02:00", ["open 45 18:00-26:00"]),
        ("Tue-Thu: 11:30-14:30, 17:00-21:30", ["open 123 11:30-14:30", "open 123 17:00-21:30"]),
        ("Lunch 11:30–14:00, dinner 17:00–21:00", ["open 11:30-14:00", "open 17:00-21:00"]),
        ("10:00 a.m. to 5 p.m. every day", ["open 0123456 10:00-17:00"]),
        ("Hours: Mon closed; Tue-Sun 11-9", ["closed 0", "open 123456 11:00-21:00"]),
        ("Monday: Closed", ["closed 0"]),
        ("Closed on public holidays", ["closed all[0]"]),
        ("Saturday and Sunday 10:00-16:00 (closed on public holidays)",
         ["open 56 10:00-16:00", "closed all[0]"]),
        ("Closed the first Monday of each month", ["closed 0 nth1"]),
        ("Closed on December 25 and January 1.", ["closed /12/25- /1/1-"]),
        ("Open 24 hours", ["open 0:00-24:00"]),
        ("Day: Monday · Hours: 11:00-21:00", ["open 0 11:00-21:00"]),
        ("요일: 토 · 점심/저녁: 12:00-21:30 쉬는 시간 없음 · 마지막 주문: 20:45",
         ["open 5 12:00-21:30", "no_break 5", "last_order 5 @20:45"]),
        ("Day: Mon · Lunch/Dinner/Last order: closed", ["closed 0"]),
        ("We are also closed on Seollal and on Chuseok, on the day itself and the day after.",
         ["closed seollal[0, 1] chuseok[0, 1]"]),
        ("There is a break from 15:00 to 17:00 on weekdays", ["break 01234 15:00-17:00"]),
        ("The last order is at 20:20.", ["last_order @20:20"]),
        ("영업시간 11:00~21:00 (라스트오더 20:30)", ["open 11:00-21:00", "last_order @20:30"]),
        ("매주 월요일 휴무", ["closed 0"]),
        ("화요일부터 일요일까지 오전 11시 30분에 열고 오후 9시에 닫습니다.", ["open 123456 11:30-21:00"]),
        ("평일에는 오후 3시부터 5시까지 쉬는 시간이 있고, 토요일과 일요일에는 쉬는 시간 없이 영업합니다.",
         ["break 01234 15:00-17:00", "no_break 56"]),
        ("평일 11:00~21:00 주말 12:00~20:00", ["open 01234 11:00-21:00", "open 56 12:00-20:00"]),
        ("11:00~21:00 매주 월요일 휴무", ["open 11:00-21:00", "closed 0"]),
        ("월~금 10:00 - 19:00 / 토 10:00 - 15:00 / 일요일 휴무",
         ["open 01234 10:00-19:00", "open 5 10:00-15:00", "closed 6"]),
        ("월화수목금 10:00~18:00", ["open 01234 10:00-18:00"]),
        ("토,일 휴무", ["closed 56"]),
        ("매월 둘째, 넷째 월요일 휴무", ["closed 0 nth2,4"]),
        ("매월 2번째 4번째 일요일 휴무", ["closed 6 nth2,4"]),
        ("연중무휴", ["open all[0]"]),
        ("24시간 영업", ["open 0:00-24:00"]),
        ("공휴일 정상영업", ["open all[0]"]),
        ("일요일 및 공휴일 휴무", ["closed 6", "closed all[0]"]),
        ("12월 24일~26일 휴무", ["closed /12/24-26"]),
        ("설날과 추석에는 당일과 다음 날 쉽니다.", ["closed seollal[0, 1] chuseok[0, 1]"]),
        ("구정, 추석 당일 휴무", ["closed seollal[0] chuseok[0]"]),
        ("매주 화요일 정기휴무, 브레이크타임 15시~16시 30분", ["closed 1", "break 15:00-16:30"]),
        ("오전 10시 ~ 오후 8시(일요일 휴무)", ["open 10:00-20:00", "closed 6"]),
        ("매일 오전 10시부터 밤 12시까지", ["open 0123456 10:00-24:00"]),
        ("월요일부터 금요일까지 9시부터 6시까지 진료합니다", ["open 01234 9:00-18:00"]),
        ("주문마감 20시 30분", ["last_order @20:30"]),
    ],
)  # fmt: skip
def test_a_sentence_is_understood(text: str, rules: list[str]) -> None:
    heading = "영업시간" if any("가" <= letter <= "힣" for letter in text) else "Opening hours"
    assert said(text, heading) == rules


@pytest.mark.parametrize(
    "text",
    [
        "명절 휴무",
        "설 연휴 3일간 휴무",
        "In winter we are open from 10:00 to 17:00",
        "동절기 10:00~18:00 영업",
        "Open 11:00-2:00",
        "월요일이 공휴일인 경우 다음 날 휴무",
        "Mon-Fri 9:00-18:00 by appointment with Dr. Lee",
    ],
)
def test_what_is_not_wholly_understood_is_unclear(text: str) -> None:
    assert {rule.split()[0] for rule in said(text)} == {"unclear"}


@pytest.mark.parametrize(
    "text",
    [
        "Delivery Mon-Fri 11:00-20:00, Sat 12:00-18:00",
        "Breakfast is served from 7:00 to 10:00.",
        "We keep a reserved table for 15 minutes.",
        "배달은 오후 8시까지 합니다.",
        "전화 상담 평일 10:00~17:00",
        "Kitchen closes at 20:30",
        "Free parking on weekends",
        "On Sundays there is live music.",
    ],
)
def test_other_hours_are_not_the_business_s(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "The museum nearby is open from 9 to 5.",
        "We roast coffee near the harbour.",
        "My shift is from 9:00 to 18:00.",
    ],
)
def test_away_from_hours_other_words_mean_something_else(text: str) -> None:
    assert said(text, "About us") == []


def test_a_heading_about_something_else_keeps_its_hours_to_itself() -> None:
    assert said("Mon-Fri 11:00-20:00", "Delivery hours") == []
    assert said("평일 11:00~20:00", "배달 시간") == []

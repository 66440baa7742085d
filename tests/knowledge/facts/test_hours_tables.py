"""Tables of days and times under the name of a thing ("Boats") are hours; of several things, none mix."""

# ruff: noqa: E501 - a question is read beside what is said
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
    found = ask(business({"a.md": BOTH}), "Are you open on Tuesday?")
    assert found is not None and len(found.facts) == 1
    boats, cafe = found.text.split("\n\n")
    assert boats.startswith("Boats: No, we are closed") and cafe.startswith("Café: Yes, we are open")
    apart = BOATS + "\n| Day | Kiosk |\n|---|---|\n| Monday | 19:00–21:00 |\n| Tuesday | 9:00–17:00 |\n"
    for day, said in (("Monday", "Kiosk: Yes, we are open"), ("Tuesday", "Boats: No, we are closed")):
        found = ask(business({"a.md": apart}), f"Are you open on {day}?")
        assert found is not None and said in found.text and len(found.text.split("\n\n")) == 2, found
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


def test_without_a_name_each_of_several_things_is_told_under_its_own() -> None:
    found = ask(business({"a.md": BATH}), "토요일에 열어요?")
    assert found is not None
    said = dict(line.split(": ", 1) for line in found.text.split("\n\n"))
    assert list(said) == ["찜질방", "사우나", "세신실"]
    assert "24시간" in said["찜질방"] and "05:00~23:00" in said["사우나"] and "07:00~20:30" in said["세신실"]


TWO = """# 느린달 양조장

## 오시는 길과 영업시간 / Visit us

| | 탭룸 Taproom | 병 판매 Bottle shop |
|---|---|---|
| 수~금 Wed–Fri | 16:00–23:00 (L.O. 22:00) | 11:00–21:00 |
| 토 Sat | 13:00–23:00 (L.O. 22:00) | 11:00–21:00 |
| 일 Sun | 13:00–20:00 (L.O. 19:00) | 11:00–19:00 |
| 월·화 Mon, Tue | 휴무 closed | 휴무 closed |

## 공지 Notice

12/24(목)은 18시에 일찍 닫습니다. 12월 25일과 1월 1일은 쉽니다.

We close early at 6 pm on Thursday 24 December, and are closed on 25 December and 1 January.
"""


@pytest.mark.parametrize(
    ("question", "language", "said"),
    [
        ("금요일 몇 시까지 해요?", "ko", ["탭룸: 12월 4일 금요일에는 23:00에", "판매: 12월 4일 금요일에는 21:00"]),
        ("when do you close on fridays", "en", ["Taproom: Friday 16:00–23:00", "shop: Friday 11:00–21:00"]),
        ("12월 24일 저녁 7시에 가도 되나요", "ko", ["탭룸: 아니요", "병 판매: 아니요", "16:00~18:00"]),
        ("are you open on tuesday?", "en", ["No, we are closed"]),
        ("월요일에 병만 사러 가도 되나요", "ko", ["아니요"]),
        ("what time is the last order on sunday?", "en", ["Taproom: The last order", "19:00"]),
        ("탭룸 라스트오더 몇 시예요?", "ko", ["탭룸: ", "22:00", "19:00"]),
    ],
)  # fmt: skip
def test_a_table_in_two_languages_of_two_things(question: str, language: str, said: list[str]) -> None:
    found = ask(business({"a.md": TWO}), question, language=language)
    assert found is not None and found.kind != "told", found
    assert all(part in found.text for part in said), found.text
    assert language == "ko" or "탭룸" not in found.text


def test_hours_of_the_house_go_before_those_of_its_things() -> None:
    text = BOTH + "\nWe are open on Mondays from 8:00 to 20:00.\n"
    found = ask(business({"a.md": text}), "Are you open on Monday?")
    assert found is not None and "Boats:" not in found.text and "Café:" not in found.text


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        ("월·화 Mon, Tue · Bar/Shop: 휴무 closed", [("Bar", "closed"), ("Shop", "closed")]),
        ("Bar · Mon: 11:00-12:00 (last orders 11:30)", [("Bar", "open"), ("Bar", "last_order")]),
        ("Wed · Bar: 11:00-12:00 (happy hour 11:30) · Shop: 11:00-12:00", []),
    ],
)
def test_cells_with_a_last_order_and_cells_over_several_columns(
    row: str, rules: list[tuple[str, str]]
) -> None:
    assert [(rule.of, rule.state) for rule, _, _ in rules_in(row, ["Opening hours"]) if rule.of] == rules


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("12/24(목)은 쉽니다.", [24]),
        ("9/10은 쉽니다.", [10]),
        ("9/10 정도는 쉽니다.", []),
        ("24/12(목)은 쉽니다.", []),
    ],
)
def test_days_between_slashes_are_days_with_their_weekday_or_where_they_are_off(
    said: str, days: list[int]
) -> None:
    assert [one.day for rule, _, _ in rules_in(said, ["영업 안내"]) for one in rule.dates] == days


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


POOL = """# 물결스포츠

## 운영시간

| 요일 | 수영장 | 헬스장 | 안내데스크 |
|---|---|---|---|
| 월·수·금 | 06:00~21:50 | 06:00~23:00 | 08:00~21:00 |
| 화·목 | 06:00~20:50 | 06:00~23:00 | 08:00~21:00 |
| 토 | 07:00~17:50 | 08:00~20:00 | 09:00~17:00 |
| 일 | 휴장 | 09:00~18:00 | 휴무 |

## 공지

- 12월 7일(월)~9일(수): 물갈이와 배관 점검으로 수영장 휴장. 헬스장은 정상 운영합니다.
"""


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("일요일에 수영장 해요?", "수영장: 아니요"),
        ("is the pool open on sunday?", "수영장: No, we are closed"),
        ("what time does the gym close on saturdays", "헬스장: Saturday 08:00–20:00"),
        ("12월 8일에 수영장 열어요?", "수영장: 아니요"),
        ("12월 8일에 헬스장 열어요?", "헬스장: 네"),
        ("12월 10일에 수영장 열어요?", "수영장: 네"),
        ("12월 8일에 열어요?", "수영장: 아니요"),
    ],
)
def test_a_notice_about_one_of_several_things_is_about_that_one(question: str, said: str) -> None:
    found = ask(business({"a.md": POOL}), question)
    assert found is not None and said in found.text, found


def test_a_notice_about_a_part_without_hours_closes_nothing_else() -> None:
    text = "# Hotel\n\n## Opening hours\n\nWe are open daily from 8:00 to 22:00.\n\nThe pool is closed on 8 December for cleaning.\n"
    found = ask(business({"a.md": text}), "Are you open on 8 December?")
    assert found is not None and "Yes, we are open" in found.text


def test_a_dated_closure_that_is_not_understood_leaves_its_day_open() -> None:
    text = "# Shop\n\n## Opening hours\n\nDaily 8:00-22:00\n\n## News\n\nOn 8 December the upper hall is closed for repairs.\n"
    found = ask(business({"a.md": text}), "Are you open on 8 December?")
    assert found is None or found.kind == "told"
    assert (found := ask(business({"a.md": text}), "Are you open on 9 December?")) and "Yes" in found.text


@pytest.mark.parametrize(
    ("row", "rules"),
    [
        (
            "Day: Tuesday, Thursday · Yard open: 9.30am - 8.30pm · Last lesson starts: 7.30pm",
            [("open", [1, 3], [(570, 1230)])],
        ),
        ("Day: Monday · Yard open: closed (horses' day off) · Last lesson starts: -", [("closed", [0], [])]),
    ],
)
def test_when_the_last_of_something_begins_is_no_hour_of_the_house(
    row: str, rules: list[tuple[str, list[int], list[tuple[int, int]]]]
) -> None:
    assert [(rule.state, rule.days, rule.spans) for rule, _, _ in rules_in(row, ["Opening hours"])] == rules


CHRISTMAS = """<h1>Opening times</h1><p>Open every day 10am - 5pm.</p><h2>Christmas &amp; New Year</h2>
<table><tr><th>Date</th><th>Farm park</th></tr><tr><td>Sat 19 - Wed 23 December</td><td>10am - 4pm</td></tr>
<tr><td>Thu 31 December</td><td>10am - 2pm, pre-booked only</td></tr><tr><td>Fri 1 January 2027</td><td><b>CLOSED</b></td></tr>
<tr><td>Sat 2 &amp; Sun 3 January</td><td>10am - 4pm</td></tr></table>"""
YEAR_END = """<h1>영업시간</h1><p>매일 10:00~18:00</p><h2>연말 안내</h2><table><tr><th>날짜</th><th>전시장</th></tr>
<tr><td>12/31(목)</td><td>10:00~14:00</td></tr><tr><td>2027. 1/1(금)~2027. 1/3(일)</td><td>전체 휴무</td></tr></table>"""


@pytest.mark.parametrize(
    ("page", "question", "row"),
    [
        (
            CHRISTMAS,
            "are you open on 31 december?",
            "Date: Thu 31 December · Farm park: 10am - 2pm, pre-booked only",
        ),
        (CHRISTMAS, "when do you close on 2 january", "Date: Sat 2 & Sun 3 January · Farm park: 10am - 4pm"),
        (CHRISTMAS, "Are you open on 1 January?", "Date: Fri 1 January 2027 · Farm park: CLOSED"),
        (YEAR_END, "12월 31일에 몇 시까지 해요?", "날짜: 12/31(목) · 전시장: 10:00~14:00"),
        (YEAR_END, "1월 2일에 영업해요?", "날짜: 2027. 1/1(금)~2027. 1/3(일) · 전시장: 전체 휴무"),
    ],
)
def test_a_day_of_its_own_is_not_computed_from_the_week(page: str, question: str, row: str) -> None:
    found = ask(business({"hours.html": page}), question)
    assert found is not None and [fact.said for fact in found.facts] == [row]


SEASONS = """<h1>Opening times</h1><h2>When are we open?</h2>
<table><tr><th rowspan="2">Season</th><th colspan="2">Term time</th><th rowspan="2">School holidays</th></tr>
<tr><th>Weekdays</th><th>Sat &amp; Sun</th></tr>
<tr><td>Summer 1 April - 31 October</td><td>Tue - Fri 10am - 4pm, Mondays closed</td><td>9.30am - 5.30pm</td><td>Every day 9.30am - 5.30pm</td></tr>
<tr><td>Winter 1 November - 31 March</td><td>Wed - Fri 10am - 3pm, Mondays &amp; Tuesdays closed</td><td>10am - 4pm</td><td>Every day 10am - 4pm</td></tr></table>
<ul><li>February half term: 13 - 21 February 2027</li><li>Easter: 26 March - 11 April 2027</li></ul>"""


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("are you open tuesday 2 feb 2027? its term time", ["Season: Winter"]),
        (
            "wednesday 17 feb half term what time do you open and shut",
            ["Season: Winter", "- February half term"],
        ),
        ("what time do you open on 5 july", ["Season: Summer"]),
    ],
)
def test_hours_that_are_not_computed_are_told_by_the_row_of_the_season(
    question: str, begins: list[str]
) -> None:
    found = ask(business({"hours.html": SEASONS}, zone="Europe/London"), question)
    assert found is not None and found.kind == "told"
    assert [fact.said[: len(begin)] for fact, begin in zip(found.facts, begins, strict=True)] == begins


def test_nothing_is_computed_for_days_without_school() -> None:
    shop = business({"hours.md": "# Hours\n\nOpen Monday to Friday 10:00-17:00.\n"}, zone="Europe/London")
    found = ask(shop, "are you open on 17 february? it's half term")
    assert found is not None and found.kind == "told"


LINES = """<h1>Opening hours</h1><p>Mon-Sat 9am-5pm. Sun closed.</p><h2>Christmas</h2><ul><li>24 Dec: 9am - 1pm</li>
<li>31 Dec 9am till 2pm</li><li>Saturday 2 January (late start) - 11am to 4pm</li><li>Thu 7 January 2027: 10.00-12.00</li></ul>
<h2>Carols</h2><p>23 December: carols 6pm - 7pm</p>"""
KOREAN_LINES = "<h1>영업시간</h1><p>매일 11:00~21:00</p><h2>연말 안내</h2><p>12월 24일: 10:00~15:00</p><p>12/31(목) 11:00~18:00</p><p>12월 30일(수)은 예약제로만 운영합니다.</p>"


@pytest.mark.parametrize(
    ("page", "question", "said"),
    [
        (LINES, "when do you close on 24 december?", "We close on Thursday, 24 December at 13:00."),
        (LINES, "when do you close on 31 december?", "We close on Thursday, 31 December at 14:00."),
        (LINES, "when do you close on 7 january?", "We close on Thursday, 7 January at 12:00."),
        (LINES, "when do you close on 23 december?", "We close on Wednesday, 23 December at 17:00."),
        (LINES, "are you open on 2 january?", "This is what is said about our hours:"),
        (KOREAN_LINES, "12월 24일 몇 시까지 해요?", "12월 24일 목요일에는 15:00에 닫습니다."),
        (KOREAN_LINES, "12월 31일 몇 시까지 해요?", "12월 31일 목요일에는 18:00에 닫습니다."),
        (KOREAN_LINES, "12월 30일 영업해요?", "영업시간에 대해서는 이렇게 적혀 있습니다."),
        (KOREAN_LINES, "12월 29일 영업해요?", "네, 12월 29일 화요일에 영업합니다: 11:00~21:00."),
    ],
)
def test_lines_of_days_and_times_are_hours_where_a_heading_is_of_such_days(
    page: str, question: str, said: str
) -> None:
    found = ask(business({"hours.html": page}), question)
    assert found is not None and found.text == said


def test_times_with_dots_below_a_title_are_hours() -> None:
    shop = business(
        {"hours.md": "# Opening hours\n\nMonday to Friday 9.00 - 17.30\n\nSaturday 10.00 to 14.00\n"}
    )
    found = ask(shop, "When do you close on Friday?")
    assert found is not None and found.text.endswith("at 17:30.")
    menu = business(
        {"menu.md": "# Opening hours and lunch\n\nSoup of the day, Monday to Friday 3.50 - 4.25\n"}
    )
    assert menu.rules() == []


def test_noon_to_six_ends_in_the_evening_and_late_is_no_time() -> None:
    page = "<h2>Opening hours</h2><p>Tuesday: 12 noon to 10pm</p><p>Friday &amp; Saturday: 12 noon to late</p><p>Sunday: 12 – 6</p>"
    shop = business({"hours.html": page}, zone="Europe/London")
    sunday, friday = ask(shop, "When do you close on Sunday?"), ask(shop, "When do you close on Friday?")
    assert sunday is not None and sunday.text.endswith("at 18:00.")
    assert friday is not None and friday.kind == "told"
    assert "Friday & Saturday: 12 noon to late" in [fact.said for fact in friday.facts]

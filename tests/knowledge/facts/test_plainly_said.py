"""Hours as people write them: days behind their times, lunch, exceptions, parts of days, several places."""

# ruff: noqa: E501 - documents and questions are read whole
from __future__ import annotations

import pytest

from tests.knowledge.facts.shops import ask, business


def page(*lines: str, heading: str = "") -> str:
    headed = f"<h2>{heading}</h2>" if heading else ""
    return f"<h1>Otter Bikes</h1>{headed}{''.join(f'<p>{line}</p>' for line in lines)}"


SUNDAY, MONDAY, SATURDAY = (
    "are you open on sunday",
    "are you open on monday at 11am",
    "are you open on saturday",
)


@pytest.mark.parametrize(
    ("lines", "question", "said"),
    [
        # days behind their times
        (["영업시간 10:00~20:00 (월~토)"], "일요일 열어요?", "적혀 있지"),
        (["Opening hours: 9am-5pm (Mon-Fri)"], SUNDAY, "nothing is said"),
        (["Office hours 8am-6pm, Monday to Saturday."], SUNDAY, "nothing is said"),
        (["Open 8am-10am and 4pm-6pm, Monday to Saturday."], SATURDAY, "08:00–10:00 and 16:00–18:00"),
        (["Open from 10am to 6pm, Tuesday through Sunday."], MONDAY, "nothing is said"),
        (["Store hours: 10am-6pm, Wed, Thu & Sat"], MONDAY, "nothing is said"),
        (["Open 10am-6pm (Mon-Fri), 10am-4pm (Sat)"], SATURDAY, "10:00–16:00"),
        # exceptions
        (["Hours: 10am-6pm, except Mondays."], MONDAY, "closed"),
        (["영업시간: 11시~21시 (월요일 제외)"], "월요일 열어요?", "쉽니다"),
        (["Open 9am-5pm daily except bank holidays."], "are you open on 25 December", "closed"),
        # over lunch
        (["평일 09:00~18:00", "점심시간 13:00~14:00"], "월요일 오후 1시 30분에 진료하나요?", "아니요"),
        (["Open Monday to Friday 9am to 5.30pm", "We close for lunch 1pm to 2pm."], "are you open monday at 1.30pm", "No"),
        (["Open Monday to Friday 9am to 5.30pm (closed 1pm to 2pm for lunch)"], "are you open monday at 3pm", "Yes"),
        (["Open Monday to Friday 9am to 5.30pm (closed 1pm to 2pm for lunch)"], "are you open monday at 1.30pm", "No"),
        (["매일 11:00~21:00 영업", "준비시간 15:00~17:00"], "월요일 오후 4시에 열어요?", "아니요"),
        # some weeks beside every week
        (["영업시간 10:00~20:00", "매주 일요일, 둘째주 월요일 휴무"], "일요일 열어요?", "쉽니다"),
        (["영업시간 10:00~20:00", "매주 일요일, 둘째주 월요일 휴무"], "12월 14일 열어요?", "쉽니다"),
        (["영업시간 10:00~20:00", "매주 일요일, 둘째주 월요일 휴무"], "12월 7일 열어요?", "네"),
        (["영업시간 10:00~20:00", "정기휴무: 둘째·넷째 주 일요일, 매주 수요일"], "수요일 열어요?", "쉽니다"),
        (["Open 9am-5pm.", "Closed Sundays and the first Monday of each month."], SUNDAY, "closed"),
        # days that are no days of the week
        (["Open daily 10am-6pm", "Closed Easter Monday and Good Friday."], MONDAY, "Yes"),
        (["Open daily 10am-6pm", "Closed Easter Monday and Good Friday."], "are you open on 29 March 2027", "closed"),
        (["Open Mon-Fri 9am to 5.30pm", "Closed on bank holiday Mondays."], MONDAY, "Yes"),
    ],
)  # fmt: skip
def test_it_is_read(lines: list[str], question: str, said: str) -> None:
    found = ask(
        business({"p.html": page(*lines, heading="영업시간 Opening hours")}, zone="Europe/London"), question
    )
    assert found is not None and said in found.text, found


@pytest.mark.parametrize("heading", ["", "진료시간 Opening hours"])
@pytest.mark.parametrize(
    ("lines", "question"),
    [
        (["진료시간 09:00~18:00", "수요일 오후 휴진"], "수요일 오후 3시에 진료하나요"),
        (["진료시간 09:00~18:00", "토요일 13시까지"], "토요일 오후 3시에 진료하나요"),
        (["진료시간 09:00~18:00", "토요일은 오전만 진료"], "토요일 저녁 5시에 열어요?"),
        (["매일 11:00~21:00 영업", "수요일은 점심 영업만 합니다."], "수요일 저녁 7시에 열어요?"),
        (["매일 11:00~21:00 영업", "주말은 예약제로만 운영"], "일요일 열어요?"),
        (["Open daily 10am-6pm", "Wednesday mornings only."], "are you open on wednesday at 3pm"),
        (["Open daily 9am-5pm", "The café is closed on Mondays."], MONDAY),
        (["Open Mon-Fri 9am-5pm", "Closed bank holidays and the Tuesday after a bank holiday Monday."], "open tuesday?"),
    ],
)  # fmt: skip
def test_a_part_of_a_day_or_of_the_place_is_told(heading: str, lines: list[str], question: str) -> None:
    found = ask(business({"p.html": page(*lines, heading=heading)}), question)
    assert found is None or found.kind == "told", found


def test_days_and_times_on_lines_of_their_own_belong_together() -> None:
    lines = ["Monday – Friday", "9am – 5pm", "Saturday", "10am – 4pm"]
    for order in (lines, [lines[1], lines[0], lines[3], lines[2]]):
        shop = business({"p.html": page(*order, heading="Opening hours")})
        for question, said in (
            (MONDAY, "09:00–17:00"),
            (SATURDAY, "10:00–16:00"),
            (SUNDAY, "nothing is said"),
        ):
            found = ask(shop, question)
            assert found is not None and said in found.text


PLACES = (
    "<h1>모카 커피</h1><h2>강남점</h2><p>영업시간: 평일 07:00~22:00, 주말 09:00~21:00</p>"
    "<h2>홍대점</h2><p>영업시간: 매일 11:00~24:00, 화요일 휴무</p>"
)
STREETS = (
    "<h1>Crumb</h1><h2>High Street</h2><p>Open Mon-Fri 9am-6pm. Closed Sunday</p>"
    "<h2>Station Road</h2><p>Open Tue-Sun 10am-7pm. Closed Monday</p>"
)
LINES = page(
    "High Street: Mon-Fri 9am-6pm, closed Sunday.",
    "Station Road: Tue-Sun 10am-7pm, closed Monday.",
    heading="Opening hours",
)


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        (PLACES, "화요일 열어요?", ["강남점: 네", "홍대점: 아니요"]),
        (PLACES, "홍대점 화요일 열어요?", ["홍대점: 아니요"]),
        (STREETS, SUNDAY, ["High Street: No", "Station Road: Yes"]),
        (LINES, SUNDAY, ["High Street: No", "Station Road: Yes"]),
        (LINES, "is high street open on sunday", ["High Street: No"]),
    ],
)
def test_several_places_have_hours_of_their_own(text: str, question: str, said: list[str]) -> None:
    found = ask(business({"p.html": text}), question)
    assert found is not None and all(one in found.text for one in said), found


@pytest.mark.parametrize("headings", [("Visit us", "Contact"), ("안내", "오시는 길"), ("Summer", "Lunch")])
def test_other_headings_are_no_places(headings: tuple[str, str]) -> None:
    text = "<h1>Crumb</h1>" + "".join(f"<h2>{one}</h2><p>Open Mon-Fri 9am-6pm</p>" for one in headings)
    found = ask(business({"p.html": text}), MONDAY)
    assert found is None or not any(one in found.text for one in headings)


@pytest.mark.parametrize(
    "line",
    [
        "12월 24일(목)과 25일(금)은 10:00부터 18:00까지 엽니다.",
        "12월 24일(목), 25일(금)은 10:00~18:00 영업",
        "12월 24, 25일 10:00~18:00 영업",
        "December 24 and 25: 10am to 6pm",
        "On 24th & 25th December we are open 10am-6pm",
    ],
)
@pytest.mark.parametrize(
    "question", ["12월 24일 몇 시까지 해요?", "12월 25일 몇 시까지 해요?", "are you open on christmas day?"]
)
def test_days_that_share_a_month_are_each_read(line: str, question: str) -> None:
    shop = business({"p.html": page("매일 11:00~20:00", line, heading="영업시간 Opening hours")})
    found = ask(shop, question)
    assert found is not None and "18:00" in found.text, found
    usual = ask(shop, "12월 31일 몇 시까지 해요?")
    assert usual is not None and "20:00" in usual.text


def test_who_names_no_last_entry_is_asked_when_it_closes() -> None:
    shop = business({"p.html": page("Open Mon-Fri 9am-5pm")})
    late = ask(shop, "how late can i come in on thursday")
    assert late is not None and "17:00" in late.text
    assert ask(shop, "what time is last entry on thursday") is None


def test_a_short_lunch_may_be_served() -> None:
    for lines in (["Open daily 10am-10pm", "Lunch 12-1.30pm"], ["Open Mon-Fri 9am-5pm", "Lunch: 1pm to 2pm"]):
        found = ask(
            business({"p.html": page(*lines, heading="Opening hours")}), "are you open on monday at 1pm"
        )
        assert found is not None and found.kind == "told"


@pytest.mark.parametrize(
    "line",
    [
        "Parking free 9am-5pm except Sundays",
        "Breakfast is served 9am-11am except Sundays.",
        "Kitchen 12-9pm except Sundays.",
        "Café 9am-4pm, except Sundays",
        "주차 무료 10:00~18:00 (일요일 제외)",
        "해피아워 17:00~19:00 (주말 제외)",
    ],
)
def test_what_something_else_excepts_closes_no_house(line: str) -> None:
    found = ask(business({"p.html": page("Open daily 9am-6pm", line, heading="Opening hours")}), SUNDAY)
    assert found is not None and found.text.startswith("Yes")


@pytest.mark.parametrize(
    ("lines", "question", "said"),
    [
        (["Open from 10am to 6pm except Sunday 12-4"], SUNDAY, "12:00–16:00"),
        (["Open 9am-6pm every day except Sunday: 10am-4pm"], SUNDAY, "10:00–16:00"),
        (["매일 10:00~20:00 (일요일 제외), 일요일 12:00~18:00"], "일요일 열어요?", "12:00~18:00"),
        (["매일 10:00~20:00", "정기휴무: 매월 첫째, 셋째 월요일"], "12월 7일 열어요?", "쉽니다"),
        (["매일 10:00~20:00", "휴무: 매월 둘째, 넷째 일요일"], "12월 13일 열어요?", "쉽니다"),
        (["매일 10:00~20:00", "휴무: 매월 둘째, 넷째 일요일"], "12월 6일 열어요?", "네"),
        (["Open daily 9am-6pm", "Closed on Sundays, the second Saturday and public holidays"], SATURDAY, "Yes"),
        (["Open daily 9am-6pm", "Closed first Monday and last Tuesday of each month"], "open on 1 december", "Yes"),
        (["Open daily 9am-6pm", "Closed first Monday and last Tuesday of each month"], "open on 29 december", "closed"),
        (["Open daily 9am-6pm", "Never open on Sundays"], SUNDAY, "closed"),
        (["Open daily 9am-6pm", "25 December closed, 26 December 12-4"], "open on 26 december", "12:00–16:00"),
        (["Open daily 9am-6pm", "25 December closed, 26 December 12-4"], "open on 4 december", "09:00–18:00"),
        (["Open daily 9am-6pm", "Closed from December 12-14"], "open on 13 december", "closed"),
        (["Open daily 9am-6pm", "We are closed between Christmas and New Year."], "open on 29 december", "closed"),
    ],
)  # fmt: skip
def test_exceptions_and_some_weeks_are_read(lines: list[str], question: str, said: str) -> None:
    found = ask(business({"p.html": page(*lines, heading="영업시간 Opening hours")}), question)
    assert found is not None and said in found.text, found


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("Closed Wednesdays and last week of December", "open on 29 december"),
        ("매주 월요일, 매월 마지막 날 휴무", "12월 31일 열어요?"),
        ("매월 1일, 매주 화요일 휴무", "2월 1일 열어요?"),
        ("Not open Sundays or bank holidays", SUNDAY),
        ("문화가 있는 날(마지막 수요일) 야간개장 21:00까지", "12월 30일 몇시까지 해요"),
        ("Lunch hours 12pm-1.30pm", "are you open on monday at 12.30pm"),
    ],
)
def test_what_is_not_clear_is_told(line: str, question: str) -> None:
    shop = business({"p.html": page("Open daily 9am-6pm", line, heading="영업시간 Opening hours")})
    found = ask(shop, question)
    assert found is not None and found.kind == "told", found


@pytest.mark.parametrize(
    "line",
    [
        "We close on bank holidays, and from noon on Christmas Eve until 2 January.",
        "Sunday mornings only \ue000 \ue03f",
        "That day \ue001 we close at 3pm.",
        "9am-5pm except Mondays \ue002",
    ],
)
def test_a_sentence_that_trails_into_a_season_and_letters_of_no_text_stop_no_reading(line: str) -> None:
    shop = business({"p.html": page("Open Mon-Fri 9am-5pm", line, heading="Opening hours")})
    found = ask(shop, "are you open on tuesday at 11am")
    assert found is not None

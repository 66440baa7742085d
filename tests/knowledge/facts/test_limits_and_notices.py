"""Hours that something limits: a bracket behind them, a notice elsewhere, a week of the month, a part of the day."""

# ruff: noqa: E501 - documents and questions are read whole
from __future__ import annotations

import pytest

from tests.knowledge.facts.shops import SEOUL, ask, business

LONDON = "Europe/London"
WEEK = "## 영업시간\n- 평일: 10:00~20:00\n- 주말: 11:00~18:00\n\n## 공지\n{}\n"
DAILY = "- 영업시간: 10:00~20:00\n- {}\n"


def said_of(text: str, question: str, *, heading: str = "# House\n\n## Opening hours\n\n") -> str:
    """The reply, or `told` where lines are quoted alone; empty for none."""
    korean = any("가" <= letter <= "힣" for letter in question)
    page = text if korean or text.startswith("#") else heading + text
    found = ask(business({"page.md": page}, zone=SEOUL if korean else LONDON), question)
    return "" if found is None else "told" if found.kind == "told" else found.text


@pytest.mark.parametrize(
    ("line", "question"),
    [
        ("Sun 11am-5pm (December only)", "open sunday 10 jan"),
        ("Sat 9am-1pm (April to September only)", "open today?"),
        ("Sat 10am-2pm (1st & 3rd of month)", "open today?"),
        ("Sat 10am-2pm (phone lines only)", "open today?"),
        ("Sat 10am-4pm (pre-booked only)", "open today?"),
        ("Daily 10am-4pm (weekends only Nov-Mar)", "are you open on tuesday"),
        ("Daily 10am-4pm (5pm in summer)", "when do you close on 5 july"),
        ("Tue 10am-12pm (summer holidays)", "open on tuesday"),
        ("Tue 10am-12pm (from 8 December)", "are you open on tuesday"),
        ("Mon-Fri 9am-5pm (4.30pm Fri)", "what time do you close friday"),
        ("Mon-Fri 9am-5pm (Tuesday from 10am)", "what time do you open tuesday"),
        ("Mon-Fri 9am-5pm (not Tues)", "are you open on tuesday"),
        ("Easter holidays: every day 10am-5pm", "are you open on tuesday"),
        ("Mon-Sun 11am-9pm\n- Brunch Sat & Sun 9am-11am", "what time do you open sunday"),
        ("Breakfast 8am-11am\n- Lunch 12pm-3pm", "open tuesday at 9am"),
        ("Closed week commencing 28 December", "open 30 december"),
        ("Closed Christmas week", "open 30 december"),
        (DAILY.format("정기휴무: 매주 월요일 (12월은 무휴)"), "12월 14일 하나요"),
        (DAILY.format("휴무: 격주 월요일"), "모레 하나요"),
        (DAILY.format("휴무: 14일, 28일"), "12월 14일 하나요"),
        (DAILY.format("휴무: 월요일(공휴일이면 화요일)"), "3월 2일 하나요"),
        (DAILY.format("일요일: 예약제"), "내일 하나요"),
        (WEEK.format("이번 주 일요일은 쉽니다 🙏"), "내일 하나요"),
        (WEEK.format("📢 내일(29일) 휴무입니다"), "내일 하나요"),
        (WEEK.format("- 토요일은 격주 운영"), "오늘 하나요"),
        (WEEK.format("- 크리스마스 이브는 밤 12시까지!!"), "12월 24일 몇시까지 하나요"),
        (WEEK.format("- 공휴일 전날은 17시 마감"), "12월 24일 하나요"),
        (DAILY.format("휴무: 12월 둘째 주 월요일"), "12월 14일 하나요"),
        (WEEK.format("※ 11월~3월은 오후 5시까지 (동절기)"), "화요일 7시에 가도 되나요"),
        (WEEK.format("11월 28일(토)은 매장 사정으로 오후 4시에 마감합니다."), "오늘 몇시까지 해요"),
        ("# 눈썰매장\n- 운영기간: 12월 19일~2월 21일\n- 운영시간: 10:00~17:00\n", "3월 5일 하나요"),
    ],
)
def test_what_is_limited_is_told_and_not_computed(line: str, question: str) -> None:
    text = line if line.startswith(("#", "-")) else f"- Wed-Thu 9am-5pm\n- {line}\n"
    assert said_of(text, question) == "told"


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        (
            "- Open daily 9am-5pm\n- Closed Christmas Day to New Year's Day",
            "open 30 december",
            "No, we are closed",
        ),
        ("- Open daily 9am-5pm\n- Closed Christmas Day - 2 January", "open 1 jan", "No, we are closed"),
        (
            "- Open daily 9am-5pm\n- Closed Good Friday to Easter Monday",
            "open 27 march 2027",
            "No, we are closed",
        ),
        ("- Open daily 9am-5pm\n- Closed Dec 24-26, 31 & Jan 1", "open 31 december", "No, we are closed"),
        ("- Open daily 9am-5pm\n- Closed Dec 24-26, 31 & Jan 1", "open 30 december", "Yes"),
        (
            "- Open daily 9am-5pm\n- Closed 24 Dec at 1pm, reopening 2 Jan",
            "open 30 december",
            "No, we are closed",
        ),
        ("- Open daily 9am-5pm\n- Closed 24 Dec at 1pm, reopening 2 Jan", "open 4 january", "Yes"),
        (
            "- Open daily 9am-5pm\n- Closed from 4pm on Christmas Eve until 10am on 29 December",
            "open 27 december",
            "No, we are closed",
        ),
        (
            "- Open daily 9am-5pm\n- Our last day is 22 December. We reopen on 5 January.",
            "open 30 december",
            "No, we are closed",
        ),
        ("- Open daily 9am-5pm\n- Closed the last week of December", "open 5 december", "Yes"),
        ("- Sat 10am-4pm (closed 1st Saturday)", "open today?", "Yes"),
        ("- Mon-Fri 9am-5pm\n- Closed bank holidays", "open monday 30 august 2027", "No, we are closed"),
        (
            "- Sat & Sun 10am-4pm\n- Bank Holiday Mondays 10am-4pm",
            "open monday",
            "I know our hours, but nothing is said",
        ),
        (
            "- Mon-Sat 9am-5pm\n\n## Christmas 2025\n\nClosed 24 December - 2 January.",
            "open 30 december",
            "Yes",
        ),
        (DAILY.format("휴무: 일, 월"), "모레 하나요", "아니요"),
        (DAILY.format("휴무: 일 월"), "내일 하나요", "아니요"),
        (
            DAILY.format("매월 둘째 일요일과 1월 1일, 설·추석 연휴는 문을 닫습니다."),
            "12월 13일 하나요",
            "아니요",
        ),
        (
            DAILY.format("매월 둘째 일요일과 1월 1일, 설·추석 연휴는 문을 닫습니다."),
            "1월 1일 하나요",
            "아니요",
        ),
        (DAILY.format("매월 둘째 일요일과 1월 1일, 설·추석 연휴는 문을 닫습니다."), "12월 20일 하나요", "네"),
        (DAILY.format("휴무: 매월 2·4번째 월요일"), "12월 14일 하나요", "아니요"),
        (DAILY.format("휴무: 매월 2·4번째 월요일"), "12월 7일 하나요", "네"),
        (DAILY.format("일요일: 10:00~17:00"), "내일 저녁 7시에 가도 되나요", "아니요"),
        (DAILY.format("금·토: 10:00~24:00"), "오늘 밤 11시에 가도 되나요", "네"),
        (
            DAILY.format("공휴일: 11:00~17:00"),
            "12월 25일 하나요",
            "네, 12월 25일 금요일에 영업합니다: 11:00~17:00.",
        ),
        (WEEK.format("11/29~12/2 휴가"), "내일 하나요", "아니요"),
        (WEEK.replace("## 공지", "## 12월 휴무일").format("- 24일, 31일"), "12월 24일 하나요", "아니요"),
        (WEEK.replace("## 공지", "## 12월 휴무일").format("- 24일, 31일"), "12월 23일 하나요", "네"),
        (WEEK.replace("## 공지", "## 휴무 안내").format("날짜: 11월 30일"), "모레 하나요", "아니요"),
        (WEEK.format("11.29-12.2 휴업"), "12월 1일 하나요", "아니요"),
        (
            WEEK.format("- 동절기 (11월~2월) 평일 10:00~18:00"),
            "화요일 몇시까지",
            "12월 1일 화요일에는 18:00에 닫습니다.",
        ),
        (WEEK.format("설날, 추석 연휴 휴무"), "2월 8일 하나요", "아니요"),
        ("- 영업시간: 24시간 연중무휴\n", "설날 하나요", "네"),
        ("# 호텔\n- 영업시간: 24시간\n- 수영장: 09:00~21:00 (월요일 휴장)\n", "월요일 하나요", "네"),
        ("## 영업시간\n- 금·토: 17:00~익일 05:00\n- 일: 휴무\n", "일요일 새벽 3시 하나요", "네"),
        (
            "# 공지\n## 2025년 설 연휴 안내\n- 1월 28일~30일 휴무\n## 영업시간\n- 매일: 10:00~20:00\n",
            "1월 28일 하나요",
            "네",
        ),
    ],
)
def test_closures_are_read_as_they_are_written(text: str, question: str, said: str) -> None:
    assert said_of(text, question).startswith(said)


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        ("- Lunch: Tue-Sun 12-2.30pm\n- Dinner: Tue-Sat 5.30-9.30pm", "what time do you close friday", "12:00–14:30 and 17:30–21:30"),
        ("- Mon-Fri 9am-12pm\n- Mon-Thu 1pm-5pm", "open tuesday at 10am", "Yes"),
        ("- Mon-Fri 9am-5pm\n- Tue & Thu 6pm-9pm", "open tuesday at 10am", "Yes"),
        ("- Daily 9am-6pm\n- Sunday 10am-4pm", "open sunday at 5pm", "No"),
        ("- Mon-Thu 10-4.30", "when do you close on monday", "16:30"),
        ("Tues, Wed, Fri: 9-5. Thurs: 12-8. Sat: 8.30-2. Closed Sun & Mon.", "open today?", "08:30–14:00"),
        ("- Mon to Fri: 8am to 6pm\n- Sat/Sun/BH: 10am to 4pm", "open 28 december", "10:00–16:00"),
        ("- Open daily 9am-5pm\n- Open every day except Christmas Day and Boxing Day", "open 25 dec", "No, we are closed"),
        ("- Mon to Fri: 8am to 6pm\n- Bank hols: as Sunday", "open 28 december", "told"),
        ("- Tue-Fri 9am-5pm\n- Sun: 4.30-9", "open sunday?", "told"),
        ("Mon - Fri 6.30am - 3pm\nSat 7am - 2pm\nSun 8am - 1pm\nKitchen closes 30 mins before close", "open sunday?", "08:00–13:00"),
    ],
)  # fmt: skip
def test_hours_of_several_lines_come_together(text: str, question: str, said: str) -> None:
    assert said in said_of(text, question)


@pytest.mark.parametrize(
    ("text", "question", "said"),
    [
        ("- Mon-Sat 9am-4pm", "are you open tonight", "No"),
        ("- Mon-Sat 9am-4pm", "are you closed tonight", "Yes"),
        ("- Mon-Sat 9am-4pm", "are you open this afternoon", "Yes"),
        ("- Mon-Sun 6pm-11pm", "are you open this morning", "No"),
        (
            "- Mon-Sat 9am-4pm",
            "are you open on monday at 5",
            "No, we are not open on Monday, 30 November at 17:00.",
        ),
        ("- Mon-Sun 6pm-3am", "are you open on monday at 2", "At 02:00 we are open"),
        (
            DAILY.format("주차 가능"),
            "오늘 5시에 가도 되나요",
            "네, 오늘(11월 28일 토요일) 17:00에 영업합니다.",
        ),
        ("- Mon-Sun 6pm-11pm", "are you open tomorrow evening", "Yes"),
        (DAILY.format("주차 가능"), "내일 아침에 열어요?", "네"),
        ("## 영업시간\n- 매일: 18:00~23:00\n", "내일 아침에 열어요?", "아니요"),
    ],
)
def test_the_part_of_the_day_that_is_asked_about(text: str, question: str, said: str) -> None:
    assert said_of(text, question).startswith(said)


BRANCHES = "# Gym\n\n## Opening hours\n\n### City\n\nMon-Fri 6am-10pm, Sat-Sun 8am-6pm\n\n### Riverside\n\nMon-Fri 6am-9pm, Sat 8am-4pm, closed Sun\n"


def test_each_place_under_a_heading_has_its_own_week() -> None:
    told = said_of(BRANCHES, "open sunday?")
    assert "City: Yes" in told and "Riverside: No" in told
    rooms = "# 카페\n## 강남점\n- 영업시간: 08:00~22:00\n## 홍대점\n- 영업시간: 10:00~24:00 (월 휴무)\n"
    told = said_of(rooms, "월요일 하나요")
    assert "강남점: 네" in told and "홍대점: 아니요" in told


def test_a_line_of_something_else_under_a_notice_says_nothing_of_hours() -> None:
    assert said_of(WEEK.format("12월 23일 15:00~17:00 산타와 사진 찍기"), "12월 23일 하나요").startswith("네")
    assert said_of(WEEK.format("- 주차장 공사: 월요일 09:00~12:00"), "월요일 하나요").startswith("네")


def test_the_contacts_of_several_places_are_told_by_place() -> None:
    page = (
        "<h1>Our shops</h1><h3>Leeds</h3><p>Phone: 0113 496 0101</p><h3>York</h3><p>Phone: 01904 960202</p>"
    )
    found = ask(business({"p.html": page}, zone=LONDON), "what's your phone number")
    assert found is not None and "Leeds: 0113 496 0101" in found.text and "York: 01904 960202" in found.text
    own = "# Inn\n\n## Contact\n\nEmail: stay@inn.example (rooms), eat@inn.example (restaurant)\n"
    assert ask(business({"p.md": own}, zone=LONDON), "email") is None
    partners = "# 카페\n\n## 문의\n\n- 전화번호: 없음 (카톡 문의만)\n- 제휴문의: 02-999-9999\n"
    assert ask(business({"p.md": partners}), "전화번호") is None

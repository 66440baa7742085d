"""When the last visitor is let in: in a column, beside the hours, told from closing; not that of another thing."""

# ruff: noqa: E501 - documents and questions are read whole
from __future__ import annotations

import pytest

from tests.knowledge.facts.shops import ask, business

COLUMN = """<h1>Farm park</h1><table><tr><th>Day</th><th>Open</th><th>Last entry</th></tr>
<tr><td>Mon - Fri</td><td>10am - 5pm</td><td>4pm</td></tr><tr><td>Sat &amp; Sun</td><td>9.30am - 6pm</td><td>5pm</td></tr></table>"""
BESIDE = "<h1>Farm park</h1><p>Open Monday to Friday 10am to 5pm, weekends 9am - 6pm. Last admission one hour before closing.</p>"


@pytest.mark.parametrize("page", [COLUMN, COLUMN.replace("Farm park", "Opening times"), BESIDE])
@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("what time is last entry", "Monday to Friday: 16:00. Saturday and Sunday: 17:00."),
        ("whats last entry on sunday", "17:00"),
        ("how late can we get in on friday", "16:00"),
        ("can i come in at 5.30pm on saturday", "at 17:30, but the last entry is at 17:00."),
        ("can we still get in at 4.30pm on friday", "at 16:30, but the last entry is at 16:00."),
        ("can we come at 3pm on friday", "Yes, we are open on Friday, 4 December at 15:00."),
        ("when do you close on sunday", "at 18:00. The last entry is at 17:00."),
    ],
)
def test_it_is_told_and_counts_for_who_comes_later(page: str, question: str, said: str) -> None:
    found = ask(business({"p.html": page}), question)
    assert found is not None and said in found.text


@pytest.mark.parametrize(
    "hours",
    [
        "관람시간: 화~금 10:00~18:00, 토·일 10:00~19:00 (입장마감 30분 전)",
        "운영시간: 화~금 10:00~18:00, 토·일 10:00~19:00 (폐장 30분 전까지 입장 가능)",
        "관람시간: 화~금 10:00~18:00, 토·일 10:00~19:00. 입장은 종료 30분 전까지입니다.",
    ],
)
@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("입장 마감 몇시예요", "화요일~금요일: 17:30. 토요일, 일요일: 18:30."),
        ("오늘 몇시까지 들어갈 수 있어요", "18:30"),
        ("화요일 17:40에 가도 돼요?", "마지막 입장은 17:30입니다"),
    ],
)
def test_it_is_told_in_korean(hours: str, question: str, said: str) -> None:
    page = f"<h1>박물관</h1><p>{hours}</p><p>월요일 휴관</p>"
    found = ask(business({"p.html": page}, language="ko"), question, language="ko")
    assert found is not None and said in found.text


@pytest.mark.parametrize(
    "other",
    [
        "Christmas grotto: last entry 4pm.",
        "Last entry to the haunted house is at 4pm.",
        "24 December: 10am - 5pm, last entry 4pm.",
        "In July and August we are open 10am - 8pm, last entry 4pm.",
    ],
)
def test_another_thing_or_time_has_its_own(other: str) -> None:
    shop = business({"p.html": f"<h1>Opening times</h1><p>Open daily 10am to 6pm.</p><p>{other}</p>"})
    found = ask(shop, "what time is last entry on monday")
    assert found is None or "16:00" not in found.text
    hours = ask(shop, "are you open on monday at 5pm")
    assert hours is not None and hours.text.startswith("Yes")


def test_a_season_in_brackets_is_of_the_hours_before_it() -> None:
    shop = business({"p.html": "<h1>Park</h1><p>Open 11am to 5pm in winter (November to February).</p>"})
    summer = ask(shop, "are you open on 3 July at noon")
    assert summer is None or "11:00" not in summer.text


@pytest.mark.parametrize(
    "lines",
    [
        ["Open daily 10am-5pm, last admission 4pm (3pm in winter)."],
        ["Open daily 9am-6pm", "Santa's Grotto. Last entry 4pm."],
        ["Open daily 9am-6pm", "The Maze", "Last entry 4pm."],
    ],
)
def test_a_season_s_and_a_maze_s_are_none_of_the_house(lines: list[str]) -> None:
    text = "<h1>Opening times</h1>" + "".join(f"<p>{line}</p>" for line in lines)
    assert ask(business({"p.html": text}), "what time is last entry") is None


def test_a_line_of_its_own_below_the_hours_is_read() -> None:
    shop = business({"p.html": "<h1>Park</h1><p>Open daily 10am-5pm.</p><p>Last admission 4pm.</p>"})
    found = ask(shop, "can i come at 4.30pm on monday")
    assert found is not None and "the last entry is at 16:00" in found.text

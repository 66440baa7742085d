"""A day that a question names is met by a text in whose days it is, however either writes it."""

from __future__ import annotations

from datetime import date

import pytest

from madang.knowledge import dated

KITCHEN = "From 7 to 9 December 2026 our kitchen is being renewed: no breakfast sets."
SAUNA = "남탕 보수 공사: 1/18(월) 하루"


@pytest.mark.parametrize(
    ("question", "text", "read"),
    [
        ("12월 8일에 조식 먹을 수 있나요?", KITCHEN, "7 to 9 December 2026에 조식 먹을 수 있나요?"),
        ("can i have breakfast on 8 dec?", KITCHEN, "can i have breakfast on 7 to 9 December 2026?"),
        ("Breakfast on 8 December 2026?", KITCHEN, "Breakfast on 7 to 9 December 2026?"),
        ("크리스마스에 평일 요금인가요?", "12월 25일은 공휴일 요금입니다.", "12월 25일에 평일 요금인가요?"),
        ("when is it shut, 18 January?", SAUNA, "when is it shut, 1/18?"),
        ("12월 30일에 열어요?", "12월 28일부터 1월 3일까지 쉽니다.", "12월 28일부터 1월 3일에 열어요?"),
    ],
)
def test_the_days_of_the_text_stand_in_place_of_the_day(question: str, text: str, read: str) -> None:
    assert dated.in_its_words(question, text) == read
    assert dated.met(question, text)
    assert not dated.other(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("12월 10일에 조식 먹을 수 있나요?", KITCHEN),
        ("Breakfast on 8 December 2027?", KITCHEN),
        ("크리스마스에 여나요?", "12월 24일에 쉽니다."),
        ("Are you open on 1 January?", "Our garden is closed from 2 January to 5 January."),
    ],
)
def test_a_text_of_other_days_does_not_speak_of_it(question: str, text: str) -> None:
    assert dated.in_its_words(question, text) == question
    assert not dated.met(question, text)
    assert dated.other(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Is there a pool?", KITCHEN),
        ("Are you open from 1 March to 3 March?", KITCHEN),  # a run of days is asked about, no day
        ("Are you open on 31 February?", KITCHEN),
        ("What is half of 2/3?", "2/3 of the guests"),
        ("Are you open on 8 December?", "We are closed on Tuesdays."),
        ("How much is it on 10 February?", "From 1 February 2027 it goes up to 50."),
        ("2월 10일에 얼마예요?", "2월 1일부터 50으로 오릅니다."),
    ],
)
def test_where_no_day_meets_nothing_changes(question: str, text: str) -> None:
    assert dated.in_its_words(question, text) == question
    assert not dated.met(question, text) and not dated.other(question, text)


def test_of_several_runs_the_shortest_is_meant() -> None:
    season = "Winter prices: 1 November to 28 February"
    assert not dated.met("Open on 8 December?", season) and dated.other("Open on 8 June?", season)
    text = "Winter hours from 1 November to 28 February. Closed from 7 to 9 December."
    assert dated.in_its_words("Open on 8 December?", text) == "Open on 7 to 9 December?"


@pytest.mark.parametrize("text", ["12/1 " * 4_000, "from 1 May to " * 2_000, "12월 1일~" * 3_000])
def test_a_long_text_is_read_in_time(text: str) -> None:
    assert isinstance(dated.met("Open on 8 December?", text), tuple)
    assert dated.met("8 December " * 2_000, text) == ()


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Open on 29 December?", "Date: Tuesday 29 and Wednesday 30 December · Hours: 8am - 3pm"),
        ("Open on 28 December?", "We are closed on 26, 27 and 28 December."),
        ("12월 30일에 열어요?", "12월 29일(화), 30일(수) 단축 영업"),
    ],
)
def test_a_day_of_a_list_is_met_in_its_own_words(question: str, text: str) -> None:
    assert dated.met(question, text) and dated.in_its_words(question, text) == question


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        (KITCHEN, True),
        ("2026년 12월 7일부터 9일까지 주방 공사를 합니다.", True),
        ("On 24 December 2027 we close at 3 pm.", True),
        ("From 29 November to 2 December 2026 there is no breakfast.", False),  # it is so now
        ("On 30 November 2026 we are closed.", False),
        ("Our kitchen is renewed from 7 to 9 December 2026.", False),  # it begins with what it is about
        ("From 1 November 2026 to 28 February 2027 breakfast is from 8.", False),  # a season
        ("2006년 5월 20일에 문을 열었습니다.", False),
        ("Breakfast is from 8 to 10.", False),
        ("Room 2026", False),
    ],
)
def test_a_notice_passes(text: str, passes: bool) -> None:
    assert dated.passing(text, date(2026, 11, 30)) is passes


@pytest.mark.parametrize(
    ("question", "usual"),
    [
        ("when is breakfast", True),
        ("조식은 몇 시예요?", True),
        ("is breakfast on monday?", False),
        ("Is anything closed this month?", False),
        ("12월 8일에 조식 있어요?", False),
        ("요즘 조식 하나요?", False),
    ],
)
def test_what_is_asked_without_a_day_is_how_it_usually_is(question: str, usual: bool) -> None:
    assert dated.timeless(question) is usual

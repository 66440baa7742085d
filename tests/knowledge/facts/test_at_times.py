"""Prices that hold on some days and at some times of the day."""

from __future__ import annotations

import pytest

from madang.knowledge.facts.ask.at_times import label_of
from madang.knowledge.facts.types import Business
from tests.knowledge.facts.shops import ask, business

LONDON = "Europe/London"
CINEMA = """<h1>Ticket prices</h1>
<table><tr><th rowspan="2">Ticket</th><th colspan="2">Tuesday &ndash; Friday</th>
<th rowspan="2">Saturday, Sunday &amp; bank holidays (all day)</th>
<th rowspan="2">Copper Monday (all day)</th></tr>
<tr><th>Before 5pm</th><th>5pm and after</th></tr>
<tr><td>Adult</td><td>£8.50</td><td>£10.50</td><td>£10.00</td><td>£6.50</td></tr>
<tr><td>Child (2–14)</td><td>£6.00</td><td>£7.00</td><td>£6.80</td><td>£5.00</td></tr></table>"""


@pytest.fixture(scope="module")
def cinema() -> Business:
    return business({"tickets.html": CINEMA}, zone=LONDON)


@pytest.mark.parametrize(
    ("question", "total"),
    [
        ("how much for 2 adults and 1 child on saturday", "£26.80"),
        ("how much for 2 adults and 1 child saturday afternoon", "£26.80"),
        ("how much for 2 adults on wednesday evening", "£21.00"),
        ("how much for 2 adults on wednesday morning", "£17.00"),
        ("how much for 2 adults on wednesday at 4pm", "£17.00"),
        ("how much for 2 adults on wednesday at 5pm", "£21.00"),
        ("how much for 2 adults on monday", "£13.00"),
        ("how much for 2 adults on 28 december", "£20.00"),  # a bank holiday on a Monday
    ],
)
def test_the_day_and_the_time_choose_the_price(cinema: Business, question: str, total: str) -> None:
    told = ask(cinema, question)
    assert told is not None and told.kind == "total" and f"= {total}." in told.text, told


def test_where_the_time_is_not_said_each_price_is_told(cinema: Business) -> None:
    told = ask(cinema, "how much is an adult on tuesday")
    assert told is not None and "£8.50" in told.text and "£10.50" in told.text
    assert ask(cinema, "how much is an adult after 6pm") is None  # "after" is a question of its own


def test_a_time_says_nothing_of_prices_without_times() -> None:
    shop = business(
        {"a.md": "# Prices\n\n| Ticket | Weekday | Weekend |\n|---|---|---|\n| Adult | £8 | £9 |\n"}
    )
    assert ask(shop, "how much is an adult on wednesday at 4pm") is None


@pytest.mark.parametrize(
    ("label", "between"),
    [
        ("Tuesday – Friday Before 5pm", (0, 17 * 60)),
        ("5pm and after", (17 * 60, 24 * 60)),
        ("After 18:00", (18 * 60, 24 * 60)),
        ("평일 18시 이후", (18 * 60, 24 * 60)),
        ("평일 18시 이전", (0, 18 * 60)),
        ("Mon-Fri 9am-5pm", (9 * 60, 17 * 60)),
        ("Weekend", (0, 24 * 60)),
    ],
)
def test_what_a_heading_says_of_times(label: str, between: tuple[int, int]) -> None:
    read = label_of(label)
    assert (read.since, read.until) == between

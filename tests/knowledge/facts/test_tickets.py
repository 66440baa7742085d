"""Tickets of several people: a sum for each price that the list has, family tickets beside it, passes apart."""

# ruff: noqa: E501 - tables are read whole
from __future__ import annotations

import pytest

from tests.knowledge.facts.shops import ask, business

FARM = """<html><head><title>Prices</title></head><body><h1>Prices</h1><h2>Admission</h2>
<p>Off-peak = term time weekdays. Peak = weekends, school holidays and bank holidays.</p>
<table><tr><th rowspan="2">Ticket</th><th colspan="2">Off-peak</th><th colspan="2">Peak</th></tr>
<tr><th>Online</th><th>At the gate</th><th>Online</th><th>At the gate</th></tr>
<tr><td>Adult (16+)</td><td>£8.50</td><td>£9.50</td><td>£10.95</td><td>£12.50</td></tr>
<tr><td>Child (2 - 15)</td><td>£7.50</td><td>£8.50</td><td>£9.95</td><td>£11.50</td></tr>
<tr><td>Family of 4 (2 adults + 2 children)</td><td>£29.50</td><td>£33.00</td><td>£38.00</td><td>£44.00</td></tr>
<tr><td>Extra child on a family ticket</td><td>£6.50</td><td>£7.50</td><td>£8.50</td><td>£10.00</td></tr></table></body></html>"""
SHEET = """Annual membership,Price for 12 months £
Adult (16+),52
Child (2-15),46
"""
MENU = """Section,Item,Price £
Kids,Pasta with tomato sauce,5.25
Kids,Cheese toastie,4.75
Hot lunch,Cottage pie,9.25
Drinks,Latte or cappuccino,3.40
"""
SHOP = business({"prices.html": FARM, "pass.csv": SHEET, "menu.csv": MENU}, zone="Europe/London")
MAY_COST_LESS = "A family ticket may cost less; what there is stands below."


def test_where_no_price_is_named_each_has_its_sum() -> None:
    found = ask(SHOP, "how much for 2 adults and a kid?")
    assert found is not None
    assert found.text.splitlines()[:4] == [
        "- Off-peak Online: 2 × Adult (16+) (£8.50) + 1 × Child (2 - 15) (£7.50) = £24.50.",
        "- Off-peak At the gate: 2 × Adult (16+) (£9.50) + 1 × Child (2 - 15) (£8.50) = £27.50.",
        "- Peak Online: 2 × Adult (16+) (£10.95) + 1 × Child (2 - 15) (£9.95) = £31.85.",
        "- Peak At the gate: 2 × Adult (16+) (£12.50) + 1 × Child (2 - 15) (£11.50) = £36.50.",
    ]
    assert found.text.endswith(MAY_COST_LESS)
    assert any(fact.said.startswith("Ticket: Family of 4") for fact in found.facts)


@pytest.mark.parametrize(
    ("question", "reply"),
    [
        (
            "2 adults and 1 child at the gate on sunday, how much?",
            f"2 × Adult (16+) (Peak At the gate) (£12.50) + 1 × Child (2 - 15) (Peak At the gate) (£11.50) = £36.50. {MAY_COST_LESS}",
        ),
        (
            "how much is it for 2 adults and 2 kids on a saturday if we book online",
            f"2 × Adult (16+) (Peak Online) (£10.95) + 2 × Child (2 - 15) (Peak Online) (£9.95) = £41.80. {MAY_COST_LESS}",
        ),
        ("annual membership for 2 adults, how much?", "2 × Adult (16+) (£52.00) = £104.00."),
        ("2 kids pastas and a latte how much", "2 × Pasta with tomato sauce (£5.25) + 1 × Latte or cappuccino (£3.40) = £13.90."),
        ("what's the cheapest kids meal", "Of those, the cheapest is Cheese toastie (£4.75)."),
    ],
)  # fmt: skip
def test_what_is_named_is_summed(question: str, reply: str) -> None:
    found = ask(SHOP, question)
    assert found is not None and found.text == reply


def test_a_year_s_pass_is_no_ticket() -> None:
    only = business({"pass.csv": SHEET}, zone="Europe/London")
    assert ask(only, "how much for 2 adults") is None
    assert ask(only, "how much is the membership for 2 adults") is not None


def test_two_people_need_no_family_ticket() -> None:
    found = ask(SHOP, "2 adults at the gate on saturday, how much?")
    assert found is not None and found.text == "2 × Adult (16+) (Peak At the gate) (£12.50) = £25.00."

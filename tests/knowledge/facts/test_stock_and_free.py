"""What is in stock, what is free, and rows of one name that only a colour, a length or a day tells apart."""

# ruff: noqa: E501 - documents and questions are read whole
from __future__ import annotations

import pytest

from tests.knowledge.facts.shops import ask, business

Files = dict[str, str | bytes]


def _mugs(heading: str, blue: str, red: str) -> Files:
    return {"list.csv": f"Item,Price,{heading}\nBlue mug,£8,{blue}\nRed mug,£6,{red}\n"}


@pytest.mark.parametrize(
    ("heading", "there", "gone"),
    [
        ("Qty in stock", "3", "0"),
        ("Quantity", "3", "0"),
        ("Stock level", "3", "0"),
        ("Units", "3", "0"),
        ("On hand", "3", "0"),
        ("Left", "3", "0"),
        ("Places left", "3", "0"),
        ("Spaces", "3", "0"),
        ("Availability", "yes", "SOLD"),
        ("Availability", "yes", "none"),
        ("In stock", "yes", "on order"),
        ("In stock", "yes", "reserved"),
        ("In stock", "yes", "Due 10 Dec"),
        ("In stock", "yes", "coming soon"),
        ("In stock", "yes", "back in March"),
        ("In stock", "3", "-"),
        ("재고 수량", "3", "0"),
        ("재고", "있음", "입고 예정"),
    ],
)
def test_what_is_not_in_stock_is_not_offered(heading: str, there: str, gone: str) -> None:
    shop = business(_mugs(heading, there, gone))
    cheapest = ask(shop, "what is the cheapest")
    assert cheapest is None or "Red mug" not in cheapest.text, cheapest
    red = ask(shop, "do you have red mugs")
    assert red is None or "sold out" in red.text or "may not be in stock" in red.text, red


def test_a_heading_that_may_mean_a_pack_or_the_stock_is_told_as_it_is() -> None:
    shop = business(_mugs("Qty", "3", "5"))
    assert ask(shop, "5 blue mugs price") is None
    assert ask(shop, "how many blue mugs have you got") is None
    found = ask(shop, "how much is the blue mug")
    assert found is not None and "Blue mug (Qty: 3) is £8.00" in found.text


def test_a_column_of_prices_says_nothing_of_stock() -> None:
    shop = business({"list.csv": "Club,Right,Left\nPutter,£80,£85\n"})
    found = ask(shop, "how much is the putter")
    assert found is None or "£80.00" in found.text


JUMPERS: Files = {
    "list.csv": "Item,Colour,Size,Price,In stock\nJumper,Red,S,£35,4\nJumper,Red,M,£35,0\nJumper,Blue,M,£38,2\n"
}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("how much is a red jumper", "Jumper (Red) (S): £35.00, Jumper (Red) (M): £35.00. Marked as sold out: Jumper (Red) (M)."),
        ("how much is a blue jumper", "Jumper (Blue) (M) is £38.00."),
    ],
)  # fmt: skip
def test_each_size_of_a_colour_is_told(question: str, said: str) -> None:
    found = ask(business(JUMPERS), question)
    assert found is not None and found.text == said


def test_rows_of_several_lengths_do_not_contradict_each_other() -> None:
    found = ask(
        business({"l.csv": "Treatment,Minutes,Price\nFacial,60,£50\nFacial,30,£30\n"}), "facial price"
    )
    assert found is not None and found.text == "Facial (60 min): £50.00, Facial (30 min): £30.00."


def _table(*rows: str) -> Files:
    head, *rest = rows
    lines = [f"| {head} |", "|" + "---|" * (head.count("|") + 1), *(f"| {row} |" for row in rest)]
    return {"page.md": "# House\n\n## Prices\n\n" + "\n".join(lines) + "\n"}


TICKETS = _table("Ticket | Price", "Adult | £11.50", "Child | £9.50", "Under 3s | Free")
MEMBERS = _table("Class | Members | Non-members", "Yoga | £4 | £7")
SPIN = _table("Ticket | Member | Non-member", "Adult | Free | £9", "Spin | Free | £6")


@pytest.mark.parametrize(
    ("files", "question", "said"),
    [
        (TICKETS, "what's the cheapest ticket", "the cheapest is Under 3s (free)"),
        ({"p.md": "# Zoo\n\n## Tickets\n\n- Adult £10\n- Child £5\n- Under 3s free\n"}, "cheapest ticket", "Under 3s (free)"),
        ({"p.md": "# 동물원\n\n## 요금\n\n- 어른 8,000원\n- 어린이 5,000원\n- 미취학 아동 무료\n"}, "미취학 아동 얼마예요", "무료"),
        (MEMBERS, "yoga for members price", "Yoga (Members) is £4.00"),
        (MEMBERS, "member yoga price", "Yoga (Members) is £4.00"),
        (MEMBERS, "yoga for non-members price", "Yoga (Non-members) is £7.00"),
    ],
)  # fmt: skip
def test_who_pays_less_or_nothing_is_told(files: Files, question: str, said: str) -> None:
    found = ask(business(files), question)
    assert found is not None and said in found.text, found


@pytest.mark.parametrize(
    ("files", "question"),
    [
        (SPIN, "how much is an adult member"),
        (SPIN, "spin for members price"),
        (SPIN, "how much for 2 adults"),
        ({"l.csv": "Date,Event,Adult,Child\n06/12/2026,Panto,£18,£12\n12/12/2026,Panto,£20,£14\n13/12/2026,Panto matinee,£16,£10\n"}, "how much is the panto"),
        ({"l.csv": "Class,Day,Start,Price\nYoga,Monday,18:00,£8\nZumba,Sat,10:00,£6\nPilates,Tuesday,19:15,£9\n"}, "is there a class today"),
        (_table("Room | Sun-Thu | Fri-Sat | Bank holidays", "Double | £95 | £120 | £140", "Single | £70 | £85 | £95"), "double fri to sun price"),
    ],
)  # fmt: skip
def test_which_of_several_prices_holds_is_not_guessed(files: Files, question: str) -> None:
    found = ask(business(files), question)
    assert found is None, found


def test_vat_in_a_heading_is_said() -> None:
    files: Files = {
        "p.md": "# Print\n\n## Price list (ex VAT)\n\n| Item | 100 | 250 |\n|---|---|---|\n| Business cards | £25 | £35 |\n"
    }
    found = ask(business(files), "how much for 250 business cards")
    assert found is not None and "£35.00" in found.text and "VAT is not included" in found.text

"""Tables of a PDF are rows with the names of their columns: with rules, without, with cells close by."""

from __future__ import annotations

import io

from reportlab.pdfgen import canvas

from madang.knowledge.document import Document
from madang.knowledge.readers import read
from tests.knowledge import files

MENU = [("Dish", "Price", "Size"), ("Cold noodles", "9,000", "large"), ("Dumplings", "6,500", "small")]
MENU += [("Rice with tuna", "7,000", "large")]
SAID = [
    "Dish: Cold noodles · Price: 9,000 · Size: large",
    "Dish: Dumplings · Price: 6,500 · Size: small",
    "Dish: Rice with tuna · Price: 7,000 · Size: large",
]


def rows(document: Document) -> list[str]:
    return [block.text for block in document.blocks if block.row]


def test_cells_closer_than_a_letter_stay_apart() -> None:
    for gap in (30, 12, 7):
        assert rows(read(files.pdf_columns(MENU, gap), "menu.pdf")) == SAID, gap


def test_cells_that_wrap_between_rules_are_one_cell() -> None:
    grid = [
        ["Room", "Price", "What is included"],
        ["Sea view", "90,000", "Breakfast for two, the sauna and a towel of your own"],
        ["Yard", "60,000", "Nothing"],
    ]
    assert rows(read(files.pdf_grid(grid, [60, 60, 120]), "rooms.pdf")) == [
        "Room: Sea view · Price: 90,000 · "
        "What is included: Breakfast for two, the sauna and a towel of your own",
        "Room: Yard · Price: 60,000 · What is included: Nothing",
    ]


def test_two_columns_without_names_are_names_and_values() -> None:
    grid = [["Check-in", "from three"], ["Breakfast", "until ten"], ["Parking", "behind the house"]]
    assert rows(read(files.pdf_grid(grid, [100, 160]), "house.pdf")) == [
        "Check-in: from three",
        "Breakfast: until ten",
        "Parking: behind the house",
    ]


def test_two_columns_of_prose_are_no_table() -> None:
    out = io.BytesIO()
    sheet = canvas.Canvas(out)
    sheet.setFont("Helvetica", 10)
    words = (files.ENGLISH * 3).split()
    for number in range(10):
        sheet.drawString(60, 700 - 13 * number, " ".join(words[number * 3 : number * 3 + 3]))
    sheet.save()
    assert rows(read(out.getvalue(), "prose.pdf")) == []


def test_a_page_full_of_rules_is_read_in_time() -> None:
    out = io.BytesIO()
    sheet = canvas.Canvas(out)
    for number in range(6_000):
        sheet.line(number % 500, 0, number % 500, 800)
        sheet.line(0, number % 800, 600, number % 800)
    sheet.drawString(72, 700, "Open daily.")
    sheet.save()
    assert "Open daily." in read(out.getvalue(), "rules.pdf").blocks[0].text

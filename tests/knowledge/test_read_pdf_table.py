"""Tables of a PDF are rows with the names of their columns: with rules, without, with cells close by."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from madang.knowledge.document import Document
from madang.knowledge.facts.said_items import items_in
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


def test_what_stands_below_a_name_is_said_behind_its_price() -> None:
    """Drawn as design programs do: a name, the small line below it, then the price beside the name."""
    dishes = [("드립커피", "Hand drip (V)", "6,000"), ("솔잎 라떼", "Pine-needle latte", "6,300")]
    dishes += [("유자차", "Citron tea, hot or iced", "5,500")]
    pdfmetrics.registerFont(UnicodeCIDFont("HYSMyeongJo-Medium"))
    out = io.BytesIO()
    sheet = canvas.Canvas(out)
    for left in (60, 320):  # two columns, one after the other
        sheet.setFont("HYSMyeongJo-Medium", 13)
        sheet.drawString(left, 740, "차와 음료")
        for at, (name, below, price) in enumerate(dishes):
            high = 715 - 33 * at
            sheet.setFont("HYSMyeongJo-Medium", 9.5)
            sheet.drawString(left, high, name)
            sheet.setFont("HYSMyeongJo-Medium", 8)
            sheet.drawString(left, high - 14, below)
            sheet.setFont("HYSMyeongJo-Medium", 9.5)
            sheet.drawRightString(left + 200, high, price)
    sheet.save()
    document = read(out.getvalue(), "menu.pdf")
    said = [f"{name}: {price} · {below}" for name, below, price in dishes]
    assert rows(document) == said * 2
    items = [item for text in said for item, _, _ in items_in(text, ["차와 음료"])]
    assert [(item.name, item.amount, item.description) for item in items] == [
        (name, Decimal(price.replace(",", "")), below) for name, below, price in dishes
    ]


def test_a_number_beside_prose_of_another_column_stays_where_it_is() -> None:
    out = io.BytesIO()
    sheet = canvas.Canvas(out)
    sheet.setFont("Helvetica", 10)
    for at, text in enumerate(["Our house was built in the year that", "the harbour was, and it"]):
        sheet.drawString(60, 700 - 14 * at, text)
    sheet.drawString(60, 672, "still stands.")
    sheet.drawString(320, 700, "1,902")
    sheet.drawString(320, 686, "boats were counted.")
    sheet.save()
    said = " ".join(block.text for block in read(out.getvalue(), "house.pdf").blocks)
    assert "it still stands." in said and "1,902 boats were counted." in said


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


def columns_pdf(
    rows: list[list[str]], places: list[int], *, size: int = 10, right: frozenset[int] = frozenset()
) -> bytes:
    """Rows without rules whose cells begin at `places`; those in `right` end there."""
    pdfmetrics.registerFont(UnicodeCIDFont("HYSMyeongJo-Medium"))
    out = io.BytesIO()
    sheet = canvas.Canvas(out)
    hangul = any("가" <= letter <= "힣" for row in rows for cell in row for letter in cell)
    sheet.setFont("HYSMyeongJo-Medium" if hangul else "Helvetica", size)
    for number, row in enumerate(rows):
        for at, (place, cell) in enumerate(zip(places, row, strict=True)):
            draw = sheet.drawRightString if at in right else sheet.drawString
            draw(place, 700 - 1.5 * size * number, cell)
    sheet.save()
    return out.getvalue()


CAKES = [["Cake size", "Serves", "Price"], ["Small", "2-3", "28,000 won"], ["Medium", "4-6", "39,000 won"]]
ROOMS = [["Room", "Guests", "A night"], ["Sea", "2", "90,000  won"], ["Yard", "4", "85,000  won"]]
TICKETS = [["Ticket", "Price", "Time"], ["Adult", "€ 14.00", "90  min"], ["Child", "€ 7.50", "90  min"]]
EXTRAS = [
    ["추가 요금", "금액", "단위"],
    ["이불 한 채", "10,000  원", "하루"],
    ["열쇠 분실", "30,000  원", "한 번"],
]


@pytest.mark.parametrize(
    ("table", "places", "right"),
    [
        (CAKES, [72, 150, 210], ()),
        (ROOMS, [72, 150, 210], ()),
        (TICKETS, [72, 190, 260], (1, 2)),
        (EXTRAS, [72, 200, 280], ()),
    ],
)
def test_a_price_and_its_unit_are_one_cell(
    table: list[list[str]], places: list[int], right: tuple[int, ...]
) -> None:
    """Whether it stands under a head in the same letters, set to the right, or with wide spaces."""
    names, *others = table
    said = [
        " · ".join(f"{name}: {' '.join(cell.split())}" for name, cell in zip(names, row, strict=True))
        for row in others
    ]
    assert rows(read(columns_pdf(table, places, right=frozenset(right)), "prices.pdf")) == said


def test_a_table_made_by_a_program_is_read_with_its_head() -> None:
    """Its rows are drawn in pieces, with spaces between them that no letter has the size of."""
    grid = [["Cake size", "Serves", "Price"], ["Small", "2-3", "28,000 won"], ["Large", "8-10", "55,000 won"]]
    out = io.BytesIO()
    body = getSampleStyleSheet()["BodyText"]
    SimpleDocTemplate(out).build([Paragraph(files.ENGLISH * 3, body), Table(grid)])
    assert rows(read(out.getvalue(), "policy.pdf")) == [
        "Cake size: Small · Serves: 2-3 · Price: 28,000 won",
        "Cake size: Large · Serves: 8-10 · Price: 55,000 won",
    ]


def test_a_number_beside_a_word_is_no_unit() -> None:
    table = [
        ["Size", "Table", "Hall"],
        ["30", "main", "north"],
        ["20", "main", "south"],
        ["10", "main", "east"],
    ]
    assert (
        rows(read(columns_pdf(table, [72, 98, 150]), "halls.pdf"))[0]
        == "Size: 30 · Table: main · Hall: north"
    )


def test_two_wrapped_lines_of_korean_keep_the_space_between_words() -> None:
    style = ParagraphStyle("k", fontName="HYSMyeongJo-Medium", fontSize=10, leading=14)
    pdfmetrics.registerFont(UnicodeCIDFont("HYSMyeongJo-Medium"))
    told = "숙박 7일 전까지 취소하시면 전액 돌려 드립니다. 3일 전까지는 50%를 돌려 드리고, "
    told += "그 뒤에는 환불되지 않습니다."
    out = io.BytesIO()
    SimpleDocTemplate(out).build([Paragraph(told, style)])
    assert read(out.getvalue(), "policy.pdf").blocks[0].text == told

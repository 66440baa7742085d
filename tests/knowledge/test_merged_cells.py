"""Cells that reach over several columns or rows: what they say is said of all of them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
from docx import Document as Docx
from openpyxl import Workbook
from pptx import Presentation
from pptx.util import Inches

from madang.knowledge.document import Limits
from madang.knowledge.readers import docx, grid, html, pptx, xlsx

ROWS = [
    ["Day", "Lunch", "Dinner", "Last order"],
    ["Tue-Fri", "11:30-14:30", "17:00-21:30", "20:50"],
    ["Sat", "12:00-21:30, no break", "", "20:45"],
    ["Mon", "closed", "", ""],
]
ACROSS = [(2, 1, 2), (3, 1, 3)]
"""Merged cells: row, first and last column, from 0."""
WANTED = [
    "Day: Tue-Fri · Lunch: 11:30-14:30 · Dinner: 17:00-21:30 · Last order: 20:50",
    "Day: Sat · Lunch/Dinner: 12:00-21:30, no break · Last order: 20:45",
    "Day: Mon · Lunch/Dinner/Last order: closed",
]


def of_html(markup: str) -> list[tuple[tuple[str, ...], str]]:
    blocks = html.read(f"<body>{markup}".encode(), "hours.html", Limits()).blocks
    return [(block.headings, block.text) for block in blocks]


def test_a_page() -> None:
    spans = {(row, first): last - first + 1 for row, first, last in ACROSS}
    rows = "".join(
        "<tr>"
        + "".join(
            f"<t{'h' if not at else 'd'} colspan={spans.get((at, column), 1)}>{text}"
            for column, text in enumerate(cells)
            if text
        )
        for at, cells in enumerate(ROWS)
    )
    assert [text for _, text in of_html(f"<table>{rows}</table>")] == WANTED


def test_names_over_two_rows_and_headings_inside() -> None:
    assert of_html(
        "<h2>Menu</h2><table><tr><th rowspan=2>Dish<th colspan=2>Price<tr><th>Small<th>Large"
        "<tr><td colspan=3>Noodles<tr><td>Soup<td>7<td>9"
        "<tr><td rowspan=2>Set<td>8<td>10<tr><td colspan=2>sold out"
        "</table><p>Every day.</p>"
    ) == [
        (("Menu", "Noodles"), "Dish: Soup · Price Small: 7 · Price Large: 9"),
        (("Menu", "Noodles"), "Dish: Set · Price Small: 8 · Price Large: 10"),
        (("Menu", "Noodles"), "Dish: Set · Price Small/Price Large: sold out"),
        (("Menu",), "Every day."),
    ]


def test_a_letter() -> None:
    document = Docx()
    table = document.add_table(len(ROWS), 4)
    for at, cells in enumerate(ROWS):
        for column, text in enumerate(cells):
            table.cell(at, column).text = text
    for row, first, last in ACROSS:
        merge(table.cell(row, first), table.cell(row, last))
    assert [block.text for block in docx.read(saved(document), "hours.docx", Limits()).blocks] == WANTED


def test_a_letter_with_cells_over_rows() -> None:
    document = Docx()
    table = document.add_table(4, 2)
    for at, cells in enumerate([["Kind", "Dish"], ["Soup", "Leek"], ["", "Onion"], ["Cake", "Plum"]]):
        for column, text in enumerate(cells):
            table.cell(at, column).text = text
    merge(table.cell(1, 0), table.cell(2, 0))
    assert [block.text for block in docx.read(saved(document), "menu.docx", Limits()).blocks] == [
        "Kind: Soup · Dish: Leek",
        "Kind: Soup · Dish: Onion",
        "Kind: Cake · Dish: Plum",
    ]


def test_a_slide() -> None:
    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    table = slide.shapes.add_table(len(ROWS), 4, Inches(1), Inches(1), Inches(6), Inches(3)).table
    for at, cells in enumerate(ROWS):
        for column, text in enumerate(cells):
            table.cell(at, column).text = text
    for row, first, last in ACROSS:
        table.cell(row, first).merge(table.cell(row, last))
    assert [block.text for block in pptx.read(saved(deck), "hours.pptx", Limits()).blocks] == WANTED


def test_a_sheet() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Opening hours"])
    for cells in ROWS:
        sheet.append(cells)
    sheet.merge_cells("A1:D1")
    for row, first, last in ACROSS:
        sheet.merge_cells(start_row=row + 2, end_row=row + 2, start_column=first + 1, end_column=last + 1)
    assert [block.text for block in xlsx.read(saved(book), "hours.xlsx", Limits()).blocks] == [
        "Opening hours",
        WANTED[0],
        "Day: Sat · Lunch: 12:00-21:30, no break · Dinner: 12:00-21:30, no break · Last order: 20:45",
        "Day: Mon · Lunch: closed · Dinner: closed · Last order: closed",
    ]


@pytest.mark.parametrize("said", ["", "0", "-3", "x", "99999999999", "2.5", "٣"])
def test_reaches_that_are_none(said: str) -> None:
    made = of_html(f'<table><tr><th>A<th>B<tr><td colspan="{said}">one<td rowspan="{said}">two</table>')
    assert "one" in made[0][1] and "two" in made[0][1]


def test_a_cell_over_everything_does_not_multiply() -> None:
    long = "word " * 5_000
    markup = f"<table><tr><th>A<th>B<tr><td rowspan=60000>{long}<td>0" + "".join(
        f"<tr><td>{at}" for at in range(1, 3_000)
    )
    made = of_html(markup + "</table>")
    assert len(made) == 3_000 and sum(len(text) for _, text in made) < 2 * len(long) + 40_000
    wide = grid.placed([[grid.Cell(f"name {at}") for at in range(600)], [grid.Cell("x", across=9_000)]])
    assert len(wide[0]) == grid.MOST and wide[1][0].columns == range(grid.MOST)
    assert grid.as_record(grid.names(wide[:1]), wide[1]) == "x"


def merge(first: Any, last: Any) -> None:
    """As Word does: what stood in the others is gone."""
    text = first.text
    first.merge(last).text = text


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_cells_are_placed_as_they_reach() -> None:
    def texts(rows: Sequence[grid.Row]) -> list[list[tuple[int, str]]]:
        return [[(one.first, one.cell.text) for one in row] for row in rows]

    rows = [
        [grid.Cell("a", down=0), grid.Cell("b", 2, 2), grid.Cell("c")],
        [grid.Cell("d")],
        [grid.Cell("e")],
    ]
    assert texts(grid.placed(rows)) == [
        [(0, "a"), (1, "b"), (3, "c")],
        [(0, "a"), (1, "b"), (3, "d")],
        [(0, "a"), (1, "e")],
    ]

"""PDFs as designers lay them out: several prices a row with small lines between, and prose in columns."""

from __future__ import annotations

# ruff: noqa: E501 - rows are read whole
import io

from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen import canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph

from madang.knowledge.document import Document
from madang.knowledge.facts.said_items import items_in
from madang.knowledge.readers import read

LADDERS = [
    ("Step ladder, 8 tread", "", ("8", "11", "22")),
    ("Double ladder, 5m", "reaches a first-floor gutter", ("14", "20", "38")),
    ("Triple ladder, 8m", "two people to carry, roof bars needed and a van for more", ("19", "27", "52")),
    ("Tower, 4m platform", "delivered only", ("-", "62", "104")),
]
HEATERS = [
    ("Fan heater, 3kW", "13 amp plug", ("11", "16", "30")),
    ("Oil-filled radiator", "", ("9", "13", "25")),
    ("Patio heater", "first gas bottle included", ("22", "30", "64")),
]


def price_list() -> bytes:
    """Two parts with names of their own for the columns, set larger than these, and amounts to the right."""
    out = io.BytesIO()
    sheet = canvas.Canvas(out)
    sheet.setFont("Helvetica-Bold", 22)
    sheet.drawString(40, 790, "Winter price list")
    high = 750.0
    for part, names, rows in (
        ("Ladders & access", ("Day", "Weekend", "Week"), LADDERS),
        ("Heating", ("Day", "Weekend", "Month"), HEATERS),
    ):
        sheet.setFont("Helvetica-Bold", 13)
        sheet.drawString(40, high, part)
        sheet.setFont("Helvetica", 7.5)
        for right, name in zip((190, 236, 282), names, strict=True):
            sheet.drawRightString(right, high, name)
        high -= 21
        for name, below, amounts in rows:
            sheet.setFont("Helvetica", 9.5)
            sheet.drawString(40, high, name)
            for right, amount in zip((190, 236, 282), amounts, strict=True):
                sheet.drawRightString(right, high, amount)
            if below:
                sheet.setFont("Helvetica", 6.8)
                sheet.drawString(40, high - 11.5, below)
            high -= 28 if below else 18
        high -= 12
    sheet.save()
    return out.getvalue()


def rows(document: Document) -> list[str]:
    return [block.text for block in document.blocks if block.row]


def test_small_lines_below_names_do_not_part_a_table_from_the_names_of_its_columns() -> None:
    said = rows(read(price_list(), "prices.pdf"))
    assert said == [
        "Ladders & access: Step ladder, 8 tread · Day: 8 · Weekend: 11 · Week: 22",
        "Ladders & access: Double ladder, 5m (reaches a first-floor gutter) · Day: 14 · Weekend: 20 · Week: 38",
        "Ladders & access: Triple ladder, 8m (two people to carry, roof bars needed and a van for more)"
        " · Day: 19 · Weekend: 27 · Week: 52",
        "Ladders & access: Tower, 4m platform (delivered only) · Day: - · Weekend: 62 · Week: 104",
        "Heating: Fan heater, 3kW (13 amp plug) · Day: 11 · Weekend: 16 · Month: 30",
        "Heating: Oil-filled radiator · Day: 9 · Weekend: 13 · Month: 25",
        "Heating: Patio heater (first gas bottle included) · Day: 22 · Weekend: 30 · Month: 64",
    ]


def test_its_small_numbers_are_prices_where_the_source_speaks_of_prices() -> None:
    row = rows(read(price_list(), "prices.pdf"))[3]
    assert items_in(row, []) == []
    found = [(item.name, str(item.amount)) for item, _, _ in items_in(row, [], ["Winter price list"])]
    assert found == [
        ("Tower, 4m platform (delivered only) (Weekend)", "62"),
        ("Tower, 4m platform (delivered only) (Week)", "104"),
    ]


def test_prose_in_columns_is_joined_in_each_of_them() -> None:
    style = ParagraphStyle("p", fontName="Helvetica", fontSize=9.2, leading=12)
    head = ParagraphStyle("h", fontName="Helvetica-Bold", fontSize=12, leading=18)
    told = [
        "Keep the machine locked indoors at night. If it is stolen, tell the police and us within 24 hours. "
        "You pay what it would cost to buy second-hand, never more than 80% of new.",
        "Rain is not a reason for a refund, but if the ticket has not started we will move it to another day "
        "once.",
        "Do not lend it on, and do not take it more than 40 miles from the town.",
    ]
    out = io.BytesIO()
    document = BaseDocTemplate(out, pagesize=(595, 420))
    frames = [Frame(45, 40, 235, 330, 0, 0, 0, 0), Frame(310, 40, 235, 330, 0, 0, 0, 0)]
    document.addPageTemplates(PageTemplate(frames=frames))
    flow = [piece for number in range(5) for piece in (
        Paragraph(f"Part {number}", head), *(Paragraph(text, style) for text in told)
    )]  # fmt: skip
    document.build(flow)
    blocks = [block.text for block in read(out.getvalue(), "terms.pdf").blocks]
    assert blocks == told * 5


def test_a_line_across_the_columns_does_not_say_where_they_end() -> None:
    out = io.BytesIO()
    sheet = canvas.Canvas(out)
    sheet.setFont("Helvetica", 9.2)
    sheet.drawString(
        50, 780, "Given to every customer with the ticket, whether hired at the counter or by telephone"
    )
    lines = (
        "Every electric machine is safety tested each three",
        "months: look for the green tag before you use it,",
    )
    lines += ("and plug in through a breaker that you have tried", "yourself.")
    for at, text in enumerate(lines):
        sheet.drawString(50, 740 - 12 * at, text)
    sheet.drawString(320, 740, "Ladders carry 150 kg including you.")
    sheet.save()
    texts = [block.text for block in read(out.getvalue(), "terms.pdf").blocks]
    assert any(text.endswith("breaker that you have tried yourself.") for text in texts), texts

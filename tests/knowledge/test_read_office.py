"""Sheets, slides and letters become records, headings and places; what a person does not see is left out."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.kernel.child import run
from madang.kernel.errors import MadangError, TooLarge, Unreadable
from madang.knowledge.access import Knowledge
from madang.knowledge.document import Block, Document, Limits
from madang.knowledge.readers import pack, read
from madang.knowledge.readers.numbers import shown
from madang.knowledge.readers.sniff import kind_of
from madang.knowledge.readers.table import blocks, is_header
from madang.knowledge.split import split
from tests.knowledge import files, office

QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
REAL = {
    "a.xlsx": office.xlsx(),
    "a.pptx": office.pptx(),
    "a.eml": office.mail(attachment=("menu.csv", b"Dish,Price\nSoup,4\n")),
    "a.mbox": office.mbox(3),
}


def texts(document: Document) -> list[str]:
    return [block.text for block in document.blocks]


def test_a_sheet_is_read_as_a_person_sees_it() -> None:
    document = read(REAL["a.xlsx"], "menu.xlsx")
    assert document.title == "menu"
    assert texts(document) == [
        "바다 국밥 차림표",
        "분류: 국밥 · 메뉴: 돼지국밥 · 가격: 9,000원 · 할인: 10% · 부터: 2026-03-02",
        "분류: 국밥 · 메뉴: 순대국밥 · 가격: 9,500원 · 할인: 5% · 부터: 09:30",
        "분류: 수육 · 가격: ₩31,000.5",
        "Yes, behind the house.",
    ]
    assert [block.place for block in document.blocks][1:4] == ["sheet:메뉴:4", "sheet:메뉴:5", "sheet:메뉴:6"]
    assert document.blocks[1].headings == ("메뉴",)
    assert document.blocks[-1].headings == ("Faq", "Do you park cars?")
    assert split(document)[0].place == "sheet:메뉴:1,4-6"


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (9000, "#,##0", "9,000"),
        (9000.0, "General", "9000"),
        (0.125, "0.0%", "12.5%"),
        (1234.5, '"$"#,##0.00', "$1,234.50"),
        (-5, '#,##0;"-"#,##0', "-5"),
        (12, '0"개"', "12개"),
        (3, '"Table 1: "0', "Table 1: 3"),
        (True, "General", "TRUE"),
        (float("nan"), "General", ""),
    ],
)
def test_numbers_are_shown_as_in_the_sheet(value: float, form: str, text: str) -> None:
    assert shown(value, form) == text


@QUICK
@given(st.floats() | st.integers(), st.text(max_size=30))
def test_any_number_format(value: float, form: str) -> None:
    assert isinstance(shown(value, form), str)


def test_formulas_stay_letters_and_are_never_computed() -> None:
    document = read(b'Dish,Note\nSoup,=HYPERLINK("http://evil.example")\n', "a.csv")
    assert texts(document) == ['Dish: Soup · Note: =HYPERLINK("http://evil.example")']


def test_amounts_may_head_the_columns_of_prices() -> None:
    head = ["품목", "200g", "500g", "1kg"]
    assert is_header(head, [head, ["솔밤", "12000", "27000", "48000"], ["한낮", "11500", "", "46000"]])
    first = ["솔밤", "12000", "27000", "48000"]
    assert not is_header(first, [first, ["한낮", "11500", "26000", "46000"]])
    weights = ["Box", "200g", "1kg"]
    assert not is_header(weights, [weights, ["Tin", "500g", "2kg"]])


def test_a_line_across_a_table_is_a_note_and_no_name() -> None:
    rows = [
        (1, ["Item", "Price", "Size"]),
        (2, ["Soup", "4", "L"]),
        (3, ["※ 6병 이상 10% 할인", "", ""]),
        (4, ["Members get one coffee free on Mondays", "", ""]),
        (5, ["Noodles", "", ""]),
    ]
    found = [block.text for block in blocks(rows, "menu.csv", Limits())]
    assert found[0] == "Item: Soup · Price: 4 · Size: L"
    assert found[1:] == [
        "※ 6병 이상 10% 할인",
        "Members get one coffee free on Mondays",
        "Item: Noodles",
    ]


def test_slides_keep_their_titles_notes_and_tables() -> None:
    document = read(REAL["a.pptx"], "deck.pptx")
    assert document.title == "Opening hours"
    assert texts(document) == [
        "Monday to Friday",
        "9:00 to 18:00",
        "Say that Friday is long.",
        "Ticket: Adult · Price: 8,000원",
        "Ticket: Child · Price: free",
        "In a group.",
    ]
    assert [block.place for block in document.blocks] == ["slide:1"] * 3 + ["slide:3"] * 3
    assert document.blocks[3].headings == ("요금",)


def test_a_letter_without_its_history_and_signature() -> None:
    document = read(office.mail(), "letter.eml")
    headings = ("주차 문의 1", "김하늘 · 2026-03-01")
    text = "네, 건물 뒤에 두 시간 무료로 주차하실 수 있습니다."
    assert document == Document("주차 문의 1", [Block(text, headings, place="mail:1")])
    rich = "<p>Yes.</p><blockquote>old words</blockquote><div class=gmail_quote>older</div>"
    assert texts(read(office.mail(html=rich), "x")) == ["Yes."]


def test_a_mailbox_and_attachments() -> None:
    document = read(REAL["a.mbox"], "box")
    assert [block.place for block in document.blocks] == ["mail:1", "mail:2", "mail:3"]
    assert document.title == "box"
    document = read(REAL["a.eml"], "x.eml")
    assert document.blocks[-1].text == "Dish: Soup · Price: 4"
    assert document.blocks[-1].headings == ("주차 문의 1", "김하늘 · 2026-03-01", "menu")
    named = read(office.mail(attachment=("../../etc/photo.bin", b"\x7fELF" + bytes(99))), "x.eml")
    assert named.blocks[-1].text == "[photo.bin]"
    inner = office.mail(2, attachment=("deep.eml", office.mail(3)))
    assert "[deep.eml]" in texts(read(inner, "x.eml"))


def test_what_a_file_is_says_its_content() -> None:
    for name, kind in (("a.xlsx", "xlsx"), ("a.pptx", "pptx"), ("a.eml", "mail"), ("a.mbox", "mail")):
        assert kind_of(REAL[name], "lie.docx") == kind
    assert kind_of(b"From: my heart\nTo: yours\n\nsong", "song.txt") == "text"
    assert kind_of(b"Subject: hello\nthere\n", "a.md") == "markdown"


@QUICK
@given(st.sampled_from(sorted(REAL)), st.integers(0, 2**32), st.integers(1, 30))
def test_damaged_files(name: str, seed: int, changes: int) -> None:
    data, chance = bytearray(REAL[name]), random.Random(seed)
    for _ in range(changes):
        place = chance.randrange(len(data))
        data[place : place + chance.randrange(1, 60)] = chance.randbytes(chance.randrange(3))
        data = data or bytearray(b"x")
    try:
        document = read(bytes(data), name)
    except MadangError as error:
        assert str(error)
    else:
        assert all(0 < len(piece.text) <= 900 for piece in split(document))


@pytest.mark.parametrize(
    ("name", "part"),
    [("a.xlsx", "xl/workbook.xml"), ("a.xlsx", "xl/styles.xml"), ("a.pptx", "ppt/presentation.xml")],
)
def test_entities_are_refused_before_they_are_parsed(name: str, part: str) -> None:
    dtd = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    evil = office.changed(
        REAL[name], part, lambda xml: b"<?xml version='1.0'?>" + dtd + xml.partition(b"?>")[2]
    )
    with pytest.raises(Unreadable, match="broken"):
        read(evil, name)
    wide = office.changed(
        REAL[name],
        part,
        lambda xml: ("<?xml version='1.0' encoding='utf-16'?>" + dtd.decode() + "<x/>").encode("utf-16"),
    )
    with pytest.raises(Unreadable, match="broken"):
        read(wide, name)


def test_bombs_and_links_in_office_files() -> None:
    bomb = files.packed({"xl/workbook.xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(50_000_000)})
    with pytest.raises(TooLarge):
        read(bomb, "a.xlsx")
    with pytest.raises(Unreadable):
        read(files.packed({"../../xl/workbook.xml": b"x"}), "a.xlsx")
    link = b'<Relationship Id="rId99" Type="http://x/externalLink" '
    link += b'Target="http://127.0.0.1:9/a" TargetMode="External"/>'
    linked = office.changed(
        REAL["a.xlsx"],
        "xl/_rels/workbook.xml.rels",
        lambda xml: xml.replace(b"</Relationships>", link + b"</Relationships>"),
    )
    assert "돼지국밥" in texts(read(linked, "a.xlsx"))[1]


async def test_200_000_rows_are_refused_in_a_clear_word_and_at_once() -> None:
    data = b"Dish,Price\n" + b"".join(b"Dish %d,%d won\n" % (n, n) for n in range(200_000))
    began = time.monotonic()
    with pytest.raises(TooLarge, match="more than 50000 rows"):
        await run("madang.knowledge.readers:read_packed", pack(data, name="a.csv"), seconds=60, memory_mb=700)
    assert time.monotonic() - began < 30
    assert len(read(data, "a.csv", limits=Limits(rows=200_001, blocks=300_000)).blocks) == 200_000


async def test_a_passage_says_where_it_stands(knowledge: Knowledge) -> None:
    source = await knowledge.add_file("chr_a", "menu.xlsx", REAL["a.xlsx"])
    source = await knowledge.wait(source.id, "words", seconds=60)
    assert source.error is None and source.media_type.endswith("spreadsheetml.sheet")
    found = await knowledge.retrieve("chr_a", "돼지국밥 가격")
    assert found[0].passage.place == "sheet:메뉴:1,4-6"


def test_a_row_that_begins_empty_goes_on_with_the_name_above() -> None:
    rows = [
        (1, ["Room", "Package", "Price"]),
        (2, ["Pine", "Day", "90"]),
        (3, ["", "Night", "110"]),
        (4, ["Oak", "Day", "120"]),
        (5, ["", "Night", "150"]),
        (6, ["", "Breakfast", "9"]),
        (7, ["", "Total", ""]),
    ]
    assert [block.text for block in blocks(rows, "rooms.csv", Limits())] == [
        "Room: Pine · Package: Day · Price: 90",
        "Room: Pine · Package: Night · Price: 110",
        "Room: Oak · Package: Day · Price: 120",
        "Room: Oak · Package: Night · Price: 150",
        "Package: Breakfast · Price: 9",
        "Package: Total",
    ]

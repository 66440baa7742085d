"""A quotation is found on its page, however its reader joined and named it; pixels have bounds."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from reportlab.pdfgen import canvas

from madang.kernel.child import run
from madang.kernel.errors import NotFound, Unreadable
from madang.knowledge.document import Limits
from madang.knowledge.readers import pdf, pdfpage, places, read
from madang.knowledge.split import split
from tests.knowledge import files


def shown(data: bytes, page: int, quote: str, before: str = "", last: int = 0) -> dict[str, object]:
    return pdfpage.show({"data": data, "page": page, "last": last or page, "quote": quote, "before": before})


def test_every_passage_of_a_pdf_is_found_on_its_page() -> None:
    data = files.pdf(("Museum", files.ENGLISH * 20), ("박물관", files.KOREAN * 20), ("End", files.ENGLISH))
    pieces = split(read(data, "museum.pdf"))
    assert len(pieces) > 4
    for piece in pieces:
        for quote in (piece.text, piece.text[40:90]):
            found = shown(data, piece.page or 0, quote, piece.text[:40])
            assert found["boxes"], (piece.page, quote)


def test_a_row_of_a_table_is_found_cell_by_cell() -> None:
    rows = [
        ["Dish", "Price", "Note"],
        ["Noodles", "9,000", "cold"],
        ["Dumplings", "6,500", "hot"],
        ["Tea", "9,000", ""],
    ]
    data = files.pdf_table(rows)
    text = next(
        block.text for block in pdf.read(data, "menu.pdf", Limits()).blocks if "Dumplings" in block.text
    )
    found = shown(data, 1, text)
    assert len(found["boxes"]) >= 2  # type: ignore[arg-type]
    tops = [box[1] for box in found["boxes"]]  # type: ignore[attr-defined]
    assert max(tops) - min(tops) < 16, "all on one line"


@pytest.mark.parametrize(
    ("page", "quote", "marked"),
    [
        (
            "3 to 6 days before 70% 1 day 30%",
            "When: 3 to 6 days before · Refund: 70%",
            "3 to 6 days before|70%",
        ),
        ("3 to 6 days before 70% 1 day 30%", "6 days before 70%", "6 days before 70%"),
        ("Noodles ₩9,000 (cold)", "Price: ₩9,000", "₩9,000"),
        ("Noodles 9,000 (cold)", "Price: ₩9,000", "9,000"),
        ("(70% in March)", "70% in March)", "70% in March)"),
        ("70% 30%", "70 ", "70"),
        ("the day 0% 1 to 2 days 30%", "When: the day · Refund: 0%", "the day|0%"),
        ("the day 1% 1 to 2 days 30%", "When: the day · Refund: 0%", "the day"),
    ],
)
def test_the_signs_of_a_number_are_marked_with_it(page: str, quote: str, marked: str) -> None:
    assert "|".join(page[start:end] for start, end in places.found(list(page), quote)) == marked


def test_of_two_places_the_one_with_what_stands_before_it() -> None:
    letters = list("Monday: closed. Tuesday: open. Wednesday: closed.")
    ((start, _),) = places.found(letters, "closed", "Monday: closed. Tuesday: open. Wednesday: ")
    assert start > 30
    ((start, _),) = places.found(letters, "closed", "Monday: ")
    assert start < 10


@pytest.mark.parametrize("quote", ["", "x", "!?", "nowhere to be found at all", "\0"])
def test_what_does_not_stand_there_is_not_marked(quote: str) -> None:
    assert places.found(list("Open daily from nine."), quote) == []


def test_decomposed_letters_are_the_same_letters() -> None:
    import unicodedata

    letters = list(unicodedata.normalize("NFD", "월요일은 쉽니다. Café"))
    ((start, end),) = places.found(letters, "쉽니다. Café")
    assert unicodedata.normalize("NFC", "".join(letters[start:end])) == "쉽니다. Café"


@given(some.text(max_size=80), some.text(max_size=20), some.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_any_letters(page: str, quote: str, before: str) -> None:
    for start, end in places.found(list(page), quote, before):
        assert 0 <= start < end <= len(page)
    for start, end in places.found(list(before + quote + page), quote, before):
        assert 0 <= start < end


@pytest.mark.parametrize(
    ("width", "height"), [(595, 842), (1, 14_400), (14_400, 14_400), (0.001, 0.001), (1e9, 1)]
)
def test_pixels_are_bounded(width: float, height: float) -> None:
    scale = pdfpage.scale_of(width, height)
    assert scale * max(width, 1) <= 1_601 and scale * width * scale * height <= 2_401_000


def test_a_turned_and_cut_page_is_marked_where_it_is_seen() -> None:
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=(400, 600))
    sheet.setCropBox((50, 50, 350, 550))
    sheet.setPageRotation(90)
    sheet.setFont("Helvetica", 20)
    sheet.drawString(100, 300, "turned words")
    sheet.showPage()
    sheet.save()
    from PIL import Image

    found = shown(out.getvalue(), 1, "turned words")
    picture = Image.open(io.BytesIO(found["picture"])).convert("L")  # type: ignore[arg-type]
    ((left, top, width, height),) = found["boxes"]  # type: ignore[misc]
    assert height > width, "it runs down the page"
    inside = picture.crop((int(left), int(top), int(left + width), int(top + height)))
    dark = sum(value < 128 for value in inside.tobytes())
    assert dark > 0.8 * sum(value < 128 for value in picture.tobytes())


def test_pages_that_are_not_there_and_files_that_are_broken() -> None:
    data = files.pdf(("One", files.ENGLISH))
    for page in (0, -1, 99):
        with pytest.raises(NotFound):
            shown(data, page, "x")
    with pytest.raises(Unreadable):
        shown(b"%PDF-1.7 nothing", 1, "x")
    for cut in range(200, len(data), 997):
        try:
            shown(data[:cut], 1, "Tickets")
        except (Unreadable, NotFound):
            continue


async def test_it_runs_in_the_child() -> None:
    data = files.pdf(("One", files.ENGLISH))
    order = {"data": data, "page": 1, "last": 1, "quote": "harbour museum", "before": ""}
    answer = await run("madang.knowledge.readers.pdfpage:show", order, seconds=40, memory_mb=1_200)
    assert answer["boxes"] and answer["picture"][8:12] == b"WEBP"


def test_a_picture_is_marked_where_its_letters_were_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (3_000, 1_000), "white").save(out, "PNG")
    seen = [((10.0, 20.0, 300.0, 60.0), "Flat white · $4"), ((10.0, 80.0, 300.0, 120.0), "Cake · $6")]
    monkeypatch.setattr("madang.knowledge.readers.ocr.available", lambda: True)
    monkeypatch.setattr("madang.knowledge.readers.ocr.lines", lambda _: seen)
    order = {"data": out.getvalue(), "name": "menu.png", "quote": "Cake · $6", "before": ""}
    found = pdfpage.show_picture(order)
    assert (found["page"], found["pages"], found["width"]) == (1, 1, 1_600)
    assert found["boxes"] == [[10.0, 80.0, 290.0, 40.0]]
    monkeypatch.setattr("madang.knowledge.readers.ocr.available", lambda: False)
    assert pdfpage.show_picture(order)["boxes"] == []
    with pytest.raises(Unreadable):
        pdfpage.show_picture(order | {"data": b"\x89PNG\r\n\x1a\n nothing"})

"""Letters in pictures: rows of a menu, and nothing at all where they are not read surely."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from madang.kernel.errors import TooLarge, Unreadable
from madang.knowledge.document import Limits
from madang.knowledge.readers import ocr, read, tesseract
from madang.knowledge.readers.sniff import kind_of


def picture(width: int = 40, height: int = 30, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, kind)
    return out.getvalue()


def found(*lines: tuple[str, float, int, int]) -> SimpleNamespace:
    """What the engine answers: text, sureness, left, top; letters are 20 high."""
    boxes = [np.array([[x, y], [x + 50, y], [x + 50, y + 20], [x, y + 20]], float) for _, _, x, y in lines]
    return SimpleNamespace(
        boxes=boxes, txts=tuple(line[0] for line in lines), scores=tuple(line[1] for line in lines)
    )


def engine(monkeypatch: pytest.MonkeyPatch, answer: SimpleNamespace) -> None:
    def recognise(_picture: Any, **_: Any) -> SimpleNamespace:
        return answer

    monkeypatch.setattr(ocr, "available", lambda: True)
    monkeypatch.setattr(ocr, "_engine", lambda: recognise)


@pytest.fixture(autouse=True)
def no_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tesseract, "program", lambda: None)


def test_a_dish_and_its_price_are_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = found(
        ("$6.00", 0.99, 300, 42), ("Flat white", 0.99, 10, 10), ("Cake", 0.9, 10, 40), ("$4", 1, 300, 8)
    )
    engine(monkeypatch, answer)
    document = ocr.read(picture(), "menu.png", Limits())
    assert [block.text for block in document.blocks] == ["Flat white · $4", "Cake · $6.00"]


def test_letters_that_are_not_known_are_not_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    engine(monkeypatch, found(("12,000", 0.9, 300, 10), ("口口", 0.4, 10, 10)))
    with pytest.raises(Unreadable, match="No letters"):
        ocr.read(picture(), "menu.png", Limits())
    engine(monkeypatch, SimpleNamespace(boxes=None, txts=None, scores=None))
    with pytest.raises(Unreadable, match="No letters"):
        ocr.read(picture(), "menu.png", Limits())


def test_without_the_extra_a_picture_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madang.knowledge.readers.sniff.find_spec", lambda _: None)
    for kind in ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF"):
        with pytest.raises(Unreadable, match="extra “ocr”"):
            read(picture(kind=kind), "menu.txt")
    monkeypatch.setattr("madang.knowledge.readers.sniff.find_spec", lambda _: object())
    assert kind_of(picture(), "menu.txt") == "picture"


def test_bombs_and_broken_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    engine(monkeypatch, found())
    with monkeypatch.context() as patch, pytest.raises(TooLarge):
        patch.setattr(ocr, "PIXELS", 1_000)
        ocr.read(picture(), "menu.png", Limits())
    for data in (picture()[:60], b"\x89PNG\r\n\x1a\n" + bytes(99)):
        with pytest.raises(Unreadable, match="broken"):
            ocr.read(data, "menu.png", Limits())


SAID = (
    "물냉면                    9,000원\n\n콜라 Coke     2,000원\nSHE 뒤에\n\f"
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n"
    "1\t1\t0\t0\t0\t0\t0\t0\t1000\t700\t-1\t\n"
    "5\t1\t1\t1\t1\t1\t81\t142\t31\t31\t93\t물\n5\t1\t1\t1\t1\t2\t122\t140\t54\t34\t96\t냉면\n"
    "5\t1\t1\t1\t1\t3\t761\t140\t121\t36\t89\t9,000원\n"
    "5\t1\t1\t1\t2\t1\t81\t380\t65\t34\t90\t콜라\n5\t1\t1\t1\t2\t2\t156\t383\t83\t27\t95\tCoke\n"
    "5\t1\t1\t1\t2\t3\t762\t380\t120\t36\t85\t2,000원\n"
    "5\t1\t1\t1\t3\t1\t81\t480\t65\t34\t20\tSHE\n5\t1\t1\t1\t3\t2\t156\t483\t83\t27\t30\t뒤에\n"
)


def test_what_tesseract_says_becomes_rows_with_places() -> None:
    assert tesseract.parsed(SAID) == [
        ((81, 140, 882, 176), "물냉면 · 9,000원"),
        ((81, 380, 882, 416), "콜라 Coke · 2,000원"),
    ]


@pytest.mark.parametrize(
    "said", ["", "\f", "words and no places\n", SAID[:300], SAID.replace("물냉면", "물\n냉면", 1)]
)
def test_what_tesseract_says_half_is_not_kept(said: str) -> None:
    assert tesseract.parsed(said) == []


def test_a_price_that_is_read_unsurely_is_not_kept() -> None:
    unsure = SAID.replace("\t89\t9,000원", "\t39\t9.000원")
    assert [text for _, text in tesseract.parsed(unsure)] == ["콜라 Coke · 2,000원"]


def test_hangul_is_tesseracts_and_other_letters_are_the_extras(monkeypatch: pytest.MonkeyPatch) -> None:
    engine(monkeypatch, found(("Flat white", 0.99, 10, 10)))
    monkeypatch.setattr(ocr, "_has_extra", lambda: True)
    monkeypatch.setattr(tesseract, "program", lambda: "/bin/true")
    monkeypatch.setattr(tesseract, "lines", lambda _: [((0, 0, 9, 9), "물냉면 · 9,000원")])
    assert ocr.read(picture(), "menu.png", Limits()).blocks[0].text == "물냉면 · 9,000원"
    monkeypatch.setattr(tesseract, "lines", lambda _: [((0, 0, 9, 9), "FIat whlte")])
    assert ocr.read(picture(), "menu.png", Limits()).blocks[0].text == "Flat white"
    monkeypatch.setattr(ocr, "_has_extra", lambda: False)
    assert ocr.read(picture(), "menu.png", Limits()).blocks[0].text == "FIat whlte"


def test_a_program_that_fails_reads_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for program in ("/bin/false", "/nowhere/tesseract", "/bin/true"):
        monkeypatch.setattr(tesseract, "program", lambda program=program: program)
        assert tesseract.lines(Image.new("RGB", (30, 30), "white")) == []

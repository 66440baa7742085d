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
from madang.knowledge.readers import ocr, read
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

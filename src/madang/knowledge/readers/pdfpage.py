"""A page of a PDF as it is seen, with the places of a quotation: what a citation opens.

Runs in the limited child process. No script, form or link of the file is looked at: only its ink.
"""

from __future__ import annotations

import ctypes
import io
import math
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from madang.kernel.errors import NotFound, Unreadable
from madang.knowledge.readers import ocr, places
from madang.knowledge.readers.decode import clean

SIDE = 1_600
PIXELS = 2_400_000
"""Most pixels of a page's longer side, and of the whole picture."""
_LETTERS = 60_000
_BOXES = 400
_TEXT = 40_000


def show(order: dict[str, Any]) -> dict[str, Any]:
    """`order`: `data`, `page` (from 1), `last`, `quote`, `before`.

    The quotation is looked for on `page` and the pages up to `last`, and the page that it begins on is drawn:
    `{page, pages, width, height, boxes, text, picture}`. Boxes are `[left, top, width, height]` in pixels of
    the picture, none where the quotation was not found; `text` is what the page says. Raises NotFound for a
    page that is not there.
    """
    try:
        document = pypdfium2.PdfDocument(order["data"])
    except pypdfium2.PdfiumError as error:
        raise Unreadable("The original cannot be shown any more.") from error
    first, last, pages = int(order["page"]), int(order["last"]), len(document)
    if not 1 <= first <= pages:
        raise NotFound("This page is not in the document.")
    quote, before = str(order["quote"]), str(order["before"])
    fallback: dict[str, Any] | None = None
    for number in range(first, min(last, pages, first + 3) + 1):
        seen = _page(document, number, quote, before)
        if seen["boxes"] or not quote:
            return seen | {"pages": pages}
        fallback = fallback or seen
    assert fallback is not None  # noqa: S101 the first page is always drawn
    return fallback | {"pages": pages}


def show_picture(order: dict[str, Any]) -> dict[str, Any]:
    """`order`: `data`, `name`, `quote`, `before`: a picture of its own, as `show` gives a page."""
    picture = ocr.opened(order["data"], str(order["name"])).convert("RGB")
    picture.thumbnail((SIDE, SIDE))
    letters, where = _recognised(picture) if order["quote"] and ocr.available() else ([], [])
    return _told(picture, 1, letters, where, str(order["quote"]), str(order["before"])) | {"pages": 1}


def _page(document: pypdfium2.PdfDocument, number: int, quote: str, before: str) -> dict[str, Any]:
    try:
        page = document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise Unreadable("The original cannot be shown any more.") from error
    try:
        scale = scale_of(page.get_width(), page.get_height())
        picture = page.render(scale=scale).to_pil().convert("RGB")
        letters, where = _letters(page, picture.width, picture.height)
    finally:
        page.close()
    if not any(letter.isalnum() for letter in letters) and quote and ocr.available():
        letters, where = _recognised(picture)
    return _told(picture, number, letters, where, quote, before)


def _told(  # noqa: PLR0917 a page and what stands on it
    picture: Image.Image,
    number: int,
    letters: list[str],
    where: list[places.Box],
    quote: str,
    before: str,
) -> dict[str, Any]:
    boxes: list[places.Box] = []
    for start, end in places.found(letters, quote, before) if quote else []:
        boxes += places.joined(where[start:end])
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=82, method=2)
    return {
        "page": number,
        "width": picture.width,
        "height": picture.height,
        "boxes": [
            [round(left, 1), round(top, 1), round(right - left, 1), round(bottom - top, 1)]
            for left, top, right, bottom in boxes[:_BOXES]
        ],
        "text": clean("".join(letters))[:_TEXT].strip(),
        "picture": out.getvalue(),
    }


def scale_of(width: float, height: float) -> float:
    """Pixels for a point of a page of this size, in points: large enough to read, and never too many."""
    width, height = max(width, 1.0), max(height, 1.0)
    return min(SIDE / max(width, height), math.sqrt(PIXELS / (width * height)), 4.0)


def _letters(page: pypdfium2.PdfPage, width: int, height: int) -> tuple[list[str], list[places.Box]]:
    """The letters of a page in the order in which they are read, and their places in the picture."""
    letters: list[str] = []
    where: list[places.Box] = []
    try:
        text_page = page.get_textpage()
    except pypdfium2.PdfiumError:
        return letters, where
    sides = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = sides
    x, y = ctypes.c_int(), ctypes.c_int()

    def on_picture(across: float, up: float) -> tuple[float, float]:
        # ten times as fine as a pixel; knows how the page is turned and cut
        pdfium.FPDF_PageToDevice(page, 0, 0, width * 10, height * 10, 0, across, up, x, y)
        return x.value / 10, y.value / 10

    try:
        for index in range(min(text_page.count_chars(), _LETTERS)):
            code = pdfium.FPDFText_GetUnicode(text_page, index)
            letters.append(chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else " ")
            pdfium.FPDFText_GetCharBox(text_page, index, left, right, bottom, top)
            one, other = on_picture(left.value, top.value), on_picture(right.value, bottom.value)
            where.append(
                (min(one[0], other[0]), min(one[1], other[1]), max(one[0], other[0]), max(one[1], other[1]))
            )
    finally:
        text_page.close()
    return letters, where


def _recognised(picture: Image.Image) -> tuple[list[str], list[places.Box]]:
    """Letters of a scanned page: each has the place of its line."""
    letters: list[str] = []
    where: list[places.Box] = []
    for box, text in ocr.lines(picture):
        letters += [*text, "\n"]
        where += [box] * (len(text) + 1)
    return letters, where

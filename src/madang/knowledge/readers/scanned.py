"""Pages of a PDF that are pictures: drawn as they are seen, and their letters recognised."""

from __future__ import annotations

import pypdfium2

from madang.kernel.errors import TooLarge
from madang.knowledge.document import Block, Limits
from madang.knowledge.readers import ocr

_SIDE = 2_000
"""Pixels of a page's longer side: letters of nine points are read surely from about 1,600 on."""
_PICTURES = 3  # FPDF_PAGEOBJ_IMAGE


def read(document: pypdfium2.PdfDocument, pages: list[int], name: str, limits: Limits) -> list[Block]:
    """Blocks of the pages among `pages` (from 0) that show a picture; none without the extra `ocr`.

    Raises TooLarge for more of them than `limits.pictures`.
    """
    if not ocr.available():
        return []
    shown = [number for number in pages if _has_picture(document, number)]
    if len(shown) > limits.pictures:
        raise TooLarge(
            "“{name}” has {pages} pages that are pictures; at most {limit} can be read.",
            name=name,
            pages=len(shown),
            limit=limits.pictures,
        )
    return [block for number in shown for block in _page(document, number, name)]


def _has_picture(document: pypdfium2.PdfDocument, number: int) -> bool:
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return False
    try:
        return any(item.type == _PICTURES for item in page.get_objects(max_depth=3))
    finally:
        page.close()


def _page(document: pypdfium2.PdfDocument, number: int, name: str) -> list[Block]:
    page = document[number]
    try:
        longer = max(page.get_width(), page.get_height(), 1.0)
        picture = page.render(scale=min(_SIDE / longer, 6.0)).to_pil()
    finally:
        page.close()
    return ocr.recognise(picture, name, number + 1)

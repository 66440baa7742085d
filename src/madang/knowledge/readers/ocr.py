"""Letters in pictures: photographs of menus, scanned pages. By the extra `ocr` or Tesseract; no network.

The models of the extra read Latin letters, digits, Chinese and Japanese. They know no Hangul: what they make
of it is noise, which is recognised as such and refused rather than kept as knowledge. Hangul is read where
the system has Tesseract with its Korean data.
"""

from __future__ import annotations

import importlib.util
import io
import warnings
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageOps

from madang.kernel.errors import TooLarge, Unreadable
from madang.knowledge.document import Block, Document, Limits
from madang.knowledge.readers import tesseract
from madang.knowledge.readers.decode import line
from madang.knowledge.readers.tesseract import Box

if TYPE_CHECKING:
    import numpy as np

SURE = 0.80
"""A line read less surely is not kept."""
SHARE = 0.7
"""Where fewer of a picture's lines are read surely, it is in letters that the models do not know."""
PIXELS = 60_000_000
_KOREAN = 0.15
"""Share of Hangul among letters from which on a picture is a Korean one."""
_SIDE = 2_400
"""Pictures are read at this many pixels on their longer side, at most."""
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")


def available() -> bool:
    """Whether letters in pictures are read here: by the extra, or by Tesseract with its Korean data."""
    return _has_extra() or tesseract.available()


def _has_extra() -> bool:
    return importlib.util.find_spec("rapidocr") is not None


def read(data: bytes, name: str, limits: Limits) -> Document:
    """The lines of a picture, from top to bottom. Raises Unreadable where no letters are read surely."""
    blocks = recognise(opened(data, name), name, None)
    if not blocks:
        raise Unreadable("No letters could be read in the picture “{name}”.", name=name)
    return Document(PurePosixPath(name).stem[:200], blocks[: limits.blocks])


def opened(data: bytes, name: str) -> Image.Image:
    """A picture, turned as it was taken. Raises TooLarge and Unreadable."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(data), formats=_FORMATS)
            if picture.width * picture.height > PIXELS:
                raise TooLarge("The picture “{name}” is too large.", name=name)
            picture.load()
            return ImageOps.exif_transpose(picture) or picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooLarge("The picture “{name}” is too large.", name=name) from error
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError) as error:
        raise Unreadable("“{name}” is broken and cannot be read.", name=name) from error


def recognise(picture: Image.Image, name: str, page: int | None) -> list[Block]:
    """The lines of a picture as blocks, cells of a row joined. Raises Unreadable without the extra."""
    if not available():
        raise Unreadable(
            "“{name}” is a picture; to read letters in pictures, install the extra “ocr”.", name=name
        )
    picture = picture.convert("RGB")
    picture.thumbnail((_SIDE, _SIDE))
    return [Block(text, page=page, row=True) for _, text in lines(picture)]


def lines(picture: Image.Image) -> list[tuple[Box, str]]:
    """The rows of a picture of at most `_SIDE` pixels a side, each with its left, top, right and bottom.

    Tesseract reads them where it knows Hangul and finds some; everything else is the extra's, if it is there.
    """
    picture = picture.convert("RGB")
    if tesseract.available():
        found = tesseract.lines(picture)
        letters = [letter for _, text in found for letter in text if letter.isalpha()]
        korean = sum("가" <= letter <= "힣" for letter in letters)
        if korean > _KOREAN * len(letters) or not _has_extra():
            return found
    return _rows(_sure(picture))


def _sure(picture: Image.Image) -> list[tuple[np.ndarray[Any, Any], str]]:
    """What is read surely; nothing where most of a picture is not."""
    import numpy as np

    found = _engine()(np.asarray(picture)[:, :, ::-1], use_cls=False)
    if found.txts is None:
        return []
    sure = [
        (box, line(text))
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        if score >= SURE and line(text)
    ]
    if len(sure) < SHARE * len(found.txts):
        return []  # letters that the models do not know: what was read of them is chance
    return sure


def _rows(found: list[tuple[np.ndarray[Any, Any], str]]) -> list[tuple[Box, str]]:
    """Texts that stand beside each other joined to `left · right`, as a menu's dish and its price do."""
    rows: list[list[tuple[Box, str]]] = []
    parts = [
        ((float(b[:, 0].min()), float(b[:, 1].min()), float(b[:, 0].max()), float(b[:, 1].max())), text)
        for b, text in found
    ]
    for box, text in sorted(parts, key=lambda part: (part[0][1], part[0][3], part[0][0])):
        middle = (box[1] + box[3]) / 2
        if rows and rows[-1][0][0][1] <= middle <= rows[-1][0][0][3]:
            rows[-1].append((box, text))
        else:
            rows.append([(box, text)])
    joined: list[tuple[Box, str]] = []
    for row in rows:
        row.sort(key=lambda part: part[0][0])
        sides = [box for box, _ in row]
        whole = (sides[0][0], min(s[1] for s in sides), max(s[2] for s in sides), max(s[3] for s in sides))
        joined.append((whole, " · ".join(text for _, text in row)))
    return joined


@lru_cache(maxsize=1)
def _engine() -> Any:
    from rapidocr import RapidOCR

    # one thread: it runs in a child that shares the machine with the studio
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.text_score": 0.0,  # what is read unsurely is counted, and dropped here
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )

"""Letters in pictures: photographs of menus, scanned pages. Needs the extra `ocr`, and no network.

The models of the extra read Latin letters, digits, Chinese and Japanese. They know no Hangul: what they make
of it is noise, which is recognised as such and refused rather than kept as knowledge.
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
from madang.knowledge.readers.decode import line

if TYPE_CHECKING:
    import numpy as np

SURE = 0.80
"""A line read less surely is not kept."""
SHARE = 0.7
"""Where fewer of a picture's lines are read surely, it is in letters that the models do not know."""
PIXELS = 60_000_000
_SIDE = 2_400
"""Pictures are read at this many pixels on their longer side, at most."""
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")


def available() -> bool:
    """Whether the extra is installed."""
    return importlib.util.find_spec("rapidocr") is not None


def read(data: bytes, name: str, limits: Limits) -> Document:
    """The lines of a picture, from top to bottom. Raises Unreadable where no letters are read surely."""
    blocks = recognise(_opened(data, name), name, None)
    if not blocks:
        raise Unreadable("No letters could be read in the picture “{name}”.", name=name)
    return Document(PurePosixPath(name).stem[:200], blocks[: limits.blocks])


def _opened(data: bytes, name: str) -> Image.Image:
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
    return [Block(text, page=page, row=True) for text in _rows(_sure(picture))]


def lines(picture: Image.Image) -> list[tuple[tuple[float, float, float, float], str]]:
    """The lines of a picture of at most `_SIDE` pixels a side, each with its left, top, right and bottom."""
    found = [
        ((float(b[:, 0].min()), float(b[:, 1].min()), float(b[:, 0].max()), float(b[:, 1].max())), text)
        for b, text in _sure(picture.convert("RGB"))
    ]
    return sorted(found, key=lambda line: (line[0][1], line[0][0]))


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


def _rows(found: list[tuple[np.ndarray[Any, Any], str]]) -> list[str]:
    """Texts that stand beside each other joined to `left · right`, as a menu's dish and its price do."""
    rows: list[list[tuple[float, float, float, str]]] = []
    parts = [(float(b[:, 1].min()), float(b[:, 1].max()), float(b[:, 0].min()), text) for b, text in found]
    for top, bottom, left, text in sorted(parts):
        middle = (top + bottom) / 2
        if rows and rows[-1][0][0] <= middle <= rows[-1][0][1]:
            rows[-1].append((top, bottom, left, text))
        else:
            rows.append([(top, bottom, left, text)])
    return [" · ".join(text for _, _, _, text in sorted(row, key=lambda part: part[2])) for row in rows]


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

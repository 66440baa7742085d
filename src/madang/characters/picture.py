"""Pictures of characters: what is uploaded is decoded under limits and drawn anew, so that no metadata, no
script and no second file hides in it; where a card needs a picture and there is none, a mask is drawn."""

from __future__ import annotations

import contextlib
import hashlib
import io
import math
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from madang.kernel.errors import TooLarge, Unreadable
from madang.kernel.lazy import lazy

if TYPE_CHECKING:
    from PIL import Image, ImageDraw, ImageOps
else:
    Image, ImageDraw, ImageOps = lazy("PIL.Image"), lazy("PIL.ImageDraw"), lazy("PIL.ImageOps")

MAX_BYTES: Final = 16 * 2**20
MAX_PIXELS: Final = 24_000_000
MAX_SIDE: Final = 1024
"""Longest side of a kept avatar, in pixels."""
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
_MEDIA: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
_DANCHEONG: Final = (
    (31, 94, 99),
    (176, 58, 46),
    (196, 148, 58),
    (62, 88, 132),
    (94, 122, 74),
    (120, 74, 110),
)


@dataclass(frozen=True, slots=True)
class Picture:
    data: bytes
    media_type: str


def media_type(data: bytes) -> str:
    """The media type from the first bytes; `application/octet-stream` when it is no picture we know."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for head, kind in _MEDIA.items() if data.startswith(head)), "application/octet-stream")


def normalise(data: bytes) -> bytes:
    """An uploaded PNG, JPEG, WebP or GIF as a clean WebP of at most 1024 x 1024 pixels, first frame only.

    Raises TooLarge or Unreadable.
    """
    image = _open(data)
    with contextlib.suppress(Exception):  # a broken EXIF block says nothing about which side is up
        image = ImageOps.exif_transpose(image)
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    image = image.convert("RGBA" if _transparent(image) else "RGB")
    out = io.BytesIO()
    # Pixels only: a new image has none of the old one's EXIF, ICC profile or comments.
    clean = Image.new(image.mode, image.size)
    clean.paste(image)
    clean.save(out, "WEBP", quality=88, method=4)
    return out.getvalue()


def as_png(data: bytes) -> bytes:
    """The same picture as a plain PNG, for a card to be written into. Raises TooLarge or Unreadable."""
    image = _open(data)
    out = io.BytesIO()
    image.convert("RGBA" if _transparent(image) else "RGB").save(out, "PNG", optimize=False)
    return out.getvalue()


def _open(data: bytes) -> Image.Image:
    if len(data) > MAX_BYTES:
        raise TooLarge("This picture is larger than {limit} MB.", limit=MAX_BYTES // 2**20)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own bomb warning; the limit below is lower
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            width, height = image.size
            # From the header alone, before a single pixel is decoded.
            if width * height > MAX_PIXELS or width == 0 or height == 0:
                raise _bomb()
            image.load()
    except TooLarge:
        raise
    except Image.DecompressionBombError as error:
        raise _bomb() from error
    except Exception as error:  # Pillow's decoders raise what they like on broken files
        raise Unreadable("This picture cannot be read. Use a PNG, JPEG, WebP or GIF file.") from error
    return image


def _bomb() -> TooLarge:
    return TooLarge("This picture has more than {limit} million pixels.", limit=MAX_PIXELS // 1_000_000)


def _transparent(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def drawn(character_id: str, size: int = 512) -> bytes:
    """A PNG of a mask on warm paper, `size` pixels square, always the same for the same id."""
    chance = hashlib.sha256(character_id.encode()).digest()
    scale = 2  # drawn twice as large and reduced: Pillow's shapes have no smooth edges of their own
    side = size * scale
    image = Image.new("RGB", (side, side), (246, 240, 228))
    pen = ImageDraw.Draw(image)
    ink, accent = (43, 38, 34), _DANCHEONG[chance[0] % len(_DANCHEONG)]
    skin = ((236, 214, 178), (222, 184, 140), (240, 226, 200), (205, 160, 118))[chance[1] % 4]

    def box(x: float, y: float, rx: float, ry: float) -> tuple[float, float, float, float]:
        return ((x - rx) * side, (y - ry) * side, (x + rx) * side, (y + ry) * side)

    line = round(0.012 * side)
    wide = 0.27 + chance[2] % 5 * 0.012
    pen.ellipse(box(0.5, 0.52, wide + 0.03, 0.40), fill=accent)
    pen.ellipse(box(0.5, 0.53, wide, 0.37), fill=skin, outline=ink, width=line)
    lean = (chance[3] % 5 - 2) * 0.012
    for sign in (-1, 1):
        x, eye = 0.5 + sign * 0.125, 0.035 + chance[4] % 3 * 0.008
        if chance[5] % 2:
            pen.arc(box(x, 0.47, 0.062, eye), 200, 340, fill=ink, width=line * 2)
        else:
            pen.ellipse(box(x, 0.46, 0.05, eye), fill=ink)
        pen.line(
            [
                ((x - 0.07) * side, (0.37 - sign * lean) * side),
                ((x + 0.07) * side, (0.37 + sign * lean) * side),
            ],
            fill=ink,
            width=line * 2,
        )
        pen.ellipse(box(0.5 + sign * 0.17, 0.60, 0.035, 0.035), fill=_DANCHEONG[1])
    pen.ellipse(box(0.5, 0.30, 0.03, 0.03), fill=_DANCHEONG[1])
    pen.line(
        [(0.5 * side, 0.45 * side), (0.48 * side, 0.58 * side), (0.52 * side, 0.59 * side)],
        fill=ink,
        width=line,
    )
    mouth = 0.05 + chance[6] % 4 * 0.01
    pen.chord(box(0.5, 0.69, 0.11, mouth), 10, 170, fill=_DANCHEONG[1], outline=ink, width=line)
    for step in range(3 + chance[7] % 3):
        angle = math.pi * (0.30 + 0.40 * step / (2 + chance[7] % 3))
        pen.ellipse(box(0.5 - 0.33 * math.cos(angle), 0.52 - 0.43 * math.sin(angle), 0.018, 0.018), fill=ink)
    out = io.BytesIO()
    image.resize((size, size), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()

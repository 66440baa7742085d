"""Pictures of characters: what is uploaded is decoded under limits and drawn anew, so that no metadata, no
script and no second file hides in it; where a card needs a picture and there is none, it is the mask."""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from madang.kernel.errors import TooLarge, Unreadable
from madang.kernel.lazy import lazy
from madang.web import mask

if TYPE_CHECKING:
    import resvg_py
    from PIL import Image, ImageOps
else:
    Image, ImageOps, resvg_py = lazy("PIL.Image"), lazy("PIL.ImageOps"), lazy("resvg_py")

MAX_BYTES: Final = 16 * 2**20
MAX_PIXELS: Final = 24_000_000
MAX_SIDE: Final = 1024
"""Longest side of a kept avatar, in pixels."""
NO_PICTURE: Final = "This picture cannot be read. Use a PNG, JPEG, WebP or GIF file."
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
_MEDIA: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}


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


def measure(data: bytes) -> tuple[int, int]:
    """Width and height of a picture that `normalise` would begin to read, from its header alone.

    Raises TooLarge or Unreadable.
    """
    return _begun(data).size


def as_png(data: bytes) -> bytes:
    """The same picture as a plain PNG, for a card to be written into. Raises TooLarge or Unreadable."""
    image = _open(data)
    out = io.BytesIO()
    image.convert("RGBA" if _transparent(image) else "RGB").save(out, "PNG", optimize=False)
    return out.getvalue()


def _open(data: bytes) -> Image.Image:
    image = _begun(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.load()
    except Image.DecompressionBombError as error:
        raise _bomb() from error
    except Exception as error:  # Pillow's decoders raise what they like on broken files
        raise Unreadable(NO_PICTURE) from error
    return image


def _begun(data: bytes) -> Image.Image:
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
    except TooLarge:
        raise
    except Image.DecompressionBombError as error:
        raise _bomb() from error
    except Exception as error:  # Pillow's decoders raise what they like on broken files
        raise Unreadable(NO_PICTURE) from error
    return image


def _bomb() -> TooLarge:
    return TooLarge("This picture has more than {limit} million pixels.", limit=MAX_PIXELS // 1_000_000)


def _transparent(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def drawn(character_id: str, size: int = 512) -> bytes:
    """A PNG of the mask that the pages show for this id, `size` pixels square."""
    return bytes(resvg_py.svg_to_bytes(str(mask.svg(character_id)), width=size, skip_system_fonts=True))

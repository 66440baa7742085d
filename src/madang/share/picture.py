"""The picture that messengers show beside a link: the character's face on paper, 1200 x 630."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from madang.characters.picture import Picture
from madang.kernel.lazy import lazy
from madang.web import mask

if TYPE_CHECKING:
    import resvg_py
else:
    resvg_py = lazy("resvg_py")

WIDTH: Final = 1200
HEIGHT: Final = 630
SIDE: Final = 400
PAPER: Final = "#f6f0e4"
FIBRE: Final = "#ddd1bb"
BAND: Final = ((0, 696, "#17625b"), (696, 96, "#c08a2e"), (792, 96, "#b03a22"), (888, 72, "#7a4a63"))
"""The dancheong of the header: where a colour begins, how wide it is; the first goes on to the edge."""


@lru_cache(maxsize=64)
def preview(character_id: str, face: Picture | None) -> bytes:
    """A PNG of the face, or of the smiling mask without one; kept by what it shows. A tenth of a second."""
    return bytes(resvg_py.svg_to_bytes(drawing(character_id, face), width=WIDTH, skip_system_fonts=True))


def drawing(character_id: str, face: Picture | None) -> str:
    """The same as SVG."""
    left, top = (WIDTH - SIDE) // 2, (HEIGHT - SIDE) // 2 + 6
    shade = f'x="{left + 4}" y="{top + 18}" width="{SIDE - 8}" height="{SIDE - 4}" rx="112"'
    if face is not None:
        data = base64.b64encode(face.data).decode()
        inner = (
            f'<image href="data:{face.media_type};base64,{data}" width="{SIDE}" height="{SIDE}" '
            'preserveAspectRatio="xMidYMid slice"/>'
        )
    else:
        drawn = str(mask.svg(character_id, "smiling"))
        inner = (
            f'<g transform="scale({SIDE / 100})">{drawn[drawn.index(">") + 1 : drawn.rindex("</svg>")]}</g>'
        )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>{_fibres(character_id)}'
        f'<rect width="{WIDTH}" height="14" fill="{BAND[0][2]}"/>'
        + "".join(f'<rect x="{x}" width="{wide}" height="14" fill="{fill}"/>' for x, wide, fill in BAND)
        + f'<rect {shade} opacity=".1"/>'
        f'<clipPath id="round"><rect width="{SIDE}" height="{SIDE}" rx="112"/></clipPath>'
        f'<g transform="translate({left} {top})" clip-path="url(#round)">{inner}</g></svg>'
    )


def _fibres(character_id: str) -> str:
    """A few long fibres of mulberry in the paper, the same for the same character."""
    chance = hashlib.sha512(f"paper {character_id}".encode()).digest()
    lines = []
    for at in range(0, 60, 4):
        x, y, bend, length = (
            chance[at] * 5,
            40 + chance[at + 1] * 2.3,
            chance[at + 2] - 128,
            60 + chance[at + 3],
        )
        lines.append(f"M{x} {y:.0f}q{length / 2:.0f} {bend / 4:.0f} {length} {bend / 8:.0f}")
    return f'<path d="{"".join(lines)}" fill="none" stroke="{FIBRE}" stroke-width="2" opacity=".7"/>'


def etag(character_id: str, avatar: str | None) -> str:
    return f'"{hashlib.sha256(f"preview 1 {character_id} {avatar}".encode()).hexdigest()[:20]}"'

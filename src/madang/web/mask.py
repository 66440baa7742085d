"""The tal: every character's face until its maker gives it another. The same id always draws the same mask.

Features follow the wooden masks of Hahoe: a strong brow, crescent or round eyes, a ridged nose, a moving
mouth, red dots on cheeks and forehead. Only presentation attributes: the policy allows no inline style.
"""

from __future__ import annotations

import hashlib
from typing import Literal, get_args

from markupsafe import Markup

Expression = Literal["calm", "smiling", "thinking", "surprised"]
EXPRESSIONS: tuple[Expression, ...] = get_args(Expression)

# Wood (face, its shade) and dyed cloth behind it.
SKINS = (
    ("#f3e3c8", "#dcc39a"),
    ("#e9c9a0", "#cfa674"),
    ("#d9a779", "#b98352"),
    ("#c4724f", "#a05538"),
    ("#f6efe2", "#dfd2bb"),
    ("#a9674a", "#864c33"),
)
RED_WOOD = ("#c4724f", "#a9674a")
GROUNDS = ("#1f6f68", "#27566b", "#4f5a38", "#5f4459", "#34463d", "#2f3b52", "#a9802c", "#7d3527")
INK = "#2a2320"
RED = "#b8402c"

FACES = (
    "M50 12C71 12 82 27 82 47C82 70 68 90 50 90C32 90 18 70 18 47C18 27 29 12 50 12Z",
    "M50 13C73 13 84 25 83 45C82 62 77 76 66 84C57 91 43 91 34 84C23 76 18 62 17 45C16 25 27 13 50 13Z",
    "M50 10C68 10 79 22 80 42C81 60 72 79 50 93C28 79 19 60 20 42C21 22 32 10 50 10Z",
    "M50 14C70 14 85 24 85 46C85 70 70 88 50 88C30 88 15 70 15 46C15 24 30 14 50 14Z",
)
BROWS = (
    ("M25 35Q34 26 45 33", "M75 35Q66 26 55 33"),
    ("M24 32Q35 29 45 36", "M76 32Q65 29 55 36"),
    ("M25 36L43 29", "M75 36L57 29"),
    ("M26 30Q36 24 45 31", "M74 30Q64 24 55 31"),
)
NOSES = (
    "M50 40L45 59Q50 64 55 59Z",
    "M48 38Q44 54 42 60Q50 67 58 60Q56 54 52 38Z",
    "M50 42Q46 55 44 58Q50 62 56 58Q54 55 50 42Z",
)


def svg(id: str, expression: str = "calm", title: str = "") -> Markup:  # noqa: A002 - the word of the door
    """The mask of the object `id` as inline SVG, 100 units wide and high.

    An unknown expression is calm. With a `title` it is an image with that name, else decoration.
    """
    chance = hashlib.sha256(f"tal {id}".encode()).digest()
    mood = expression if expression in EXPRESSIONS else "calm"
    skin, shade = SKINS[chance[0] % len(SKINS)]
    # a red mask before red cloth would be lost
    grounds = GROUNDS[:-2] if skin in RED_WOOD else GROUNDS
    ground = grounds[chance[1] % len(grounds)]
    face = FACES[chance[2] % len(FACES)]
    parts = [
        f'<rect width="100" height="100" fill="{ground}"/>',
        _halo(chance),
        f'<path d="{face}" transform="translate(0 2)" fill="{INK}" opacity=".22"/>',
        f'<path d="{face}" fill="{skin}"/>',
        f'<path d="M22 56Q50 100 78 56Q72 86 50 90Q28 86 22 56Z" fill="{shade}" opacity=".5"/>',
        _wrinkles(chance, shade),
        _cheeks(chance),
        _brows(chance, mood),
        _eyes(chance, mood),
        f'<path d="{NOSES[chance[5] % len(NOSES)]}" fill="{shade}" stroke="{INK}" stroke-opacity=".35"/>',
        _mouth(chance, mood),
        _beard(chance),
    ]
    named = Markup('role="img" aria-label="{}"').format(title) if title else Markup('aria-hidden="true"')
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="mask" viewBox="0 0 100 100" width="100" height="100" '
        'data-expression="{}" {}>{}</svg>'
    ).format(mood, named, Markup("".join(parts)))  # noqa: S704 - numbers and constants of this file only


def _halo(chance: bytes) -> str:
    """What stands behind the mask: a round of light, the cloth that ties it, a hood, or a knot of hair."""
    kind = chance[8] % 4
    if kind == 0:
        return '<circle cx="50" cy="51" r="43" fill="#fff" opacity=".1"/>'
    if kind == 1:
        return f'<path d="M0 40Q50 28 100 40V56Q50 44 0 56Z" fill="{INK}" opacity=".45"/>'
    if kind == 2:
        return f'<path d="M6 100Q6 4 50 4Q94 4 94 100Z" fill="{INK}" opacity=".4"/>'
    return f'<circle cx="50" cy="9" r="8" fill="{INK}"/><path d="M20 38Q20 6 50 6Q80 6 80 38Z" fill="{INK}"/>'


def _wrinkles(chance: bytes, shade: str) -> str:
    if chance[9] % 3 != 0:
        return ""
    lines = "".join(f"M36 {y}Q50 {y - 4} 64 {y}" for y in (21, 25))
    return f'<path d="{lines}" fill="none" stroke="{shade}" stroke-width="1.6" stroke-linecap="round"/>'


def _cheeks(chance: bytes) -> str:
    """Rosy cheeks, the bride's three dots (yeonji and gonji), or freckles of paint."""
    kind = chance[3] % 4
    spots: tuple[tuple[float, float, float], ...]
    if kind == 0:
        return ""
    if kind == 1:
        spots = ((29, 60, 6.5), (71, 60, 6.5))
        opacity = ".38"
    elif kind == 2:
        spots = ((29, 61, 4.2), (71, 61, 4.2), (50, 24, 3.4))
        opacity = ".9"
    else:
        spots = ((27, 57, 1.6), (31, 62, 1.6), (26, 64, 1.6), (73, 57, 1.6), (69, 62, 1.6), (74, 64, 1.6))
        opacity = ".75"
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="{r}"/>' for x, y, r in spots)
    return f'<g fill="{RED}" opacity="{opacity}">{dots}</g>'


def _brows(chance: bytes, mood: Expression) -> str:
    left, right = BROWS[chance[4] % len(BROWS)]
    width = (3.2, 4.6, 6)[chance[10] % 3]
    lift = {"calm": 0, "smiling": -1, "thinking": 1, "surprised": -5}[mood]
    tilt = ' transform="rotate(-9 66 31)"' if mood == "thinking" else ""
    return (
        f'<g transform="translate(0 {lift})" fill="none" stroke="{INK}" stroke-width="{width}" '
        f'stroke-linecap="round"><path d="{left}"/><path d="{right}"{tilt}/></g>'
    )


def _eyes(chance: bytes, mood: Expression) -> str:
    if mood == "surprised":
        return "".join(
            f'<circle cx="{x}" cy="45" r="6.4" fill="#fff"/><circle cx="{x}" cy="45" r="3" fill="{INK}"/>'
            for x in (35, 65)
        )
    kind = chance[6] % 4
    if mood == "smiling" or kind == 0:  # crescents, as the yangban laughs
        bend = 38 if mood == "smiling" else 41
        paths = "".join(f"M{x - 8} 47Q{x} {bend} {x + 8} 47" for x in (35, 65))
        return f'<path d="{paths}" fill="none" stroke="{INK}" stroke-width="3.4" stroke-linecap="round"/>'
    look = 2 if mood == "thinking" else 0
    if kind == 1:
        almonds = "".join(f"M{x - 8} 46Q{x} 38 {x + 8} 46Q{x} 51 {x - 8} 46Z" for x in (35, 65))
        whites = f'<path d="{almonds}" fill="#fff" stroke="{INK}" stroke-width="1.6"/>'
        size = 2.8
    elif kind == 2:
        whites = "".join(
            f'<circle cx="{x}" cy="45" r="5.6" fill="#fff" stroke="{INK}" stroke-width="1.6"/>'
            for x in (35, 65)
        )
        size = 2.6
    else:
        whites, size = "", 3.6
    pupils = "".join(f'<circle cx="{x + look}" cy="{45 - look}" r="{size}"/>' for x in (35, 65))
    return f'{whites}<g fill="{INK}">{pupils}</g>'


def _mouth(chance: bytes, mood: Expression) -> str:
    if mood == "surprised":
        return f'<ellipse cx="50" cy="75" rx="5.5" ry="6.5" fill="{INK}"/>'
    if mood == "thinking":
        return _stroke("M43 76Q50 73 56 75", 3.4)
    kind = chance[7] % 4
    if mood == "smiling":
        return (
            f'<path d="M34 70Q50 73 66 70Q62 84 50 84Q38 84 34 70Z" fill="{RED}"/>'
            '<path d="M37 71.5Q50 74 63 71.5L61.5 75Q50 77 38.5 75Z" fill="#fff"/>'
        )
    if kind == 0:
        return _stroke("M38 72Q50 81 62 72", 4)
    if kind == 1:
        return f'<path d="M40 74Q45 70 50 73Q55 70 60 74Q50 82 40 74Z" fill="{RED}"/>'
    if kind == 2:
        return f'<path d="M36 72Q50 68 64 72Q60 80 50 80Q40 80 36 72Z" fill="{INK}"/>' + _stroke(
            "M40 73Q50 71 60 73", 2.4
        )
    return _stroke("M41 75L59 75", 4)


def _stroke(path: str, width: float) -> str:
    return f'<path d="{path}" fill="none" stroke="{RED}" stroke-width="{width}" stroke-linecap="round"/>'


def _beard(chance: bytes) -> str:
    if chance[11] % 5 != 0:
        return ""
    return f'<path d="M44 86Q50 99 56 86Q50 89 44 86Z" fill="{INK}" opacity=".8"/>'

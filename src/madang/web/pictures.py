"""Pictures of figures by day, as SVG drawn here: no script, no style, no library.

Bars stretch to the width of the page, so nothing is written inside the picture: what its axes say stands in
HTML around it, and the same numbers stand in a table behind it. Colours come from classes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 720, 160
"""Of the drawing's own space; the page stretches it."""
_GAP = 0.28
"""Share of a day's place that is left free."""


@dataclass(frozen=True, slots=True)
class Series:
    """One row of numbers, a number a day. `look` is the class that colours it."""

    name: str
    look: str
    values: Sequence[float]

    @property
    def total(self) -> float:
        return sum(self.values)


def scale(most: float) -> float:
    """The first round number (1, 2, 5 and their tens) that is not below `most`; 1 for nothing."""
    if most <= 0:
        return 1.0
    ten = 10.0 ** math.floor(math.log10(most))
    return next(step * ten for step in (1, 2, 5, 10) if step * ten >= most * 0.999999)


def top(series: Sequence[Series]) -> float:
    """What the upper edge of the picture stands for."""
    return scale(
        max((sum(values) for values in zip(*(one.values for one in series), strict=True)), default=0.0)
    )


def bars(name: str, title: str, about: str, days: Sequence[str], series: Sequence[Series]) -> Markup:
    """Stacked bars, a bar a day. `name` makes its ids; `title` and `about` are read to those who do not see.

    Each bar says its numbers when pointed at.
    """
    most = top(series)
    place = WIDTH / max(len(days), 1)
    drawn: list[Markup] = []
    for day, label in enumerate(days):
        left, width = day * place + place * _GAP / 2, place * (1 - _GAP)
        parts, base = [], float(HEIGHT)
        for one in series:
            height = one.values[day] / most * HEIGHT
            if height <= 0:
                continue
            base -= height
            parts.append(
                Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
                    one.look, _number(left), _number(base), _number(width), _number(height)
                )
            )
        if parts:
            said = " · ".join(f"{one.name} {_plain(one.values[day])}" for one in series if one.values[day])
            hover = Markup("<title>{}: {}</title>").format(label, said)
            drawn.append(Markup("<g>{}{}</g>").format(hover, Markup("").join(parts)))
    lines = Markup("").join(
        Markup('<line class="grid" x1="0" x2="{0}" y1="{1}" y2="{1}"/>').format(
            WIDTH, _number(HEIGHT * share)
        )
        for share in (0.0, 0.5, 1.0)
    )
    return Markup(
        '<svg class="picture" viewBox="0 0 {w} {h}" preserveAspectRatio="none" role="img" '
        'aria-labelledby="{n}-title {n}-about"><title id="{n}-title">{title}</title>'
        '<desc id="{n}-about">{about}</desc>{lines}{bars}</svg>'
    ).format(
        w=WIDTH,
        h=HEIGHT,
        n=escape(name),
        title=title,
        about=about,
        lines=lines,
        bars=Markup("").join(drawn),
    )


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _plain(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"

"""Cards of the feed as HTML.

A search may show two dozen characters that nobody saw before, so a card must cost little: the template is
rendered once for each shape of card (kind, language, rating, …) with marks where a character's own words go,
and a card is that with its words, escaped, in place of the marks. Finished cards are kept.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from markupsafe import Markup, escape

from madang.characters.checks.reports.types import Badge
from madang.discover.types import Entry, Shown
from madang.web import mask
from madang.web.view import View

KEEP = 4_000
"""Cards that are kept, about 4 kB each."""
_MARKED = ("slug", "name", "line", "remix_of", "because", "avatar", "calm", "smiling", "held", "asked", "day")
_MARK = re.compile("\ue000(\\w+)\ue001")
"""Marks are characters of private use: taken out of what people wrote, they stand in no card otherwise."""


def _mark(name: str) -> str:
    return f"\ue000{name}\ue001"


class Cards:
    def __init__(self, view: View) -> None:
        self._view = view
        self._shapes: dict[object, list[str]] = {}
        self._kept: OrderedDict[object, str] = OrderedDict()

    def html(
        self, shown: Iterable[Shown], language: str, badges: Mapping[str, Badge] | None = None
    ) -> Markup:
        """The cards one after another, as items of a list; `badges` by character id."""
        earned = badges or {}
        cards = [self._card(one, language, earned.get(one.entry.id)) for one in shown]
        return Markup("".join(cards))  # noqa: S704  escaped below

    def _card(self, shown: Shown, language: str, badge: Badge | None) -> str:
        earned = (badge.held, badge.asked, badge.day) if badge is not None else None
        key = (shown.entry.id, shown.entry.changed_at, language, shown.because, earned)
        html = self._kept.get(key)
        if html is None:
            html = self._kept[key] = self._made(shown, language, badge)
            if len(self._kept) > KEEP:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return html

    def _made(self, shown: Shown, language: str, badge: Badge | None) -> str:
        entry = shown.entry
        shape = self._shape(entry, bool(shown.because), badge is not None, language)
        masked = entry.avatar is None
        words = {
            "slug": str(escape(entry.slug)),
            "name": str(escape(entry.name)),
            "line": str(escape(entry.line)),
            "remix_of": str(escape(entry.remix_of)),
            "because": str(escape(shown.because)),
            "held": str(badge.held) if badge is not None else "",
            "asked": str(badge.asked) if badge is not None else "",
            "day": badge.day.date().isoformat() if badge is not None else "",
            "avatar": str(escape((entry.avatar or "")[:12])),
            "calm": str(mask.svg(entry.id)) if masked else "",
            "smiling": str(mask.svg(entry.id, "smiling")) if masked else "",
        }
        # every second piece is the name of a mark
        return "".join([words[piece] if at % 2 else piece for at, piece in enumerate(shape)])

    def _shape(self, entry: Entry, because: bool, checked: bool, language: str) -> list[str]:
        """The template cut at its marks."""
        key = (
            entry.kind,
            entry.language,
            entry.rating,
            entry.remixable,
            entry.avatar is None,
            bool(entry.remix_of),
            because,
            checked,
            language,
        )
        shape = self._shapes.get(key)
        if shape is None:
            marked = replace(
                entry,
                id="",
                slug=_mark("slug"),
                name=_mark("name"),
                line=_mark("line"),
                remix_of=_mark("remix_of") if entry.remix_of else "",
                avatar=_mark("avatar") if entry.avatar else None,
            )
            html = self._view.environment.get_template("discover/card.html").render(
                {
                    "character": marked,
                    "because": _mark("because") if because else "",
                    "checked": {name: _mark(name) for name in ("held", "asked", "day")} if checked else None,
                    "calm": Markup(_mark("calm")),  # noqa: S704  a mark
                    "smiling": Markup(_mark("smiling")),  # noqa: S704
                    "language": language,
                }
            )
            shape = self._shapes[key] = _MARK.split(html)
            assert set(shape[1::2]) <= set(_MARKED)  # noqa: S101
        return shape

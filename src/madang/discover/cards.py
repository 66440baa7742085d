"""Cards of the feed as HTML, each rendered once for a version of a character and a language."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from markupsafe import Markup

from madang.discover.types import Shown
from madang.web.view import View

KEEP = 4_000
"""Cards that are kept, about 4 kB each."""


class Cards:
    def __init__(self, view: View) -> None:
        self._view = view
        self._kept: OrderedDict[object, str] = OrderedDict()

    def html(self, shown: Iterable[Shown], language: str) -> Markup:
        """The cards one after another, as items of a list."""
        return Markup("").join(Markup(self._card(one, language)) for one in shown)  # noqa: S704  our own templates

    def _card(self, shown: Shown, language: str) -> str:
        entry = shown.entry
        key = (entry.id, entry.changed_at, language, shown.because)
        html = self._kept.get(key)
        if html is None:
            template = self._view.environment.get_template("discover/card.html")
            html = template.render({"character": entry, "because": shown.because, "language": language})
            self._kept[key] = html
            if len(self._kept) > KEEP:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return html

"""English and Korean. The English sentence is the key; a room's `locale/ko.po` (or `locale/pages.ko.po`) has
the Korean one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Literal

from babel import Locale, negotiate_locale
from babel.messages.pofile import read_po

from madang.web.rooms import rooms

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = ("en", "ko")


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Every room's translations into `language`, merged; a missing or fuzzy one is left out."""
    merged: dict[str, str] = {}
    for path in (
        path for folder in rooms("locale").values() for path in sorted(folder.glob(f"*{language}.po"))
    ):
        with path.open("rb") as file:
            for message in read_po(file, locale=Locale.parse(language)):
                if message.id and message.string and not message.fuzzy:
                    merged[str(message.id)] = str(message.string)
    return merged


def translate(language: str, sentence: str, **params: object) -> str:
    """`sentence` in `language`, with its `{named}` parameters filled in; English where no translation is."""
    text = catalogue(known(language)).get(sentence, sentence)
    return text.format(**params) if params else text


def known(language: str | None) -> Language:
    """`language` if the studio speaks it, else English."""
    return language if language in LANGUAGES else "en"


def negotiate(accept_language: str) -> Language:
    """The best language for an Accept-Language header."""
    wanted = [tag for tag, _ in sorted(_weights(accept_language), key=lambda pair: -pair[1])]
    return known(negotiate_locale(wanted, LANGUAGES, sep="-"))


def _weights(header: str) -> Iterable[tuple[str, float]]:
    for part in header[:1000].split(","):
        tag, _, rest = part.strip().partition(";")
        try:
            weight = float(rest.strip().removeprefix("q=")) if rest else 1.0
        except ValueError:
            weight = 0.0
        if tag and weight > 0:
            yield tag.strip().replace("_", "-"), weight

"""English and Korean. The English sentence is the key; a room's `locale/ko.po` (or `locale/pages.ko.po`) has
the Korean one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from io import StringIO
from typing import Literal

from babel import Locale, negotiate_locale
from babel.messages.pofile import read_po

from madang.web.particles import settled
from madang.web.rooms import rooms

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = ("en", "ko")
_HEADER = re.compile(r'\A(?:#.*\n|\s*\n)*msgid ""\nmsgstr ""\n(?:".*"\n)*')


@cache
def catalogue(language: Language) -> dict[str, str]:
    """Every room's translations into `language`, merged; a missing or fuzzy one is left out."""
    merged: dict[str, str] = {}
    for path in (
        path for folder in rooms("locale").values() for path in sorted(folder.glob(f"*{language}.po"))
    ):
        for message in read_po(StringIO(_body(path.read_text("utf-8"))), locale=Locale.parse(language)):
            if message.id and message.string and not message.fuzzy:
                merged[str(message.id)] = str(message.string)
    return merged


def _body(text: str) -> str:
    """A catalogue without its header, which says nothing that the file's name and UTF-8 do not."""
    return _HEADER.sub("", text, count=1)


def translate(language: str, sentence: str, **params: object) -> str:
    """`sentence` in `language`, with its `{named}` parameters filled in; English where no translation is."""
    text = catalogue(known(language)).get(sentence, sentence)
    if not params:
        return text
    said = text.format(**params)
    return settled(said) if language == "ko" else said


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

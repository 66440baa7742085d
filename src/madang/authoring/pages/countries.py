"""Countries by their names, for people."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel import Locale

from madang.knowledge.facts.holiday import countries


@cache
def named_countries(language: str) -> tuple[tuple[str, str], ...]:
    """(two letters, name in this language) of countries whose public holidays are known, by name."""
    named = [(code, country_of(language, code)) for code in countries()]
    return tuple(sorted(named, key=lambda one: _plain(one[1])))


def country_of(language: str, code: str) -> str:
    """The name of a country; its letters where it has none."""
    return str(Locale.parse(language).territories.get(code, code))


def _plain(name: str) -> str:
    """As names are sorted: `Åland` stands beside `Albania`."""
    return "".join(
        one for one in unicodedata.normalize("NFKD", name) if not unicodedata.combining(one)
    ).casefold()

"""Tags for a business from what its documents say: a flower shop speaks of bouquets and tulips."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from madang.authoring.phrases import Language

DIFFERENT = 3
"""Different words of a trade that a document has to say."""
OFTEN = 4
"""How many of them, repetitions counted, at least."""
MOST = 2
"""Tags of one document."""
SHARE = 0.5
"""How much of the first trade's score the second has to reach: a café that sells bread is a bakery too."""
READ = 60_000
"""Characters of a document that are read."""


@dataclass(frozen=True)
class Trade:
    names: dict[str, str]
    """Language to tag."""
    pattern: re.Pattern[str]
    own: re.Pattern[str]
    """Its name, in either language."""


@cache
def trades() -> list[Trade]:
    read = tomllib.loads(Path(__file__).with_name("trades.toml").read_text("utf-8"))
    return [
        Trade(
            {"en": one["en"], "ko": one["ko"]},
            _pattern(one["words"].split()),
            _pattern([one["en"], one["ko"]]),
        )
        for one in read["trade"]
    ]


def tags_of(title: str, text: str, language: Language) -> list[str]:
    """The trades that a document speaks of most, at most two; none for most documents."""
    seen = f"{title}\n{text[:READ]}".casefold()
    scored: list[tuple[float, Trade]] = []
    for trade in trades():
        said = [word.removesuffix("s") for word in trade.pattern.findall(seen)]
        kinds = len(set(said))
        if trade.own.search(seen):
            kinds += 1
        if kinds >= DIFFERENT and len(said) >= OFTEN:
            scored.append((kinds + min(len(said), 40) / 10, trade))
    scored.sort(key=lambda one: -one[0])
    return [trade.names[language] for score, trade in scored[:MOST] if score >= SHARE * scored[0][0]]


def _pattern(words: list[str]) -> re.Pattern[str]:
    latin = "|".join(re.escape(word.casefold()) for word in words if word[0] < "\u1100")
    hangul = "|".join(re.escape(word) for word in words if word[0] >= "\u1100")
    parts = [rf"\b(?:{latin})s?\b"] if latin else []
    return re.compile("|".join([*parts, hangul] if hangul else parts))

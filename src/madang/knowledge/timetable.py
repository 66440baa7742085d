"""A row for a day of the week ("요일: 수 · 메뉴: …") is the answer to what there is on that day."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence

from madang.knowledge.asking import Asking
from madang.knowledge.days import days_in
from madang.knowledge.questions import shows
from madang.knowledge.rows import CELL
from madang.knowledge.types import Found, Span

_HEAD = re.compile(r"(?:요일|날|days?|weekdays?)", re.IGNORECASE)
_LETTERS = "월화수목금토일"
_ABOUT = re.compile(
    r"\b(?:what(?:['’]?s)?|which|soup|menu|specials?|on|class(?:es)?|lessons?|film|programme)\b|뭐|무엇|무슨|어떤|메뉴|식단|반찬|국|수업|강좌|프로그램|일정",
    re.IGNORECASE,
)
"""What asks for what there is."""


def of_its_day(asking: Asking, found: Sequence[Found]) -> Span | None:
    """The one row for the day of the week that the question names, where everything else that it asks stands in the
    row, or above it; None where there is none, or several."""
    asked = days_in(asking.question)
    if len(asked) != 1 or not _ABOUT.search(asking.question):
        return None
    words = {word for word in asking.words.values() if not days_in(word)}
    spans: list[Span] = []
    for one in found:
        above = " ".join([one.passage.title, *one.passage.headings])
        for line in re.finditer(r"[^\n]+", one.passage.text):
            row = line[0]
            if CELL not in row or _days_of(row) != asked:
                continue
            if asking.kind == "price" and shows("price", row) is False:
                continue
            there = asking.present(f"{above} {row}")
            if words <= {word for term, word in asking.words.items() if term in there}:
                spans.append(Span(passage=one.passage, start=line.start(), end=line.end(), score=1.0))
    return spans[0] if len(spans) == 1 else None


def _days_of(row: str) -> frozenset[int]:
    """The days that the first cell of a row names, where its column is one of days."""
    column, _, value = row.split(CELL, 1)[0].partition(": ")
    if not _HEAD.fullmatch(column.strip()):
        return frozenset()
    day = value.strip()
    return frozenset({_LETTERS.index(day)}) if len(day) == 1 and day in _LETTERS else days_in(day)

"""Days of the calendar in a question and in a text: "8 December" is among "7 to 9 December".

A text that names days among which the one asked about is speaks of it ("12월 25일" of Christmas);
one that names only others does not, whatever words they share.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from madang.knowledge.days import days_in
from madang.knowledge.facts import holiday
from madang.knowledge.facts.calendars import dates_in
from madang.knowledge.facts.seasons import open_ended, seasons_in
from madang.knowledge.facts.types import Dates

_Named = tuple[Dates, int, int]
_SLASHED = re.compile(r"(?<![\d/.])(1[0-2]|0?[1-9])/(3[01]|[12]\d|0?[1-9])(?![\d/])(?=\s?\(|\s?[-~–,]|\s|$)")
_LEAD = re.compile(r"^(?:from|between|on|in|during|throughout|over|for)\s+", re.IGNORECASE)
_BARE = re.compile(r"\d{1,2}(?:st|nd|rd|th|일)?", re.IGNORECASE)
"""A day of a list that names its month later."""
_TIMELY = re.compile(
    r"\b(?:today|tonight|tomorrow|now|currently|this|next|recent(?:ly)?|news?|chang\w*|notices?|announce\w*|events?|holidays?|closed?|closures?|closing|renovat\w*|dates?|until|since)\b"
    r"|오늘|내일|모레|지금|요즘|이번|다음|최근|공지|소식|바뀌|변경|휴무|휴업|휴일|쉬는|쉬나|쉬어|닫|공사|행사|이벤트|며칠|날짜|부터|까지",
    re.IGNORECASE,
)
_LEAP = 2024
_YEAR = re.compile(r"(?<!\d)20\d\d(?!\d)")
_BEGINNING = 60
"""Characters in which the year of a notice stands."""
_RUN = 21
"""Days of the longest run that is spoken of as those days; a longer one is a season."""
_LONGEST = 400
"""Characters of a question that is looked into."""


def in_its_words(question: str, text: str) -> str:
    """The question with the days of `text` in place of the day that it names, where that is among them."""
    for day, start, end in reversed(_asked(question)):
        if (place := _covering(day, text)) is not None:
            said = _LEAD.sub("", text[place[0] : place[1]]).rstrip(".")
            if said.lower() != question[start:end].lower() and not _BARE.fullmatch(said):
                question = question[:start] + said + question[end:]
    return question


def names_a_day(question: str) -> bool:
    """Whether a question names a day of the calendar."""
    return bool(_asked(question))


def met(question: str, text: str) -> tuple[str, ...]:
    """What the question calls the days that `text` speaks of."""
    return tuple(
        question[start:end] for day, start, end in _asked(question) if _covering(day, text) is not None
    )


def other(question: str, text: str) -> tuple[str, ...]:
    """What the question calls its days, where `text` names others alone, and none from which something holds
    ("from 1 February")."""
    asked = _asked(question)
    said = _said(text) if asked else ()
    begins = any(dates.to_day is None and open_ended(text, start, end) for dates, start, end in said)
    if not said or begins:
        return ()
    return tuple(question[start:end] for day, start, end in asked if _covering(day, text) is None)


def timeless(question: str) -> bool:
    """Whether a question asks for what is usual: it names no day, and not what is news or closed for once."""
    return not (names_a_day(question) or days_in(question) or _TIMELY.search(question[:_LONGEST]))


def passing(text: str, today: date) -> bool:
    """Whether a text is a notice: it begins with some days of this year or a later one, and they do not lie
    around today."""
    if not _YEAR.search(text, 0, _BEGINNING):
        return False
    lead = _LEAD.match(text)
    begin = lead.end() if lead else 0
    said = [dates for dates, start, _ in _said(text) if start <= begin]
    near = [today + timedelta(days=step) for step in (-1, 0, 1)]
    short = [dates for dates in said if dates.to_day is None or dates.length <= _RUN]
    late = any((dates.to_year or dates.year or 0) >= today.year for dates in short)
    around = any(_holds(dates, Dates(month=day.month, day=day.day)) for dates in short for day in near)
    return late and not around


@lru_cache(256)
def _asked(question: str) -> tuple[_Named, ...]:
    """The single days that a question names."""
    if len(question) > _LONGEST:
        return ()
    return tuple(one for one in _singles(question) if one[0].to_day is None)


def _singles(text: str) -> list[_Named]:
    found = list(dates_in(text))
    for key, offsets, start, end in holiday.named_in(text):
        if key in holiday.FIXED and len(offsets) == 1 and offsets[0] in (0, -1):
            on = date(_LEAP, *holiday.FIXED[key]) + timedelta(days=offsets[0])
            found.append((Dates(month=on.month, day=on.day), start, end))
    return found


@lru_cache(4096)
def _said(text: str) -> tuple[_Named, ...]:
    """Every day, and every run of days, that a text names."""
    found = _singles(text)
    found += [
        (dates, season.start, season.end)
        for season in seasons_in(text)
        if season.sure
        for dates in season.dates
    ]
    for match in _SLASHED.finditer(text):
        month, day = int(match[1]), int(match[2])
        found.append((Dates(month=month, day=day), match.start(), match.end()))
    return tuple(found)


def _covering(day: Dates, text: str) -> tuple[int, int] | None:
    """The place in `text` of the days that `day` is among: the shortest run of them, none that is a season."""
    held = [
        (dates.length if dates.to_day is not None else 1, start, end)
        for dates, start, end in _said(text)
        if _holds(dates, day) and not (dates.to_day is not None and dates.length > _RUN)
    ]
    return min(held)[1:] if held else None


def _holds(dates: Dates, day: Dates) -> bool:
    if dates.to_day is None:
        return (dates.month, dates.day) == (day.month, day.day) and _one_year(dates, day)
    years = {day.year} if day.year else {dates.year or _LEAP, dates.to_year or dates.year or _LEAP}
    for year in years:
        try:
            if dates.holds(date(year, day.month, day.day)):
                return True
        except ValueError:  # 29 February of another year
            continue
    return False


def _one_year(one: Dates, other_day: Dates) -> bool:
    return one.year is None or other_day.year is None or one.year == other_day.year

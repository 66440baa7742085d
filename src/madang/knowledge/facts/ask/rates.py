"""Which of a thing's prices hold on the day that a question names: a weekday's, a weekend's, the peak season's."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from madang.knowledge.days import days_in
from madang.knowledge.facts import holiday
from madang.knowledge.facts.ask import at_times
from madang.knowledge.facts.ask.menu import Wanted
from madang.knowledge.facts.ask.text import Left
from madang.knowledge.facts.ask.when import when_of
from madang.knowledge.facts.calendars import dates_in
from madang.knowledge.facts.clocks import clocks_in
from madang.knowledge.facts.said_rates import (
    PEAK,
    WEEKEND,
    dates_of,
    is_peak,
    is_weekend,
    peak_at_weekends,
    peak_of,
    told,
)
from madang.knowledge.facts.seasons import seasons_in
from madang.knowledge.facts.types import Business, Dates, Fact, Item, Policy

_WEEKDAY = re.compile(r"\bweekdays?\b|주중|평일", re.IGNORECASE)
_LOW = re.compile(r"\boff[- ]?peak\b|\blow[- ]season\b|비수기", re.IGNORECASE)
_NIGHT = re.compile(
    r"\b(?:(?:per|a|one|1)[- ]night|for (?:one|1) night)\b|(?<!\d)1박(?!\s?2일\s?\d)(?:\s?2일)?|하룻밤",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"극성수기|준성수기|\bsuper[- ]?peak\b|\bshoulder\b|\bmid[- ]?season\b", re.IGNORECASE)
"""Seasons beside the peak: which days are theirs, and which are left for it, is nobody's to guess."""
_USUAL = re.compile(
    r"(?:per|a) \w+|(?:usual|normal|regular|standard)(?: price| rate)?|prices?|rates?|기본|정가|1인(?:당)?|가격|요금"
)
"""A column beside that of the weekend, for all other days."""
_DAY_NAMES = re.compile(
    r"\b(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:days?|s)?\b|\b(?:and|to)\b|(?<![가-힣])[월화수목금토일](?:요일)?(?![가-힣])",
    re.IGNORECASE,
)
_FOR_EACH = re.compile(r"\b(?:(?:per|an?|each) \w+|hourly|daily)\b|(?:시간|1인|인|일)당", re.IGNORECASE)
_ANY = re.compile(r"\b(?:an?|any|every)\s+(?=(?:mon|tues|wednes|thurs|fri|satur|sun)day)", re.IGNORECASE)
_SATURDAY, _FRIDAY, _SUNDAY = 5, 4, 6
_NIGHTS = re.compile(r"\bnights?\b|\brooms?\b|펜션|\bcheck-?in\b|\d박|객실|숙박|투숙", re.IGNORECASE)
_MEANS_WEEKEND = re.compile(
    r"(?:주말\s?(?:(?:은|는|이란)\s|[=:：])|\bweekends? ?(?:=|:|means?\b|is\b|are\b))([^\n.]{0,120})",
    re.IGNORECASE,
)
_APART = re.compile(r"[,+/·&]|\band\b")
_SPECIAL = re.compile(
    r"(?:연말|연휴|명절)?\s?특별일|연말연시(?![^\d]*\d)|\bspecial days?\b|\b(?:christmas|new year)(?: week)? (?:rates?|prices?)\b",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"(?<![\d/])(1[0-2]|[1-9])/(3[01]|[12]\d|[1-9])(?![\d/])")
"""A day at the head of a column: "12/24"."""
_HOLIDAY = re.compile(r"\bholidays?\b|공휴일", re.IGNORECASE)
_HOLIDAYS = re.compile(r"\b(?:(?:bank|public|national) )?holidays?\b|공휴일", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Asked:
    """The day that is asked about: of the calendar, or of the week in some month."""

    day: date | None
    weekday: int | None
    months: tuple[Dates, ...] = ()
    times: tuple[int, ...] = ()
    part: tuple[int, int] | None = None
    """Minutes of the part of the day."""


def narrowed(
    left: Left, wanted: Sequence[Wanted], business: Business, today: date
) -> tuple[list[Wanted], tuple[Fact, ...]] | None:
    """What is wanted, without the prices that do not hold on the day that is named, and the facts that say so.

    As it is where no day is named, or prices do not differ by days; None for a day that is not understood.
    """
    if not any(_by_days(one.items) for one in wanted):
        return list(wanted), ()
    asked = _asked(left, today, business.country, timed=all(at_times.by_times(one.items) for one in wanted))
    if asked is None:
        return None
    left.took(_NIGHT)
    if asked.day is None and asked.weekday is None and not (asked.months or asked.times or asked.part):
        return list(wanted), ()
    every = [(fact, fact.value) for fact in business.facts if isinstance(fact.value, Policy)]
    used: list[Fact] = []
    found: list[Wanted] = []
    for one in wanted:
        of_season = _of_season(one.items, asked, _said(every, one, is_peak), used)
        of_day = _of_day(of_season, asked, _said(every, one, is_weekend), business, used)
        kept = at_times.at(of_day, asked.times, asked.part)
        if not kept:
            return None
        found.append(replace(one, items=tuple(kept)))
    return found, tuple(used)


def _said(
    policies: Sequence[tuple[Fact, Policy]], wanted: Wanted, kind: Callable[[Policy], bool]
) -> list[tuple[Fact, Policy]]:
    """What is said of weekends, or of the peak season, where the source of the prices (or the owner) says it: what
    another document means by it may be another thing. Where several say it, all of them count."""
    sources = {fact.source_id for fact, _ in wanted.items}
    said = [pair for pair in policies if kind(pair[1])]
    return said if any(fact.own or fact.source_id in sources for fact, _ in said) else []


def _by_days(items: Sequence[tuple[Fact, Item]]) -> bool:
    """Whether the prices of a row differ by the day; "1 day" beside "Weekend" is how long something is hired."""
    labels = [item.variant for _, item in items]
    days = any(pattern.search(label) for label in labels for pattern in (_WEEKDAY, PEAK, _LOW))
    beside_usual = any(map(WEEKEND.search, labels)) and any(map(_USUAL.fullmatch, labels))
    return len(items) > 1 and (days or beside_usual or any(map(_only_days, labels)))


def _only_days(label: str) -> bool:
    """Whether a column is that of some days of the week: "Tue-Fri", "Sat & Sun per hour", "토·일"."""
    bare = _HOLIDAYS.sub(" ", at_times.label_of(label).bare)
    rest = _FOR_EACH.sub(" ", _DAY_NAMES.sub(" ", bare))
    return bool(days_in(label)) and not re.search(r"[^\W\d_]", rest)


def _asked(left: Left, today: date, country: str, *, timed: bool) -> _Asked | None:
    """`timed`: whether prices differ by the time of the day too."""
    months: tuple[Dates, ...] = ()
    for season in reversed(seasons_in(left.left)):
        if season.dates and season.sure and all(one.to_day is not None for one in season.dates):
            if months:
                return None
            months = season.dates
            left.cut(season.start, season.end)
    some = bool(left.take(_ANY))
    when = when_of(left, today, country)
    if (
        when is None
        or ((when.times or when.part) and not timed)
        or when.now
        or len(when.days) + len(when.weekdays) > 1
    ):
        return None
    day = when.days[0] if when.days else None
    if when.either is not None:
        return _Asked(None, when.either[0].weekday(), months, when.times, when.part)
    if when.holiday and day is None:
        return None
    if day is not None and (months or some):
        return _Asked(None, day.weekday(), months, when.times, when.part)
    weekday = day.weekday() if day is not None else when.weekdays[0] if when.weekdays else None
    return _Asked(day, weekday, months, when.times, when.part)


def _of_season(
    items: Sequence[tuple[Fact, Item]], asked: _Asked, said: Sequence[tuple[Fact, Policy]], used: list[Fact]
) -> list[tuple[Fact, Item]]:
    """Those whose price may hold in the season of the day."""
    labels = [item.variant for _, item in items]
    if not any(PEAK.search(label) for label in labels) or any(_BETWEEN.search(label) for label in labels):
        return list(items)
    peak = _in_peak(asked, labels, said, used)
    return [pair for pair in items if peak is None or bool(PEAK.search(pair[1].variant)) is peak]


def _of_day(
    items: Sequence[tuple[Fact, Item]],
    asked: _Asked,
    said: Sequence[tuple[Fact, Policy]],
    business: Business,
    used: list[Fact],
) -> list[tuple[Fact, Item]]:
    """Those whose price may hold on that day of the week; all of which nothing is known."""
    items = _of_dates(items, asked, business)
    labels = [item.variant for _, item in items]
    if asked.day is not None and any(_HOLIDAY.search(label) for label in labels):
        if not business.country:
            return list(items)
        if holiday.is_on(holiday.ALL, asked.day, business.country):
            return [pair for pair in items if _HOLIDAY.search(pair[1].variant)]
    if asked.weekday is not None:
        named = [days_in(WEEKEND.sub(" ", _WEEKDAY.sub(" ", label))) for label in labels]
        items = [pair for pair, days in zip(items, named, strict=True) if not days or asked.weekday in days]
    if not any(pattern.search(item.variant) for _, item in items for pattern in (WEEKEND, _WEEKDAY)):
        return list(items)
    weekend = _on_weekend(asked, items, said, business, used)
    if weekend is None:
        return list(items)
    never = _WEEKDAY if weekend else WEEKEND
    usual = weekend and not any(_WEEKDAY.search(item.variant) for _, item in items)
    return [
        pair
        for pair in items
        if not never.search(pair[1].variant) and not (usual and _USUAL.fullmatch(pair[1].variant))
    ]


def _of_dates(
    items: Sequence[tuple[Fact, Item]], asked: _Asked, business: Business
) -> list[tuple[Fact, Item]]:
    """Those of the very date, where some are of dates ("24, 25 and 31 December") or of days that a source calls special
    and names; otherwise those of none. All where nobody says which days are special."""
    dated = [_dates_of(f"{item.category} {item.variant}") for _, item in items]
    special = [bool(_SPECIAL.search(f"{item.category} {item.variant}")) for _, item in items]
    named = _special_days(business) if any(special) else []
    dated = [some or (named if is_one else []) for some, is_one in zip(dated, special, strict=True)]
    unknown = any(is_one and not some for is_one, some in zip(special, dated, strict=True))
    if unknown or not any(dated) or all(dated):
        return list(items)
    on = [bool(asked.day and any(one.holds(asked.day) for one in some)) for some in dated]
    kept = on if any(on) else [not some for some in dated]
    return [pair for pair, keep in zip(items, kept, strict=True) if keep]


def _special_days(business: Business) -> list[Dates]:
    """The days that lines of the sources call special, or that stand under a heading which does."""
    found: list[Dates] = []
    for passage in business.passages.values():
        under = any(map(_SPECIAL.search, passage.headings))
        for line in passage.text.split("\n"):
            if under or _SPECIAL.search(line):
                found += [dates for dates in (*dates_of(line), *_dates_of(line)) if dates not in found]
    return found


def is_special(said: str) -> bool:
    """Whether a label, a heading or a line is of some dates, or of days that it calls special."""
    return bool(_SPECIAL.search(said) or _dates_of(said))


def _dates_of(label: str) -> list[Dates]:
    if runs := [one for one in dates_of(label) if one.to_day is not None]:
        return runs if _SLASHED.search(label) else [dates for dates, _, _ in dates_in(label)]
    slashed = [Dates(month=int(match[1]), day=int(match[2])) for match in _SLASHED.finditer(label)]
    return slashed or [dates for dates, _, _ in dates_in(label)]


def _on_weekend(
    asked: _Asked,
    items: Sequence[tuple[Fact, Item]],
    said: Sequence[tuple[Fact, Policy]],
    business: Business,
    used: list[Fact],
) -> bool | None:
    """Whether the day has a weekend's price; None where nobody says what a weekend is and it may be either."""
    if asked.weekday is None:
        return None
    meant = list(dict.fromkeys(told([policy for _, policy in said])))
    if not meant:
        return _as_usual(asked, items, business)
    if len({one.days for one in meant}) > 1:
        return None
    used += [fact for fact, _ in said]
    if asked.weekday in meant[0].days:
        return True
    eves, holidays = any(one.eves for one in meant), any(one.holidays for one in meant)
    if not (eves or holidays):
        return False
    return _as_weekend(asked.day, business.country, eves=eves, holidays=holidays)


def _as_usual(asked: _Asked, items: Sequence[tuple[Fact, Item]], business: Business) -> bool | None:
    """By day, Saturday and Sunday are a weekend. By night, Saturday surely is, Friday and Sunday may be. A holiday
    is one where the price says so."""
    texts = [
        passage.text for fact, _ in items if (passage := business.passages.get(fact.passage_id)) is not None
    ]
    if _counted_in_part(asked.weekday, business):
        return None  # "Friday from 17:00"
    nights = any(_NIGHTS.search(text) for text in texts)
    if asked.weekday == _SATURDAY or (asked.weekday == _SUNDAY and not nights):
        return True
    if nights and asked.weekday in (_FRIDAY, _SUNDAY):
        return None
    if asked.day is None:
        return None if nights else False
    if not business.country:
        return None
    near = [
        holiday.is_on(holiday.ALL, asked.day + timedelta(days=step), business.country)
        for step in ((0, 1) if nights else (0,))
    ]
    if not any(near):
        return False
    return (
        True if near[0] and not nights and any(_HOLIDAY.search(item.variant) for _, item in items) else None
    )


def _counted_in_part(weekday: int | None, business: Business) -> bool:
    """Whether any source counts hours of a weekday among the weekend."""
    meant = [
        match[1] for passage in business.passages.values() for match in _MEANS_WEEKEND.finditer(passage.text)
    ]
    parts = [part for said in meant for part in _APART.split(said) if clocks_in(part)]
    return any(weekday in days_in(part) for part in parts)


def _as_weekend(day: date | None, country: str, *, eves: bool, holidays: bool) -> bool | None:
    """Whether a day is counted as the weekend because of a holiday; None where its date or the country's holidays
    are not known."""
    if day is None or not country:
        return None
    eve = eves and holiday.is_on(holiday.ALL, day + timedelta(days=1), country)
    return eve or (holidays and holiday.is_on(holiday.ALL, day, country))


def _in_peak(
    asked: _Asked, labels: Sequence[str], said: Sequence[tuple[Fact, Policy]], used: list[Fact]
) -> bool | None:
    """Whether the day is in the peak season: as the column's heading says, or a sentence."""
    at_weekends = [fact for fact, policy in said if peak_at_weekends(policy.text)]
    if at_weekends and asked.weekday in (_SATURDAY, _SUNDAY):
        used += at_weekends
        return True
    seasons = _different(dates_of(label) for label in labels if PEAK.search(label))
    if not seasons:
        read = [(fact, peak_of(policy.text) or dates_of(policy.text)) for fact, policy in said]
        seasons = _different(dates for _, dates in read)
        if any(PEAK.search(label) for label in labels):
            used += [fact for fact, dates in read if dates]
    if len(seasons) != 1:
        return None
    if asked.day is not None:
        of_year = [
            one.year is None or asked.day.year in (one.year, one.to_year or one.year) for one in seasons[0]
        ]
        return any(one.holds(asked.day) for one in seasons[0]) if all(of_year) else None
    return _overlaps(asked.months, seasons[0]) if asked.months else None


def _different(every: Iterable[tuple[Dates, ...]]) -> list[tuple[Dates, ...]]:
    found: list[tuple[Dates, ...]] = []
    for dates in every:
        if dates and dates not in found:
            found.append(dates)
    return found


def _overlaps(months: Sequence[Dates], season: Sequence[Dates]) -> bool | None:
    """True where all days of the months are in the season, False where none is."""
    days = [
        date(one.year or 2023, one.month, 1) + timedelta(days=step)
        for one in months
        for step in range(one.length)
    ]
    held = [any(part.holds(day) for part in season) for day in days]
    return True if all(held) else None if any(held) else False

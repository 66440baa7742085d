"""Which days and times a question means, seen from a moment."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from madang.knowledge.facts import holiday
from madang.knowledge.facts.ask.text import Left
from madang.knowledge.facts.calendars import dates_in
from madang.knowledge.facts.clocks import bare_clock, clocks_in

_NOW = re.compile(
    r"\b(?:right now|now|currently|at the moment|at this time|at present)\b|(?<![가-힣])(?:지금|현재|이 시간에|지금도)(?![가-힣]{3})",
    re.IGNORECASE,
)
_TODAY = re.compile(
    r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b|(?<![가-힣])(?:오늘|금일|이따가?)(?!의)",
    re.IGNORECASE,
)
_PARTS = (
    (
        re.compile(
            r"\b(?:in the )?evening\b|(?<![가-힣])(?:이따\s?)?저녁(?:에|때)?(?![가-힣])", re.IGNORECASE
        ),
        re.compile(r"\b(?:tonight|this evening)\b", re.IGNORECASE),
        (18, 24),
    ),
    (
        re.compile(
            r"\b(?:in the )?morning\b|(?<![가-힣])(?:아침|오전)(?:에|중에)?(?![가-힣])", re.IGNORECASE
        ),
        re.compile(r"\bthis morning\b", re.IGNORECASE),
        (6, 12),
    ),
    (
        re.compile(r"\b(?:in the )?afternoon\b|(?<![가-힣])오후에?(?![가-힣])", re.IGNORECASE),
        re.compile(r"\bthis afternoon\b", re.IGNORECASE),
        (12, 18),
    ),
)
"""Parts of a day, and the hours that everybody counts among them."""
_AFTER = re.compile(r"\bthe day after tomorrow\b|(?<![가-힣])(?:모레|내일모레)", re.IGNORECASE)
_TOMORROW = re.compile(r"\btomorrow\b|(?<![가-힣])(?:내일|명일)", re.IGNORECASE)
_DAY = re.compile(
    r"(?:\b(?P<which>this|next|coming|every|each)\s+)?\b(?:(?P<en>mon|tues|wednes|thurs|fri|satur|sun)day(?P<many>s)?|(?-i:(?P<en2>Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)))\b"
    r"|(?P<kwhich>이번(?:\s?주)?|다음\s?주|다다음\s?주|차주|매주|돌아오는|오는)?\s*(?<![가-힣\d])(?P<ko>[월화수목금토일])(?:요일|욜)(?P<kmany>마다)?",
    re.IGNORECASE,
)
_WEEKEND = re.compile(r"\b(?:this |next |the )?weekends?\b|(?:이번\s?주\s?)?(?:주말)", re.IGNORECASE)
_WEEKDAYS = re.compile(r"\bweekdays?\b|(?<![가-힣])(?:평일|주중)", re.IGNORECASE)
_EVERY = re.compile(r"\bevery ?day\b|\bdaily\b|\ball week\b|(?<![가-힣])매일", re.IGNORECASE)
_DATE_ONLY = re.compile(r"(?<![\d월])(?<!월 )(\d{1,2})일(?!\s*(?:간|동안|전|후|이내|까지만|만))")
_UNTIL = re.compile(r"\b(?:until|till|til|up to)\s*$", re.IGNORECASE)
_BOUND = re.compile(r"\b(?:before|after|past|by|from|since|between)\s*$", re.IGNORECASE)
_BOUND_AFTER = re.compile(r"\s*(?:부터|이후|이전|전에|후에|넘어|넘어서|지나서|이전에|이후에|사이)")
_AT = re.compile(
    r"\b(?:at|by|before|after|until|till|past|around|from)\s+(?=(?:\d{1,2}|[a-z]+)\b)", re.IGNORECASE
)
_ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class When:
    days: tuple[date, ...] = ()
    weekdays: tuple[int, ...] = ()
    """Days of the week whatever their date."""
    times: tuple[int, ...] = ()
    """Minutes; two of them, where it is not said which half of the day is meant."""
    now: bool = False
    holiday: str = ""
    either: tuple[date, date] | None = None
    """"Next Monday": two days that may be meant."""
    until: bool = False
    """The times are ends: "until ten", "10시까지"."""
    part: tuple[int, int] | None = None
    """Minutes of the part of the day that is named, where no time is."""

    @property
    def named(self) -> bool:
        return bool(self.days or self.weekdays or self.holiday or self.either)


def when_of(left: Left, today: date, country: str) -> When | None:
    """What of `left` is about time, taken out of it; None for a day that no calendar has, and for two times."""
    now = left.took(_NOW)
    days: list[date] = []
    if (found_holiday := _holiday(left, today, country)) is None:
        return None
    named, near = found_holiday
    days += near
    for dates, start, end in dates_in(left.left):
        left.cut(start, end)
        if dates.to_day is not None:
            return None
        found = _coming(dates.year, dates.month, dates.day, today)
        if found is None:
            return None
        days.append(found)
    for match in left.take(_DATE_ONLY):
        found = _this_month(int(match[1]), today)
        if found is None:
            return None
        days.append(found)
    if left.took(_AFTER):
        days.append(today + timedelta(days=2))
    if left.took(_TOMORROW):
        days.append(today + timedelta(days=1))
    tonight = re.search(r"\btonight\b|this evening", left.left, re.IGNORECASE)
    if left.took(_TODAY):
        days.append(today)
    weekdays, either = _weekdays(left, today, days)
    timed = _times(left)
    if timed is None:
        return None
    times, until = timed
    if tonight and len(times) == 2:
        times = [time for time in times if time >= 12 * 60]
    return When(
        tuple(dict.fromkeys(days)),
        tuple(sorted(weekdays)),
        tuple(times),
        now,
        named,
        either,
        until,
        None if times else _part_of_day(left),
    )


def _part_of_day(left: Left) -> tuple[int, int] | None:
    """The minutes of the part of a day that is named, in words that may be taken out of `left` already ("tonight")."""
    for words, today, (since, until) in _PARTS:
        if left.took(words) or today.search(left.text):
            return since * 60, until * 60
    return None


def _holiday(left: Left, today: date, country: str) -> tuple[str, list[date]] | None:
    """The one holiday that is named, with its days; an empty key for none, None where it is not known."""
    named, days = "", []
    for key, offsets, start, end in holiday.named_in(left.left):
        left.cut(start, end)
        if named:
            return None
        named = key
        if key != holiday.ALL:
            day = holiday.next_of(key, today - timedelta(days=1), country)
            if day is None:
                return None
            days = [day + timedelta(days=offset) for offset in offsets]
    return named, days


def _weekdays(left: Left, today: date, days: list[date]) -> tuple[set[int], tuple[date, date] | None]:
    general: set[int] = set()
    either: tuple[date, date] | None = None
    named = list(days)
    for match in left.take(_DAY):
        name = match["en"] or match["en2"]
        number = _ENGLISH_DAYS.index(name.lower()[:3]) if name else "월화수목금토일".index(match["ko"])
        which = (match["which"] or match["kwhich"] or "").replace(" ", "").lower()
        coming = today + timedelta(days=(number - today.weekday()) % 7)
        if match["many"] or match["kmany"] or which in ("every", "each", "매주"):
            general.add(number)
        elif any(day.weekday() == number for day in named):
            continue  # "Monday, 30 November"
        elif which == "next":
            monday = today - timedelta(days=today.weekday())
            other = monday + timedelta(days=7 + number)
            first = coming if coming > today else coming + timedelta(days=7)
            if first == other:
                days.append(first)
            else:
                either = (first, other)
        elif which in ("다음주", "차주", "다다음주"):
            monday = today - timedelta(days=today.weekday())
            days.append(monday + timedelta(days=number + (14 if which == "다다음주" else 7)))
        elif which == "이번주":
            days.append(today - timedelta(days=today.weekday()) + timedelta(days=number))
        else:
            days.append(coming)
    if left.took(_WEEKEND):
        general |= {5, 6}
    if left.took(_WEEKDAYS):
        general |= set(range(5))
    if left.took(_EVERY):
        general |= set(range(7))
    return general, either


def _times(left: Left) -> tuple[list[int], bool] | None:
    """(minutes of one time, whether it is an end); both, where it may be in either half of the day; None for
    several times, and for what is before or after one."""
    clocks = clocks_in(left.left)
    text, until = left.left, False
    for clock in clocks:
        left.cut(clock.start, clock.end)
        if _BOUND.search(text[: clock.start]) or _BOUND_AFTER.match(text, clock.end):
            return None
        until = bool(_UNTIL.search(text[: clock.start])) or text[clock.end :].lstrip().startswith("까지")
    if not clocks:
        for match in _AT.finditer(left.left):
            bare = bare_clock(left.left[match.end() : match.end() + 12])
            if bare is not None and bare.start == 0:
                if _BOUND.search(match.group().strip()):
                    return None
                until = bool(_UNTIL.search(match.group().strip()))
                clocks.append(bare)
                left.cut(match.start(), match.end() + bare.end)
                break
    if not clocks:
        return [], False
    if len({clock.minutes for clock in clocks}) > 1:
        return None
    clock = clocks[0]
    if clock.sure or clock.minutes > 12 * 60 + 59:
        return [clock.minutes], until
    early = clock.minutes % (12 * 60)
    return [early, early + 12 * 60], until


def _coming(year: int | None, month: int, day: int, today: date) -> date | None:
    for guess in (year,) if year else (today.year, today.year + 1):
        try:
            found = date(guess, month, day)
        except ValueError:
            return None
        if year or found >= today:
            return found
    return None


def _this_month(day: int, today: date) -> date | None:
    for months in (0, 1):
        month = today.month + months
        try:
            found = date(today.year + (month > 12), (month - 1) % 12 + 1, day)
        except ValueError:
            return None
        if found >= today:
            return found
    return None

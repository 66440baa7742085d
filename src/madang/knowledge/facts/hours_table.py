"""Tables of hours: of things ("Boats", "Sauna") by days, of days by dates, of weeks by parts of the year."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re

from madang.knowledge.days import days_in
from madang.knowledge.facts.bilingual import side_in
from madang.knowledge.facts.calendars import dates_in
from madang.knowledge.facts.clocks import clocks_in, stretches_in
from madang.knowledge.facts.holiday import named_in
from madang.knowledge.facts.lasts import ENTRY, LAST
from madang.knowledge.facts.seasons import seasons_in, without

_CLOSED = re.compile(
    r"(?:\s*(?:closed|휴무(?:일)?|휴업|휴관|휴점|휴진|휴장|쉽니다|쉼|쉬는\s?날)\s*[./·]?\s*){1,2}(?:\([^()\d]{1,40}\)\s*)?",
    re.IGNORECASE,
)
_LAST = re.compile(
    rf"\s*[(（,/]?\s*(?:{LAST.pattern})\s*[:：]?\s*(?:at )?\d{{1,2}}(?:[:.]\d\d)?(?:\s?[ap]\.?m\b\.?)?\s*[)）]?",
    re.IGNORECASE,
)
"""A last order, or entry, beside the hours."""
_DAYS = re.compile(
    r"\b(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:days?)?\b\.?|\b(?:weekdays?|weekends?|daily|every ?day|and|to|through)\b"
    r"|[월화수목금토일](?:요일)?|평일|주중|주말|매일|매주|[\s,·/&~∼〜\-–—]",
    re.IGNORECASE,
)
_LETTERS = re.compile("[월화수목금토일]")
_CLOSED_AT_ALL = re.compile(
    r"\s*(?:전체\s?)?(?:closed\b|휴무|휴업|휴관|휴점|휴진|휴장|쉽니다)", re.IGNORECASE
)
_TILL = re.compile(r"(?<=\d)\s*(?:am|pm)?\s*\b(?:till?|until)\b\s*(?=\d)", re.IGNORECASE)
_REST_OF_DAYS = re.compile(
    r"^\s*(?:[(（]\s*[월화수목금토일](?:요일)?\s*[)）])?\s*(?:\([a-z ]{3,20}\))?\s*[:：,–—-]?\s*(?:은|는)?\s*(?:from |open )?",
    re.IGNORECASE,
)
"""What may stand between days and the hours on them: "(목):", "(Christmas Eve) -"."""
_HOURS = re.compile(
    r"\b(?:opening|business|trading|visiting|our)?\s*(?:hours|times?|open(?:ing)?|status|schedule)\b"
    r"|\b(?:lunch|dinner|morning|afternoon|evening|breakfast|brunch|break|last|order|from|to|opens?|closes?|notes?|day)\b"
    r"|시간|점심|저녁|오전|오후|런치|디너|휴게|브레이크|주문|오더|영업|운영|진료|관람|개관|오픈|마감|비고|시작|종료|접수",
    re.IGNORECASE,
)
"""Columns of the business's own hours, or of parts of its day: they are read as sentences are."""
_SERVICES = re.compile(
    r"\b(?:deliver\w*|parking|car park|reserv\w+|book\w*|check-?(?:in|out)|happy|phone|call\w*|support|music|pick-?up|take-?(?:away|out)|shuttle|bus|class(?:es)?|courses?|lessons?|workshops?|tours?|events?|quiet|peak|busy|staff|who|team|price|fee)\b"
    r"|배달|주차|예약|체크|전화|상담|문의|픽업|포장|셔틀|버스|수업|강좌|공연|담당|요금|가격|혼잡",
    re.IGNORECASE,
)
"""Columns of times at which something else happens."""
_LAST_OF = re.compile(r"\blast (?!orders?\b)\w+|마지막 (?!주문)|(?:입장|접수|예약) 마감", re.IGNORECASE)
"""Columns of when the last of something begins: the hours are those beside it."""
_BRACKETS = re.compile(r"\s*\([^()\d]*\)")
_HEADING = 40
_WHOLE_DAY = re.compile(r"24\s?시간|\b24\s?hours?\b", re.IGNORECASE)
_HOLIDAYS = re.compile(r"공휴일|(?:public |bank )?holidays?\b", re.IGNORECASE)
_NOTES = re.compile(r"\bnotes?\b|\bremarks?\b|\blast\b|비고|안내|마감|참고", re.IGNORECASE)
"""Columns that say something beside the hours."""
_DATE_HEADS = re.compile(
    r"(?:dates?|days?|when|날짜|일자|기간|날)(?:\s+(?:dates?|날짜|일자|기간))?", re.IGNORECASE
)
_HOUR_HEADS = re.compile(
    r"(?:(?:opening|business|trading|our|holiday|shop|store)\s+)?(?:hours|times?|open(?:ing)?)(?:\s+(?:영업\s?시간|영업|운영\s?시간|시간))?|(?:영업|운영|개장|관람|진료|이용)(?:\s?(?:시간|여부|안내))?|시간|영업시간\s+hours",
    re.IGNORECASE,
)
"""Columns of dates, and of the hours on them."""


def rows_in(line: str) -> list[tuple[str, str]]:
    """("Saturday: 9:00–19:30", "Boats") for each thing that a row says the hours of: in columns under their names, or
    named in the first cell, with a column for some days each. None for any other line."""
    left, *others = line.split(" · ")
    # tables seldom name the column of the days; "월·화 Mon, Tue" says them once
    first = side_in((left.partition(": ")[2] or left).strip(), "ko")
    cells = [cell.partition(": ") for cell in others]
    rest = [
        (name.strip(), side_in(value.strip(), "ko") if _CLOSED.fullmatch(value) else value.strip())
        for head, _, value in cells
        for name in (head.split("/") if _CLOSED.fullmatch(value) else [head])
    ]
    if not rest or not first or not all(head and value for head, value in rest):
        return []
    if only_days(first):
        main = [(heading, value) for heading, value in rest if not _LAST_OF.search(heading)]
        if len(main) == 1 < len(rest) and _HOURS.search(main[0][0]) and timed(main[0][1]):
            entries = [value for heading, value in rest if ENTRY.search(heading) and clocks_in(value)]
            lasts = [(f"{first}: last entry {value}", "") for value in entries]
            return [(f"{first}: {_BRACKETS.sub('', main[0][1])}", ""), *lasts]
        named = [(f"{first}: {value}", heading) for heading, value in rest]
        return named if all(names_a_thing(heading) and timed(value) for heading, value in rest) else []
    thing = re.sub(r"\s*[(（][^()（）]*[)）]", "", first).strip()
    told = [
        (heading, _WHOLE_DAY.sub("00:00~24:00", value))
        for heading, value in rest
        if not _NOTES.search(heading)
    ]
    days = all(only_days(_HOLIDAYS.sub(" ", heading)) for heading, _ in told)
    if not told or not days or not names_a_thing(thing) or not all(timed(value) for _, value in told):
        return []
    return [(f"{heading}: {value}", thing) for heading, value in told]


def only_days(text: str) -> bool:
    """Whether a cell names days of the week and nothing else."""
    return bool(days_in(text) or _LETTERS.search(text)) and not _DAYS.sub("", text)


def names_a_thing(heading: str) -> bool:
    """Whether hours under a name are those of that thing, rather than a part of the day or a service."""
    if not 0 < len(heading) <= _HEADING or _is_season(heading):
        return False
    return not _HOURS.search(heading) and not _SERVICES.search(heading)


def dated_row(line: str) -> str | None:
    """ "Thursday 24 December: 8am - 3pm" of a row of a table of dates and hours; None for any other line."""
    cells = [cell.partition(": ") for cell in line.split(" · ")]
    if len(cells) != 2 or not all(colon and value.strip() for _, colon, value in cells):
        return None
    (head, _, days), (heading, _, hours) = cells
    if not _DATE_HEADS.fullmatch(head.strip()) or not _HOUR_HEADS.fullmatch(heading.strip()):
        return None
    return f"{days.strip()}: {hours.strip()}" if dates_in(days) or seasons_in(days) else None


def dated_line(line: str) -> str | None:
    """A line that is days of the calendar and times, and nothing else ("- 24 Dec: 9am till 1pm"), as it is read; None
    for any other."""
    plain = _TILL.sub("-", line.strip().lstrip("-•*·■□▶ "))
    days = dates_in(plain)
    if not days or not timed(_REST_OF_DAYS.sub("", plain[max(end for _, _, end in days) :], count=1).strip()):
        return None
    ends = [0, *(end for _, _, end in days[:-1])]
    between = " ".join(plain[end:start] for end, (_, start, _) in zip(ends, days, strict=True))
    return plain if not re.search(r"[^\W\d_]", _DAYS.sub(" ", between)) else None


def on_dates(line: str) -> str | None:
    """The days of a row of a table of dates whose hours stand under a name ("Date: Thu 31 December · Farm park: 10am -
    2pm"), which may be that of the house; None for any other line."""
    cells = [cell.partition(": ") for cell in line.split(" · ")]
    if len(cells) < 2 or not all(colon and value.strip() for _, colon, value in cells):
        return None
    (head, _, days), *rest = cells
    if not _DATE_HEADS.fullmatch(head.strip()) or not (dates_in(days) or seasons_in(days)):
        return None
    said = [value for heading, _, value in rest if names_a_thing(heading.strip())]
    tells = any(stretches_in(value) or _CLOSED_AT_ALL.match(value) for value in said)
    return days.strip() if tells else None


def seasonal_row(line: str) -> list[str]:
    """ "November - February: Monday to Friday 7.30am - 5.30pm" and what else a row says whose columns are parts of the
    year; none for any other line."""
    first, *rest = line.split(" · ")
    days = first.partition(": ")[2] or first
    cells = [cell.partition(": ") for cell in rest]
    if (
        not cells
        or not all(colon and value.strip() for _, colon, value in cells)
        or not (days_in(days) or named_in(days))
    ):
        return []
    if not all(_is_season(heading) for heading, _, _ in cells):
        return []
    return [f"{heading.strip()}: {days.strip()} {value.strip()}" for heading, _, value in cells]


def _is_season(heading: str) -> bool:
    """Whether a heading names a part of the year and nothing else: "November - February", "동절기 (11월~2월)"."""
    named = seasons_in(heading)
    return any(one.dates for one in named) and not re.search(r"[^\W_]", without(heading, named))


def mixed(line: str) -> bool:
    """Whether a row has times of several things, each under its name ("Restaurant", "Café")."""
    cells = [cell.partition(": ") for cell in line.split(" · ")]
    named = [heading for heading, colon, value in cells[1:] if colon and timed(value)]
    return len(named) > 1 and any(not _HOURS.search(heading) for heading in named)


def timed(text: str) -> bool:
    """Whether a cell says from when to when, perhaps with the last order, or that it is closed, and no more."""
    if _CLOSED.fullmatch(text):
        return True
    text = _LAST.sub("", text, count=1)
    found = stretches_in(text)
    rest = text
    for one in reversed(found):
        rest = rest[: one.start] + rest[one.end :]
    return bool(found) and not re.search(r"\w", re.sub(r"\band\b", "", rest))

"""Rows of a table of hours whose column is headed by what keeps them: `Day: Saturday · Boats: 9:00–19:30`."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re

from madang.knowledge.days import days_in
from madang.knowledge.facts.calendars import dates_in
from madang.knowledge.facts.clocks import stretches_in
from madang.knowledge.facts.holiday import named_in
from madang.knowledge.facts.seasons import seasons_in

_CLOSED = re.compile(
    r"\s*(?:closed|휴무(?:일)?|휴업|휴관|휴점|휴진|쉽니다|쉼|쉬는\s?날)\s*\.?\s*", re.IGNORECASE
)
_DAYS = re.compile(
    r"\b(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:days?)?\b\.?|\b(?:weekdays?|weekends?|daily|every ?day|and|to|through)\b"
    r"|[월화수목금토일](?:요일)?|평일|주중|주말|매일|매주|[\s,·/&~∼〜\-–—]",
    re.IGNORECASE,
)
_LETTERS = re.compile("[월화수목금토일]")
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
_HEADING = 40
_DATE_HEADS = re.compile(
    r"(?:dates?|days?|when|날짜|일자|기간|날)(?:\s+(?:dates?|날짜|일자|기간))?", re.IGNORECASE
)
_HOUR_HEADS = re.compile(
    r"(?:(?:opening|business|trading|our|holiday|shop|store)\s+)?(?:hours|times?|open(?:ing)?)(?:\s+(?:영업\s?시간|영업|운영\s?시간|시간))?|(?:영업|운영|개장|관람|진료|이용)(?:\s?(?:시간|여부|안내))?|시간|영업시간\s+hours",
    re.IGNORECASE,
)
"""Columns of dates, and of the hours on them."""


def row_in(line: str) -> tuple[str, str] | None:
    """("Saturday: 9:00–19:30", "Boats"): a row of days and of one column of times, or "closed", under the name
    of a thing. None for any other line, and for several such columns: whose hours are the business's, no
    row says."""
    cells = [cell.partition(": ") for cell in line.split(" · ")]
    if len(cells) != 2 or not all(colon and value.strip() for _, colon, value in cells):
        return None
    (_, _, days), (heading, _, hours) = cells
    heading = heading.strip()
    if not (days_in(days) or _LETTERS.search(days)) or _DAYS.sub("", days):
        return None
    if not heading or len(heading) > _HEADING or _HOURS.search(heading) or _SERVICES.search(heading):
        return None
    return (f"{days.strip()}: {hours.strip()}", heading) if _timed(hours) else None


def dated_row(line: str) -> str | None:
    """ "Thursday 24 December: 8am - 3pm" of a row of a table of dates and hours; None for any other line."""
    cells = [cell.partition(": ") for cell in line.split(" · ")]
    if len(cells) != 2 or not all(colon and value.strip() for _, colon, value in cells):
        return None
    (head, _, days), (heading, _, hours) = cells
    if not _DATE_HEADS.fullmatch(head.strip()) or not _HOUR_HEADS.fullmatch(heading.strip()):
        return None
    return f"{days.strip()}: {hours.strip()}" if dates_in(days) or seasons_in(days) else None


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
    rest = heading
    for one in reversed(named):
        rest = rest[: one.start] + rest[one.end :]
    return any(one.dates for one in named) and not re.search(r"[^\W_]", rest)


def mixed(line: str) -> bool:
    """Whether a row has times of several things, each under its name ("Restaurant", "Café")."""
    cells = [cell.partition(": ") for cell in line.split(" · ")]
    timed = [heading for heading, colon, value in cells[1:] if colon and _timed(value)]
    return len(timed) > 1 and any(not _HOURS.search(heading) for heading in timed)


def _timed(text: str) -> bool:
    """Whether a cell says from when to when, or that it is closed, and no more."""
    if _CLOSED.fullmatch(text):
        return True
    found = stretches_in(text)
    rest = text
    for one in reversed(found):
        rest = rest[: one.start] + rest[one.end :]
    return bool(found) and not re.search(r"\w", re.sub(r"\band\b", "", rest))

"""Days off that a sentence does not name one by one: those that hang on a holiday, weeks of a month, from one day to
another, a season in which there is anything at all. What they leave in doubt is unclear."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from madang.knowledge.days import days_in
from madang.knowledge.facts.calendars import dates_in, joined_lists
from madang.knowledge.facts.clocks import clocks_in, stretches_in
from madang.knowledge.facts.holiday import ALL, FIXED, named_in
from madang.knowledge.facts.hours_clauses import CLOSED
from madang.knowledge.facts.seasons import seasons_in
from madang.knowledge.facts.types import MOST_DATES, Dates, Holiday, Rule

_TO = r"\s*(?:[-–—~∼〜]|to|until|till|through)\s*"
_EXCEPT = re.compile(r"\b(?:except|excluding|apart from)\b|제외", re.IGNORECASE)
_SHUTS = re.compile(
    r"\bclos(?:e|es|ing|ed)\b|\bshut\b|\blast (?:trading )?(?:day|date)\b|휴(?:무|관|진|점|업|장|가)|쉽니다|쉬어",
    re.IGNORECASE,
)
_HANGS = re.compile(
    r"\b(?P<monday>(?:public|bank) holiday (?:mon|tues|wednes|thurs|fri)days?)\b"
    r"|\b(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)days?) (?P<side>after|before|following|preceding)\b(?! \d)",
    re.IGNORECASE,
)
_JOINED = re.compile(
    r"(?:\s*(?:,|&|\band\b|\bplus\b)\s*)?\b(?:on )?(?:public|bank) holiday (?:mon|tues|wednes|thurs|fri)days?\b",
    re.IGNORECASE,
)
_MOVES = re.compile(
    r"공휴일(?:이|인|일|과)\s?(?:면|경우|때|겹치\S*)|\b(?:if|when|where|unless)\b[^.;]{0,24}\b(?:bank|public|national) holiday\b|\bfalls? on an? (?:bank|public|national) holiday\b",
    re.IGNORECASE,
)
"""A day off that moves where a holiday falls on it."""
_BETWEEN_YEARS = re.compile(r"\bbetween (?:christmas|xmas)(?: day)? and (?:the )?new year", re.IGNORECASE)
_DAY_OF_MONTH = re.compile(r"매(?:월|달)\s?\d{1,2}일")
_WEEK_OF = re.compile(
    r"\b(?P<which>first|second|third|fourth|last|final)(?: (?P<many>two|three|few|\d))? weeks? (?:of|in)\b",
    re.IGNORECASE,
)
_OVER_EASTER = re.compile(rf"\bgood friday{_TO}easter monday\b", re.IGNORECASE)
_AS_ON = re.compile(
    r"\b(?:same )?as (?:on )?(?:weekends?|(?:mon|tues|wednes|thurs|fri|satur|sun)days?)\b|(?:주말|평일|[월화수목금토일]요일)(?:과|와)\s?(?:동일|같)",
    re.IGNORECASE,
)
"""Hours that are those of other days."""
_WEEK_FROM = re.compile(r"\b(?:week (?:commencing|beginning|starting|of)|w/c)\b", re.IGNORECASE)
_AROUND_CHRISTMAS = re.compile(
    r"\b(?:christmas|xmas|festive) (?:week|break|period|shutdown|holidays?)\b|\b(?:over|for|during) (?:the )?(?:christmas|xmas|festive)\b(?! day| eve)|연말연시",
    re.IGNORECASE,
)
_RUN_AFTER = re.compile(_TO + r"(?=\w)|\s?(?:부터|까지)", re.IGNORECASE)
_RUN_BEFORE = re.compile(r"\w" + _TO + "$", re.IGNORECASE)
_END_OF_RUN = re.compile(r"\d\s*(?:[-–—~]|\bto\b)\s*(?:[A-Za-z]+ )?$")
_NAMES = {key: f"{day} {calendar.month_name[month]}" for key, (month, day) in FIXED.items()}
_AGAIN = re.compile(
    r"\bre-?open(?!ed)\w*|\bback (?:on|from)\b|\bopen again\b|다시\s?(?:문|영업|운영|열|엽)|재\s?(?:오픈|개장)",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    r"\b(?:from|at)\b.*\b(?:un)?till?\b|\b(?:closed|shut)\b.{0,12}\b(?:un)?till?\b", re.IGNORECASE
)
_RUNS = re.compile(
    r"^\W*(?:(?:운영|개장|영업|전시|팝업|행사|축제|운행|시즌)\s?기간|(?:팝업|전시|운영)\s?종료일?)\s*[:：]?\s*(?=\S)|^\W*(?:our |the )?(?:open(?:ing)? )?season\s*[:：]",
    re.IGNORECASE,
)
"""A part of the year outside of which there is nothing."""
_DATED = re.compile(r"\d\s?(?:월|[./]\s?\d)")
_WINTER = re.compile(
    r"christmas|xmas|winter|new year|festive|연말|겨울|동절기|1[12]월|\b(?:nov|dec)", re.IGNORECASE
)
_LATE, _EARLY = 11, 2
"""Months at the end of a year, and at the beginning of the next."""
_TURNS = re.compile(
    r"clos|shut|\bas\b|bank hols|동일|같|re-?open|back on|back from|open again|last (?:trading )?da|except|exclud|apart from|holiday|season|휴|쉬|쉽|제외|기간|종료|다시|재\s?[오개]|christmas|xmas|new year",
    re.IGNORECASE,
)
_LONE_IN_LIST = re.compile(
    r"\b((?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.? )(\d{1,2}\s?[-–]\s?\d{1,2}),\s*(\d{1,2})(?=\s*(?:[,&]|and\b|$))",
    re.IGNORECASE,
)
"""A day behind a run of them whose month it shares: "Dec 24-26, 31"."""
_COUNTS = {"two": 2, "three": 3, "few": 3}


def may_close(said: str) -> bool:
    """Whether a sentence has any of the words that closures have: most have none, and are not looked at further."""
    return bool(_TURNS.search(said))


def with_dates(said: str) -> str:
    """The sentence with days of the calendar for the names of holidays at the ends of a run: "Closed Christmas Eve to
    2 January", "24 Dec - New Year's Day"; and "31 Dec" of "Dec 24-26, 31"."""
    names = [one for one in named_in(said) if one[0] in _NAMES and one[1] == [0]]
    for key, _, start, end in reversed(names):
        before, after = said[:start], said[end:]
        runs = _RUN_AFTER.match(after) or _RUN_BEFORE.search(before)
        if runs or (_FROM_TO.search(said) and not after.lstrip().startswith("(")):
            said = f"{before}{_NAMES[key]}{after}"
    return _LONE_IN_LIST.sub(r"\1\2, \1\3", said)


def closures_in(said: str) -> list[Rule] | None:
    """What a sentence says whose days off hang on something else; None for any other sentence."""
    if _RUNS.search(said) and (_DATED.search(said) or dates_in(said) or seasons_in(said)):
        return [Rule(state="unclear")]
    if (as_on := _AS_ON.search(said)) and (named := named_in(said[: as_on.start()])):
        return [
            Rule(state="unclear", holidays=[Holiday(key=key, offsets=offsets) for key, offsets, *_ in named])
        ]
    if not (CLOSED.search(said) or _SHUTS.search(said) or _EXCEPT.search(said)):
        return None
    shut = bool(CLOSED.search(said))
    if shut and _BETWEEN_YEARS.search(said):
        sure = Dates(month=12, day=26, to_month=12, to_day=31)
        ends = [Dates(month=12, day=25), Dates(month=1, day=1)]
        return [Rule(state="closed", dates=[sure]), *(Rule(state="unclear", dates=[one]) for one in ends)]
    if shut and _DAY_OF_MONTH.search(said):
        return [Rule(state="unclear")]
    if shut and (match := _WEEK_OF.search(said)):
        weekly = [Rule(state="closed", days=sorted(days_in(said)))] if days_in(said) else []
        return [*weekly, Rule(state="unclear", dates=_weeks(said, match))]
    if (away := _away(said)) is not None:
        return away
    if shut and _OVER_EASTER.search(said) and not stretches_in(said):
        return [Rule(state="closed", holidays=[Holiday(key="good_friday", offsets=[0, 1, 2, 3])])]
    if shut and _AROUND_CHRISTMAS.search(said) and not (dates_in(said) or stretches_in(said)):
        return [Rule(state="unclear", dates=[Dates(month=12, day=24, to_month=1, to_day=2)])]
    return _hanging(said)


def on_holiday_mondays(said: str) -> str | None:
    """A sentence on hours without its "bank holiday Mondays", which are no Mondays and no holidays in general; None
    where it names none."""
    if CLOSED.search(said) or not stretches_in(said):
        return None
    rest = _JOINED.sub(" ", said, count=1)
    return rest if rest != said else None


def reopening(before: str, said: str) -> list[Rule]:
    """ "Our last day is 22 December. We reopen on 5 January." """
    if not (_AGAIN.search(said) and _SHUTS.search(before)) or _AGAIN.search(before):
        return []
    left = joined_lists(with_dates(before))
    ends = [dates_in(left), dates_in(joined_lists(with_dates(said)))]
    if len(ends[0]) != 1 or not ends[1] or ends[0][0][0].to_day is not None:
        return []
    if _END_OF_RUN.search(left[: ends[0][0][1]]):
        return []  # "Mon 4 - Fri 15 January: closed"
    return _between(ends[0][0][0], ends[1][0][0], sure=False)


def in_winter(headings: Sequence[str], rules: Iterable[Rule]) -> bool:
    """Whether what is said runs into the next year: it has days of the last months, or its heading has."""
    said = " ".join(headings)
    months = [one.month for rule in rules for one in rule.dates]
    return any(month >= _LATE for month in months) or bool(_WINTER.search(said))


def in_year(rule: Rule, year: int, *, late: bool) -> Rule:
    """The rule with its days in that year, its first months in the next one where what is said is `late`; a weekly one
    as it is."""
    if not rule.dates:
        return rule
    dates = [
        one
        if one.year
        else one.model_copy(
            update={
                "year": (begins := year + (late and one.month <= _EARLY)),
                "to_year": begins + ((one.to_month or one.month) < one.month) if one.to_month else None,
            }
        )
        for one in rule.dates
    ]
    return rule.model_copy(update={"dates": dates})


def moves(said: str) -> bool:
    """Whether a day off moves where a holiday falls on it: "월요일(공휴일이면 화요일)"."""
    return bool(_MOVES.search(said)) and bool(_SHUTS.search(said) or days_in(said))


def _away(said: str) -> list[Rule] | None:
    """From one day to another, at times of theirs: "Closed 24 Dec at 1pm, reopening 2 Jan"."""
    days = [day for day, _, _ in dates_in(joined_lists(said))]
    if _WEEK_FROM.search(said) and len(days) == 1 and days[0].to_day is None:
        last = _day(days[0]) + timedelta(days=6)
        week = days[0].model_copy(update={"to_month": last.month, "to_day": last.day})
        return [Rule(state="unclear", dates=[week])]
    timed = bool(clocks_in(said))
    goes = _AGAIN.search(said) or (timed and _FROM_TO.search(said))
    if goes and timed and len(days) == 1 and days[0].to_day is not None:
        days = _ends(days[0])
    if not (goes and len(days) == 2 and all(day.to_day is None for day in days)):
        return None
    also = (
        [Rule(state="unclear", holidays=[Holiday(key=ALL)])]
        if ALL in {key for key, *_ in named_in(said)}
        else []
    )
    return [*_between(*days, sure=bool(_AGAIN.search(said)) and not timed), *also]


def _ends(run: Dates) -> list[Dates]:
    """The first and the last day of a run."""
    first = Dates(month=run.month, day=run.day, year=run.year)
    return [first, Dates(month=run.to_month or run.month, day=run.to_day or run.day, year=run.to_year)]


def _between(first: Dates, last: Dates, *, sure: bool) -> list[Rule]:
    """Closed between two days; the first is a day off too where that is `sure`, the last is one of opening."""
    begins, ends = _day(first), _day(last)
    if ends <= begins:
        ends = ends.replace(year=ends.year + 1)
    after, until = begins + timedelta(days=not sure), ends - timedelta(days=1)
    rules = [] if sure else [Rule(state="unclear", dates=[first]), Rule(state="unclear", dates=[last])]
    if after > until:
        return rules
    off = Dates(
        month=after.month,
        day=after.day,
        year=first.year,
        to_month=until.month,
        to_day=until.day,
        to_year=first.year and first.year + until.year - begins.year,
    )
    return [Rule(state="closed", dates=[off]), *rules]


def _day(one: Dates) -> date:
    return date(one.year or 2026, one.month, min(one.day, 28) if one.month == 2 else one.day)


def _weeks(said: str, match: re.Match[str]) -> list[Dates]:
    """The days that the first or the last weeks of a month may be; all of it for others."""
    months = [day for one in seasons_in(said) for day in one.dates][:MOST_DATES]
    many = (match["many"] or "1").lower()
    width = 7 * (int(many) if many.isdigit() else _COUNTS[many])
    found = []
    for one in months:
        length = calendar.monthrange(one.year or 2024, one.month)[1]
        first, last = 1, length
        if match["which"].lower() == "first":
            last = min(length, width + 2)
        elif match["which"].lower() in ("last", "final"):
            first = max(1, length - width - 1)
        found.append(one.model_copy(update={"day": first, "to_month": one.month, "to_day": last}))
    return found


def _hanging(said: str) -> list[Rule] | None:
    """ "The Tuesday after a bank holiday", "bank holiday Mondays": those days are not clear."""
    if not (match := _HANGS.search(said)):
        return None
    if match["monday"]:
        return [Rule(state="unclear", holidays=[Holiday(key=ALL)])]
    around = range(1, 8) if match["side"].lower() in ("after", "following") else range(-7, 0)
    named = [Holiday(key=key, offsets=[0]) for key, _, _, _ in named_in(said)]
    rules = [Rule(state="unclear", holidays=[one]) for one in named]
    rules += (
        [Rule(state="unclear", days=sorted(days_in(match["day"])))]
        if ALL in {one.key for one in named}
        else []
    )
    near = [Holiday(key=one.key, offsets=list(around)) for one in named if one.key != ALL]
    return [*rules, *(Rule(state="unclear", holidays=[one]) for one in near)]

"""Parts of the year that a text names: `from 1 December to the end of February`, `11월~2월`, `July and August`.

A part without known ends ("in winter", "from 1 March on") is named too, without days: what is said of it may
hold on any day.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from madang.knowledge.facts.calendars import month_of
from madang.knowledge.facts.types import Dates

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    r"|(?-i:May|MAY)|(?:(?<=from )|(?<=of )|(?<=to )|(?<=until )|(?<=through ))may)\b\.?"
)
"""A month; "may" in small letters only where a month is expected."""
_NAMED = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_EDGE = r"(?:(?:the\s+)?(?P<{n}edge>start|beginning|end|middle|early|mid|late)(?:\s+of)?[\s-]+)?"
_POINT = (
    _NAMED
    + _EDGE
    + r"(?:(?:the\s+)?(?P<{n}d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<{n}m>{month})"
    + r"(?:\s+(?P<{n}d2>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:.]|\s?(?:[ap]\.?m|o'clock|[-–—~]\s?\d{{1,2}}(?!\d|(?:st|nd|rd|th)?\s+(?:of\s+)?{month}))))?(?:,?\s+(?P<{n}y>20\d\d)\b)?"
)
_TO = r"\s*(?:[-–—~∼〜]|to|until|till|through|thru)\s*(?:and including\s+)?"
_FROM = r"(?:\b(?:from|between|during|throughout|in|over|for)\s+(?:the\s+months?\s+of\s+)?)?"
_KPOINT = r"(?:(?P<{n}y>20\d\d)년\s*)?(?<!\d)(?P<{n}m>\d{{1,2}})월\s*(?:(?P<{n}d>\d{{1,2}})일|(?P<{n}edge>초순|중순|하순|말일|초|말))?(?:\s?\([월화수목금토일]\))?"
_KTO = r"\s*(?:[-–—~∼〜]|부터|에서)\s*"
_KEND = r"(?:\s?(?:까지|동안|사이|중))?"


def _point(name: str) -> str:
    return _POINT.format(n=name, month=_MONTH)


_RANGES = (
    re.compile(rf"\bbetween\s+{_point('a')}\s+and\s+{_point('b')}", re.IGNORECASE),
    re.compile(rf"{_FROM}{_point('a')}{_TO}{_point('b')}", re.IGNORECASE),
    re.compile(
        rf"{_FROM}{_NAMED}(?P<ad>\d{{1,2}})(?:st|nd|rd|th)?{_TO}{_NAMED}(?P<bd>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<bm>{_MONTH})(?:,?\s+(?P<by>20\d\d)\b)?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?<!\bin )(?<!during )(?:\b(?:from|between)\s+)?(?<!\d )(?<!\d(?:st|nd|rd|th) )\b(?P<am>{_MONTH})\s+(?P<ad>\d{{1,2}})(?:st|nd|rd|th)?{_TO}(?P<bd>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]|\s?(?:[ap]\.?m\b|h\b))(?:,?\s+(?P<by>20\d\d)\b)?",
        re.IGNORECASE,
    ),
    re.compile(_KPOINT.format(n="a") + _KTO + _KPOINT.format(n="b") + _KEND),
    re.compile(
        _KPOINT.format(n="a") + _KTO + r"(?P<bd>\d{1,2})일(?:\s?\([월화수목금토일]\))?" + _KEND,
    ),
    re.compile(rf"(?<![\d:.])(?P<am>\d{{1,2}}){_KTO}(?P<bm>\d{{1,2}})월(?!\s?\d{{1,2}}일){_KEND}"),
)
_ALONE = (
    re.compile(
        rf"\b(?:in|during|throughout)\s+(?P<months>{_MONTH})(?=\s+\d{{1,2}}\s?[-–])(?P<y>)", re.IGNORECASE
    ),
    re.compile(
        rf"{_FROM}\b(?P<months>{_MONTH}(?:(?:\s*,\s*|\s+and\s+|\s*&\s*){_MONTH})*)(?!\s*\d{{1,2}}(?![\d:]|\.\d))(?:,?\s+(?P<y>20\d\d)\b)?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:(?P<y>20\d\d)년\s*)?(?<![\d:.])(?P<months>\d{{1,2}}(?:월?\s?[,·/]\s?\d{{1,2}}){{0,11}})월(?!\s?\d{{1,2}}일){_KEND}"
    ),
)
"""Whole months, one or several."""
_WORDS = re.compile(
    r"\b(?:(?:in|during|throughout|over)\s+)?(?:the\s+)?(?:(?:high|low|off|peak|festive|holiday|summer|winter)[- ]season|(?:winter|summer|spring|autumn)s?(?!\s+(?-i:[A-Z](?!ours|pening|losing|eason)))|season(?:s|al|ally)?|(?:(?:school|easter|christmas|xmas|summer|winter|autumn|spring|february|october|may) )?(?:school )?(?:holidays|vacations?|breaks?)(?<!public holidays)(?<!bank holidays)(?<!the holidays)(?= ?[:–-]|\s*\(| only| (?:are|we))|school (?:holidays|vacations?)|half[- ]term|term[- ]time)\b"
    r"|동절기|하절기|춘추절기|동계|하계|(?<![가-힣])(?:겨울|여름)철?(?=에|은|의|방학|시즌|[\s(,:·~]|$)|(?<![가-힣])(?:봄|가을)(?:철|(?=에|은))|극?성수기|비수기|방학|휴가철|연말연시|(?<![가-힣])장마철?|시즌(?![가-힣]{2})",
    re.IGNORECASE,
)
"""Names of parts of the year; before another capital letter it is somebody's name ("Winter Garden")."""
_DAY_BEFORE = re.compile(r"\d(?:st|nd|rd|th)?\s+(?:of\s+)?$", re.IGNORECASE)
_OPEN_ENDED = re.compile(
    r"\b(?:from|since|until|till|before|after|through|starting)\s+(?:the\s+)?$", re.IGNORECASE
)
_OPEN_ENDED_AFTER = re.compile(r"\s*(?:부터|까지|이후|이전|on(?:wards?)?\b)", re.IGNORECASE)
_VAGUE = frozenset({"early", "mid", "middle", "late", "초", "초순", "중순", "하순"})
_LAST = frozenset({"end", "late", "말", "말일", "하순"})


@dataclass(frozen=True, slots=True)
class Season:
    """`dates` without any: nobody knows its days. `sure` is False where they reach further than may be meant."""

    dates: tuple[Dates, ...]
    start: int
    end: int
    sure: bool = True


def seasons_in(text: str) -> list[Season]:
    """In order. Single days ("25 December") are none; a name ("winter") beside days is their name."""
    found: list[Season] = []
    for pattern in _RANGES:
        for match in pattern.finditer(text):
            made = _range(match) if _free(found, match) else None
            if made is not None:
                found.append(made)
    for pattern in _ALONE:
        found += [
            _whole(match)
            for match in pattern.finditer(text)
            if _free(found, match)
            and _months(match["months"])
            and not _DAY_BEFORE.search(text[: match.start("months")])
        ]
    found = [_ended(text, one) for one in found]
    words = [match for match in _WORDS.finditer(text) if _free(found, match)]
    dated = len(found)
    for match in words:
        names = dated >= len(words)  # "winter (November to February)"
        found.append(Season((), match.start(), match.end(), sure=names))
    return sorted(found, key=lambda one: one.start)


def without(text: str, seasons: Sequence[Season]) -> str:
    """The text without the parts of the year that it names, which are in order."""
    for one in reversed(seasons):
        text = f"{text[: one.start]} {text[one.end :]}"
    return text


def open_ended(text: str, start: int, end: int) -> bool:
    """Whether the day at `[start, end)` is only one end of a time: "from 1 March", "3월 1일부터"."""
    return bool(_OPEN_ENDED.search(text[:start]) or _OPEN_ENDED_AFTER.match(text, end))


def _ended(text: str, one: Season) -> Season:
    """A month with a "from" before it is no month but what follows it too."""
    said = text[one.start : one.end].lower()
    whole = len(one.dates) == 1 and not re.search(_TO + r"|부터|에서", said)
    if whole and (said.startswith("from ") or said.endswith("까지") or open_ended(text, one.start, one.end)):
        return Season((), one.start, one.end, sure=False)
    return one


def _free(found: list[Season], match: re.Match[str]) -> bool:
    return all(match.end() <= one.start or one.end <= match.start() for one in found)


def _range(match: re.Match[str]) -> Season | None:
    parts = match.groupdict()
    first, last = parts.get("am") or parts["bm"], parts.get("bm") or parts["am"]
    begins, ends = month_of(first), month_of(last)
    if begins is None or ends is None:
        return None
    start, end = _side(parts, "a", begins, last=False), _side(parts, "b", ends, last=True)
    edges = {(parts.get("aedge") or "").lower(), (parts.get("bedge") or "").lower()}
    years = [int(year) if (year := parts.get(side)) else None for side in ("ay", "by")]
    return _made(match, (begins, start), (ends, end), years, sure=not edges & _VAGUE)


def _made(
    match: re.Match[str],
    first: tuple[int, int],
    last: tuple[int, int],
    years: list[int | None],
    *,
    sure: bool,
) -> Season | None:
    begun, ended = years
    if begun is None and ended is not None:
        begun = ended - (last < first)
    try:
        date(2024, *first)
        date(2024, *last)
    except ValueError:
        return None
    dates = Dates(month=first[0], day=first[1], year=begun, to_month=last[0], to_day=last[1], to_year=ended)
    return Season((dates,), match.start(), match.end(), sure)


def _side(parts: Mapping[str, str | None], side: str, month: int, *, last: bool) -> int:
    """The day of an end: the first or the last that it may be."""
    if day := parts.get(f"{side}d") or parts.get(f"{side}d2"):
        return int(day)
    edge = (parts.get(f"{side}edge") or "").lower()
    length = calendar.monthrange(2024, month)[1]
    if last:
        return {"start": 1, "beginning": 1, "early": 15, "초": 15, "초순": 15}.get(edge, length)
    return length if edge in ("end", "말일") else 15 if edge in _LAST else 1


def _whole(match: re.Match[str]) -> Season:
    year = int(match["y"]) if match["y"] else None
    dates = tuple(
        Dates(
            month=month,
            day=1,
            year=year,
            to_month=month,
            to_day=calendar.monthrange(year or 2024, month)[1],
            to_year=year,
        )
        for month in _months(match["months"])
    )
    return Season(dates, match.start(), match.end())


def _months(text: str) -> list[int]:
    """The months of a list; none where one of them is no month."""
    found = [month_of(one) for one in re.findall(r"\d+|[A-Za-z]{3,}", text) if one.lower() != "and"]
    return [one for one in found if one is not None] if None not in found else []

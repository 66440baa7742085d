"""Days of the calendar that a text names: `25 December`, `12월 25일`, `2026-12-25`, and from one to another."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from datetime import date

from madang.knowledge.facts.types import Dates

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_TO = r"\s*(?:[-–—~∼〜]|to|until|through|부터|에서)\s*"
_SLASHED = r"(?<![\d/])(?:(?P<sy>20\d\d)[.년]\s?)?(?<![\d/])(?P<sm>\d{1,2})/(?P<sd>\d{1,2})(?=\s?\([월화수목금토일]\))"
"""A day between slashes, where its weekday says that it is one: "12/24(목)"."""
_ONE = re.compile(
    rf"(?P<iy>20\d\d)[-./](?P<im>\d{{1,2}})[-./](?P<id>\d{{1,2}})(?!\d)"
    r"|(?:(?P<ky>20\d\d)년\s*)?(?<!\d)(?P<km>\d{1,2})월\s*(?P<kd>\d{1,2})일"
    rf"|{_SLASHED}"
    rf"|\b(?P<em>{_MONTH})\s+(?P<ed>\d{{1,2}})(?:st|nd|rd|th)?\b(?!:)(?:,?\s+(?P<ey>20\d\d)\b)?"
    rf"|\b(?P<bd>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<bm>{_MONTH})(?![a-z])(?:,?\s+(?P<by>20\d\d)\b)?",
    re.IGNORECASE,
)

_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+|(?:mon|tue|wed|thu|fri|sat|sun)\.?,?\s+)?"
_LIST = re.compile(
    rf"(?P<days>(?:\b{_WEEKDAY}\d{{1,2}}(?:st|nd|rd|th)?(?:\s*,\s*|\s+and\s+|\s*&\s*)){{1,6}})(?:and\s+)?(?:from\s+)?{_WEEKDAY}\d{{1,2}}(?:st|nd|rd|th)?(?P<run>\s*(?:[-–—~]|to|until|through)\s*{_WEEKDAY}\d{{1,2}}(?:st|nd|rd|th)?)?\s+(?:of\s+)?(?P<month>{_MONTH})(?![a-z])",
    re.IGNORECASE,
)
_LIST_KO = re.compile(
    r"(?<!\d)(?P<month>\d{1,2})월\s*\d{1,2}일(?:\s?\([월화수목금토일]\))?(?P<days>(?:\s*[,·]\s*\d{1,2}일(?:\s?\([월화수목금토일]\))?){1,6})"
)


_WEEKDAY_KO = r"(?:\s?\([월화수목금토일](?:요일)?\))?"
_SHORT_KO = re.compile(
    rf"(?<!\d)(?P<month>\d{{1,2}})월\s*(?P<days>\d{{1,2}}(?:일{_WEEKDAY_KO})?(?:\s*(?:[,·/&]|과|와|및)\s*\d{{1,2}}(?:일{_WEEKDAY_KO})?){{1,6}}(?<=[일)]))"
)
_MONTH_FIRST = re.compile(
    rf"\b(?P<month>{_MONTH})\s+(?P<days>\d{{1,2}}(?:st|nd|rd|th)?(?:(?:\s*,\s*|\s+and\s+|\s*&\s*)\d{{1,2}}(?:st|nd|rd|th)?(?!\s*(?:am|pm|:\d|\.\d|,?\s*20\d\d)|\d)){{1,6}})\b(?!\s*(?:[ap]\.?m|[-–—~]\s*\d|:\d|to\b))",
    re.IGNORECASE,
)
"""Lists of days whose month is said once, before the first of them."""


def dates_in(text: str) -> list[tuple[Dates, int, int]]:
    """(days, start, end) in order; a day that no calendar has is none."""
    singles = [
        (made, match.start(), match.end())
        for match in _ONE.finditer(text)
        if (made := _made(match)) is not None
    ]
    singles = sorted([*singles, *_listed(text)], key=lambda one: one[1])
    found: list[tuple[Dates, int, int]] = []
    for one, start, end in singles:
        if (
            found
            and re.fullmatch(_TO, text[found[-1][2] : start], re.IGNORECASE)
            and found[-1][0].to_day is None
        ):
            first, at, _ = found[-1]
            year = first.year or one.year
            found[-1] = (
                first.model_copy(
                    update={
                        "to_month": one.month,
                        "to_day": one.day,
                        "year": year,
                        "to_year": one.year or None,
                    }
                ),
                at,
                end,
            )
            continue
        found.append((one, start, end))
    return [(_short(text, one, end), start, _short_end(text, one, end)) for one, start, end in found]


def _listed(text: str) -> list[tuple[Dates, int, int]]:
    """The days of a list that do not name their month: 29 of "29 and Wednesday 30 December", 30 of "12월 29일, 30일"."""
    found: list[tuple[Dates, int, int]] = []
    for pattern in (_LIST, _LIST_KO):
        for match in pattern.finditer(text):
            month = month_of(match["month"])
            for day in re.finditer(r"(\d{1,2})(?:st|nd|rd|th|일)?", match["days"]):
                number = int(day[1])
                try:
                    date(2024, month or 0, number)
                except ValueError:
                    continue
                at = match.start("days")
                found.append((Dates(month=month or 1, day=number), at + day.start(), at + day.end()))
    return found


def lists_a_run(text: str) -> bool:
    """Whether a list of days ends in a run of them ("24 and from 28 to 30 December")."""
    return any(match["run"] for match in _LIST.finditer(text))


def joined_lists(text: str) -> str:
    """The text with "and" for the commas in lists of days, and "12월 24일(목)" for "12/24(목)", so that no clause
    ends inside of one."""
    text = _SHORT_KO.sub(_each_with_month, re.sub(_SLASHED, _written_out, text))
    text = _MONTH_FIRST.sub(lambda match: f"{match['days']} {match['month']}", text)
    return _LIST.sub(lambda match: re.sub(r"\s*,\s*(?:and\s+)?", " and ", match[0]), text)


def _each_with_month(match: re.Match[str]) -> str:
    """ "12월 24일 및 12월 25일" of "12월 24일(목)과 25일(금)" and "12월 24, 25일"."""
    days = re.findall(r"\d{1,2}", match["days"])
    return " 및 ".join(f"{match['month']}월 {day}일" for day in days)


def _written_out(match: re.Match[str]) -> str:
    return f"{match['sy']}년 " * bool(match["sy"]) + f"{match['sm']}월 {match['sd']}일"


_REST = re.compile(r"\s*(?:[-–—~∼〜]|부터)\s*(\d{1,2})일")


def _short(text: str, one: Dates, end: int) -> Dates:
    """`12월 24일~26일`: the end is in the same month."""
    match = _REST.match(text, end)
    if match is None or one.to_day is not None or not one.day <= int(match[1]) <= 31:
        return one
    return one.model_copy(update={"to_month": one.month, "to_day": int(match[1])})


def _short_end(text: str, one: Dates, end: int) -> int:
    match = _REST.match(text, end)
    return match.end() if match is not None and one.to_day is None and one.day <= int(match[1]) <= 31 else end


def month_of(text: str) -> int | None:
    """`3`, `March`, `Mar.`; None for what is no month."""
    if text.isdigit():
        return int(text) if 1 <= int(text) <= 12 else None
    return _MONTHS.index(name) + 1 if (name := text.lower()[:3]) in _MONTHS else None


def _made(match: re.Match[str]) -> Dates | None:
    found = match.groupdict()
    if found["iy"]:
        year, month, day = int(found["iy"]), int(found["im"]), int(found["id"])
    elif found["km"]:
        year, month, day = int(found["ky"] or 0), int(found["km"]), int(found["kd"])
    elif found["sm"]:
        year, month, day = int(found["sy"] or 0), int(found["sm"]), int(found["sd"])
    else:
        name = (found["em"] or found["bm"]).lower()[:3]
        year = int(found["ey"] or found["by"] or 0)
        month, day = _MONTHS.index(name) + 1, int(found["ed"] or found["bd"])
    try:
        date(year or 2024, month, day)
    except ValueError:
        return None
    return Dates(month=month, day=day, year=year or None)


def of(day: date) -> Dates:
    return Dates(month=day.month, day=day.day, year=day.year)

"""Public holidays: which words name which, and when they are, a country (the package `holidays` knows)."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

from babel.core import get_global

ALL = "all"
"""Any public holiday of the country."""
FIXED = {
    "new_year": (1, 1), "new_years_eve": (12, 31), "christmas": (12, 25), "christmas_eve": (12, 24),
    "boxing_day": (12, 26), "samiljeol": (3, 1), "children": (5, 5), "memorial_kr": (6, 6), "constitution": (7, 17),
    "liberation": (8, 15), "foundation": (10, 3), "hangul": (10, 9), "valentine": (2, 14), "halloween": (10, 31),
    "parents": (5, 8),
}  # fmt: skip
"""Those that are on the same day everywhere."""
_MOVING = {
    "seollal": r"^(?:Korean New Year|Lunar New Year|Chinese New Year(?: \(Spring Festival\))?|Chinese New Year's Day|The first day of Chinese New Year)$",
    "chuseok": r"^(?:Chuseok)$",
    "buddha": r"^(?:Buddha's Birthday)$",
    "labor": r"^(?:Labou?r Day|May Day)$",
    "memorial": r"^Memorial Day$",
    "thanksgiving": r"^Thanksgiving(?: Day)?$",
    "easter": r"^Easter Sunday$",
    "good_friday": r"^Good Friday$",
    "easter_monday": r"^Easter Monday$",
    "independence": r"^Independence Day$",
}
"""The English names that the package gives them."""
WORDS: dict[str, str] = {
    "christmas_eve": r"christmas eve|xmas eve|크리스마스 ?이브|성탄절 ?전날",
    "christmas": r"christmas(?: day)?|xmas|크리스마스|성탄절|성탄일",
    "new_years_eve": r"new year['’]?s eve|새해 ?전날|12월 31일 ?밤",
    "seollal": r"seollal|(?:lunar|korean|chinese) new year(?:['’]?s)?(?: day)?|설날|구정|설 ?당일|설(?= ?(?:연휴|명절|에|은|에는|과|·|,|/|및)(?![가-힣]*계))",
    "new_year": r"new year['’]?s(?: day)?|새해 ?첫 ?날|신정|1월 ?1일",
    "chuseok": r"chuseok|korean thanksgiving|추석|한가위",
    "boxing_day": r"boxing day",
    "samiljeol": r"samiljeol|independence movement day|march first(?: movement)? day|삼일절|3\.1절",
    "children": r"children['’]?s day|어린이날",
    "memorial_kr": r"현충일",
    "memorial": r"memorial day",
    "constitution": r"constitution day|제헌절",
    "liberation": r"liberation day|광복절",
    "foundation": r"(?:national )?foundation day|gaecheonjeol|개천절",
    "hangul": r"hangul day|hangeul day|한글날",
    "buddha": r"buddha['’]?s birthday|부처님 ?오신 ?날|석가 ?탄신일|초파일",
    "labor": r"labou?r day|may day|근로자의 ?날|노동절",
    "thanksgiving": r"thanksgiving(?: day)?|추수 ?감사절",
    "easter_monday": r"easter monday",
    "easter": r"easter(?: sunday| day)?|부활절",
    "good_friday": r"good friday|성금요일",
    "independence": r"independence day|(?:the )?fourth of july|july 4th",
    "valentine": r"valentine['’]?s(?: day)?|발렌타인 ?데이|밸런타인 ?데이",
    "halloween": r"halloween|핼러윈|할로윈",
    "parents": r"어버이날",
    ALL: r"(?:public|bank|national|federal|legal|statutory) hol(?:iday)?s?|(?:all )?holidays|공휴일|법정 ?휴일|빨간 ?날|국경일",
}
_MOSTLY = {"GB": "ENG"}
"""The part of a country whose holidays are taken, where the country as a whole has fewer than most people in it."""
_WORDS = re.compile(
    "|".join(rf"(?P<{key}>{pattern})" for key, pattern in WORDS.items()),
    re.IGNORECASE,
)
_BOTH_SIDES = re.compile(r"^[\sㆍ·]*(?:연휴|명절 ?연휴|holiday week)")
_EVE = re.compile(r"^\s*(?:전날|하루 ?전)|^\s*eve\b", re.IGNORECASE)
_AFTER = re.compile(r"^\s*(?:다음 ?날|이튿날)|^\s*(?:and )?the day after", re.IGNORECASE)
_ALIKE = {"memorial": "memorial_kr"}
"""One English name, two holidays: in Korea it is the other."""


def named_in(text: str) -> list[tuple[str, list[int], int, int]]:
    """(key, offsets, start, end) of the holidays that a text names, in order."""
    found = []
    for match in _WORDS.finditer(text):
        key, end = str(match.lastgroup), match.end()
        if text[match.start() : match.start() + 1].isascii() and not _whole(text, match):
            continue
        offsets = [0]
        rest = text[end:]
        if (wide := _BOTH_SIDES.match(rest)) and key in ("seollal", "chuseok"):
            offsets, end = [-1, 0, 1], end + wide.end()
        elif eve := _EVE.match(rest):
            offsets, end = [-1], end + eve.end()
        elif after := _AFTER.match(rest):
            offsets, end = [1], end + after.end()
        elif itself := re.match(r"\s*당일", rest):
            end += itself.end()
        found.append((key, offsets, match.start(), end))
    return found


def _whole(text: str, match: re.Match[str]) -> bool:
    before = text[match.start() - 1 : match.start()]
    after = text[match.end() : match.end() + 1]
    return not (before.isalpha() and before.isascii()) and not (after.isalpha() and after.isascii())


def days_of(key: str, year: int, country: str) -> list[date]:
    """When a holiday is in a year; none where it is not known there."""
    key = _ALIKE.get(key, key) if country == "KR" else key
    if key in FIXED:
        return [date(year, *FIXED[key])]
    pattern = _MOVING.get(key)
    if pattern is None:
        return []
    known = public(country, year) if country else {}
    if key == "seollal" and not any(re.search(pattern, name) for name in known.values()):
        known = public("KR", year)
    if key == "chuseok":
        known = public("KR", year)
    if key == "easter" and not any(re.search(pattern, name) for name in known.values()):
        return [_easter(year)]
    if key == "easter_monday":
        return [_easter(year) + timedelta(days=1)]
    if key == "good_friday":
        return [_easter(year) - timedelta(days=2)]
    return [day for day, name in known.items() if any(re.search(pattern, one) for one in name.split("; "))]


def next_of(key: str, today: date, country: str) -> date | None:
    """The next time a holiday comes, today included."""
    days = [day for year in (today.year, today.year + 1) for day in days_of(key, year, country)]
    return min((day for day in days if day >= today), default=None)


def is_on(key: str, day: date, country: str) -> bool:
    """Whether `day` is that holiday; `all`: any public one."""
    if key == ALL:
        return day in public(country, day.year)
    return day in days_of(key, day.year, country)


def public_name(day: date, country: str, language: str) -> str:
    """What a public holiday is called; empty for an ordinary day."""
    return public(country, day.year, language).get(day, "")


def country_of(zone: str) -> str:
    """The country of a time zone, as two letters; empty where it belongs to none."""
    return str(get_global("zone_territories").get(zone, ""))


def countries() -> list[str]:
    """Countries whose public holidays are known, as two letters."""
    import holidays

    return sorted(holidays.list_supported_countries(include_aliases=False))


@lru_cache(256)
def public(country: str, year: int, language: str = "en") -> dict[date, str]:
    """The public holidays of a country in a year; empty where they are not known."""
    if not country or not 1990 <= year <= 2100:
        return {}
    import holidays

    try:
        known = holidays.country_holidays(country, subdiv=_MOSTLY.get(country), years=year)
    except NotImplementedError:
        return {}
    wanted = "ko" if language == "ko" else "en_US"
    if wanted in (known.supported_languages or ()):
        known = holidays.country_holidays(country, subdiv=_MOSTLY.get(country), years=year, language=wanted)
    return {day: str(name) for day, name in known.items() if day.year == year}


def _easter(year: int) -> date:
    """Easter Sunday, as Meeus and Butcher reckon it."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)

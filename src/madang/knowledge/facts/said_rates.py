"""What a price list means by "weekend" and "peak season": sentences that say so, as policies that the owner's form
can change ("Peak season is 15 July to 20 August", "주말은 금요일, 토요일입니다")."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from madang.knowledge.days import days_in
from madang.knowledge.facts.calendars import dates_in
from madang.knowledge.facts.clocks import clocks_in
from madang.knowledge.facts.seasons import seasons_in, without
from madang.knowledge.facts.types import Dates, Policy

PEAK = re.compile(
    r"(?<!off-)(?<!off )\bpeak(?:[- ](?:season|period|days))?\b|\bhigh[- ]season\b|(?<![비준가-힣])극?성수기",
    re.IGNORECASE,
)
WEEKEND = re.compile(r"\bweekends?\b|주말", re.IGNORECASE)
_KEYS = {"peak": ("Peak season", "성수기"), "weekend": ("Weekend", "주말")}
_MEANS = re.compile(
    r"\s*(?:(?:rates?|prices?|nights?|요금)\s*)?(?:\b(?:means?|is|are|runs?|lasts?|covers?|includes?)\b|[은는]\s|[:=(]|요금은\s)\s*",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^\n.!?]+(?:\.(?=\d)[^\n.!?]+)*[.!?]?")
_LEAD = 16
"""Characters that may stand before what is explained: a bullet, an article, "여름"."""
_EVE = re.compile(
    r"\b(?:night|day|eve)s? (?:before|of) (?:an? |every |all )?(?:public |national |bank )?holidays?|공휴일\s?(?:의\s?)?(?:전날|전일|하루 전)",
    re.IGNORECASE,
)
_HOLIDAY = re.compile(r"\bholidays?\b|공휴일|휴일", re.IGNORECASE)
_SAID_OF_DAYS = re.compile(
    r"\b(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:days?)?\b|\b(?:nights?|evenings?|and|the|or|of|an?|on|public|national|bank|holidays?|rates?|prices?|to|through|also|all|every)\b"
    r"|[월화수목금토일]요일|(?<![가-힣])[월화수목금토일](?![가-힣])|공휴일|휴일|기준|요금|적용|입니다|합니다|됩니다|말합니다|뜻합니다|이며|이고|포함|그리고|및|밤|과|와|은|는|이|가|을|를|의|도",
    re.IGNORECASE,
)
_SAID_OF_DATES = re.compile(
    r"\b(?:every day(?: of the week)?|each year|every year|daily|inclusive|and|from|the|of|this year)\b|까지|부터|입니다|이며|이고|매년|기간|동안|요일과|요일에|상관\s?없습니다|상관없이|같습니다|[은는의]",
    re.IGNORECASE,
)
"""Words beside days and dates that say no more than these."""
_AT_WEEKENDS = re.compile(
    r"(?:all |every )?weekends?(?:(?:\s*,\s*|\s+and\s+|\s*&\s*|\s*\+\s*)(?:and )?(?:all )?(?:(?:school|public|bank) )?holidays?)*\s*[.!]?"
    r"|주말(?:(?:[,·과와및\s]|및)*(?:공휴일|휴일|방학|연휴))*(?:입니다|이에요|예요)?\s*[.!]?",
    re.IGNORECASE,
)
"""Weekends, perhaps with holidays, and no more: "weekends from April to September" is another thing."""
_SLASHED = re.compile(r"(?<![\d./])(\d{1,2})[/.](\d{1,2})\s*[-–—~∼〜]\s*(\d{1,2})[/.](\d{1,2})(?![\d./])")


@dataclass(frozen=True, slots=True)
class Weekend:
    """Days whose price is the weekend's; `eves`: also those before a public holiday, `holidays`: also these."""

    days: frozenset[int]
    eves: bool
    holidays: bool


def rates_in(text: str) -> Iterator[tuple[Policy, int, int]]:
    """(policy, start, end) for each sentence that says which days are the weekend's, or the peak season's."""
    for sentence in _SENTENCE.finditer(text):
        said = sentence[0].strip().lstrip("-•*· ")
        start = sentence.start() + sentence[0].index(said) if said else 0
        korean = bool(re.search("[가-힣]", said))
        if weekend_of(said) is not None:
            yield Policy(key=_KEYS["weekend"][korean], text=said[:2_000]), start, start + len(said)
        elif peak_of(said) or peak_at_weekends(said):
            yield Policy(key=_KEYS["peak"][korean], text=said[:2_000]), start, start + len(said)


def is_peak(policy: Policy) -> bool:
    return policy.key in _KEYS["peak"]


def is_weekend(policy: Policy) -> bool:
    return policy.key in _KEYS["weekend"]


def weekend_of(sentence: str) -> Weekend | None:
    """What a sentence says a weekend is; None where it says something else of it, such as when one is open."""
    rest = _meant(sentence, WEEKEND)
    if rest is None or clocks_in(rest) or re.search(r"영업|운영|\bopen|\bclosed|휴무", rest, re.IGNORECASE):
        return None
    eves = bool(_EVE.search(rest))
    days = days_in(_EVE.sub(" ", WEEKEND.sub(" ", rest)))
    if re.search(r"[^\W\d_]", _SAID_OF_DAYS.sub(" ", _EVE.sub(" ", rest))):
        return None  # "but not Sunday", "are usually full": more is said than days
    if not 2 <= len(days) <= 4:
        return None
    return Weekend(days, eves, bool(_HOLIDAY.search(_EVE.sub(" ", rest))))


def peak_of(sentence: str) -> tuple[Dates, ...]:
    """The days of a peak season that a sentence, or the heading of a column, names; none where it names none, or
    ends that may be meant otherwise ("mid July")."""
    rest = _meant(sentence, PEAK)
    if rest is None or not (found := dates_of(rest)):
        return ()
    rest = _SAID_OF_DATES.sub(" ", _SLASHED.sub(" ", without(rest, seasons_in(rest))))
    return () if re.search(r"[^\W_]", rest) else found  # "and all public holidays", "except Sundays"


def peak_at_weekends(sentence: str) -> bool:
    """Whether a sentence counts weekends among the peak days: "Peak = weekends, school holidays"."""
    rest = _meant(sentence, PEAK)
    return rest is not None and bool(_AT_WEEKENDS.fullmatch(rest.strip()))


def dates_of(text: str) -> tuple[Dates, ...]:
    """Runs of days: "15 July to 20 August", "7/15–8/20"."""
    named = [one for one in seasons_in(text) if one.dates]
    if any(not one.sure for one in named):
        return ()
    found = [dates for one in named for dates in one.dates]
    found = found or [one for one, _, _ in dates_in(text) if one.to_day is not None]
    for match in _SLASHED.finditer(text):
        month, day, to_month, to_day = map(int, match.groups())
        try:
            date(2024, month, day), date(2024, to_month, to_day)
        except ValueError:
            return ()
        found.append(Dates(month=month, day=day, to_month=to_month, to_day=to_day))
    return tuple(found)


def told(policies: Sequence[Policy]) -> Iterator[Weekend]:
    """What policies say a weekend is."""
    for policy in policies:
        if (found := weekend_of(policy.text) or weekend_of(f"{policy.key}: {policy.text}")) is not None:
            yield found


def _meant(sentence: str, word: re.Pattern[str]) -> str | None:
    """What is said to be meant by a word at the beginning of a sentence."""
    match = word.search(sentence[: _LEAD + 20])
    if match is None or match.start() > _LEAD:
        return None
    means = _MEANS.match(sentence, match.end())
    return sentence[means.end() :] if means is not None else None

"""Lines that hold each for a range of something: "3 to 6 days: credit" answers for five days, "7 days or more:
full refund" does not.

An amount of a question is compared with lines of the same measure: how long before something is called off, how
many people, how heavy, long, wide or far, which floor. A line is chosen only where another one has a range of
that measure too, and where one holds the amount.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

NOTICE = "notice"
"""The measure of how long before: its amounts are hours."""
_HOURS = {"hour": 1.0, "day": 24.0, "week": 168.0, "month": 720.0}
_COUNTED = {
    "하루": 1,
    "이틀": 2,
    "사흘": 3,
    "나흘": 4,
    "닷새": 5,
    "엿새": 6,
    "이레": 7,
    "열흘": 10,
    "보름": 15,
}
_WORDS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1
    )
}
_NUMBER = rf"(?:\d+(?:[.,]\d+)?|(?:a|an|{'|'.join(_WORDS)})(?= ))"
_LENGTH = r"(?:hours?|hrs?|days?|weeks?|wks?|months?)"
_LENGTH_KO = "(?:시간|일|주일|주|개월|달)"
_KO = rf"(?:\d+ ?{_LENGTH_KO}|{'|'.join(_COUNTED)}|일주일|한 ?달|한 ?시간)"
_CALLS_OFF = re.compile(
    r"\b(?:cancel\w*|call(?:ed|ing)? (?:it |this )?off|refund\w*|money back|get (?:it |that )?back|deposit|resched\w*|postpone\w*"
    r"|(?:change|move|swap) (?:it|the|my|our|a)|pull(?:ed)? out|back(?:ed)? out)\b"
    r"|취소|캔슬|환불|변경|연기|미루|돌려받|돌려줘|돌려주|예약금|계약금|위약금|수수료",
    re.IGNORECASE,
)
"""Whoever says how long before something says it of calling it off, or of changing it."""
_SAME_DAY = re.compile(
    r"\b(?:on |the )?(?:very )?same day\b|\bon the day\b|\bday of\b|\btoday\b|당일|오늘", re.IGNORECASE
)
_DAY_BEFORE = re.compile(
    r"\b(?:the )?(?:day|night|evening) before\b(?! yesterday)|\btomorrow\b|전날|(?<!모레 )내일", re.IGNORECASE
)
_ASKED = re.compile(
    rf"({_NUMBER})[ -]?({_LENGTH})['’]?(?= (?:before|ahead|out|away|prior|in advance|beforehand|to go|notice|left)\b|\W*$|,)"
    rf"|\bin ({_NUMBER}) ({_LENGTH})\b"
    rf"|({_KO}) ?(?:전|남)",
    re.IGNORECASE,
)
_FROM = r"(?:up to|until|till|at least|no later than|by|not less than|minimum(?: of)?|with(?! in)|(?<!no )(?<!not )more than|over|longer than)"
_SAID = re.compile(
    # two ends: 3 to 6 days, 3~6일 전, 9일 전부터 4일 전
    rf"(?P<low>{_NUMBER})\s*(?:{_LENGTH}\s*)?(?:to|and|[-–~∼])\s*(?P<high>{_NUMBER})[ -]?(?P<both>{_LENGTH})\b"
    rf"|(?P<first>{_KO}) ?전?(?:부터|에서|과|와|[-–~∼]) ?(?P<second>{_KO}|전날|당일)(?: ?전)?"
    # less than: within 3 days, less than 48 hours, 3일 이내
    rf"|\b(?:less than|under|fewer than|within|inside|later than|below)\s+(?P<below>{_NUMBER})[ -]?(?P<unit1>{_LENGTH})\b"
    rf"|(?P<below_ko>{_KO}) ?(?:전)? ?(?:이내|미만|안쪽)"
    # at least: 7 days or more, 48 hours before, 7일 전까지
    rf"|(?:{_FROM}\s+)?(?P<least>{_NUMBER})[ -]?(?P<unit2>{_LENGTH})['’]?(?:\s*(?:or (?:more|longer|earlier)|\+|and over|before|in advance|ahead|prior|notice|beforehand|away))"
    rf"|{_FROM}\s+(?P<least2>{_NUMBER})[ -]?(?P<unit3>{_LENGTH})\b"
    rf"|(?P<least_ko>{_KO}) ?(?:전 ?(?:까지|이전)|이상 전|전)",
    re.IGNORECASE,
)
_REST = re.compile(
    r"\b(?:after (?:that|this|then)|later than that|afterwards|from then|otherwise)\b|(?:그|이) ?(?:뒤|후|이후)(?:로|에)?(?:는|도|에는)?",
    re.IGNORECASE,
)
_AMOUNT = r"(\d+(?:[.,]\d+)?)"
_MEASURES: dict[str, str] = {
    "person": r"(?:people|persons?|guests?|pax|adults?|players?|children|kids)(?![a-z])|명|인(?![가-힣])|분(?= )",
    "kg": r"(?:kg|kilos?|kilograms?)(?![a-z])|킬로그램|키로그램",
    "km": r"(?:km|kilomet(?:er|re)s?)(?![a-z])|킬로미터",
    "mile": r"miles?(?![a-z])",
    "cm": r"(?:cm|centimet(?:er|re)s?)(?![a-z])|센티(?:미터)?",
    "inch": r"(?:in(?:ch(?:es)?)?(?![a-z])|[\"”])|인치",
    "floor": r"(?:floors?\b|storeys?\b)|층",
}
_LIMITS: dict[str, re.Pattern[str]] = {
    measure: re.compile(
        rf"(?P<low>\d[\d,.]*)\s*(?:{unit})?\s*(?:to|[-–~∼]|부터|에서)\s*(?P<high>\d[\d,.]*)\s*(?:{unit})"
        rf"|(?<!no )(?<!not )\b(?:more than|over|above)\s+(?P<above>\d[\d,.]*)\s*(?:{unit})"
        rf"|\b(?:up to|at most|maximum(?: of)?|max\.?)\s+(?P<most>\d[\d,.]*)\s*(?:{unit})"
        rf"|\b(?:less than|under|below|fewer than)\s+(?P<below>\d[\d,.]*)\s*(?:{unit})"
        rf"|(?P<low_ko>\d[\d,.]*)\s*(?:{unit})\s*(?:or more|\+|and (?:over|above|more)|이상|부터)"
        rf"|(?P<most_ko>\d[\d,.]*)\s*(?:{unit})\s*(?:or (?:less|fewer)|이하|까지|이내)"
        rf"|(?P<below_ko>\d[\d,.]*)\s*(?:{unit})\s*(?:미만)|(?P<above_ko>\d[\d,.]*)\s*(?:{unit})\s*(?:초과)",
        re.IGNORECASE,
    )
    for measure, unit in _MEASURES.items()
}
_ASKED_OF = {
    measure: re.compile(rf"(?<![\d.,x×]){_AMOUNT}\s*(?:{unit})", re.IGNORECASE)
    for measure, unit in _MEASURES.items()
}


@dataclass(frozen=True, slots=True)
class Range:
    low: float
    high: float
    words: str
    """As it stands in the text."""

    def holds(self, amount: float) -> bool:
        return self.low <= amount <= self.high


@dataclass(frozen=True, slots=True)
class Amount:
    measure: str
    value: float
    words: str


@lru_cache(512)
def amounts(question: str) -> tuple[Amount, ...]:
    """What a question names an amount of, at most one of a measure; hours for NOTICE."""
    found = []
    if _CALLS_OFF.search(question) and (notice := _notice(question)) is not None:
        found.append(notice)
    for measure, pattern in _ASKED_OF.items():
        places = list(pattern.finditer(question))
        if len(places) == 1:
            found.append(Amount(measure, _number(places[0][1]), places[0][0]))
    return tuple(found)


def chosen(question: str, texts: Sequence[str]) -> list[bool | None]:
    """For each line of a source: whether it is the one for the amount that is asked about, another one is, or
    None where there is no choice."""
    made: list[bool | None] = [None] * len(texts)
    for amount in amounts(question):
        ranges = [_of(amount.measure, text) for text in texts]
        if sum(bool(one) for one in ranges) < 2:
            continue
        held = [_closest(some, amount.value) for some in ranges]
        closest = _closest([one for one in held if one is not None], amount.value)
        if closest is None:
            continue
        for place, some in enumerate(ranges):
            if some:
                its = held[place]
                made[place] = its is not None and (its.low, its.high) == (closest.low, closest.high)
    return made


def beyond(question: str, text: str) -> bool:
    """Whether a text has ranges of how many people something is for, and none of them holds the number that is asked
    about: "up to 15 children" costs nothing known for twenty."""
    people = [amount.value for amount in amounts(question) if amount.measure == "person"]
    ranges = _of("person", text) if people else ()
    return bool(ranges) and not any(one.holds(value) for one in ranges for value in people)


def in_its_words(question: str, text: str) -> str:
    """The question with the range of `text` in place of the amount that it holds for ("3 to 6 days" for "5 days
    before")."""
    for amount in amounts(question):
        its = _closest(_of(amount.measure, text), amount.value)
        if its is not None and its.words:
            question = question.replace(amount.words, f" {its.words} ", 1)
    return " ".join(question.split())


def _closest(ranges: Sequence[Range], amount: float) -> Range | None:
    """Of those that hold an amount the one that begins nearest below it: of "3 days before" and "1 day before" the
    first for four days."""
    held = [one for one in ranges if one.holds(amount)]
    return max(held, key=lambda one: (one.low, -one.high), default=None)


def _notice(question: str) -> Amount | None:
    if (match := _ASKED.search(question)) is not None:
        if match[5]:
            return Amount(NOTICE, _korean(match[5]), match[0])
        number, length = (match[1], match[2]) if match[1] else (match[3], match[4])
        return Amount(NOTICE, _english(number, length), match[0])
    if (match := _SAME_DAY.search(question)) is not None:
        return Amount(NOTICE, 0.0, match[0])
    if (match := _DAY_BEFORE.search(question)) is not None:
        return Amount(NOTICE, 24.0, match[0])
    return None


@lru_cache(4096)
def _of(measure: str, text: str) -> tuple[Range, ...]:
    """The ranges of a measure that a line has."""
    return tuple(_notices(text) if measure == NOTICE else _limits(measure, text))


def _notices(text: str) -> list[Range]:
    found = [_told(match) for match in _SAID.finditer(text)]
    rest = _SAID.sub(" ", text)
    if (match := _SAME_DAY.search(rest)) is not None and not any(one.low <= 0 for one in found):
        found.append(Range(0.0, 0.0, match[0]))
    if (match := _DAY_BEFORE.search(rest)) is not None:
        until = re.match(r"\s*(?:\S+ ){0,3}?\S*까지", rest[match.end() :])
        found.append(Range(24.0, math.inf if until else 24.0, match[0]))
    if found and _REST.search(text) and (least := min(one.low for one in found)) > 0:
        found.append(Range(0.0, least - 0.01, ""))
    return found


def _told(match: re.Match[str]) -> Range:
    said = match.groupdict()
    if said["low"]:
        ends = sorted((_english(said["low"], said["both"]), _english(said["high"], said["both"])))
        return Range(ends[0], ends[1], match[0])
    if said["first"]:
        second = {"전날": 24.0, "당일": 0.0}.get(said["second"]) if said["second"] else None
        other = _korean(said["second"]) if second is None else second
        first = _korean(said["first"]) if re.search(r"\D", said["first"]) else other
        return Range(min(first, other), max(first, other), match[0])
    if said["below"] or said["below_ko"]:
        most = _english(said["below"], said["unit1"]) if said["below"] else _korean(said["below_ko"])
        return Range(0.0, most - 0.01, match[0])
    if said["least_ko"]:
        return Range(_korean(said["least_ko"]), math.inf, match[0])
    number, unit = (said["least"], said["unit2"]) if said["least"] else (said["least2"], said["unit3"])
    least = _english(number, unit)
    more = re.match(r"(?:more|longer) than|over", match[0], re.IGNORECASE)
    return Range(least + 0.01 if more else least, math.inf, match[0])


def _limits(measure: str, text: str) -> list[Range]:
    found = []
    for match in _LIMITS[measure].finditer(text):
        said = {
            name.removesuffix("_ko"): _number(value) for name, value in match.groupdict().items() if value
        }
        low = said.get("low", said.get("above", -0.01) + 0.01)
        high = said.get("high", said.get("most", said.get("below", math.inf) - 0.01))
        if low <= high:
            found.append(Range(low, high, match[0]))
    return found


def _number(said: str) -> float:
    plain = said.lower().replace(",", "").rstrip(".")
    if plain in ("a", "an"):
        return 1.0
    return float(_WORDS.get(plain) or plain)


def _english(number: str, length: str) -> float:
    unit = length.lower().rstrip("s")
    return _number(number) * _HOURS[{"hr": "hour", "wk": "week"}.get(unit, unit)]


def _korean(said: str) -> float:
    plain = said.replace(" ", "")
    if plain in _COUNTED:
        return _COUNTED[plain] * 24.0
    named = {"일주일": 168.0, "한달": 720.0, "한시간": 1.0}
    if plain in named:
        return named[plain]
    number = re.match(r"\d+", plain)
    unit = plain[number.end() :] if number else ""
    hours = {"시간": 1.0, "일": 24.0, "주일": 168.0, "주": 168.0, "개월": 720.0, "달": 720.0}.get(unit, 24.0)
    return float(number[0] if number else 1) * hours

# ruff: noqa: E501 - a pattern is read whole
"""Numbers of a question and what they measure: "within 10 miles" answers for 15, "£12" not for 12 years."""

from __future__ import annotations

import re
from functools import lru_cache

_UNITS = (
    r"kids?|child(?:ren)?|adults?|students?|miles?|kilomet(?:er|re)s?|km|met(?:er|re)s?|feet|people|persons?|guests?|kg|kilos?|pounds?|minutes?|hours?"
    r"|years?[- ]olds?|days?|weeks?|months?|명|인|킬로미터|킬로|미터|분|시간|일|주|개월|세|살|원"
    r"|won|krw|dollars?|usd|euros?|eur|pence|yen"
)
_ONE = {
    "krw": "won", "원": "won", "usd": "dollar", "eur": "euro", "세": "age", "살": "age", "people": "person",
    "명": "person",
    "kid": "person", "child": "person", "children": "person", "adult": "person", "student": "person",
}  # fmt: skip
"""Units that are the same under another name."""
_MEASURE = re.compile(rf"(\d[\d,.]*)[\s-]*({_UNITS})(?![a-z])", re.IGNORECASE)
_LIMIT = re.compile(
    r"(?:within|up to|at most|at least|over|under|below|above|less than|more than|(?:mini|maxi)mum(?: of)?)"
    rf"\s+(?:a\s+)?\d[\d,.]*[\s-]*({_UNITS})(?![a-z])"
    rf"|\d[\d,.]*\s*({_UNITS})\s*(?:이내|이상|이하|미만|초과|까지)",
    re.IGNORECASE,
)
_AGES = re.compile(
    r"\bage[sd]?\s+\d+|\b(?:under|over)[- ]\d+s\b"
    r"|\b(?:children|kids|riders|guests|babies)\s+(?:from|under|over)\s+\d+"
    r"|\b\d+\s+(?:and|or)\s+(?:over|older|above|under|younger)\b",
    re.IGNORECASE,
)
_AGE_SAID = re.compile(
    r"\b(?:is|am|are|i['’]m|he['’]s|she['’]s|turned|turns|aged?)\s+(\d{1,2})\b"
    r"(?!\s*(?:[:%.,]\d|%|am\b|pm\b|people|persons?|of\b|min|hour|day|week|month|won|pounds?|euros?|dollars?|kg|km|mile))",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    r"(\d{1,2})\s*(?:세|살)?\s*(?:[~∼〜–-]|부터|to|and)\s*(\d{1,2})\s*(?:세|살|years?)"
    r"|\bages?d?\s+(\d{1,2})\s*(?:[–-]|to|and)\s*(\d{1,2})",
    re.IGNORECASE,
)
_LOW = re.compile(
    r"(\d{1,2})\s*(?:세|살)\s*(?:이상|부터)|\b(?:over|from|aged?)[- ](\d{1,2})\b(?!\s*[–-]|\s*to\b)|\b(\d{1,2})\s*(?:\+|(?:and|or) (?:over|older|above))",
    re.IGNORECASE,
)
_HIGH = re.compile(
    r"(\d{1,2})\s*(?:세|살)\s*(이하|미만|까지)|\b(under|below|up to)[- ](\d{1,2})s?\b|\b(\d{1,2})\s*(?:and|or) (?:under|younger)",
    re.IGNORECASE,
)
_MONTHS = re.compile(
    r"\b(?:under|below|up to|over|from|than|least|first)\s+(\d{1,2})\s*months?\b|(\d{1,2})\s*개월\s*(?:이하|미만|까지|이상|부터|전)",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"\b(\d{1,2})(?::(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|o'clock)(?![a-z])|(?<!\d)(\d{1,2})\s*(시)(?!간)"
    r"|\bat (\d{1,2})\b(?![:.,]?\d)(?!\s*(?:am|pm|a\.m|p\.m|o'clock|%|[a-z]))",
    re.IGNORECASE,
)
_TOLD_TIME = re.compile(
    r"\d{1,2}:\d{2}|\b\d{1,2}\s*(?:am|pm|a\.m|p\.m|o'clock)|\d{1,2}\s*시(?!간)|\bnoon\b|\bmidnight\b|정오|자정",
    re.IGNORECASE,
)
_ASKS_CLOCK = re.compile(r"몇\s?시(?!간)|\bwhat time\b", re.IGNORECASE)
_ASKS_WHEN = re.compile(
    r"^\W*(?:until |till |from |by |at )?when (?:is|are|was|were|do|does|did|can|will)\b|언제", re.IGNORECASE
)
_NO_CLOCK_NEEDED = re.compile(
    r"\bclosed\b|(?:minutes?|hours?) (?:before|after)|(?:시간|분) ?(?:전|뒤|후)|쉽니다|휴무|휴관|24시간",
    re.IGNORECASE,
)


def tells_when(question: str, text: str, *, shown: bool | None) -> bool:
    """Whether `text`, which shows a time of any sort or not, may answer a question for a time of day, or for
    when something is: True for any other question."""
    if _ASKS_CLOCK.search(question):
        return bool(_TOLD_TIME.search(text) or _NO_CLOCK_NEEDED.search(text))
    return shown is not False or not _ASKS_WHEN.search(question) or bool(_NO_CLOCK_NEEDED.search(text))


def names_a_time(question: str) -> bool:
    """Whether a time of day stands in a question ("Can I eat at 4 pm?")."""
    return any(unit == "time" for _, unit in answered(question))


@lru_cache(512)
def answered(question: str) -> tuple[tuple[str, str], ...]:
    """The numbers of a question that measure something, as terms, each with its unit, `age`, `time`."""
    found = [(_number(match[1]), _unit(match[2])) for match in _MEASURE.finditer(question)]
    if not any(unit == "age" for _, unit in found):
        found += [(match[1], "age") for match in _AGE_SAID.finditer(question)]
    for match in _CLOCK.finditer(question.lower()):
        said = [match[1], match[2], (match[3] or "").replace(".", ""), match[4], match[5], match[6]]
        found += [(part, "time") for part in said if part]
    return tuple(found)


def met(question: str, text: str) -> frozenset[str]:
    """The terms of the question's numbers that `text` speaks of without saying them: a limit of the same
    measure, an age, a time of day."""
    found = set()
    for number, unit in answered(question):
        if unit == "time":
            spoken = bool(_TOLD_TIME.search(text))
        else:
            spoken = any(_unit(limit[1] or limit[2]) == unit for limit in _LIMIT.finditer(text))
            spoken = spoken or (unit == "age" and bool(_AGES.search(text) or _FROM_TO.search(text)))
            if unit == "age" and " · " in text:  # one row of several: another one is for this age
                rows = text.split("\n")
                spoken = any(of_age(int(number), row) for row in rows) if number.isdigit() else spoken
        if spoken:
            found |= {number, *(("year", "years", "old", "olds") if unit == "age" else ())}
    return frozenset(found)


def of_age(age: int, row: str) -> bool:
    """Whether a row of a table is for somebody of that age, in years."""
    for match in _FROM_TO.finditer(row):
        low, high = (int(part) for part in match.groups() if part is not None)
        return low <= age <= high
    if (least := _LOW.search(row)) is not None:
        return age >= int(next(part for part in least.groups() if part))
    for match in _HIGH.finditer(row):
        limit = int(next(part for part in match.groups() if part and part.isdigit()))
        strict = "미만" in match[0] or match[0].lower().startswith(("under", "below"))
        return age < limit if strict else age <= limit
    return False


def of_a_baby(question: str, text: str) -> bool:
    """Whether `text` speaks of an age in months alone ("Babies under 12 months") and the question of somebody
    who is older ("my 6 year old")."""
    ages = [int(number) for number, unit in answered(question) if unit == "age" and number.isdigit()]
    months = [int(match[1] or match[2]) for match in _MONTHS.finditer(text)]
    years = _FROM_TO.search(text) or _LOW.search(text) or _HIGH.search(_MONTHS.sub(" ", text))
    return bool(ages and months) and not years and min(ages) * 12 > max(months)


def other(question: str, text: str) -> frozenset[str]:
    """The numbers of the question that stand in `text` only as an amount of something else."""
    found = set()
    for number, unit in answered(question):
        places = list(_amount(number).finditer(text)) if number.isdigit() else []
        if places and not any(_same(place, unit) for place in places):
            found.add(number)
    return frozenset(found)


@lru_cache(512)
def _amount(number: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<money>[₩$€£¥]\s*)?(?<![\d.,]){number}(?!\d|[.,]\d)"
        rf"(?:(?P<clock>:\d\d|\s*(?:am|pm|a\.m|p\.m|o'clock|시(?!간)))|\s*(?P<unit>{_UNITS}|inch|cm|mm|번|층|호)(?![a-z]))?",
        re.IGNORECASE,
    )


def _same(place: re.Match[str], unit: str) -> bool:
    """Whether a number of a text measures what is asked; a bare one may, but a bare one is no time."""
    if place["money"]:
        return False
    if unit == "time":
        return bool(place["clock"])
    return not place["clock"] and (not place["unit"] or _unit(place["unit"]) == unit)


def _number(said: str) -> str:
    return said.replace(",", "").rstrip(".")


def _unit(said: str) -> str:
    one = said.lower().replace("-", " ").rstrip("s")
    if one.startswith("year") and "old" in one:
        return "age"
    return _ONE.get(one, one)

"""Numbers, prices, times and dates in English and Korean text, brought to one form so that they can be compared:
`9,000원` = `₩9,000` = `9천 원`, `오후 9시` = `21:00` = `9 pm`."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KOREAN_WEEKDAYS = "월화수목금토일"
MULTIPLIERS = {"십": 10, "백": 100, "천": 1000, "만": 10_000, "억": 100_000_000}
WORDS: dict[str, int | Decimal] = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100, "thousand": 1000, "dozen": 12,
    "half": Decimal("0.5"), "twice": 2, "double": 2,
}  # fmt: skip
KOREAN = {
    "한": 1, "두": 2, "세": 3, "석": 3, "네": 4, "넉": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9,
    "열": 10, "열한": 11, "열두": 12, "스무": 20, "스물": 20, "서른": 30, "마흔": 40, "쉰": 50,
}  # fmt: skip
UNITS = {
    "minute": "minute", "minutes": "minute", "min": "minute", "mins": "minute", "분": "minute",
    "hour": "hour", "hours": "hour", "hr": "hour", "hrs": "hour", "시간": "hour",
    "day": "day", "days": "day", "일": "day", "week": "week", "weeks": "week", "주": "week", "주일": "week",
    "month": "month", "months": "month", "개월": "month", "달": "month", "year": "year", "years": "year", "년": "year",
    "people": "person", "persons": "person", "person": "person", "guests": "person", "명": "person", "인": "person",
}  # fmt: skip
CURRENCIES = {
    "원": "KRW", "₩": "KRW", "won": "KRW", "krw": "KRW", "$": "USD", "usd": "USD", "dollar": "USD",
    "dollars": "USD", "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "£": "GBP", "gbp": "GBP",
    "pounds": "GBP", "¥": "JPY", "yen": "JPY", "엔": "JPY", "달러": "USD", "유로": "EUR",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quantity:
    """`kind` is number, price, percent, time, date, month, weekday, phone, or a unit such as minute.

    `value`: a decimal; minutes of the day for a time; (year or 0, month, day) for a date. A time without am or pm
    is not `sure`: it may mean either half of the day.
    """

    kind: str
    value: Decimal | int | str | tuple[int, int, int]
    unit: str = ""
    sure: bool = True
    at: int = 0
    """Where it stands in its text."""

    def key(self) -> tuple[object, ...]:
        return (self.kind, self.value, self.unit)


Reader = Callable[[re.Match[str]], "Quantity | None"]
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_KOREAN_NUMBER = rf"{_NUMBER}(?:\s?[십백천만억](?![가-힣]*(?:족|약))(?:\s?{_NUMBER}\s?[십백천만]?)*)?"
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_DAY = r"(?:mon|tues?|wed(?:nes)?|thur?s?|fri|satur|sun)(?:day)?s?"
_FULL_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_UNIT = "|".join(sorted((re.escape(unit) for unit in UNITS), key=len, reverse=True))
_COUNT = "|".join(sorted(KOREAN, key=len, reverse=True))
_COUNTED = (
    r"(?:개|명|분|시간|시|잔|그릇|번|인분|살|층|곳|가지|달|병|판|접시|테이블|자리|마리|사람|대|장|권|주)"
)


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text.replace(",", "")).normalize()
    except InvalidOperation:
        return None


def _amount(text: str) -> Decimal | None:
    """`9천`, `1만 5천`, `2만5,000`, `9,000`."""
    total, last = Decimal(0), Decimal(0)
    for number, multiplier in re.findall(rf"({_NUMBER})\s?([십백천만억]?)", text):
        value = _decimal(number)
        if value is None:
            return None
        last = value * MULTIPLIERS[multiplier] if multiplier else value
        total += last
    return total.normalize()


def _clock(match: re.Match[str]) -> Quantity | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = (match.groupdict().get("half") or "").replace(".", "").replace(" ", "").lower()
    if match.groupdict().get("bahn"):
        minute = 30
    if hour > 24 or minute > 59:
        return None
    afternoon = half in ("pm", "오후", "저녁", "밤", "낮")
    if half and hour <= 12:
        hour = hour % 12 + (12 if afternoon and not (half == "밤" and hour == 12) else 0)
    sure = bool(half) or hour > 12 or hour == 0 or match["hour"].startswith("0")
    clock = "24" if match["minute"] and not half else ""
    return Quantity("time", hour % 24 * 60 + minute, clock, sure)


def _date(year: str | None, month: int, day: int) -> Quantity | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return Quantity("date", (int(year or 0), month, day))


def _month(name: str) -> int:
    return MONTHS.index(name[:3].lower()) + 1


def _price(number: str, currency: str) -> Quantity | None:
    value = _amount(number)
    return Quantity("price", value, CURRENCIES[currency.lower()]) if value is not None else None


def _plain(kind: str, number: str, unit: str = "") -> Quantity | None:
    value = _amount(number)
    return Quantity(kind, value, unit) if value is not None else None


def _korean_time(match: re.Match[str]) -> Quantity | None:
    half, hour = match["half"], int(match["hour"])
    minute = 30 if match["bahn"] else int(match["minute"] or match["minutes"] or 0)
    if hour > 24 or minute > 59:
        return None
    if hour <= 12:
        night = half == "밤" and (hour == 12 or hour < 5)
        afternoon = half in ("오후", "저녁", "낮", "밤") and not night and not (half == "낮" and hour == 11)
        hour = hour % 12 + (12 if afternoon else 0)
    return Quantity("time", hour % 24 * 60 + minute)


def _korean_clock(match: re.Match[str]) -> Quantity | None:
    hour = KOREAN[match["hour"]]
    return Quantity("time", hour * 60 + (30 if match["bahn"] else 0), sure=False) if hour <= 12 else None


_SYMBOLS = r"[₩$€£¥]"
_NAMES = "원|won|krw|usd|dollars?|eur|euros?|gbp|pounds|yen|엔|달러|유로"
_READERS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), reader)
    for pattern, reader in (
        (r"(?<!\d)(?:\+82[- ]?)?0?\d{1,3}[-.)]\s?\d{3,4}[-.]\d{4}(?!\d)", lambda m: Quantity("phone", re.sub(r"\D", "", m[0]))),
        (r"(?<!\d)(\d{4})\s?[-./년]\s?(\d{1,2})\s?[-./월]\s?(\d{1,2})(?:일|(?!\d))", lambda m: _date(m[1], int(m[2]), int(m[3]))),
        (r"(?<!\d)(\d{1,2})\s?월\s?(\d{1,2})\s?일", lambda m: _date(None, int(m[1]), int(m[2]))),
        (rf"\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (\d{{4}}))?", lambda m: _date(m[3], _month(m[1]), int(m[2]))),
        (rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})\b\.?(?:,? (\d{{4}}))?", lambda m: _date(m[3], _month(m[2]), int(m[1]))),
        (r"(?P<half>오전|오후|아침|저녁|밤|낮|새벽)\s?(?P<hour>\d{1,2})(?:시(?!간)(?:\s?(?:(?P<minute>\d{1,2})분|(?P<bahn>반)))?|:(?P<minutes>\d{2}))", _korean_time),
        (r"(?<![\d:])(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s?(?P<half>[ap]\.?\s?m\b\.?)", _clock),
        (r"(?<![\d:])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?![\d:])", _clock),
        (r"(?<!\d)(?P<hour>\d{1,2})시(?!간)(?:\s?(?:(?P<minute>\d{1,2})분|(?P<bahn>반)))?", _clock),
        (rf"(?P<hour>(?:{_COUNT}))\s?시(?!간)(?P<bahn>\s?반)?", _korean_clock),
        (r"\b(?P<hour>\d{1,2}) ?o'clock\b(?P<minute>)", _clock),
        (r"\b(noon|midday|midnight)\b|정오|자정", lambda m: Quantity("time", 0 if m[0].lower() in ("midnight", "자정") else 720)),
        (rf"({_SYMBOLS})\s?({_KOREAN_NUMBER})", lambda m: _price(m[2], m[1])),
        (rf"\b(krw|usd|eur|gbp)\s?({_NUMBER})", lambda m: _price(m[2], m[1])),
        (rf"({_KOREAN_NUMBER})\s?({_NAMES})(?![a-z])", lambda m: _price(m[1], m[2])),
        (rf"({_NUMBER})\s?(?:%|percent\b|퍼센트|프로(?![가-힣]))", lambda m: _plain("percent", m[1])),
        (rf"({_NUMBER})[\s-]?({_UNIT})(?![a-z])(?!반)", lambda m: _plain(UNITS[m[2].lower()], m[1])),
        (rf"(?<![가-힣])({_COUNT})\s?({_COUNTED})(?![a-z])", lambda m: Quantity(UNITS.get(m[2], "number"), Decimal(KOREAN[m[1]]))),
        (rf"\b({'|'.join(WORDS)})[\s-]({'|'.join(u for u in UNITS if u.isascii())})\b", lambda m: Quantity(UNITS[m[2].lower()], Decimal(WORDS[m[1].lower()]))),
        (rf"\b{_FULL_DAY}\b|\b(?:mon|tue|tues|wed|thu|thur|thurs|fri)\b|\b(?:sat|sun)\b(?=[\s,.)–-])", lambda m: Quantity("weekday", m[0][:3].lower())),
        (rf"([{KOREAN_WEEKDAYS}])요일", lambda m: Quantity("weekday", WEEKDAYS[KOREAN_WEEKDAYS.index(m[1])])),
        (rf"(?<![가-힣])([{KOREAN_WEEKDAYS}])(?=\s?[~–-]\s?[{KOREAN_WEEKDAYS}](?![가-힣]))|(?<=[~–-])\s?([{KOREAN_WEEKDAYS}])(?![가-힣])", lambda m: Quantity("weekday", WEEKDAYS[KOREAN_WEEKDAYS.index(m[1] or m[2])])),
        (r"(?<!\d)(\d{1,2})월", lambda m: Quantity("month", int(m[1]))),
        (r"\b(january|february|april|june|july|august|september|october|november|december)\b|\b(March|May)\b(?=[,.]|$| (?:to|and|until|through))", lambda m: Quantity("month", _month(m[0]))),
        (_KOREAN_NUMBER, lambda m: _plain("number", m[0])),
        (rf"\b({'|'.join(WORDS)})\b", lambda m: Quantity("number", Decimal(WORDS[m[1].lower()]))),
    )
)  # fmt: skip


def scan(text: str) -> tuple[list[Quantity], str]:
    """The quantities of `text` in order, and the text with each replaced by spaces."""
    found: list[Quantity] = []
    rest = text
    for pattern, reader in _READERS:
        pieces: list[str] = []
        last = 0
        for match in pattern.finditer(rest):
            quantity = reader(match)
            if quantity is None:
                continue
            found.append(replace(quantity, at=match.start()))
            pieces += [rest[last : match.start()], " " * (match.end() - match.start())]
            last = match.end()
        rest = "".join([*pieces, rest[last:]])
    found.sort(key=lambda quantity: quantity.at)
    return _settled(found), rest


def quantities(text: str) -> list[Quantity]:
    """The quantities of `text`, in the order in which they stand."""
    return scan(text)[0]


def _settled(found: list[Quantity]) -> list[Quantity]:
    """Where a time such as 21:00 shows a 24-hour clock, the other times of the text are sure as well."""
    if any(
        q.kind == "time" and isinstance(q.value, int) and q.value >= 13 * 60 and q.unit == "24" for q in found
    ):
        found = [replace(q, sure=True) if q.kind == "time" and q.unit == "24" else q for q in found]
    return [replace(q, unit="") if q.unit == "24" else q for q in found]


def supported(quantity: Quantity, evidence: list[Quantity]) -> bool:
    """Whether the evidence holds this quantity, or says more than it does."""
    return any(_equal(quantity, other) for other in evidence)


def _equal(claim: Quantity, other: Quantity) -> bool:
    if claim.kind == other.kind == "time":
        assert isinstance(claim.value, int)  # noqa: S101
        assert isinstance(other.value, int)  # noqa: S101
        if claim.sure:
            return other.sure and claim.value == other.value
        return claim.value % 720 == other.value % 720
    if claim.kind == other.kind == "date":
        assert isinstance(claim.value, tuple)  # noqa: S101
        assert isinstance(other.value, tuple)  # noqa: S101
        return claim.value[1:] == other.value[1:] and claim.value[0] in (0, other.value[0])
    if claim.kind in ("number", "year") and other.kind == "date":
        assert isinstance(other.value, tuple)  # noqa: S101
        return claim.value == other.value[0] > 0
    if claim.kind == "number":
        # a bare number says less than a price or a measure
        return claim.value == other.value
    return claim.key() == other.key()

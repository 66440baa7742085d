"""Numbers in words: `만오천`, `2만 5천`, `아홉`, `twenty-five`, and amounts of money with their currency."""

# ruff: noqa: E501 - tables are read whole
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

ENGLISH = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
NATIVE = {
    "열두": 12, "열둘": 12, "열한": 11, "열하나": 11, "하나": 1, "한": 1, "둘": 2, "두": 2, "셋": 3, "세": 3, "넷": 4,
    "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10, "스무": 20, "스물": 20,
}  # fmt: skip
NATIVE_WORD = "|".join(sorted(NATIVE, key=len, reverse=True))
ENGLISH_WORD = "|".join(sorted(ENGLISH, key=len, reverse=True))
_DIGITS = {"일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7, "팔": 8, "구": 9}
_SMALL = {"십": 10, "백": 100, "천": 1_000}
_LARGE = {"만": 10_000, "억": 100_000_000}
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,12}(?:[.,]\d{1,2}(?!\d))?"
_KOREAN = (
    r"(?:\d{1,3}(?:,\d{3})+|\d{1,12}(?:\.\d{1,3})?|[일이삼사오육칠팔구십백천만억])"
    r"(?:\s?(?:\d{1,3}(?:,\d{3})+|\d{1,8}|[일이삼사오육칠팔구십백천만억])){0,12}"
)
_SIGNS = {"₩": "KRW", "￦": "KRW", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_NAMES = {
    "won": "KRW", "krw": "KRW", "usd": "USD", "dollar": "USD", "dollars": "USD", "bucks": "USD", "eur": "EUR",
    "euro": "EUR", "euros": "EUR", "gbp": "GBP", "pound": "GBP", "pounds": "GBP", "jpy": "JPY", "yen": "JPY",
    "원": "KRW", "달러": "USD", "유로": "EUR", "엔": "JPY", "파운드": "GBP",
}  # fmt: skip
_WORDED = rf"(?:{ENGLISH_WORD}|hundred|thousand|a|and)(?:[\s-]+(?:{ENGLISH_WORD}|hundred|thousand|and))*"
_MONEY = re.compile(
    rf"(?P<sign>[₩￦$€£¥])\s?(?P<signed>{_NUMBER})(?P<thousands>k\b)?"
    rf"|\b(?P<code>KRW|USD|EUR|GBP|JPY)\s?(?P<coded>{_NUMBER})"
    rf"|(?<![\d.,])(?:(?=\d)|(?<![가-힣]))(?P<korean>{_KOREAN})\s?(?P<unit>원|달러|유로|엔|파운드)(?!짜리집)"
    rf"|(?<![\d.,])(?P<plain>{_NUMBER})(?P<kilo>k)?\s?(?P<name>won|KRW|USD|dollars?|bucks|EUR|euros?|GBP|pounds?|JPY|yen|[€₩£])(?![a-z])"
    r"|(?<![\d.,£$-])\b(?P<pence>[1-9]\d?)p\b(?!\.?\d)"
    rf"|\b(?P<words>{_WORDED})\s+(?P<worded>won|dollars?|euros?|pounds?|yen)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Money:
    amount: Decimal
    currency: str
    start: int
    end: int


def korean_number(text: str) -> Decimal | None:
    """`만오천` is 15000, `2만 5천` 25000, `12,000` 12000; None for what is no number."""
    total, section, number = Decimal(0), Decimal(0), None
    tokens = re.findall(r"\d[\d,]*(?:\.\d+)?|[가-힣]", text)
    if not tokens or re.sub(r"[\d.,\s일이삼사오육칠팔구십백천만억]", "", text):
        return None
    for token in tokens:
        if token in _SMALL:
            section += (number if number is not None else 1) * _SMALL[token]
            number = None
        elif token in _LARGE:
            total += ((section + (number or 0)) or 1) * _LARGE[token]
            section, number = Decimal(0), None
        elif number is not None:
            return None  # two digits in a row are no number in words
        else:
            number = Decimal(_DIGITS[token]) if token in _DIGITS else Decimal(token.replace(",", ""))
    return total + section + (number or 0)


def english_number(text: str) -> int | None:
    """`ten thousand`, `twenty-five`, `a hundred`; None for what is no number."""
    total, section, seen = 0, 0, False
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in ENGLISH:
            section += ENGLISH[word]
        elif word == "hundred":
            section = (section or 1) * 100
        elif word == "thousand":
            total, section = total + (section or 1) * 1_000, 0
        elif word in ("a", "and"):
            continue
        else:
            return None
        seen = True
    return total + section if seen else None


def small_number(text: str) -> int:
    """`6` and `six`. Raises KeyError for what is neither."""
    return int(text) if text.isdigit() else ENGLISH[text.lower()]


def plain_number(text: str) -> Decimal | None:
    """`12,000`, `4.50` and `3,50` (a comma before two last digits is a decimal one)."""
    text = text.strip().replace(" ", "")
    if re.fullmatch(r"\d+,\d{1,2}", text):
        text = text.replace(",", ".")
    if not re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,12}(?:\.\d{1,4})?", text):
        return None
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def money_in(text: str) -> Iterator[Money]:
    """Amounts of money that name their currency, in order."""
    for match in _MONEY.finditer(text):
        found = match.groupdict()
        amount: Decimal | int | None
        if found["sign"]:
            amount, currency = plain_number(found["signed"]), _SIGNS[found["sign"]]
        elif found["code"]:
            amount, currency = plain_number(found["coded"]), found["code"].upper()
        elif found["korean"]:
            amount, currency = korean_number(found["korean"]), _NAMES[found["unit"]]
        elif found["pence"]:
            amount, currency = Decimal(found["pence"]) / 100, "GBP"
        elif found["plain"]:
            name = found["name"].lower()
            amount, currency = plain_number(found["plain"]), _SIGNS.get(name) or _NAMES[name]
        else:
            amount, currency = english_number(found["words"]), _NAMES[found["worded"].lower()]
        if amount is None:
            continue
        if found["thousands"] or found["kilo"]:
            amount *= 1_000
        if amount <= 10**12:
            yield Money(Decimal(amount), currency, match.start(), match.end())


def currency_of(text: str) -> str:
    """The currency that a cell or a name stands for; empty when it is none."""
    word = text.strip().lower()
    if word.upper() in ("KRW", "USD", "EUR", "GBP", "JPY", "CNY", "CAD", "AUD", "CHF", "SGD", "HKD", "TWD"):
        return word.upper()
    return _SIGNS.get(word) or _NAMES.get(word, "")

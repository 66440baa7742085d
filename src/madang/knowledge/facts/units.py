"""What one price is for, where it is not one piece: "per kg", "per sq m", "시간당"; and what brackets behind it say."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from decimal import Decimal

from madang.knowledge.facts.numerals import money_in, plain_number
from madang.knowledge.rows import CELL

_MEASURE = (
    r"(?:1 ?)?(?:kgs?|kilos?|kilogram(?:me)?s?|\d{2,3} ?g|g|grams?|lbs?|oz|litres?|liters?|l|\d{2,3} ?ml|ml|pints?|m|metres?|meters?|cm|km|miles?|yards?|feet|foot|ft"
    r"|m2|m²|㎡|sqm|sq\.? ?(?:m|metres?|meters?|ft|feet|foot|yards?)|square (?:metres?|meters?|feet|foot|yards?)|hours?|hrs?|h|half[- ]hour|min(?:ute)?s?)"
)
_BY_MEASURE = re.compile(rf"(?:per|an?|/|each)?\s*{_MEASURE}\.?", re.IGNORECASE)
_PER = re.compile(
    rf"\b(?:per|an|each|every)\s+(?:\d{{1,3}}\s?)?[a-z][a-z.]*\d?(?:\s(?:m|metres?|meters?|feet|ft|night|day|week)\b)?|\ba\s+(?:{_MEASURE}|night|day|week|month|year|person|head|term|piece)\b|/ ?(?!\d)(?:{_MEASURE}|night|day|week|month|year|person|pp|pn)\b",
    re.IGNORECASE,
)
_KOREAN = re.compile(
    r"(?:\d{0,4}\s?(?:kg|g|㎏|ml|l|m|㎡|m2)|평|시간|킬로|[1한]?\s?시간)\s?당(?:에)?", re.IGNORECASE
)
_UNITS = re.compile(r"(?:price )?units?|per|price per|charged per|단위|기준|판매 단위", re.IGNORECASE)
_BEHIND = re.compile(r"\s*[(（](?P<said>[^()（）]{3,80})[)）]")
_CONDITION = re.compile(
    r"\b(?:free|half|off|extra|only|members?|plus|excl\w*|not incl\w*|without|minimum|min|from|deposit|regulars|if|when|unless|with)\b|%|무료|할인|별도|추가|부터|한정|회원|미포함|불포함|최소|이상|이하|미만|평일|주말|휴일|요일|중[지단]|하루|1일 \d|\d\+\d|\d\s?원",
    re.IGNORECASE,
)
_LESS = re.compile(r"\b(?:free|half[- ]price|half|off)\b|%|무료|할인|반값", re.IGNORECASE)


def unit_of(said: str, amount: Decimal | None, variant: str) -> str:
    """What a price of a line or a row is for, as it says: "per kg", "kg당"; empty where it says nothing."""
    for column, value, behind in _cells(said, amount, variant):
        found = _KOREAN.search(behind) or _PER.match(behind.lstrip(" (（,")) or _KOREAN.search(column)
        found = found or _KOREAN.search(value) or _PER.search(column)
        if found is not None:
            unit = found[0].strip()
            return unit[0].lower() + unit[1:]
        break
    for cell in said.split(CELL):
        column, colon, value = cell.partition(": ")
        if colon and _UNITS.fullmatch(column.strip()):
            if (found := _PER.fullmatch(value.strip()) or _KOREAN.fullmatch(value.strip())) is not None:
                return found[0]
            if _BY_MEASURE.fullmatch(value.strip()) and not re.match("[2-9]|1[0-9]", value.strip()):
                return f"per {value.strip()}"
    return ""


def by_measure(unit: str) -> bool:
    """Whether so many pieces do not cost so many times as much: by weight, length, area or time."""
    return bool(unit) and bool(_KOREAN.fullmatch(unit) or _BY_MEASURE.fullmatch(unit))


def condition_of(said: str, amount: Decimal | None, variant: str) -> str:
    """What brackets behind a price say of it: "free for regulars", "tube extra"."""
    for _, _, behind in _cells(said, amount, variant):
        match = _BEHIND.match(behind)
        return match["said"].strip() if match is not None and _CONDITION.search(match["said"]) else ""
    return ""


def may_be_less(condition: str) -> bool:
    """Whether somebody pays less than the price, or nothing."""
    return bool(_LESS.search(condition))


def _cells(said: str, amount: Decimal | None, variant: str) -> list[tuple[str, str, str]]:
    """(column, cell, what stands behind the amount in it) of the cells with that amount."""
    found = []
    for cell in said.split(CELL):
        column, colon, value = cell.partition(": ")
        column, value = (column, value) if colon else ("", cell)
        ends = [money.end for money in money_in(value) if money.amount == amount]
        if not ends and amount is not None and plain_number(value) == amount:
            ends = [len(value)]
        if ends:
            found.append((column, value, value[ends[-1] :]))
    own = [one for one in found if variant and variant.lower() in one[0].lower()]
    return own or found

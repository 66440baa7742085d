"""Hours, times and days as a person writes them into a form, and back."""

from __future__ import annotations

import re
from decimal import Decimal

from madang.kernel.errors import BadInput
from madang.knowledge.facts.calendars import dates_in
from madang.knowledge.facts.clocks import clocks_in, shown, stretches_in
from madang.knowledge.facts.numerals import money_in, plain_number
from madang.knowledge.facts.types import DAY, Dates

_WHOLE_DAY = re.compile(r"\s*(?:24\s?h(?:ours?)?|24시간|00:00\s*[-–~]\s*24:00)\s*", re.IGNORECASE)
_PLAIN_DATE = re.compile(r"\s*(?:(20\d\d)[-./])?(\d{1,2})[-./](\d{1,2})\s*")
_TO = re.compile(r"\s(?:[-–~]|to|부터)\s|\s*[–~]\s*")


def spans_from(text: str) -> list[tuple[int, int]]:
    """`11:30-15:00, 17:00-21:00`; nothing for an empty text. Raises BadInput."""
    if not text.strip():
        return []
    if _WHOLE_DAY.fullmatch(text):
        return [(0, DAY)]
    found = stretches_in(text)
    rest = text
    for one in reversed(found):
        rest = rest[: one.start] + rest[one.end :]
    if not found or re.search(r"\w", rest) or not all(one.sure for one in found):
        raise BadInput(
            "Write hours like 11:30-15:00, 17:00-21:00 instead of “{text}”.", text=text.strip()[:60]
        )
    return sorted((one.opens, one.closes) for one in found)


def spans_text(spans: list[tuple[int, int]]) -> str:
    """What `spans_from` reads."""
    return ", ".join(f"{shown(a)}-{shown(b)}" for a, b in spans)


def clock_from(text: str, spans: list[tuple[int, int]]) -> int | None:
    """`20:20`; within spans past midnight it is counted on. Raises BadInput."""
    if not text.strip():
        return None
    found = clocks_in(text)
    if len(found) != 1 or re.search(r"\w", text[: found[0].start] + text[found[0].end :]):
        raise BadInput("Write a time like 20:30 instead of “{text}”.", text=text.strip()[:60])
    minute = found[0].minutes
    if spans and not any(a < minute <= b for a, b in spans) and any(a < minute + DAY <= b for a, b in spans):
        minute += DAY
    return minute


def dates_from(text: str) -> Dates:
    """`2026-12-25`, `12-25`, `12월 25일`, `2026-12-24 – 2026-12-26`. Raises BadInput."""
    parts = _TO.split(text.strip())
    ends = [_date(part) for part in parts]
    if len(ends) == 1 and ends[0] is not None:
        return ends[0]
    if len(ends) == 2 and ends[0] is not None and ends[1] is not None:
        first, last = ends[0], ends[1]
        return first.model_copy(
            update={"to_month": last.month, "to_day": last.day, "to_year": last.year or first.year}
        )
    raise BadInput("Write a day like 2026-12-25 or 12-25 instead of “{text}”.", text=text.strip()[:60])


def _date(text: str) -> Dates | None:
    if plain := _PLAIN_DATE.fullmatch(text):
        month, day = int(plain[2]), int(plain[3])
        if 1 <= month <= 12 and 1 <= day <= 31:
            return Dates(month=month, day=day, year=int(plain[1]) if plain[1] else None)
        return None
    found = dates_in(text)
    return (
        found[0][0]
        if len(found) == 1 and not re.search(r"\w", text[: found[0][1]] + text[found[0][2] :])
        else None
    )


def price_from(text: str) -> tuple[Decimal | None, str]:
    """(amount, currency or nothing): `12,000`, `₩12,000`, `4.50 USD`. Raises BadInput."""
    if not text.strip():
        return None, ""
    if (plain := plain_number(text)) is not None:
        return plain, ""
    found = list(money_in(text))
    if len(found) != 1 or re.search(r"\w", text[: found[0].start] + text[found[0].end :]):
        raise BadInput("Write a price like 12,000 or $4.50 instead of “{text}”.", text=text.strip()[:60])
    return found[0].amount, found[0].currency

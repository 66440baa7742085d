"""What may be written into the form: cleaned, and refused with one sentence where it means nothing."""

from __future__ import annotations

import itertools
import re
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from madang.kernel.errors import BadInput
from madang.knowledge.facts.holiday import WORDS
from madang.knowledge.facts.types import DAY, Contact, Dates, Item, OwnFacts, Policy


def checked(facts: OwnFacts) -> OwnFacts:
    """A clean copy. Raises BadInput."""
    facts = facts.model_copy(deep=True)
    if facts.time_zone:
        try:
            ZoneInfo(facts.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise BadInput("There is no time zone “{zone}”.", zone=facts.time_zone[:60]) from error
    if facts.country and not re.fullmatch("[A-Z]{2}", facts.country):
        raise BadInput("A country is given by its two letters, such as KR.")
    if len({one.day for one in facts.hours}) < len(facts.hours):
        raise BadInput("Each day of the week has its hours once.")
    for hours in facts.hours:
        hours.spans = _spans(hours.spans)
        if hours.last_order is not None and not any(a < hours.last_order <= b for a, b in hours.spans):
            raise BadInput("The last order has to be within the opening hours.")
    for other in facts.exceptions:
        other.spans = _spans(other.spans)
        if (other.dates is None) == (other.holiday is None):
            raise BadInput("Another day is a date or a holiday.")
        if other.dates is not None:
            _real(other.dates)
        if other.holiday is not None and (
            other.holiday.key not in WORDS or any(abs(offset) > 3 for offset in other.holiday.offsets)
        ):
            raise BadInput("This holiday is not known.")
    facts.items = [_item(item) for item in facts.items]
    facts.contacts = [
        Contact(kind=one.kind, value=_line(one.value)) for one in facts.contacts if _line(one.value)
    ]
    facts.policies = [
        Policy(key=_line(one.key), text=_text(one.text))
        for one in facts.policies
        if _line(one.key) and _text(one.text)
    ]
    facts.hidden = list(dict.fromkeys(facts.hidden))
    return facts


def _spans(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    ordered = sorted(spans)
    if any(a >= b or a >= DAY or b - a > DAY for a, b in ordered):
        raise BadInput("Opening hours have to begin before they end.")
    if any(one[1] > other[0] for one, other in itertools.pairwise(ordered)):
        raise BadInput("The opening hours of a day must not overlap.")
    return ordered


def _real(dates: Dates) -> None:
    try:
        first = date(dates.year or 2024, dates.month, dates.day)
        last = date(
            dates.to_year or dates.year or 2024, dates.to_month or dates.month, dates.to_day or dates.day
        )
    except ValueError as error:
        raise BadInput("There is no such day in the calendar.") from error
    if dates.year is not None and last < first:
        raise BadInput("The last day comes before the first.")


def _item(item: Item) -> Item:
    name = _line(item.name)
    if not name:
        raise BadInput("An item needs a name.")
    if item.currency and not re.fullmatch("[A-Z]{3}", item.currency):
        raise BadInput("A currency is given by three letters, such as KRW.")
    tags = [re.sub(r"[^\w-]+", "-", tag.strip().lower())[:30] for tag in item.tags]
    return item.model_copy(
        update={
            "name": name,
            "tags": [tag for tag in dict.fromkeys(tags) if tag.strip("-")],
            "description": _line(item.description),
            "category": _line(item.category),
        }
    )


def _line(text: str) -> str:
    return " ".join(_writable(text).split())


def _text(text: str) -> str:
    """A passage holds it on one line: lines become sentences that follow each other."""
    return " ".join(line.strip() for line in _writable(text).splitlines() if line.strip())


def _writable(text: str) -> str:
    """Without what a database or a file does not hold."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()

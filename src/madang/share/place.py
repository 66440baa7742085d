"""What the public page of a business says of where and when: its typed facts, for search engines as well.

A day about which sources differ, or speak in words that are not understood, is left out rather than guessed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from markupsafe import Markup

from madang.knowledge.facts.ask.wording import hours, weekday
from madang.knowledge.facts.clocks import shown
from madang.knowledge.facts.networks import named
from madang.knowledge.facts.said_contact import same, wholes
from madang.knowledge.facts.schedule import Day, day_of, is_open, week_day
from madang.knowledge.facts.types import DAY, Business

_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_KINDS = ("address", "phone", "email", "website", "social")
_WORDS = {"phone": "telephone", "email": "email", "address": "address"}
_MOST = 3
"""Numbers, addresses or sites of one kind that are shown."""
Now = Literal["open", "later", "over", "closed"]
"""Open at this moment; opens later today, has closed for today, is closed the whole day."""


@dataclass(frozen=True, slots=True)
class Row:
    """A day of the week: its name, its hours in words (empty: closed), and whether it is today."""

    name: str
    hours: str
    today: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where and when. Empty parts are not known."""

    week: tuple[Row, ...] = ()
    now: Now | None = None
    today: str = ""
    """Today's hours in words."""
    zone: str = ""
    contacts: tuple[tuple[str, str], ...] = ()
    """(kind, value): `address`, `phone`, `email`, `website`, `social`."""
    data: Markup = field(default_factory=Markup)
    """schema.org's JSON-LD, safe to stand in a page."""


def place_of(
    business: Business, moment: datetime, language: str, *, name: str, about: str, address: str, picture: str
) -> Place | None:
    """What is known, in `language`; None where nothing is. `moment` is aware; `address` is the page's own."""
    here = moment.astimezone(business.zone) if business.zone is not None else moment
    days = {number: day for number in range(7) if (day := _sure(week_day(business, number))) is not None}
    contacts = tuple((kind, named(value, language)) for kind in _KINDS for value in _of(business, kind))
    if not days and not contacts:
        return None
    today = _sure(day_of(business, here.date()))
    week = tuple(
        Row(weekday(number, language), hours(day.spans, language), number == here.weekday())
        for number, day in days.items()
    )
    return Place(
        week=week if any(row.hours for row in week) else (),
        now=_now(business, here, today),
        today=hours(today.spans, language) if today is not None else "",
        zone=business.zone.key if business.zone is not None else "",
        contacts=contacts,
        data=_data(days, contacts, {"name": name, "description": about, "url": address, "image": picture}),
    )


def _sure(days: Sequence[Day]) -> Day | None:
    """The one thing that is said of a day."""
    return days[0] if len(days) == 1 and days[0].state in ("open", "closed") else None


def _now(business: Business, here: datetime, today: Day | None) -> Now | None:
    if today is None:
        return None
    minute = here.hour * 60 + here.minute
    night = day_of(business, here.date() - timedelta(days=1))
    if all(there for there, _ in is_open(night, [today], minute)):
        return "open"
    if today.state == "closed":
        return "closed"
    return "later" if any(minute < one.opens for one in today.spans) else "over"


def _of(business: Business, kind: str) -> list[str]:
    found = {same(kind, contact.value): contact.value for _, contact in reversed(business.contacts(kind))}
    kept = wholes(found) if kind == "address" else list(found)
    return [found[key] for key in kept[::-1]][:_MOST]


def _data(days: dict[int, Day], contacts: Sequence[tuple[str, str]], told: dict[str, str]) -> Markup:
    first = dict(reversed(contacts))
    whole: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LocalBusiness",
        **{key: value for key, value in told.items() if value},
        **{key: first[kind] for kind, key in _WORDS.items() if kind in first},
    }
    opens: dict[tuple[str, str], list[str]] = {}
    for number, day in days.items():
        for one in day.spans:
            closes = "23:59" if one.closes == DAY else shown(one.closes)
            opens.setdefault((shown(one.opens), closes), []).append(_NAMES[number])
    if opens:
        whole["openingHoursSpecification"] = [
            {"@type": "OpeningHoursSpecification", "dayOfWeek": names, "opens": start, "closes": end}
            for (start, end), names in opens.items()
        ]
    if first.get("website", "").startswith(("https://", "http://")):
        whole["sameAs"] = first["website"]
    said = json.dumps(whole, ensure_ascii=False)
    for letter in "<>&\u2028\u2029":  # nothing of it may end the element that it stands in
        said = said.replace(letter, f"\\u{ord(letter):04x}")
    return Markup(said)  # noqa: S704  escaped just now

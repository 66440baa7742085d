"""Facts, as the rest of the house sees them. Times are minutes from midnight; past it they go on counting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field

from madang.knowledge.types import Passage, Span

DAY = 24 * 60
LATEST = 2 * DAY
"""The last minute that a span which began on a day may end."""
MOST_DATES, MOST_HOLIDAYS, MOST_SPANS = 40, 20, 12
"""Of one rule."""
SEASON = 14
"""Days; a longer time is a season."""
State = Literal["open", "closed", "break", "no_break", "last_order", "last_entry", "unclear"]
Minute = Annotated[int, Field(ge=0, le=LATEST)]


class Dates(BaseModel):
    """A day of the calendar, or the days from one to another; without `year` they come every year."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    year: int | None = Field(None, ge=1900, le=2200)
    to_month: int | None = Field(None, ge=1, le=12)
    to_day: int | None = Field(None, ge=1, le=31)
    to_year: int | None = Field(None, ge=1900, le=2200)

    def holds(self, day: date) -> bool:
        end = (self.to_month or self.month, self.to_day or self.day)
        start, here = (self.month, self.day), (day.month, day.day)
        if self.year is not None:
            last = (self.to_year or self.year + (end < start), *end)
            return (self.year, *start) <= (day.year, *here) <= last
        return start <= here <= end if start <= end else here >= start or here <= end

    @property
    def length(self) -> int:
        """How many days it is."""
        first = date(self.year or 2023, self.month, min(self.day, 28 if self.month == 2 else self.day))
        month, day = self.to_month or self.month, self.to_day or self.day
        wraps = (month, day) < (self.month, self.day)
        year = self.to_year or first.year + wraps
        return (date(year, month, min(day, 28 if month == 2 else day)) - first).days + 1

    @property
    def is_season(self) -> bool:
        """Long enough to have a week of its own: what is said of it is no exception but other hours."""
        return self.to_day is not None and self.length > SEASON


class Holiday(BaseModel):
    """A named holiday, or `all` public ones; `offsets` are the days around it that are meant (0: itself)."""

    key: str = Field(max_length=40)
    offsets: list[int] = Field(default_factory=lambda: [0], max_length=10)


class Rule(BaseModel):
    """One thing said about when a business is open. `unclear`: said, but in words that are not understood."""

    what: Literal["hours"] = "hours"
    state: State
    days: list[int] = Field(default_factory=list, max_length=7)
    """Monday is 0; none: no day is named."""
    nth: list[int] = Field(default_factory=list, max_length=5)
    """Only the first, second, … of these days in a month; -1 is the last."""
    dates: list[Dates] = Field(default_factory=list, max_length=MOST_DATES)
    holidays: list[Holiday] = Field(default_factory=list, max_length=MOST_HOLIDAYS)
    spans: list[tuple[Minute, Minute]] = Field(default_factory=list, max_length=MOST_SPANS)
    """Opening spans, or those of a break; an open rule without any says that hours are as usual."""
    at: Minute | None = None
    """When the last order is taken, or the last visitor let in."""
    before: Minute | None = None
    """Or how many minutes before closing."""
    opens: Minute | None = None
    closes: Minute | None = None
    """On dates: when it opens, or closes, otherwise than usual ("on 24 December we close at 3 pm")."""
    of: str = Field("", max_length=40)
    """What keeps these hours, where a table names it ("Boats"); empty: the business."""

    @property
    def weekly(self) -> bool:
        return not self.dates and not self.holidays


class Item(BaseModel):
    """Something that is sold. `amount` is in `currency`; None where no single price is given."""

    what: Literal["item"] = "item"
    name: str = Field(min_length=1, max_length=120)
    others: list[Annotated[str, Field(max_length=120)]] = Field(default_factory=list, max_length=5)
    """Other names of it, such as the one in another language."""
    variant: str = Field("", max_length=80)
    """What its price is for, where its row has several ("Weekend"): the names have it in brackets."""
    amount: Decimal | None = Field(None, ge=0, le=10**12, decimal_places=4)
    currency: str = Field("", max_length=3)
    tags: list[str] = Field(default_factory=list, max_length=20)
    """`vegetarian`, `vegan`, `spicy`, …; `not-` before one says that it is none."""
    description: str = Field("", max_length=400)
    category: str = Field("", max_length=80)
    available: bool | None = None
    """False when it is said to be sold out; None when nothing is said."""


class Contact(BaseModel):
    what: Literal["contact"] = "contact"
    kind: Literal["phone", "email", "website", "address", "social"]
    value: str = Field(min_length=1, max_length=300)
    """Of a profile in a social network: `Instagram @mill.seoul` (`networks`)."""


class Policy(BaseModel):
    what: Literal["policy"] = "policy"
    key: str = Field(min_length=1, max_length=120)
    text: str = Field(min_length=1, max_length=2_000)


Value = Annotated[Rule | Item | Contact | Policy, Field(discriminator="what")]


class Fact(BaseModel):
    """A value with the place that says it: `[start, end)` of a passage."""

    key: str
    """The same when its source is read again and still says it."""
    value: Value
    source_id: str
    source: str = ""
    """Title of the source."""
    passage_id: str
    start: int
    end: int
    said: str = ""
    """The words of the place."""
    own: bool = False
    """The owner wrote it into the form."""
    hidden: bool = False
    overruled: bool = False
    """An own fact stands in its place."""

    @property
    def place(self) -> tuple[str, int]:
        """Where it is said: the prices of one row share it."""
        return self.passage_id, self.start


class OwnHours(BaseModel):
    """The owner's hours of a day of the week, 0 to 6; no spans: closed."""

    day: int = Field(ge=0, le=6)
    spans: list[tuple[Minute, Minute]] = Field(default_factory=list, max_length=MOST_SPANS)
    last_order: Minute | None = None


class OwnException(BaseModel):
    """A date or a holiday on which it is otherwise; no spans: closed."""

    dates: Dates | None = None
    holiday: Holiday | None = None
    spans: list[tuple[Minute, Minute]] = Field(default_factory=list, max_length=MOST_SPANS)


class OwnFacts(BaseModel):
    """What the owner wrote into the form. It wins over what documents say."""

    time_zone: str = Field("", max_length=60)
    country: str = Field("", max_length=2)
    """For public holidays; empty: the time zone's."""
    hours: list[OwnHours] = Field(default_factory=list, max_length=7)
    exceptions: list[OwnException] = Field(default_factory=list, max_length=200)
    items: list[Item] = Field(default_factory=list, max_length=1_000)
    contacts: list[Contact] = Field(default_factory=list, max_length=40)
    policies: list[Policy] = Field(default_factory=list, max_length=100)
    hidden: list[Annotated[str, Field(max_length=80)]] = Field(default_factory=list, max_length=2_000)
    """Keys of facts from documents that are not to be used."""


class Conflict(BaseModel):
    """Sources that say different things about one thing."""

    about: str
    """`hours`, `item` or `contact`."""
    name: str
    """The day's number, the item's name or the kind of contact."""
    facts: list[Fact]


@dataclass(frozen=True, slots=True)
class Business:
    """A character's facts at one moment, the owner's edits laid over them."""

    facts: tuple[Fact, ...] = ()
    """Only those in use: neither hidden nor overruled."""
    every: tuple[Fact, ...] = ()
    passages: Mapping[str, Passage] = field(default_factory=dict)
    zone: ZoneInfo | None = None
    """None: the studio's own."""
    country: str = ""
    names: tuple[str, ...] = ()
    """What the business is called, in lower case."""
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What was worked out from its facts already."""

    def rules(self) -> list[tuple[Fact, Rule]]:
        return [(fact, fact.value) for fact in self.facts if isinstance(fact.value, Rule)]

    def items(self) -> list[tuple[Fact, Item]]:
        return [(fact, fact.value) for fact in self.facts if isinstance(fact.value, Item)]

    def contacts(self, kind: str) -> list[tuple[Fact, Contact]]:
        return [
            (fact, fact.value)
            for fact in self.facts
            if isinstance(fact.value, Contact) and fact.value.kind == kind
        ]

    def span(self, fact: Fact) -> Span | None:
        """The place that says it; None when it has gone meanwhile."""
        passage = self.passages.get(fact.passage_id)
        if passage is None or not 0 <= fact.start < fact.end <= len(passage.text):
            return None
        return Span(passage=passage, start=fact.start, end=fact.end, score=1.0)

"""Typed facts as tools that a model may call.

A call is checked, made into a plain question and computed as a visitor's would be: a model chooses what is
looked up, and nothing that it writes becomes a fact. What a call names must be what the visitor spoke of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from madang.knowledge.facts.ask import Computed, computed
from madang.knowledge.facts.ask.asks_hours import asks_for
from madang.knowledge.facts.ask.contact import KINDS
from madang.knowledge.facts.ask.items import CUE, TAG_PATTERNS
from madang.knowledge.facts.ask.menu import named_in
from madang.knowledge.facts.ask.result import quoted
from madang.knowledge.facts.ask.text import Left
from madang.knowledge.facts.ask.when import when_of
from madang.knowledge.facts.ask.wording import price, say
from madang.knowledge.facts.numerals import money_in
from madang.knowledge.facts.types import Business
from madang.knowledge.orders import gives_orders

DAYS = (
    "today",
    "tomorrow",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
    "week",
)
CONTACTS = {
    "phone": "What is your phone number?",
    "email": "What is your e-mail address?",
    "website": "What is your website?",
    "address": "What is your address?",
    "social": "What are your social media accounts?",
}
MOST_NAMES = 60
"""Items that a model is told of; a business with more offers no sums by name."""
MOST_ITEMS = 8
MOST_COUNT = 99
ANY = "any"


class WrongCall(Exception):
    """A call that is none of these: one English sentence, for the model."""


@dataclass(frozen=True, slots=True)
class Tool:
    """What a model may call. `parameters`: each name with its JSON schema; all are required."""

    name: str
    about: str
    parameters: Mapping[str, Mapping[str, Any]]


class Toolbox:
    """The tools of one business for one message. `said`: the visitor's messages, this one last."""

    def __init__(self, business: Business, said: Sequence[str], now: datetime, language: str) -> None:
        self._business = business
        self._said = "\n".join(said)
        self._message = said[-1] if said else ""
        self._now = now.astimezone(business.zone) if business.zone is not None else now
        self._language = language
        self.names = _names(business)
        self.tags = sorted({tag for _, item in business.items() for tag in item.tags if tag in TAG_PATTERNS})
        self.offered = tuple(self._offered())

    @property
    def concerned(self) -> bool:
        """Whether the message may be about any of this."""
        text = self._message
        when = when_of(Left(text), self._now.date(), self._business.country)
        return bool(self.offered) and bool(
            CUE.search(text)
            or asks_for(Left(text)) is not None
            or (when is not None and (when.named or when.times))
            or any(pattern.search(text) for _, pattern in KINDS)
            or named_in(Left(text), self._business)
        )

    def call(self, name: str, arguments: Mapping[str, Any]) -> Computed:
        """The result, computed and with its quotations. Raises WrongCall."""
        tool = next((tool for tool in self.offered if tool.name == name), None)
        if tool is None:
            raise WrongCall(
                f"There is no such tool. The tools are: {', '.join(t.name for t in self.offered)}."
            )
        if set(arguments) != set(tool.parameters):
            raise WrongCall(f"{tool.name} takes exactly these arguments: {', '.join(tool.parameters)}.")
        question = getattr(self, f"_{tool.name}")(**arguments)
        found = computed(self._business, question, (), self._now, self._language)
        found = found if found is None or found.asks else quoted(self._business, found, self._language)
        if found is None or found.asks:
            raise WrongCall("The facts do not answer this.")
        if name == "find_items":  # the others say themselves what they are about
            found = replace(found, text=f"{self._looked_for(**arguments)} {found.text}")
        return found

    def _looked_for(self, property: str, at_most: int) -> str:  # noqa: A002
        most = say(
            self._language, "up to {price}", price=price(Decimal(at_most), self._currency, self._language)
        )
        parts = [*([say(self._language, property)] if property != ANY else []), *([most] if at_most else [])]
        return say(self._language, "Looked for: {what}.", what=", ".join(parts))

    def _offered(self) -> list[Tool]:
        tools: list[Tool] = []
        business = self._business
        if business.rules():
            day = {"type": "string", "enum": list(DAYS)}
            tools.append(Tool("opening_hours", "When the place is open on a day, or all week.", {"day": day}))
        if any(item.amount is not None for _, item in business.items()):
            prop = {"type": "string", "enum": [ANY, *self.tags]}
            most = {"type": "integer", "minimum": 0, "maximum": 10**9}
            about = f"Items with a property, up to a price in {self._currency}; 0 is no limit."
            tools.append(Tool("find_items", about, {"property": prop, "at_most": most}))
            if self.names:
                one = {
                    "type": "object",
                    "properties": {
                        "name": {"type": "string", "enum": list(self.names)},
                        "count": {"type": "integer", "minimum": 1, "maximum": MOST_COUNT},
                    },
                    "required": ["name", "count"],
                    "additionalProperties": False,
                }
                items = {"type": "array", "items": one, "minItems": 1, "maxItems": MOST_ITEMS}
                tools.append(Tool("total_price", "What some items cost together.", {"items": items}))
        kinds = [kind for kind in CONTACTS if business.contacts(kind)]
        if kinds:
            tools.append(
                Tool("contact", "How to reach the place.", {"kind": {"type": "string", "enum": kinds}})
            )
        return tools

    @property
    def _currency(self) -> str:
        found = Counter(item.currency for _, item in self._business.items() if item.amount is not None)
        return found.most_common(1)[0][0] if found else ""

    def _opening_hours(self, day: object) -> str:
        if not isinstance(day, str) or day not in DAYS:
            raise WrongCall(f"day must be one of: {', '.join(DAYS)}.")
        if day == "week":
            return "What are your opening hours?"
        when = when_of(Left(self._message), self._now.date(), self._business.country)
        dates = {"today": 0, "tomorrow": 1}
        number = DAYS.index(day) - 2 if day not in dates else (self._now.weekday() + dates[day]) % 7
        meant = {one.weekday() for one in when.days} | set(when.weekdays) if when is not None else set()
        if meant and number not in meant:
            raise WrongCall("The visitor did not speak of that day.")
        if not meant and day != "today":
            raise WrongCall("The visitor named no day: use week or today.")
        return (
            f"What are your opening hours {day}?"
            if day in dates
            else f"What are your opening hours on {day}?"
        )

    def _find_items(self, property: object, at_most: object) -> str:  # noqa: A002 - the model's word
        if property not in (ANY, *self.tags):
            raise WrongCall(f"property must be one of: {', '.join((ANY, *self.tags))}.")
        if type(at_most) is not int or not 0 <= at_most <= 10**9:
            raise WrongCall("at_most must be a whole number of at least 0.")
        if property == ANY and not at_most:
            raise WrongCall("Give a property or a limit.")
        if at_most and Decimal(at_most) not in self._numbers():
            raise WrongCall("The visitor did not name that amount.")
        kind = "" if property == ANY else f"{property} "
        limit = f" up to {price(Decimal(at_most), self._currency, 'en')}" if at_most else ""
        return f"Which {kind}items do you have{limit}?"

    def _total_price(self, items: object) -> str:
        if not isinstance(items, list) or not 1 <= len(items) <= MOST_ITEMS:
            raise WrongCall(f"items must be a list of 1 to {MOST_ITEMS}.")
        spoken = {
            name
            for wanted in named_in(Left(self._said), self._business)
            for _, item in wanted.items
            for name in (item.name, *item.others)
        }
        parts = []
        for one in items:
            if not isinstance(one, dict) or set(one) != {"name", "count"}:
                raise WrongCall("Each of items takes exactly these arguments: name, count.")
            name, count = one["name"], one["count"]
            if name not in self.names:
                raise WrongCall("There is no item of that name.")
            if type(count) is not int or not 1 <= count <= MOST_COUNT:
                raise WrongCall(f"count must be a whole number from 1 to {MOST_COUNT}.")
            if name not in spoken:
                raise WrongCall("The visitor did not speak of that item.")
            if count > 1 and Decimal(count) not in self._numbers():
                raise WrongCall("The visitor did not name that number.")
            parts.append(f"{count} {name}")
        if len({one["name"] for one in items}) < len(items):
            raise WrongCall("Name each item once.")
        return f"How much is {' and '.join(parts)} in total?"

    def _contact(self, kind: object) -> str:
        if not isinstance(kind, str) or kind not in CONTACTS:
            raise WrongCall(f"kind must be one of: {', '.join(CONTACTS)}.")
        return CONTACTS[kind]

    def _numbers(self) -> set[Decimal]:
        """All numbers that the visitor said."""
        found = {Decimal(number.replace(",", "")) for number in re.findall(r"\d+(?:,\d{3})*", self._said)}
        found |= {money.amount for money in money_in(self._said)}
        counts = named_in(Left(self._said), self._business)
        return found | {Decimal(one.count) for one in counts if one.counted}


def _names(business: Business) -> tuple[str, ...]:
    """Names of what is sold, in every language; none that speaks to an AI, and none of many."""
    every = [
        name for _, item in business.items() if item.category != "fee" for name in (item.name, *item.others)
    ]
    names = tuple(dict.fromkeys(name for name in every if name.isprintable() and not gives_orders(name)))
    return names if len(names) <= MOST_NAMES else ()

"""Facts of documents as their list shows them: what each is, in words, and what is told in its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from madang.authoring.pages.facts_form import has_place
from madang.knowledge.facts.clocks import shown
from madang.knowledge.facts.legends import mark_of
from madang.knowledge.facts.own import named
from madang.knowledge.facts.said_discounts import least_of
from madang.knowledge.facts.types import Contact, Fact, Item, OwnException, OwnFacts, Policy, Rule
from madang.knowledge.facts.written import spans_text
from madang.web.localise import translate

KINDS = {
    "phone": "Phone",
    "email": "E-mail",
    "website": "Website",
    "address": "Address",
    "social": "Social media",
}
"""Contacts by what they are in words (msgids)."""
_STATES = {
    "closed": "closed",
    "break": "break",
    "no_break": "no break",
    "last_order": "last order",
    "last_entry": "last entry",
}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_MOST = 160
"""Letters of a title."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A fact in the list. `instead` says where the owner's own is told in its place; it is `off` when it is
    not told at all; `anchor`: whether it is the first of its key."""

    fact: Fact
    title: str
    instead: str
    off: bool
    anchor: bool

    @property
    def unclear(self) -> bool:
        return isinstance(self.fact.value, Rule) and self.fact.value.state == "unclear"

    @property
    def taken(self) -> bool:
        """Whether the form has a place for it."""
        return not self.off and has_place(self.fact)


def listed(found: Sequence[Fact], own: OwnFacts, language: str) -> list[Listed]:
    """All of them in order, what was not understood and is not off first."""
    lines: list[Listed] = []
    keys: set[str] = set()
    for fact in found:
        words, whole = _instead(fact, own, language)
        lines.append(Listed(fact, said(fact, language), words, fact.hidden or whole, fact.key not in keys))
        keys.add(fact.key)
    return sorted(lines, key=lambda line: not line.unclear or line.off)


def said(fact: Fact, language: str) -> str:
    """A fact in a few words, where its own place says more than the fact."""
    match fact.value:
        case Item() as item:
            price = f"{item.amount:,} {item.currency}".strip() if item.amount is not None else ""
            return " · ".join(text for text in (item.name, price, ", ".join(item.tags)) if text)
        case Rule() as rule:
            return _hours(rule, language)
        case Contact() as contact:
            return f"{translate(language, KINDS[contact.kind])}: {contact.value}"
        case Policy() as policy if least_of(policy.text) is not None:
            # from how many on is not all of it: its own words say what of, and how much
            return f"{translate(language, 'Discount')}: {_short(policy.text)}"
        case Policy() as policy:
            # a mark says nothing without what it stands for, a sentence says it itself
            return f"{policy.key} {policy.text}" if mark_of(policy) else policy.key
        case _:
            return ""


def _hours(rule: Rule, language: str) -> str:
    if rule.state == "unclear":
        return ""
    nth = ", ".join(translate(language, _NTH[one]) for one in rule.nth if one in _NTH)
    days = " ".join(text for text in (nth, _names(rule.days, language)) if text)
    named_days = [named(OwnException(dates=dates), language) for dates in rule.dates]
    named_days += [named(OwnException(holiday=one), language) for one in rule.holidays]
    ends = [shown(end) if end is not None else "" for end in (rule.opens, rule.closes)]
    times = spans_text(rule.spans) or (f"{ends[0]}–{ends[1]}" if any(ends) else "")
    if rule.at is not None:
        times = shown(rule.at)
    elif rule.before is not None:
        times = translate(language, "{count} minutes before closing", count=rule.before)
    state = translate(language, _STATES[rule.state]) if rule.state in _STATES else ""
    what = " ".join(text for text in (state, times) if text)
    return " · ".join(text for text in (rule.of, days, ", ".join(named_days), what) if text)


def _instead(fact: Fact, own: OwnFacts, language: str) -> tuple[str, bool]:
    """(in words, whether all of it): what the owner wrote that is told instead of a fact of a document."""
    whole = translate(language, "yours is told instead")
    if fact.overruled:
        return whole, True
    rule = fact.value
    if not isinstance(rule, Rule):
        return "", False
    if not rule.weekly:
        dates = [one.dates for one in own.exceptions if one.dates is not None]
        holidays = {one.holiday.key for one in own.exceptions if one.holiday is not None}
        there = all(one in dates for one in rule.dates) and all(one.key in holidays for one in rule.holidays)
        return (whole, True) if there else ("", False)
    # own hours of a day stand alone, whatever documents say of that day
    about = set(rule.days or range(7))
    mine = about & {one.day for one in own.hours}
    if mine == about:
        return whole, True
    days = _names(sorted(mine), language)
    return (translate(language, "yours is told on {days}", days=days) if mine else ""), False


def _names(days: Sequence[int], language: str) -> str:
    return " ".join(translate(language, _DAYS[day]) for day in days)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _MOST else f"{line[:_MOST].rstrip()}…"

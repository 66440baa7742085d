"""Questions about when a business is open. What is not wholly understood, or not said, is not answered here."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from madang.knowledge.facts.ask.asks_hours import KOREAN_MORE, MORE, SCHOOL, WITHIN, WORDS, asks_for
from madang.knowledge.facts.ask.computed_hours import Asked
from madang.knowledge.facts.ask.result import Computed, unique
from madang.knowledge.facts.ask.text import Left, thing_pattern
from madang.knowledge.facts.ask.told import told
from madang.knowledge.facts.ask.when import when_of
from madang.knowledge.facts.bilingual import side_in
from madang.knowledge.facts.lasts import ENTRY
from madang.knowledge.facts.types import Business, Fact, Rule

_KIND_OF_PLACE = re.compile(
    r"\b(?:restaurants?|caf[eé]s?|bakery|bar|museum|gallery|pool|clinic)\b|카페|식당|빵집|박물관|미술관|병원",
    re.IGNORECASE,
)
"""What a place is called beside its name, where it may be one of several."""
_PURPOSE = re.compile(r"(?:[가-힣]+\s)?(?:사|먹으|마시|보|찾으|구경하|놀|빌리|맡기)러(?![가-힣])")
"""What somebody comes for: it is open or it is not."""
_IN_BOTH = (("pool", "수영장"), ("gym", "헬스장"), ("gym", "헬스"), ("sauna", "사우나"), ("cafe", "카페"), ("café", "카페"), ("restaurant", "식당"), ("shop", "매장"), ("office", "사무실"), ("library", "도서관"))  # fmt: skip
"""What things with hours of their own are called in the other language."""
_THINGS = 3
"""Things whose hours are all told where none of them is named."""
_ACCENTED = re.compile(r"\bcafés?\b", re.IGNORECASE)


def answer(business: Business, question: str, now: datetime, language: str) -> Computed | None:
    """`now` is in the business's own time zone."""
    left = Left(question)
    asked = _known(business, asks_for(left), question)
    if asked is None:
        return None
    when = when_of(left, now.date(), business.country)
    if when is None:
        return None
    if asked == "visit":
        if not (when.times or when.named or when.now) or when.until:
            return None
        asked = "is_open"
        left.take(_PURPOSE)
    for pattern in WORDS:
        left.take(pattern)
    for name in business.names:
        left.take(re.compile(re.escape(name), re.IGNORECASE))
    school = left.took(SCHOOL)
    other = bool(_KIND_OF_PLACE.search(left.left))
    things = list(dict.fromkeys(rule.of for _, rule in business.rules() if rule.of))
    named = [name for name in things if left.took(thing_pattern(" ".join((name, *_also(name)))))]
    other = other and not named
    left.take(_ACCENTED)
    if left.unknown(MORE, KOREAN_MORE):
        return None
    if school:  # whose days nobody computes
        return told(business, when, language, asked) if when.days else None
    of_the_house = any(rule.weekly and rule.state == "open" and not rule.of for _, rule in business.rules())
    one, each = len(named) == 1, not (named or other or of_the_house) and len(things) <= _THINGS
    if len(things) > 1 and (one or each):
        replies = {
            thing: Asked(_only(business, thing), when, now, language).reply(asked)
            for thing in (named if one else things)
        }
        if (found := _of_each(replies, language, asked)) is not None or one:
            return found
    found = Asked(business, when, now, language).reply(asked)
    if found is not None and other and any(getattr(fact.value, "of", "") for fact in found.facts):
        found = None  # asked of the café, where the hours are those of the boats
    return found or told(business, when, language, asked)


def _known(business: Business, asked: str | None, question: str) -> str | None:
    """What is asked for; "how late can I come in" asks when a place closes that names no last entry."""
    if asked != "last_entry" or any(rule.state == asked for _, rule in business.rules()):
        return asked
    return None if ENTRY.search(question) else "closes"


def _also(name: str) -> list[str]:
    """What a thing is called in the other language, where it is called so in one alone."""
    said = name.lower()
    both = [*_IN_BOTH, *((korean, english) for english, korean in _IN_BOTH)]
    return [other for one, other in both if one in said and other not in said]


def _of_each(replies: Mapping[str, Computed | None], language: str, asked: str) -> Computed | None:
    """What is computed of each of several things, under its name; None where one of them cannot be told. Not
    everything has a last order."""
    found = [(side_in(thing, language), one) for thing, one in replies.items() if one is not None]
    if not found or (len(found) < len(replies) and asked not in WITHIN):
        return None
    first = found[0][1]
    alike = len(found) > 1 and all(one.text == first.text for _, one in found)
    text = first.text if alike else "\n\n".join(f"{name}: {one.text}" for name, one in found)
    return replace(first, text=text, facts=unique(fact for _, one in found for fact in one.facts))


def _only(business: Business, thing: str) -> Business:
    """The hours of one of several things that have hours of their own, and the days off of all of them."""

    others = [thing_pattern(rule.of) for _, rule in business.rules() if rule.of and rule.of != thing]

    def about(fact: Fact, rule: Rule) -> bool:
        if rule.of or any(other.search(fact.said) for other in others):
            return rule.of == thing
        return rule.state in ("closed", "unclear") or bool(rule.dates or rule.holidays)

    kept = tuple(
        fact for fact in business.facts if not isinstance(fact.value, Rule) or about(fact, fact.value)
    )
    return replace(business, facts=kept, memo={})

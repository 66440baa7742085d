"""Everything that is said about the hours, where a question about them cannot be computed: a rule that is not
understood, or hours that differ by season. One sentence of several ("on the third Tuesday from one") would be
half of the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from madang.kernel.language import language_of
from madang.knowledge.facts import holiday
from madang.knowledge.facts.ask.result import QUOTES, Computed, unique
from madang.knowledge.facts.ask.when import When
from madang.knowledge.facts.ask.wording import say
from madang.knowledge.facts.types import Business, Fact, Rule


def told(business: Business, when: When, language: str, asked: str) -> Computed | None:
    """The places where hours are said that may concern the asked days, in the order of the sources; None
    where no hours are said about them, several sources say some (of several places, perhaps), or too much
    is."""
    rules = [(fact, rule) for fact, rule in business.rules() if _concerns(rule, when)]
    states = {rule.state for _, rule in rules}
    if asked in ("last_order", "break") and asked not in states:
        return None
    if when.holiday and not any(_of_the_holiday(rule, when) for _, rule in rules):
        return None
    rules = _of_one_source(rules, language)
    if len({fact.source_id for fact, rule in rules if _tells_hours(fact, rule)}) != 1:
        return None
    facts = unique(fact for fact, _ in rules)
    facts = facts if len(facts) <= QUOTES else _rows_together(business, facts)
    if len(facts) > QUOTES:
        return None
    return Computed("told", say(language, "This is what is said about our hours:"), facts)


def _rows_together(business: Business, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Lines that follow one another as one place: the rows of a table of the week."""
    found: list[Fact] = []
    for fact in facts:
        before = found[-1] if found else None
        passage = business.passages.get(fact.passage_id)
        if before is None or passage is None or before.passage_id != fact.passage_id:
            found.append(fact)
        elif passage.text[before.end : fact.start].strip(" ") == "\n":
            said = passage.text[before.start : fact.end]
            found[-1] = before.model_copy(update={"end": fact.end, "said": said})
        else:
            found.append(fact)
    return tuple(found)


def _of_one_source(rules: list[tuple[Fact, Rule]], language: str) -> list[tuple[Fact, Rule]]:
    """The rules; where sources in several languages tell the hours, those of the one in the reply's, if it
    has something that the question could not be computed for too: it then says what the others say."""
    if len({fact.source_id for fact, rule in rules if _tells_hours(fact, rule)}) < 2:
        return rules
    own = [pair for pair in rules if _speaks(pair[0].said, language)]
    return own if any(rule.state == "unclear" for _, rule in own) else rules


def _speaks(said: str, language: str) -> bool:
    """Whether a line is in a language; a row of two ("수~금 Wed–Fri · 탭룸 Taproom: …") is in both."""
    words = re.findall("[가-힣]+" if language == "ko" else r"[^\W\d_가-힣]{3,}", said)
    return language_of(said) == language or (" · " in said and len(words) > 1)


def _tells_hours(fact: Fact, rule: Rule) -> bool:
    timed = bool(rule.spans) if rule.state == "open" else rule.state == "unclear"
    return timed and bool(re.search(r"\d", fact.said))


def _concerns(rule: Rule, when: When) -> bool:
    if not when.named:
        return True
    if rule.holidays and not rule.days and not rule.dates:
        return bool(when.holiday) or not when.weekdays
    if rule.dates:
        if not when.days:
            return not when.weekdays  # "on Thursdays" is of an ordinary week
        return any(dates.holds(day) for dates in rule.dates for day in when.days)
    named = {day.weekday() for day in (*when.days, *(when.either or ()))} | set(when.weekdays)
    return not rule.days or not named or bool(named & set(rule.days))


def _of_the_holiday(rule: Rule, when: When) -> bool:
    return any(one.key in (when.holiday, holiday.ALL) for one in rule.holidays)

"""Everything that is said about the hours, where a question about them cannot be computed: a rule that is not
understood, or hours that differ by season. One sentence of several ("on the third Tuesday from one") would be
half of the answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from madang.kernel.language import language_of
from madang.knowledge.facts import holiday
from madang.knowledge.facts.ask.asks_hours import WITHIN
from madang.knowledge.facts.ask.result import QUOTES, Computed, unique
from madang.knowledge.facts.ask.when import When
from madang.knowledge.facts.ask.wording import say
from madang.knowledge.facts.clocks import clocks_in
from madang.knowledge.facts.lasts import LAST
from madang.knowledge.facts.seasons import seasons_in
from madang.knowledge.facts.types import Business, Fact, Rule
from madang.knowledge.rows import CELL

_FEW = 14
"""Days of a row that is for some days of the calendar, not for a season."""
_CLOSED = re.compile(r"\bclosed\b|휴무|휴관|쉽니다", re.IGNORECASE)


def told(business: Business, when: When, language: str, asked: str) -> Computed | None:
    """The places where hours are said that may concern the asked days, in the order of the sources; None
    where no hours are said about them, several sources say some (of several places, perhaps), or too much
    is."""
    row = _of_its_season(business, when)
    if row and (asked not in WITHIN or any(LAST.search(fact.said) for fact in row)):
        return Computed("told", say(language, "This is what is said about our hours:"), row)
    rules = [(fact, rule) for fact, rule in business.rules() if _concerns(rule, when)]
    states = {rule.state for _, rule in rules}
    if asked in WITHIN and asked not in states:
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


def _of_its_season(business: Business, when: When) -> tuple[Fact, ...]:
    """The row of the very day that is asked about, or of its season, with the line that names a shorter run
    of days that it is in ("February half term: 13 - 21 February"); none where there are several."""
    if len(when.days) != 1:
        return ()
    unclear = [fact for fact, rule in business.rules() if rule.state == "unclear"]
    own = [
        fact
        for fact, rule in business.rules()
        if any(dates.length <= _FEW and dates.holds(when.days[0]) for dates in rule.dates)
        and (clocks_in(fact.said) or rule.state == "closed" or _CLOSED.search(fact.said))
    ]
    if own:  # the row of the very day
        return unique(own) if all(fact in unclear for fact in own) and len(unique(own)) == 1 else ()
    rows = [fact for fact in unclear if CELL in fact.said and _holds(fact.said.split(CELL)[0], when.days[0])]
    row = unique(rows)
    if len(row) != 1 or len(clocks_in(row[0].said)) < 2:
        return ()
    near = [fact for fact in unclear if fact.source_id == row[0].source_id and CELL not in fact.said]
    runs = [fact for fact in near if _holds(fact.said, when.days[0])]
    return unique([*row, *(runs if len(unique(runs)) == 1 else [])])


def _holds(said: str, day: date) -> bool:
    """Whether a text names runs of days, of which one holds the day; a month beside days ("February half
    term: 13 - 21 February") is no run."""
    runs = [dates for one in seasons_in(said) if one.sure for dates in one.dates if dates.length > 1]
    days = [dates for dates in runs if dates.day > 1 or dates.month != dates.to_month]
    return any(dates.holds(day) for dates in days or runs)


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

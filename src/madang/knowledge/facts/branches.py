"""Places with hours of their own in one source: each under its heading ("강남점", "Station Road"), or named before them."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from madang.knowledge.days import days_in
from madang.knowledge.facts.calendars import dates_in
from madang.knowledge.facts.clocks import clocks_in, stretches_in
from madang.knowledge.facts.holiday import named_in
from madang.knowledge.facts.hours_table import names_a_thing
from madang.knowledge.facts.seasons import seasons_in
from madang.knowledge.facts.types import Fact, Rule
from madang.knowledge.types import Passage

_MOST = 40
_GENERAL = re.compile(
    r"\b(?:us|our|your|you|we|about|visit\w*|contact\w*|find|where|info\w*|faqs?|questions?|welcome|news|notices?|location|address|getting|here|please|regular|normal|usual|standard|winter|summer|spring|autumn|terms?|semesters?|course|week|part|phase|sessions?|stage|level|holidays?|weekdays?|weekends?|phone|e-?mail|site|page|home|note|after|before|during)\b"
    r"|안내|소개|문의|오시는|찾아오시는|이용|공지|정보|질문|위치|주소|연락처|방문|소식|요일|평일|주말|휴일|기간|동안|기준|정규|정상|일반|학기|방학",
    re.IGNORECASE,
)
"""Words of headings that name no place."""
_LED = re.compile(r"^\s*(?:[-•*·]\s*)?(?P<label>[^\d:：·]{2,30}?)\s*[:：]\s+(?=\S)")


def names_a_place(label: str) -> bool:
    """Whether a heading, or what stands before a colon, may be the name of a place with hours of its own."""
    label = label.strip()
    if not 1 < len(label) <= _MOST or not names_a_thing(label) or _GENERAL.search(label):
        return False
    timed = days_in(label) or dates_in(label) or clocks_in(label) or named_in(label) or seasons_in(label)
    return not timed and len(label.split()) <= 4


def led_by(lines: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """(place, the rest) by line, where two lines or more begin with the name of a place and tell the days and hours
    of each ("High Street: Mon-Fri 9am-6pm"); nothing for one alone."""
    found: dict[str, tuple[str, str]] = {}
    for line in lines:
        match = _LED.match(line) if " · " not in line else None
        if match is None or not names_a_place(match["label"]):
            continue
        rest = line[match.end() :]
        if stretches_in(rest) and days_in(rest):
            found[line] = match["label"].strip(), rest
    return found if len({place for place, _ in found.values()}) > 1 else {}


def told_apart(facts: Sequence[Fact], passages: Sequence[Passage]) -> list[Fact]:
    """The rules of sections that each have a week of their own, differing, under the name of each."""
    # the first heading is the page's where all passages stand under it
    of_the_page = len({passage.headings[0] for passage in passages if passage.headings}) < 2
    labels = {passage.id: place_of(passage.headings[of_the_page:]) for passage in passages}
    weeks: dict[str, set[tuple[object, ...]]] = {}
    for fact in facts:
        rule = fact.value
        if isinstance(rule, Rule) and rule.weekly and not rule.of and labels.get(fact.passage_id):
            week = weeks.setdefault(labels[fact.passage_id], set())
            week.add((rule.state, tuple(rule.days), tuple(map(tuple, rule.spans))))
    weeks = {label: week for label, week in weeks.items() if any(state == "open" for state, _, _ in week)}
    if len(weeks) < 2 or len({frozenset(week) for week in weeks.values()}) < 2:
        return list(facts)
    return [
        fact.model_copy(update={"value": rule.model_copy(update={"of": labels[fact.passage_id]})})
        if isinstance(rule := fact.value, Rule) and not rule.of and labels.get(fact.passage_id) in weeks
        else fact
        for fact in facts
    ]


def place_of(headings: Sequence[str]) -> str:
    """The deepest heading that may name a place; empty for none."""
    for heading in reversed(headings):
        if names_a_place(heading):
            return heading.strip()
    return ""

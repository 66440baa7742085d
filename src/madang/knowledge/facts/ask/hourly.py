"""Prices by the hour: "3 hours" of what costs so much an hour is three times that."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from madang.knowledge.facts.ask.lasting import lasts
from madang.knowledge.facts.ask.menu import Wanted
from madang.knowledge.facts.ask.rates import is_special
from madang.knowledge.facts.ask.text import Left
from madang.knowledge.facts.clocks import stretches_in
from madang.knowledge.facts.numerals import ENGLISH, NATIVE, NATIVE_WORD
from madang.knowledge.facts.types import Business, Fact, Item

_HOURS = re.compile(
    rf"(?<![\d:.~-])(?:\bfor )?(?:(?P<n>\d{{1,2}})|(?P<ko>{NATIVE_WORD})|(?P<en>\b(?:{'|'.join(ENGLISH)})))(?:\s?시간(?!당|\s?전)(?:만|정도|동안)?|[\s-]?(?:hours?|hrs?)\b)",
    re.IGNORECASE,
)
_AN_HOUR = re.compile(r"시간\s?당|\b(?:per|an|each|every) hour\b|\bhourly\b|/\s?h(?:ou)?r\b", re.IGNORECASE)
_MORE_PEOPLE = re.compile(r"추가|초과|\b(?:extra|additional|more)\b", re.IGNORECASE)
_PEOPLE = re.compile(
    r"(\d{1,3})\s?(?:명|인(?![가-힣])|(?:people|persons?|of us)\b)(?:이서|이|에서)?", re.IGNORECASE
)
_UP_TO = re.compile(
    r"(?:기준\s?인원|인원\s?기준|기본\s?인원|\b(?:standard|included|base) (?:guests|people))[^:·]{0,12}: ?(\d{1,3})",
    re.IGNORECASE,
)
"""For how many people a row's price is, before each more costs something."""
_A_DAY = re.compile(
    r"\b(?:half|full|whole|all|per|a)?[- ]?day\b|\bdaily\b|\b(?:morning|afternoon|evening|week)\b|종일|반일|반나절|하루|1일|일\s?대여",
    re.IGNORECASE,
)
_STEPS = re.compile(
    r"(?:추가|초과|이후|기본|최초|처음)(?!\s?(?:인원|\d\s?[인명]))[^\n\d]{0,12}(?:\d{1,3}\s?분|\d{1,2}\s?시간|시간당)|\d\s?(?:분|시간)\s?(?:초과|이후|무료)"
)
_PARKING = re.compile(r"주차|\bparking\b", re.IGNORECASE)
_LEAST = re.compile(
    r"최소\s?(?:이용\s?)?(?:시간)?[^\n·]{0,16}?(\d{1,2})\s?시간|\b(?:minimum|at least)(?: hire| booking| of| is|:)*\s*(\d{1,2}|two|three|four|five) ?(?:hours?|hrs?)\b|\b(\d{1,2}|two|three|four|five)[- ]hours? minimum\b",
    re.IGNORECASE,
)


def hours_in(left: Left, business: Business) -> int:
    """The hours that a question names, taken out of `left`; 0 where it names none, or nothing has a price an
    hour, or something is named by so many hours."""
    if not any(_is_hourly(item) for _, item in business.items()):
        return 0
    named, spans = list(_HOURS.finditer(left.left)), stretches_in(left.left)
    if len(spans) == 1 and spans[0].sure and (spans[0].closes - spans[0].opens) % 60 == 0:
        hours = (spans[0].closes - spans[0].opens) // 60
        if not named or [_number(one) for one in named] == [hours]:
            left.cut(spans[0].start, spans[0].end)  # "from 1 to 4pm" is three hours
            for one in named:
                left.cut(*one.span())
            return hours
    if len(named) != 1:
        return 0
    hours = _number(named[0])
    if any(hours * 60 in lasts(item) for _, item in business.items() if not _LEAST.search(item.name)):
        return 0
    left.cut(*named[0].span())
    return hours


def by_the_hour(
    left: Left, daily: tuple[list[Wanted], tuple[Fact, ...]], hours: int, business: Business
) -> tuple[list[Wanted], tuple[Fact, ...]] | None:
    """What is named (with what says which price holds), so many times as hours are; people who are no more than the
    price is for are taken out of `left`. None where the price of so many hours, or people, is not known."""
    wanted, rules = daily
    each = [[pair for pair in one.items if _is_hourly(pair[1])] for one in wanted]
    people = [int(match[1]) for match in _PEOPLE.finditer(left.text)]
    counted = any(one.counted for one in wanted) and not people
    if not wanted or not all(each) or counted or hours < _least(business, wanted):
        return None
    if any(_in_steps(fact, item, business) for items in each for fact, item in items):
        return None
    rows = {fact.place for items in each for fact, _ in items}
    if any(fact.place in rows and _A_DAY.search(item.variant) for fact, item in business.items()):
        return None  # a day of it may cost less
    left.take(_PEOPLE)
    pairs = [pair for items in each for pair in items]
    known = [match for fact, _ in pairs if (match := _UP_TO.search(fact.said)) is not None]
    if people and (len(known) < len(pairs) or sum(people) > min(int(match[1]) for match in known)):
        return None
    found = [
        replace(one, items=tuple(items), count=hours, counted=True, measured=True)
        for one, items in zip(wanted, each, strict=True)
    ]
    return found, rules


def _is_hourly(item: Item) -> bool:
    said = item.variant or f"{item.name} {item.category}"
    return bool(_AN_HOUR.search(said)) and not _MORE_PEOPLE.search(item.variant)


def _in_steps(fact: Fact, item: Item, business: Business) -> bool:
    """Whether its list has a first time and what each further one costs, or some time that is free."""
    passage = business.passages.get(fact.passage_id)
    lines = passage.text.split("\n") if passage is not None else [fact.said]
    parks = bool(
        _PARKING.search(f"{item.name} {item.category} {' '.join(passage.headings if passage else ())}")
    )
    return any(_STEPS.search(line) and (parks or not _PARKING.search(line)) for line in lines)


def _number(match: re.Match[str]) -> int:
    if match["n"]:
        return int(match["n"])
    return NATIVE[match["ko"]] if match["ko"] else ENGLISH[match["en"].lower()]


def _least(business: Business, wanted: Sequence[Wanted]) -> int:
    """The most hours that any line calls the least to be had: of special days no line counts, nor do the rows of
    other things."""
    own = {fact.said for one in wanted for fact, _ in one.items}
    others = {fact.said for fact, _ in business.items()} - own
    matches = [
        match
        for passage in business.passages.values()
        for line in passage.text.split("\n")
        if line.strip() not in others
        for match in _LEAST.finditer(line)
        if not any(map(is_special, (line, *passage.headings)))
    ]
    said = [next(group for group in match.groups() if group).lower() for match in matches]
    return max((ENGLISH.get(one) or int(one) for one in said), default=0)

"""When a business is open, from its rules. What is nearer to a day wins: a date over a holiday over the week.

Sources are not mixed: each says what it says of a day, and where two of them differ there are two answers.
The owner's own rules stand alone where there are any.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from madang.knowledge.facts import holiday
from madang.knowledge.facts.lasts import Last
from madang.knowledge.facts.types import DAY, SEASON, Business, Fact, Holiday, Rule


@dataclass(frozen=True, slots=True)
class Opening:
    """A span of a day on which it is open, with its last order and its last entry."""

    opens: int
    closes: int
    last_order: int | None = None
    last_entry: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """What is said of a day. `unknown`: nothing, though hours of other days are known. `unclear`: it is said
    in words that are not understood."""

    state: Literal["open", "closed", "unknown", "unclear"]
    spans: tuple[Opening, ...] = ()
    facts: tuple[Fact, ...] = ()
    by: Literal["date", "holiday", "week"] = "week"
    holiday: str = ""
    """Key of the holiday whose rule was taken."""

    @property
    def said(self) -> tuple[str, tuple[Opening, ...]]:
        """What two answers must share to be one."""
        return self.state, self.spans


@dataclass(frozen=True, slots=True)
class _Said:
    fact: Fact
    rule: Rule


def day_of(business: Business, day: date) -> list[Day]:
    """What stands about a date: one answer, or several that differ; empty without any hours at all."""
    rules = [_Said(fact, rule) for fact, rule in business.rules()]
    if not any(one.rule.state in ("open", "closed", "unclear") for one in rules):
        return []
    short, seasons = _dated(rules, day)
    if short:
        return _distinct(_exact(business, short, day, "date"))
    return _usually(business, rules, seasons, day)


def _usually(business: Business, rules: Sequence[_Said], seasons: Sequence[_Said], day: date) -> list[Day]:
    """What stands about a date of which nothing is said by itself."""
    near, wide = _named(rules, day, business.country)
    if seasons and not any(one.fact.own for one in (*near, *wide)):
        return _distinct(_in_season(business, seasons, near, wide, day))
    if near or wide:
        return _distinct(_exact(business, near or wide, day, "holiday"))
    return week_day(business, day.weekday(), day)


def season_from(business: Business, today: date) -> tuple[list[Fact], bool]:
    """Facts of hours that hold in a part of the year, and whether that part touches the week that begins
    today: then the days of an ordinary week are not what somebody asks for."""
    week = [today + timedelta(days=ahead) for ahead in range(7)]
    found = [
        (fact, [dates for dates in rule.dates if dates.is_season])
        for fact, rule in business.rules()
        if any(dates.is_season for dates in rule.dates)
    ]
    return [fact for fact, _ in found], any(
        dates.holds(day) for _, every in found for dates in every for day in week
    )


def _dated(rules: Sequence[_Said], day: date) -> tuple[list[_Said], list[_Said]]:
    """(those about this day or a few days, those about a season that it is in): the nearest of them."""
    held: dict[int, list[_Said]] = {}
    for one in rules:
        lengths = [dates.length for dates in one.rule.dates if dates.holds(day)]
        about = not one.rule.days or day.weekday() in one.rule.days
        if lengths and (about or min(lengths) > SEASON):
            held.setdefault(min(lengths), []).append(one)
    own = {length: every for length, every in held.items() if any(one.fact.own for one in every)}
    held = own or held
    if not held:
        return [], []
    least = min(held)
    if least <= SEASON:
        return held[least], []
    # one source writes "to 28 February" and another "to the end of it": a few days make no other season
    return [], [one for length, every in held.items() if length <= least + SEASON for one in every]


def _in_season(
    business: Business, seasons: Sequence[_Said], near: Sequence[_Said], wide: Sequence[_Said], day: date
) -> list[Day]:
    """The answers of rules about a part of the year, one a source."""
    if seasons[0].fact.own:
        return _exact(business, seasons, day, "date")
    facts = tuple(one.fact for one in seasons)
    named = list(near or wide)
    unclear = any(one.rule.state == "unclear" for one in seasons)
    closed = all(one.rule.state == "closed" for one in named)
    shut = all(one.rule.state == "closed" and not one.rule.days for one in seasons)
    if named and closed and not shut and (near or not unclear):
        return _exact(business, named, day, "holiday")  # a day off of its own, whatever the season
    if unclear or (named and not closed):
        return [Day("unclear", facts=(*facts, *(one.fact for one in named)), by="date")]
    found: list[Day] = []
    for source in dict.fromkeys(one.fact.source_id for one in seasons):
        found += _of_season([one for one in seasons if one.fact.source_id == source], business, day)
    return found


def _of_season(seasons: Sequence[_Said], business: Business, day: date) -> list[Day]:
    """What one source says of a day in a part of the year; its weekly days off and breaks go on, where they
    are not of the hours of the rest of the year."""
    facts = tuple(one.fact for one in seasons)
    about = [one for one in seasons if _about(one.rule, day.weekday())]
    if all(one.rule.state == "closed" for one in about):
        if about:
            return [Day("closed", facts=tuple(one.fact for one in about), by="date")]
        if all(one.rule.state == "closed" for one in seasons):
            return week_day(business, day.weekday(), day)  # "closed on Sundays in August" says no more
        return [Day("unclear", facts=facts, by="date")]
    opening = [one for one in about if one.rule.state == "open" and one.rule.spans]
    if len(opening) < len(about):
        return [Day("unclear", facts=facts, by="date")]
    weekly = [
        _Said(fact, rule)
        for fact, rule in business.rules()
        if rule.weekly and not fact.own and fact.source_id == seasons[0].fact.source_id
    ]
    if any(one.rule.state == "unclear" for one in weekly):
        return [Day("unclear", facts=facts, by="date")]
    elsewhere = any(one.rule.state == "open" and one.rule.spans for one in weekly)
    off = [one for one in weekly if one.rule.state == "closed" and day.weekday() in one.rule.days]
    if elsewhere and off and not any(one.rule.days for one in opening):
        return [Day("unclear", facts=(*facts, *(one.fact for one in off)), by="date")]
    rest = [
        one
        for one in weekly
        if one.rule.state != "open"
        and not (elsewhere and one in off)
        and not (one.rule.state == "last_entry" and one.rule.at is not None)  # that of the other hours
    ]
    made = _week([*opening, *rest], [*opening, *rest], day.weekday(), day)
    return [made] if made is not None else []


def week_day(business: Business, weekday: int, day: date | None = None) -> list[Day]:
    """What stands about a day of the week, whatever its date; `day` tells which one of the month it is."""
    rules = [_Said(fact, rule) for fact, rule in business.rules() if rule.weekly]
    own = [one for one in rules if one.fact.own and (not one.rule.days or weekday in one.rule.days)]
    rules = own or [one for one in rules if not one.fact.own]
    if not own and (
        unclear := [one for one in rules if one.rule.state == "unclear" and _about(one.rule, weekday)]
    ):
        return [Day("unclear", facts=tuple(one.fact for one in unclear))]
    sources = dict.fromkeys(one.fact.source_id for one in rules)
    opening = {one.fact.source_id for one in rules if one.rule.state == "open" and one.rule.spans}
    found: list[Day] = []
    for source in sources:
        own_rules = [one for one in rules if one.fact.source_id == source]
        loose = [one for one in rules if one.fact.source_id not in opening]
        made = _week(own_rules, [*own_rules, *(one for one in loose if one not in own_rules)], weekday, day)
        if made is not None:
            found.append(made)
    return _distinct(found) or ([Day("unknown", facts=_first(rules))] if opening else [])


def is_open(days_before: Sequence[Day], days: Sequence[Day], minute: int) -> list[tuple[bool, Day]]:
    """(open, why) at a minute of a day, for every answer that there is; the night before may still go on."""
    for night in days_before:
        if night.state == "open" and any(one.opens <= minute + DAY < one.closes for one in night.spans):
            return [(True, night)]
    return [(any(one.opens <= minute < one.closes for one in day.spans), day) for day in days]


def _about(rule: Rule, weekday: int) -> bool:
    return not rule.days or weekday in rule.days


def _first(rules: Iterable[_Said]) -> tuple[Fact, ...]:
    found = [one.fact for one in rules if one.rule.state == "open" and one.rule.spans]
    return tuple(found[:2])


def _named(rules: Sequence[_Said], day: date, country: str) -> tuple[list[_Said], list[_Said]]:
    """Rules of the holiday that a day is (or is the eve of, …), and those of "public holidays", over which a
    named one wins."""
    near: list[_Said] = []
    wide: list[_Said] = []
    for one in rules:
        for named in one.rule.holidays:
            if _meant(named, day, country):
                (wide if named.key == holiday.ALL else near).append(one)
                break
    return near, wide


def _meant(named: Holiday, day: date, country: str) -> bool:
    return any(holiday.is_on(named.key, day - timedelta(days=offset), country) for offset in named.offsets)


def _exact(
    business: Business, rules: Sequence[_Said], day: date, by: Literal["date", "holiday"]
) -> list[Day]:
    """The answers of rules about this very day, one a source."""
    rules = [one for one in rules if one.fact.own] or rules
    found: list[Day] = []
    for source in dict.fromkeys(one.fact.source_id for one in rules):
        there = [one for one in rules if one.fact.source_id == source]
        facts = tuple(one.fact for one in there)
        name = (
            next((named.key for one in there for named in one.rule.holidays), "") if by == "holiday" else ""
        )
        if any(one.rule.state == "unclear" for one in there):
            found.append(Day("unclear", (), facts, by, name))
            continue
        closed = [one for one in there if one.rule.state == "closed"]
        open_ = [one for one in there if one.rule.state == "open"]
        if closed and open_:
            found += [
                Day("closed", (), tuple(one.fact for one in closed), by, name),
                *_openings(business, open_, day, by, name),
            ]
        elif closed:
            found.append(Day("closed", (), tuple(one.fact for one in closed), by, name))
        else:
            found += _openings(business, open_, day, by, name)
    return found


def _openings(
    business: Business, rules: Sequence[_Said], day: date, by: Literal["date", "holiday"], name: str
) -> list[Day]:
    """Open on this very day: at hours of its own, or as usual."""
    if not rules:
        return []
    spans = tuple(Opening(*span) for one in rules for span in one.rule.spans)
    facts = tuple(one.fact for one in rules)
    if spans:
        return [Day("open", tuple(sorted(spans, key=lambda one: one.opens)), facts, by, name)]
    ends = [end for one in rules if (end := (one.rule.opens, one.rule.closes)) != (None, None)]
    if ends:
        others = [
            _Said(fact, rule)
            for fact, rule in business.rules()
            if not rule.holidays and not any(dates.length <= SEASON for dates in rule.dates)
        ]
        usual = [_shifted(one, ends) for one in _usually(business, others, _dated(others, day)[1], day)]
    else:
        usual = week_day(business, day.weekday(), day)
    return [replace(one, facts=(*facts, *one.facts), by=by, holiday=name) for one in usual] or [
        Day("unknown", (), facts, by, name)
    ]


def _shifted(usual: Day, ends: Sequence[tuple[int | None, int | None]]) -> Day:
    """An ordinary day that opens, or closes, at another time; unclear where the day is not open at all, or
    two times are said."""
    opens = {first for first, _ in ends if first is not None}
    closes = {last for _, last in ends if last is not None}
    if usual.state != "open" or len(opens) > 1 or len(closes) > 1:
        return replace(usual, state="unclear", spans=())
    spans = list(usual.spans)
    if opens:
        (first,) = opens
        spans = [one for one in spans if one.closes > first]
        spans[:1] = [replace(one, opens=first) for one in spans[:1]]
    if closes:
        (last,) = closes
        spans = [one for one in spans if one.opens < last]
        spans[-1:] = [replace(one, closes=last, last_order=None, last_entry=None) for one in spans[-1:]]
    return replace(usual, spans=tuple(spans)) if spans else replace(usual, state="unclear", spans=())


def _week(rules: Sequence[_Said], around: Sequence[_Said], weekday: int, day: date | None) -> Day | None:
    """What one source says of a day of the week; None when it says nothing. `around`: with the breaks and
    last orders of sources that give no hours themselves."""
    if len(of_week := _things(rules, weekday)) > 1:
        return Day("unclear", (), tuple(one.fact for one in of_week.values()))  # of boats, and of a café
    for one in rules:
        rule = one.rule
        if (
            rule.state == "closed"
            and weekday in rule.days
            and (not rule.nth or (day and _nth(day, rule.nth)))
        ):
            return Day("closed", (), (one.fact,))
    opening = [
        one for one in rules if one.rule.state == "open" and one.rule.spans and _about(one.rule, weekday)
    ]
    if not opening:
        return None
    opening = _nearest(opening)
    spans = sorted({tuple(span) for one in opening for span in one.rule.spans})
    if any(a[1] > b[0] for a, b in itertools.pairwise(spans)):
        return Day("unclear", (), tuple(one.fact for one in opening))  # two sets of hours for one day
    used = [one.fact for one in opening]
    breaks, facts = _breaks(around, weekday)
    cut = _without(spans, breaks)
    if cut != spans:
        used += facts
    openings, facts = _with_lasts([Opening(*span) for span in cut], around, weekday)
    used += facts
    limited = [
        one for one in rules if one.rule.state == "closed" and weekday in one.rule.days and one.rule.nth
    ]
    if limited and day is None:
        used += [one.fact for one in limited]
    return Day("open", tuple(openings), tuple(_once(used)))


def _nearest(opening: Sequence[_Said]) -> list[_Said]:
    """ "Daily 9-18, Sunday 10-16": what is said of fewer days wins over what it would lie across. What lies
    apart comes to it: "Lunch Tue-Sun 12-14:30, dinner Tue-Sat 18-22"."""
    found: list[_Said] = []
    for one in sorted(opening, key=_width):
        wider = [other for other in found if _width(other) < _width(one)]
        if not any(
            a < d and c < b for other in wider for a, b in one.rule.spans for c, d in other.rule.spans
        ):
            found.append(one)
    return found


def _width(said: _Said) -> int:
    return len(said.rule.days) or 8


def _things(rules: Sequence[_Said], weekday: int) -> dict[str, _Said]:
    """Whose hours rules give on a day of the week, where they say; a day off of the business is for all."""
    return {
        one.rule.of: one
        for one in rules
        if one.rule.state in ("open", "closed")
        and _about(one.rule, weekday)
        and (one.rule.of or (one.rule.state == "open" and one.rule.spans))
    }


def _once(facts: Iterable[Fact]) -> list[Fact]:
    return list({(fact.passage_id, fact.start, fact.key): fact for fact in facts}.values())


def _nth(day: date, wanted: Sequence[int]) -> bool:
    last = (day + timedelta(days=7)).month != day.month
    return (day.day - 1) // 7 + 1 in wanted or (last and -1 in wanted)


def _breaks(rules: Sequence[_Said], weekday: int) -> tuple[list[tuple[int, int]], list[Fact]]:
    if any(one.rule.state == "no_break" and _about(one.rule, weekday) for one in rules):
        return [], []
    breaks = [one for one in rules if one.rule.state == "break" and _about(one.rule, weekday)]
    spans = sorted({tuple(span) for one in breaks for span in one.rule.spans})
    return [(a, b) for a, b in spans], [one.fact for one in breaks]


def _without(spans: Sequence[tuple[int, ...]], breaks: Sequence[tuple[int, int]]) -> list[tuple[int, ...]]:
    left = list(spans)
    for start, end in breaks:
        cut: list[tuple[int, ...]] = []
        for a, b in left:
            if end <= a or start >= b:
                cut.append((a, b))
                continue
            cut += [(x, y) for x, y in ((a, start), (end, b)) if x < y]
        left = cut
    return left


def _with_lasts(
    spans: Sequence[Opening], rules: Sequence[_Said], weekday: int
) -> tuple[list[Opening], list[Fact]]:
    """The spans with their last order and their last entry, and the facts that say them."""
    openings, used = [], []
    for span in spans:
        order, of_order = _last(span, "last_order", rules, weekday)
        entry, of_entry = _last(span, "last_entry", rules, weekday)
        used += [*of_order, *of_entry]
        openings.append(replace(span, last_order=order, last_entry=entry))
    return openings, used


def _last(span: Opening, kind: Last, rules: Sequence[_Said], weekday: int) -> tuple[int | None, list[Fact]]:
    """When the last order is taken, or the last visitor let in, in a span; None where two times are said."""
    named = [one for one in rules if one.rule.state == kind and weekday in one.rule.days]
    lasts = named or [one for one in rules if one.rule.state == kind and not one.rule.days]
    a, b = span.opens, span.closes
    timed = [(one, b - one.rule.before if one.rule.before else one.rule.at) for one in lasts]
    inside = [(one, at) for one, at in timed if at is not None and (a < at <= b or a < at + DAY <= b)]
    times = {at for _, at in inside}
    if len(times) != 1:
        return None, []
    at = times.pop()
    return at + DAY if at <= a else at, [one.fact for one, _ in inside]


def _distinct(days: Sequence[Day]) -> list[Day]:
    """Each different answer once, with the facts of all sources that say it."""
    if any(day.state == "unclear" for day in days):
        return [next(day for day in days if day.state == "unclear")]
    found: dict[tuple[str, tuple[tuple[int, int], ...]], Day] = {}
    for day in days:
        key = day.state, tuple((one.opens, one.closes) for one in day.spans)
        if key not in found:
            found[key] = day
            continue
        known = found[key]
        lasts = any((one.last_order, one.last_entry) != (None, None) for one in known.spans)
        fuller = known if lasts else day
        found[key] = replace(fuller, facts=tuple(_once([*known.facts, *day.facts])))
    return list(found.values())

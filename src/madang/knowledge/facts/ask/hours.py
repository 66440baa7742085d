"""Questions about when a business is open. What is not wholly understood, or not said, is not answered here."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from madang.knowledge.facts import holiday
from madang.knowledge.facts.ask.asks_hours import KOREAN_MORE, MORE, SCHOOL, WORDS, asks_for
from madang.knowledge.facts.ask.result import Computed, unique
from madang.knowledge.facts.ask.text import Left, thing_pattern
from madang.knowledge.facts.ask.told import told
from madang.knowledge.facts.ask.when import When, when_of
from madang.knowledge.facts.ask.wording import dated, hours, listed, run_of_days, say, sentence_case, weekday
from madang.knowledge.facts.bilingual import side_in
from madang.knowledge.facts.clocks import shown
from madang.knowledge.facts.schedule import Day, day_of, is_open, season_from, week_day
from madang.knowledge.facts.types import DAY, Business, Fact, Rule

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
    asked = asks_for(left)
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
            thing: _Asked(_only(business, thing), when, now, language).reply(asked)
            for thing in (named if one else things)
        }
        if (found := _of_each(replies, language, asked)) is not None or one:
            return found
    found = _Asked(business, when, now, language).reply(asked)
    if found is not None and other and any(getattr(fact.value, "of", "") for fact in found.facts):
        found = None  # asked of the café, where the hours are those of the boats
    return found or told(business, when, language, asked)


def _also(name: str) -> list[str]:
    """What a thing is called in the other language, where it is called so in one alone."""
    said = name.lower()
    both = [*_IN_BOTH, *((korean, english) for english, korean in _IN_BOTH)]
    return [other for one, other in both if one in said and other not in said]


def _of_each(replies: Mapping[str, Computed | None], language: str, asked: str) -> Computed | None:
    """What is computed of each of several things, under its name; None where one of them cannot be told. Not
    everything has a last order."""
    found = [(side_in(thing, language), one) for thing, one in replies.items() if one is not None]
    if not found or (len(found) < len(replies) and asked not in ("last_order", "break")):
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


class _Asked:
    """One understood question."""

    def __init__(self, business: Business, when: When, now: datetime, language: str) -> None:
        self._business, self._when, self._language = business, when, language
        self._today, self._minute = now.date(), now.hour * 60 + now.minute
        self._season: list[Fact] = []

    def reply(self, asked: str) -> Computed | None:
        when = self._when
        if when.holiday == holiday.ALL:
            return self._public(asked)
        self._season, near = season_from(self._business, self._today)
        usual = not (when.named or when.now or when.times) and asked not in ("is_open", "is_closed")
        if near and (when.weekdays or usual):
            return None  # the days of an ordinary week, at a time of the year that has its own
        if when.either is not None:
            return self._either(asked)
        if len(when.days) > 1 or (when.days and when.weekdays):
            return (
                self._several(when.days)
                if asked in ("is_open", "is_closed", "hours") and not when.times
                else None
            )
        if asked == "days_off":
            return self._days_off() if not when.named else None
        if when.weekdays:
            return (
                self._week(list(when.weekdays), asked)
                if not when.times and asked in ("is_open", "is_closed", "hours", "opens", "closes")
                else None
            )
        if asked in ("last_order", "break"):
            return self._within(asked)
        if asked == "hours" and not when.named and not when.now and not when.times:
            return self._week(list(range(7)), asked)
        if asked in ("opens", "closes") and not when.named:
            return self._next(asked)
        day = when.days[0] if when.days else self._today
        if when.times:
            return self._at(day, asked)
        if asked in ("opens", "closes"):
            return self._bound(day, asked)
        if (when.now or not when.named) and asked in ("is_open", "is_closed"):
            return self._now(asked)
        return self._day(day, asked)

    # --- single answers

    def _now(self, asked: str) -> Computed | None:
        found = is_open(
            day_of(self._business, self._today - timedelta(days=1)),
            day_of(self._business, self._today),
            self._minute,
        )
        if not _usable([day for _, day in found]):
            return self._unsaid([day for _, day in found], self._today)
        said = []
        for is_it, day in found:
            agrees = is_it == (asked == "is_open")
            if is_it:
                last = next(
                    one
                    for one in day.spans
                    if one.opens <= self._minute < one.closes or one.opens <= self._minute + DAY < one.closes
                )
                sentence = (
                    "Yes, we are open now, until {time}." if agrees else "No, we are open now, until {time}."
                )
                said.append(self._say(sentence, time=shown(last.closes)))
                continue
            sentence = (
                "No, we are closed at the moment."
                if agrees is False and asked == "is_open"
                else "Yes, we are closed at the moment."
            )
            said.append(f"{self._say(sentence)} {self._plain(day, self._today)}".strip())
        return self._made("open_now", said, [day for _, day in found], [self._today])

    def _at(self, day: date, asked: str) -> Computed | None:
        if asked not in ("is_open", "is_closed", "opens", "closes"):
            return None
        days, before = day_of(self._business, day), day_of(self._business, day - timedelta(days=1))
        if not _usable(days):
            return self._unsaid(days, day)
        if self._when.until:
            return self._until(days, before, day, asked)
        verdicts = [[(is_it, why) for is_it, why in is_open(before, days, time)] for time in self._when.times]
        outcomes = {tuple(is_it for is_it, _ in verdict) for verdict in verdicts}
        name = dated(day, self._today, self._language)
        if len(days) > 1:
            return self._made("open_at", [self._plain(one, day) for one in days], days, [day])
        wants = asked in ("is_open", "opens")
        if len(outcomes) > 1:
            morning, evening = self._when.times
            said = [
                self._say(
                    "At {time} we are open {day}." if verdict[0][0] else "At {time} we are closed {day}.",
                    time=shown(time),
                    day=name,
                )
                for time, verdict in ((morning, verdicts[0]), (evening, verdicts[1]))
            ]
            return self._made("open_at", [" ".join([*said, self._plain(days[0], day)])], days, [day])
        is_it, why = verdicts[0][0]
        if why.state == "closed" and not is_it:
            return self._made("open_at", [self._closed(day, wants)], days, [day])
        time = shown(self._when.times[0]) if len(self._when.times) == 1 else ""
        if is_it:
            sentence = (
                ("Yes, we are open {day} at {time}." if wants else "No, we are open {day} at {time}.")
                if time
                else ("Yes, we are open {day} then." if wants else "No, we are open {day} then.")
            )
        else:
            sentence = (
                ("No, we are not open {day} at {time}." if wants else "Yes, we are closed {day} at {time}.")
                if time
                else ("No, we are not open {day} then." if wants else "Yes, we are closed {day} then.")
            )
        return self._made(
            "open_at",
            [f"{self._say(sentence, day=name, time=time)} {self._plain(days[0], day)}"],
            days,
            [day],
        )

    def _until(self, days: list[Day], before: list[Day], day: date, asked: str) -> Computed | None:
        """Whether it is open up to a time: the minute before it is."""
        if len(days) > 1 or asked not in ("is_open", "is_closed", "closes"):
            return None
        ends = [is_open(before, days, max(0, time - 1))[0][0] for time in self._when.times]
        if self._when.times[-1] >= 12 * 60 and len(ends) == 2:
            ends = ends[1:]  # "until nine" is in the evening
        return self._made(
            "until", [f"{self._say('Yes.' if ends[0] else 'No.')} {self._plain(days[0], day)}"], days, [day]
        )

    def _day(self, day: date, asked: str) -> Computed | None:
        days = day_of(self._business, day)
        if not _usable(days):
            return self._unsaid(days, day)
        said = []
        for one in days:
            if asked == "hours":
                said.append(self._plain(one, day))
            elif one.state == "closed":
                said.append(self._closed(day, asked == "is_open"))
            else:
                yes = (
                    "Yes, we are open {day}: {hours}."
                    if asked == "is_open"
                    else "No, we are open {day}: {hours}."
                )
                said.append(
                    self._say(
                        yes,
                        day=dated(day, self._today, self._language),
                        hours=hours(one.spans, self._language),
                    )
                )
        return self._made("day", said, days, [day])

    def _closed(self, day: date, wants: bool) -> str:
        return self._say(
            "No, we are closed {day}." if wants else "Yes, we are closed {day}.",
            day=dated(day, self._today, self._language),
        )

    def _bound(self, day: date, asked: str) -> Computed | None:
        days = day_of(self._business, day)
        if not _usable(days):
            return self._unsaid(days, day)
        said = []
        for one in days:
            whole = [(span.opens, span.closes) for span in one.spans] == [(0, DAY)]
            if one.state == "closed" or whole:
                said.append(self._plain(one, day))
                continue
            name = dated(day, self._today, self._language)
            if asked == "opens":
                text = self._say("We open {day} at {time}.", day=name, time=shown(one.spans[0].opens))
            else:
                text = self._say("We close {day} at {time}.", day=name, time=shown(one.spans[-1].closes))
                if one.spans[-1].last_order is not None:
                    text += " " + self._say(
                        "The last order is at {time}.", time=shown(one.spans[-1].last_order)
                    )
            if len(one.spans) > 1:
                text += " " + self._say("Our hours are {hours}.", hours=hours(one.spans, self._language))
            said.append(text)
        return self._made(asked, said, days, [day])

    def _next(self, asked: str) -> Computed | None:
        """ "When do you open?": the week, where no day is named."""
        if self._when.now or self._when.times:
            return None
        return self._week(list(range(7)), asked)

    def _within(self, asked: str) -> Computed | None:
        """The last order and the break, of a day or of the week."""
        if self._when.times or len(self._when.days) > 1:
            return None
        if not self._when.days:
            return self._rules(asked)
        day = self._when.days[0]
        days = day_of(self._business, day)
        if not _usable(days) or len(days) > 1:
            return None
        one = days[0]
        if one.state == "closed":
            return self._made(asked, [self._plain(one, day)], days, [day])
        name = dated(day, self._today, self._language)
        if asked == "last_order":
            times = [span.last_order for span in one.spans if span.last_order is not None]
            if not times:
                return None
            return self._made(
                asked,
                [
                    self._say(
                        "The last order {day} is at {time}.",
                        day=name,
                        time=listed([shown(time) for time in times], self._language),
                    )
                ],
                days,
                [day],
            )
        if len(one.spans) > 1:  # what lies between the hours is the break, whatever it is called
            return self._made(asked, [self._plain(one, day)], days, [day])
        none = [
            fact
            for fact, rule in self._business.rules()
            if rule.state == "no_break" and day.weekday() in (rule.days or range(7))
        ]
        said = sentence_case(self._say("There is no break {day}.", day=name))
        made = self._made(asked, [f"{said} {self._plain(one, day)}"], days, [day])
        return replace(made, facts=unique([*none, *made.facts])) if none and made is not None else None

    def _rules(self, asked: str) -> Computed | None:
        """Whatever the day: only where it is the same on all days that have one."""
        found = [week_day(self._business, number) for number in range(7)]
        if not all(_usable(days) and len(days) == 1 for days in found):
            return None
        facts: list[Fact] = []
        groups: dict[str, list[int]] = {}
        for number, (day,) in enumerate(found):
            if day.state == "closed":
                continue
            if asked == "last_order":
                text = listed(
                    [shown(span.last_order) for span in day.spans if span.last_order is not None],
                    self._language,
                )
            else:
                rules = [fact.value for fact in day.facts if getattr(fact.value, "state", "") == "break"]
                spans = sorted({(a, b) for rule in rules for a, b in getattr(rule, "spans", [])})
                text = listed([f"{shown(a)}–{shown(b)}" for a, b in spans], self._language)
            if text:
                groups.setdefault(text, []).append(number)
                facts += [fact for fact in day.facts if getattr(fact.value, "state", "") == asked]
        if not groups:
            return None
        open_days = [number for number, (day,) in enumerate(found) if day.state == "open"]
        lead = "The last order is at {time}." if asked == "last_order" else "There is a break: {time}."
        said = [
            self._say(lead, time=text)
            if days == open_days
            else f"{sentence_case(run_of_days(days, self._language))}: {text}."
            for text, days in groups.items()
        ]
        return Computed(asked, " ".join(said), unique(facts))

    # --- several days

    def _week(self, numbers: list[int], asked: str) -> Computed | None:
        """The hours of days of the week, those alike said together."""
        found = {number: week_day(self._business, number) for number in numbers}
        if any(not days or any(day.state == "unclear" for day in days) for days in found.values()):
            return None
        if any(len(days) > 1 for days in found.values()):
            return self._differing(found)
        known = {number: days[0] for number, days in found.items() if days[0].state != "unknown"}
        if not known:
            return None
        groups: dict[tuple[object, ...], list[int]] = {}
        for number, day in known.items():
            groups.setdefault((day.state, tuple((one.opens, one.closes) for one in day.spans)), []).append(
                number
            )
        parts = []
        for (state, _), days in groups.items():
            name = run_of_days(days, self._language)
            spans = hours(known[days[0]].spans, self._language) if state == "open" else self._say("closed")
            parts.append(f"{name} {spans}")
        text = sentence_case("; ".join(parts)) + "."
        missing = [number for number in numbers if number not in known]
        if missing:
            text += " " + self._say(
                "Nothing is said about {days}.", days=run_of_days(missing, self._language)
            )
        if (
            asked in ("is_open", "is_closed")
            and len({day.state for day in known.values()}) == 1
            and not missing
        ):
            is_it = next(iter(known.values())).state == "open"
            yes = is_it == (asked == "is_open")
            text = f"{self._say('Yes.' if yes else 'No.')} {text}"
        facts = [fact for day in known.values() for fact in day.facts]
        return Computed("week", *self._with_season(text, facts))

    def _differing(self, found: dict[int, list[Day]]) -> Computed | None:
        number, days = next((number, days) for number, days in found.items() if len(days) > 1)
        said = [
            self._say(
                "{source}: {day} {hours}.",
                source=_titles(one),
                day=weekday(number, self._language),
                hours=hours(one.spans, self._language) if one.spans else self._say("closed"),
            )
            for one in days
        ]
        text = f"{self._say('My sources do not agree here, so I will not choose between them.')} {' '.join(said)}"
        return Computed("week", text, unique(fact for one in days for fact in one.facts[:2]), differ=True)

    def _days_off(self) -> Computed | None:
        found = {number: week_day(self._business, number) for number in range(7)}
        if any(len(days) != 1 or days[0].state == "unclear" for days in found.values()):
            return None
        closed = [number for number, (day,) in found.items() if day.state == "closed"]
        facts = [fact for number in closed for fact in found[number][0].facts]
        monthly = [fact for fact, rule in self._business.rules() if rule.state == "closed" and rule.nth]
        others = [fact for fact, rule in self._business.rules() if rule.state == "closed" and rule.holidays]
        if not closed or monthly:
            return None
        text = self._say("We are closed on {days}.", days=run_of_days(closed, self._language))
        if others:
            text += " " + self._say("There are other days too:")
        return Computed("days_off", *self._with_season(text, [*facts, *others]))

    def _with_season(self, text: str, facts: list[Fact]) -> tuple[str, tuple[Fact, ...]]:
        """What holds in an ordinary week, with what is said of other times of the year; that is quoted first,
        for a table of a whole week leaves no room behind it."""
        if self._season:
            text += " " + self._say("At other times of the year it is different:")
        return text, unique([*self._season, *facts])

    def _several(self, days: tuple[date, ...]) -> Computed | None:
        """The days of a holiday week: each with what stands about it."""
        if self._when.weekdays or len(days) > 4:
            return None
        found = [(day, day_of(self._business, day)) for day in sorted(days)]
        if any(not _usable(one) or len(one) > 1 for _, one in found):
            return None
        if self._when.holiday and not any(one[0].by != "week" for _, one in found):
            return None
        parts = [self._plain(one[0], day) for day, one in found]
        return self._made(
            "days",
            [" ".join(parts)],
            [one[0] for _, one in found],
            [day for day, one in found if one[0].by == "week"],
        )

    def _either(self, asked: str) -> Computed | None:
        """ "Next Monday": answered where both days that it may be are alike."""
        assert self._when.either is not None  # noqa: S101
        if self._when.times or asked not in ("is_open", "is_closed", "hours"):
            return None
        first, second = (day_of(self._business, day) for day in self._when.either)
        if not _usable(first) or [one.said for one in first] != [one.said for one in second]:
            return None
        names = [
            holiday.public_name(day, self._business.country, self._language) for day in self._when.either
        ]
        return None if any(names) else self._day(self._when.either[1], asked)

    def _public(self, asked: str) -> Computed | None:
        """Public holidays in general: only what a rule says about them."""
        rules = [
            (fact, rule)
            for fact, rule in self._business.rules()
            if any(one.key == holiday.ALL for one in rule.holidays)
        ]
        own = [pair for pair in rules if pair[0].own] or rules
        if (
            not own
            or self._when.times
            or len(self._when.days)
            or asked not in ("is_open", "is_closed", "hours")
        ):
            return None
        states = {(rule.state, tuple(map(tuple, rule.spans))) for _, rule in own}
        facts = unique(fact for fact, _ in own)
        if len(states) > 1 or own[0][1].state == "unclear":
            return None
        rule = own[0][1]
        if rule.state == "closed":
            sentence = (
                "No, we are closed on public holidays."
                if asked == "is_open"
                else "Yes, we are closed on public holidays."
            )
            return Computed(
                "holidays",
                self._say(sentence if asked != "hours" else "We are closed on public holidays."),
                facts,
            )
        if rule.spans:
            from madang.knowledge.facts.schedule import Opening

            text = self._say(
                "On public holidays we are open {hours}.",
                hours=hours([Opening(*span) for span in rule.spans], self._language),
            )
        else:
            text = self._say("We are open on public holidays too.")
        return Computed("holidays", text, facts)

    # --- words

    def _plain(self, day: Day, at: date) -> str:
        name = dated(at, self._today, self._language)
        if day.state == "closed":
            return sentence_case(self._say("We are closed {day}.", day=name))
        if day.state != "open":
            return ""
        return sentence_case(
            self._say("We are open {day}: {hours}.", day=name, hours=hours(day.spans, self._language))
        )

    def _unsaid(self, days: list[Day], at: date) -> Computed | None:
        """Hours are known, but not of this day: that is said, with what is known."""
        if len(days) != 1 or days[0].state != "unknown" or not days[0].facts:
            return None
        text = self._say(
            "I know our hours, but nothing is said about {day}.", day=weekday(at.weekday(), self._language)
        )
        return Computed("unsaid", text, days[0].facts)

    def _made(self, kind: str, said: list[str], days: list[Day], dates: list[date]) -> Computed | None:
        """The reply; where sources differ all of them, each with its title. A public holiday that no rule is about
        makes the week's hours uncertain, and that is said."""
        facts = unique(fact for day in days for fact in day.facts)
        if len(said) > 1 and len(said) == len(days):
            parts = [f"{_titles(day)}: {text}" for day, text in zip(days, said, strict=True)]
            text = f"{self._say('My sources do not agree here, so I will not choose between them.')} {' '.join(parts)}"
            return Computed(kind, text, facts, differ=True)
        text = " ".join(said)
        if self._when.holiday and all(day.by == "week" for day in days):
            return None  # asked about a holiday, and nothing is said about it
        for at in dates:
            name = holiday.public_name(at, self._business.country, self._language)
            if not name or days[0].state != "open" or days[0].by != "week":
                continue
            about = {"day": dated(at, self._today, self._language), "name": name}
            if len(days) == 1:
                usual = self._say(
                    "On an ordinary {weekday} we are open {hours}.",
                    weekday=weekday(at.weekday(), self._language),
                    hours=hours(days[0].spans, self._language),
                )
                text = f"{usual} {sentence_case(self._say('But {day} there is a public holiday ({name}), and nothing is said about our hours then. Please ask us before you come.', **about))}"
            else:
                text += " " + sentence_case(
                    self._say(
                        "But {day} there is a public holiday ({name}), and nothing is said about our hours then. Please ask us before you come.",
                        **about,
                    )
                )
        return Computed(kind, text, facts)

    def _say(self, sentence: str, **params: object) -> str:
        return say(self._language, sentence, **params)


def _usable(days: list[Day]) -> bool:
    return bool(days) and all(day.state in ("open", "closed") for day in days)


def _titles(day: Day) -> str:
    return ", ".join(dict.fromkeys(f"“{fact.source}”" for fact in day.facts))

"""The hours that an understood question asks for, in words. What is not said of a day is not answered here."""

# ruff: noqa: E501 - a sentence is read whole
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from madang.knowledge.facts import holiday
from madang.knowledge.facts.ask.asks_hours import WITHIN
from madang.knowledge.facts.ask.result import Computed, unique
from madang.knowledge.facts.ask.when import When
from madang.knowledge.facts.ask.wording import dated, hours, listed, run_of_days, say, sentence_case, weekday
from madang.knowledge.facts.clocks import shown
from madang.knowledge.facts.schedule import Day, Opening, day_of, is_open, season_from, week_day
from madang.knowledge.facts.types import DAY, Business, Fact

_LAST = {"last_order": "The last order is at {time}.", "last_entry": "The last entry is at {time}."}
_SMALL_HOURS = 7 * 60
_LAST_ON = {
    "last_order": "The last order {day} is at {time}.",
    "last_entry": "The last entry {day} is at {time}.",
}


class Asked:
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
        if asked in WITHIN:
            return self._within(asked)
        if asked == "hours" and not when.named and not when.now and not when.times:
            return self._week(list(range(7)), asked)
        if asked in ("opens", "closes") and not when.named:
            return self._next(asked)
        return self._on(when.days[0] if when.days else self._today, asked)

    def _on(self, day: date, asked: str) -> Computed | None:
        """What is asked of one day."""
        when = self._when
        if when.times:
            return self._at(day, asked)
        if when.part is not None and asked in ("is_open", "is_closed"):
            return self._in_part(day, when.part, asked)
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
                if last.last_entry is not None and last.last_entry < self._minute + DAY * (
                    last.opens > self._minute
                ):
                    said[-1] += " " + self._say(_LAST["last_entry"], time=shown(last.last_entry))
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
        times = self._likely(self._when.times, days, before, day)
        verdicts = [[(is_it, why) for is_it, why in is_open(before, days, time)] for time in times]
        outcomes = {tuple(is_it for is_it, _ in verdict) for verdict in verdicts}
        name = dated(day, self._today, self._language)
        if len(days) > 1:
            return self._made("open_at", [self._plain(one, day) for one in days], days, [day])
        wants = asked in ("is_open", "opens")
        if len(outcomes) > 1:
            morning, evening = times
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
        if is_it and wants and (late := _too_late(why, times)) is not None:
            at, last = (shown(time) for time in late)
            sentence = "We are open {day} at {time}, but the last entry is at {last}."
            return self._made(
                "open_at", [sentence_case(self._say(sentence, day=name, time=at, last=last))], days, [day]
            )
        time = shown(times[0]) if len(times) == 1 else ""
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

    def _likely(
        self, times: tuple[int, ...], days: list[Day], before: list[Day], day: date
    ) -> tuple[int, ...]:
        """Of the two halves of the day that a bare hour may be of, the one that is still to come today, and not the
        small hours where it is closed then: "at 5" of a shop."""
        if len(times) < 2:
            return times
        early, late = times
        gone = day == self._today and early < self._minute <= late
        at_night = early < _SMALL_HOURS and not any(is_it for is_it, _ in is_open(before, days, early))
        return (late,) if gone or at_night else times

    def _in_part(self, day: date, part: tuple[int, int], asked: str) -> Computed | None:
        """Whether it is open in any of the evening, or the morning: "are you open tonight"."""
        days = day_of(self._business, day)
        since, until = part
        if not _usable(days) or any(
            one.state == "closed" or any(span.opens < until and since < span.closes for span in one.spans)
            for one in days
        ):
            return self._day(day, asked)
        name = dated(day, self._today, self._language)
        sentence = (
            "No, we are not open {day} then." if asked == "is_open" else "Yes, we are closed {day} then."
        )
        said = [f"{self._say(sentence, day=name)} {self._plain(one, day)}" for one in days]
        return self._made("open_at", said, days, [day])

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
                for kind, sentence in _LAST.items():
                    if last := _lasts(replace(one, spans=one.spans[-1:]), kind):
                        text += " " + self._say(sentence, time=shown(last[0]))
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
        """The last order, the last entry and the break, of a day or of the week."""
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
        if asked != "break":
            times = _lasts(one, asked)
            if not times:
                return None
            time = listed([shown(time) for time in times], self._language)
            return self._made(asked, [self._say(_LAST_ON[asked], day=name, time=time)], days, [day])
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
            if asked != "break":
                text = listed([shown(time) for time in _lasts(day, asked)], self._language)
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
        said = [
            self._say(_LAST.get(asked, "There is a break: {time}."), time=text)
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
        # "bank holidays 10-2, closed on Christmas Day": what is said of some of them stands below
        some = [fact for fact, rule in self._business.rules() if rule.holidays and (fact, rule) not in rules]
        facts = unique([*(fact for fact, _ in own), *some])
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


def _lasts(day: Day, kind: str) -> list[int]:
    """The last orders of a day, or its last entries: one for each of its spans that has any."""
    times = [span.last_order if kind == "last_order" else span.last_entry for span in day.spans]
    return [time for time in times if time is not None]


def _too_late(day: Day, times: Sequence[int]) -> tuple[int, int] | None:
    """(time, last entry) where the one time that is asked about lies behind the last entry of its span."""
    for span in day.spans if len(times) == 1 else ():
        if span.last_entry is not None and span.last_entry < times[0] < span.closes:
            return times[0], span.last_entry
    return None


def _titles(day: Day) -> str:
    return ", ".join(dict.fromkeys(f"“{fact.source}”" for fact in day.facts))

"""What sentences say about when a business is open: each clause a rule, or `unclear` when it is not understood.

A clause is taken only when all of its words are accounted for. Under a heading of hours, or beside the word
itself, a clause with times or days that holds other words is kept as unclear: then it is quoted, not computed.
"""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from madang.knowledge.days import days_in
from madang.knowledge.facts.branches import led_by, names_a_place
from madang.knowledge.facts.calendars import dates_in, joined_lists, lists_a_run
from madang.knowledge.facts.clocks import stretches_in
from madang.knowledge.facts.closures import (
    closures_in,
    in_winter,
    in_year,
    may_close,
    moves,
    on_holiday_mondays,
    reopening,
    with_dates,
)
from madang.knowledge.facts.days_off import as_days_off
from madang.knowledge.facts.holiday import ALL
from madang.knowledge.facts.hours_clauses import (
    CLOSED,
    CUE,
    ELSE,
    MARK,
    ONLY,
    UNSETTLED,
    Clause,
    half_said,
    left_of,
    marked,
    merged,
    only_adds,
    pieces,
    read,
    rule_of,
)
from madang.knowledge.facts.hours_limits import limited
from madang.knowledge.facts.hours_table import (
    dated_line,
    dated_row,
    mixed,
    on_dates,
    only_days,
    rows_in,
    seasonal_row,
    timed,
)
from madang.knowledge.facts.lasts import BEFORE, ENTRY, LAST
from madang.knowledge.facts.lines import blank, lines_of
from madang.knowledge.facts.plainly import PART, may_close_over, plainly
from madang.knowledge.facts.seasons import Season, seasons_in, without
from madang.knowledge.facts.types import MOST_DATES, Dates, Holiday, Rule
from madang.knowledge.sentences import sentences

HEADING = re.compile(
    r"\b(?:opening|business|store|shop|office|visiting|trading|our)?\s*hours\b|\bopening times?\b|\bwhen we are open\b|\bwe are open\b"
    r"|영업\s?(?:시간|안내|일)|운영\s?(?:시간|안내)|이용\s?시간|진료\s?시간|관람\s?시간|개관|업무\s?시간|여는\s?(?:시간|날)|휴무|쉬는\s?날",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\baround (?:us|here)\b|\bnearby\b|\bin the (?:area|neighbou?rhood)\b|\bthings to (?:do|see)\b|주변|근처|인근|둘러볼|가볼\s?만한",
    re.IGNORECASE,
)
"""Headings of what lies around: its hours are those of other places."""
_OF_OPENING = re.compile(
    r"\b(?:open(?:ing)?|closed|closing|closures?|holidays?|christmas|easter|new year)\b|영업|운영|휴무|휴관|연휴|명절|설날?|추석|연말|연시",
    re.IGNORECASE,
)
"""Headings under which a table of dates and hours is one of when a business is open."""
_NOTICES = re.compile(
    r"공지|알림|알려\s?드립니다|(?:관람|이용|방문|진료|동절기|하절기|휴무|휴관|휴가)\s?안내|\bnotices?\b|\bnews\b|\bannouncements?\b|\bplease note\b",
    re.IGNORECASE,
)
"""Headings of what may say something of the hours, too."""
_THAT_DAY = re.compile(r"\s*(?:(?:이|그)\s?날(?![가-힣]{2})|(?:on )?that day\b)", re.IGNORECASE)
_POINTS = re.compile(
    r"\b(?:please |kindly )(?:read|see|check)\b|(?:봐|보아|확인해|참고해|참조해)\s?주(?:세요|십시오|시기)",
    re.IGNORECASE,
)
_DIFFERENT = re.compile(
    r"\bhours\b|\b(?:differ\w*|chang\w*|other|short\w*)\b|\bclosed\b|시간|다르|다릅|변경|바뀌|단축|쉽니다|쉬어요|휴무입니다",
    re.IGNORECASE,
)


_PART_OF_IT = re.compile(
    r"\b(?:pool|gym|spa|sauna|kitchen|caf[eé]|restaurant)\b|수영장|헬스장|사우나|찜질방|스파|카페|식당|레스토랑|주방",
    re.IGNORECASE,
)
_SHORT_LINE = 60
_FEW_WORDS = 7
"""Most words that are not understood of a line that may still be about the business itself."""
_DAYS_OFF = re.compile(
    r"\W*(?:(?:정기|의무|비정기)\s?)?휴(?:무|관|진|점|업|장)(?:일|\s?안내)?\s*(?:[:：(（]|은\s|는\s|매|[월화수목금토일첫둘셋넷격]|\d)"
    r"|\W*(?:we(?:['’]re| are) )?closed?\s*[:：]\s*(?=\S)",
    re.IGNORECASE,
)
"""A line that tells days off."""
_OF_SOMEBODY = re.compile(
    r"\W*(?:[가-힣]{2,}\s){0,2}(?![가-힣]*(?:요일|일|주|날|저희|가게|매장)(?:은|는))[가-힣]{2,}(?:은|는)\s|.*\b(?:the|our|a) (?!shop|store|office|studio|caf[eé]|restaurant|bakery|museum|gallery|clinic|bar)\w+ (?:\w+ )?(?:is|are|will be) closed\b",
    re.IGNORECASE,
)
"""A day off of somebody, or of something, else."""
_OF_A_THING = re.compile(r"\W*(?P<label>[^:：\d]{2,24}?)\s*[:：]")
_LED = re.compile(
    r"^(?:(?:we(?:['’]re| are) )?open(?:ing)?(?: hours| times?)?|hours|(?:영업|운영|진료)\s?시간)\s*[:：]?\s*",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\s*(?:(?:our|the)\s+)?(?P<part>caf[eé]|coffee shop|restaurant|bar|kitchen|shop|store|office|reception|pool|gym|spa|sauna|library|workshop|gallery)\s+(?:is|are|will be)\b"
    r"|\s*(?P<korean>카페|식당|레스토랑|매장|사무실|수영장|헬스장|사우나|도서관|전시실)(?:은|는)(?![가-힣])",
    re.IGNORECASE,
)
"""Whose day off it is, where that may be a part alone: "The café is closed on Mondays"."""
_AFTER_LUNCH = re.compile(
    r"((?<![\d:.])(?:11|12|1)\s?[-–—~]\s?[1-5]\s*(?:,|&|/|\band\b)\s*[4-9]\s?[-–—~]\s?(?:[5-9]|1[0-2]))(?![\d:.]|\s?[ap]\.?m)",
    re.IGNORECASE,
)
"""Lunch and dinner without halves of the day: "12-2, 6-10"."""
_TO_LATE = re.compile(
    r"(?:[-–—~]|\b(?:to|until|till|til)\b)\s*(?:late|close|closing|dusk|dark|sunset)\b|(?:소진|마감)\s?시\s?까지|일몰|해\s?질\s?(?:때|무렵)",
    re.IGNORECASE,
)
"""Ends that no clock shows."""
_OPEN_SOMEHOW = re.compile(
    r"\bwe(?:['’]re| are| will be|['’]ll be)? (?:only )?(?:open|operat\w+)\b|영업(?!일)|운영(?!비|체|진)",
    re.IGNORECASE,
)
_PARTLY = re.compile(
    r"\b(?:mornings?|afternoons?|evenings?|half[- ]days?|only|until|till|by appointment|appointments?|by arrangement|bookings?)\b"
    r"|오전|오후|저녁|점심|반나절|단축|격주|예약(?:제|자|하신\s?분)?(?:\s?손님)?|받(?:아요|습니다)|불가(?:해요|합니다)?|까지|부터|만(?![가-힣]{2})|쉽니다|쉼|진료|영업|운영",
    re.IGNORECASE,
)
"""What makes days open for a part of them alone."""
_YEAR = re.compile(r"(?<![\d/–~-])(20\d\d)(?=년|\b)(?!\s?[-/–~]\s?\d)")
_POSTED = re.compile(
    r"\W*(?:\d{1,2}(?:st|nd|rd|th)? [A-Z][a-z]+ |[A-Z][a-z]+ \d{1,2},? )?(?P<year>20\d\d)(?:[-./년]\s?\d{1,2}[-./월]\s?\d{1,2}일?)?\s*[:：\n]"
)
"""The day on which a notice was written."""
_EARLY_MEAL = re.compile(r"\W*(?:brunch|브런치|(?P<breakfast>breakfast|조식))\b", re.IGNORECASE)
_MEALS = re.compile(r"\b(?:lunch|dinner|supper)\b|점심|저녁|런치|디너", re.IGNORECASE)
_LATE_OPEN = re.compile(
    r"야간\s?(?:개장|운영|진료|개관|영업)|연장\s?(?:운영|영업|개관)|\blate(?: night)? opening\b",
    re.IGNORECASE,
)
_DINNER = re.compile(r"\b(?:dinner|supper)\b|저녁|디너", re.IGNORECASE)
_HALF = re.compile(r"\b(?:morning|afternoon|evening|until|from \d)\b|오전|오후|저녁|까지만", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Scope:
    """A part of the year that what follows is about, too: of the heading, or of the sentence before."""

    dates: tuple[Dates, ...]
    by: Literal["heading", "said", "unclear"]
    """`said`: by a sentence that is understood; what follows it may be about the whole year again."""
    sure: bool = True


def rules_in(text: str, headings: list[str]) -> list[tuple[Rule, int, int]]:
    """(rule, start, end) for what the sentences of a passage say; the place is the whole sentence."""
    if any(ELSE.search(heading) for heading in (*headings[1:], *headings[-1:])):
        return []
    if any(_ELSEWHERE.search(heading) for heading in headings) and not any(map(HEADING.search, headings)):
        return []
    hours = any(HEADING.search(heading) for heading in headings)
    titled = hours and bool(HEADING.search(headings[-1]))
    place = hours and not titled and names_a_place(headings[-1])
    loose = place or (not hours and any(map(_NOTICES.search, headings[-1:])))
    under, near = titled or place, hours or loose
    dated = hours or any(map(_OF_OPENING.search, headings))
    part = _of_heading(headings, text)
    found: list[tuple[Rule, int, int]] = []
    line, scope, before, opened, above = -1, part, "", False, False
    ruled, first = False, True
    places = _lines(text)
    led = led_by([text[start:end] for start, end in places]) if near else {}
    for start, end, said in _with_days(text, places) if near else _plain(text, places):
        if len(said) > 400:
            continue
        if (number := text.count("\n", 0, start)) != line:
            line, scope, before, opened = number, part, "", False
        things = rows_in(said) if near else []
        parts = [(one, "") for one in seasonal_row(said)] if dated else []
        if by_itself := _by_itself(said, led.get(said), parts or (things if len(things) > 1 else []), before):
            found.extend((rule, start, end) for rule in by_itself)
            continue
        by_date = dated_row(said) or dated_line(said) if dated else None
        read_as, thing = things[0] if things else (by_date or as_days_off(said, headings), "")
        told = bool(things) or by_date is not None
        entry = (near or opened or above) and bool(ENTRY.search(said))
        goes_on = (opened or above) and len(said) <= _SHORT_LINE and _goes_on(said)
        bare = not loose or not left_of(read(*marked(_PARTLY.sub(" ", read_as))))
        heard = under or told or entry or goes_on or (loose and bare)
        rules, scope = _rules(read_as, heard, near or told, scope)
        if not bare and not CUE.search(read_as):
            rules = []  # of something else
        if entry and not (ruled or first):
            rules = [rule for rule in rules if rule.state != "last_entry"]  # of what was named before it
        rules = _over_lunch(rules, said, text, under or opened or above)
        ruled, first = bool(rules), False
        opened = opened or any(rule.state == "open" and rule.spans for rule in rules)
        above = goes_on or (bool(rules) and (opened or above))
        rules += _of_days(said, before, rules, dated=dated and not things, heard=near or opened or above)
        before = said
        found.extend((rule.model_copy(update={"of": thing or rule.of}), start, end) for rule in rules)
    if near and not loose:
        found += _meals(text, places, [rule for rule, _, _ in found])
    year = _year_of(headings, text)
    if year is None:
        return found
    late = in_winter(headings, [rule for rule, _, _ in found])
    return [(in_year(rule, year, late=late), start, end) for rule, start, end in found]


def _meals(
    text: str, places: Sequence[tuple[int, int]], rules: Sequence[Rule]
) -> list[tuple[Rule, int, int]]:
    """Days left in doubt by a brunch, or a breakfast beside other meals, that begins before the hours or ends after
    them: it may be for all, or for who stays."""
    found: list[tuple[Rule, int, int]] = []
    known = [rule for rule in rules if rule.state == "open" and rule.weekly and rule.spans]
    for start, end in places if known and _EARLY_MEAL.search(text) else ():
        said = text[start:end]
        meal = _EARLY_MEAL.match(said)
        if meal is None or len(said) > _SHORT_LINE or (meal["breakfast"] and not _MEALS.search(text)):
            continue
        days, spans = sorted(days_in(said)), stretches_in(said)
        for day in days or range(7):
            hours = [span for rule in known if day in (rule.days or range(7)) for span in rule.spans]
            if any(not any(a <= one.opens and one.closes <= b for a, b in hours) for one in spans):
                found.append((Rule(state="unclear", days=[day]), start, end))
    return found


def _year_of(headings: Sequence[str], text: str) -> int | None:
    """The year that a section is about ("Christmas 2025", "12 December 2024: …"), where it names one alone."""
    named = {int(year) for heading in headings for year in _YEAR.findall(heading)}
    if not named and (dated := _POSTED.match(text)) is not None:
        named = {int(dated["year"])}
    return named.pop() if len(named) == 1 else None


def _by_itself(
    said: str, led: tuple[str, str] | None, rows: Sequence[tuple[str, str]], before: str
) -> list[Rule]:
    """The rules of a line that is read without those around it: of a place (`led`), a row of several hours (`rows`), of
    "that day" of the sentence before; empty for any other line."""
    if led is not None:
        return _of([(led[1], led[0])])
    if rows:
        return _of(rows)
    if mixed(said):
        days = read(said)
        return [_unclear(days if days.days else read(*marked(joined_lists(said))))]
    return _of_that_day(said, before) if _THAT_DAY.match(said) else []


def _of(rows: Sequence[tuple[str, str]]) -> list[Rule]:
    """The rules of sentences, each of a thing."""
    each = [(thing, _rules(said, under=True, near=True, scope=None)[0]) for said, thing in rows]
    return [rule.model_copy(update={"of": thing}) for thing, rules in each for rule in rules]


def _of_days(said: str, before: str, rules: Sequence[Rule], *, dated: bool, heard: bool) -> list[Rule]:
    """What a sentence says of days beside its `rules`. `heard`: where hours are spoken of."""
    found: list[Rule] = []
    if not rules and dated and (days := on_dates(said)) is not None:
        found = [_unclear(read(*marked(joined_lists(days))))]
    found += reopening(before, said)
    if (heard or rules) and moves(said):
        found.append(Rule(state="unclear", holidays=[Holiday(key=ALL, offsets=[0, 1])]))
    if not (rules or found) and _DAYS_OFF.match(said):
        found.append(Rule(state="unclear", days=read(said).days))  # whichever they are, some days are off
    return found


def _over_lunch(rules: list[Rule], said: str, text: str, heard: bool) -> list[Rule]:
    """A line of lunch and its time alone leaves the days in doubt (`heard`: where hours are spoken of), but
    where a dinner beside it says that it is served."""
    if not may_close_over(said) or _DINNER.search(text) or any(rule.state == "break" for rule in rules):
        return rules
    return [Rule(state="unclear")] if heard else []


def _plain(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[int, int, str]]:
    return [(start, end, text[start:end]) for start, end in places]


def _with_days(text: str, places: Sequence[tuple[int, int]]) -> list[tuple[int, int, str]]:
    """(start, end, said): lines of days alone with the lines of times under them, or above them, as one."""
    found: list[tuple[int, int, str]] = []
    at = 0
    kinds = [_kind_of_line(text[start:end]) for start, end in places]
    while at < len(places):
        (start, end), kind = places[at], kinds[at]
        last = at
        while kind and last + 1 < len(places) and kinds[last + 1] not in ("", kinds[last]):
            last += 1
        # of "times, days, times" the first stand alone
        paired = last > at and (kind == "days" or kinds[last] == "days")
        if not paired:
            found.append((start, end, text[start:end]))
            at += 1
            continue
        until = places[at + 1][1]
        days, times = (at, at + 1) if kind == "days" else (at + 1, at)
        pair = [text[slice(*places[one])].strip(" :.") for one in (days, times)]
        found.append((start, until, f"{pair[0]}: {_LED.sub('', pair[1])}"))
        at += 2
    return found


def _kind_of_line(said: str) -> str:
    """`days` or `times` where a line is these alone; empty for any other."""
    if len(said) > _SHORT_LINE or " · " in said:
        return ""
    if only_days(said.strip(" :.")):
        return "days"
    return "times" if timed(_LED.sub("", said.strip(" ."))) and stretches_in(said) else ""


def _goes_on(said: str) -> bool:
    """Whether a line under hours says more of them: of a break, or of some days of the week and a part of them."""
    clause = read(plainly(said))
    if _is_partly(clause):
        return True
    rule = rule_of(clause)
    if rule is None or left_of(clause):
        return False
    of_days = rule.state == "open" and bool(rule.spans) and bool(rule.days or rule.holidays)
    return rule.state in ("break", "closed") or of_days


def _of_that_day(said: str, before: str) -> list[Rule]:
    """ "That day we close at one": of the day that the sentence before names, and of no other."""
    clause, named = read(said), read(*marked(before))
    if not clause.says or not (named.dates or named.holidays):
        return []
    clause.dates, clause.holidays = named.dates, named.holidays
    rule = rule_of(clause)
    if rule is not None and (rule.opens or rule.closes) and not left_of(clause):
        return [rule]
    return [Rule(state="unclear", dates=named.dates, holidays=named.holidays)]


def _of_heading(headings: list[str], text: str) -> _Scope | None:
    """The part of the year that a section is about: "Winter", "동절기(11~2월)". The first heading alone may be
    a name."""
    for heading in reversed(headings):
        named = seasons_in(heading)
        rest = without(heading, named)
        first = heading is headings[0]
        if not named or (first and not HEADING.search(heading) and re.search(r"[^\W_]", rest)):
            continue
        if not any(one.dates for one in named):
            inside = [one.dates for one in seasons_in(text) if one.dates]
            return _Scope(inside[0] if len(inside) == 1 else (), "heading", False)
        dates = tuple(day for one in named for day in one.dates)
        return _Scope(dates, "heading", all(one.sure for one in named))
    return None


def _lines(text: str) -> list[tuple[int, int]]:
    """Sentences, and lines as sentences of their own."""
    places: list[tuple[int, int]] = []
    for at, _, line in lines_of(text):
        if line.strip():
            found = sentences(line)
            # "a.m. to 5 p.m." and "11.30": a piece that begins in small letters goes on
            joined: list[tuple[int, int]] = []
            for start, end in found:
                if (
                    joined
                    and re.match(r"[a-z\d~–-]", line[start:end])
                    and re.search(r"[ap]\.m\.$|\d\.$", line[: joined[-1][1]])
                ):
                    joined[-1] = (joined[-1][0], end)
                else:
                    joined.append((start, end))
            places.extend((at + start, at + end) for start, end in joined)
    return places


def _rules(said: str, under: bool, near: bool, scope: _Scope | None) -> tuple[list[Rule], _Scope | None]:
    """The rules of a sentence, and the part of the year that the next one is about."""
    if may_close(said):
        said = with_dates(said)
        if (hanging := closures_in(said)) is not None:
            return hanging, scope
        if (rest := on_holiday_mondays(said)) is not None:
            rules, scope = _rules(rest, under, near, scope) if days_in(rest) else ([], scope)
            return [*rules, Rule(state="unclear", holidays=[Holiday(key=ALL)])], scope
    said = plainly(said)
    cue = bool(CUE.search(said))
    if not (under or cue or near):
        return [], scope  # most of any text; what it says of the year is not looked for
    if (cue or under) and lists_a_run(said):
        days = [dates for dates, _, _ in dates_in(said)] + [
            day for one in seasons_in(said) for day in one.dates
        ]
        return [Rule(state="unclear", dates=days[:MOST_DATES])], scope
    text, seasons = marked(_AFTER_LUNCH.sub(r"\1pm", joined_lists(said)))
    if _POINTS.search(said) and not _DIFFERENT.search(said) and not read(text, seasons).clocks:
        return [], scope  # it tells where to read about it, and says nothing itself
    if not (under or cue or seasons or scope):
        return [], scope
    under = under or (near and bool(seasons or scope))
    clauses = merged([read(piece, seasons) for piece in pieces(text)], seasons)
    if not any(clause.says for clause in clauses):
        late = [one for one in clauses if _TO_LATE.search(one.text) or _is_partly(one)]
        if (under or cue or near) and late:
            return [_unclear(one) for one in late], scope
        # "on 24 December we are open by appointment only": whatever that is, it is not as usual
        if on_days := [one for one in clauses if one.dates and _OPEN_SOMEHOW.search(one.text)]:
            return [_unclear(one) for one in on_days], scope
        # "In winter our hours are shorter": whatever that means for a day, it is not what is said elsewhere
        if not seasons or not (cue or near) or ELSE.search(said):
            return [], scope
        unclear = _unclear(read(text, seasons))
        return [unclear], _after(seasons, [unclear], scope)
    found = _clauses(clauses, said, under, scope)
    return found, _after(seasons, found, scope)


def _clauses(clauses: Sequence[Clause], said: str, under: bool, scope: _Scope | None) -> list[Rule]:
    found: list[Rule] = []
    days: list[int] = []
    other, first, part = False, True, None
    on_dates = False
    # "last admission 4pm (3pm in winter)"
    unsure = any(clause.seasonal and clause.clocks and not clause.stretches for clause in clauses)
    alone = sum(bool(LAST.search(clause.text)) for clause in clauses) == 1
    thing = _OF_A_THING.match(said)
    of_a_thing = thing is not None and bool(ELSE.search(thing["label"])) and not CUE.search(thing["label"])
    last: list[Rule] = []
    for clause in clauses:
        # what follows "Delivery 11:00-20:00" is about delivery too, until it says otherwise
        other = of_a_thing or bool(ELSE.search(clause.text)) or (other and not CUE.search(clause.text))
        if other or not clause.says:
            half = _of_half(clause, other)
            if last and not half and not (of_a_thing or PART.match(said)):
                found[-len(last) :] = limited(last, clause)
            found, last = [*found, *half], []
            continue
        lasts = bool(LAST.search(clause.text))
        if lasts and ((unsure and ENTRY.search(said)) or (on_dates and not clause.when)):
            continue  # of those dates, not of the week
        on_dates = bool(clause.dates or clause.holidays)
        if not (clause.days or clause.dates or clause.holidays) and days and not clause.nth:
            clause.days = [] if alone and BEFORE.search(clause.text) else days
        if clause.seasonal:
            if not first and _trails(clause):
                found = [_unclear(Clause("", days=rule.days, undated=True)) for rule in found]
            part = clause, first
        elif part is not None and not clause.dates and not clause.holidays:
            before, leads = part  # "From November to February Mon-Fri 10-16, Sat 10-14"
            clause.dates, clause.seasonal = list(before.dates) if leads else [], True
            clause.sure, clause.undated = before.sure and leads, before.undated or not leads
        elif scope is not None and not clause.dates and not clause.holidays:
            _put_into(clause, scope)
        first = False
        rule = rule_of(clause) if clause.sure else None
        left = left_of(clause)
        if rule is None or left:
            if only_adds(clause) or (not under and not left and half_said(clause)):
                continue  # a glance at hours that are told elsewhere makes them no less clear
            if not (under or _doubtful(clause, rule, left, said)):
                return []  # about something else, in the middle of other things
            found, last = [*found, *_apart(_unclear(clause))], []
            continue
        subject = _SUBJECT.match(clause.text) if rule.state == "closed" and rule.weekly else None
        part_of_it = (subject["part"] or subject["korean"]) if subject is not None else rule.of
        last = [one.model_copy(update={"of": part_of_it}) for one in _apart(rule)]
        found.extend(last)
        days = clause.days if rule.state == "open" else days
    return found


def _doubtful(clause: Clause, rule: Rule | None, left: str, said: str) -> bool:
    """Whether a clause that is not wholly understood leaves its days in doubt, whatever else it says of them."""
    of_dates = bool(clause.dates and (CLOSED.search(clause.text) or CUE.search(clause.text)))
    unsaid = rule is None and not left
    partly = clause.seasonal or _is_partly(clause) or _closes_somehow(clause, left)
    return of_dates or unsaid or partly or bool(UNSETTLED.search(said))


def _closes_somehow(clause: Clause, left: str) -> bool:
    """Whether days are off in words that are not all understood: "이번 주 일요일은 쉽니다". They are not clear."""
    named = bool(clause.days or clause.dates or clause.holidays or clause.undated)
    if _OF_SOMEBODY.match(clause.text):
        return False
    return named and bool(CLOSED.search(clause.text)) and len(left.split()) <= _FEW_WORDS


def _of_half(clause: Clause, other: bool) -> list[Rule]:
    """What a clause leaves in doubt that tells no hours: days of which it says a part ("26 December 12-4"), or those
    of a part of the house. `other`: it is about something else."""
    if (
        clause.dates
        and not clause.says
        and re.search(r"\d", blank(clause.text, ((start, end) for _, start, end in dates_in(clause.text))))
    ):
        return [_unclear(clause)]
    if not other and _is_partly(clause):
        return _apart(_unclear(clause))
    return _of_a_part(clause)


def _is_partly(clause: Clause) -> bool:
    """Whether a clause says something of days of the week and a part of them, and nothing else: "수요일 오후 휴진",
    "Wednesday mornings only", "토요일 13시까지"."""
    named = bool(clause.days or clause.holidays) and not clause.dates
    if named and clause.clocks and _LATE_OPEN.search(clause.text):
        return True
    return named and bool(_PARTLY.search(clause.text)) and not left_of(read(_PARTLY.sub(" ", clause.text)))


def _of_a_part(clause: Clause) -> list[Rule]:
    """ "The pool is closed on 8 December": of a part that may have hours of its own (`business` sees to that)."""
    part = _PART_OF_IT.search(clause.text)
    if part is None or not clause.dates or not CLOSED.search(clause.text):
        return []
    whole = clause.sure and not (clause.clocks or clause.stretches or _HALF.search(clause.text))
    rule = Rule(state="closed" if whole else "unclear", dates=clause.dates, of=part[0])
    return _apart(rule)


def _put_into(clause: Clause, scope: _Scope) -> None:
    """A clause that names no part of the year, where one was named before it."""
    if scope.by == "said":
        # a weekly day off after "November to February 10-16" is one of the whole year; other hours may be of either
        if not CLOSED.search(clause.text):
            clause.seasonal, clause.sure, clause.undated = True, False, True
        return
    clause.dates, clause.seasonal = list(scope.dates), True
    clause.sure = scope.sure and scope.by == "heading"
    clause.undated = not scope.dates


def _trails(clause: Clause) -> bool:
    """Whether the part of the year stands behind hours, and may be of those before them too: "Sat 11-17, Sun
    11-16 from December to February"."""
    mark = MARK.search(clause.text)
    return bool(mark and clause.stretches and mark.start() > clause.stretches[0].start)


def _after(seasons: Sequence[Season], rules: Sequence[Rule], scope: _Scope | None) -> _Scope | None:
    """What the next sentence of the paragraph is about."""
    dates = tuple(day for one in seasons for day in one.dates)
    if not seasons or (dates and not any(day.is_season for day in dates)):
        return scope
    if not rules or any(rule.state == "unclear" for rule in rules):
        known = dates if all(one.dates or one.sure for one in seasons) else ()
        return _Scope(known, "unclear", False)
    return _Scope(dates, "said")


def _unclear(clause: Clause) -> Rule:
    if clause.undated:
        # hours of some days in a part of the year ("in winter Sat-Sun 11-17") leave the others in doubt too
        days = [] if clause.stretches or clause.holidays or ONLY.search(clause.text) else clause.days
        return Rule(state="unclear", days=days)
    days = [] if any(day.to_day is not None for day in clause.dates) else clause.days
    return Rule(state="unclear", days=days, dates=clause.dates, holidays=clause.holidays)


def _apart(rule: Rule) -> list[Rule]:
    """ "Sundays and public holidays" are two rules; with one date, the day of the week only names it."""
    if rule.nth and rule.days and rule.dates:  # "the second Sunday of the month and 1 January"
        weekly = rule.model_copy(update={"dates": [], "holidays": []})
        return [weekly, rule.model_copy(update={"days": [], "nth": []})]
    if rule.dates or not rule.holidays or not rule.days:
        named = any(day.to_day is None for day in rule.dates)
        return [rule.model_copy(update={"days": [] if named else rule.days})]
    weekly = rule.model_copy(update={"holidays": []})
    on_holidays = rule.model_copy(update={"days": [], "nth": []})
    return [on_holidays] if rule.state == "open" and not rule.spans else [weekly, on_holidays]

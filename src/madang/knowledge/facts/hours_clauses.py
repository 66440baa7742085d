"""A clause about hours, as it is read: its days, dates and times, what it says of them, and the words left over."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from madang.knowledge.days import days_in
from madang.knowledge.facts.calendars import dates_in
from madang.knowledge.facts.clocks import Clock, Stretch, clocks_in, stretches_in
from madang.knowledge.facts.holiday import ALL, named_in
from madang.knowledge.facts.lasts import BEFORE, ENTRY, LAST, ORDER, kind_of, minutes
from madang.knowledge.facts.lines import blank
from madang.knowledge.facts.seasons import Season, open_ended, seasons_in
from madang.knowledge.facts.types import DAY, MOST_DATES, MOST_HOLIDAYS, MOST_SPANS, Dates, Holiday, Rule

ELSE = re.compile(
    r"\b(?:deliver\w*|parking|car park|reserv\w+|book\w*|check-?(?:in|out)|breakfast|brunch|happy hours?|phone|call(?:s|ing)?|support|live music|buffet"
    r"|pick-?up|take-?(?:away|out)|kitchen|pool|gym|spa|shuttle|bus|station(?! (?:road|street|lane|square|house|yard|approach|parade|works))|voucher|class(?:es)?|workshops?|tours?|event|concert|refund\w*|cancel\w*|order(?:s|ed)? (?:ahead|online)|online)\b"
    r"|배달|주차|예약|접수|체크\s?(?:인|아웃)|조식|브런치|해피\s?아워|전화|상담|문의|고객\s?센터|픽업|포장|수영장|셔틀|버스|수업|강좌|공연|이벤트|환불|취소|온라인|택배|발송|출고|입금|할인",
    re.IGNORECASE,
)
CUE = re.compile(
    r"\bopen(?:s|ing|ed)?\b|(?<!\d )(?<!\d)(?<!\d-)\bhours\b|\bclosed\b|\bclos(?:e|es|ing)\b|\blast orders?\b|\bbreak(?: time)?\b|영업|운영(?!비|체)|휴무|휴업|휴관|휴장|쉽니다|쉬어요|쉬는\s?(?:날|시간)|라스트\s?오더|마지막\s?주문|브레이크|엽니다|열고|닫습니다|오픈|진료|(?:이용|관람)\s?시간|휴진|쉬어\s?(?:갑|가|갈)|휴가(?![가-힣]*(?:철|지|객|비|시즌))|내부\s?수리|가게를?\s?비웁|마감(?:합니다|해요)|\bre-?open",
    re.IGNORECASE,
)
_ALWAYS = re.compile(
    r"연중\s?무휴|휴무\s?(?:없이|없음|없습니다)|365일|\bopen (?:all year(?: round)?|every day of the year|365 days(?: a year)?|year[- ]round)\b|\bnever clos\w+",
    re.IGNORECASE,
)
_WHOLE_DAY = re.compile(
    r"24\s?시간(?:\s?(?:영업|운영))?|(?<!within )(?<!for )(?<!in )(?<!after )(?<!every )(?<!each )(?<!least )(?<!any )(?<!is )\b24\s?hours(?: a day)?\b(?! (?:from|notice|before|after|ahead|in advance|later|earlier|of|prior)\b)|\b24/7\b|\bround the clock\b",
    re.IGNORECASE,
)
_NO_BREAK = re.compile(
    r"\b(?:without|no) (?:a )?break(?: time)?\b|(?:브레이크\s?타임|쉬는\s?시간|휴게\s?시간|점심\s?시간|점심시간)(?:은|이|도)?\s?(?:없이|없음|없습니다|없어요|없고)",
    re.IGNORECASE,
)
_BREAK = re.compile(
    r"\bbreak(?:\s?times?)?\b|브레이크\s?타임|휴게\s?시간|쉬는\s?시간|준비\s?시간|점심\s?시간(?= ?(?:은|:|휴))",
    re.IGNORECASE,
)
CLOSED = re.compile(
    r"\bclosed\b|\b(?:not|never) open(?:ed)?\b|\b(?:don['’]t|aren['’]t) open\b|\bday off\b|\bwe close on\b(?!\s+\w+\s+at)|정기\s?휴무(?:일)?|휴무(?:일|입니다)?|휴업|휴관|휴점|휴진|휴장|(?<!공)휴일(?!\s?(?:영업|정상))|쉽니다|쉬어요|쉬고|쉼(?![가-힣])|쉬는\s?날|쉬어\s?(?:갑니다|가요|갈게요|가겠습니다)|휴가(?![가-힣]*(?:철|지|객|비|시즌))(?:입니다|예요|로)?|내부\s?수리(?:로)?|가게를?\s?비웁니다|문을?\s?닫습니다(?<!에 닫습니다)|영업하지\s?않\w*|영업\s?안\s?\w+|열지\s?않\w*|문을?\s?열지",
    re.IGNORECASE,
)
_LONE_DAY = re.compile(
    r"(?<![\d월.:])(?<!월 )\d{1,2}일(?=[은에,)]|까지|부터|\s|$)(?!\s?(?:전|후|이내|동안))|\d{1,2}일\s?간"
)
"""A day without its month, or so many days."""
_PART = re.compile(
    r"\b(?:lunch|dinner|breakfast|brunch|supper|service|serving|doors?|till|night|evening)\b|점심|저녁|런치|디너|조식|야간",
    re.IGNORECASE,
)
"""A part of a day, which begins or ends by itself."""
_OPENS = re.compile(
    r"\bopen(?:s|ing)?\b|문을?\s?(?:엽|열)|\b엽니다|(?<![가-힣])(?:엽니다|열고|열어요|열며|오픈)",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"\bclos(?:e|es|ing)\b|\bopen (?:only )?(?:until|till)\b|문을?\s?닫|닫습니다|닫아요|닫고|까지만?\s?(?:영업|운영|진료|문을?\s?엽)|에\s?마감",
    re.IGNORECASE,
)
"""What says when a day begins, or ends."""
_USUAL = re.compile(
    r"정상\s?(?:영업|운영)(?:합니다|해요|입니다)?|\b(?:open )?as usual\b|\bnormal hours\b", re.IGNORECASE
)
_OPEN = re.compile(
    r"\bopen(?:s|ed|ing)?\b|\bhours\b|\bclose[sd]?\b|\bclosing\b|영업|운영|열고|엽니다|열어|엽|닫습니다|닫아|닫고|오픈|마감|진료|이용|관람",
    re.IGNORECASE,
)
_NTH = re.compile(
    r"(첫째|둘째|셋째|넷째|다섯째|마지막|[1-5]번째|[1-5]째|첫|두|세|네)(?:\s?주)?", re.IGNORECASE
)
_NTH_EN = re.compile(
    r"\b(first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)\b(?!\s+order)", re.IGNORECASE
)
_NTH_VALUE = {
    "첫째": 1, "둘째": 2, "셋째": 3, "넷째": 4, "다섯째": 5, "마지막": -1, "첫": 1, "두": 2, "세": 3, "네": 4, "first": 1, "second": 2,
    "third": 3, "fourth": 4, "fifth": 5, "last": -1, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5,
}  # fmt: skip
_SEVERAL = re.compile(r"^\s*(?:[^/:·\d]{1,20}/)+[^/:·\d]{1,20}:\s")
"""The names of several columns before a cell over all of them ("Lunch/Dinner: closed")."""
_MONTHLY = re.compile(
    r"매월|매달|\b(?:first|second|third|fourth|last|1st|2nd|3rd|4th) (?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\bof (?:each |every |the )?month\b|\bevery month\b|둘째|넷째|첫째|셋째|[1-5]번째|[1-5]째",
    re.IGNORECASE,
)
_OFFSETS = (
    (re.compile(r"\bon the day itself\b|\bthe day itself\b|당일", re.IGNORECASE), 0),
    (re.compile(r"\bthe day after\b|다음\s?날|이튿날", re.IGNORECASE), 1),
    (re.compile(r"\bthe day before\b|전날|하루\s?전", re.IGNORECASE), -1),
)
UNSETTLED = re.compile(
    r"\b(?:winter|summer|spring|autumn|fall|season\w*|except|unless|if|when|only|may|vary|varies|subject|weather|rain\w*|temporar\w*|until further|from (?:january|february|march|april|may|june|july|august|september|october|november|december)|january|february|march|april|june|july|august|september|october|november|december)\b"
    r"|동절기|하절기|겨울|여름|성수기|비수기|제외|경우|변경|변동|임시|우천|사정|조기|소진|부터는|\d{1,2}월",
    re.IGNORECASE,
)
_DAY_WORDS = re.compile(
    r"\b(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:days?)?\b\.?|\bweekdays?\b|\bweekends?\b|\bdaily\b|\bevery ?day\b|\bseven days a week\b|\b7 days a week\b"
    r"|(?<![가-힣\d])[월화수목금토일]{1,7}(?:요일)?(?=[\s,·~∼〜\-–/&에은는과와도및:：(부까의\d]|휴무|$)|[월화수목금토일]요일|평일|주중|주말|매일|매주",
    re.IGNORECASE,
)
_LONE = re.compile(r"(?<![가-힣\d])([월화수목금토일]{1,7})(?=\s*(?:[,·/&:：(]|\d|오전|오후|휴무|및|와|과|$))")
_ANY_DAY = re.compile(r"매주|매일")
_FILLER = re.compile(
    r"\b(?:we|are|is|our|the|from|to|until|till|through|on|at|in|of|and|also|every|each|a|an|for|with|there|both|between|open(?:s|ing|ed)?|business|store|shop|office|restaurant|caf[eé]|guest ?house|bakery"
    r"|hours?|times?|o['’]?clock|am|pm|doors?|serve|serving|service|taken|take|lunch|dinner|lo|all day|day|days|week|month|you|will|be|can|come|stay|remain|after|before|itself|year|yearly|annually|inclusive|stays|status|schedule|here|s|visiting|visitors|regular|standard|normal|weekly|closes?|closing|early|only then|then)\b"
    r"|영업(?:시간|일|합니다|해요|하며|하고|하는|하고요)?|운영(?:시간|합니다|하며|하고|해요)?|이용(?:시간)?|진료(?:시간|합니다)?|관람(?:시간)?|업무(?:시간)?|시간|오픈(?:시간)?|마감(?:시간)?|문을|문|정기|매월|매달|매년|입니다|이며|이고|이에요|예요|합니다|해요|하며|하고|저희|가게는|가게|매장|식당|카페|빵집|게스트\s?하우스|점심|저녁|런치|디너"
    r"|부터|까지만|까지|에서|에는|에도|에만|에|은|는|이|가|을|를|과|와|도|및|또는|그리고|로|으로|의|있고|있으며|있습니다|있어요|열고|열어서|열어|엽니다|열며|닫습니다|닫아요|닫고|없이|다만|모두|같은|요일|날|단|휴일|일찍",
    re.IGNORECASE,
)
ONLY = re.compile(r"\bonly\b|\bjust\b|만(?![가-힣])", re.IGNORECASE)
_HALF_SAID = re.compile(r"[ap]\.?m\b|[가-힣]|\b0\d|noon|morning", re.IGNORECASE)
_MORNING = 8 * 60
"""Minutes: who opens at a bare hour before this may mean the afternoon."""
_FIRST, _MARKS = 0xE000, 64
MARK = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + _MARKS - 1)}]")
"""Letters that no text has, for the parts of the year that a sentence names."""
_ONLY_SEASONS = re.compile(rf"(?:{MARK.pattern}|[\s.,:~∼–-])+")
_SPLIT = re.compile(r"[;()\[\]|•]|\s[/·]\s|(?<=[고며]),\s*|,\s*(?=\S)")


@dataclass(slots=True)
class Clause:
    text: str
    days: list[int] = field(default_factory=list)
    nth: list[int] = field(default_factory=list)
    dates: list[Dates] = field(default_factory=list)
    holidays: list[Holiday] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    seasonal: bool = False
    """It names a part of the year."""
    sure: bool = True
    """False where the part of the year that it is about is not, or not wholly, known."""
    undated: bool = False
    """It may be about any day of the year."""

    @property
    def when(self) -> bool:
        return bool(self.days or self.nth or self.dates or self.holidays or self.seasonal)

    @property
    def says(self) -> bool:
        return bool(
            self.stretches
            or any(
                pattern.search(self.text)
                for pattern in (CLOSED, LAST, _NO_BREAK, _ALWAYS, _WHOLE_DAY, _USUAL)
            )
            or (self.clocks and (_BREAK.search(self.text) or _OPEN.search(self.text)))
        )


def pieces(said: str) -> list[str]:
    """The clauses of a sentence, as they are written."""
    found: list[str] = []
    for whole in _SPLIT.split(said):
        part = _SEVERAL.sub("", whole or "")
        if part and part.strip(" .,"):
            found.extend(_cut(part.strip()))
    return found


def _cut(part: str) -> list[str]:
    """A piece that says two things without a comma between: "평일 11-21 주말 12-20", "11:00~21:00 월요일 휴무"."""
    spans = stretches_in(part)
    for number, span in enumerate(spans):
        rest = part[span.end :]
        later = _DAY_WORDS.search(rest)
        before = _DAY_WORDS.search(part[: span.start])
        if later is None or not (before or CLOSED.search(rest)):
            continue
        following = number + 1 < len(spans) and span.end + later.start() < spans[number + 1].start
        if following or CLOSED.search(rest[later.start() :]):
            at = span.end + later.start()
            return [part[:at], *_cut(part[at:])]
    for own in (LAST, _NO_BREAK):
        also = own.search(part)
        if also is None or not spans or spans[0].end > also.start():
            continue
        if not stretches_in(part[also.start() :]):
            return [part[: also.start()], part[also.start() :]]
    for cue in (CLOSED, _USUAL):
        said = cue.search(part)
        if said is None or not part[said.end() :].strip(" .,"):
            continue
        # in Korean the word stands behind its day: what follows is something else
        named = _DAY_WORDS.search(part[: said.start()]) or named_in(part[: said.start()])
        if named or (spans and said.end() <= spans[0].start):
            return [part[: said.end()], *_cut(part[said.end() :])]
    return [part]


def marked(said: str) -> tuple[str, list[Season]]:
    """The sentence with a mark for each part of the year that it names, so that no comma cuts one in two
    ("December 1, 2026 to …"), and what the marks stand for."""
    said = MARK.sub(" ", said)
    found = seasons_in(said)
    for _, start, end in dates_in(said):
        free = all(end <= one.start or one.end <= start for one in found)
        if free and open_ended(said, start, end):
            found.append(Season((), start, end, sure=False))
    found.sort(key=lambda one: one.start)
    found = found[:_MARKS]
    text = said
    for number, one in reversed(list(enumerate(found))):
        # the name of a part whose days stand beside it ("winter (November to February)") says nothing more
        mark = f" {chr(_FIRST + number)} " if one.dates or not one.sure else " "
        text = text[: one.start] + mark + text[one.end :]
    return text, found


def read(text: str, seasons: Sequence[Season] = ()) -> Clause:
    """A clause with what it names; `seasons` are those that its marks stand for. Other marks say nothing."""
    clause = Clause(text, stretches=_halves(text), clocks=clocks_in(text))
    marks = [ord(mark) - _FIRST for mark in MARK.findall(text)]
    named = [seasons[mark] for mark in marks if mark < len(seasons)]
    clause.seasonal = bool(named)
    clause.sure = all(one.sure for one in named)
    clause.undated = any(not one.dates for one in named)
    holidays, dates = named_in(text), dates_in(text)
    clause.holidays = [
        Holiday(key=key, offsets=offsets)
        for key, offsets, _, _ in holidays
        if key != "new_year" or "월" not in text
    ]
    clause.dates = [day for day, _, _ in dates] + [day for one in named for day in one.dates]
    places = [(start, end) for _, start, end in dates]
    if any(not any(a <= one.start() < b for a, b in places) for one in _LONE_DAY.finditer(text)):
        clause.sure, clause.undated = False, True  # "31일은 휴무" of the month that was named before
    if len(clause.dates) > MOST_DATES or len(clause.holidays) > MOST_HOLIDAYS:
        # more than a rule holds: some of them left out would be computed as any other day
        clause.dates, clause.holidays, clause.sure, clause.undated = [], [], False, True
    # "Good Friday" and "Easter Monday" are no days of the week
    plain = blank(text, [*places, *((start, end) for _, _, start, end in holidays)])
    lone = {"월화수목금토일".index(letter) for match in _LONE.finditer(plain) for letter in match[1]}
    clause.days = sorted(days_in(plain) | lone)
    if _MONTHLY.search(text):
        clause.nth = sorted(
            {_nth(match[1]) for pattern in (_NTH, _NTH_EN) for match in pattern.finditer(text)} - {0}
        )
    for holiday in clause.holidays:
        holiday.offsets = (
            sorted({offset for pattern, offset in _OFFSETS if pattern.search(text)}) or holiday.offsets
        )
    return clause


def _halves(text: str) -> list[Stretch]:
    """The spans of a clause; of "4.30-9" nobody says which half of the day it is in."""
    found = stretches_in(text)
    for number, one in enumerate(found):
        bare = not _HALF_SAID.search(text, one.start, one.end)
        if bare and one.opens < _MORNING and one.opens < one.closes <= 12 * 60:
            found[number] = replace(one, sure=False)
    return found


def _nth(word: str) -> int:
    word = word.lower()
    return _NTH_VALUE.get(word, int(word[0]) if word[0].isdigit() else 0)


def merged(clauses: list[Clause], seasons: Sequence[Season]) -> list[Clause]:
    """Pieces that say one thing together: "토요일, 일요일 휴무", "from Tuesday to Sunday, from 11:30 to 21:00"."""
    joined: list[Clause] = []
    for number, clause in enumerate(clauses):
        before = joined[-1] if joined else None
        aside = ELSE.search(clause.text) and not ONLY.search(clause.text)
        if before is not None and before.says and not clause.says and aside:
            continue
        if before is not None and not before.says and (before.when or not clause.when):
            joined[-1] = read(f"{before.text}, {clause.text}", seasons)
        elif ELSE.search(clause.text) and not clause.says:
            joined.append(clause)  # "(phone lines only)" is for who reads the clause before it
        elif before is not None and not clause.says and (not clause.when or _ends(clauses, number)):
            joined[-1] = read(f"{before.text} {clause.text}", seasons)
        else:
            joined.append(clause)
    return joined


def _ends(clauses: Sequence[Clause], number: int) -> bool:
    """Whether a clause is the part of the year of what stands before it ("11am to 5pm in winter (November to
    February)"), and not of what follows."""
    after = clauses[number + 1] if number + 1 < len(clauses) else None
    leads = after is not None and not after.when and not LAST.search(after.text)
    return bool(_ONLY_SEASONS.fullmatch(clauses[number].text)) and not leads


def rule_of(clause: Clause) -> Rule | None:
    """What a clause says, if it is one thing; whether words are left over is for `left_of`."""
    text = clause.text
    about: dict[str, object] = {"days": clause.days, "dates": clause.dates, "holidays": clause.holidays}
    spans = [(one.opens, one.closes) for one in clause.stretches]
    dateless = any(pattern.search(text) for pattern in (_NO_BREAK, LAST, _BREAK))
    if (
        any(not one.sure for one in clause.stretches)
        or (clause.dates and dateless)
        or (clause.nth and any(day.to_day is not None for day in clause.dates))
        or len(spans) > MOST_SPANS
    ):
        return None
    if not clause.days and any(
        not _ANY_DAY.fullmatch(match.group()) for match in _DAY_WORDS.finditer(_bare(clause))
    ):
        return None
    cues = [CLOSED.search(text), _USUAL.search(text), LAST.search(text), _BREAK.search(text)]
    if sum(cue is not None for cue in cues) > 1 and not _NO_BREAK.search(text) and not _ALWAYS.search(text):
        return None  # two things in one clause
    if _ALWAYS.search(text):
        named = {"days": clause.days or list(range(7)), "holidays": [Holiday(key=ALL)]}
        always = [(0, DAY)] if _WHOLE_DAY.search(text) else spans
        return Rule(state="open", spans=always, **(about | named))
    if _NO_BREAK.search(text):
        return Rule(state="no_break", days=clause.days) if not spans else None
    if LAST.search(text):
        return _last_of_day(clause)
    if _BREAK.search(text):
        return Rule(state="break", days=clause.days, spans=spans) if spans and not clause.holidays else None
    if _WHOLE_DAY.search(text):
        return Rule(state="open", spans=[(0, DAY)], **about)
    if spans:
        return None if CLOSED.search(text) or clause.nth else Rule(state="open", spans=spans, **about)
    if _USUAL.search(text):
        return Rule(state="open", **about) if clause.when else None
    if (one_end := _one_end(clause)) is not None:
        return Rule(state="open", **(about | {"days": []} | one_end))
    if CLOSED.search(text) and clause.when and not clause.clocks and not (clause.nth and not clause.days):
        return Rule(state="closed", nth=clause.nth if clause.days else [], **about)
    return None


def _one_end(clause: Clause) -> dict[str, object] | None:
    """When it opens, or closes, on a date or a holiday, where only one of them is said."""
    named = (clause.dates or clause.holidays) and not clause.seasonal
    if not named or len(clause.clocks) != 1 or clause.stretches or not clause.clocks[0].sure:
        return None
    if _PART.search(clause.text):
        return None
    opens, closes = _OPENS.search(clause.text), _CLOSES.search(clause.text)
    if bool(opens) == bool(closes) or any(day.to_day is not None and day.is_season for day in clause.dates):
        return None
    return {"opens" if opens else "closes": clause.clocks[0].minutes}


def _last_of_day(clause: Clause) -> Rule | None:
    """When the last order is taken, or the last visitor let in: at a time, or so long before closing."""
    state = kind_of(clause.text)
    if state is None:
        return None
    spans = bool(clause.stretches)
    before = BEFORE.search(clause.text)
    if before is not None:
        known = not clause.clocks and not spans and (clause.days or not clause.when)
        return Rule(state=state, days=clause.days, before=minutes(before)) if known else None
    times = [clock for clock in clause.clocks if clock.minutes <= DAY + 6 * 60]
    if len(times) != 1 or spans or (not clause.days and clause.when):
        return None
    at = times[0].minutes
    at += 12 * 60 if not times[0].sure and at < 11 * 60 else 0
    return Rule(state=state, days=clause.days, at=at)


def only_adds(clause: Clause) -> bool:
    """Whether hours are as they are without a clause: it is about the last order and names no day and no time, or
    about the last entry, in whatever words."""
    timed = clause.clocks or clause.stretches or clause.when
    lasts = ENTRY.search(clause.text) or (ORDER.search(clause.text) and not timed)
    return bool(lasts) and not clause.stretches and not CLOSED.search(clause.text)


def half_said(clause: Clause) -> bool:
    """Whether a clause tells from when days of the week are open, and not until when: "Wed-Mon from 08:00, closed on
    Tuesdays"."""
    single = len(clause.clocks) == 1 and not clause.stretches and not clause.dates and not clause.holidays
    weekly = bool(clause.days) and not clause.seasonal
    return single and weekly and bool(re.search(r"\bfrom\b|부터", clause.text, re.IGNORECASE))


def left_of(clause: Clause) -> str:
    """The words of a clause that nobody has understood."""
    text = MARK.sub(" ", _bare(clause))
    for pattern in (
        *(one for one, _ in _OFFSETS),
        _ALWAYS,
        _WHOLE_DAY,
        _NO_BREAK,
        BEFORE,
        LAST,
        _BREAK,
        _USUAL,
        CLOSED,
        _NTH_EN,
        _NTH,
        _MONTHLY,
        _DAY_WORDS,
    ):
        text = pattern.sub(" ", text)
    return " ".join(re.findall(r"[^\W_]+", _FILLER.sub(" ", text)))


def _bare(clause: Clause) -> str:
    """The clause without its times, dates and holidays."""
    text = clause.text
    times = [(one.start, one.end) for one in clause.stretches]
    times += [(one.start, one.end) for one in clause.clocks]
    dates = [(start, end) for _, start, end in dates_in(text)]
    holidays = [(start, end) for _, _, start, end in named_in(text)]
    return blank(text, [*times, *dates, *holidays])

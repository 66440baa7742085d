"""A sentence about hours, put as it is read best: days before their times, excepted days as days off, closing over
lunch as a break, and each day off with the words that close it."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re

from madang.knowledge.days import days_in
from madang.knowledge.facts.calendars import dates_in
from madang.knowledge.facts.clocks import Stretch, stretches_in
from madang.knowledge.facts.days_off import DAY as _DAY
from madang.knowledge.facts.days_off import as_listed
from madang.knowledge.facts.holiday import named_in
from madang.knowledge.facts.hours_clauses import ELSE, left_of, read, rule_of
from madang.knowledge.facts.lasts import LAST
from madang.knowledge.facts.lines import blank

_RUN = rf"(?:on )?(?:{_DAY})(?:(?:\s|[,·/&~∼〜–—-]|\b(?:and|to|through|on)\b|및|부터|까지|(?<=일)[과와])*(?:{_DAY}))*"
"""Days of the week and nothing else: "Monday to Saturday", "월~토", "Wed, Thu & Sat"."""
_BRACKETED = re.compile(rf"\s*[(（]\s*(?P<days>{_RUN})(?:\s?만| only)?\s*[)）]", re.IGNORECASE)
_BEHIND = re.compile(
    rf"\s*[,:|]?\s*(?P<days>{_RUN})(?=\s*(?:[.;]\s*)?$|\s*[,;.]?\s*(?:and )?(?:we(?:['’]re| are) )?closed\b)",
    re.IGNORECASE,
)
_A_DAY = re.compile(_DAY, re.IGNORECASE)
_JOINS = re.compile(r"\s*(?:and|,|&|/|및|그리고)\s*", re.IGNORECASE)
_EXCEPT = re.compile(
    rf"\s*[,(（]?\s*\b(?:except|excluding|excl\.?|apart from|other than|but not)(?: (?:on|for))?\s+(?P<en>{_RUN})\s*[)）]?"
    rf"|\s*[,(（]?\s*(?P<ko>{_RUN})(?:은|는|을|를)?\s*(?:제외|빼고)\S{{0,3}}\s*[)）]?",
    re.IGNORECASE,
)
_BUT = re.compile(
    r"\s*[,(（]?\s*\b(?:except|excluding|excl\.?|apart from|other than)(?: (?:on|for))?\s+(?P<what>[^()（）]+?)\s*[)）]?\s*\.?\s*$",
    re.IGNORECASE,
)
_EVERY_DAY = re.compile(r"\bopen\b.*\b(?:daily|every ?day|all year|seven days|7 days)\b", re.IGNORECASE)
_AND = re.compile(r"\b(?:and|or|on|the)\b|&", re.IGNORECASE)
_LEFT_OUT = re.compile(r"exc|apart|other|but|제외|빼고", re.IGNORECASE)
"""A part of each of its words."""
_OWN_TIMES = re.compile(r"\s*[:：]?\s*(?=\d|noon|오전|오후)", re.IGNORECASE)
PART = re.compile(
    r"\W*(?:(?:the|our)\s+)?(?:caf[eé]|coffee shop|restaurant|bar|kitchen|shop|store|reception|library|gallery)\b|\W*(?:카페|식당|레스토랑|매장|주방)",
    re.IGNORECASE,
)
"""What may be a part of the house alone."""
_CLOSED = re.compile(
    r"\b(?:we(?:['’]re| are)? )?(?:also )?closed?\b(?: on)?|(?:정기\s?)?휴(?:무|관|진|점|업|장)(?:일)?(?:은|는|입니다|이며|이고)?|쉽니다|쉬어요|쉬고|쉼(?![가-힣])",
    re.IGNORECASE,
)
_NTH = re.compile(
    r"첫째|둘째|셋째|넷째|다섯째|마지막|[1-5]\s?(?:번째|째|,\s?[1-5]번째)|(?<![가-힣])(?:첫|둘|두|세|네)\s?(?=번?째|주)|\b(?:first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)\b",
    re.IGNORECASE,
)
_MONTH = re.compile(r"\bmonths?\b|[가-힣]|\bweeks?\b", re.IGNORECASE)
_PARTS = re.compile(r"\s*(?:,|;|\s및\s|(?<=일)\s?및\s|그리고|&|\band\b|(?<=요일)[와과]\s)\s*", re.IGNORECASE)
_OVER_LUNCH = re.compile(
    r"\b(?:we )?(?:are )?clos(?:ed?|es)\s*(?:(?:for|over|at|during) (?:lunch(?:time)?|a break)|daily|every ?day)?\s*:?\s*(?:from |between )?$",
    re.IGNORECASE,
)
_LUNCH = re.compile(
    r"(?:\blunch[ -]?(?:breaks?|hour)|점심(?:\s?시간)?)\s*(?:[:：(（–-]|은|는|is|from)?\s*(?:from )?$",
    re.IGNORECASE,
)
_MEALTIME = re.compile(r"clos|lunch|점심", re.IGNORECASE)
"""A part of each of the two above."""
_BARE_LUNCH = re.compile(
    r"\s*(?:[-•*·]\s*)?lunch(?:[ -]?(?:times?|hours))?\b(?! menu| special| set)", re.IGNORECASE
)
_FOR_LUNCH = re.compile(
    r"\s*\b(?:for|over|at) (?:our |a )?lunch(?:[ -]?(?:break|time))?\b|(?:점심|은|는)?\s*(?:휴진|휴무|쉽니다)",
    re.IGNORECASE,
)
_DINNER = re.compile(r"\b(?:dinner|supper|evening)\b|저녁|디너", re.IGNORECASE)
_BREAK = 90
"""Minutes: of a longer lunch it is meant that it is served."""
_CLOSING = 180


def plainly(said: str) -> str:
    """The sentence as it is read; itself where nothing of it wants another order."""
    return _lunch(_each_closed(_exceptions(_days_first(_but_holidays(as_listed(said))))))


def _days_first(said: str) -> str:
    """ "9am-5pm (Mon-Fri)", "Open 9am to 5pm, Monday to Friday": the days are said before their times."""
    if not _A_DAY.search(said) or not (groups := _groups(said)):  # times are looked for only beside days
        return said
    text = said
    for start, end in reversed(groups):
        if (match := _BRACKETED.match(text, end)) is not None:
            text = f"{text[:start]} {match['days']} {text[start:end]}{text[match.end() :]}"
    start, end = groups[0]
    if text != said or len(groups) > 1 or days_in(said[:start]) or dates_in(said) or named_in(said[:start]):
        return text
    match = _BEHIND.match(said, end)
    return said if match is None else f"{match['days'].rstrip('.')}: {said[:end]}{said[match.end() :]}"


def _groups(said: str) -> list[tuple[int, int]]:
    """Where times stand, those together that are said of one day: "8am-10am and 4pm-6pm"."""
    found: list[tuple[int, int]] = []
    for one in stretches_in(said):
        if found and _JOINS.fullmatch(said, found[-1][1], one.start):
            found[-1] = found[-1][0], one.end
        else:
            found.append((one.start, one.end))
    return found


def _but_holidays(said: str) -> str:
    """ "Open daily 9-5 except Christmas Day": the excepted days of the calendar are days off."""
    match = _BUT.search(said) if _LEFT_OUT.search(said) else None
    if match is None or _CLOSED.search(said) or PART.match(said):
        return said
    what = match["what"]
    places = [(start, end) for _, start, end in dates_in(what)]
    places += [(start, end) for _, _, start, end in named_in(what)]
    if not places or re.search(r"[^\W_]", _AND.sub(" ", blank(what, places))):
        return said
    before = said[: match.start()]
    if stretches_in(before):
        return f"{before}; closed {what}"
    return f"closed {what}" if _EVERY_DAY.search(before) else said


def _exceptions(said: str) -> str:
    """ "10am-6pm, except Mondays", "(월요일 제외)": the excepted days are days off."""
    match = _EXCEPT.search(said) if _LEFT_OUT.search(said) else None
    if match is None or _CLOSED.search(said) or not stretches_in(said):
        return said
    days, after = match["en"] or match["ko"], said[match.end() :]
    if (own := _OWN_TIMES.match(after)) is not None and stretches_in(after):
        return f"{said[: match.start()]}; {days} {after[own.end() :]}"  # "except Sunday 12-4"
    rest = f"{said[: match.start()]} {after}"
    if days_in(after) & days_in(days):
        return rest  # "(일요일 제외), 일요일 12:00~18:00"
    clause = read(rest)
    rule = rule_of(clause)
    if rule is None or rule.state != "open" or left_of(clause) or ELSE.search(said) or PART.match(said):
        return said
    off = f"; closed {match['en']}" if match["en"] else f"; {match['ko']} 휴무"
    return rest.rstrip(" .") + off


def _each_closed(said: str) -> str:
    """ "매주 일요일, 둘째 주 월요일 휴무": a day off of every week beside one of some weeks, each by itself."""
    if not _NTH.search(said) or not _CLOSED.search(said) or LAST.search(said):
        return said
    if stretches_in(said) or dates_in(said):
        return said
    groups: list[str] = []
    parts = _PARTS.split(_CLOSED.sub(" ", said))
    for part in (one.strip(" :：.") for one in parts):
        if groups and not (days_in(groups[-1]) or named_in(groups[-1])):
            groups[-1] = f"{groups[-1]}, {part}"  # "둘째, 넷째 월요일"
        elif part:
            groups.append(part)
    if not all(days_in(part) or named_in(part) or _NTH.search(part) for part in groups):
        return said
    groups = [
        f"{part} of the month" if _NTH.search(part) and not _MONTH.search(part) else part for part in groups
    ]
    korean = re.search("[가-힣]", said)
    return "; ".join(f"{part} 휴무" if korean else f"closed {part}" for part in groups)


def _lunch(said: str) -> str:
    """ "closed 1pm to 2pm for lunch", "점심시간 13:00~14:00": a break, where it is short."""
    for one in reversed(stretches_in(said)) if _MEALTIME.search(said) else ():
        start = one.start + 2 * said.startswith("점심", one.start)
        before = said[:start]
        closed, lunch = _OVER_LUNCH.search(before), _LUNCH.search(before)
        match = closed or lunch
        if match is None or dates_in(said) or not _short(one, _CLOSING if closed else _BREAK):
            continue
        if not closed and _DINNER.search(said):
            continue
        rest = said[one.end :].lstrip(")） ") if "(" in match[0] or "（" in match[0] else said[one.end :]
        rest = _FOR_LUNCH.sub(" ", rest, count=1)
        said = f"{said[: match.start()]} break {said[start : one.end]}{rest}"
    return said


def may_close_over(said: str) -> bool:
    """Whether a line is lunch and its time alone ("Lunch 12-1.30pm"): closed for it, or serving it."""
    return bool(_BARE_LUNCH.match(said) and stretches_in(said)) and not _DINNER.search(said)


def _short(one: Stretch, most: int) -> bool:
    return one.sure and one.closes - one.opens <= most

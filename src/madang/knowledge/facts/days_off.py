"""Days off as people list them: "휴무: 일, 월", "Closed Sun, Mon", "휴무: 매월 2·4번째 월요일", "closed 1st Saturday"."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence

DAY = (
    r"(?:\b(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:days?)?\b\.?|\b(?:weekdays?|weekends?|(?:public |bank )holidays?)\b"
    r"|[월화수목금토일]요일|(?<![가-힣])[월화수목금토일](?![가-힣])|평일|주중|주말|공휴일)"
)
"""A day of the week, or a word for several of them."""
_OFF = re.compile(
    r"\bclos(?:ed|es)\b|휴(?:무|관|진|점|업|장|가)|쉽니다|쉬어|쉬는\s?날|쉼(?![가-힣])|내부\s?수리|비웁니다",
    re.IGNORECASE,
)
_COMMA = re.compile(rf"({DAY})\s*,\s*(?={DAY})", re.IGNORECASE)
_SPACE = re.compile(r"(?<![가-힣])([월화수목금토일])\s+(?=[월화수목금토일](?![가-힣]))")
_TIMES = re.compile(r"\d\s?(?:[:.]\d\d|시|[ap]\.?m\b)|\d\s?[-–~]\s?\d", re.IGNORECASE)
_NUMBERED = re.compile(
    r"(?<![\d/.])([1-5])\s?[·,/&]\s?([1-5])\s?(?:번째|째|주차|주)(?![\d일간])(?:\s?주)?(?=\s*(?:[월화수목금토일](?:요일)?(?![가-힣])|토·일))"
)
_SHORT = re.compile(r"\b(?:bank hols?|BHs?)\b")
_SLASHED = re.compile(rf"({DAY})\s?/\s?(?={DAY}|bank holidays)", re.IGNORECASE)
_BOTH = re.compile(r"(설날?|구정)\s?(?:[,·/&]|과|와|및)\s?(추석(?:\s?명절)?\s?연휴)")
_SPELLED = re.compile(r"(첫|두|세|네|다섯)\s?번째(?:\s?주)?")
_WEEKS = {"첫": "첫째", "두": "둘째", "세": "셋째", "네": "넷째", "다섯": "다섯째"}
_SHORT_DATE = re.compile(
    r"(?<![\d./:])(?<!20\d\d. )(?<!20\d\d년 )(?P<month>1[0-2]|[1-9])(?P<mark>[./])(?P<day>3[01]|[12]\d|0?[1-9])(?![\d./:%])(?!\s?(?:시|분|원|만|명|인|정도|이상|[ap]\.?m\b))(?:\([월화수목금토일]\))?"
)
"""A day as notices write it: "11/30", "12.14(월)"."""
_MAY_BE_TIMES = re.compile(
    r"오전|오후|영업|운영|진료|시간|\bopen|\bhours\b|[가-힣]요일(?!\))|\d:\d\d", re.IGNORECASE
)
_OF_DAYS_OFF = re.compile(r"휴(?:무|관|진|점|업|장|가)\s?(?:일|안내|공지)?\s*$")
_DAYS = re.compile(
    r"\W*(?:(?:날짜|기간|일자|휴무일?)\s*[:：]\s*)?(?:(?:20\d\d[년.]\s?)?(?:\d{1,2}\s?[월./]\s?)?\d{1,2}일?(?:\s?\([월화수목금토일]\))?[\s,·~∼/-]*)+"
)
_MONTH = re.compile(r"(?<!\d)\d{1,2}월")
_ORDER = ("", "첫째", "둘째", "셋째", "넷째", "다섯째")


def as_listed(said: str) -> str:
    """The sentence with its days off in one list, and the weeks of a month as words that are read."""
    if "BH" in said or "bank hol" in said:
        said = _SHORT.sub("bank holidays", said)
    if "/" in said:
        said = _SLASHED.sub(r"\1·" if re.search("[가-힣]", said) else r"\1 & ", said)
    if not (off := _OFF.search(said)) and not any(one in said for one in ("째", "주", "연휴")):
        return said
    said = _SPELLED.sub(lambda match: _WEEKS[match[1]], said)
    said = _NUMBERED.sub(lambda match: f"매월 {_ORDER[int(match[1])]}, {_ORDER[int(match[2])]} ", said)
    said = _BOTH.sub(r"\1 연휴, \2", said)
    if not off:
        return said
    if re.search("[가-힣]", said):
        dotted = not _MAY_BE_TIMES.search(said)
        said = _SHORT_DATE.sub(lambda match: _written(match, dotted=dotted), said)
    if _TIMES.search(said):
        return said  # a comma may begin other hours
    korean = bool(re.search("[가-힣]", said))
    said = _COMMA.sub(r"\1·" if korean else r"\1 & ", said)
    return _SPACE.sub(r"\1·", said)


def as_days_off(said: str, headings: Sequence[str]) -> str:
    """A line of days under a heading of days off ("## 12월 휴무일", "- 24일, 31일"), with what the heading says of them."""
    heading = headings[-1] if headings else ""
    if not _OF_DAYS_OFF.search(heading) or _OFF.search(said) or not _DAYS.fullmatch(said):
        return said
    month = _MONTH.search(heading) if not _MONTH.search(said) else None
    days = said.partition(":")[2] or said.strip(" -•*·")
    return f"{month[0]} {days.strip()} 휴무" if month else f"{days.strip()} 휴무"


def _written(match: re.Match[str], *, dotted: bool) -> str:
    """ "11월 30일" of "11/30"; "9.30" may be a time."""
    return match[0] if match["mark"] == "." and not dotted else f"{match['month']}월 {int(match['day'])}일"

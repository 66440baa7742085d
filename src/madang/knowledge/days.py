"""Which days of the week a text names, in English and Korean: ranges and words such as *weekdays* too."""

from __future__ import annotations

import re

_KOREAN = "월화수목금토일"
_ENGLISH = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = re.compile(
    r"\b((?i:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:Mon|Tues?|Wed|Thur?s?|Fri|Sat|Sun)\b\.?)"
    rf"|([{_KOREAN}])(?:요일|(?=\s*[~∼–-]\s*[{_KOREAN}])|(?<=[~∼–-].)(?!\w)|(?<=[~∼–-]\s.)(?!\w))"
)
"""A short name counts with a capital alone: the sun shines, and somebody sat."""
_LISTED = re.compile(rf"(?<![가-힣])[{_KOREAN}](?:\s?[·,/]\s?[{_KOREAN}])+(?=[에은는만도엔]*(?![가-힣]))")
"""Single letters one after another: 월·수·금."""
_TO = re.compile(r"\s*(?:to|through|until|[-–~∼]|부터|에서)\s*", re.IGNORECASE)
_GROUPS = (
    (re.compile(r"\bweekdays?\b|평일|주중", re.IGNORECASE), frozenset(range(5))),
    (re.compile(r"\bweekends?\b|주말", re.IGNORECASE), frozenset((5, 6))),
    (re.compile(r"\b(?:daily|every ?day|seven days)\b|매일|연중무휴", re.IGNORECASE), frozenset(range(7))),
)


def days_in(text: str) -> frozenset[int]:
    """The days that `text` names, Monday as 0; empty for none."""
    found: set[int] = set()
    last: tuple[int, int] | None = None
    for match in _DAY.finditer(text):
        day = _day(match)
        if last is not None and _TO.fullmatch(text, last[1], match.start()):
            found |= {(last[0] + step) % 7 for step in range((day - last[0]) % 7 + 1)}
        found.add(day)
        last = (day, match.end())
    for match in _LISTED.finditer(text):
        found |= {_KOREAN.index(letter) for letter in match[0] if letter in _KOREAN}
    for words, days in _GROUPS:
        if words.search(text):
            found |= days
    return frozenset(found)


def _day(match: re.Match[str]) -> int:
    english, korean = match.groups()
    if korean:
        return _KOREAN.index(korean)
    return next(day for day, name in enumerate(_ENGLISH) if name.startswith(english.lower()[:3]))

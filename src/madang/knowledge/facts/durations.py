"""How long something takes or is lent, in minutes: `30 min`, `half an hour`, `한 시간 반`, `1.5 hours`."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from decimal import Decimal

from madang.knowledge.facts.numerals import ENGLISH, ENGLISH_WORD, NATIVE, NATIVE_WORD

_DURATION = re.compile(
    rf"(?P<half>\b(?:an? )?half[- ](?:an )?hours?\b|(?<![가-힣])반\s?시간)"
    rf"|\b(?P<n>\d+(?:\.5)?|an?|{ENGLISH_WORD})(?P<and> and a half)?[\s-]?(?:hours?|hrs?|h)\b(?P<more> and a half)?"
    rf"|\b(?P<m>\d+|{ENGLISH_WORD})[\s-]?(?:minutes?|mins?)\b\.?"
    rf"|(?:(?<![\d가-힣])(?P<kn>\d+)|(?<![가-힣])(?P<kw>{NATIVE_WORD}))\s?시간(?P<khalf>\s?반)?(?!대|표)"
    r"|(?<![\d시])(?<!시 )(?P<km>\d+)\s?분(?!의|\s?\d)"
    r"|(?<![가-힣])(?P<kten>이|삼|사|오|육)?십\s?분(?![가-힣]{3})",
    re.IGNORECASE,
)
_TENS = {None: 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6}


def durations_in(text: str) -> list[tuple[int, int, int]]:
    """(minutes, start, end), in order."""
    return [(_minutes(match), match.start(), match.end()) for match in _DURATION.finditer(text)]


def _minutes(match: re.Match[str]) -> int:
    found = match.groupdict()
    if found["half"]:
        return 30
    if found["n"]:
        number = found["n"].lower()
        hours = Decimal({"a": 1, "an": 1, **ENGLISH}.get(number, number))
        return int(hours * 60) + (30 if found["and"] or found["more"] else 0)
    if found["m"]:
        return int(ENGLISH.get(found["m"].lower(), found["m"]))
    if found["kn"] or found["kw"]:
        hours = Decimal(found["kn"] or NATIVE[found["kw"]])
        return int(hours * 60) + (30 if found["khalf"] else 0)
    return int(found["km"]) if found["km"] else _TENS[found["kten"]] * 10

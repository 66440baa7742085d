"""English: does somebody speak of harming themselves, or of another person? Patterns: `english.txt`."""

from __future__ import annotations

import re

from madang.safety.harm.patterns import patterns
from madang.safety.harm.plain import without_apostrophes, without_quotations
from madang.safety.harm.words import About

_CLEARLY_I = re.compile(r"\b(?:my ?sel+f|i (?:want|wanna|am|will|tried))\b")
_I_SAY = re.compile(
    r"\b(?:i|im|ive|id|ill)\b(?![^.!?]*\b(?:hero|character|villain|he|she|who|that|which|says|said)\b)"
)
_IN_A_STORY = re.compile(r"\b(?:hero|heroine|character|villain|protagonist|in which|says|said|who wants)\b")


def english(text: str) -> About | None:
    """Of a message as `plain.plain` gives it."""
    found = patterns("english")
    told = bool(found["told"].search(text))
    read = without_apostrophes(without_quotations(text) if told else text)
    read = re.sub(r"[ \t]+", " ", found["compound"].sub(" … ", read))
    read = found["feared"].sub(" … ", re.sub(r"\b(want|wanna|going|need|ready) 2 ", r"\1 to ", read))
    other = found["other"].search(read)
    mine = _mine(read, told)
    if other and (not told or re.search(r"\bmy\b", other[0])):
        said = re.search(r"(?:said|says|told)[^.]{0,30}my ?sel+f", read)
        return "self" if mine and _CLEARLY_I.search(mine) and not said else "other"
    return "self" if mine else None


def _mine(text: str, told: bool) -> str:
    """What somebody said of themselves, empty for nothing. Of something told, only what a plain `I` says."""
    known = patterns("english")
    found = known["strong"].search(text) or (None if told else known["method"].search(text))
    if found is None:
        return ""
    if told:
        before = text[: found.end()]
        if not _I_SAY.search(before) or _IN_A_STORY.search(before):
            return ""
    return found[0]

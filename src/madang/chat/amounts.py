"""Amounts that a message names: how long, how many people, how old, how heavy. In a follow-up one stands for
the one of its kind in the question before ("한 시간은요?" after "30분 얼마예요?"), and names no thing of its own."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from dataclasses import dataclass

from madang.chat.phrase import korean

_COUNT = r"(?:\d[\d,.]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|half an?)"
_COUNT_KO = r"(?:\d[\d,.]*\s?|(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열(?:한|두|세|네)?|반|몇)\s?)"
_KINDS = {
    "age": (rf"{_COUNT}[\s-]*(?:years?|months?)[\s-]olds?", rf"{_COUNT_KO}(?:살|세)(?:짜리)?|{_COUNT_KO}개월(?: ?된|짜리)"),
    "time": (
        rf"{_COUNT}[\s-]*(?:minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|months?|years?)(?:\s+(?:before|ahead|in advance|earlier|late))?",
        rf"(?:{_COUNT_KO}(?:시간(?: ?반)?|분|박|일|주일?|개월|달|년)|하루|이틀|사흘|나흘|일주일|보름)(?:\s?(?:전|뒤|후)(?![가-힣]{{2}}))?",
    ),
    "people": (rf"{_COUNT}\s*(?:people|persons?|guests?|adults?|kids|children)|(?:an? )?(?:group|party|table)s? (?:of|for) {_COUNT}", rf"{_COUNT_KO}(?:명|사람|인(?![가-힣]))"),
    "weight": (rf"{_COUNT}[\s-]*(?:kg|kilos?|kilograms?|pounds|lbs?)", rf"{_COUNT_KO}(?:kg|킬로(?:그램)?)"),
}  # fmt: skip
_AMOUNT = {
    ko: re.compile(
        "|".join(f"(?P<{kind}>{ways[ko]})" for kind, ways in _KINDS.items())
        if ko
        else r"\b(?:" + "|".join(f"(?P<{kind}>{ways[ko]})" for kind, ways in _KINDS.items()) + r")\b",
        re.IGNORECASE,
    )
    for ko in (False, True)
}
_OF_IT = re.compile(
    r"^(?:for|with|of|on|in)?\s*(?:an?|the)?\s*|\s*(?:of|for|with|on) (?:it|that|them|one)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Amount:
    """`text[start:end]` of a message."""

    start: int
    end: int
    kind: str
    text: str


def amounts(text: str) -> list[Amount]:
    """The amounts that a message names, in order."""
    found = _AMOUNT[korean(text)].finditer(text)
    return [Amount(match.start(), match.end(), str(match.lastgroup), match[0].strip()) for match in found]


def without_amounts(text: str) -> str:
    """The message with spaces in place of its amounts, and of the particle after each."""
    for one in reversed(amounts(text)):
        after = (
            re.match(r"(?:이면|에는|에|은|는|이|만|짜리|정도|동안)?(?![가-힣])", text[one.end :])
            if korean(text)
            else None
        )
        end = one.end + (after.end() if after else 0)
        text = text[: one.start] + " " * (end - one.start) + text[end:]
    return text


def in_place(whole: str, part: str) -> str:
    """`whole` with the amount that `part` consists of in place of its own of that kind; empty where `part` says
    something else too, or `whole` names none or several such."""
    new = amounts(part)
    if len(new) != 1 or _OF_IT.sub("", part[: new[0].start] + part[new[0].end :]).strip():
        return ""
    own = [one for one in amounts(whole) if one.kind == new[0].kind]
    if len(own) != 1:
        return ""
    (there,) = own
    return whole[: there.start] + new[0].text + whole[there.end :]

"""Where sentences begin and end, in Korean and English, as offsets so that a quote stays verbatim."""

from __future__ import annotations

import re

_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "sr",
        "jr",
        "st",
        "mt",
        "no",
        "nos",
        "vs",
        "fig",
        "figs",
        "eq",
        "vol",
        "pp",
        "p",
        "ch",
        "sec",
        "dept",
        "approx",
        "est",
        "tel",
        "ext",
        "art",
        "rev",
        "gen",
        "col",
        "capt",
        "lt",
        "sgt",
        "hon",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
        "e.g",
        "i.e",
        "cf",
        "al",
        "ed",
        "eds",
        "op",
    ]
)
# these may also end a sentence: they do when a capital letter or Hangul follows
_MAYBE_FINAL = frozenset(["a.m", "p.m", "etc", "inc", "ltd", "co", "corp", "u.s", "u.k", "ph.d"])
_END = re.compile(r"[.!?。！？…]+[\"'”’)\]」』》〉]*")
_OPEN = {"“": "”", "‘": "’", "(": ")", "[": "]", "「": "」", "『": "』", "《": "》"}
_LONGEST_QUOTED = 400
_LOOK_BACK = 200
_KOREAN_FINAL = re.compile(r"[다요까죠네오]$")
_LABEL_LONGEST = 40
"""Characters of a line that may be a heading written as plain text."""
_SAYS = re.compile(
    r"[\d.!?:;,。！？…·|@=]|^\W|(?:니다|[아어해에예세돼까]요|죠|[가-힣]다)$"
    r"|휴무|불가|가능|금지|무료|유료|없음|있음|환영"
    r"|\b(?:is|are|was|were|has|have|can|may|must|will|do|does|no|not|only|free|closed|open|welcome)\b",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"\s*(?:네|예|아니요|아니오|아뇨|yes|no|sure|sorry|of course|unfortunately)\s*", re.IGNORECASE
)
"""What says nothing without the sentence behind it: "네. 비밀번호는 영수증에 있습니다."."""
_MARKER = re.compile(
    r"^(?:[-*•·◦▪]\s*)?(?:\(?[0-9]{1,3}|[가나다라마바사아자차카타파하]|[A-Za-z]|[ivxIVX]{1,4})$"
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets `(start, end)` of the sentences of `text`, without the white space around them.

    A line break always ends a sentence: readers have joined the lines of a paragraph already.
    """
    found: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", text):
        found.extend(_line(text, line.start(), line.end()))
    return found


def is_label(line: str) -> bool:
    """Whether a line may be no more than a heading ("주차", "Parking"): short, and says nothing itself."""
    return 0 < len(line) <= _LABEL_LONGEST and len(line.split()) <= 6 and not _SAYS.search(line)


def says_something(line: str) -> bool:
    """Whether a line holds a fact, however short (a time, a price, a day off), and is no mere name."""
    return bool(_SAYS.search(line))


def _line(text: str, start: int, end: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    begin = start
    for match in _END.finditer(text, start, end):
        if match.start() < begin or not _is_end(text, begin, match, end):
            continue
        found.append((begin, match.end()))
        begin = match.end()
    found.append((begin, end))
    trimmed = []
    for left, right in found:
        piece = text[left:right]
        left, right = left + len(piece) - len(piece.lstrip()), right - len(piece) + len(piece.rstrip())  # noqa: PLW2901
        if right > left:
            trimmed.append((left, right))
    return trimmed


def _is_end(text: str, begin: int, match: re.Match[str], end: int) -> bool:
    at, after = match.start(), match.end()
    before = text[max(begin, at - _LOOK_BACK) : at]
    if text[after:end].strip() and _ALONE.fullmatch(before):
        return False
    if after < end and not text[after].isspace():
        # Korean is sometimes written without the space: "…했다.그는"
        return (
            match.group() == "." and "가" <= text[after] <= "힣" and bool(_KOREAN_FINAL.search(before[-1:]))
        )
    following = text[after:end].lstrip()[:1]
    if match.group()[0] == "." and not _dot_ends(before, following):
        return False
    if match.group()[0] in "…" or match.group().startswith(".."):
        return not following.islower()
    return not _inside(text[max(begin, after - 4 * _LONGEST_QUOTED) : after])


def _dot_ends(before: str, following: str) -> bool:
    """Whether a single dot after `before` ends a sentence, `following` being the next visible character."""
    stripped = before.strip()
    if not stripped or _MARKER.match(stripped):
        return False  # "1. First": the marker of a list item
    word = re.split(r"[\s(\"“‘]", stripped)[-1]
    lower = word.lower()
    if lower in _ABBREVIATIONS and (lower != "no" or following.isdigit()):
        return False
    if lower in _MAYBE_FINAL:
        return following.isupper() or "가" <= following <= "힣" or not following
    if len(word) == 1 and word.isalpha() and word.isascii() and word.isupper():
        return False  # an initial: "J. Smith"
    if word[-1:].isdigit() and following.isdigit():
        return False  # "2024. 3. 1."
    return not (following.islower() and following.isascii())


def _inside(sentence: str) -> bool:
    """Whether a quotation or bracket opened in `sentence` is still open (and not absurdly long)."""
    waiting: list[tuple[str, int]] = []
    for position, character in enumerate(sentence):
        if character in _OPEN:
            waiting.append((_OPEN[character], position))
        elif waiting and character == waiting[-1][0]:
            waiting.pop()
    return bool(waiting) and len(sentence) - waiting[0][1] < _LONGEST_QUOTED

"""Real people who are not played: what is said around a name when somebody wants it, or says they are it."""

from __future__ import annotations

import re

SAID = (
    *(
        "i am",
        "i'm",
        "my name is",
        "call me",
        "this is",
        "it's me",
        "it is me",
        "i am the real",
        "i'm the real",
    ),
    *("저는", "나는", "난", "전", "내가", "제가", "내 이름은", "제 이름은", "이 몸은", "본인은"),
)
"""With the name behind it: a reply in which the character says who it is."""
_TITLES = r"the|a|an|my|real|actual|famous|president|mr|mrs|ms|dr|이제|지금부터|진짜|가수|배우|대통령|유명한"
_ENGLISH = re.compile(
    r"""(?:
      \b(?:act|speak|talk|write|reply|respond|answer|behave|sound|pose|role[- ]?play|rp)\w*
      (?:\ \w+){0,2}\ (?:as|like)
    | \b(?:pretend|imagine|suppose|say|assume)(?:ing)?(?:\ that)?\ (?:to\ be|you(?:'re|\ are|r)?)
    | \byou(?:'re|\ are|r|\ will\ be)(?:\ now)?(?:\ really)? | \bbe(?:come)?
    | \bplay(?:s|ing)?(?:\ the\ (?:role|part)\ of)? | \b(?:role|part|voice|style|persona)\ of
    | \bimpersonat\w* | \bimitat\w* | \bmimic\w* | \bidentity\ of | \bsimulat\w*
    | \b(?:i\ am|i'm|my\ name\ is|he\ is|she\ is) | \{\{char\}\}\ (?:is|plays)
    )(?:\ (?:"""
    + _TITLES
    + r"))*\W{0,3}$",
    re.IGNORECASE | re.VERBOSE,
)
"""What stands before a name in English."""
_KOREAN = re.compile(
    r"(?:너는|넌|네가|니가|당신은|당신이|이름은|이제부터|지금부터|오늘은|나는|저는|난|\{\{char\}\}[은는이가])"
    r"(?: (?:" + _TITLES + r"))*\W{0,3}$"
)
"""What stands before a name in Korean, where the copula must follow it."""
_BEHIND = re.compile(
    r"""['"’”」』]?(?:
      인\ ?(?:척|체|것처럼|양) | 처럼\ ?(?:말|대답|행동|굴|얘기|이야기|써|연기|해) | 같이\ ?(?:말|대답|행동)
    | [이가]?\ ?(?:되어|돼|된\ ?것처럼) | [을를]?\ ?(?:연기|흉내|따라\ ?해|사칭) | [은는이가]?\ ?빙의
    | 의?\ ?(?:역할|역을|역으로|흉내|행세|연기|성대모사|말투|목소리|페르소나|인격)
    | 이?라고\ ?(?:생각하고|상상하고|가정하고|치고|하고) | 으?로서?\ ?(?:말|대답|답|행동|빙의)
    )""",
    re.VERBOSE,
)
"""What follows a name in Korean."""
_IDENTITY = re.compile(
    r"""['"’”」』]?(?:입니다|이에요|예요|에요|이?야(?![가-힣])|이?다(?![가-힣])|이?라고|이?라네|인데|\s*(?:[.,!~]|$))"""
)
_POSSESSIVE = re.compile(r"['’]s\b")
AROUND = 48


def asked(text: str, start: int, end: int) -> bool:
    """Whether `text[start:end]`, a name, stands where somebody is asked to be, or said to be, that person."""
    before, behind = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    if _BEHIND.match(behind):
        return True
    if _KOREAN.search(before):
        return bool(_IDENTITY.match(behind))
    return bool(_ENGLISH.search(before)) and not _POSSESSIVE.match(behind)

"""A name, a kind and a tagline guessed from a sentence, by plain rules: the same sentence, the same draft."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["character", "business", "guide"]

LONGEST_NAME = 60
LONGEST_TAGLINE = 140

_ORDER = re.compile(  # "Create a character who is …": an order to us, not part of the character
    r"^(?:please\s+)?(?:(?:can|could) you\s+)?"
    r"(?:make|create|build|write|give|i want|i need|i'd like|i would like)"
    r"(?:\s+(?:me|us))?(?:\s+(?:an?|the)\s+(?:ai|bot|chatbot|character|persona|assistant))?"
    r"(?:\s+(?:for|of|who is|who's|that is|named|called|:))?\s*",
    re.IGNORECASE,
)
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'’.-]*"
_PROPER = rf"{_CAPITAL}(?:\s+(?:{_CAPITAL}|(?:of|the|de|van|von|da|la|el|bin)(?=\s+[A-ZÀ-Þ])))*"
_NAMED = (
    re.compile(
        r"(?:named|called|known as|name is|name's|name:)\s+[\"“'‘]([^\"”'’]{1,60})[\"”'’]", re.IGNORECASE
    ),
    re.compile(rf"\b(?i:named|called|known as|name is|name's|name:)\s+({_PROPER})"),
    re.compile(rf"\b(?:I am|I'm|I’m|This is|Meet|You are)\s+(?!(?:A|An|The)\b)({_PROPER})"),
    re.compile(
        r"\b(?i:named|called|name is|name:)\s+(?!(?i:a|an|the|after|by|for|to|on|in)\b)"
        rf"([a-z][\w-]{{1,30}}(?:\s+{_CAPITAL})*)"
    ),
    re.compile(
        r"^(?!(?:An?|The|I|You|He|She|It|They|We|My|Our|Your|His|Her|Someone|Somebody|One|This|That|There)\b)"
        rf"({_PROPER})(?=\s*(?:,|:|\(|–|—|-\s)|\s+(?:is|was|runs|lives|works|knows|answers|sells|keeps|who)\b)"
    ),
)
_HANGUL_NAME = r"([가-힣A-Za-z][가-힣A-Za-z0-9·]{0,11}?)"
_ENDING = (
    r"(?=이?라는|이?라고|인데|이고|이며|이에요|이예요|예요|이야|이다|입니다|인(?:\s|$)|야(?:[\s.,!]|$)"
    r"|[.,!?\n]|\s*$)"
)
_NAMED_KO = (
    re.compile(r"이름[은이]?\s*:?\s*[\"“'‘]([^\"”'’]{1,30})[\"”'’]"),
    re.compile(r"[\"“'‘]([^\"”'’]{1,30})[\"”'’](?:이?라는|이?란|이?라고)"),
    re.compile(rf"이름\s*(?:은|이|:)\s*{_HANGUL_NAME}{_ENDING}"),
    re.compile(r"(?<![가-힣])([가-힣]{2,8}?)(?:이?라는|이?란|이?라고\s+(?:하는|불리는|부르는))(?=\s)"),
    re.compile(r"^(?:나는|저는|난)\s(?:.*\s)?([가-힣]{2,5}?)(?:이야|야|입니다|이에요|예요)(?:[.!\s]|$)"),
    # "보라는 … 등대지기다", but not "노래하는 고양이다": there a verb stem stands before 는
    re.compile(r"^([가-힣A-Za-z0-9]{2,8})(?<![하있없되주우르나오])[은는]\s[^.!?]*(?:다|요)[.!]?(?:\s|$)"),
)
_BUSINESS = re.compile(
    r"\b(?:restaurants?|caf[eé]s?|coffee shop|bakery|shop|store|salon|barber ?shop|clinic|hotel|hostel"
    r"|guest ?house|bar|pub|gym|studio rental|dentist|pharmacy|florist|garage|diner|bistro|company|agency"
    r"|rentals?)\b"
    r"|식당|카페|가게|매장|미용실|병원|의원|호텔|민박|펜션|빵집|서점|약국|꽃집|헬스장|학원|횟집|분식|치킨집|술집|공방",
    re.IGNORECASE,
)
_GUIDE = re.compile(
    r"\b(?:guide (?:to|for|of)|answers? (?:questions|from)|help ?desk|handbook|manual|documentation|faq"
    r"|explains? (?:our|the|my))\b|안내(?:원|자|해|하는)|설명해\s?주는|매뉴얼|도움말",
    re.IGNORECASE,
)
_OURS = re.compile(r"\b(?:my|our)\b|우리|저희|제\s", re.IGNORECASE)
_CLAUSE = re.compile(
    r"\s*(?:[.,;:!?\n(–—]|\s-\s|\b(?:who|that|which|with|named|called|from|and|in|at|on|near)\b)",
    re.IGNORECASE,
)


def without_order(description: str) -> str:
    """The description without "Create a character who …" before it."""
    text = " ".join(description.split())
    rest = text[match.end() :] if (match := _ORDER.match(text)) else text
    return rest if len(rest) >= 3 else text


def name_of(description: str) -> str:
    """The name said in it, else what it is ("Grumpy lighthouse keeper"): 1 to 60 characters."""
    text = " ".join(description.split())
    for pattern in (*_NAMED_KO, *_NAMED) if re.search(r"[가-힣]", text) else _NAMED:
        if match := pattern.search(text):
            name = match.group(1).strip(" .,'’-")
            if name:
                return _capital(name)[:LONGEST_NAME].strip()
    return _what_it_is(without_order(text))


def kind_of(description: str) -> Kind:
    """`business` and `guide` only when the sentence says that it *is* one, not when one occurs in it."""
    text = without_order(description)
    if _GUIDE.search(text):
        return "guide"
    head = re.sub(r"^(?:an?|the|my|our)\s+", "", text, flags=re.IGNORECASE)
    korean = bool(re.search(r"[가-힣]", text))
    sentence = re.split(r"[.!?\n,]", head)[0]
    end = _CLAUSE.search(head)
    phrase = sentence if korean else head[: end.start()] if end else head
    found = list(_BUSINESS.finditer(phrase))
    if not found:
        return "business" if _OURS.search(text) and _BUSINESS.search(text) else "character"
    # what something is stands last: "a seafood restaurant", "부산의 작은 식당"; "a bakery owner" is a person
    rest = phrase[found[-1].end() :].strip()
    if korean:
        return (
            "character"
            if re.match(r"(?:의\s*)?\s*(?:주인|사장|할머니|할아버지|아저씨|직원|점원)", rest)
            else "business"
        )
    return "business" if not rest or _OURS.match(text) else "character"


def tagline_of(description: str) -> str:
    """Its first sentence, cut at a word."""
    text = _capital(without_order(description))
    first = re.split(r"(?<=[.!?。])\s", text, maxsplit=1)[0]
    return cut(first, LONGEST_TAGLINE)


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a space, with an ellipsis where something is missing."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    return (head[: head.rfind(" ")] if " " in head[limit // 2 :] else head).rstrip(" ,;:") + "…"


def _what_it_is(text: str) -> str:
    head = re.sub(r"^(?:an?|the|my|our)\s+", "", text, flags=re.IGNORECASE)
    head = head[: match.start()] if (match := _CLAUSE.search(head)) and match.start() > 1 else head
    head = re.sub(r"(?:입니다|이에요|예요)$", "", head.strip(" .!?"))
    words = head.split()
    return _capital(" ".join(words[:5]))[:LONGEST_NAME].strip() or "New character"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

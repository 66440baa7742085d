"""How much a question asks for: one fact, whether something is so, or an explanation, steps, a list."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re

from madang.kernel.language import language_of
from madang.knowledge.questions import asked

_EXPLAINS = re.compile(
    r"\bhow (?:to|do|does|did|can|could|should|would|come)\b|\bwhy\b|\bwhat (?:happens|causes?|should|else|kinds?|types?|sorts?)\b"
    r"|\b(?:describe|explain|tell me|list|overview|summari[sz]e|compare|differences?|differentiates?|differs?|steps|process|procedure"
    r"|features|benefits|advantages|disadvantages|effects?|symptoms|causes|options|examples|ways|impact|requirements|history|tips"
    r"|insights?|information|summary|guidelines?|recommendations?|suggestions?|advice|precautions|strategies|methods|pros and cons|rules|polic(?:y|ies))\b"
    r"|왜(?![가-힣])|어떻게 (?:해|하|되|돼|가|만|생|다르|신청|예약|이용|사용|취소|환불|주문|가입|준비)|방법|절차|차이|종류|이유(?:가|는|를)?\s*(?:$|[?？]|뭐|뭔|무엇|알)"
    r"|설명해|소개해|비교해|(?:규정|규칙|(?:환불|취소|반품|교환|배송|개인정보) ?정책)[은이을를]?\s*(?:$|[?？]|뭐|뭔|무엇|알|어떻)|무슨 내용|에 대해(?:서)?\s*(?:는\s*)?(?:$|[?？]|[가-힣\s]{0,6}(?:알려|알고|말해|말씀|이야기|얘기|궁금|듣고))"
    r"|(?:알려|가르쳐|이야기해|얘기해|말해)\s?(?:줘|주세요|주실|주시|줄래|달라)"
    r"|(?:무엇|뭐|무엇무엇|어떤 것|어떤 게|어떤 [가-힣]+[이가])(?:이|가|들이)?\s?(?:있|들어)|어떤 [가-힣]+(?:예요|이에요|인가요|입니까|이야|야)(?:[?？]|$)",
    re.IGNORECASE,
)
_MEANS = re.compile(
    r"\bhow (?:to|do|does|can)\b(?! \w+ (?:cost|weigh|open|close)\b)|\bwhy\b|왜(?![가-힣])|방법|절차",
    re.IGNORECASE,
)
"""What asks for an explanation although it speaks of a time, a price or a place."""
_MANY = re.compile(
    r"\bwho (?:are|were)\b(?! (?:you|we|i|he|she)\b)|\bwhich\b[^?]*s (?:are|were|do|can|have)\b",
    re.IGNORECASE,
)
"""What asks for all of several."""
_LISTS = re.compile(
    r"\b(?:which|what)\b[^?]*s (?:are there|are (?:available|offered)|is there|do you (?:have|offer|sell|serve|make|teach)|can i (?:choose|book|get))\b"
    r"|\bwhat (?:kinds?|types?|sorts?) of\b|^\W*(?:please )?(?:list|tell me about|what (?:is an?|are)(?! (?:the|this|that|your|its)\b))\b(?! (?:the|this|that)\b)"
    r"|(?:무엇|뭐|어떤 것|어떤 게|어떤 [가-힣]+[이가])(?:이|가|들이)?\s?있|종류",
    re.IGNORECASE,
)
"""What asks for all things of a kind, or what such a thing is: none of them has to be named."""
_ABOUT = re.compile(
    r"\b(?:what|how) (?:is|are|was|were|do|does|did|about)\b|\bwhich\b[^?]*s\b|\bwhat [a-z]+s\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"[?？]|^\W*(?:is|are|do|does|did|can|could|will|would|has|have|when|who|where|which)\b", re.IGNORECASE
)
_WHETHER = re.compile(
    r"(?:^|[.!,;]\s+|\b(?:and|but|so|or)\s+)(?:is|isn't|are|aren't|was|were|do|don't|does|doesn't|did|can|can't|could|will|would"
    r"|should|may|must|has|have) [^,;]*[?？]\s*$",
    re.IGNORECASE,
)


def explains(question: str) -> bool:
    """Whether it asks for more than one fact: an explanation, steps, a list, or simply about a thing."""
    if _MANY.search(question):
        return True
    if asked(question) != "other":
        return bool(_MEANS.search(question))
    if _EXPLAINS.search(question) or lists(question):
        return True
    return language_of(question) != "ko" and (bool(_ABOUT.search(question)) or not _ASKS.search(question))


def lists(question: str) -> bool:
    """Whether it asks which things of a kind there are, or about the kind itself."""
    return bool(_LISTS.search(question))


def whether(question: str) -> bool:
    """Whether it is answered by a yes or a no, which a quotation cannot say: it shows what decides instead."""
    return asked(question) == "other" and bool(_WHETHER.search(question))

"""Where a person is reached when the sources do not answer: a telephone number or an address out of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from madang.chat.doors import KnowledgeDoor
from madang.knowledge.types import Passage, Span

_ASKS = {"en": "telephone phone number email contact", "ko": "전화번호 전화 연락처 문의 이메일"}
_PHONE = re.compile(
    r"(?<![\w.,:/-])(?:\+\d{1,3}[\s.-]?)?(?:\(\d{2,5}\)|\d{2,5})[\s.-]\d{3,4}(?:[\s.-]\d{2,4}){0,2}(?![\d:/-]|[,.]\d|\s\d|\s?(?:won|원|m\b|km\b|%))"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NEARBY = re.compile(
    r"\b(?:tel(?:ephone)?|phone|call|ring|contact|mobile)\b|전화|연락|문의|휴대폰|☎|📞", re.IGNORECASE
)
_FOOTER = re.compile(r"(?:^|\n)[^\n]{1,80}\s[·•|]\s$")
"""Where a page's last line has a number without a word for it: behind the business's name or address."""
_LOOK_BACK = 60
"""Characters before a number in which a word must say that it is a telephone's."""
_LEAST = 7
"""Digits of a telephone number at least."""


async def contact(knowledge: KnowledgeDoor, character_id: str, language: str) -> Span | None:
    """The number or address as it stands in the sources, in the visitor's language first, or None."""
    for one in (language, *(other for other in _ASKS if other != language)):
        evidence = await knowledge.evidence(character_id, _ASKS.get(one, _ASKS["en"]))
        passages = [span.passage for span in evidence.spans] + [found.passage for found in evidence.found]
        if (span := reached(passages)) is not None:
            return span
    return None


def reached(passages: Sequence[Passage]) -> Span | None:
    """The first telephone number that is said to be one, else the first e-mail address."""
    for passage in passages:
        if (number := telephone(passage)) is not None:
            return number
    for passage in passages:
        if (mail := _MAIL.search(passage.text)) is not None:
            return Span(passage=passage, start=mail.start(), end=mail.end())
    return None


def telephone(passage: Passage) -> Span | None:
    """The first number of a passage that is said to be a telephone's."""
    for match in _PHONE.finditer(passage.text):
        before = passage.text[max(0, match.start() - _LOOK_BACK) : match.start()]
        if sum(letter.isdigit() for letter in match[0]) < _LEAST:
            continue
        footer = match[0][0] in "+(0" and _FOOTER.search(
            passage.text[max(0, match.start() - 100) : match.start()]
        )
        if footer or _NEARBY.search(f"{' '.join(passage.headings)} {before}"):
            return Span(passage=passage, start=match.start(), end=match.end())
    return None

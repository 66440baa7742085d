"""By what a document shows that it is a business's, whose it is, and which language it is in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from madang.authoring.phrases import Language
from madang.kernel.language import language_of

READ = 60_000
"""Characters of a document that are looked at."""
ENOUGH = 3
"""Signs of a business that make a document one of it; a list of prices is enough alone."""
ROWS = 3
"""Lines with a price in them that make a list."""
LONGEST_ROW = 300
FEW, MANY = 0.2, 0.4
"""Shares of Hangul among the letters between which a document says as much in English as in Korean: a
Korean syllable says what two or three Latin letters say."""

_MONEY = r"(?:[$€£₩]\s?\d|\d\s?(?:USD|KRW|EUR|won)\b|\d\s?원(?![가-힣]))"
_SIGNS = (
    r"\bmenus?\b|메뉴",
    r"\bopening hours\b|\bopen (?:daily|from)\b|\bhours\b|영업\s?시간|운영\s?시간|휴무",
    # a day of the week with times from and to: "Monday: 10:00–18:00", "월~금 9:00~18:00"
    r"(?:\b(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\b|[월화수목금토일](?:요일)?|평일|주말|매일)[^\n]{0,24}?"
    r"\d{1,2}(?::\d{2}|시|\s?[ap]m)?\s?(?:[-–—~]|to)\s?\d{1,2}(?::\d{2}|시|\s?[ap]m)",
    _MONEY,
    r"\breservations?\b|\bbookings?\b|\bbook a\b|예약",
    r"\brefund(?:s|ed|able)?\b|\breturns?\b|환불|교환",
    r"\bdeposits?\b|보증금|예약금",
    r"\bdelivery\b|\btake-?away\b|배달|포장",
    r"\bparking\b|\bcar park\b|주차",
    # a telephone number; an address of a street
    r"(?<![\d-])(?:\+\d{1,3}[ -]?)?\(?0?\d{1,4}\)?[ -]\d{3,4}[ -]\d{4}(?![\d-])",
    r"\b\d{1,5},? (?:[A-Z][\w'-]+ ){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Square|Boulevard)\b"
    r"|\b\d{1,4},? [A-Z][a-z]+-(?:ro|gil|daero)\b"
    r"|[가-힣](?:시|군|구|읍|면|동) [가-힣\d]{1,10}(?:대로|로|길) ?\d",
)
_PRICED = re.compile(_MONEY, re.IGNORECASE)
_PRICE_LIST = re.compile(
    r"\b(?:price ?list|prices?|rates?|fees|tariff|menus?)\b|가격|요금|메뉴", re.IGNORECASE
)
_KIND_OF_PAPER = re.compile(
    r"(?:our |the )?(?:price ?list|prices|menus?|rates|fees|tariff|rental terms"
    r"|terms(?: (?:and|&) conditions)?|opening hours|hours|(?:house )?(?:rules|policies)|faqs?"
    r"|questions (?:and|&) answers|about(?: us)?|contact(?: us)?|find us|home|welcome"
    r"|가격표?|요금표?|메뉴판?|(?:이용\s?)?안내|이용\s?약관|영업\s?시간|운영\s?시간"
    r"|오시는\s?길|자주 묻는 질문)(?:\s*\(?(?:19|20)\d\d년?\)?)?",
    re.IGNORECASE,
)
"""What a paper of a business is, without whose it is."""
_DATE = r"\(?(?:19|20)\d\d(?:\s?년)?(?:[-./ ]\s?\d{1,2}(?:\s?월)?(?:[-./ ]\s?\d{1,2}(?:\s?일)?)?)?\)?"
_DATED_FIRST = re.compile(rf"^{_DATE}\s+")
_PAPER_LAST = re.compile(
    rf"(?:(?<=\s)|(?<=[가-힣]))(?:{_DATE}|\(\d\)|v\d+(?:\.\d+)?|final|copy|최종|수정본?|사본)$"
    r"|(?<=\s)(?:price ?list|prices|menus?|rates|fees|tariff|(?:rental |house )?(?:terms|policies|rules)"
    r"(?: (?:and|&) conditions)?|opening hours|faqs?"
    r"|가격표?|요금표?|메뉴판?|단가표|(?:이용\s?)?안내문?|(?:이용\s?)?약관|(?:영업|운영)\s?시간"
    r"|자주 묻는 질문)$",
    re.IGNORECASE,
)
"""What stands behind the name of a house on its papers: what kind of paper, of when, which copy."""
_GENERAL = re.compile(
    r"(?:(?:the|our|new|full|set|kids?|seasonal|spring|summer|autumn|fall|winter|breakfast|brunch|lunch|dinner"
    r"|drinks?|wines?|food|desserts?|rental|service|우리|저희|가게|매장|전체|최신|신규|세트|봄|여름|가을|겨울"
    r"|아침|점심|저녁|런치|디너|음료|주류|식사|대여|서비스|상품|제품|시즌)\s*)+",
    re.IGNORECASE,
)
"""What is no house's name alone: a lunch menu is not Lunch's."""
_PARTS = re.compile(r" [|–—·:/-] | :: ")
_CELL = re.compile(r" · |: ")
_HANGUL = re.compile(r"[가-힣]")
_LETTER = re.compile(r"[^\W\d_]")
_ENGLISH_SENTENCE = re.compile(r"\b(?:the|is|are|can|you|we|our|your|with|and)\b", re.IGNORECASE)
_KOREAN_SENTENCE = re.compile(r"[가-힣](?:니다|세요|어요|아요|예요|에요)(?![가-힣])")


def kind_of_document(text: str, title: str) -> Literal["business", "guide"]:
    """`business` for a list of prices, and for what shows enough different signs of one."""
    seen = f"{title}\n{text[:READ]}"
    rows = [line for line in seen.split("\n") if len(line) <= LONGEST_ROW and _PRICED.search(line)]
    if len(rows) >= ROWS and _PRICE_LIST.search(seen):
        return "business"
    return "business" if sum(bool(re.search(sign, seen, re.I)) for sign in _SIGNS) >= ENOUGH else "guide"


def language_of_document(text: str, title: str) -> Language:
    """The language that most of it is in, a row's column names and repeated cells counted once. Where both
    say as much, its title's."""
    cells = dict.fromkeys(cell.strip() for line in text.split("\n") for cell in _CELL.split(line))
    told = "\n".join(cells)
    letters = len(_LETTER.findall(told))
    if not letters:
        return language_of(title)
    share = len(_HANGUL.findall(told)) / letters
    if not FEW <= share < MANY:
        return "ko" if share >= MANY else "en"
    english = _ENGLISH_SENTENCE.search(told) or not _KOREAN_SENTENCE.search(told)
    return "en" if english and not _HANGUL.search(title) else "ko"


def house_of(title: str) -> str:
    """Whose a paper is: `Mulbit Landing – Prices 2026` is Mulbit Landing's, `느린달 가격표 2026 11` 느린달's;
    else the title."""
    parts = [part.strip() for part in _PARTS.split(title) if part.strip()]
    names = [name for part in parts if (name := _without_paper(part))]
    if len(parts) == 1 or len(names) == 1:
        return names[0] if names else title
    return title


def house_among(titles: Sequence[str]) -> str | None:
    """Whose several papers are: the name in most of their titles, in two at least."""
    said = Counter(
        name
        for title in titles
        for name in {_without_paper(part.strip()) for part in _PARTS.split(title)}
        if name
    )
    name, times = max(said.items(), key=lambda one: one[1], default=("", 0))
    return name if times > 1 else None


def house_told(pages: Sequence[str]) -> str | None:
    """Whose a site is, by the titles of its pages; None where a single one tells nothing but itself."""
    if len(set(pages)) > 1:
        return house_among(pages)
    return next((house for title in pages if (house := house_of(title)) != title), None)


def _without_paper(part: str) -> str:
    """A part of a title without what kind of paper it is and of when; empty where no name is left."""
    if _KIND_OF_PAPER.fullmatch(part):
        return ""
    name = _DATED_FIRST.sub("", part)
    while (shorter := _PAPER_LAST.sub("", name).strip(" ,_-–(")) != name:
        name = shorter
    if not _LETTER.search(name) or _KIND_OF_PAPER.fullmatch(name):
        return ""
    return part if _GENERAL.fullmatch(name) else name

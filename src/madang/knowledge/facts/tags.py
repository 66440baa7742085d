"""What an item is, as its row says: vegetarian, vegan, spicy, … Nothing is concluded from what is not said."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re

TAGS: dict[str, str] = {
    "vegan": r"\bvegans?\b|비건|완전\s?채식",
    "vegetarian": r"\bvegetarians?\b|\bveggie\b|\bmeat[- ]free\b|(?<!비)채식(?:주의)?|베지테리언",
    "spicy": r"\bspic(?:y|ier)\b|\bhot (?:and|&) sour\b|\bfiery\b|(?<!안\s)(?<!안)매운(?!탕집)|매움|매콤|얼큰|맵(?!지\s?않)|칼칼",
    "gluten-free": r"\bgluten[- ]free\b|글루텐\s?(?:프리|무첨가)|무글루텐",
    "dairy-free": r"\bdairy[- ]free\b|\blactose[- ]free\b|무유당|락토\s?프리|유당\s?없",
    "halal": r"\bhalal\b|할랄",
    "kosher": r"\bkosher\b|코셔",
    "decaf": r"\bdecaf(?:feinated)?\b|디카페인",
    "organic": r"\borganic\b|유기농",
    "seafood": r"\bcontains (?:[a-z]+ and )?seafood\b|\bseafood\b|해물|해산물",
}
_SEEN = {tag: re.compile(pattern, re.IGNORECASE) for tag, pattern in TAGS.items()}
_NOT = re.compile(
    r"(?:\bnot|\bnon|\bno|\bisn['’]t|\bunsuitable for|\bnot suitable for|\bcontains no|안|비)[\s-]*(?:a |for )?$",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"^\s*(?:이|가|은|는)?\s*(?:아닙|아님|아니|안\s?됨|불가|없|x\b|지\s?않)|^\s*:?\s*(?:no|false|n|x|아니오|아니요)\b",
    re.IGNORECASE,
)
_MAYBE_BEFORE = re.compile(
    r"\b(?:can be (?:made|prepared)|option(?:al)?|available|on request|without|if|ask for)\b[^.;]*$|(?:빼면|제외하면|변경|요청)[^.;]*$",
    re.IGNORECASE,
)
_MAYBE_AFTER = re.compile(
    r"^\s*(?:option|version|on request|upon request|without|if |when )|^\s*(?:가능|옵션|변경|선택|로 (?:변경|가능|주문))",
    re.IGNORECASE,
)
IMPLIED = {"vegan": ("vegetarian", "dairy-free")}


def tags_of(*texts: str) -> list[str]:
    """The tags that the texts of a row give, sorted; `not-` ones too, so that they contradict."""
    found: set[str] = set()
    for text in texts:
        for tag, pattern in _SEEN.items():
            for match in pattern.finditer(text):
                verdict = _verdict(text, match.start(), match.end())
                if verdict is not None:
                    found.add(tag if verdict else f"not-{tag}")
    for tag in list(found):
        found.update(IMPLIED.get(tag, ()))
    return sorted(tag for tag in found if f"not-{tag}" not in found)


def _verdict(text: str, start: int, end: int) -> bool | None:
    """True, False, or None where it depends ("vegan without the egg")."""
    before, after = text[max(0, start - 40) : start], text[end : end + 40]
    if _NOT.search(before) or _NOT_AFTER.match(after):
        return False
    if _MAYBE_AFTER.match(after) or _MAYBE_BEFORE.search(re.split(r"[.;·]", before)[-1]):
        return None
    return True

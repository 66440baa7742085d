"""How many pieces a price is for, where it is for several: "붕어빵 3개", "Bagels (6)", "Eggs (dozen)"."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re

_KOREAN = re.compile(
    r"(?<![\d.,~-])(?P<n>\d{1,3})\s?(?:개입|구입|개|구|입|알|조각|마리|장|매|자루|포기|권|봉지?|캔|병|줄|켤레|송이|포|피스|ea\b)(?:들이|입|세트|묶음)?(?![가-힣])",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"(?<=[a-rt-z]s)\s*[(（]\s*(?P<bare>\d{1,3})\s*[)）]|\b(?P<for>\d{1,3}) for$|\b(?:packs?|sets?|box(?:es)?|bags?|trays?|bundles?|cases?|bunch(?:es)?) of (?P<of>\d{1,3})\b"
    r"|\b(?P<pieces>\d{1,3})[\s-]?(?:pack|pk|pcs?|pieces?|count|ct)\b|(?P<dozen>\b(?P<half>half(?: a)? )?dozen\b)|(?P<pair>\b(?:per |a )?pair\b)|\bx\s?(?P<times>\d{1,2})\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(r"[(（](?P<n>\d{1,3}) (?P<what>[a-z]{3,})[)）]", re.IGNORECASE)
_LED = re.compile(r"^\s*(?:per )?(?P<n>\d{1,3})(?:\s+(?P<what>[a-z]{3,}))?\s*$", re.IGNORECASE)
_MEASURES = re.compile(
    r"(?:min(?:ute)?|hour|hr|day|night|week|month|year|inch|people|person|guest|adult|child|kid|seat|bed|room|metre|meter|gram|litre|liter|session|class|course|visit|lesson)(?:e?s|ren)?$",
    re.IGNORECASE,
)
"""What counts no pieces."""
_HELD = re.compile(
    r"[(（]\s*(?:1\s?|per |a )?(?P<what>판|박스|상자|봉지|망|포대|단|box|tray|bag|case|crate|bunch|m2|m²|sq ?m|m|metre|meter|100 ?g|100 ?ml)\s*[)）]",
    re.IGNORECASE,
)
WHOLE = re.compile(
    r"세트|박스|상자|봉지|팩|판|통|접시|그릇|인분|묶음|\b(?:packs?|sets?|box(?:es)?|bags?|trays?|portions?|orders?|plates?|servings?|bundles?|pairs?|dozens?)\b",
    re.IGNORECASE,
)
"""Words that count what the price is for, as it is sold."""


def pieces_of(name: str) -> int:
    """Of a name; 1 where it names no number of pieces."""
    found = _KOREAN.search(name)
    if found is not None:
        return int(found["n"])
    match = _ENGLISH.search(name)
    if match is None:
        again = _AGAIN.search(name)  # "Shirts (5 shirts)"
        return (
            int(again["n"])
            if again is not None and again["what"].lower()[:3] in name[: again.start()].lower()
            else 1
        )
    if match["dozen"]:
        return 6 if match["half"] else 12
    if match["pair"]:
        return 2
    return int(next(match[key] for key in ("bare", "for", "of", "pieces", "times") if match[key]))


def held_in(name: str) -> str:
    """The container, or the measure, in brackets that a price is for and that says no number of pieces: "(box)",
    "(1판)", "(m2)"; empty for none."""
    match = _HELD.search(name)
    return match["what"].lower() if match is not None else ""


def pieces_in(cell: str) -> int:
    """Of a cell under "Pack size", "Unit", "단위": "6", "box of 4", "5 shirts"; 1 for one, and for what counts no
    pieces ("1 hour", "500 g")."""
    match = _LED.match(cell)
    if match is not None and not (match["what"] and _MEASURES.match(match["what"])):
        return int(match["n"])
    return pieces_of(cell)

"""Lines with a price for each size of one thing: "수육 소 25,000 / 중 35,000", "House wine 125ml £4.50 / bottle £22"."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import itertools
import re
from decimal import Decimal

from madang.knowledge.facts.columns import SENTENCE, without_pictures
from madang.knowledge.facts.numerals import Money, money_in, plain_number
from madang.knowledge.facts.tags import tags_of
from madang.knowledge.facts.types import Item

_SIZE = (
    r"(?:정가|할인가|행사가|특가|판매가|곱빼기|곱|보통|소|중|대|특|특대|왕|반|한\s?(?:마리|판|접시|병|잔)|반\s?(?:마리|판)|잔|병|컵|(?:핫|아이스|스몰|미디엄|라지|레귤러|하프)"
    r"|\d+(?:\.\d+)?\s?(?:ml|cl|l|g|kg|oz|inch(?:es)?|in|cm|[\"”″]|인|인분|인용|명|조각|개|쪽|p|pcs?|pieces?)|(?:a |per |one )?(?:small|medium|large|regular|extra large|xl|s|m|l|half(?: pint)?|full|whole|single|double|glass|carafe|bottle|can|pint|mug|cup|pot|jug|slice|hot|iced?|adult|child|children|kids?))"
)
_LABEL = re.compile(rf"{_SIZE}(?:\s?[(（][^()（）]{{1,20}}[)）])?", re.IGNORECASE)
_AT_END = re.compile(rf"(?:^|(?<=[\s(（:])){_SIZE}$", re.IGNORECASE)
_TYPED = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
_TWO = re.compile(r"\d\D+\d|원|달러|유로|엔|파운드|won|dollar|euro|pound|yen", re.IGNORECASE)
"""A part of any two amounts, in digits or in words."""
_AROUND = " \t/|,;:·.-–—~()（）[]"
_MOST, _LONGEST, _NAME = 6, 160, 60


def sizes_in(line: str, category: str) -> list[Item]:
    """An item a size, each with what its price is for; none for a line of one price, or of other things."""
    if len(line) > _LONGEST or not _TWO.search(line) or line.count(": ") > 1:
        return []
    amounts = list(money_in(line))
    if not amounts and re.search("[가-힣]", line) and ": " not in line:
        amounts = [
            Money(Decimal(number), "KRW", match.start(), match.end())
            for match in _TYPED.finditer(line)
            if (number := plain_number(match[0])) is not None
        ]
    if not 2 <= len(amounts) <= _MOST or len({one.currency for one in amounts}) != 1:
        return []
    if re.search(r"[^\s()（）\].]", line[amounts[-1].end :]) or re.search(
        r"\d\s*[-–~∼+]\s*$", line[: amounts[1].start]
    ):
        return []
    led = without_pictures(line[: amounts[0].start]).strip(_AROUND + "*•▪◦✓")
    labels = [line[before.end : after.start].strip(_AROUND) for before, after in itertools.pairwise(amounts)]
    if not all(_LABEL.fullmatch(label) for label in labels):
        return []
    own = _AT_END.search(led)
    name = led[: own.start()].strip(_AROUND) if own is not None else led
    if not 1 < len(name) <= _NAME or not re.search(r"[^\W\d_]", name) or SENTENCE.search(name):
        return []
    every = [own[0] if own is not None else "", *labels]
    if len(set(every)) < len(every):
        return []
    return [
        Item(
            name=f"{name} ({label})" if label else name,
            others=[f"{name} {label}", f"{label} {name}"] if label else [],
            variant=label,
            amount=money.amount,
            currency=money.currency,
            tags=tags_of(name),
            category=category[:80],
        )
        for label, money in zip(every, amounts, strict=True)
    ]

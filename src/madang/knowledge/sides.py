"""Kinds of which a thing is one or another: what is said of a dog answers nothing that is asked about a cat."""

# ruff: noqa: E501 - a pattern is read whole
from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_SIDES: tuple[tuple[str, ...], ...] = (
    (
        r"\b(?:dogs?|pupp(?:y|ies))\b|강아지|반려견|애견",
        r"\b(?:cats?|kittens?)\b|고양이|반려묘|냥이",
        r"\b(?:rabbits?|bunn(?:y|ies))\b|토끼",
        r"\bguinea pigs?\b|기니피그",
        r"\bhamsters?\b|햄스터",
        r"\b(?:birds?|parrots?|budgies?)\b|앵무새",
        r"\b(?:horses?|pon(?:y|ies))\b|조랑말",
    ),
    (r"(?<!fe)\bmales?\b|\bcastrat\w*|수컷", r"\bfemales?\b|\bspay\w*|암컷"),
    (
        r"\bm[ea]n(?:['’]?s)?\b|\bgentlem[ea]n\b|남자|남성",
        r"\bwom[ea]n(?:['’]?s)?\b|\blad(?:y|ies)\b|여자|여성",
    ),
    (
        r"\badults?\b|성인|어른",
        r"\b(?:child|children|kids?|toddlers?|bab(?:y|ies))\b|어린이|아이(?![스템디콘폰패섀])|초등학생|아기|유아",
        r"\b(?:teens?|teenagers?)\b|청소년|중학생|고등학생",
        r"\b(?:seniors?|pensioners?)\b|노인|어르신|경로 ?우대",
    ),
    (
        r"\bsmall\b|스몰|소형|(?<![가-힣])소[자짜]|(?:크기|사이즈|size): ?(?:S|소)(?![\w가-힣])",
        r"\b(?:medium|regular)\b|미디엄|레귤러|중형|(?<![가-힣])중[자짜]|(?:크기|사이즈|size): ?(?:M|R|중)(?![\w가-힣])",
        r"\blarge\b|라지|대형|(?<![가-힣])대[자짜]|(?:크기|사이즈|size): ?(?:L|대)(?![\w가-힣])",
    ),
)
"""The kinds of each group exclude one another."""
_PATTERNS = tuple(tuple(re.compile(side, re.IGNORECASE) for side in sides) for sides in _SIDES)


@lru_cache(2048)
def sides(text: str) -> tuple[frozenset[int], ...]:
    """For each group the kinds that `text` names."""
    return tuple(
        frozenset(place for place, side in enumerate(group) if side.search(text)) for group in _PATTERNS
    )


def keeps(first: str, second: str) -> bool:
    """Whether `first` names a kind of a group of which `second` names none: what follows is still about it."""
    return any(one and not other for one, other in zip(sides(first), sides(second), strict=True))


def without(text: str, other: str) -> str:
    """`text` without its kinds of the groups of which `other` names one: those take their place."""
    for group, there in zip(_PATTERNS, sides(other), strict=True):
        for side in group if there else ():
            text = side.sub(" ", text)
    return " ".join(text.split())


def of_another(question: str, text: str, headings: Sequence[str] = ()) -> bool:
    """Whether a row of a table, or what stands under a question, is about another kind than `question` names.

    A sentence is never refused: that dogs may come in says something to somebody with a cat.
    """
    above = headings[-1] if headings and headings[-1].rstrip().endswith(("?", "？")) else ""
    if " · " not in text and not above:
        return False
    told = sides(f"{above} {text}")
    return any(
        asked and there and not asked & there for asked, there in zip(sides(question), told, strict=True)
    )

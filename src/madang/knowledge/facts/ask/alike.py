"""Words of price lists that people say otherwise: "대인" and "어른", "ICED" and "차가운"."""

from __future__ import annotations

import re

_GROUPS = tuple(
    tuple(group.split("|"))
    for group in """
    대인|어른|성인|adult
    소인|어린이|아이|애기|아기|꼬마|child|kid|children
    경로|노인|어르신|할머니|할아버지|senior|pensioner
    청소년|중고생|고등학생|중학생|teenager|teen
    단체|group
    회원|member
    비회원|non-member
    따뜻하게|따뜻한|뜨거운|핫|hot
    차갑게|차가운|시원한|아이스|iced|ice|cold
    작은|작은거|스몰|small
    중간|보통|미디엄|레귤러|medium|regular
    큰|큰거|라지|large
    평일|주중|weekday
    주말|weekend
    주간|낮|낮에|daytime|day
    야간|밤|밤에|심야|night
    성수기|peak
    비수기|off-peak
    반일|반나절|half day
    종일|하루종일|full day
    편도|one-way
    왕복|return|round trip
    포장|테이크아웃|take-away|takeaway|takeout
    매장|eat-in|dine-in
    """.strip().splitlines()
    for group in [group.strip()]
)
_MOST = 24
"""Names that one name is known by."""


def otherwise(name: str) -> list[str]:
    """The name with one of its words said otherwise, in lower case; none where it has no such word."""
    found: list[str] = []
    lowered = name.lower()
    for group in _GROUPS:
        for word in group:
            if (place := _pattern(word).search(lowered)) is None:
                continue
            found += [
                lowered[: place.start()] + other + lowered[place.end() :] for other in group if other != word
            ]
            break
    return found[:_MOST]


def _pattern(word: str) -> re.Pattern[str]:
    if re.search("[가-힣]", word):
        return re.compile(rf"(?<![가-힣]){re.escape(word)}(?![가-힣])")
    return re.compile(rf"(?<![a-z-]){re.escape(word)}(?:s)?(?![a-z-])")

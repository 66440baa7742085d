"""Korean particles that a catalogue leaves open ("{thing}을(를)"), settled by the sound before them."""

from __future__ import annotations

import re

_OPEN = re.compile(
    r"(?P<last>[가-힣0-9])(?P<close>[”’\"'」』)\]]*)"
    r"(?P<open>을\(를\)|이\(가\)|은\(는\)|와\(과\)|과\(와\)|\(으\)로|\(이\))"
)
_WAYS = {
    "을(를)": ("을", "를"),
    "이(가)": ("이", "가"),
    "은(는)": ("은", "는"),
    "와(과)": ("과", "와"),
    "과(와)": ("과", "와"),
    "(으)로": ("으로", "로"),
    "(이)": ("이", ""),
}
"""After a consonant, after a vowel."""
_DIGITS = dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True))
_LIQUID = 8
"""The final sound after which 로 stands alone."""


def settled(text: str) -> str:
    """`text` with every open particle in the form that the syllable or digit before it wants; after a Latin
    letter, whose sound nobody knows, both forms stay."""
    return _OPEN.sub(_settle, text)


def _settle(match: re.Match[str]) -> str:
    syllable = _DIGITS.get(match["last"], match["last"])
    final = (ord(syllable) - 0xAC00) % 28
    closed = final > 0 and not (match["open"] == "(으)로" and final == _LIQUID)
    return f"{match['last']}{match['close']}{_WAYS[match['open']][0 if closed else 1]}"

# ruff: noqa: E501 - a table is read whole
"""English words in Hangul ("핸드 빌딩", "마이크로칩") and the words they were taken from, by their sounds.

Consonants alone are compared, as Hangul can tell them apart: "hand" and "핸드" are both h-n-d. Three of them
are the least that says something.
"""

from __future__ import annotations

import re
from functools import lru_cache

LEAST = 3
_FIRST = ("k", "k", "n", "d", "d", "l", "m", "b", "b", "s", "s", "", "j", "j", "c", "k", "t", "p", "h")
_LAST = (
    "", "k", "k", "k", "n", "n", "n", "t", "l", "l", "l", "l", "l", "l", "l", "l", "m", "p", "p", "t", "t",
    "ng", "t", "t", "k", "t", "p", "t",
)  # fmt: skip
_SPELT = (
    (r"^(?:kn|gn|pn)", "n"), (r"^wr", "r"), (r"^x", "s"), (r"tion", "sn"), (r"ight", "it"), (r"ph", "f"), (r"sh", "s"),
    (r"tch|ch", "C"), (r"ck|q|c(?![eiyh])", "k"), (r"c(?=[eiy])", "s"), (r"dge|g(?=[ey])", "j"), (r"th", "s"),
    (r"wh", "w"), (r"x", "ks"), (r"ng", "N"), (r"(?<=[aeiou])r(?![aeiouy])", ""), (r"[aeiouyw]", ""), (r"h(?!$)(?<!^h)", ""),
)  # fmt: skip
_SAME = str.maketrans({"r": "l", "f": "p", "v": "b", "z": "j", "g": "k", "C": "c"})
_WORDS = re.compile(r"[a-z]{4,}")


@lru_cache(4_000)
def sounds(word: str) -> str:
    """The consonants of a word in Hangul or in English, in lower case; empty for anything else."""
    if re.fullmatch("[가-힣]+", word):
        return _plain("".join(_syllable(ord(letter) - 0xAC00) for letter in word))
    if not re.fullmatch("[a-z]+", word):
        return ""
    for said, sound in _SPELT:
        word = re.sub(said, sound, word)
    return _plain(word.translate(_SAME).replace("N", "ng"))


def lent(word: str, text: str) -> bool:
    """Whether an English word of `text` (in lower case) sounds as `word`, which is in Hangul."""
    wanted = sounds(word)
    return len(wanted) >= LEAST and any(_alike(wanted, sounds(other)) for other in _WORDS.findall(text))


def _syllable(place: int) -> str:
    return _FIRST[place // 588] + _LAST[place % 28]


def _plain(sounded: str) -> str:
    """Without what is said twice, and with the stops at the end of a syllable as Hangul keeps them."""
    return re.sub(
        r"(.)\1", r"\1", sounded.replace("ng", "N").replace("t", "d").replace("k", "g").replace("p", "b")
    )


def _alike(one: str, other: str) -> bool:
    """The same, or with an s more at the end: "hands"."""
    return one in (other, other.removesuffix("s"))

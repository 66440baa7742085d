"""Words: BM25 over what a character says of itself, kept as one packed array a term.

A posting is a 32-bit number: the row above, the term's weight in the character (at most 255) in the low eight
bits. What stands in the name counts four times, tags three times, the tagline twice. Rows that were taken out
stay in the arrays until the index is made anew: the caller masks them.
"""

from __future__ import annotations

import math
import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from madang.storage.segment import terms

K1, B = 0.9, 0.4
"""As in `storage.search`."""
MOST_TERMS = 24
"""Terms of a query that are looked up; a longer one is a pasted text."""
MOST_WEIGHT = 255
PREFIXES = range(2, 7)
"""Letters of a beginning under which a word of a name, tag or tagline is found while it is being typed."""
COMMON = frozenset(
    (  # noqa: SIM905
        "a an and are as at be but by can do does for from had has have he her him his how i if in is it its "
        "me my no not of on one or she so some than that the their them then they this to us was we were "
        "what when where which who why will with you your"
    ).split()
)
_PARTICLES = (  # noqa: SIM905
    "입니다 에서는 에서 에는 에게 으로 까지 부터 이나 이란 하고 처럼 보다 이랑 라는 이다 하는 하기 "
    "들을 들이 들의 은 는 이 가 을 를 의 에 도 로 와 과 만 들"
).split()
"""Longest first."""
_LAST = re.compile(r"[^\W_]+$")
Scores = NDArray[np.float32]
Rows = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Counted:
    """The terms of one character with their weights, and their sum."""

    weights: dict[str, int]
    length: int


def count(fields: Iterable[tuple[str, int]]) -> Counted:
    """`fields`: texts with what a word in them counts. Those that count double give beginnings too."""
    weights: Counter[str] = Counter()
    length = 0
    for text, weight in fields:
        for term in terms(text):
            weights[term] += weight
            length += weight
        if weight > 1:
            for start in _beginnings(text):
                weights[start] += weight
    return Counted({term: min(weight, MOST_WEIGHT) for term, weight in weights.items()}, length)


def asked(query: str) -> tuple[list[str], str]:
    """The terms of a query, each once and without the most common words, and the beginning of its last word
    (empty when it has none). Only the last word may be unfinished."""
    wanted = list(dict.fromkeys(terms(" ".join(bare(word) for word in _folded(query).split()))))
    telling = [term for term in wanted if term not in COMMON] or wanted
    last = _LAST.search(_folded(query))
    start = next(iter(_beginnings(last.group(), longest=True)), "") if last else ""
    return telling[:MOST_TERMS], start


def bare(word: str) -> str:
    """A Korean word without the particle it ends with; any other word as it is."""
    if "\uac00" <= word[0] <= "\ud7a3":
        ending = next((one for one in _PARTICLES if word.endswith(one) and len(word) - len(one) >= 2), "")
        return word[: len(word) - len(ending)]
    return word


def _beginnings(text: str, *, longest: bool = False) -> list[str]:
    """`^ca`, `^cat` for `cat`; of a Hangul word the first syllable, for its pairs are terms already."""
    found: list[str] = []
    for word in re.findall(r"[^\W_]+", _folded(text)):
        if "\uac00" <= word[0] <= "\ud7a3":
            if not longest or len(word) == 1:
                found.append("^" + word[0])
            continue
        lengths = [size for size in PREFIXES if size <= len(word)]
        found.extend("^" + word[:size] for size in (lengths[-1:] if longest else lengths))
    return found


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


class Words:
    """The postings. `add` and `find` are called from one thread."""

    def __init__(self) -> None:
        self._postings: dict[str, array[int]] = {}
        self._lengths = np.zeros(1024, np.float32)
        self._total = 0
        self._rows = 0

    def add(self, row: int, counted: Counted) -> None:
        """Rows come in rising order."""
        if row >= len(self._lengths):
            self._lengths = np.concatenate([self._lengths, np.zeros_like(self._lengths)])
        self._lengths[row] = counted.length
        self._total += counted.length
        self._rows = row + 1
        high = row << 8
        postings = self._postings
        for term, weight in counted.weights.items():
            packed = postings.get(term)
            if packed is None:
                packed = postings[term] = array("I")
            packed.append(high | weight)

    def find(self, query: str) -> tuple[Scores, Scores]:
        """BM25 of every row, and which share of the query's telling power (idf) it holds, 0 to 1."""
        scores, held = np.zeros(self._rows, np.float32), np.zeros(self._rows, np.float32)
        wanted, start = asked(query)
        if not wanted or not self._rows:
            return scores, held
        total = 0.0
        last = wanted[-1]
        for term in wanted:
            packed = [self._postings[name] for name in (term,) if name in self._postings]
            if term == last and start in self._postings:
                packed.append(self._postings[start])
            idf = self._idf(max((len(one) for one in packed), default=0))
            total += idf
            if len(packed) == 1:
                rows, gain = self._gain(packed[0], idf)
                scores[rows] += gain
                held[rows] += np.float32(idf)
            elif packed:
                best = np.zeros(self._rows, np.float32)
                for one in packed:
                    rows, gain = self._gain(one, idf)
                    best[rows] = np.maximum(best[rows], gain)
                scores += best
                held[best > 0] += np.float32(idf)
        return scores, held / np.float32(total or 1.0)

    def _idf(self, holding: int) -> float:
        return math.log(1 + (self._rows - holding + 0.5) / (holding + 0.5))

    def _gain(self, packed: array[int], idf: float) -> tuple[Rows, Scores]:
        postings = np.frombuffer(packed, np.uint32)
        rows = postings >> np.uint32(8)
        weights = (postings & np.uint32(255)).astype(np.float32)
        mean = self._total / self._rows or 1.0
        norm = np.float32(K1 * (1 - B)) + np.float32(K1 * B / mean) * self._lengths[rows]
        gain: Scores = np.float32(idf * (K1 + 1)) * weights / (weights + norm)
        return rows, gain

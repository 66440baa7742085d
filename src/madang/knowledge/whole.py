"""How much of a question stands in a text by whole words, and beside each other.

Pairs of syllables, which find passages, meet by chance: "전기" is in "안전기준". A word of the question that
stands whole in a text says more, and two neighbours of the question that meet in one sentence more again.
"""

from __future__ import annotations

import re
from itertools import pairwise

from madang.knowledge import lexicon
from madang.knowledge.asking import Asking, stems_of

_SPACE = re.compile(r"\s+")


def words_in(asking: Asking, text: str) -> float:
    """Share of the question's words that `text` has whole, weighted by how telling they are, in [0, 1]."""
    weights = _weights(asking)
    there = _whole(asking, text)
    return sum(weights[word] for word in there) / (sum(weights.values()) or 1.0)


def pairs_in(asking: Asking, text: str) -> float:
    """Share of the question's neighbouring words that `text` has both of, in [0, 1]."""
    pairs = list(pairwise(_weights(asking)))
    there = _whole(asking, text)
    return sum(one in there and other in there for one, other in pairs) / max(1, len(pairs))


def _whole(asking: Asking, text: str) -> frozenset[str]:
    """The words of the question that stand in `text`, in a form of theirs or as another word for the same.

    Spaces do not matter: Korean compounds are written with and without them.
    """
    flat, stems = _SPACE.sub("", text.lower()), stems_of(text)
    said: dict[str, frozenset[str]] = {}
    for term, word in asking.words.items():
        said[word] = said.get(word, frozenset()) | asking.alike.get(term, frozenset())

    def stands(word: str) -> bool:
        return lexicon.stem(word) in stems if word.isascii() else _SPACE.sub("", word.lower()) in flat

    return frozenset(
        word for word in _weights(asking) if any(map(stands, (word, *lexicon.others(word), *said[word])))
    )


def _weights(asking: Asking) -> dict[str, float]:
    """Each word of the question, in order, with the weight of its most telling term."""
    found: dict[str, float] = {}
    for term, word in asking.words.items():
        if term in asking.weights:
            found[word] = max(found.get(word, 0.0), asking.weights[term])
    return found

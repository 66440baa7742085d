"""What is known of a question and what was found for it: the numbers from which `answerable` estimates.

All of them say how much of the question stands where: in the best sentence, in the best passage, and how far
the best stands out from the next. With the answer taken away the next best is what is left, and little stands
out. Whole words, and neighbours of the question that meet (`whole`), are counted beside pairs of syllables,
which meet by chance. Sentence vectors and late interaction were measured beside these and added less than
.002 of AUROC (dev/LOG.md).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from madang.kernel.language import language_of
from madang.knowledge.asking import Asking
from madang.knowledge.retrieve import Retrieval
from madang.knowledge.spans import Unit
from madang.knowledge.types import Found
from madang.knowledge.whole import pairs_in, words_in
from madang.storage.search import K1
from madang.storage.segment import terms

WORD_FEATURES = (
    "span_own",
    "span_direct",
    "span_covered",
    "passage_covered",
    "best_covered",
    "together_covered",
    "heaviest_missing",
    "missing",
    "unknown",
    "foreign",
    "words_best",
    "words_margin",
    "unit",
    "letters_span",
    "run",
    "numbers_missing",
    "names_missing",
    "fits",
    "fits_not",
    "terms",
    "unit_spread",
    "whole_words",
    "whole_pairs",
)
VECTOR_FEATURES = (
    "rank_margin",
    "rank_best",
    "rank_rest",
    "cosine",
    "cosine_above",
    "cosine_z",
    "cosine_margin",
    "agree",
)
"""What is known with vectors alone: a score of `retrieve` is another one when words stand alone."""
READ_FEATURES = ("reading", "reading_most", "reading_next", "reading_together")
"""What the reader says of the likeliest sentences."""
_LETTERS = re.compile(r"[^\w]")
_SURE = 10.0
"""A logit beyond which nothing is told apart."""
_NEAR = 3
"""Passages that are looked into as a whole."""


def features(question: str, asking: Asking, retrieval: Retrieval, units: Sequence[Unit]) -> dict[str, float]:
    """What is known about whether the answer is there; cosines only when there are vectors.

    `units` are those of `weigh`, best first.
    """
    whole = [_everything(item) for item in retrieval.found]
    covered = [asking.present(text) for text in whole]
    values = {
        **_by_terms(asking, covered, units),
        **_by_letters(question, whole[:_NEAR], units),
        **_by_rank(asking, retrieval),
        **_by_whole_words(asking, units),
        "numbers_missing": _share_missing(_numbers(question, covered[:_NEAR]), " ".join(whole[:_NEAR])),
        "names_missing": _share_missing(_names(question, covered[:_NEAR]), " ".join(whole[:_NEAR])),
        "fits": float(any(unit.fits is True for unit in units[:3])),
        "fits_not": float(bool(units) and all(unit.fits is False for unit in units[:3])),
        "terms": min(len(asking.weights), 20) / 20,
    }
    if retrieval.cosines:
        cosines = retrieval.cosines
        values |= {
            "rank_margin": _margin([item.score for item in retrieval.found]),
            "rank_best": retrieval.found[0].score if retrieval.found else 0.0,
            "rank_rest": _mean([item.score for item in retrieval.found[1:]]),
            "cosine": cosines[0],
            "cosine_above": cosines[0] - retrieval.background,
            "cosine_z": min((cosines[0] - retrieval.background) / (retrieval.spread or 1.0), 8.0) / 8,
            "cosine_margin": cosines[0] - (cosines[1] if len(cosines) > 1 else retrieval.background),
            "agree": float(_agree(retrieval.found)),
        }
    return values | _by_reading(units)


def _by_terms(asking: Asking, covered: Sequence[frozenset[str]], units: Sequence[Unit]) -> dict[str, float]:
    """How much of the question stands in the best span, and in the best passages as a whole."""
    first = units[0] if units else None
    own = first.own if first else frozenset()
    best = max(covered, key=asking.weight, default=frozenset())
    heaviest = max(asking.weights.values(), default=1.0)
    return {
        "span_own": asking.weight(own),
        "span_direct": asking.weight(first.keys) if first else 0.0,
        "span_covered": max((unit.covered for unit in units[:3]), default=0.0),
        "passage_covered": asking.weight(covered[0]) if covered else 0.0,
        "best_covered": asking.weight(best),
        "together_covered": asking.weight(frozenset[str]().union(*covered[:_NEAR])),
        "heaviest_missing": max((w for t, w in asking.weights.items() if t not in best), default=0.0)
        / heaviest,
        "missing": min(len(asking.weights.keys() - (covered[0] if covered else frozenset())), 10) / 10,
        "unknown": asking.weight(asking.unknown),
        "foreign": float(first is not None and language_of(first.text) != asking.language),
    }


def _by_letters(question: str, whole: Sequence[str], units: Sequence[Unit]) -> dict[str, float]:
    """Share of the question's terms in the best unit, endings and all, and its longest run of letters that
    stands in a passage."""
    wanted = set(terms(question)) or {""}
    plain = _plain(question)
    span = units[0].text if units else ""
    return {
        "letters_span": len(wanted & set(terms(span))) / len(wanted),
        "run": max((longest_run(plain, _plain(text)) for text in whole), default=0) / (len(plain) or 1),
    }


def _by_rank(asking: Asking, retrieval: Retrieval) -> dict[str, float]:
    """How the best passage stands out among those found by words."""
    most = sum(asking.weights.values()) * (K1 + 1) or 1.0
    words = retrieval.words or [0.0]
    second = words[1] if len(words) > 1 else 0.0
    return {
        "words_best": min(words[0] / most, 1.5),
        "words_margin": (words[0] - second) / (words[0] or 1.0),
    }


def _by_whole_words(asking: Asking, units: Sequence[Unit]) -> dict[str, float]:
    """The question's whole words in the best unit, and how far that stands out from the twenty best."""
    scores = [unit.score for unit in units[:20]]
    mean = _mean(scores)
    deviation = _mean([(score - mean) ** 2 for score in scores]) ** 0.5
    best = units[0].text if units else ""
    return {
        "whole_words": words_in(asking, best),
        "whole_pairs": pairs_in(asking, best),
        "unit": scores[0] if scores else 0.0,
        "unit_spread": (scores[0] - mean) / deviation if deviation else 0.0,
    }


def _by_reading(units: Sequence[Unit]) -> dict[str, float]:
    """Logits of the reader, in tens: of the best unit, of the surest and the next one in other words, and
    that any of them answers; nothing where none was read."""
    first = units[0].reading if units else None
    if first is None:
        return {}
    read = {unit.text: unit.reading for unit in reversed(units) if unit.reading is not None}
    ordered = sorted(read.values(), reverse=True)
    values = {
        "reading": first,
        "reading_most": ordered[0],
        "reading_next": ordered[1] if len(ordered) > 1 else -_SURE,
        "reading_together": math.log(sum(math.exp(min(one, _SURE)) for one in ordered)),
    }
    return {name: max(-_SURE, min(_SURE, value)) / _SURE for name, value in values.items()}


def longest_run(text: str, other: str) -> int:
    """Length of the longest run of letters that both have."""
    longest = 0
    for start in range(len(text)):
        while start + longest < len(text) and text[start : start + longest + 1] in other:
            longest += 1
    return longest


def _plain(text: str) -> str:
    return _LETTERS.sub("", text.lower())


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _margin(values: Sequence[float]) -> float:
    """How far the best is above the second."""
    ordered = sorted(values, reverse=True)
    return ordered[0] - (ordered[1] if len(ordered) > 1 else 0.0) if ordered else 0.0


def _everything(item: Found) -> str:
    passage = item.passage
    return " ".join([passage.title, *passage.headings, passage.text])


def _agree(found: Sequence[Found]) -> bool:
    """Whether words and vectors find the same passage first."""
    by_words = max(found, key=lambda item: item.words)
    by_vector = max(found, key=lambda item: item.vector)
    return by_words.passage.id == by_vector.passage.id


def _numbers(question: str, covered: Sequence[frozenset[str]]) -> list[str]:
    """The numbers of a question, without those that a limit in the passages speaks of."""
    limited = frozenset[str]().union(*covered)
    numbers = re.findall(r"\d[\d,.]*", question)
    return [number for number in numbers if number.replace(",", "").rstrip(".") not in limited]


def _names(question: str, covered: Sequence[frozenset[str]]) -> list[str]:
    """The names of a question, without those that the passages have in another word ("weekends" for
    "Sunday")."""
    said = frozenset[str]().union(*covered)
    names = re.findall(r"(?<=\w\s)[A-Z][A-Za-z]+|\b[A-Z]{2,}\b", question)
    return [name for name in names if name.lower() not in said]


def _share_missing(wanted: Sequence[str], text: str) -> float:
    if not wanted:
        return 0.0
    there = set(terms(text))
    pieces = [set(terms(piece)) for piece in wanted]
    return sum(not piece <= there for piece in pieces) / len(pieces)

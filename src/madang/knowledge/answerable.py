"""How surely the sources answer a question: a logistic model over a handful of features.

The coefficients lie in `calibration/answerable.json`; `benchmarks/calibrate_answerable.py` makes them from
questions that are not in any benchmark. There are two models: one with vectors,
one for the time before they are ready.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from madang.kernel.language import language_of
from madang.knowledge.asking import Asking
from madang.knowledge.retrieve import Retrieval
from madang.knowledge.spans import Unit
from madang.knowledge.types import Found
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
    "unknown",
    "foreign",
    "words_best",
    "words_margin",
    "numbers_missing",
    "names_missing",
    "fits",
    "fits_not",
    "terms",
)
VECTOR_FEATURES = ("cosine", "cosine_above", "cosine_z", "cosine_margin", "agree")
Model = Literal["words", "vectors"]
Row = tuple[float, float, float]
"""A point of a curve: threshold, share of the answers that are wrong, share of the answerable declined."""
_FILE = Path(__file__).parent / "calibration" / "answerable.json"


@dataclass(frozen=True, slots=True)
class Answerable:
    """A logistic model a set of features: `{"words": {"bias": …, "span_own": …}, "vectors": {…}}`."""

    weights: Mapping[str, Mapping[str, float]]
    curves: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    """What each threshold costs, thresholds rising. Measured on documents that the model had not seen, with
    three questions of ten that they do not answer."""

    @staticmethod
    @cache
    def load() -> Answerable:
        kept = json.loads(_FILE.read_text(encoding="utf-8"))
        curves = {name: [tuple(row) for row in rows] for name, rows in kept.pop("curves").items()}
        return Answerable(kept, curves)

    def row_for(self, wrong: float, model: Model = "vectors") -> Row:
        """The lowest threshold whose answers are wrong at most as often as `wrong` (a share in (0, 1)), with
        what it costs; the highest one where none keeps that."""
        rows = self.curves[model]
        return next((row for row in rows if row[1] <= wrong), rows[-1])

    def estimate(self, features: Mapping[str, float]) -> float:
        """Probability, in [0, 1], that the sources hold the answer."""
        weights = self.weights["vectors" if "cosine" in features else "words"]
        total = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in features.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


def threshold_for(wrong: float, model: Model = "vectors") -> float:
    """`Evidence.answerable` from which to answer, so that at most this share of the answers is wrong."""
    return Answerable.load().row_for(wrong, model)[0]


def declined_for(wrong: float, model: Model = "vectors") -> float:
    """Share of the answerable questions that are declined for it, as measured at calibration."""
    return Answerable.load().row_for(wrong, model)[2]


def features(question: str, asking: Asking, retrieval: Retrieval, units: Sequence[Unit]) -> dict[str, float]:
    """What is known about whether the answer is there; cosines only when there are vectors."""
    first = units[0] if units else None
    whole = [asking.present(_everything(item)) for item in retrieval.found]
    top = whole[0] if whole else frozenset()
    best = max(whole, key=asking.weight, default=frozenset())
    together = frozenset[str]().union(*whole[:3])
    missing = [weight for term, weight in asking.weights.items() if term not in best]
    text = " ".join(_everything(item) for item in retrieval.found[:3])
    most = sum(asking.weights.values()) * (K1 + 1) or 1.0
    words = retrieval.words or [0.0]
    second = words[1] if len(words) > 1 else 0.0
    values = {
        "span_own": asking.weight(first.own) if first else 0.0,
        "span_direct": asking.weight(first.keys) if first else 0.0,
        "span_covered": max((unit.covered for unit in units[:3]), default=0.0),
        "passage_covered": asking.weight(top),
        "best_covered": asking.weight(best),
        "together_covered": asking.weight(together),
        "heaviest_missing": max(missing, default=0.0) / max(asking.weights.values(), default=1.0),
        "unknown": asking.weight(asking.unknown),
        "foreign": float(first is not None and language_of(first.text) != asking.language),
        "words_best": min(words[0] / most, 1.5),
        "words_margin": (words[0] - second) / (words[0] or 1.0),
        "numbers_missing": _share_missing(re.findall(r"\d[\d,.]*", question), text),
        "names_missing": _share_missing(re.findall(r"(?<=\w\s)[A-Z][A-Za-z]+|\b[A-Z]{2,}\b", question), text),
        "fits": float(any(unit.fits is True for unit in units[:3])),
        "fits_not": float(bool(units) and all(unit.fits is False for unit in units[:3])),
        "terms": min(len(asking.weights), 20) / 20,
    }
    if retrieval.cosines:
        cosines = retrieval.cosines
        values |= {
            "cosine": cosines[0],
            "cosine_above": cosines[0] - retrieval.background,
            "cosine_z": min((cosines[0] - retrieval.background) / (retrieval.spread or 1.0), 8.0) / 8,
            "cosine_margin": cosines[0] - (cosines[1] if len(cosines) > 1 else retrieval.background),
            "agree": float(_agree(retrieval.found)),
        }
    return values


def _everything(item: Found) -> str:
    passage = item.passage
    return " ".join([passage.title, *passage.headings, passage.text])


def _agree(found: Sequence[Found]) -> bool:
    """Whether words and vectors find the same passage first."""
    by_words = max(found, key=lambda item: item.words)
    by_vector = max(found, key=lambda item: item.vector)
    return by_words.passage.id == by_vector.passage.id


def _share_missing(wanted: Sequence[str], text: str) -> float:
    if not wanted:
        return 0.0
    there = set(terms(text))
    pieces = [set(terms(piece)) for piece in wanted]
    return sum(not piece <= there for piece in pieces) / len(pieces)

"""How surely the sources answer a question: a logistic model over the features of `features`.

The coefficients lie in `calibration/answerable.json`; `benchmarks/calibrate_answerable.py` makes them from
questions that are not in any benchmark. `words` is for the time before there are vectors, `vectors` for an
embedder that cannot read and for explanations, which are not read in small sources, `read` for one fact. The
others are for a hundred passages and more, where some passage nearly always says something alike: `many_ko`
was made from manuals, `many_en` from conversations over documentation, `explained_en` from what asks for an
explanation in them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Literal

Model = Literal["words", "vectors", "read", "many_ko", "many_en", "explained_en"]
Row = tuple[float, float, float]
"""A point of a curve: threshold, share of the answers that are wrong, share of the answerable declined."""
MANY = 100
"""Passages from which a source is large."""
USUAL: Final[Mapping[Model, float]] = {
    "words": 0.1, "vectors": 0.1, "read": 0.14, "many_ko": 0.2, "many_en": 0.17, "explained_en": 0.17,
}  # fmt: skip
"""Share of the answers that may be wrong where nobody chose. What was asked of large sources to measure it is
harder than what is asked of most: half of it has no answer there, or one that is hidden."""
CONVERSED: Final[frozenset[Model]] = frozenset({"many_en", "explained_en"})
"""Those that were fitted on conversations, follow-ups among them."""
_FILE = Path(__file__).parent / "calibration" / "answerable.json"


@dataclass(frozen=True, slots=True)
class Answerable:
    """Logistic models over features: `{"words": {"bias": …, "span_own": …}, "vectors": {…}, …}`."""

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

    def row_for(self, wrong: float | None, model: Model = "read") -> Row:
        """The lowest threshold whose answers are wrong at most as often as `wrong` (a share in (0, 1); None:
        as usual), with what it costs; the highest one where none keeps that."""
        rows, most = self.curves[model], wrong or USUAL[model]
        return next((row for row in rows if row[1] <= most), rows[-1])

    def estimate(self, features: Mapping[str, float], model: Model) -> float:
        """Probability, in [0, 1], that the sources hold the answer."""
        return estimated(self.weights[model], features)


def estimated(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """What a logistic model makes of features, in (0, 1): `weights` are its `bias` and a coefficient for each
    that it knows."""
    return chance(weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in features.items()))


def chance(logit: float) -> float:
    """A logit as a share, in (0, 1)."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def many(language: str) -> Model:
    """The model for a fact in a large source, by the language of the question."""
    return "many_en" if language == "en" else "many_ko"


def model_for(features: Mapping[str, float], size: int, language: str, *, explains: bool) -> Model:
    """Which model estimates for a question in `language`, one for an explanation or not, where `size`
    passages have vectors.

    A best sentence in another language than the question is left to `many_ko`: it has seen such.
    """
    if "cosine" not in features:
        return "words"
    if "reading" not in features:
        return "vectors"
    if size < MANY:
        return "read"
    model = "many_ko" if features.get("foreign") else many(language)
    return "explained_en" if explains and model == "many_en" else model


def threshold_for(wrong: float | None, model: Model = "read") -> float:
    """`Evidence.answerable` from which to answer, so that at most this share of the answers is wrong."""
    return Answerable.load().row_for(wrong, model)[0]


def declined_for(wrong: float | None, model: Model = "read") -> float:
    """Share of the answerable questions that are declined for it, as measured at calibration."""
    return Answerable.load().row_for(wrong, model)[2]

"""How surely the sources answer a question: a logistic model over the features of `features`.

The coefficients lie in `calibration/answerable.json`; `benchmarks/calibrate_answerable.py` makes them from
questions that are not in any benchmark. `words` is for the time before there are vectors, `vectors` for an
embedder that cannot read, `read` for one that can. `read_many` is for a hundred passages and more, where some
passage nearly always says something alike: it counts how much of the question stands in one sentence.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

Model = Literal["words", "vectors", "read", "read_many"]
Row = tuple[float, float, float]
"""A point of a curve: threshold, share of the answers that are wrong, share of the answerable declined."""
MANY = 100
"""Passages from which a source is large."""
USUAL = 0.1
"""Share of the answers that may be wrong where nobody chose."""
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
        rows, most = self.curves[model], wrong or USUAL
        return next((row for row in rows if row[1] <= most), rows[-1])

    def estimate(self, features: Mapping[str, float], model: Model) -> float:
        """Probability, in [0, 1], that the sources hold the answer."""
        weights = self.weights[model]
        total = weights["bias"] + sum(weights.get(name, 0.0) * value for name, value in features.items())
        return chance(total)


def chance(logit: float) -> float:
    """A logit as a share, in (0, 1)."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def model_for(features: Mapping[str, float], size: int) -> Model:
    """Which model estimates where `size` passages have vectors."""
    if "cosine" not in features:
        return "words"
    if "reading" not in features:
        return "vectors"
    return "read_many" if size >= MANY else "read"


def threshold_for(wrong: float | None, model: Model = "read") -> float:
    """`Evidence.answerable` from which to answer, so that at most this share of the answers is wrong."""
    return Answerable.load().row_for(wrong, model)[0]


def declined_for(wrong: float | None, model: Model = "read") -> float:
    """Share of the answerable questions that are declined for it, as measured at calibration."""
    return Answerable.load().row_for(wrong, model)[2]

"""How surely the sources answer a question: a logistic model over the features of `features`.

The coefficients lie in `calibration/answerable.json`; `benchmarks/calibrate_answerable.py` makes them from
questions that are not in any benchmark. There are two models: one with vectors,
one for the time before they are ready.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

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

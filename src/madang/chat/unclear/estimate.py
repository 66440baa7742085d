"""Whether a message leaves open what it means, in a large English source: a logistic model over `signs`.

The coefficients lie in `open.json`; `benchmarks.calibrate_unclear` makes them from conversations written for
it (decision 19).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from madang.knowledge.answerable import estimated

FILE = Path(__file__).with_name("open.json")
INSTEAD = 0.1
"""How much surer one has to be to ask back instead of answering than to ask instead of saying that nothing
was found: whoever is asked loses less there."""


@dataclass(frozen=True, slots=True)
class Kept:
    weights: Mapping[str, float]
    from_: float
    """The estimate from which one asks back."""

    @staticmethod
    @cache
    def load() -> Kept:
        kept = json.loads(FILE.read_text(encoding="utf-8"))
        return Kept(kept["weights"], kept["from"])


def left_open(signs: Mapping[str, float], *, answered: bool) -> bool:
    """Whether `signs` say that one has to ask back. `answered`: whether the sources seem to answer."""
    kept = Kept.load()
    return estimated(kept.weights, signs) >= kept.from_ + (INSTEAD if answered else 0.0)

"""Logistic regression by Newton's method, as small as the studio's estimates need it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from madang.knowledge.answerable import estimated

Numbers = NDArray[np.float64]


def logistic(
    names: Sequence[str],
    rows: Sequence[Mapping[str, float]],
    labels: Numbers,
    importance: Numbers,
    penalty: float,
) -> dict[str, float]:
    """`bias` and a coefficient for each of `names`, what a row lacks being 0. `labels`, `importance`: (n,);
    `penalty`: L2, on standardised features."""
    raw = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    mean, spread = raw.mean(axis=0), raw.std(axis=0)
    spread[spread == 0] = 1.0
    table = np.hstack([(raw - mean) / spread, np.ones((len(raw), 1))])
    ridge = np.diag([penalty] * len(names) + [0.0])
    weights: Numbers = np.zeros(table.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(table @ weights)))
        slope = table.T @ (importance * (chance - labels)) + ridge @ weights
        bend = (table * (importance * chance * (1 - chance))[:, None]).T @ table + ridge
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    scaled = weights[:-1] / spread
    bias = float(weights[-1] - scaled @ mean)
    return {"bias": bias, **dict(zip(names, map(float, scaled), strict=True))}


class Grouped(Protocol):
    @property
    def document(self) -> str: ...
    @property
    def values(self) -> Mapping[str, float]: ...


Of = TypeVar("Of", bound=Grouped)


def left_out(found: Sequence[Of], fit: Callable[[list[Of]], Mapping[str, float]]) -> Numbers:
    """Estimates, (n,), each document by a model that has not seen it."""
    estimates = np.zeros(len(found))
    for document in sorted({one.document for one in found}):
        weights = fit([one for one in found if one.document != document])
        for place, one in enumerate(found):
            if one.document == document:
                estimates[place] = estimated(weights, one.values)
    return estimates

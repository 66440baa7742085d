"""95 % intervals by bootstrap: whole groups (a paragraph's questions, a conversation's) are drawn anew."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

DRAWS = 1000


def drawn(groups: Sequence[Hashable], draws: int = DRAWS, seed: int = 0) -> list[np.ndarray[Any, Any]]:
    """Places of the items, `draws` times: as many groups as there are, each drawn with replacement."""
    places: dict[Hashable, list[int]] = {}
    for place, group in enumerate(groups):
        places.setdefault(group, []).append(place)
    members = [np.array(items) for items in places.values()]
    chance = np.random.default_rng(seed)
    return [
        np.concatenate([members[one] for one in chance.integers(len(members), size=len(members))])
        for _ in range(draws)
    ]


def interval(
    value: Callable[[np.ndarray[Any, Any]], float], draws: list[np.ndarray[Any, Any]]
) -> list[float]:
    """The middle 95 % of `value` (of an array of places) over the draws."""
    found = [value(places) for places in draws]
    low, high = np.quantile(found, [0.025, 0.975])
    return [round(float(low), 4), round(float(high), 4)]


def mean_interval(values: Sequence[float], draws: list[np.ndarray[Any, Any]]) -> list[float]:
    array = np.asarray(values, dtype=np.float64)
    return interval(lambda places: float(array[places].mean()), draws)

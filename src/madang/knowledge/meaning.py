"""Whether questions mean the same, by their vectors. Only a second opinion: words must agree before.

Two questions about one thing lie near each other whatever they ask of it ("Can I bring my dog?", "Can I bring
my cat?"), so nothing is said because of a vector alone.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from madang.kernel.errors import MadangError
from madang.knowledge.retrieve import Embedders

SURE = 0.9
"""Cosine from which two wordings, whose words agree, are one question (`benchmarks/same_question`)."""
KEPT = 4_000
log = logging.getLogger(__name__)
Row = NDArray[np.float32]


class Meaning:
    """Vectors of questions, kept while the studio runs. Without an embedder it has no opinion."""

    def __init__(self, models: Embedders) -> None:
        self._models = models
        self._kept: OrderedDict[tuple[str, str], Row] = OrderedDict()

    async def agree(self, question: str, others: Sequence[str], least: float = SURE) -> bool:
        """Whether one of the others is as near as `least`."""
        rows = await self.vectors([question, *others])
        if rows is None:
            return False
        return bool((rows[1:] @ rows[0]).max(initial=-1.0) >= least)

    async def vectors(self, questions: Sequence[str]) -> Row | None:
        """A unit vector a question, in order, shape (n, dimensions); None where there is no embedder."""
        try:
            embedder = await self._models.embedder()
            rows = []
            for question in questions:
                key = (embedder.name, question)
                if key not in self._kept:
                    self._kept[key] = np.asarray(await embedder.query(question), np.float32)
                self._kept.move_to_end(key)
                rows.append(self._kept[key])
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        except MadangError as error:
            log.warning("questions are compared by their words alone: %s", error)
            return None
        return np.stack(rows) if rows else np.zeros((0, 0), np.float32)

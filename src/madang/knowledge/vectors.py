"""Exact search over a character's vectors. The database holds the truth; a matrix of it is kept in memory.

The matrix is dropped when the character's version in the database has moved on, whichever process moved it.
Only the vectors that are new are read again.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from madang.knowledge import store
from madang.models.types import Vectors
from madang.storage.database import Database

_KEPT_BYTES = 512_000_000


@dataclass(slots=True)
class Matrix:
    """`rows[i]` (32-bit floats, length 1) is the vector of passage `ids[i]`."""

    version: int
    model: str
    ids: list[str]
    rows: Vectors


class VectorIndex:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: OrderedDict[str, Matrix] = OrderedDict()

    async def matrix(self, character_id: str, model: str) -> Matrix:
        """The character's vectors of `model`, as committed now. `rows`: (n, dimensions), n may be 0."""
        async with self._database.read() as session:
            version = await store.version(session, character_id)
            kept = self._kept.get(character_id)
            if kept is not None and kept.version == version and kept.model == model:
                self._kept.move_to_end(character_id)
                return kept
            ids = await store.with_vectors(session, character_id, model)
            old = kept if kept is not None and kept.model == model else None
            known = dict(zip(old.ids, old.rows, strict=True)) if old is not None else {}
            missing = [id_ for id_ in ids if id_ not in known]
            for id_, data in (await store.vectors_of(session, missing)).items():
                known[id_] = unpack(data)
        ids = [id_ for id_ in ids if id_ in known]
        rows = np.stack([known[id_] for id_ in ids]) if ids else np.zeros((0, 0), np.float32)
        matrix = Matrix(version, model, ids, rows)
        self._keep(character_id, matrix)
        return matrix

    async def any(self, character_id: str, model: str) -> bool:
        """Whether it is worth embedding a question for this character."""
        kept = self._kept.get(character_id)
        if kept is not None and kept.model == model and kept.ids:
            return True
        async with self._database.read() as session:
            return await store.has_vectors(session, character_id, model)

    def forget(self, character_id: str) -> None:
        self._kept.pop(character_id, None)

    def _keep(self, character_id: str, matrix: Matrix) -> None:
        self._kept[character_id] = matrix
        self._kept.move_to_end(character_id)
        while len(self._kept) > 1 and sum(kept.rows.nbytes for kept in self._kept.values()) > _KEPT_BYTES:
            self._kept.popitem(last=False)


def pack(vector: Vectors) -> bytes:
    """As kept in the database: half the size, and cosines change by less than a thousandth."""
    return np.asarray(vector, dtype="<f2").tobytes()


def unpack(data: bytes) -> NDArray[np.float32]:
    vector = np.frombuffer(data, dtype="<f2").astype(np.float32)
    return vector / (np.float32(np.linalg.norm(vector)) or np.float32(1.0))

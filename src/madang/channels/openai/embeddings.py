"""`/v1/embeddings`: the studio's embedding model for other programs."""

from __future__ import annotations

import asyncio
import base64
from typing import Protocol

import numpy as np

from madang.channels.openai.errors import ModelNotFound, WrongField
from madang.channels.openai.shapes import EmbeddingList, EmbeddingObject, EmbeddingRequest, EmbeddingUsage
from madang.kernel.errors import Busy
from madang.kernel.identity import Identity
from madang.models.types import Embedder, Vectors

VISITOR_TEXTS = 32
"""Texts in one request of a caller without a key: the default model embeds a few passages a second."""
TOTAL_CHARACTERS = 400_000


class EmbeddingModels(Protocol):
    """The part of `models` that this room needs."""

    async def embedder(self) -> Embedder: ...


class Embeddings:
    """Serves one visitor's request at a time, so that strangers cannot keep the studio from its own work."""

    def __init__(self, models: EmbeddingModels) -> None:
        self._models = models
        self._visitors = asyncio.Semaphore(1)

    async def embed(self, identity: Identity, request: EmbeddingRequest) -> EmbeddingList:
        """Raises WrongField, ModelNotFound, Busy or ModelFailed."""
        texts = request.texts
        if sum(map(len, texts)) > TOTAL_CHARACTERS:
            raise WrongField("The input is longer than {limit} characters.", "input", limit=TOTAL_CHARACTERS)
        embedder = await self._models.embedder()
        if request.model != embedder.name:
            raise ModelNotFound(
                "There is no embedding model named {model}; this studio's is {name}.",
                model=request.model[:80],
                name=embedder.name,
            )
        if request.dimensions not in (None, embedder.dimensions):
            raise WrongField(
                "The model {model} makes vectors of {dimensions} dimensions and no others.",
                "dimensions",
                model=embedder.name,
                dimensions=embedder.dimensions,
            )
        if identity.kind != "visitor":
            return _answer(request, embedder, await _vectors(embedder, texts, request.input_type))
        if len(texts) > VISITOR_TEXTS:
            raise WrongField(
                "Without a key, at most {limit} texts at once are embedded.", "input", limit=VISITOR_TEXTS
            )
        if self._visitors.locked():
            raise Busy("The studio is embedding other texts; please try again in a moment.", retry_after=5)
        async with self._visitors:
            return _answer(request, embedder, await _vectors(embedder, texts, request.input_type))


async def _vectors(embedder: Embedder, texts: list[str], kind: str | None) -> Vectors:
    """Shape (n, dimensions)."""
    if kind == "query":
        return np.stack([await embedder.query(text) for text in texts])
    return await embedder.passages(texts)


def _answer(request: EmbeddingRequest, embedder: Embedder, vectors: Vectors) -> EmbeddingList:
    tokens = sum(-(-len(text.encode()) // 4) for text in request.texts)
    data = []
    for index, vector in enumerate(np.asarray(vectors, dtype="<f4")):
        coded = (
            base64.b64encode(vector.tobytes()).decode()
            if request.encoding_format == "base64"
            else vector.tolist()
        )
        data.append(EmbeddingObject(index=index, embedding=coded))
    usage = EmbeddingUsage(prompt_tokens=tokens, total_tokens=tokens)
    return EmbeddingList(data=data, model=embedder.name, usage=usage)

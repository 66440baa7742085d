"""The routes of `/v1`. Whoever speaks OpenAI's API speaks with a character."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from madang.channels.openai import listing
from madang.channels.openai.callers import Callers, Keys
from madang.channels.openai.completions import Answers, Completions
from madang.channels.openai.embeddings import EmbeddingModels, Embeddings
from madang.channels.openai.errors import OpenAIRoute
from madang.channels.openai.shapes import (
    ChatCompletion,
    ChatCompletionRequest,
    EmbeddingList,
    EmbeddingRequest,
    ErrorBody,
    ModelList,
    ModelObject,
)
from madang.kernel.identity import Identity
from madang.web import sse

_SENTENCES = {
    400: "The request is not understood; `param` names the field.",
    401: "The API key is not valid.",
    403: "The key may not do this, or the request came from a page of another site.",
    404: "No published character and no embedding model has this name.",
    413: "The request is too large.",
    415: "The body is not `application/json`.",
    429: "Too much at once; `Retry-After` says how many seconds to wait.",
    500: "Something went wrong in the studio.",
    502: "The model failed.",
    503: "The model's weights or its server cannot be reached.",
    507: "The studio's disk is full.",
}


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    said: dict[int | str, dict[str, Any]] = {
        status: {"model": ErrorBody, "description": _SENTENCES[status]} for status in statuses
    }
    said["4XX"] = {"model": ErrorBody, "description": "Any other refusal, in the same shape."}
    return said


_READING = _errors(401, 403, 404, 429, 500)
_WRITING = _errors(400, 401, 403, 404, 413, 415, 429, 500, 502, 503, 507)
_STREAM = {
    "description": "The reply; with `stream`, chunks as server-sent events ending with `data: [DONE]`.",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


def router(chat: Answers, characters: listing.Gallery, models: EmbeddingModels, accounts: Keys) -> APIRouter:
    """The OpenAI API over the doors of `chat`, `characters`, `models` and `accounts`."""
    api = APIRouter(prefix="/v1", tags=["OpenAI API"], route_class=OpenAIRoute)
    caller: Any = Callers(accounts).dependency
    completions = Completions(chat, characters)
    embeddings = Embeddings(models)

    @api.get("/models", response_model=ModelList, responses=_READING, operation_id="list_models")
    async def list_models(identity: Identity = caller) -> ModelList:
        """Every published character, as a model."""
        return await listing.listed(characters, identity)

    @api.get("/models/{slug}", response_model=ModelObject, responses=_READING, operation_id="retrieve_model")
    async def retrieve_model(
        slug: Annotated[str, Path(max_length=200)], identity: Identity = caller
    ) -> ModelObject:
        """One published character, as a model."""
        return await listing.one(characters, identity, slug)

    @api.post(
        "/chat/completions",
        response_model=ChatCompletion,
        responses={200: _STREAM, **_WRITING},
        operation_id="create_chat_completion",
    )
    async def create_chat_completion(
        request: Request, body: ChatCompletionRequest, identity: Identity = caller
    ) -> Any:
        """Talk with a published character.

        The reply's facts carry `[1]` markers; `choices[0].message.madang` (of a stream: the last
        `choices[0].delta.madang`) holds the citations behind them, what the reply rests on, and whether the
        character abstained.
        """
        ask = await completions.ask(identity, body)
        if not body.stream:
            return await completions.whole(request, ask)
        response: Response = sse.stream(request, await completions.begun(request, ask))
        return response

    @api.post(
        "/embeddings", response_model=EmbeddingList, responses=_WRITING, operation_id="create_embedding"
    )
    async def create_embedding(body: EmbeddingRequest, identity: Identity = caller) -> EmbeddingList:
        """Vectors of texts, made by the studio's own embedding model."""
        return await embeddings.embed(identity, body)

    return api

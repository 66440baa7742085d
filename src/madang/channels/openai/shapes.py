"""What the OpenAI API takes and gives, as far as a studio serves it.

Fields of the real API that are not here are accepted and have no effect; a field that is here and has the
wrong type is refused with its name. Tokens are the model's own.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from madang.chat.types import Basis, Citation

Finish = Literal["stop", "length"]
Stop = Annotated[str, Field(min_length=1, max_length=200)]


class _Strict(BaseModel):
    """`"0.5"` is not a number: a client that sends one is told so instead of being half understood."""

    model_config = ConfigDict(strict=True)


class TextPart(_Strict):
    type: Literal["text"]
    text: str = Field(max_length=200_000)


class ChatMessage(_Strict):
    """One message. Only text is understood; a picture or a sound is refused with the place it stands at."""

    role: Literal["system", "developer", "user", "assistant"]
    content: Annotated[str, Field(max_length=200_000)] | Annotated[list[TextPart], Field(max_length=100)]

    @property
    def text(self) -> str:
        if isinstance(self.content, str):
            return self.content
        return "\n".join(part.text for part in self.content)


class StreamOptions(_Strict):
    include_usage: bool | None = False


class ResponseFormat(_Strict):
    """Only text: a character answers in its own words."""

    type: Literal["text"]


class ChatCompletionRequest(_Strict):
    """A question to a character.

    The last message must be the user's. System (or developer) messages are further instructions when they
    come with a key of the character's own maker; from everybody else they are accepted and not followed, so
    that nobody can re-instruct a published character: then `madang.ignored` names them.
    """

    model: str = Field(min_length=1, max_length=200, description="The slug of a published character.")
    messages: list[ChatMessage] = Field(min_length=1, max_length=1_000)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    stop: Stop | Annotated[list[Stop], Field(max_length=4)] | None = None
    max_tokens: int | None = Field(None, ge=1, le=1_000_000)
    max_completion_tokens: int | None = Field(None, ge=1, le=1_000_000)
    temperature: float | None = Field(None, ge=0, le=2)
    top_p: float | None = Field(None, gt=0, le=1)
    seed: int | None = Field(None, ge=-(2**63), le=2**63 - 1)
    n: int | None = Field(1, ge=1, le=1, description="One reply at a time.")
    user: str | None = Field(None, max_length=512)
    response_format: ResponseFormat | None = None

    @property
    def stops(self) -> list[str]:
        if self.stop is None:
            return []
        return [self.stop] if isinstance(self.stop, str) else self.stop


class CompletionUsage(BaseModel):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Proof(BaseModel):
    """What a studio adds to the shape: what the reply rests on. `[1]` in the text is citation number 1."""

    basis: Basis
    abstained: bool
    citations: list[Citation] = Field(default_factory=list)
    ignored: list[str] = Field(default_factory=list)
    """What of the request had no effect, such as `system`."""
    disclosure: dict[str, Any] = Field(default_factory=dict)
    """Whether an AI speaks, and what made the text (`digitalSourceType` of IPTC)."""


class AssistantMessage(BaseModel):
    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    madang: Proof


class Choice(BaseModel):
    index: int = 0
    message: AssistantMessage
    finish_reason: Finish
    logprobs: None = None


class ChatCompletion(BaseModel):
    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: int
    model: str
    choices: list[Choice]
    usage: CompletionUsage
    system_fingerprint: str | None = None


class ChunkDelta(BaseModel):
    role: Literal["assistant"] | None = None
    content: str | None = None
    madang: Proof | None = None
    """On the last delta of a reply."""


class ChunkChoice(BaseModel):
    index: int = 0
    delta: ChunkDelta
    finish_reason: Finish | None = None
    logprobs: None = None


class ChatCompletionChunk(BaseModel):
    """One `data:` line of a stream; the line after the last is `data: [DONE]`."""

    id: str
    object: Literal["chat.completion.chunk"] = "chat.completion.chunk"
    created: int
    model: str
    choices: list[ChunkChoice]
    usage: CompletionUsage | None = None
    system_fingerprint: str | None = None

    def wire(self, *, with_usage: bool) -> str:
        """The JSON of the chunk: a delta has only the fields that changed; `usage` is there, null until the
        last chunk, only when the client asked for it."""
        document: dict[str, Any] = self.model_dump(mode="json", exclude={"choices", "usage"})
        document["choices"] = [
            {
                "index": choice.index,
                "delta": choice.delta.model_dump(mode="json", exclude_none=True),
                "logprobs": None,
                "finish_reason": choice.finish_reason,
            }
            for choice in self.choices
        ]
        if with_usage:
            document["usage"] = self.usage.model_dump() if self.usage else None
        return _compact(document)


class ModelObject(BaseModel):
    id: str
    object: Literal["model"] = "model"
    created: int
    """Seconds since 1970, when the character was published."""
    owned_by: str = "madang"
    name: str = ""
    """The character's name; not a field of the real API."""


class ModelList(BaseModel):
    object: Literal["list"] = "list"
    data: list[ModelObject]


EmbeddingText = Annotated[str, Field(min_length=1, max_length=32_000)]


class EmbeddingRequest(_Strict):
    """Texts to turn into vectors of length 1. Tokens instead of text are refused: the tokenizers differ."""

    model: str = Field(min_length=1, max_length=200, description="The name of the studio's embedding model.")
    input: EmbeddingText | Annotated[list[EmbeddingText], Field(min_length=1, max_length=256)]
    encoding_format: Literal["float", "base64"] | None = "float"
    dimensions: int | None = Field(None, ge=1, le=65_536, description="Only the model's own number.")
    input_type: Literal["query", "passage"] | None = Field(
        "passage", description="For models that embed a question and a text differently; not in the real API."
    )
    user: str | None = Field(None, max_length=512)

    @property
    def texts(self) -> list[str]:
        return [self.input] if isinstance(self.input, str) else self.input


class EmbeddingObject(BaseModel):
    object: Literal["embedding"] = "embedding"
    index: int
    embedding: list[float] | str
    """Numbers, or little-endian float32 in base64."""


class EmbeddingUsage(BaseModel):
    prompt_tokens: int
    """An estimate, one token per four bytes of UTF-8: the embedder does not tell."""
    total_tokens: int


class EmbeddingList(BaseModel):
    object: Literal["list"] = "list"
    data: list[EmbeddingObject]
    model: str
    usage: EmbeddingUsage


class ErrorDetail(BaseModel):
    message: str
    type: str
    param: str | None = None
    code: str | None = None


class ErrorBody(BaseModel):
    """Every error of `/v1` has this shape."""

    error: ErrorDetail


def _compact(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))

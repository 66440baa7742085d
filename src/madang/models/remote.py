"""Chat and embeddings by any OpenAI-compatible server. The owner sets its address: it may be a private one.

Whatever goes wrong there becomes one sentence; neither the key nor the server's own words go into it.
"""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from madang.kernel.errors import BadInput, Busy, MadangError, ModelFailed, TooLarge
from madang.models.catalogue import CITES_FROM
from madang.models.engines.address import checked_url
from madang.models.types import Call, ChatRequest, Delta, ModelCard, ToolSpec, Usage, Vectors

if TYPE_CHECKING:
    from openai import AsyncOpenAI

log = logging.getLogger(__name__)

STALL_SECONDS = 60.0
SILENT_SECONDS = 300.0
"""A server may send pieces without text (it thinks) for so long."""
CONNECT_SECONDS = 10.0
RETRIES = 1
MAX_REPLY = 4_000_000
"""Characters of one reply; a server that sends more has lost its way."""
MOST_TOKENS = 10_000_000
"""More than any prompt or reply has: a server that counts more counts nonsense."""
MOST_CALLS = 16
LONGEST_CALL = 8_000
"""Calls of one reply, and characters of the arguments of one."""
EMBED_BATCH = 64


def _client(url: str, key: str | None, retries: int | None = None) -> AsyncOpenAI:
    import openai

    from madang.models.engines.transport import ServerTransport

    timeout = openai.Timeout(STALL_SECONDS, connect=CONNECT_SECONDS)
    return openai.AsyncOpenAI(
        base_url=checked_url(url),
        api_key=key or "none",
        max_retries=RETRIES if retries is None else retries,
        timeout=timeout,
        # A redirect could carry a conversation to somewhere the owner never named.
        http_client=openai.DefaultAsyncHttpxClient(
            follow_redirects=False, timeout=timeout, trust_env=False, transport=ServerTransport()
        ),
    )


def _sentence(error: Exception, *, begun: bool = False) -> MadangError:
    """What a person reads. Only the kind of the failure is used; `begun`: the reply was on its way."""
    import openai

    log.warning("model server: %s %s", type(error).__name__, getattr(error, "status_code", ""))
    for known in (error, error.__cause__):  # the client wraps what its transport raises
        if isinstance(known, MadangError):
            return known
    # Once a stream has begun, errors of the client's transport arrive unwrapped.
    transport = type(error).__module__.partition(".")[0].startswith(("httpx", "httpcore"))
    slow = transport and "Timeout" in type(error).__name__
    if slow or isinstance(error, openai.APITimeoutError | TimeoutError):
        return ModelFailed("The model server gave no answer in time.")
    if isinstance(error, openai.APIStatusError):
        return _by_status(error.status_code)
    if isinstance(error, openai.APIConnectionError) and not begun:
        return ModelFailed("The model server cannot be reached.")
    if transport or isinstance(error, openai.APIConnectionError):
        return ModelFailed("The model server stopped in the middle of its reply.")
    return ModelFailed("The model server answered something that is not a reply.")


def _by_status(status: int) -> MadangError:
    if status in (401, 403):
        return ModelFailed("The model server refused the key.")
    if status == 404:
        return ModelFailed("The model server does not have this model.")
    if status == 413:
        return TooLarge("The model server says that this conversation is too long.")
    if status in (429, 503):
        return Busy("The model server is busy. Please try again in a moment.", retry_after=10)
    if status >= 500:
        return ModelFailed("The model server failed ({status}).", status=status)
    return ModelFailed("The model server did not accept the request ({status}).", status=status)


def parameters_in(name: str) -> int | None:
    """The number of weights that a model's name tells, such as 500,000,000 for `qwen2.5:0.5b`."""
    hits = re.findall(r"(?<![a-z0-9.])(\d+(?:\.\d+)?)([bm])(?![a-z0-9])", name.lower())
    return max((int(float(size) * (1e9 if unit == "b" else 1e6)) for size, unit in hits), default=None)


class RemoteRuntime:
    """A `ChatRuntime` over an OpenAI-compatible server. Made by `connect`."""

    grammars = False
    calls = True

    def __init__(self, client: AsyncOpenAI, model: str, card: ModelCard) -> None:
        self._client = client
        self._model = model
        self.card = card
        self.continues = False
        """Whether a last message of the assistant's is the beginning of the reply (vLLM knows this)."""

    @classmethod
    async def connect(
        cls, url: str, key: str | None, model: str | None, *, context: int, retries: int | None = None
    ) -> RemoteRuntime:
        """Asks for the models; without `model`, takes the first.

        Raises BadInput, Forbidden, Busy, ModelFailed.
        `retries`: how often a request that failed is sent again; none where another engine waits.
        """
        client = _client(url, key, retries)
        try:
            async with asyncio.timeout(STALL_SECONDS):
                listed = [entry async for entry in client.models.list()]
            said = {entry.id: entry.model_dump() for entry in listed}
        except Exception as error:  # noqa: BLE001 - the server may answer anything
            if model is None:
                await client.close()
                raise _sentence(error) from None
            said = {}  # some servers have no list; the first reply will tell
        if model is None:
            if not said:
                await client.close()
                raise ModelFailed("The model server does not have any model.")
            model = next(iter(said))
        return cls(client, model, _card(model, said.get(model, {}), context))

    def __repr__(self) -> str:
        return f"RemoteRuntime({self._model!r})"

    async def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        """See `ChatRuntime.stream`."""
        if request.adapter is not None:
            raise BadInput("A model server takes no adapters from this studio.")
        options: dict[str, Any] = {"seed": request.seed} if request.seed is not None else {}
        if request.stop:
            options["stop"] = list(request.stop)[:4]
        if request.repeat_penalty is not None:
            # not in OpenAI's own shape, and a strict server refuses what it does not know: its nearest kin is
            options["frequency_penalty"] = round(min(max(2 * (request.repeat_penalty - 1), -2.0), 2.0), 4)
        if request.tools:
            options["tools"] = [_tool(spec) for spec in request.tools]
        if self.continues and request.messages and request.messages[-1].role == "assistant":
            options["extra_body"] = {"continue_final_message": True, "add_generation_prompt": False}
        try:
            async with asyncio.timeout(STALL_SECONDS * (RETRIES + 1)):
                source: Any = await self._client.chat.completions.create(  # type: ignore[call-overload]
                    model=self._model,
                    messages=[{"role": m.role, "content": m.content} for m in request.messages],
                    max_tokens=request.max_tokens,
                    temperature=request.temperature,
                    top_p=request.top_p,
                    stream=True,
                    stream_options={"include_usage": True},
                    **options,
                )
        except Exception as error:  # noqa: BLE001
            raise _sentence(error) from None
        try:
            async for delta in self._deltas(source):
                yield delta
        except Exception as error:  # noqa: BLE001
            raise _sentence(error, begun=True) from None
        finally:
            await source.close()

    async def _deltas(self, source: Any) -> AsyncIterator[Delta]:
        chunks = source.__aiter__()
        finish, usage, length, seen = None, None, 0, False
        calls = _Calls()
        deadline = asyncio.get_running_loop().time() + SILENT_SECONDS
        while True:
            try:
                async with asyncio.timeout(STALL_SECONDS):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                break
            seen = True
            usage = _usage(chunk.usage) or usage
            for choice in chunk.choices or ():
                text = choice.delta.content
                if isinstance(text, str) and text:
                    length += len(text)
                    if length > MAX_REPLY:
                        raise ModelFailed("The model server did not stop its reply.")
                    deadline = asyncio.get_running_loop().time() + SILENT_SECONDS
                    yield Delta(text)
                if calls.feed(getattr(choice.delta, "tool_calls", None)):
                    deadline = asyncio.get_running_loop().time() + SILENT_SECONDS
                finish = choice.finish_reason or finish
            if asyncio.get_running_loop().time() > deadline:
                raise ModelFailed("The model server gave no answer in time.")
        if not seen:
            raise ModelFailed("The model server answered something that is not a reply.")
        if finish is None:
            raise ModelFailed("The model server stopped in the middle of its reply.")
        yield Delta(finish="length" if finish == "length" else "stop", usage=usage, calls=calls.made())

    async def count_tokens(self, text: str) -> int:
        """An upper estimate."""
        return estimate_tokens(text)

    async def close(self) -> None:
        await self._client.close()


def _tool(spec: ToolSpec) -> dict[str, Any]:
    function = {"name": spec.name, "description": spec.about, "parameters": dict(spec.parameters)}
    return {"type": "function", "function": function}


class _Calls:
    """Calls of tools as a server streams them: piece by piece, each under its index."""

    def __init__(self) -> None:
        self._pieces: dict[int, list[str]] = {}
        self._names: dict[int, str] = {}

    def feed(self, pieces: Any) -> bool:
        """Whether there was anything. Raises ModelFailed where there is no end to it."""
        for piece in pieces if isinstance(pieces, list) else ():
            at, function = getattr(piece, "index", 0), getattr(piece, "function", None)
            at = at if type(at) is int else 0
            name, more = getattr(function, "name", None), getattr(function, "arguments", None)
            if isinstance(name, str) and name:
                self._names[at] = name
            self._pieces.setdefault(at, []).append(more if isinstance(more, str) else "")
            if len(self._pieces) > MOST_CALLS or sum(map(len, self._pieces[at])) > LONGEST_CALL:
                raise ModelFailed("The model server did not stop its reply.")
        return bool(pieces)

    def made(self) -> tuple[Call, ...]:
        return tuple(
            Call(self._names.get(at, ""), "".join(pieces)) for at, pieces in sorted(self._pieces.items())
        )


def _usage(said: Any) -> Usage | None:
    """What the server says it counted, as far as it can be true."""
    if said is None:
        return None
    details = getattr(said, "prompt_tokens_details", None)
    counts = [
        getattr(said, "prompt_tokens", 0),
        getattr(said, "completion_tokens", 0),
        getattr(details, "cached_tokens", 0),
    ]
    prompt, written, cached = (
        count if type(count) is int and 0 <= count <= MOST_TOKENS else 0 for count in counts
    )
    return Usage(prompt, written, min(cached, prompt))


def estimate_tokens(text: str) -> int:
    """More than common tokenizers need: 2.5 Latin letters a token, 1.5 tokens any other character."""
    plain = sum(character < "\x80" for character in text)
    return math.ceil(plain / 2.5 + (len(text) - plain) * 1.5)


def _card(model: str, said: dict[str, Any], context: int) -> ModelCard:
    """What the server says of its model: vLLM tells its length, llama.cpp also its size."""
    meta = said.get("meta") if isinstance(said.get("meta"), dict) else {}
    told = (said.get("max_model_len"), (meta or {}).get("n_ctx"), (meta or {}).get("n_ctx_train"))
    length = next((n for n in told if isinstance(n, int) and n > 0), context)
    size = (meta or {}).get("n_params")
    parameters = size if isinstance(size, int) and size > 0 else parameters_in(model)
    small = parameters is not None and parameters < CITES_FROM
    return ModelCard(
        model,
        "chat",
        parameters=parameters,
        context=length,
        languages=("en",) if small else ("en", "ko"),
        strategy="quote" if small else "cite",
    )


class RemoteEmbedder:
    """An `Embedder` over an OpenAI-compatible server. Made by `connect`."""

    def __init__(self, client: AsyncOpenAI, model: str, dimensions: int) -> None:
        self._client = client
        self.name = model
        self.dimensions = dimensions
        self._background = asyncio.Semaphore(1)

    @classmethod
    async def connect(cls, url: str, key: str | None, model: str) -> RemoteEmbedder:
        """Embeds one word to learn the dimensions. Raises BadInput, Busy, ModelFailed."""
        embedder = cls(_client(url, key), model, 0)
        try:
            embedder.dimensions = len((await embedder._embed(["madang"]))[0])
        except BaseException:
            await embedder.close()
            raise
        return embedder

    def __repr__(self) -> str:
        return f"RemoteEmbedder({self.name!r})"

    async def _embed(self, texts: list[str]) -> Vectors:
        try:
            async with asyncio.timeout(STALL_SECONDS * (RETRIES + 1)):
                answer = await self._client.embeddings.create(
                    model=self.name, input=[text or " " for text in texts], encoding_format="float"
                )
            rows = sorted(answer.data, key=lambda row: row.index)
            vectors = np.asarray([row.embedding for row in rows], dtype=np.float32)
        except Exception as error:  # noqa: BLE001
            raise _sentence(error) from None
        lengths = np.linalg.norm(vectors, axis=-1, keepdims=True) if vectors.ndim == 2 else np.zeros(1)
        shape = (len(texts), self.dimensions or (vectors.shape[-1] if vectors.ndim == 2 else 0))
        if vectors.shape != shape or not np.isfinite(vectors).all() or not (lengths > 0).all():
            raise ModelFailed("The model server answered something that is not a reply.")
        unit: Vectors = (vectors / lengths).astype(np.float32)
        return unit

    async def query(self, text: str) -> Vectors:
        vector: Vectors = (await self._embed([text]))[0]
        return vector

    async def passages(self, texts: Sequence[str]) -> Vectors:
        """One batch after another, so that a question never finds the server full of passages."""
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        parts = []
        async with self._background:
            for start in range(0, len(texts), EMBED_BATCH):
                parts.append(await self._embed(list(texts[start : start + EMBED_BATCH])))
        return np.concatenate(parts)

    async def close(self) -> None:
        await self._client.close()

"""`/v1/chat/completions`: a conversation with a character, whole or as a stream of chunks.

The shape is exact: the first chunk names the role, the last has `finish_reason`, then the usage when it was
asked for, then `[DONE]`. A failure after the first chunk is an error chunk, and then `[DONE]`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from starlette.requests import Request

from madang.channels.openai import errors, listing
from madang.channels.openai.errors import WrongField
from madang.channels.openai.feed import Feed, until_left
from madang.channels.openai.shapes import (
    AssistantMessage,
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionRequest,
    Choice,
    ChunkChoice,
    ChunkDelta,
    CompletionUsage,
    ErrorBody,
    Finish,
    Proof,
)
from madang.chat.types import Event, Options, Reply
from madang.kernel.clock import now
from madang.kernel.errors import ModelFailed, TooLarge
from madang.kernel.identity import Identity
from madang.kernel.ids import new_id
from madang.models.types import Message
from madang.safety import disclosure

Line = tuple[str, Any]
"""What `web.sse.stream` sends: no event name, and the text of the `data:` line."""
_ROLES: dict[str, Literal["system", "user", "assistant"]] = {"user": "user", "assistant": "assistant"}


class Answers(Protocol):
    """The part of `chat` that this room needs."""

    def answer(
        self, identity: Identity, slug: str, messages: Sequence[Message], *, options: Options
    ) -> AsyncIterator[Event]: ...


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, checked: what chat is asked, and what the answer's envelope repeats."""

    identity: Identity
    slug: str
    messages: list[Message]
    options: Options
    ignored: list[str]
    with_usage: bool
    id: str
    created: int


class Completions:
    """Answers for published characters."""

    def __init__(self, chat: Answers, characters: listing.Gallery) -> None:
        self._chat = chat
        self._characters = characters

    async def ask(self, identity: Identity, request: ChatCompletionRequest) -> Ask:
        """Check what a type cannot. Raises ModelNotFound or WrongField."""
        character = await listing.published(self._characters, identity, request.model)
        last = len(request.messages) - 1
        if request.messages[last].role != "user":
            raise WrongField("The last message must be the user's.", f"messages[{last}].role")
        if not request.messages[last].text.strip():
            raise WrongField("The last message is empty.", f"messages[{last}].content")
        # only its maker may re-instruct a character: see ChatCompletionRequest
        follows = identity.makes and identity.id == character.owner_id
        told = [message for message in request.messages if follows or message.role in _ROLES]
        return Ask(
            identity=identity,
            slug=character.slug,
            messages=[Message(_ROLES.get(message.role, "system"), message.text) for message in told],
            options=Options(
                max_tokens=request.max_completion_tokens or request.max_tokens,
                temperature=request.temperature,
                top_p=request.top_p,
                seed=request.seed,
                stop=request.stops,
            ),
            ignored=["system"] if len(told) < len(request.messages) else [],
            with_usage=bool(request.stream_options and request.stream_options.include_usage),
            id="chatcmpl-" + new_id("cmp").removeprefix("cmp_"),
            created=int(now().timestamp()),
        )

    async def whole(self, request: Request, ask: Ask) -> ChatCompletion:
        """The whole reply. The model is stopped when the client leaves (ClientDisconnect)."""
        return await until_left(request, self._collect(ask))

    async def begun(self, request: Request, ask: Ask) -> AsyncIterator[Line]:
        """The lines of a stream, once its first text (or its end) is there: what is refused before that is
        raised and gets a status of its own."""
        event, feed = await until_left(request, self._begin(ask))
        return Lines(_lines(ask, event, feed), feed)

    async def _begin(self, ask: Ask) -> tuple[Event, Feed]:
        feed = Feed(self._chat.answer(ask.identity, ask.slug, ask.messages, options=ask.options))
        try:
            event = await feed.next()
            while event is not None and event.kind in ("accepted", "waiting", "found"):
                event = await feed.next()
            if event is None:
                raise ModelFailed("The model stopped before its reply was whole.")
        except TooLarge as error:
            await feed.close()
            raise errors.context_exceeded(error) from error
        except BaseException:
            await feed.close()
            raise
        return event, feed

    async def _collect(self, ask: Ask) -> ChatCompletion:
        first, feed = await self._begin(ask)
        event: Event | None = first
        try:
            while event is not None:
                if event.kind == "done" and event.reply is not None:
                    return _whole(ask, event, event.reply)
                event = await feed.next()
        finally:
            await feed.close()
        raise ModelFailed("The model stopped before its reply was whole.")


class Lines:
    """`_lines` with a close that stops the model even when not one line was taken."""

    def __init__(self, lines: AsyncGenerator[Line, None], feed: Feed) -> None:
        self._lines = lines
        self._feed = feed

    def __aiter__(self) -> Lines:
        return self

    async def __anext__(self) -> Line:
        return await anext(self._lines)

    async def aclose(self) -> None:
        await self._lines.aclose()
        await self._feed.close()


async def _lines(ask: Ask, first: Event, feed: Feed) -> AsyncGenerator[Line, None]:
    event: Event | None = first
    try:
        yield _line(ask, ChunkDelta(role="assistant", content=""))
        while event is not None and event.kind != "done":
            if event.kind == "delta" and event.text:
                yield _line(ask, ChunkDelta(content=event.text))
            event = await feed.next()
        if event is None or event.reply is None:
            raise ModelFailed("The model stopped before its reply was whole.")
        yield _line(ask, ChunkDelta(madang=proof(ask, event.reply)), finish(event))
        if ask.with_usage:
            chunk = ChatCompletionChunk(
                id=ask.id, created=ask.created, model=ask.slug, choices=[], usage=usage(event.reply)
            )
            yield "", chunk.wire(with_usage=True)
    except Exception as error:  # noqa: BLE001 the status is sent already, so every error becomes a chunk
        yield "", ErrorBody(error=errors.detail(error)[1]).model_dump_json()
    finally:
        await feed.close()
    yield "", "[DONE]"


def _line(ask: Ask, delta: ChunkDelta, finished: Finish | None = None) -> Line:
    chunk = ChatCompletionChunk(
        id=ask.id,
        created=ask.created,
        model=ask.slug,
        choices=[ChunkChoice(delta=delta, finish_reason=finished)],
    )
    return "", chunk.wire(with_usage=ask.with_usage)


def _whole(ask: Ask, event: Event, reply: Reply) -> ChatCompletion:
    message = AssistantMessage(content=reply.text, madang=proof(ask, reply))
    return ChatCompletion(
        id=ask.id,
        created=ask.created,
        model=ask.slug,
        choices=[Choice(message=message, finish_reason=finish(event))],
        usage=usage(reply),
    )


def proof(ask: Ask, reply: Reply) -> Proof:
    return Proof(
        basis=reply.basis,
        abstained=reply.basis == "abstained",
        citations=reply.citations,
        ignored=ask.ignored,
        disclosure=disclosure.metadata(reply),
    )


def usage(reply: Reply) -> CompletionUsage:
    return CompletionUsage(
        prompt_tokens=reply.prompt_tokens,
        completion_tokens=reply.completion_tokens,
        total_tokens=reply.prompt_tokens + reply.completion_tokens,
    )


def finish(event: Event) -> Finish:
    return "length" if event.data.get("finish") == "length" else "stop"

"""What goes between a studio and a replica: one JSON document there, lines of JSON back. Only data: nothing
that comes from the other side is ever run, unpickled or formatted as a template.

A line is an object with some of: `by` (the seat that answers), `text`, `waiting`, `served`, `finish`, `usage`
(three counts), `error` (`code`, `sentence`, `params`). An empty one says that the replica lives.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from madang.kernel.errors import BadInput, Busy, MadangError, ModelFailed, TooLarge
from madang.models.types import ChatRequest, Delta, Message, ModelCard, Usage

Kind = TypeVar("Kind")
MOST_BYTES = 16 << 20
"""Of one request."""
MOST_LINE = 1 << 20
"""Bytes of one line of an answer."""
MOST_TOKENS = 10_000_000
_ROLES = ("system", "user", "assistant")
_TOO_LARGE = "This conversation has {tokens} tokens; the model can hold {context}."
_SENTENCES = (
    _TOO_LARGE,
    "Too many conversations at once. Please try again in a moment.",
    "The model could not answer this.",
    "The model gave no answer for {seconds} seconds.",
    "The model was not done after {seconds} seconds.",
)
"""What a replica may say to a visitor; anything else is told as the third of them."""


class Lost(Exception):
    """The replica went in the middle of its answer, or never began one: another may be asked."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an answer, checked."""

    delta: Delta | None = None
    by: str | None = None


def document(request: ChatRequest) -> bytes:
    """A request as JSON."""
    fields: dict[str, Any] = {
        name: getattr(request, name)
        for name in ChatRequest.__dataclass_fields__
        if name not in ("messages", "stop", "reroute", "tools")
    }
    fields["messages"] = [[one.role, one.content] for one in request.messages]
    fields["stop"] = list(request.stop)
    return json.dumps(fields, ensure_ascii=True).encode()


def request_of(body: bytes) -> ChatRequest:
    """The request that `document` wrote. Raises BadInput for anything else."""
    try:
        said = json.loads(body)
        messages = [_message(one) for one in said["messages"]]
        return ChatRequest(
            messages,
            max_tokens=_integer(said["max_tokens"], 1, MOST_TOKENS),
            temperature=_real(said["temperature"], 0, 100),
            top_p=_real(said["top_p"], 0, 1),
            seed=_or_none(said.get("seed"), lambda one: _integer(one, -(1 << 63), 1 << 63)),
            stop=[_text(one) for one in said["stop"]],
            grammar=_or_none(said.get("grammar"), _text),
            slot_hint=_or_none(said.get("slot_hint"), _text),
            min_p=_or_none(said.get("min_p"), _real),
            repeat_penalty=_or_none(said.get("repeat_penalty"), _real),
            beginning=_integer(said["beginning"], 0, len(messages)),
            keep=_or_none(said.get("keep"), _text),
            who=_or_none(said.get("who"), _text),
            background=said["background"] is True,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadInput("This is no request to a model.") from None


def line(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def line_of_delta(delta: Delta) -> bytes:
    said: dict[str, Any] = {"text": delta.text} if delta.text else {}
    if delta.waiting is not None:
        said["waiting"] = delta.waiting
    if delta.served:
        said["served"] = True
    if delta.finish:
        said["finish"] = delta.finish
    if delta.usage is not None:
        used = delta.usage
        said["usage"] = [used.prompt_tokens, used.completion_tokens, used.cached_tokens]
    return line(said)


def line_of_error(error: MadangError) -> bytes:
    numbers = {name: value for name, value in error.params.items() if isinstance(value, int)}
    said = {"code": error.code, "sentence": error.sentence, "params": numbers}
    return line({"error": {**said, "retry_after": getattr(error, "retry_after", 0)}})


def read_line(raw: bytes) -> Line:
    """A line of an answer. Raises Lost for what is none, and the error that it tells."""
    try:
        said = json.loads(raw)
        if (failure := said.get("error")) is not None:
            raise _error_of(failure)
        by = said.get("by")
        finish: Literal["stop", "length"] | None = None
        if said.get("finish") is not None:
            finish = "length" if said["finish"] == "length" else "stop"
        waiting = said.get("waiting")
        delta = Delta(
            _text(said.get("text", "")),
            finish,
            _usage(said["usage"]) if "usage" in said else None,
            waiting=None if waiting is None else _integer(waiting, 0, MOST_TOKENS),
            served=said.get("served") is True,
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Lost("an answer that is none") from None
    told = delta.text or delta.finish or delta.usage or delta.waiting is not None or delta.served
    return Line(delta if told else None, by[:100] if isinstance(by, str) and by.isprintable() else None)


def card_document(card: ModelCard) -> dict[str, Any]:
    return {
        "name": card.name,
        "parameters": card.parameters,
        "context": card.context,
        "languages": list(card.languages),
        "strategy": card.strategy,
        "licence": card.licence,
    }


def card_of(said: Any) -> ModelCard:
    """The card of a replica's model. Raises Lost for what is none."""
    try:
        return ModelCard(
            _text(said["name"])[:200],
            "chat",
            parameters=_or_none(said.get("parameters"), lambda one: _integer(one, 0, 1 << 50)),
            context=_integer(said["context"], 16, MOST_TOKENS),
            languages=tuple(_text(one)[:10] for one in said["languages"])[:200],
            strategy="cite" if said["strategy"] == "cite" else "quote",
            licence=_text(said.get("licence", ""))[:200],
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Lost("a card that is none") from None


def _error_of(said: Any) -> MadangError:
    """One of the errors that a replica may tell, with nothing of its own in it but numbers."""
    code, sentence = said["code"], said["sentence"]
    if sentence not in _SENTENCES:
        sentence = "The model could not answer this."
    params = {
        name: _integer(value, 0, MOST_TOKENS)
        for name, value in dict(said["params"]).items()
        if name in ("tokens", "context", "seconds")
    }
    if code == TooLarge.code and {"tokens", "context"} <= params.keys():
        return TooLarge(_TOO_LARGE, **params)
    if code == Busy.code:
        return Busy(_SENTENCES[1], retry_after=_integer(said.get("retry_after", 5), 1, 600))
    return ModelFailed(sentence, **params) if "{" not in sentence or params else ModelFailed(_SENTENCES[2])


def _message(said: Any) -> Message:
    role, content = said
    if role not in _ROLES:
        raise ValueError(role)
    return Message(role, _text(content))


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError(said)
    return said


def _integer(said: Any, least: int, most: int) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or not least <= said <= most:
        raise ValueError(said)
    return said


def _real(said: Any, least: float = -1e9, most: float = 1e9) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float) or not least <= said <= most:
        raise ValueError(said)
    return float(said)


def _or_none(said: Any, read: Callable[[Any], Kind]) -> Kind | None:
    return None if said is None else read(said)


def _usage(said: Any) -> Usage:
    prompt, written, cached = (_integer(one, 0, MOST_TOKENS) for one in said)
    return Usage(prompt, written, min(cached, prompt))

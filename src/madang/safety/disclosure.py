"""Saying to machines that an AI speaks. To the eye, the conversation's own label says it (room `chat`).

The header is `AI-Disclosure` as proposed in the Internet-Draft draft-abaris-aicdh-01 ("AI Content Disclosure
Header", January 2026): a structured dictionary (RFC 9651) whose `mode` is one of `none`, `ai-modified`,
`ai-originated` and `machine-generated`; nobody reviews a reply before it is read, so it is the last. The
draft is a proposal, not a standard, and the only one for a header. A reply's own metadata uses the
vocabulary that IPTC keeps and C2PA names in `c2pa.actions`: `digitalSourceType`, terms at
https://cv.iptc.org/newscodes/digitalsourcetype/
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEADERS = {"ai-disclosure": "mode=machine-generated"}
"""For every response that holds what a character says."""
_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
MADE = _TYPES + "trainedAlgorithmicMedia"
"""Made by a trained model."""
COMPOSED = _TYPES + "compositeWithTrainedAlgorithmicMedia"
"""Put together by one from what people wrote: a reply that quotes its sources."""
FIXED = _TYPES + "algorithmicMedia"
"""Chosen by rules, no trained model: a fixed phrase, an abstention, a safety message."""
HUMAN = _TYPES + "digitalCreation"
"""Written by a person who took the conversation over."""
_OF_BASIS = {
    "sources": COMPOSED,
    "partial": COMPOSED,
    "clarify": FIXED,
    "persona": MADE,
    "abstained": FIXED,
    "fixed": FIXED,
    "safety": FIXED,
    "person": HUMAN,
}
SPOKEN = ("/c/", "/s/", "/embed/", "/api/conversations", "/api/turns/", "/v1/chat/", "/v1/completions")
"""Paths (by their beginning) under which a character speaks."""
_CHARACTERS = "/api/characters/"
_KINDS = (b"text/html", b"application/json", b"text/event-stream", b"text/markdown")


class Spoken(Protocol):
    """A reply, as far as it matters here (`chat.types.Reply`)."""

    @property
    def basis(self) -> str: ...

    @property
    def model(self) -> str: ...


def metadata(reply: Spoken) -> dict[str, Any]:
    """What a program is told of one reply: `{"ai": bool, "mode": …, "digitalSourceType": URI, "model": …}`.

    `ai` is False for a person's words alone. `model` is left out where none was asked.
    """
    kind = _OF_BASIS.get(reply.basis, MADE)
    said: dict[str, Any] = {
        "ai": kind != HUMAN,
        "mode": "none" if kind == HUMAN else "machine-generated",
        "digitalSourceType": kind,
    }
    if reply.model and kind in (MADE, COMPOSED):
        said["model"] = reply.model
    return said


def speaks(path: str) -> bool:
    """Whether a character speaks at this path."""
    if path.startswith(_CHARACTERS):
        return path.endswith("/conversations")
    return path.startswith(SPOKEN)


class DisclosureMiddleware:
    """Pure ASGI: `app.add_middleware(DisclosureMiddleware)`. Adds the header to what a character says: pages,
    JSON and event streams, not to pictures. It buffers nothing."""

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not speaks(scope["path"]):
            await self.app(scope, receive, send)
            return

        async def disclosing(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                held = {name.lower(): value for name, value in headers}
                if held.get(b"content-type", b"").startswith(_KINDS) and b"ai-disclosure" not in held:
                    headers += [(name.encode(), value.encode()) for name, value in HEADERS.items()]
                message = {**message, "headers": headers}
            await send(message)

        await self.app(scope, receive, disclosing)

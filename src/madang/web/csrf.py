"""Requests that change something must come from a page of this studio.

Three locks: the browser's own word (Sec-Fetch-Site), the Origin, and a token that is an HMAC over a random
cookie and, for a maker, over who they are. Host == Origin alone would fall to DNS rebinding; `hosts` closes
that. A request with an API key and no cookie carries nothing that a foreign page could borrow: no token.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from madang.kernel.errors import Forbidden
from madang.kernel.identity import Identity

COOKIE = "madang_csrf"
FIELD = "csrf"
HEADER = "x-madang-csrf"
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
PEEK = 8192
"""Bytes of a form in which the token must stand: a form's first field, so that no upload is buffered."""

_URLENCODED = re.compile(rb"(?:^|&)csrf=([^&]*)")
_MULTIPART = re.compile(rb'name="csrf"\r\n(?:[^\r\n]+\r\n)*\r\n([^\r\n]*)\r\n')


class Csrf:
    """Makes and checks tokens with the studio's key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, request: Request) -> str:
        """The token for this person's pages. Remembers the cookie to set in `request.state.csrf_cookie`."""
        seed = request.cookies.get(COOKIE) or getattr(request.state, "csrf_cookie", None)
        if not seed:
            seed = request.state.csrf_cookie = secrets.token_urlsafe(24)
        return self._sign(seed, getattr(request.state, "identity", None))

    def valid(self, token: str, seed: str, identity: Identity | None) -> bool:
        return bool(seed) and hmac.compare_digest(token.encode(), self._sign(seed, identity).encode())

    def _sign(self, seed: str, identity: Identity | None) -> str:
        who = identity.id if identity is not None and identity.makes else "visitor"
        return hmac.new(self._key, f"csrf\n{seed}\n{who}".encode(), hashlib.sha256).hexdigest()


class CsrfMiddleware:
    """Checks every unsafe request. It stands inside the accounts' middleware: the identity is known."""

    def __init__(self, app: ASGIApp, csrf: Csrf) -> None:
        self.app = app
        self.csrf = csrf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE:
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        with_cookie = "cookie" in request.headers
        if not with_cookie and request.headers.get("authorization", "").lower().startswith("bearer "):
            await self.app(scope, receive, send)
            return
        if not _same_origin(request):
            raise Forbidden("This request came from another site and was refused.")
        if with_cookie:
            token, receive = await _token_of(request, receive)
            seed = request.cookies.get(COOKIE, "")
            if not self.csrf.valid(token, seed, _identity(scope)):
                raise Forbidden("This page is out of date. Please reload it and try again.")
        await self.app(scope, receive, send)


def _identity(scope: MutableMapping[str, Any]) -> Identity | None:
    identity = scope.get("state", {}).get("identity")
    return identity if isinstance(identity, Identity) else None


def _same_origin(request: Request) -> bool:
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()


async def _token_of(request: Request, receive: Receive) -> tuple[str, Receive]:
    """The token from the header or a form's first field, and a `receive` that replays what was read."""
    if token := request.headers.get(HEADER):
        return token, receive
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return "", receive
    pattern = _URLENCODED if kind == "application/x-www-form-urlencoded" else _MULTIPART
    held: list[Message] = []
    start = b""
    more = True
    while more and len(start) < PEEK and not (kind == "multipart/form-data" and pattern.search(start)):
        message = await receive()
        held.append(message)
        more = message["type"] == "http.request" and message.get("more_body", False)
        start += message.get("body", b"")
    match = pattern.search(start[: PEEK + 1024])

    async def replay() -> Message:
        return held.pop(0) if held else await receive()

    return (unquote_plus(match.group(1).decode("latin-1")) if match else ""), replay

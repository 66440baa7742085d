"""Pure ASGI: sets `request.state.identity` and `.session`, and the cookies that identity needs.

It buffers nothing, so streams pass through as they are made.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from madang.accounts.access import Accounts
from madang.accounts.types import Cookie, Resolved
from madang.kernel.errors import SignInNeeded
from madang.web import localise

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

QUIET = ("/static/", "/healthz", "/readyz", "/favicon.ico", "/v1/")
"""Paths where nobody need be known: no cookie read, no database asked. `/v1/` knows callers by keys alone."""
READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class AccountsMiddleware:
    """For `app.add_middleware(AccountsMiddleware, accounts=accounts)`. A bad key is answered with 401."""

    def __init__(self, app: App, accounts: Accounts) -> None:
        self.app = app
        self.accounts = accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope["path"].startswith(QUIET):
            await self.app(scope, receive, send)
            return
        headers = _headers(scope)
        cookies = read_cookies(headers.get(b"cookie", ""))
        try:
            who = await self.accounts.resolve(cookies, headers.get(b"authorization"))
        except SignInNeeded as error:
            language = localise.negotiate(headers.get(b"accept-language", ""))
            await _refuse(scope, send, error, localise.translate(language, error.sentence, **error.params))
            return
        state = scope.setdefault("state", {})
        state["identity"], state["session"] = who.identity, who.session
        state["keep_visitor"] = False
        await self.app(scope, receive, _with_cookie(scope, send, who) if who.cookie else send)


def middleware(accounts: Accounts) -> Callable[[App], App]:
    """The same as a function: `middleware(accounts)(app)`."""
    return lambda app: AccountsMiddleware(app, accounts)


def keep_visitor(request: Any) -> None:
    """Have a new visitor remembered although the request only reads: for a page that stores something of
    theirs. Without it, a visitor gets the cookie with the first request that is not a GET."""
    request.state.keep_visitor = True


def set_cookie(cookie: Cookie, *, https: bool) -> tuple[bytes, bytes]:
    """The header that sets it (or removes it: 0 seconds)."""
    text = f"{cookie.name}={cookie.value}; Path=/; Max-Age={cookie.seconds}; HttpOnly; SameSite=Lax"
    return b"set-cookie", (text + ("; Secure" if https else "")).encode("ascii")


def read_cookies(header: str) -> dict[str, str]:
    """Cookies of a request; a header that makes no sense holds none."""
    cookies: dict[str, str] = {}
    for part in header.split(";"):
        name, equals, value = part.strip().partition("=")
        if equals and name not in cookies:
            cookies[name] = value.strip().strip('"')
    return cookies


def _with_cookie(scope: Scope, send: Send, who: Resolved) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start" and who.cookie is not None:
            made = scope.get("method") not in READING and message["status"] < 400
            if who.renew or made or scope["state"].get("keep_visitor"):
                headers = list(message.get("headers", []))
                # a route that signs in or out sets this cookie itself and has the last word
                own = who.cookie.name.encode() + b"="
                if not any(
                    name.lower() == b"set-cookie" and value.startswith(own) for name, value in headers
                ):
                    headers.append(set_cookie(who.cookie, https=scope.get("scheme") in ("https", "wss")))
                message = {**message, "headers": headers}
        await send(message)

    return sending


def _headers(scope: Scope) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    for name, value in scope["headers"]:
        text = value.decode("latin-1")
        # HTTP/2 clients may split the Cookie header
        found[name] = f"{found[name]}; {text}" if name == b"cookie" and name in found else text
    return found


async def _refuse(scope: Scope, send: Send, error: SignInNeeded, said: str) -> None:
    """A bad key: said at once, in the shape that OpenAI clients and ours both read."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 4401})
        return
    shape = {"message": said, "type": "authentication_error", "code": error.code, "param": None}
    body = json.dumps({"error": shape}, ensure_ascii=False).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"www-authenticate", b'Bearer realm="madang"'),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": error.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

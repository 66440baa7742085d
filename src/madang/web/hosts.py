"""Only names the studio knows may be used to reach it: the answer to DNS rebinding."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from madang.kernel.settings import Settings

LOCAL = ("127.0.0.1", "localhost", "::1")


def host_name(header: str) -> str:
    """The name in a Host header, lower case, without port and brackets; empty when malformed."""
    header = header.strip().lower()
    if header.startswith("["):
        name, bracket, port = header[1:].partition("]")
        return name if bracket and (not port or port[1:].isdigit()) else ""
    name, _, port = header.partition(":")
    return name.rstrip(".") if not port or port.isdigit() else ""


class HostMiddleware:
    """Answers 421 in one sentence to any other Host."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.allowed = {name.lower() for name in (*LOCAL, settings.host, *settings.allowed_hosts)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            given = Headers(scope=scope).getlist("host")
            if len(given) != 1 or host_name(given[0]) not in self.allowed:
                refusal = PlainTextResponse(
                    "This studio does not answer under this name; add it to MADANG_ALLOWED_HOSTS.\n", 421
                )
                await refusal(scope, receive, send)
                return
        await self.app(scope, receive, send)

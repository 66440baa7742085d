"""Measures requests: from their arrival to the beginning of the answer, by the pattern of their route.

Pure ASGI, around everything else. A request that no route knows counts as `other`, so that nobody can make
up labels.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from madang.kernel.meters import Meters

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class MeasuredMiddleware:
    """For `app.add_middleware(MeasuredMiddleware, meters=meters)`, last."""

    def __init__(self, app: App, meters: Meters) -> None:
        self.app = app
        self.meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()

        async def measuring(message: Message) -> None:
            if message["type"] == "http.response.start":
                passed = time.perf_counter() - began
                method = scope["method"] if scope["method"] in METHODS else "other"
                self.meters.requested(method, route_of(scope), int(message["status"]), passed)
            await send(message)

        await self.app(scope, receive, measuring)


def route_of(scope: Scope) -> str:
    """The pattern of the route that answered, such as `/c/{slug}`."""
    path = getattr(scope.get("route"), "path", None)
    return str(path) if path else "other"

"""What an open panel asks: `/embed/{slug}/api/…` and `/embed/{slug}/c/…` are addresses of the studio, asked
with a pass in place of a cookie.

Pure ASGI, inside the middleware that knows people and outside the check of forms: the visitor of a pass takes
the place of whoever the cookies name, and the cookies go. Only what a conversation needs is passed on. The
conversations that a pass reaches are its visitor's own, so it opens no other character.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from madang.kernel.errors import BadInput, MadangError, NotFound, TooLarge
from madang.kernel.identity import Identity
from madang.share.embed.access import OFF, PREVIEW, STUDIO, Embeds, Panel
from madang.share.embed.passes import HEADER, Pass
from madang.web import localise

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

PLACE = re.compile(r"/embed/([^/]+)(/(?:api|c)/.*)")
OWN = re.compile(r"/embed/[^/]+/(live|pass)")
FACE = re.compile(r"/c/([^/]+)/avatar")
ASKS = re.compile(r"/api/(conversations|turns|replies)/[^/]+(/.*)?")
WRITES = re.compile(r"/api/(conversations/[^/]+/turns|turns/[^/]+/(edit|regenerate))")
LISTENS = re.compile(r"/api/(conversations|turns)/[^/]+/events")
BEGINS = "/api/conversations"
LARGEST_BEGINNING = 4_096


class EmbedMiddleware:
    """For `app.router.middleware_stack = EmbedMiddleware(app.router.middleware_stack, embeds)`."""

    def __init__(self, app: App, embeds: Embeds) -> None:
        self.app = app
        self.embeds = embeds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and (found := PLACE.fullmatch(path)):
            await self._panel(found.group(1), found.group(2), scope, receive, send)
            return
        if scope["type"] == "http" and OWN.fullmatch(path):
            _forget_cookies(scope)
        if scope["type"] == "http" and (face := FACE.fullmatch(path)):
            await self._face(face.group(1), scope)
        await self.app(scope, receive, send)

    async def _panel(self, slug: str, inner: str, scope: Scope, receive: Receive, send: Send) -> None:
        # first of all: errors are told in the shape of the address that was meant
        scope["path"], scope["raw_path"] = inner, quote(inner).encode()
        headers = dict(scope["headers"])
        panel, held = await self.embeds.check(slug, headers.get(HEADER.encode(), b"").decode("latin-1"))
        _forget_cookies(scope)
        state = scope.setdefault("state", {})
        state["identity"], state["session"] = Identity("visitor", held.visitor_id), None
        if inner == BEGINS and scope["method"] == "POST":
            await self.embeds.let_in(panel, held)
            receive = await _beginning(panel, scope, receive)
        elif not (ASKS.fullmatch(inner) or _page_of(panel, inner)):
            raise NotFound("There is nothing here.")
        if scope["method"] == "POST" and WRITES.fullmatch(inner):
            if panel.origin == PREVIEW:
                await self.app(scope, receive, send)
            else:
                await self._counted(panel, held, scope, receive, send)
        elif LISTENS.fullmatch(inner):
            await self._until_off(held, scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _counted(self, panel: Panel, held: Pass, scope: Scope, receive: Receive, send: Send) -> None:
        """Counts a message; one that is refused costs nobody anything."""
        await self.embeds.count(panel, held)
        refused = True

        async def looking(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start":
                refused = message["status"] >= 400
            await send(message)

        try:
            await self._until_off(held, scope, receive, looking)
        finally:
            if refused:
                await self.embeds.give_back(held)

    async def _until_off(self, held: Pass, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a reply on while the switch is on; then the reader is gone, and a sentence ends it."""
        if held.origin == PREVIEW:
            await self.app(scope, receive, send)
            return
        off = asyncio.ensure_future(self.embeds.watch.ended(held.character_id, held.origin))
        state = {"begun": False, "ended": False}

        async def receiving() -> Message:
            if not state["begun"]:
                return await receive()
            waiting = asyncio.ensure_future(receive())
            try:
                await asyncio.wait({waiting, off}, return_when=asyncio.FIRST_COMPLETED)
                return {"type": "http.disconnect"} if off.done() else waiting.result()
            finally:
                waiting.cancel()

        async def sending(message: Message) -> None:
            state["begun"] = state["begun"] or message["type"] == "http.response.start"
            state["ended"] = message["type"] == "http.response.body" and not message.get("more_body", False)
            await send(message)

        try:
            await self.app(scope, receiving, sending)
            if off.done() and state["begun"] and not state["ended"]:
                await send({"type": "http.response.body", "body": _last_word(scope), "more_body": False})
        finally:
            off.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await off

    async def _face(self, slug: str, scope: Scope) -> None:
        """The picture of a character that is embedded somewhere is no secret, though the character may be:
        an `img` in the panel can send no pass, so it is known by the page that shows it."""
        referer = next((value for name, value in scope["headers"] if name == b"referer"), b"").decode(
            "latin-1"
        )
        if unquote(urlsplit(referer).path) != f"/embed/{slug}":
            return
        with contextlib.suppress(MadangError):
            if await self.embeds.shows_face(slug):
                scope.setdefault("state", {})["identity"] = STUDIO


def _forget_cookies(scope: Scope) -> None:
    """A pass speaks for itself; a browser that sends cookies all the same lends it nobody's name."""
    scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"cookie"]


async def _beginning(panel: Panel, scope: Scope, receive: Receive) -> Receive:
    """Begins with the character of the pass, whichever the body names. Raises TooLarge, BadInput."""
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = bool(message.get("more_body", False))
        if len(body) > LARGEST_BEGINNING:
            raise TooLarge("This is too large.")
    try:
        asked = json.loads(body or b"{}")
        greeting = asked.get("greeting", 0)
    except (ValueError, AttributeError, RecursionError):
        raise BadInput("This request could not be understood.") from None
    meant = {"character": panel.character.slug, "test": False, "channel": "embed", "greeting": greeting}
    new = json.dumps(meant).encode()
    scope["headers"] = [
        *((name, value) for name, value in scope["headers"] if name != b"content-length"),
        (b"content-length", str(len(new)).encode()),
    ]
    sent = False

    async def replay() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": new, "more_body": False}

    return replay


def _page_of(panel: Panel, inner: str) -> bool:
    start = f"/c/{panel.character.slug}/"
    rest = inner.removeprefix(start)
    return inner.startswith(start) and bool(re.fullmatch(r"thread|past|passages/[^/]+", rest))


def _last_word(scope: Scope) -> bytes:
    accepted = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    said = localise.translate(localise.negotiate(accepted.decode("latin-1")), OFF)
    data = json.dumps({"code": "forbidden", "message": said, "reply": None}, ensure_ascii=False)
    return f"event: failed\ndata: {data}\n\n".encode()

"""What a website with a character on it asks for: the script, its settings, the panel in the frame, the news
of the switch, and a fresh pass."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from madang.chat.pages import talk_values
from madang.kernel.errors import Forbidden
from madang.share.embed.access import PREVIEW, Embeds, Off, Panel, too_young
from madang.share.embed.passes import HEADER, LONGEST
from madang.share.types import origin_of
from madang.web import context, localise, sse
from madang.web.assets import assets
from madang.web.headers import CONTENT_SECURITY_POLICY
from madang.web.view import View

SCRIPT = "share/embed.js"
ELSEWHERE = {"x-frame-options": "", "cross-origin-resource-policy": "cross-origin"}
"""For what another website loads: no header of ours stands in the way, the policy below decides."""
ACCENT = re.compile(r"#[0-9a-fA-F]{6}")


def router(view: View, embeds: Embeds) -> APIRouter:
    """`/embed.js` and `/embed/{slug}` with what belongs to it."""
    pages = APIRouter(include_in_schema=False)
    etag = f'"{hashlib.sha256(assets().text(SCRIPT).encode()).hexdigest()[:20]}"'

    @pages.get("/embed.js")
    async def script(request: Request) -> Response:
        """One address that never changes, so it is asked for again each hour; the rest is in settings."""
        headers = {
            "cache-control": "public, max-age=3600, stale-while-revalidate=86400",
            "etag": etag,
            "access-control-allow-origin": "*",
            "cross-origin-resource-policy": "cross-origin",
            "vary": "accept-encoding",
        }
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(assets().text(SCRIPT), headers=headers, media_type="text/javascript; charset=utf-8")

    @pages.get("/embed/{slug}/settings")
    async def settings(request: Request, slug: str) -> Response:
        """For the script, which may read it only on a website of the maker's list."""
        origin = request.headers.get("origin", "")
        headers = {"cache-control": "no-store", "vary": "origin"}
        try:
            panel = await _panel(request, embeds, slug, origin)
        except Off:  # said to a website of the list, so that its page stays without a button and a complaint
            return JSONResponse({"off": True}, headers={**headers, **_readable(origin)})
        embed = panel.embed.model_dump(include={"label", "accent", "side", "theme"})
        said = localise.known(request.query_params.get("lang") or panel.character.profile.language)
        words = {
            "open": localise.translate(said, "Talk with {name}", name=panel.character.profile.called),
            "close": localise.translate(said, "Close"),
        }
        if panel.origin != PREVIEW:
            headers |= _readable(panel.origin)
        return JSONResponse({**embed, **words}, headers=headers)

    @pages.get("/embed/{slug}")
    async def frame(request: Request, slug: str) -> Response:
        origin = request.query_params.get("origin", "")
        try:
            panel = await _panel(request, embeds, slug, origin, referred=True)
        except Forbidden as error:
            page = view.page(request, "share/frame_off.html", status=403, said=error, **_looks(request, None))
            # a website of the list is told so in the frame; any other shows nothing at all
            return _framed(page, (origin_of(origin) or "") if isinstance(error, Off) else "")
        values = talk_values(request, panel.character, None)
        values |= {"panel": panel, "age": too_young(panel), **_looks(request, panel)}
        values |= {"token": embeds.pass_for(panel), "token_header": HEADER, "channel": "embed"}
        return _framed(view.page(request, "share/frame.html", **values), panel.origin)

    @pages.get("/embed/{slug}/live")
    async def live(request: Request, slug: str) -> Response:
        """A stream that says `off` once the switch is, or the website is taken from the list."""
        panel, held = await embeds.check(slug, request.headers.get(HEADER, ""))

        async def news() -> AsyncIterator[sse.Item]:
            if panel.origin == PREVIEW:
                return
            yield "on", {}
            await embeds.watch.ended(held.character_id, held.origin)
            yield "off", {}

        return sse.stream(request, news())

    @pages.post("/embed/{slug}/pass")
    async def renew(request: Request, slug: str) -> dict[str, Any]:
        """A fresh pass; the body is the pass that this browser had before, if any."""
        older = (await _short_body(request)).decode("ascii", "replace")
        return {"pass": await embeds.renew(slug, request.headers.get(HEADER, ""), older)}

    return pages


async def _panel(
    request: Request, embeds: Embeds, slug: str, claimed: str, *, referred: bool = False
) -> Panel:
    """The panel for the website that asks. Raises NotFound, Forbidden.

    A page of this studio itself is the maker's preview. `claimed` is what the browser said in `Origin`, or
    the script in the frame's address: then the browser holds it to that by the policy, and a `Referer` that
    speaks of another website is refused here already.
    """
    if _own(request, claimed):
        return await embeds.preview(context.identity_of(request), slug)
    origin = origin_of(claimed) if claimed.startswith(("http://", "https://")) else None
    referer = request.headers.get("referer", "")
    if origin is None or (referred and referer and origin_of(referer) != origin):
        raise Forbidden("This website may not show this character.")
    return await embeds.panel(slug, origin)


def _readable(origin: str) -> dict[str, str]:
    return {"access-control-allow-origin": origin, "cross-origin-resource-policy": "cross-origin"}


def _own(request: Request, claimed: str) -> bool:
    """Whether a page of this studio, as it was addressed, asks. No `Origin` comes with its own requests."""
    site = request.headers.get("sec-fetch-site", "")
    if not claimed:
        return site == "same-origin"
    host = request.headers.get("host", "").lower()
    return site in ("", "same-origin") and urlsplit(claimed).netloc.lower() == host


def _framed(response: Response, origin: str) -> Response:
    """Lets the website of the panel, and nobody else, show it in a frame."""
    who = "'self'" if origin == PREVIEW else origin or "'none'"
    policy = CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {who}")
    response.headers.update({"content-security-policy": policy, **(ELSEWHERE if origin else {})})
    response.headers["cache-control"] = "no-store"
    return response


def _looks(request: Request, panel: Panel | None) -> dict[str, Any]:
    """Language, light and colour, as the website's script asks for them, else as the maker chose."""
    asked = request.query_params
    embed = panel.embed if panel else None
    accent = asked.get("accent", "")
    theme = asked.get("theme", "")
    language = asked.get("lang", "")
    chosen = panel.character.profile.language if panel else context.language_of(request)
    return {
        "language": language if language in localise.LANGUAGES else chosen,
        "theme": theme if theme in ("auto", "light", "dark") else embed.theme if embed else "auto",
        "accent": accent.lower() if ACCENT.fullmatch(accent) else embed.accent if embed else "",
    }


async def _short_body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST:
            return b""
    return body

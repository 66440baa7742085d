"""The owner's pages: engines as they are now, and the measured card of a model."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from madang.kernel.errors import MadangError
from madang.machine.access import Machine
from madang.machine.figures import SKILLS, last_minutes, of_card
from madang.models.engines.types import EngineState
from madang.models.probe.choose import by_card
from madang.models.types import ModelCard
from madang.web import sse
from madang.web.context import identity_of, language_of
from madang.web.localise import translate
from madang.web.view import View

EVERY = 2.0
"""Seconds between looks while the page is open."""
LONGEST = 300.0
"""Seconds of one stream: the browser asks again by itself."""
STATES = {"asleep": "not loaded yet", "ready": "answers", "busy": "busy", "lost": "cut off"}


def router(view: View, machine: Machine) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/models")
    async def models(request: Request) -> Response:
        if (away := to_sign_in(request)) is not None:
            return away
        return await _page(view, machine, request)

    @routes.get("/models/live")
    async def live(request: Request, seconds: float = Query(LONGEST, ge=0, le=LONGEST)) -> Response:
        moving = partial(_moving, view, machine, request)
        moving()  # whoever may not see it is told before a stream begins
        return sse.stream(request, _stream(moving, seconds))

    @routes.get("/models/cards/{card_key}")
    async def card(request: Request, card_key: str) -> Response:
        if (away := to_sign_in(request)) is not None:
            return away
        found = await machine.card(identity_of(request), card_key)
        judged = by_card(ModelCard(found.name, "chat", context=found.context), found)
        return view.page(
            request,
            "machine/card.html",
            card=found,
            judged=judged,
            pictures=of_card(found, _say(request)),
            skills=SKILLS,
        )

    @routes.post("/models/engines")
    async def add(request: Request) -> Response:
        form = await _form(request)
        name, key, first = form.get("name", ""), form.get("key", ""), "first" in form
        return await _done(
            view, machine, request, machine.add(identity_of(request), name, key, first=first), name
        )

    @routes.post("/models/engines/remove")
    async def remove(request: Request) -> Response:
        form = await _form(request)
        return await _done(view, machine, request, machine.remove(identity_of(request), form.get("name", "")))

    @routes.post("/models/engines/first")
    async def first(request: Request) -> Response:
        form = await _form(request)
        return await _done(
            view, machine, request, machine.move(identity_of(request), form.get("name", ""), 0)
        )

    @routes.post("/models/adapters/remove")
    async def remove_adapter(request: Request) -> Response:
        form = await _form(request)
        return await _done(
            view, machine, request, machine.remove_adapter(identity_of(request), form.get("name", ""))
        )

    @routes.post("/models/measure")
    async def measure(request: Request) -> Response:
        form = await _form(request)
        return await _done(
            view, machine, request, machine.measure(identity_of(request), form.get("name", ""))
        )

    return routes


def to_sign_in(request: Request) -> Response | None:
    """Where to send a person who is not signed in."""
    if identity_of(request).signed_in:
        return None
    return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", 303)


async def _done(view: View, machine: Machine, request: Request, work: Any, written: str = "") -> Response:
    """The page again: after the work, or with why it was refused."""
    try:
        await work
    except MadangError as error:
        if error.status in (401, 403):
            raise
        return await _page(view, machine, request, error=error, written=written)
    return RedirectResponse("/models", 303)


async def _page(
    view: View, machine: Machine, request: Request, *, error: MadangError | None = None, written: str = ""
) -> Response:
    identity = identity_of(request)
    cards = await machine.cards(identity)
    offered = await machine.offered(identity)
    adapters = await machine.adapters(identity)
    return view.page(
        request,
        "machine/models.html",
        status=error.status if error else 200,
        **_values(machine, request),
        cards=cards,
        offered=offered,
        adapters=adapters,
        error=error,
        written=written,
    )


def _values(machine: Machine, request: Request) -> dict[str, Any]:
    now = machine.now(identity_of(request))
    return {
        "now": now,
        "engines": now.engines,
        "picture": last_minutes(now.minutes, _say(request)),
        "states": STATES,
        "shown": shown,
        "took": took,
        "skills": SKILLS,
    }


def _moving(view: View, machine: Machine, request: Request) -> str:
    return view.part(request, "machine/live.html", **_values(machine, request))


async def _stream(moving: Callable[[], str], seconds: float) -> AsyncIterator[sse.Item]:
    """The moving part whenever it is another."""
    loop = asyncio.get_running_loop()
    until, last = loop.time() + seconds, ""
    while True:
        if (html := moving()) != last:
            last = html
            yield "now", html
        if loop.time() + EVERY > until:
            return
        await asyncio.sleep(EVERY)


def shown(engine: EngineState) -> str:
    """What an engine is called: its model's name, or as the owner wrote it."""
    return engine.card.name if engine.card is not None else engine.name.rpartition("/")[2] or engine.name


def took(milliseconds: float) -> str:
    """A time as a figure: `250 ms`, `1.4 s`."""
    return f"{milliseconds:.0f} ms" if round(milliseconds) < 1000 else f"{milliseconds / 1000:,.1f} s"


def _say(request: Request) -> Callable[..., str]:
    language = language_of(request)

    def say(sentence: str, **params: object) -> str:
        return translate(language, sentence, **params)

    return say


async def _form(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0, max_fields=8)
    return {name: value for name, value in form.items() if isinstance(value, str)}

"""What every page of this room needs: how long ago, and whose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Request
from fastapi.responses import RedirectResponse

from madang.inbox.types import About
from madang.kernel.clock import now
from madang.kernel.errors import Forbidden, SignInNeeded
from madang.kernel.identity import Identity
from madang.web.context import identity_of, language_of, maker_of
from madang.web.localise import translate

MINUTE, HOUR, DAY = 60, 3_600, 86_400
Ago = Callable[[datetime], str]


def maker(request: Request) -> Identity:
    """Whoever makes characters here. Raises SignInNeeded and Forbidden, in this room's words."""
    try:
        return maker_of(request)
    except SignInNeeded:
        raise SignInNeeded("Please sign in to open the inbox.") from None
    except Forbidden:
        raise Forbidden(
            "This key may not open the inbox: it lacks the scope {scope}.", scope="manage"
        ) from None


def visitor_of_page(request: Request) -> RedirectResponse | None:
    """Where to send a person who is not signed in."""
    if identity_of(request).makes:
        return None
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/sign-in?next={quote(path, safe='/')}", 303)


def times(request: Request, zone_name: str) -> dict[str, Any]:
    """`ago(moment)`, in words, and `at(moment)`, exactly, in the studio's time zone."""
    language = language_of(request)
    try:
        zone = ZoneInfo(zone_name)
    except (ZoneInfoNotFoundError, ValueError):
        zone = ZoneInfo("UTC")

    def at(moment: datetime) -> str:
        return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")

    def ago(moment: datetime) -> str:
        passed = int((now() - moment).total_seconds())
        if passed < MINUTE:
            return translate(language, "just now")
        if passed < HOUR:
            return translate(language, "{count} min ago", count=passed // MINUTE)
        if passed < DAY:
            return translate(language, "{count} h ago", count=passed // HOUR)
        if passed < 30 * DAY:
            return translate(language, "{count} d ago", count=passed // DAY)
        return at(moment)[:10]

    return {"ago": ago, "at": at, "plain": plain}


def plain(text: str) -> str:
    """A reply on one line, without the marks of quotations and citations, also where it was on one before."""
    unmarked = re.sub(r"(?m)^\s*>\s?|(?<=[.:!?\]]) > ?", " ", text)
    unmarked = re.sub(r"\s*\[\d+\]", "", unmarked)
    return " ".join(unmarked.split())


def choices(mine: Iterable[About], seen: Iterable[About]) -> list[About]:
    """Characters to filter by, by name: one's own, and those that are shown."""
    every = {one.slug: one for one in (*mine, *seen)}
    return sorted(every.values(), key=lambda one: (one.name.casefold(), one.slug))


def address(path: str, **given: str | None) -> str:
    """`path` with the parameters that say something."""
    query = urlencode({name: value for name, value in given.items() if value})
    return f"{path}?{query}" if query else path

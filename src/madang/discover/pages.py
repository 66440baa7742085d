"""The first page of a studio: the gallery as a feed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from madang.accounts.types import VISITOR_COOKIE
from madang.discover import reporting
from madang.discover.access import BadgesDoor, Discover, RemixDoor, allowed_to
from madang.discover.asked import address, number, wanted_by
from madang.discover.cards import Cards
from madang.discover.types import KINDS, LANGUAGES, ORDERS, PAGE, RATINGS, Wanted
from madang.kernel.clock import now
from madang.web import context
from madang.web.view import View

FEED_COOKIE = "madang_feed"
"""`off`, or the second from which what somebody uses counts; without it everything counts."""
YEAR = 31_536_000
CHIPS = 14
"""Tags offered as chips."""


def router(
    view: View, discover: Discover, characters: RemixDoor, badges: BadgesDoor | None = None
) -> APIRouter:
    """`/` (for htmx the feed alone), `/feed` (switches personalisation), reports and remixes."""
    pages = APIRouter(include_in_schema=False)
    cards = Cards(view)

    async def gallery(request: Request) -> Response:
        identity = context.identity_of(request)
        language = context.language_of(request)
        wanted = wanted_by(request.query_params)
        page = number(request.query_params, "page", 1, 10_000, 1)
        personal, since = choice(request)
        feed = await discover.feed(
            identity,
            wanted,
            offset=(page - 1) * PAGE,
            language=language,
            personal=personal,
            since=since,
            known=known(request),
        )
        part = request.headers.get("hx-request") and not request.headers.get("hx-history-restore-request")
        ids = [one.entry.id for one in feed.shown]
        earned = await badges.badges_of(identity, ids) if badges is not None else {}
        values: dict[str, Any] = {
            "feed": feed,
            "cards": cards.html(feed.shown, language, earned),
            "wanted": wanted,
            "page_number": page,
            "address": lambda **changes: address(wanted, **changes),
            "more": address(wanted, page + 1) if feed.next is not None else "",
            "back": address(wanted, page - 1) if page > 1 else "",
            "personal": personal,
        }
        if part and page > 1:
            return view.page(request, "discover/cards.html", **values)
        if part:
            response = view.page(request, "discover/feed.html", part=True, **values)
            response.headers["hx-replace-url"] = address(wanted)
            return response
        tags = await discover.tags(identity, CHIPS, language=wanted.language)
        allowed = allowed_to(identity)
        return view.page(
            request,
            "discover/gallery.html",
            part=False,
            tags=offered(tags, wanted),
            kinds=KINDS,
            languages=LANGUAGES,
            ratings=allowed,
            withheld=len(allowed) < len(RATINGS),
            orders=ORDERS,
            **values,
        )

    # a plain route: what FastAPI adds to one (parameters, a schema) would cost the first page a tenth
    pages.add_route("/", gallery, methods=["GET"], include_in_schema=False)

    @pages.post("/feed")
    async def personalise(request: Request) -> Response:
        """Switches personalisation `off` or `on`, or begins it anew (`reset`)."""
        form = await request.form(max_files=0, max_fields=8)
        action = form.get("action")
        response = RedirectResponse("/", 303)
        if action == "on":
            response.delete_cookie(FEED_COOKIE, path="/", samesite="lax")
        elif action in ("off", "reset"):
            value = "off" if action == "off" else str(int(now().timestamp()) + 1)
            secure = request.url.scheme == "https"
            response.set_cookie(
                FEED_COOKIE, value, max_age=YEAR, httponly=True, samesite="lax", secure=secure
            )
        return response

    reporting.add(pages, view, discover, characters)
    return pages


def known(request: Request) -> bool:
    """Whether this person was here before: of a first visit nothing has to be looked up."""
    return context.identity_of(request).kind != "visitor" or VISITOR_COOKIE in request.cookies


def choice(request: Request) -> tuple[bool, datetime | None]:
    """Whether this person's feed may be personal, and from when on what they use counts."""
    value = request.cookies.get(FEED_COOKIE, "")
    if value == "off":
        return False, None
    if value.isascii() and value.isdigit() and len(value) <= 10:
        return True, datetime.fromtimestamp(int(value), UTC)
    return True, None


def offered(tags: list[tuple[str, str, int]], wanted: Wanted) -> list[tuple[str, str, bool]]:
    """Chips of the filter: folded, as written, whether it is chosen. Chosen ones are always there."""
    chosen = {*wanted.any, *wanted.all}
    listed = {name for name, _, _ in tags}
    rest = [(name, name, True) for name in (*wanted.any, *wanted.all) if name not in listed]
    return rest + [(name, written, name in chosen) for name, written, _ in tags]

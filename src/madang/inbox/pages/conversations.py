"""Conversations with one's characters: found, read, taken over live, and handed back."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from madang.inbox.access import Inbox
from madang.inbox.grouping import about
from madang.inbox.pages import frame
from madang.kernel.errors import BadInput, Conflict, MadangError, TooLarge
from madang.web import sse
from madang.web.view import View

PAGE = 40
Text = Annotated[str, Form()]


def router(view: View, inbox: Inbox, time_zone: str) -> APIRouter:
    routes = APIRouter()
    desk = inbox.desk

    @routes.get("/inbox/conversations")
    async def listed(
        request: Request,
        q: str = Query("", max_length=200),
        character: str = Query("", max_length=200),
        held: str = Query("", max_length=5),
        before: str = Query("", max_length=40),
    ) -> Response:
        if (away := frame.visitor_of_page(request)) is not None:
            return away
        identity = frame.maker(request)
        wanted = {"yes": True, "no": False}.get(held)
        found = await desk.conversations(
            identity,
            slug=character or None,
            query=q.strip(),
            held=wanted,
            limit=PAGE,
            before=_moment(before),
        )
        mine = await inbox.characters(identity)
        older = found[-1].conversation.updated_at.isoformat() if len(found) == PAGE else ""
        return view.page(
            request,
            "inbox/conversations.html",
            entries=found,
            characters=frame.choices(mine, [about(entry.character) for entry in found]),
            mine=mine,
            query=q.strip(),
            character=character,
            held=held if wanted is not None else "",
            paging=bool(before),
            older=frame.address(
                "/inbox/conversations", q=q.strip(), character=character, held=held, before=older
            )
            if older
            else "",
            **frame.times(request, time_zone),
        )

    async def values(
        request: Request, conversation_id: str, problem: MadangError | None = None, text: str = ""
    ) -> dict[str, Any]:
        """What the page and its thread need. `held`: "" (the AI answers), "me" or "other"."""
        identity = frame.maker(request)
        conversation = await desk.conversation(identity, conversation_id)
        character = await inbox.own(identity, conversation.character_id)
        holder = conversation.held_by
        return {
            "conversation": conversation,
            "about": about(character),
            "held": "" if holder is None else "me" if holder == identity.id else "other",
            "problem": problem,
            "text": text,
            **frame.times(request, time_zone),
        }

    async def page(
        request: Request, conversation_id: str, problem: MadangError | None = None, text: str = ""
    ) -> Response:
        shown = await values(request, conversation_id, problem, text)
        status = problem.status if problem else 200
        return view.page(request, "inbox/conversation.html", status=status, **shown)

    @routes.get("/inbox/conversations/{conversation_id}")
    async def opened(request: Request, conversation_id: str) -> Response:
        if (away := frame.visitor_of_page(request)) is not None:
            return away
        return await page(request, conversation_id)

    @routes.get("/inbox/conversations/{conversation_id}/live")
    async def live(request: Request, conversation_id: str) -> Response:
        """The moving part of the page, anew."""
        return view.page(request, "inbox/live.html", **await values(request, conversation_id))

    @routes.post("/inbox/conversations/{conversation_id}/take")
    async def take(request: Request, conversation_id: str) -> Response:
        try:
            await desk.take(frame.maker(request), conversation_id)
        except Conflict as error:  # somebody was faster
            return await page(request, conversation_id, error)
        return _back(conversation_id)

    @routes.post("/inbox/conversations/{conversation_id}/say")
    async def say(request: Request, conversation_id: str, text: Text = "") -> Response:
        try:
            await desk.say(frame.maker(request), conversation_id, text)
        except (BadInput, Conflict, TooLarge) as error:
            return await page(request, conversation_id, error, text)
        return _back(conversation_id)

    @routes.post("/inbox/conversations/{conversation_id}/hand-back")
    async def hand_back(request: Request, conversation_id: str) -> Response:
        await desk.hand_back(frame.maker(request), conversation_id)
        return _back(conversation_id)

    @routes.get("/inbox/conversations/{conversation_id}/events")
    async def events(
        request: Request, conversation_id: str, since: int | None = Query(None, ge=0)
    ) -> Response:
        """That something happened: the page asks for its moving part then."""
        identity = frame.maker(request)
        await desk.conversation(identity, conversation_id)  # refused before the stream begins
        return sse.stream(request, _news(inbox, identity, conversation_id, since))

    return routes


async def _news(
    inbox: Inbox, identity: Any, conversation_id: str, since: int | None
) -> AsyncGenerator[sse.Item, None]:
    async with aclosing(inbox.desk.events(identity, conversation_id, since=since)) as every:
        async for news in every:
            yield news.kind, {"revision": news.revision, "held": news.held}


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _back(conversation_id: str) -> Response:
    return RedirectResponse(f"/inbox/conversations/{conversation_id}#latest", 303)

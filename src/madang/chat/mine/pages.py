"""`/conversations`: what a visitor said with whom, and what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from babel.dates import format_date, get_timezone_name
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from madang.characters.access import Characters
from madang.characters.types import Character
from madang.chat.mine.access import Mine, searched
from madang.chat.rest import ConversationId, plain
from madang.chat.turn import zone
from madang.chat.types import Conversation
from madang.kernel.clock import now
from madang.kernel.errors import NotFound
from madang.kernel.identity import Identity
from madang.web import context
from madang.web.view import View

PAGE = 30
"""Conversations on one page."""


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the list; `character` is None when it can no longer be met."""

    conversation: Conversation
    character: Character | None
    when: str


def add(pages: APIRouter, view: View, chat: Mine, characters: Characters, time_zone: str) -> None:
    """Adds the page and its forms, which work without scripts."""

    @pages.get("/conversations", response_class=HTMLResponse)
    async def conversations(
        request: Request,
        q: Annotated[str, Query(max_length=1_000)] = "",
        page: Annotated[int, Query(ge=1, le=100_000)] = 1,
    ) -> HTMLResponse:
        identity = context.identity_of(request)
        query = searched(q)
        total = await chat.how_many(identity, query=query)
        last = max(1, -(-total // PAGE))
        page = min(page, last)
        offset = (page - 1) * PAGE
        found = await chat.all_conversations(identity, query=query, limit=PAGE, offset=offset)
        language = context.language_of(request)
        people = await _people(characters, identity, found)
        items = [
            Item(one, people[one.character_id], _said(one.updated_at, time_zone, language)) for one in found
        ]
        values: dict[str, Any] = {"items": items, "query": query, "total": total, "page": page, "last": last}
        values["zone"] = get_timezone_name(now().astimezone(zone(time_zone)), locale=language)
        return view.page(request, "chat/conversations.html", first=offset + 1, **values)

    @pages.post("/conversations/delete-all")
    async def delete_all(request: Request) -> Response:
        await chat.delete_all(context.identity_of(request))
        return RedirectResponse("/conversations", 303)

    @pages.post("/conversations/{conversation_id}/delete")
    async def delete(request: Request, conversation_id: ConversationId) -> Response:
        await chat.delete(context.identity_of(request), plain(conversation_id))
        return RedirectResponse("/conversations", 303)


async def _people(
    characters: Characters, identity: Identity, found: list[Conversation]
) -> dict[str, Character | None]:
    """The characters of one page, each asked for once."""
    people: dict[str, Character | None] = {}
    for one in found:
        if one.character_id in people:
            continue
        try:
            people[one.character_id] = await characters.get(identity, one.character_id)
        except NotFound:
            people[one.character_id] = None
    return people


def _said(moment: datetime, time_zone: str, language: str) -> str:
    local = moment.astimezone(zone(time_zone))
    return f"{format_date(local.date(), 'medium', locale=language)} {local:%H:%M}"

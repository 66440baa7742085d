"""A visitor's own conversations over REST: listed, searched, watched, exported, deleted; thumbs."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from madang.chat.mine.access import LONGEST_WHY, MOST, Mine
from madang.chat.news import LONGEST
from madang.chat.rest import ConversationId, ReplyId, errors, for_visitor, plain
from madang.chat.types import Conversation, News, Reply
from madang.kernel.clock import now
from madang.web import sse
from madang.web.context import identity_of

FILES = {"json": ("json", "application/json"), "markdown": ("md", "text/markdown; charset=utf-8")}


class Thumb(BaseModel):
    thumb: Literal[-1, 0, 1] = Field(description="Down, neither (takes it back), up.")
    why: str = Field("", description="In one's own words.", max_length=4 * LONGEST_WHY)


class Listing(BaseModel):
    """A page of one's conversations, last used first, and how many there are in all."""

    total: int
    conversations: list[Conversation]


def add(api: APIRouter, chat: Mine) -> None:
    """Adds the routes. Before those of a single conversation: `export.json` is no id."""
    _add_lists(api, chat)
    _add_news(api, chat)

    @api.put("/replies/{reply_id}/thumb", responses=errors(400, 403, 404, 409, 413, 422, 507))
    async def rate(request: Request, reply_id: ReplyId, body: Thumb) -> Reply:
        """Say what one thinks of a reply. The character's maker can read it."""
        return await chat.rate(identity_of(request), plain(reply_id), body.thumb, body.why)


def _add_lists(api: APIRouter, chat: Mine) -> None:
    @api.get("/conversations", responses=errors(403, 422))
    async def conversations(
        request: Request,
        query: Annotated[
            str, Query(description="Words in a title, message or reply.", max_length=1_000)
        ] = "",
        limit: Annotated[int, Query(ge=1, le=MOST)] = 30,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> Listing:
        """One's own conversations with all characters, without their turns."""
        identity = identity_of(request)
        found = await chat.all_conversations(identity, query=query, limit=limit, offset=offset)
        total = await chat.how_many(identity, query=query)
        return Listing(total=total, conversations=[for_visitor(one) for one in found])

    @api.get(
        "/conversations/export.{kind}",
        responses={200: {"content": {media: {} for _, media in FILES.values()}}, **errors(403, 422)},
        response_class=Response,
    )
    async def export(request: Request, kind: Literal["json", "markdown"]) -> Response:
        """All of one's conversations as a file: as JSON with everything that is kept, or to read."""
        return await exported(chat, request, kind)

    @api.delete("/conversations", status_code=204, responses=errors(403, 507))
    async def delete_all(request: Request) -> Response:
        """Delete all of one's conversations for good."""
        await chat.delete_all(identity_of(request))
        return Response(status_code=204)


async def exported(chat: Mine, request: Request, kind: Literal["json", "markdown"]) -> Response:
    """The file, as it is written. What is refused is refused before."""
    pieces = chat.export(identity_of(request), kind)
    first = await anext(pieces)
    ending, media = FILES[kind]
    name = f"conversations-{now():%Y-%m-%d}.{ending}"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return StreamingResponse(_from(first, pieces), media_type=media, headers=headers)


async def _from(first: str, pieces: AsyncGenerator[str, None]) -> AsyncIterator[str]:
    yield first
    async for piece in pieces:
        yield piece


def _add_news(api: APIRouter, chat: Mine) -> None:
    @api.get(
        "/conversations/{conversation_id}/events",
        responses={
            200: {
                "description": (
                    "Events: `here` {revision, held} at once · `joined` (a person took over) · "
                    "`said` {turn, reply}, a person's words · `back` (the AI answers again) · "
                    "`changed` {turn}, something was said elsewhere · `deleted`. "
                    "It ends after `seconds`; ask again with `since`."
                ),
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            },
            **errors(403, 404, 422),
        },
        response_class=Response,
    )
    async def news(
        request: Request,
        conversation_id: ConversationId,
        since: Annotated[int | None, Query(ge=0, description="The revision that is shown already.")] = None,
        seconds: Annotated[float, Query(ge=0, le=LONGEST)] = LONGEST,
    ) -> Response:
        """What happens in a conversation from now on."""
        stream = chat.events(identity_of(request), plain(conversation_id), since=since, seconds=seconds)
        return sse.stream(request, _items(await anext(stream), stream))


async def _items(first: News, news: AsyncGenerator[News, None]) -> AsyncIterator[sse.Item]:
    try:
        item: News | None = first
        while item is not None:
            yield item.kind, item.model_dump(mode="json", exclude={"kind"}, exclude_none=True)
            item = await anext(news, None)
    finally:
        await news.aclose()

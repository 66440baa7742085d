"""Conversations over REST; replies as server-sent events. The page uses the same addresses."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from madang.chat.access import LONGEST_MESSAGE, Chat
from madang.chat.mine import api as mine_api
from madang.chat.rest import ConversationId, Slug, TurnId, errors, for_visitor, plain
from madang.chat.types import Citation, Conversation, Event, Reply, Turn
from madang.web import sse
from madang.web.context import identity_of, language_of
from madang.web.localise import translate
from madang.web.markdown import html

LONGEST_STAY = 10.0
"""Seconds that a reply may go on without a reader."""
HTML_SECONDS = 0.04
"""Rendered HTML is sent this often at most: a screen shows no more."""


class Begin(BaseModel):
    """A conversation to begin."""

    test: bool = Field(False, description="Meet the draft: only for a character of one's own.")
    channel: Literal["page", "embed", "api"] = Field("api", description="Where it takes place.")
    greeting: int = Field(0, ge=0, le=64, description="Which of the character's greetings, from 0.")


class BeginWith(Begin):
    character: str = Field(description="Slug of the character.", max_length=200)


class Chosen(BaseModel):
    turn: str | None = Field(
        None,
        pattern=r"^trn_[0-9a-hjkmnp-tv-z]{26}$",
        description="An id for the turn, chosen by the caller: what was sent is found by it even when its "
        "response was lost. Each may be used once.",
    )


class Say(Chosen):
    message: str = Field(description="What the visitor says.", max_length=4 * LONGEST_MESSAGE)
    parent: str | None = Field(
        None, description="The turn to go on from; by default the last of the active path.", max_length=64
    )


class FirstWords(Begin, Chosen):
    message: str = Field(description="What the visitor says first.", max_length=4 * LONGEST_MESSAGE)


class Edit(BaseModel):
    message: str = Field(description="What is said instead.", max_length=4 * LONGEST_MESSAGE)


class Show(BaseModel):
    version: int | None = Field(
        None, ge=0, description="Version of the reply, from 0; left out, only the branch is shown."
    )


_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": (
            "Events: `accepted` {turn, reply}, once the message is stored · "
            "`waiting` {ahead}, as often as the queue before the model moves, null at its turn · "
            "`found` {citations} · "
            "`delta` {text}, to append · `html` {html}, with `?html=1`: the reply so far, rendered, safe · "
            "then either `done` "
            "{reply, finish} (`held`: a person has taken over and answers later) or `failed` "
            "{code, message, reply}. Closing the stream stops the reply, with `?stay=` after so many seconds "
            "in which nobody follows it."
        ),
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    },
    **errors(400, 403, 404, 409, 413, 422, 507),
}
Rendered = Annotated[bool, Query(alias="html", description="Also send rendered HTML.")]
Stay = Annotated[
    float,
    Query(
        ge=0, le=LONGEST_STAY, description="Seconds that the reply goes on after its last reader has left."
    ),
]


def router(chat: Chat) -> APIRouter:
    """`/api/conversations` and `/api/turns`."""
    api = APIRouter(prefix="/api", tags=["conversations"])
    mine_api.add(api, chat)
    _add_conversations(api, chat)
    _add_replies(api, chat)
    _add_turns(api, chat)
    return api


def _add_conversations(api: APIRouter, chat: Chat) -> None:
    known = errors(403, 404, 422)

    @api.post("/characters/{slug}/conversations", status_code=201, responses=errors(403, 404, 422, 507))
    async def begin(request: Request, slug: Slug, body: Begin | None = None) -> Conversation:
        """Begin a conversation with a character. It belongs to whoever begins it."""
        begun = body or Begin()
        return await chat.start(identity_of(request), plain(slug), **begun.model_dump())

    @api.post("/conversations", status_code=201, responses=errors(403, 404, 422, 507))
    async def begin_with(request: Request, body: BeginWith) -> Conversation:
        """Begin a conversation; the character is named in the body."""
        begun = body.model_dump(exclude={"character"})
        return await chat.start(identity_of(request), plain(body.character), **begun)

    @api.get("/characters/{slug}/conversations", responses=known)
    async def conversations(request: Request, slug: Slug) -> list[Conversation]:
        """One's own conversations with a character, last used first, without their turns."""
        return [for_visitor(one) for one in await chat.conversations(identity_of(request), plain(slug))]

    @api.get("/conversations/{conversation_id}", responses=known)
    async def conversation(request: Request, conversation_id: ConversationId) -> Conversation:
        """A conversation with the turns of its active path."""
        return for_visitor(await chat.conversation(identity_of(request), plain(conversation_id)))

    @api.delete("/conversations/{conversation_id}", status_code=204, responses=known)
    async def delete(request: Request, conversation_id: ConversationId) -> Response:
        """Delete a conversation for good."""
        await chat.delete(identity_of(request), plain(conversation_id))
        return Response(status_code=204)


def _add_replies(api: APIRouter, chat: Chat) -> None:
    @api.post("/conversations/{conversation_id}/turns", responses=_STREAM, response_class=Response)
    async def say(
        request: Request,
        conversation_id: ConversationId,
        body: Say,
        rendered: Rendered = False,
        stay: Stay = 0,
    ) -> Response:
        """Say something; the reply comes as events."""
        parent = plain(body.parent) if body.parent else None
        events = chat.say(
            identity_of(request),
            plain(conversation_id),
            body.message,
            parent=parent,
            turn=body.turn,
            stay=stay,
        )
        return await _streamed(request, events, rendered)

    @api.post("/characters/{slug}/turns", responses=_STREAM, response_class=Response)
    async def begin_and_say(
        request: Request, slug: Slug, body: FirstWords, rendered: Rendered = False, stay: Stay = 0
    ) -> Response:
        """Begin a conversation with its first message; `accepted` names it (`turn.conversation_id`). What is
        refused begins none."""
        begun = body.model_dump(exclude={"message"})
        events = chat.begin(identity_of(request), plain(slug), body.message, stay=stay, **begun)
        return await _streamed(request, events, rendered)

    @api.post("/turns/{turn_id}/edit", responses=_STREAM, response_class=Response)
    async def edit(
        request: Request, turn_id: TurnId, body: Edit, rendered: Rendered = False, stay: Stay = 0
    ) -> Response:
        """Say something else in place of a message. The older branch stays (`siblings`)."""
        events = chat.edit(identity_of(request), plain(turn_id), body.message, stay=stay)
        return await _streamed(request, events, rendered)

    @api.post("/turns/{turn_id}/regenerate", responses=_STREAM, response_class=Response)
    async def regenerate(
        request: Request, turn_id: TurnId, rendered: Rendered = False, stay: Stay = 0
    ) -> Response:
        """Another version of a reply. Earlier versions stay (`replies`)."""
        events = chat.regenerate(identity_of(request), plain(turn_id), stay=stay)
        return await _streamed(request, events, rendered)

    @api.get("/turns/{turn_id}/events", responses=_STREAM, response_class=Response)
    async def follow(
        request: Request, turn_id: TurnId, rendered: Rendered = False, stay: Stay = 0
    ) -> Response:
        """Read along a reply that is being written, from its beginning; 404 when none is, or elsewhere."""
        events = chat.follow(identity_of(request), plain(turn_id), stay=stay)
        return await _streamed(request, events, rendered)


def _add_turns(api: APIRouter, chat: Chat) -> None:
    known = errors(403, 404, 422)

    @api.get("/turns/{turn_id}", responses=known)
    async def turn(request: Request, turn_id: TurnId) -> Turn:
        """A turn with every version of its reply."""
        return await chat.turn(identity_of(request), plain(turn_id))

    @api.post("/turns/{turn_id}/stop", responses=known)
    async def stop(request: Request, turn_id: TurnId) -> Turn:
        """Stop the reply being written, at once. What was written is kept."""
        return await chat.stop(identity_of(request), plain(turn_id))

    @api.post("/turns/{turn_id}/show", responses=known)
    async def show(request: Request, turn_id: TurnId, body: Show) -> Conversation:
        """Show a turn's branch again, and with `version` that version of its reply."""
        return for_visitor(await chat.show(identity_of(request), plain(turn_id), body.version))


async def _streamed(request: Request, events: AsyncGenerator[Event, None], rendered: bool) -> Response:
    """The response, once the first event is there: what is refused before gets a status of its own."""
    try:
        first = await anext(events)
    except BaseException:
        await events.aclose()
        raise
    return sse.stream(request, _items(first, events, rendered, language_of(request)))


async def _items(
    first: Event, events: AsyncGenerator[Event, None], rendered: bool, language: str
) -> AsyncIterator[sse.Item]:
    page = _Page() if rendered else None
    try:
        event: Event | None = first
        while event is not None:
            if page is not None and (piece := page.before(event)):
                yield piece
            yield _item(event, language)
            if page is not None and (piece := page.after(event)):
                yield piece
            event = await anext(events, None)
    finally:
        await events.aclose()


def _item(event: Event, language: str) -> sse.Item:
    if event.kind == "accepted":
        return "accepted", {"turn": event.turn, "reply": event.reply}
    if event.kind == "waiting":
        return "waiting", {"ahead": event.data["ahead"]}
    if event.kind == "found":
        return "found", {"citations": event.citations}
    if event.kind == "delta":
        return "delta", {"text": event.text}
    if event.kind == "done":
        return "done", {"reply": event.reply, "finish": event.data.get("finish", "stop")}
    said = translate(language, event.data["sentence"], **event.data["params"])
    return "failed", {"code": event.data["code"], "message": said, "reply": event.reply}


class _Page:
    """The reply so far as HTML: at once for the first words, then as often as a screen can show."""

    def __init__(self) -> None:
        self._text = ""
        self._citations: list[Citation] = []
        self._sent = 0.0
        self._behind = False

    def after(self, event: Event) -> sse.Item | None:
        if event.kind == "found":
            self._citations = event.citations
            self._behind = bool(self._text)
        if event.kind == "delta":
            self._text += event.text
            self._behind = True
            if time.monotonic() - self._sent >= HTML_SECONDS:
                return self._render(self._text)
        return None

    def before(self, event: Event) -> sse.Item | None:
        """What the last event must not overtake."""
        if event.kind in ("done", "failed") and self._behind:
            reply: Reply | None = event.reply
            return self._render(reply.text if reply else self._text)
        return None

    def _render(self, text: str) -> sse.Item:
        self._sent = time.monotonic()
        self._behind = False
        return "html", {"html": str(html(text, self._citations))}

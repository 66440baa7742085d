"""REST of the inbox: questions, approved answers, conversations, figures. For makers; keys need `manage`."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from madang.chat.desk.types import State
from madang.chat.types import Conversation, Reply
from madang.inbox.access import NOTE, Inbox
from madang.inbox.dashboard.access import Dashboard
from madang.inbox.dashboard.types import Overview
from madang.inbox.grouping import about
from madang.inbox.pages.frame import maker
from madang.inbox.types import Approved, Count, Group, Opened, Talk
from madang.kernel.identity import Identity
from madang.knowledge.answers import ANSWER, QUESTION
from madang.knowledge.types import Answer
from madang.web import sse

_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Events `here`, `joined`, `said`, `back`, `changed`, `deleted`, each as JSON.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


class Wanted(BaseModel):
    """An answer to be kept."""

    question: str = Field(max_length=4 * QUESTION)
    answer: str = Field(max_length=4 * ANSWER)
    check: bool = Field(True, description="Also make a check of it.")


class Approval(Wanted):
    question: str = Field("", max_length=4 * QUESTION, description="Other words for the question.")


class Changed(BaseModel):
    question: str = Field(max_length=4 * QUESTION)
    answer: str = Field(max_length=4 * ANSWER)


class Note(BaseModel):
    note: str = Field("", max_length=4 * NOTE)


class Words(BaseModel):
    text: str = Field(max_length=40_000, description="What the visitor reads, from a person.")


def router(inbox: Inbox, dashboard: Dashboard) -> APIRouter:
    routes = APIRouter(prefix="/api", tags=["inbox"])
    _questions(routes, inbox)
    _answers(routes, inbox)
    _conversations(routes, inbox)

    @routes.get("/dashboard")
    async def overview(
        request: Request,
        days: Literal["7", "30", "90"] = Query("30"),
        character: str | None = Query(None, max_length=200),
    ) -> Overview:
        """How conversations went; for the studio's owner also what the disk holds."""
        return await dashboard.overview(maker(request), days=int(days), slug=character)

    return routes


def _questions(routes: APIRouter, inbox: Inbox) -> None:
    @routes.get("/inbox/count")
    async def count(request: Request) -> Count:
        """How many questions wait; good for some seconds."""
        return Count(open=await inbox.count(maker(request)))

    @routes.get("/inbox/questions")
    async def questions(
        request: Request,
        character: str | None = Query(None, max_length=200),
        kind: Literal["unanswered", "disliked"] | None = None,
        state: State = "open",
    ) -> list[Group]:
        """Questions about one's characters, those that ask the same together, asked most often first."""
        return await inbox.questions(maker(request), slug=character, kind=kind, state=state)

    @routes.get("/inbox/questions/{group_id}")
    async def question(request: Request, group_id: str) -> Opened:
        """One of them, with what the sources say to it."""
        return await inbox.opened(maker(request), group_id)

    @routes.post("/inbox/questions/{group_id}/approve")
    async def approve(request: Request, group_id: str, wanted: Approval) -> Approved:
        """The answer becomes knowledge and, unless `check` is false, a check."""
        return await inbox.approve(
            maker(request), group_id, wanted.question, wanted.answer, check=wanted.check
        )

    @routes.post("/inbox/questions/{group_id}/dismiss")
    async def dismiss(request: Request, group_id: str, note: Note) -> Group:
        """Put it away without an answer."""
        return await inbox.dismiss(maker(request), group_id, note.note)

    @routes.post("/inbox/questions/{group_id}/reopen")
    async def reopen(request: Request, group_id: str) -> Group:
        """Undo that."""
        return await inbox.reopen(maker(request), group_id)


def _answers(routes: APIRouter, inbox: Inbox) -> None:
    @routes.get("/characters/{slug}/answers")
    async def answers(request: Request, slug: str) -> list[Answer]:
        """The approved answers of a character of one's own, newest first."""
        return await inbox.answers(maker(request), slug)

    @routes.post("/characters/{slug}/answers", status_code=201)
    async def add(request: Request, slug: str, wanted: Wanted) -> Approved:
        """An answer; an older one to the same question gives way."""
        return await inbox.add(maker(request), slug, wanted.question, wanted.answer, check=wanted.check)

    @routes.put("/characters/{slug}/answers/{answer_id}")
    async def change(request: Request, slug: str, answer_id: str, wanted: Changed) -> Approved:
        """Other words for it; its check goes with it. It gets another id."""
        return await inbox.change(maker(request), slug, answer_id, wanted.question, wanted.answer)

    @routes.delete("/characters/{slug}/answers/{answer_id}", status_code=204)
    async def remove(request: Request, slug: str, answer_id: str) -> Response:
        """Take it back, and its check."""
        await inbox.remove(maker(request), slug, answer_id)
        return Response(status_code=204)


def _conversations(routes: APIRouter, inbox: Inbox) -> None:
    desk = inbox.desk

    @routes.get("/inbox/conversations")
    async def conversations(
        request: Request,
        *,
        character: str | None = Query(None, max_length=200),
        q: str = Query("", max_length=200),
        held: bool | None = None,
        limit: int = Query(50, ge=1, le=200),
        before: AwareDatetime | None = None,
    ) -> list[Talk]:
        """Visitors' conversations with one's characters, last used first."""
        moment: datetime | None = before
        found = await desk.conversations(
            maker(request), slug=character, query=q, held=held, limit=limit, before=moment
        )
        return [
            Talk(
                conversation=one.conversation,
                character=about(one.character),
                last=one.last,
                waiting=one.waiting,
            )
            for one in found
        ]

    @routes.get("/inbox/conversations/{conversation_id}")
    async def conversation(request: Request, conversation_id: str) -> Conversation:
        return await desk.conversation(maker(request), conversation_id)

    @routes.post("/inbox/conversations/{conversation_id}/take")
    async def take(request: Request, conversation_id: str) -> Conversation:
        """From now on the AI is silent and you speak."""
        return await desk.take(maker(request), conversation_id)

    @routes.post("/inbox/conversations/{conversation_id}/say")
    async def say(request: Request, conversation_id: str, words: Words) -> Reply:
        """Say something to the visitor, in a conversation that you took over."""
        return await desk.say(maker(request), conversation_id, words.text)

    @routes.post("/inbox/conversations/{conversation_id}/hand-back")
    async def hand_back(request: Request, conversation_id: str) -> Conversation:
        """The AI answers again."""
        return await desk.hand_back(maker(request), conversation_id)

    @routes.get("/inbox/conversations/{conversation_id}/events", responses=_STREAM, response_class=Response)
    async def events(
        request: Request, conversation_id: str, since: int | None = Query(None, ge=0)
    ) -> Response:
        """What happens in it, as it happens. `since`: the revision that is known already."""
        identity = maker(request)
        await desk.conversation(identity, conversation_id)
        return sse.stream(request, _news(inbox, identity, conversation_id, since))


async def _news(
    inbox: Inbox, identity: Identity, conversation_id: str, since: int | None
) -> AsyncGenerator[sse.Item, None]:
    async with aclosing(inbox.desk.events(identity, conversation_id, since=since)) as every:
        async for news in every:
            yield news.kind, news

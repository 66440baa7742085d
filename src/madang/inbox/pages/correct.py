"""A reply put right: from a visitor's conversation, from a disliked reply, from the test in the editor."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from madang.inbox.access import Inbox
from madang.inbox.correcting import quotations
from madang.inbox.following import followed
from madang.inbox.grouping import about
from madang.inbox.pages import frame
from madang.kernel.errors import BadInput
from madang.web.view import View

Text = Annotated[str, Form()]


def router(view: View, inbox: Inbox, time_zone: str) -> APIRouter:
    routes = APIRouter()
    address = "/inbox/conversations/{conversation_id}/correct/{turn_id}"

    async def page(
        request: Request,
        conversation_id: str,
        turn_id: str,
        problem: BadInput | None = None,
        given: dict[str, str] | None = None,
    ) -> Response:
        identity = frame.maker(request)
        conversation, turn = await inbox.turn(identity, conversation_id, turn_id)
        character = await inbox.own(identity, conversation.character_id)
        reply = turn.replies[turn.shown]
        return view.page(
            request,
            "inbox/correct.html",
            status=problem.status if problem else 200,
            conversation=conversation,
            turn=turn,
            reply=reply,
            wrong=quotations(reply),
            chosen=about(character),
            problem=problem,
            given={"id": "", "question": followed(conversation.turns, turn).asks[:500], "answer": ""}
            | (given or {}),
            **frame.times(request, time_zone),
        )

    @routes.get(address)
    async def opened(request: Request, conversation_id: str, turn_id: str) -> Response:
        if (away := frame.visitor_of_page(request)) is not None:
            return away
        return await page(request, conversation_id, turn_id)

    @routes.post(address)
    async def correct(
        request: Request,
        conversation_id: str,
        turn_id: str,
        *,
        question: Text = "",
        answer: Text = "",
        then: Text = "",
    ) -> Response:
        """`then` is `decline` for a question that is not to be answered."""
        try:
            done = await inbox.correct(
                frame.maker(request), conversation_id, turn_id, question, answer, declines=then == "decline"
            )
        except BadInput as error:
            given = {"question": question, "answer": answer}
            return await page(request, conversation_id, turn_id, error, given)
        character = await inbox.own(frame.maker(request), done.character_id)
        where = frame.address("/inbox/answers", character=character.slug, did="corrected")
        return RedirectResponse(where, 303)

    return routes

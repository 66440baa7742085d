"""Questions that wait for an answer: the list, and one of them with its answer to be written."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from madang.chat.desk.types import Kind, State
from madang.inbox.access import Inbox
from madang.inbox.pages import frame
from madang.kernel.errors import BadInput, MadangError
from madang.web.view import View

SHOWN = 100
"""Groups on one page; the most asked come first, so that nobody needs the rest before these are answered."""
LONGEST = 500
"""Characters of a question that an answer is given to."""
Text = Annotated[str, Form()]


def router(view: View, inbox: Inbox, time_zone: str) -> APIRouter:
    routes = APIRouter()

    @routes.get("/inbox")
    async def listed(
        request: Request,
        *,
        character: str = Query("", max_length=200),
        kind: str = Query("", max_length=20),
        state: str = Query("open", max_length=20),
        settled: str = Query("", max_length=64),
        did: str = Query("", max_length=20),
    ) -> Response:
        if (away := frame.visitor_of_page(request)) is not None:
            return away
        identity = frame.maker(request)
        which, where = _kind(kind), _state(state)
        found = await inbox.questions(identity, slug=character or None, kind=which, state=where)
        mine = await inbox.characters(identity)
        return view.page(
            request,
            "inbox/questions.html",
            groups=found[:SHOWN],
            more=max(0, len(found) - SHOWN),
            characters=frame.choices(mine, [group.character for group in found]),
            mine=mine,
            character=character,
            kind=which or "",
            state=where,
            settled=settled,
            did=did if did in ("approved", "dismissed", "reopened") else "",
            **frame.times(request, time_zone),
        )

    @routes.get("/inbox/questions/{group_id}")
    async def opened(request: Request, group_id: str) -> Response:
        if (away := frame.visitor_of_page(request)) is not None:
            return away
        return await page(request, group_id)

    async def page(
        request: Request,
        group_id: str,
        problem: MadangError | None = None,
        given: dict[str, Any] | None = None,
    ) -> Response:
        shown = await inbox.opened(frame.maker(request), group_id)
        values = {"question": shown.group.question[:LONGEST], "answer": shown.draft, "check": True} | (
            given or {}
        )
        return view.page(
            request,
            "inbox/question.html",
            status=problem.status if problem else 200,
            opened=shown,
            group=shown.group,
            problem=problem,
            given=values,
            **frame.times(request, time_zone),
        )

    @routes.post("/inbox/questions/{group_id}/approve")
    async def approve(
        request: Request,
        group_id: str,
        *,
        question: Text = "",
        answer: Text = "",
        check: Text = "",
        then: Text = "",
        also: Annotated[list[str] | None, Form(max_length=50)] = None,
        chosen: Text = "",
    ) -> Response:
        """`then` is `decline` for a question that is not to be answered."""
        identity = frame.maker(request)
        try:
            await inbox.approve(
                identity,
                group_id,
                question,
                answer,
                check=bool(check),
                declines=then == "decline",
                also=(also or []) if chosen else None,
            )
        except BadInput as error:
            return await page(
                request, group_id, error, {"question": question, "answer": answer, "check": bool(check)}
            )
        return RedirectResponse(frame.address("/inbox", settled=group_id, did="approved"), 303)

    @routes.post("/inbox/questions/{group_id}/dismiss")
    async def dismiss(
        request: Request, group_id: str, note: Text = "", character: Text = "", kind: Text = ""
    ) -> Response:
        await inbox.dismiss(frame.maker(request), group_id, note)
        back = frame.address("/inbox", character=character, kind=kind, settled=group_id, did="dismissed")
        return RedirectResponse(back, 303)

    @routes.post("/inbox/questions/{group_id}/reopen")
    async def reopen(request: Request, group_id: str, character: Text = "", kind: Text = "") -> Response:
        await inbox.reopen(frame.maker(request), group_id)
        return RedirectResponse(frame.address("/inbox", character=character, kind=kind, did="reopened"), 303)

    return routes


def _kind(kind: str) -> Kind | None:
    kinds: dict[str, Kind] = {"unanswered": "unanswered", "disliked": "disliked"}
    return kinds.get(kind)


def _state(state: str) -> State:
    states: dict[str, State] = {"answered": "answered", "dismissed": "dismissed"}
    return states.get(state, "open")

"""Approved answers of a character: read, added, changed, taken back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from madang.inbox.access import Inbox
from madang.inbox.grouping import about
from madang.inbox.pages import frame
from madang.kernel.errors import BadInput
from madang.web.view import View

DID = ("added", "changed", "removed", "corrected")
Text = Annotated[str, Form()]


def router(view: View, inbox: Inbox, time_zone: str) -> APIRouter:
    routes = APIRouter()

    @routes.get("/inbox/answers")
    async def listed(
        request: Request,
        character: str = Query("", max_length=200),
        did: str = Query("", max_length=20),
    ) -> Response:
        if (away := frame.visitor_of_page(request)) is not None:
            return away
        return await page(request, character, did=did if did in DID else "")

    async def page(
        request: Request,
        slug: str,
        problem: BadInput | None = None,
        given: dict[str, str] | None = None,
        did: str = "",
    ) -> Response:
        identity = frame.maker(request)
        mine = await inbox.characters(identity)
        slug = slug or await inbox.answered(identity)
        chosen = about(await inbox.own(identity, slug)) if slug else None
        return view.page(
            request,
            "inbox/answers.html",
            status=problem.status if problem else 200,
            characters=frame.choices(mine, [chosen] if chosen else []),
            chosen=chosen,
            answers=await inbox.answers(identity, slug) if slug else [],
            problem=problem,
            given={"id": "", "question": "", "answer": ""} | (given or {}),
            did=did,
            **frame.times(request, time_zone),
        )

    @routes.post("/inbox/answers/{slug}")
    async def add(request: Request, slug: str, question: Text = "", answer: Text = "") -> Response:
        try:
            await inbox.add(frame.maker(request), slug, question, answer)
        except BadInput as error:
            return await page(request, slug, error, {"question": question, "answer": answer})
        return _back(slug, "added")

    @routes.post("/inbox/answers/{slug}/{answer_id}")
    async def change(
        request: Request, slug: str, answer_id: str, question: Text = "", answer: Text = ""
    ) -> Response:
        try:
            await inbox.change(frame.maker(request), slug, answer_id, question, answer)
        except BadInput as error:
            given = {"id": answer_id, "question": question, "answer": answer}
            return await page(request, slug, error, given)
        return _back(slug, "changed")

    @routes.post("/inbox/answers/{slug}/{answer_id}/remove")
    async def remove(request: Request, slug: str, answer_id: str) -> Response:
        await inbox.remove(frame.maker(request), slug, answer_id)
        return _back(slug, "removed")

    return routes


def _back(slug: str, did: str) -> Response:
    return RedirectResponse(frame.address("/inbox/answers", character=slug, did=did), 303)

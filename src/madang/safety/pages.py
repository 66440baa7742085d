"""Pages of safety: the age gate, and the owner's rules with a place to try a sentence."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from madang.kernel.errors import BadInput, MadangError
from madang.safety.access import Safety
from madang.safety.age import COOKIE, OLDEST, Ages, band, gate_address
from madang.safety.harm.words import ABOUT, LANGUAGES
from madang.safety.types import Rule
from madang.web.context import identity_of
from madang.web.local import local
from madang.web.view import View

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
KINDS = ("word", "topic", "person")


def router(view: View, safety: Safety, ages: Ages) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    @routes.get("/age")
    async def gate(request: Request, wanted: int = Query(18, alias="for"), next: str = "/") -> Response:  # noqa: A002
        age = 13 if wanted == 13 else 18
        back = local(next)
        identity = identity_of(request)
        if identity.age >= age or identity.kind == "owner":
            return RedirectResponse(back, 303)
        return _gate(request, view, ages, age, back)

    @routes.post("/age")
    async def answer(request: Request) -> Response:
        form = await _form(request)
        age = 13 if form.get("for") == "13" else 18
        back = local(form.get("next", "/"))
        if ages.settled(request.cookies.get(COOKIE, "")):
            return RedirectResponse(gate_address(age, back), 303)  # an answer stands for a day
        try:
            said = band(_number(form.get("year")), _number(form.get("month")), ages.today())
        except BadInput as error:
            return _gate(request, view, ages, age, back, error=error)
        response = RedirectResponse(back if said >= age else gate_address(age, back), 303)
        value, seconds = ages.sign(said)
        response.set_cookie(
            COOKIE,
            value,
            max_age=seconds,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        response.headers["cache-control"] = "no-store"
        return response

    @routes.get("/rules")
    async def rules(request: Request) -> Response:
        if not identity_of(request).signed_in:
            return RedirectResponse("/sign-in?next=%2Frules", 303)
        return await _rules(request, view, safety, done=request.query_params.get("done", ""))

    @routes.post("/rules")
    async def add(request: Request) -> Response:
        form = await _form(request)
        kind: Any = form.get("kind")
        try:
            if kind not in KINDS or not form.get("text", "").strip():
                raise BadInput("A rule needs a word of at least two letters or digits.")
            also = [other.strip() for other in form.get("also", "").replace("\n", ",").split(",")]
            text = form["text"].strip()
            if len(text) > 200 or len(also) > 50:
                raise BadInput("A rule has at most 200 characters and 50 other spellings.")
            await safety.put_rule(identity_of(request), Rule(kind=kind, text=text, also=also))
        except BadInput as error:
            return await _rules(request, view, safety, error=error, where="add", given=form)
        return RedirectResponse("/rules?done=added", 303)

    @routes.post("/rules/try")
    async def try_out(request: Request) -> Response:
        form = await _form(request)
        text = form.get("sentence", "")[:4000]
        trial = await safety.try_out(identity_of(request), text)
        return await _rules(request, view, safety, given=form, trial=trial)

    @routes.post("/rules/help/{help_name}")
    async def put_help(request: Request, help_name: str) -> Response:
        form = await _form(request)
        try:
            text = "" if form.get("restore") else form.get("text", "")
            await safety.put_help(identity_of(request), help_name, text)
        except BadInput as error:
            return await _rules(request, view, safety, error=error, where=help_name, given=form)
        return RedirectResponse(f"/rules?done=help#{help_name}", 303)

    @routes.post("/rules/{rule_id}/remove")
    async def remove(request: Request, rule_id: str) -> Response:
        await safety.remove_rule(identity_of(request), rule_id)
        return RedirectResponse("/rules?done=removed", 303)

    return routes


def _gate(
    request: Request, view: View, ages: Ages, age: int, back: str, *, error: MadangError | None = None
) -> Response:
    """The question, or, while an answer that is too young stands, that this is not for them."""
    closed = ages.settled(request.cookies.get(COOKIE, "")) is not None
    today = ages.today()
    page = view.page(
        request,
        "safety/age.html",
        status=error.status if error else 200,
        age=age,
        back=back,
        closed=closed,
        error=error,
        months=MONTHS,
        oldest=today.year - OLDEST,
        newest=today.year,
    )
    page.headers["cache-control"] = "no-store"
    return page


async def _rules(
    request: Request,
    view: View,
    safety: Safety,
    *,
    error: MadangError | None = None,
    where: str = "",
    given: dict[str, str] | None = None,
    trial: Any = None,
    done: str = "",
) -> Response:
    identity = identity_of(request)
    page = view.page(
        request,
        "safety/rules.html",
        status=error.status if error else 200,
        rules=await safety.rules(identity),
        helps=await safety.helps(identity),
        names=[(language, about, f"{language}.{about}") for language in LANGUAGES for about in ABOUT],
        own=await safety.changed_helps(identity),
        error=error,
        where=where,
        given=given or {},
        trial=trial,
        done=done,
    )
    page.headers["cache-control"] = "no-store"
    return page


def _number(text: str | None) -> int:
    """A year or month as it was typed. Raises BadInput for anything else."""
    digits = (text or "").strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 4):
        raise BadInput("Please choose the year and the month of your birth.")
    return int(digits)


async def _form(request: Request) -> dict[str, str]:
    form = await request.form(max_files=0, max_fields=12)
    return {name: value for name, value in form.items() if isinstance(value, str)}

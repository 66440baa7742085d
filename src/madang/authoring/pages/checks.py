"""Checks of one's own character: a list to change, one button that asks them all, and what came out."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.datastructures import FormData

from madang.accounts.pages import to_sign_in
from madang.authoring.access import Authoring
from madang.authoring.answering import choice_of, choices
from madang.authoring.pages import upload
from madang.authoring.pages.fields import split
from madang.characters.types import Check
from madang.kernel.errors import BadInput, MadangError
from madang.web.context import identity_of, language_of, maker_of
from madang.web.view import View


def router(view: View, authoring: Authoring) -> APIRouter:
    routes = APIRouter(include_in_schema=False)
    checking = authoring.checking

    async def page(
        request: Request,
        slug: str,
        template: str = "checks",
        *,
        error: MadangError | None = None,
        given: FormData | None = None,
    ) -> Response:
        identity = maker_of(request)
        character = await authoring.own(identity, slug)
        running = await checking.progress(identity, slug)
        summary = await checking.summary(identity, slug)
        results = running.results if running is not None and running.on else summary.results
        values: dict[str, Any] = {
            "character": character,
            "summary": summary,
            "running": running if running is not None and running.on else None,
            "failure": running.error if running is not None and not running.on else None,
            "results": {result.check_id: result for result in results},
            "error": error,
            "given": given,
        }
        if template == "checks":
            values["suggestions"] = await checking.suggest(identity, slug)
            values["careful"] = choices(language_of(request))
            values["studios"] = choice_of(authoring.wrong, language_of(request))
            values["sources"] = [source.title for source in await authoring.sources(identity, slug)]
        status = error.status if error else 200
        return view.page(request, f"authoring/{template}.html", status=status, **values)

    @routes.get("/edit/{slug}/checks")
    async def checks(request: Request, slug: str) -> Response:
        if not identity_of(request).makes:
            return to_sign_in(request)
        return await page(request, slug)

    @routes.get("/edit/{slug}/checks/list")
    async def listed(request: Request, slug: str) -> Response:
        """The list with its results, for a page that follows a run."""
        return await page(request, slug, "check_list")

    @routes.post("/edit/{slug}/checks")
    async def put(request: Request, slug: str) -> Response:
        """A new check, or with `id` a changed one."""
        identity = maker_of(request)
        found = await upload.form(request, 1, files=0)
        try:
            await checking.put(identity, slug, check_from(found))
        except BadInput as error:
            return await page(request, slug, error=error, given=found)
        return _back(slug)

    @routes.post("/edit/{slug}/checks/run")
    async def run(request: Request, slug: str) -> Response:
        """Begins to ask them all; the page follows, and can be left meanwhile."""
        identity = maker_of(request)
        try:
            await checking.start(identity, slug)
        except BadInput as error:
            return await page(request, slug, error=error)
        return _back(slug)

    @routes.post("/edit/{slug}/checks/stop")
    async def stop(request: Request, slug: str) -> Response:
        await checking.stop(maker_of(request), slug)
        return _back(slug)

    @routes.post("/edit/{slug}/checks/gate")
    async def gate(request: Request, slug: str) -> Response:
        """With `on`, publication waits for the checks."""
        identity = maker_of(request)
        found = await upload.form(request, 1, files=0)
        await authoring.set_gate(identity, slug, "on" in found)
        return _back(slug)

    @routes.post("/edit/{slug}/checks/{check_id}/remove")
    async def remove(request: Request, slug: str, check_id: str) -> Response:
        await checking.remove(maker_of(request), slug, check_id)
        return _back(slug)

    return routes


def check_from(found: FormData) -> Check:
    """A check from its form; texts that it holds stand one a line. Raises BadInput."""
    origin = upload.text_of(found, "origin")
    values = {
        "id": upload.text_of(found, "id"),
        "question": upload.text_of(found, "question").strip(),
        "holds": split(upload.text_of(found, "holds"), "\n"),
        "holds_not": split(upload.text_of(found, "holds_not"), "\n"),
        "cites": upload.text_of(found, "cites").strip(),
        "declines": "declines" in found,
        "origin": origin if origin in ("maker", "suggested", "inbox") else "maker",
    }
    return checked(values)


def checked(values: dict[str, Any]) -> Check:
    """Raises BadInput naming the first field that does not fit."""
    try:
        return Check.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]).replace("_", " ") if first["loc"] else "check"
        if field == "question":
            raise BadInput("A check needs a question of at most {count} characters.", count=2_000) from error
        raise BadInput("The field {field} is missing or wrong.", field=field) from error


def _back(slug: str) -> Response:
    return RedirectResponse(f"/edit/{slug}/checks", 303)

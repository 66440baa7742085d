"""The editor: one's own character, saved without losing what is being typed, beside a test conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from madang.accounts.pages import to_sign_in
from madang.authoring.access import Authoring
from madang.authoring.pages import fields, upload
from madang.authoring.pages.sources import knowledge_values
from madang.characters.types import Character
from madang.chat.pages import face_of, talk_values
from madang.kernel.errors import BadInput, MadangError
from madang.web.context import identity_of, maker_of
from madang.web.view import View

FORM_MB = 8
PICTURE_MB = 16


def router(view: View, authoring: Authoring, upload_mb: int) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    async def page(
        request: Request, slug: str, *, error: MadangError | None = None, where: str = ""
    ) -> Response:
        identity = maker_of(request)
        character = await authoring.own(identity, slug)
        values = state_values(character) | await knowledge_values(authoring, identity, slug)
        values |= _talk(request, character) | {
            "draft": character.draft,
            "rows": fields.example_rows(character.draft),
            "report": await authoring.report(identity, slug),
            "error": error if where == "state" else None,
            "picture_error": error if where == "avatar" else None,
            "upload_mb": upload_mb,
        }
        return view.page(request, "authoring/edit.html", status=error.status if error else 200, **values)

    @routes.get("/edit/{slug}")
    async def edit(request: Request, slug: str) -> Response:
        if not identity_of(request).makes:
            return to_sign_in(request)
        return await page(request, slug)

    @routes.post("/edit/{slug}")
    async def save(request: Request, slug: str) -> Response:
        """Saves; `then` is `save`, `publish` or `unpublish`. htmx gets the state, a plain form the page."""
        identity = maker_of(request)
        character = await authoring.own(identity, slug)
        found = await upload.form(request, FORM_MB, files=0, fields=fields.MOST_FIELDS)
        said = "saved"
        try:
            profile = fields.profile_from(found, character.draft)
            seen = _moment(upload.text_of(found, "seen"))
            character = await authoring.save(identity, slug, profile, seen=seen)
            if (then := upload.text_of(found, "then")) == "publish":
                character, said = await authoring.publish(identity, slug), "published"
            elif then == "unpublish":
                character, said = await authoring.unpublish(identity, slug), "unpublished"
        except MadangError as error:
            if request.headers.get("hx-request"):
                # `seen` stays what the editor began with: saving again must not overwrite the other change
                values = state_values(character) | {"error": error, "seen": upload.text_of(found, "seen")}
                return view.page(request, "authoring/state.html", status=error.status, **values)
            return await page(request, slug, error=error, where="state")
        if request.headers.get("hx-request"):
            return view.page(request, "authoring/state.html", **state_values(character) | {"said": said})
        return _back(slug)

    @routes.post("/edit/{slug}/avatar")
    async def avatar(request: Request, slug: str) -> Response:
        identity = maker_of(request)
        try:
            found = await upload.form(request, PICTURE_MB)
            data = None if "remove" in found else (await upload.file_of(found, "picture"))[1]
            await authoring.set_avatar(identity, slug, data)
        except MadangError as error:
            return await page(request, slug, error=error, where="avatar")
        return _back(slug)

    @routes.post("/edit/{slug}/delete")
    async def delete(request: Request, slug: str) -> Response:
        await authoring.delete(maker_of(request), slug)
        return RedirectResponse("/mine", 303)

    return routes


def state_values(character: Character) -> dict[str, Any]:
    """What `authoring/state.html` needs."""
    return {
        "character": character,
        "seen": character.updated_at.isoformat(),
        "newer": character.published is not None and character.published != character.draft,
        "error": None,
        "said": "",
    }


def _talk(request: Request, character: Character) -> dict[str, Any]:
    """A test conversation with the draft, begun anew with each opening of the editor."""
    values = talk_values(request, character, None, test=True) | {"face": face_of(character)}
    values.pop("character")
    return values


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput("This page is out of date. Please reload it and try again.") from error
    if moment.tzinfo is None:
        raise BadInput("This page is out of date. Please reload it and try again.")
    return moment


def _back(slug: str) -> Response:
    return RedirectResponse(f"/edit/{slug}", 303)

"""The editor: one's own character, saved without losing what is being typed, beside a test conversation."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.datastructures import FormData

from madang.accounts.pages import to_sign_in
from madang.authoring.access import Authoring
from madang.authoring.pages import fields, upload
from madang.authoring.pages.sources import knowledge_values
from madang.characters.types import Character, Profile, Visibility
from madang.chat.pages import face_of, talk_values
from madang.kernel.errors import BadInput, MadangError
from madang.kernel.identity import Identity
from madang.kernel.ids import normal_slug
from madang.web.context import identity_of, maker_of
from madang.web.mask import EXPRESSIONS
from madang.web.view import View

FORM_MB = 8
LONGEST_NOTE = 500


def router(view: View, authoring: Authoring, upload_mb: int) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    async def page(
        request: Request,
        slug: str,
        *,
        error: MadangError | None = None,
        where: str = "",
        typed: Profile | None = None,
        seen: str = "",
    ) -> Response:
        identity = maker_of(request)
        character = await authoring.own(identity, slug)
        values = await state_values(authoring, identity, character)
        values |= await knowledge_values(authoring, identity, slug)
        values["suggestions"] = await authoring.suggestions(identity, slug)
        values["name_found"] = await authoring.name_found(identity, slug)
        values |= _talk(request, character) | {
            "draft": typed or character.draft,
            "report": await authoring.report(identity, slug),
            "error": error if where == "state" else None,
            "place_error": error if where not in ("", "state") else None,
            "where": where,
            "expressions": EXPRESSIONS,
            "licences": fields.LICENCES,
            "lore_json": _lore(character.draft),
            "picture_error": None,
            "upload_mb": upload_mb,
        }
        if seen:
            values["seen"] = seen
        return view.page(request, "authoring/edit.html", status=error.status if error else 200, **values)

    @routes.get("/edit/{slug}")
    async def edit(request: Request, slug: str) -> Response:
        if not identity_of(request).makes:
            return to_sign_in(request)
        own = await authoring.own(maker_of(request), slug)
        if normal_slug(slug) != own.slug:  # an address that it had before
            return RedirectResponse(f"/edit/{quote(own.slug)}", 308)
        return await page(request, slug)

    @routes.post("/edit/{slug}")
    async def save(request: Request, slug: str) -> Response:
        """Saves; `then` is `save`, `publish` or `unpublish`. A script gets the state, a plain form the page.

        `over` is the time of a newer change that its maker decided to write over.
        """
        identity = maker_of(request)
        character = await authoring.own(identity, slug)
        found = await upload.form(request, FORM_MB, files=0, fields=fields.MOST_FIELDS)
        seen = upload.text_of(found, "over") or upload.text_of(found, "seen")
        try:
            profile = fields.profile_from(found, character.draft)
            character = await authoring.save(identity, slug, profile, seen=_moment(seen))
            seen = ""
            character, said = await _then(authoring, identity, character, found)
        except MadangError as error:
            if request.headers.get("hx-request"):
                now = await authoring.own(identity, slug)
                values = await state_values(authoring, identity, now) | {"error": error}
                # `seen` stays what the editor began with: saving again must not overwrite the other change
                values["seen"] = seen or values["seen"]
                return view.page(request, "authoring/state.html", status=error.status, **values)
            typed = fields.typed(found, character.draft)
            return await page(request, slug, error=error, where="state", typed=typed, seen=seen)
        if request.headers.get("hx-request"):
            values = await state_values(authoring, identity, character) | {"said": said}
            return view.page(request, "authoring/state.html", **values)
        return back(slug)

    @routes.get("/edit/{slug}/try")
    async def beginning(request: Request, slug: str) -> Response:
        """The test conversation before its first message: the saved greeting and questions."""
        character = await authoring.own(maker_of(request), slug)
        values = talk_values(request, character, None, test=True)
        return view.page(request, "chat/thread.html", **values)

    @routes.post("/edit/{slug}/lorebook")
    async def lorebook(request: Request, slug: str) -> Response:
        """A lorebook file in place of the draft's own."""
        identity = maker_of(request)
        await authoring.own(identity, slug)  # before a byte of the file is read
        try:
            _, data = await upload.file_of(await upload.form(request, FORM_MB))
            await authoring.import_lorebook(identity, slug, data)
        except MadangError as error:
            return await page(request, slug, error=error, where="lorebook")
        return back(slug, "lore")

    return routes


async def state_values(authoring: Authoring, identity: Identity, character: Character) -> dict[str, Any]:
    """What `authoring/state.html` needs."""
    return {
        "character": character,
        "seen": character.updated_at.isoformat(),
        "newest": character.updated_at.isoformat(),
        "newer": character.published is not None and character.published != character.draft,
        "checked": await authoring.checking.summary(identity, character.slug),
        "error": None,
        "said": "",
    }


async def _then(
    authoring: Authoring, identity: Identity, character: Character, found: FormData
) -> tuple[Character, str]:
    """What was asked for besides saving."""
    match upload.text_of(found, "then"):
        case "publish":
            note = upload.text_of(found, "note").strip()[:LONGEST_NOTE]
            wanted = upload.text_of(found, "visibility")
            visibility = visibility_of(wanted) if wanted else None
            published = await authoring.publish(identity, character.slug, note=note, visibility=visibility)
            return published, "published"
        case "unpublish":
            return await authoring.unpublish(identity, character.slug), "unpublished"
    return character, "saved"


def visibility_of(text: str) -> Visibility:
    """Raises BadInput for what is none."""
    match text:
        case "private" | "unlisted" | "public":
            return text
    raise BadInput("A character is private, unlisted or public.")


def _talk(request: Request, character: Character) -> dict[str, Any]:
    """A test conversation with the draft, begun anew with each opening of the editor."""
    values = talk_values(request, character, None, test=True) | {"face": face_of(character)}
    values.pop("character")
    return values


def _lore(profile: Profile) -> str:
    """The lorebook as JSON for the editor's script, whole: what no field shows comes back with it."""
    return profile.lorebook.model_dump_json() if profile.lorebook is not None else ""


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


def back(slug: str, place: str = "") -> Response:
    return RedirectResponse(f"/edit/{slug}{f'#{place}' if place else ''}", 303)

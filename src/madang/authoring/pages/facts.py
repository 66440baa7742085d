"""Facts, in the editor: a form that works with and without a script, and what documents say beside it."""

from __future__ import annotations

from functools import partial
from typing import Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from madang.accounts.pages import to_sign_in
from madang.authoring.access import Authoring
from madang.authoring.pages import facts_form, facts_said, upload
from madang.authoring.pages.countries import country_of, named_countries
from madang.kernel.errors import BadInput, Conflict, MadangError, NotFound
from madang.knowledge.facts.own import HOLIDAYS
from madang.web.context import identity_of, language_of, maker_of
from madang.web.view import View

FORM_MB = 4
ZONES = tuple(
    sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))
    )
)
TAGS = ("vegetarian", "vegan", "spicy", "gluten-free", "dairy-free", "halal", "kosher", "decaf", "organic")


def router(view: View, authoring: Authoring) -> APIRouter:
    routes = APIRouter(include_in_schema=False)

    async def page(
        request: Request,
        slug: str,
        *,
        typed: facts_form.Typed | None = None,
        error: MadangError | None = None,
        more: str = "",
        saved: bool = False,
        seen: str = "",
        focus: tuple[str, int] | None = None,
    ) -> Response:
        identity = maker_of(request)
        character = await authoring.own(identity, slug)
        standing = await authoring.facts.standing(identity, slug)
        shown = typed or facts_form.typed_of(standing.own)
        blank = {group: dict.fromkeys(columns, "") for group, columns in facts_form.COLUMNS.items()}
        values: dict[str, Any] = {
            "character": character,
            "standing": standing,
            "typed": shown,
            "seen": seen or standing.mark,
            "rows": {
                group: [*shown.rows.get(group, []), *([row] * (4 if more == group else 1))]
                for group, row in blank.items()
            },
            "blank": blank,
            "error": error,
            "saved": saved,
            "unsaved": typed is not None,
            "focus": focus,
            "listed": facts_said.listed(standing.found, standing.own, language_of(request)),
            "kinds": facts_said.KINDS,
            "language": language_of(request),
            "holidays": HOLIDAYS,
            "zones": ZONES,
            "countries": named_countries(language_of(request)),
            "country_of": partial(country_of, language_of(request)),
            "tags": TAGS,
        }
        return view.page(request, "authoring/facts.html", status=error.status if error else 200, **values)

    @routes.get("/edit/{slug}/facts")
    async def facts(request: Request, slug: str) -> Response:
        if not identity_of(request).makes:
            return to_sign_in(request)
        return await page(request, slug, saved="saved" in request.query_params)

    @routes.post("/edit/{slug}/facts")
    async def save(request: Request, slug: str) -> Response:
        """Saves. With `more`, `drop` or `take` a row is added, taken away or copied from a document, and
        nothing is saved yet; `hide` and `show` are kept at once, and leave what is typed as it is."""
        identity = maker_of(request)
        await authoring.own(identity, slug)
        found = await upload.form(request, FORM_MB, files=0, fields=facts_form.MOST_FIELDS)
        typed = facts_form.typed_from(found)
        more, seen = upload.text_of(found, "more"), upload.text_of(found, "seen")
        if facts_form.without(found, typed) or more:
            return await page(request, slug, typed=typed, more=more, seen=seen)
        try:
            if key := upload.text_of(found, "take"):
                focus = facts_form.copy(typed, await authoring.facts.found(identity, slug, key))
                return await page(request, slug, typed=typed, seen=seen, focus=focus)
            hide, show = upload.text_of(found, "hide"), upload.text_of(found, "show")
            if hide or show:
                own = await authoring.facts.hide(identity, slug, hide or show, bool(hide))
                if typed != facts_form.typed_of(own):
                    return await page(request, slug, typed=typed, seen=seen)
                return RedirectResponse(f"/edit/{slug}/facts#{hide or show}", 303)
            await authoring.facts.fill(identity, slug, facts_form.own_from(typed), seen=seen)
        except (BadInput, NotFound) as error:
            return await page(request, slug, typed=typed, error=error, seen=seen)
        except Conflict as error:
            return await page(request, slug, typed=typed, error=error)
        return RedirectResponse(f"/edit/{slug}/facts?saved=1", 303)

    return routes

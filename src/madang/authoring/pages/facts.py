"""Facts, in the editor: a form that works with and without a script, and what documents say beside it."""

from __future__ import annotations

from functools import partial
from typing import Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from madang.accounts.pages import to_sign_in
from madang.authoring.access import Authoring
from madang.authoring.pages import facts_form, upload
from madang.authoring.pages.countries import country_of, named_countries
from madang.kernel.errors import BadInput, Conflict, MadangError
from madang.knowledge.facts.clocks import shown
from madang.knowledge.facts.legends import mark_of
from madang.knowledge.facts.own import HOLIDAYS, named
from madang.knowledge.facts.types import Fact, Item, OwnException, Policy, Rule
from madang.knowledge.facts.written import spans_text
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
            "said": said,
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
        """Saves; with `more` or `drop` a row is added or taken away, and nothing is saved yet."""
        identity = maker_of(request)
        await authoring.own(identity, slug)
        found = await upload.form(request, FORM_MB, files=0, fields=facts_form.MOST_FIELDS)
        typed = facts_form.typed_from(found)
        more, seen = upload.text_of(found, "more"), upload.text_of(found, "seen")
        if facts_form.without(found, typed) or more:
            return await page(request, slug, typed=typed, more=more, seen=seen)
        try:
            await authoring.facts.fill(identity, slug, facts_form.own_from(typed), seen=seen)
        except BadInput as error:
            return await page(request, slug, typed=typed, error=error, seen=seen)
        except Conflict as error:
            return await page(request, slug, typed=typed, error=error)
        return RedirectResponse(f"/edit/{slug}/facts?saved=1", 303)

    @routes.post("/edit/{slug}/facts/{key}/hide")
    async def hide(request: Request, slug: str, key: str) -> Response:
        await authoring.facts.hide(maker_of(request), slug, key, True)
        return _back(slug)

    @routes.post("/edit/{slug}/facts/{key}/show")
    async def show(request: Request, slug: str, key: str) -> Response:
        await authoring.facts.hide(maker_of(request), slug, key, False)
        return _back(slug)

    @routes.post("/edit/{slug}/facts/{key}/take")
    async def take(request: Request, slug: str, key: str) -> Response:
        """Copies it into the form, to be corrected there."""
        try:
            await authoring.facts.take(maker_of(request), slug, key)
        except BadInput as error:
            return await page(request, slug, error=error)
        return RedirectResponse(f"/edit/{slug}/facts?saved=1", 303)

    return routes


def said(fact: Fact, language: str) -> str:
    """A fact in a few words, where its own place says more than the fact."""
    match fact.value:
        case Item() as item:
            price = f"{item.amount:,} {item.currency}".strip() if item.amount is not None else ""
            return " · ".join(text for text in (item.name, price, ", ".join(item.tags)) if text)
        case Rule() as rule:
            names = (
                "월화수목금토일" if language == "ko" else ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
            )
            days = " ".join(names[day] for day in rule.days)
            named_days = [named(OwnException(dates=dates), language) for dates in rule.dates]
            named_days += [named(OwnException(holiday=one), language) for one in rule.holidays]
            ends = [shown(end) if end is not None else "" for end in (rule.opens, rule.closes)]
            times = spans_text(rule.spans) or (f"{ends[0]}–{ends[1]}" if any(ends) else "")
            return " · ".join(text for text in (days, ", ".join(named_days), times) if text)
        case Policy() as policy:
            # a mark says nothing without what it stands for, a sentence says it itself
            return f"{policy.key} {policy.text}" if mark_of(policy) else policy.key
        case _:
            return ""


def _back(slug: str) -> Response:
    return RedirectResponse(f"/edit/{slug}/facts#found", 303)

"""REST of facts: what a character's documents say, and what its maker wrote."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from madang.authoring.access import Authoring
from madang.authoring.facts import Standing
from madang.knowledge.facts.types import OwnFacts
from madang.web.context import maker_of


class Hidden(BaseModel):
    hidden: bool = Field(description="Whether the fact is not to be told.")


def router(authoring: Authoring) -> APIRouter:
    routes = APIRouter(tags=["knowledge"])
    address = "/characters/{slug}/facts"

    @routes.get(address)
    async def standing(request: Request, slug: str) -> Standing:
        """Typed facts: those found in documents, each with its place, and those that you wrote, which win."""
        return await authoring.facts.standing(maker_of(request), slug)

    @routes.put(address)
    async def write(request: Request, slug: str, facts: OwnFacts) -> OwnFacts:
        """Put these in place of what you wrote. Times are minutes from midnight (540 is nine o'clock) and
        go on past midnight; Monday is day 0; no spans: closed."""
        return await authoring.facts.write(maker_of(request), slug, facts)

    @routes.put(address + "/{key}/hidden")
    async def hide(request: Request, slug: str, key: str, wanted: Hidden) -> OwnFacts:
        """Tell a fact of a document no more, or again; it stays so when its source is read again."""
        return await authoring.facts.hide(maker_of(request), slug, key, wanted.hidden)

    return routes

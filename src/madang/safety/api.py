"""REST of the owner's rules: in person, or with a key of the owner's that may manage."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from madang.safety.access import Safety
from madang.safety.types import Rule, Trial
from madang.web.context import identity_of


class Tried(BaseModel):
    text: str = Field(max_length=4_000, description="A sentence, as a visitor or a character might say it.")


def router(safety: Safety) -> APIRouter:
    routes = APIRouter(prefix="/api/rules", tags=["safety"])

    @routes.get("")
    async def rules(request: Request) -> list[Rule]:
        """The rules of this studio, in the order they were made."""
        return await safety.rules(identity_of(request))

    @routes.post("", status_code=201)
    async def put(request: Request, rule: Rule) -> Rule:
        """Add a rule, or change the one whose `id` is given. It counts from the next message on."""
        return await safety.put_rule(identity_of(request), rule)

    @routes.delete("/{rule_id}", status_code=204)
    async def remove(request: Request, rule_id: str) -> None:
        """Remove a rule."""
        await safety.remove_rule(identity_of(request), rule_id)

    @routes.post("/try")
    async def try_out(request: Request, tried: Tried) -> Trial:
        """What would happen to this sentence from a visitor, and from a character. Nothing is kept."""
        return await safety.try_out(identity_of(request), tried.text)

    return routes

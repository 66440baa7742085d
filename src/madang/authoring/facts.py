"""The facts of one's own character: what its documents say, what its maker wrote, which of both is told."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

from pydantic import BaseModel, Field

from madang.authoring.doors import FactsDoor
from madang.characters.types import Character
from madang.kernel import errors
from madang.kernel.errors import BadInput, NotFound
from madang.kernel.identity import Identity
from madang.knowledge.facts.types import Conflict, Fact, OwnFacts

SHOWN = 400
"""Most facts of documents that are listed."""


class Standing(BaseModel):
    """How the facts of a character stand."""

    own: OwnFacts
    """What its maker wrote."""
    found: list[Fact] = Field(default_factory=list)
    """What its documents say, with the place that says it; at most 400 of it."""
    found_in_all: int = 0
    conflicts: list[Conflict] = Field(default_factory=list)
    time_zone: str = ""
    """In which its days are counted."""
    country: str = ""

    @property
    def mark(self) -> str:
        """Another one whenever what the form shows is another."""
        return _mark(self.own)


class OwnersFacts:
    """`own` gives the character, or raises for whoever does not make it."""

    def __init__(
        self, own: Callable[[Identity, str], Awaitable[Character]], facts: Callable[[], FactsDoor]
    ) -> None:
        self._own = own
        self._facts = facts

    async def standing(self, identity: Identity, slug: str) -> Standing:
        character = await self._own(identity, slug)
        door = self._facts()
        business = await door.business(character.id)
        found = [fact for fact in business.every if not fact.own]
        return Standing(
            own=await door.written(character.id),
            found=found[:SHOWN],
            found_in_all=len(found),
            conflicts=await door.conflicts(character.id),
            time_zone=business.zone.key if business.zone is not None else "",
            country=business.country,
        )

    async def write(self, identity: Identity, slug: str, facts: OwnFacts) -> OwnFacts:
        """Put `facts` in place of what was written. Raises BadInput."""
        character = await self._own(identity, slug)
        return await self._changed(character, lambda _: facts)

    async def fill(self, identity: Identity, slug: str, facts: OwnFacts, *, seen: str) -> OwnFacts:
        """As `write`, for a form that was made from facts of the mark `seen`; what is hidden, which the form
        does not show, stays as it is. Raises Conflict when they were changed since."""
        character = await self._own(identity, slug)

        def change(own: OwnFacts) -> OwnFacts:
            if _mark(own) != seen:
                raise errors.Conflict(
                    "These facts were changed meanwhile, in another window or by someone else. "
                    "Nothing is saved yet: save again to put yours in their place."
                )
            return facts.model_copy(update={"hidden": own.hidden})

        return await self._changed(character, change)

    async def hide(self, identity: Identity, slug: str, key: str, on: bool) -> OwnFacts:
        """Tell a fact of a document no more, or again. Raises NotFound."""
        character, fact = await self._fact(identity, slug, key)

        def change(own: OwnFacts) -> OwnFacts:
            hidden = [one for one in own.hidden if one != key]
            hidden = [*hidden, fact.key] if on else hidden
            if len(hidden) > 2_000:
                raise BadInput("So many facts cannot be hidden one by one: remove their source instead.")
            return own.model_copy(update={"hidden": hidden})

        return await self._changed(character, change)

    async def found(self, identity: Identity, slug: str, key: str) -> Fact:
        """A fact of a document. Raises NotFound."""
        return (await self._fact(identity, slug, key))[1]

    async def _changed(self, character: Character, change: Callable[[OwnFacts], OwnFacts]) -> OwnFacts:
        await self._facts().change(character.id, change, character.draft.language)
        return await self._facts().written(character.id)

    async def _fact(self, identity: Identity, slug: str, key: str) -> tuple[Character, Fact]:
        character = await self._own(identity, slug)
        business = await self._facts().business(character.id)
        for fact in business.every:
            if fact.key == key and not fact.own:
                return character, fact
        raise NotFound("This fact does not exist any more.")


def _mark(own: OwnFacts) -> str:
    return hashlib.sha256(own.model_dump_json(exclude={"hidden"}).encode()).hexdigest()[:16]

"""Who may make, and whose character it is: asked before anything of a character is touched."""

from __future__ import annotations

from typing import Protocol

from madang.characters.types import Character
from madang.kernel.errors import Forbidden, SignInNeeded
from madang.kernel.identity import Identity


class Getting(Protocol):
    async def get(self, identity: Identity, slug: str) -> Character: ...


def may_make(identity: Identity) -> None:
    """Raises SignInNeeded for visitors and Forbidden for keys without `manage`."""
    if not identity.makes:
        raise SignInNeeded("Please sign in to make characters.")
    if not identity.may("manage"):
        raise Forbidden("This key may not manage characters.")


async def own(characters: Getting, identity: Identity, slug: str) -> Character:
    """The character with its draft, for the one who makes it. Raises SignInNeeded, NotFound or Forbidden."""
    may_make(identity)
    character = await characters.get(identity, slug)
    if character.owner_id != identity.id:
        raise Forbidden("Only its maker can change this character.")
    return character

"""The address of a character: what may be one, and how many it may have had."""

from __future__ import annotations

from madang.characters import store
from madang.characters.store import CharacterRow, Session
from madang.kernel.errors import BadInput
from madang.kernel.ids import slugify

LONGEST = 48
MOST_OLD = 10
"""Addresses that a character had and that still lead to it: nobody may hold any number of names."""


def checked(wanted: str) -> str:
    """The address that was asked for, in its one form. Raises BadInput for what holds no letter or digit."""
    wanted = wanted.replace("\0", "")[:200]
    if not any(letter.isalnum() for letter in wanted):
        raise BadInput("An address is made of letters and digits.")
    return slugify(wanted)


async def remembered(session: Session, row: CharacterRow) -> None:
    """Raises BadInput when it has had as many addresses as it may."""
    if len(await store.old_slugs(session, row.id)) >= MOST_OLD:
        raise BadInput("The address of a character can be changed {count} times.", count=MOST_OLD)

"""Publishing: visitors meet a copy of the draft, taken now; later edits stay unseen until the next time."""

from __future__ import annotations

from datetime import datetime

from madang.characters.store import CharacterRow
from madang.characters.types import Profile
from madang.kernel.errors import BadInput


def check(profile: Profile) -> None:
    """Raises BadInput with what is missing for visitors to meet this character."""
    if not profile.name.strip():
        raise BadInput("A character needs a name before it can be published.")
    if not (profile.greeting.strip() or profile.persona.strip()):
        raise BadInput("{name} needs a greeting or a persona before it can be published.", name=profile.name)


def publish(row: CharacterRow, moment: datetime) -> None:
    """Makes the draft what visitors meet. Publishing again keeps the place in the gallery."""
    check(Profile.model_validate(row.draft))
    row.published = row.draft
    row.published_at = row.published_at or moment


def unpublish(row: CharacterRow) -> None:
    row.published = None
    row.published_at = None

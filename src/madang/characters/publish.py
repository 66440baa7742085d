"""Publishing and taking back: visitors meet a copy of the draft; later edits stay unseen until the next time.

Also where a published character is found, and by whom it is put away or hidden.
"""

from __future__ import annotations

from datetime import datetime

from madang.characters.checks import store as checks
from madang.characters.store import CharacterRow, Session
from madang.characters.types import Profile, Visibility
from madang.characters.versions import history
from madang.kernel.errors import BadInput, Conflict

LONGEST_NOTE = 2_000
LONGEST_WHY = 1_000
VISIBILITIES: tuple[Visibility, ...] = ("private", "unlisted", "public")


def check(profile: Profile) -> None:
    """Raises BadInput with what is missing for visitors to meet this character."""
    if not profile.name.strip():
        raise BadInput("A character needs a name before it can be published.")
    if not (profile.greeting.strip() or profile.persona.strip()):
        raise BadInput("{name} needs a greeting or a persona before it can be published.", name=profile.name)


async def publish(
    session: Session, row: CharacterRow, note: str, visibility: Visibility | None, moment: datetime
) -> None:
    """Makes the draft what visitors meet, as the next version.

    Publishing again keeps the place in the gallery; the same again, without a note, makes no version.
    """
    check(Profile.model_validate(row.draft))
    note = text(note, LONGEST_NOTE)
    if row.archived_at is not None:
        raise Conflict("This character is archived. Take it out of the archive before you publish it.")
    if row.gated and not await checks.gate_open(session, row):
        raise Conflict("Its checks must be run on this draft and hold before this character is published.")
    history.catch_up(session, row)
    if visibility is not None:
        set_visibility(row, visibility)
    avatar = row.avatar if row.next_avatar is None else row.next_avatar or None
    if row.published is not None and (row.draft, avatar) == (row.published, row.avatar) and not note:
        row.next_avatar = None
        return
    row.avatar, row.next_avatar = avatar, None
    row.published = row.draft
    row.published_at = row.published_at or moment
    row.version += 1
    history.add(session, row, note, moment)


def unpublish(session: Session, row: CharacterRow) -> None:
    """Nobody meets it; its versions stay."""
    history.catch_up(session, row)
    row.published = None
    row.published_at = None


def set_visibility(row: CharacterRow, visibility: str) -> None:
    """Raises BadInput for a word that is none."""
    if visibility not in VISIBILITIES:
        raise BadInput("A character is private, unlisted or public.")
    row.visibility = visibility


def archive(row: CharacterRow, on: bool, moment: datetime) -> None:
    row.archived_at = (row.archived_at or moment) if on else None


def hide(row: CharacterRow, why: str, moment: datetime) -> None:
    row.hidden_at, row.hidden_why = row.hidden_at or moment, text(why, LONGEST_WHY)


def unhide(row: CharacterRow) -> None:
    row.hidden_at, row.hidden_why = None, ""


def text(value: str, limit: int) -> str:
    """Raises BadInput for what is longer than `limit` characters."""
    value = value.replace("\0", "\ufffd").encode("utf-8", "replace").decode().strip()
    if len(value) > limit:
        raise BadInput("This text is longer than {limit} characters.", limit=limit)
    return value

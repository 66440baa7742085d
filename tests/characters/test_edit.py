"""A creator edits a draft; two editors at once; deleting."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from madang.characters.access import Characters
from madang.characters.types import Profile
from madang.kernel.errors import Conflict, NotFound
from madang.kernel.identity import Identity
from madang.storage.database import Database


async def test_editing_replaces_the_draft_and_keeps_the_address(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    changed = profile.model_copy(update={"name": "Suho", "starters": ["What time is it?"]})
    edited = await characters.edit(creator, made.slug, changed, seen=made.updated_at)
    assert edited.draft == changed
    assert edited.slug == "sumi"
    assert edited.updated_at > made.updated_at
    assert await characters.get(creator, "sumi") == edited


async def test_an_edit_of_an_old_state_is_refused_and_loses_nothing(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    first = profile.model_copy(update={"persona": "first"})
    await characters.edit(creator, made.slug, first, seen=made.updated_at)
    with pytest.raises(Conflict):
        await characters.edit(
            creator, made.slug, profile.model_copy(update={"persona": "second"}), seen=made.updated_at
        )
    assert (await characters.get(creator, made.slug)).draft == first


async def test_edits_are_told_apart_even_when_the_clock_stands_still(
    database: Database, blobs: object, creator: Identity, profile: Profile
) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    characters = Characters(database, blobs, now=lambda: moment)  # type: ignore[arg-type]
    made = await characters.create(creator, profile)
    edited = await characters.edit(creator, made.slug, profile, seen=made.updated_at)
    with pytest.raises(Conflict):
        await characters.edit(creator, made.slug, profile, seen=made.updated_at)
    await characters.edit(creator, made.slug, profile, seen=edited.updated_at)


async def test_publishing_does_not_disturb_an_open_editor(
    characters: Characters, creator: Identity, profile: Profile, png: bytes
) -> None:
    made = await characters.create(creator, profile)
    await characters.publish(creator, made.slug)
    await characters.set_avatar(creator, made.slug, png)
    await characters.edit(creator, made.slug, profile, seen=made.updated_at)


async def test_deleting(characters: Characters, creator: Identity, profile: Profile) -> None:
    made = await characters.create(creator, profile)
    assert (await characters.delete(creator, made.slug)).id == made.id
    with pytest.raises(NotFound):
        await characters.get(creator, made.slug)
    assert (await characters.create(creator, profile)).slug == "sumi"

"""A maker publishes again and again, reads what changed, and rolls back."""

from __future__ import annotations

import asyncio
import io

import pytest
from PIL import Image
from sqlalchemy import select, update

from madang.characters.access import Characters
from madang.characters.store import CharacterRow
from madang.characters.types import Profile
from madang.characters.versions.store import VersionRow
from madang.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from madang.kernel.identity import Identity
from madang.storage.database import Database


def picture_of(colour: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 20), colour).save(out, "PNG")
    return out.getvalue()


async def test_every_publication_is_a_version_with_its_note_and_face(
    characters: Characters, creator: Identity, profile: Profile, png: bytes
) -> None:
    made = await characters.create(creator, profile)
    assert made.version == 0 and await characters.versions(creator, made.slug) == []
    assert (await characters.publish(creator, made.slug, note=" The first. ")).version == 1
    with_face = await characters.set_avatar(creator, made.slug, png)
    changed = profile.model_copy(update={"persona": "A tailor."})
    await characters.edit(creator, made.slug, changed)
    assert (await characters.publish(creator, made.slug)).version == 2
    two, one = await characters.versions(creator, made.slug)
    assert (one.number, one.profile, one.note, one.avatar) == (1, profile, "The first.", None)
    assert (two.number, two.profile, two.note, two.avatar) == (2, changed, "", with_face.avatar)
    assert one.created_at <= two.created_at


async def test_publishing_the_same_again_makes_no_version_unless_something_is_said_of_it(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    for _ in range(3):
        assert (await characters.publish(creator, made.slug)).version == 1
    assert (await characters.publish(creator, made.slug, note="Again")).version == 2
    await characters.unpublish(creator, made.slug)
    assert (await characters.publish(creator, made.slug)).version == 3


async def test_rolling_back_reaches_visitors_when_it_is_published(
    characters: Characters, creator: Identity, visitor: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile, avatar=picture_of((200, 0, 0)))
    first = await characters.publish(creator, made.slug)
    changed = profile.model_copy(update={"greeting": "Go away."})
    before = await characters.edit(creator, made.slug, changed)
    await characters.set_avatar(creator, made.slug, None)
    await characters.publish(creator, made.slug)
    restored = await characters.restore(creator, made.slug, 1)
    assert restored.draft == profile and restored.published == changed
    assert restored.updated_at > before.updated_at, "an editor that is open elsewhere is told"
    assert restored.avatar == first.avatar, "its maker sees the face of the draft"
    seen = await characters.get(visitor, made.slug)
    assert (seen.profile, seen.avatar) == (changed, None), "visitors meet what is published"
    with pytest.raises(NotFound):
        await characters.avatar(visitor, made.slug)
    published = await characters.publish(creator, made.slug)
    assert (published.version, published.profile, published.avatar) == (3, profile, first.avatar)
    assert (await characters.get(visitor, made.slug)).avatar == first.avatar
    assert (await characters.restore(creator, made.slug, 2)).avatar is None, "back to the mask"
    assert (await characters.publish(creator, made.slug)).avatar is None
    assert [one.number for one in await characters.versions(creator, made.slug)] == [4, 3, 2, 1]


async def test_another_face_replaces_the_restored_one(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile, avatar=picture_of((200, 0, 0)))
    await characters.publish(creator, made.slug)
    await characters.set_avatar(creator, made.slug, None)
    await characters.restore(creator, made.slug, 1)
    newest = await characters.set_avatar(creator, made.slug, picture_of((0, 0, 200)))
    assert (await characters.publish(creator, made.slug)).avatar == newest.avatar


@pytest.mark.parametrize("number", [0, -1, 2, 2**31, 2**70])
async def test_a_version_that_is_not_there(
    characters: Characters, creator: Identity, profile: Profile, number: int
) -> None:
    made = await characters.create(creator, profile)
    await characters.publish(creator, made.slug)
    with pytest.raises(NotFound):
        await characters.restore(creator, made.slug, number)


async def test_what_was_published_before_there_were_versions_is_version_one(
    characters: Characters, database: Database, creator: Identity, visitor: Identity, profile: Profile
) -> None:
    async def old(name: str) -> str:
        made = await characters.create(creator, profile.model_copy(update={"name": name}))
        await characters.publish(creator, made.slug)
        async with database.write() as session:
            for row in await session.scalars(select(VersionRow).where(VersionRow.character_id == made.id)):
                await session.delete(row)
            await session.execute(update(CharacterRow).where(CharacterRow.id == made.id).values(version=0))
        return made.slug

    slug = await old("Listed")
    assert (await characters.get(visitor, slug)).version == 1
    (only,) = await characters.versions(creator, slug)
    assert only.number == 1 and only.profile.name == "Listed"
    again = await old("Published again")
    await characters.edit(creator, again, profile)
    assert (await characters.publish(creator, again)).version == 2
    assert [one.profile.name for one in await characters.versions(creator, again)] == [
        profile.name,
        "Published again",
    ]
    gone = await old("Taken back")
    await characters.unpublish(creator, gone)
    assert (await characters.restore(creator, gone, 1)).draft.name == "Taken back"


async def test_only_those_who_see_the_draft_see_versions(
    characters: Characters,
    creator: Identity,
    owner: Identity,
    stranger: Identity,
    visitor: Identity,
    profile: Profile,
) -> None:
    made = await characters.create(creator, profile.model_copy(update={"persona": "canary"}))
    for identity in (stranger, visitor):
        with pytest.raises(NotFound):
            await characters.versions(identity, made.slug)
    await characters.publish(creator, made.slug)
    key = Identity("creator", creator.id, frozenset({"chat"}))
    for identity in (stranger, visitor, key):
        with pytest.raises(Forbidden):
            await characters.versions(identity, made.slug)
        with pytest.raises(Forbidden):
            await characters.restore(identity, made.slug, 1)
    assert len(await characters.versions(owner, made.slug)) == 1
    with pytest.raises(Forbidden):
        await characters.restore(owner, made.slug, 1)


async def test_publishing_at_the_same_moment_numbers_each_version_once(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    await asyncio.gather(*(characters.publish(creator, made.slug, note=f"{n}") for n in range(6)))
    versions = await characters.versions(creator, made.slug)
    assert [one.number for one in versions] == [6, 5, 4, 3, 2, 1]
    assert {one.note for one in versions} == set("012345")


async def test_deleting_takes_the_versions_along(
    characters: Characters, database: Database, creator: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    await characters.publish(creator, made.slug)
    await characters.delete(creator, made.slug)
    async with database.read() as session:
        assert (await session.scalars(select(VersionRow))).all() == []


async def test_notes_are_short_and_whole(characters: Characters, creator: Identity, profile: Profile) -> None:
    made = await characters.create(creator, profile)
    with pytest.raises(BadInput):
        await characters.publish(creator, made.slug, note="x" * 2_001)
    await characters.publish(creator, made.slug, note="a\0b \ud800 <script>")
    (only,) = await characters.versions(creator, made.slug)
    assert only.note == "a\ufffdb ? <script>"


async def test_an_archived_character_is_not_published(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    await characters.archive(creator, made.slug)
    with pytest.raises(Conflict):
        await characters.publish(creator, made.slug)
    await characters.archive(creator, made.slug, False)
    assert (await characters.publish(creator, made.slug)).version == 1

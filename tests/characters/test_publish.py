"""A creator publishes; what visitors see of it."""

from __future__ import annotations

import pytest

from madang.characters.access import Characters
from madang.characters.types import Profile
from madang.kernel.errors import BadInput, Forbidden, NotFound
from madang.kernel.identity import Identity


async def test_visitors_meet_the_published_profile_and_nothing_else(
    characters: Characters, creator: Identity, visitor: Identity, stranger: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    published = await characters.publish(creator, made.slug)
    secret = profile.model_copy(update={"persona": "a canary that nobody may see", "creator_notes": "canary"})
    await characters.edit(creator, made.slug, secret)
    for identity in (visitor, stranger):
        seen = await characters.get(identity, made.slug)
        assert seen.draft == seen.published == seen.profile == profile
        assert "canary" not in seen.model_dump_json()
        assert seen.updated_at == published.published_at
        with pytest.raises(Forbidden):
            await characters.edit(identity, made.slug, profile)
    assert "canary" not in str([one.model_dump_json() for one in await characters.gallery()])
    assert (await characters.get(creator, made.slug)).draft == secret


async def test_the_gallery_has_published_characters_newest_first(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    for name in ("One", "Two", "Three"):
        await characters.create(creator, profile.model_copy(update={"name": name}))
    for slug in ("two", "three"):
        await characters.publish(creator, slug)
    assert [one.slug for one in await characters.gallery()] == ["three", "two"]
    assert [one.slug for one in await characters.gallery(limit=1, offset=1)] == ["two"]
    assert await characters.gallery_size() == 2
    await characters.publish(creator, "two")
    assert [one.slug for one in await characters.gallery()] == ["three", "two"], "its place stays"


@pytest.mark.parametrize("change", [{"greeting": " ", "persona": ""}, {"name": " "}])
async def test_an_empty_character_is_not_published(
    characters: Characters, creator: Identity, profile: Profile, change: dict[str, str]
) -> None:
    made = await characters.create(creator, profile.model_copy(update=change))
    with pytest.raises(BadInput):
        await characters.publish(creator, made.slug)
    assert (await characters.get(creator, made.slug)).published is None


async def test_unpublishing_hides_it_again(
    characters: Characters, owner: Identity, creator: Identity, visitor: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    await characters.publish(creator, made.slug)
    assert (await characters.unpublish(owner, made.slug)).published is None
    assert await characters.gallery() == []
    with pytest.raises(NotFound):
        await characters.get(visitor, made.slug)
    assert (await characters.get(creator, made.slug)).draft == profile

"""A creator makes characters; who may see and change them."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings, strategies

from madang.characters.access import Characters
from madang.characters.types import Profile
from madang.kernel.errors import Forbidden, NotFound, SignInNeeded
from madang.kernel.identity import Identity


async def test_a_new_character_is_a_draft_of_its_maker(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    assert made.slug == "sumi"
    assert made.draft == profile
    assert made.published is None
    assert await characters.get(creator, "sumi") == made
    assert await characters.get(creator, made.id) == made
    assert await characters.mine(creator) == [made]


async def test_the_same_name_never_overwrites(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    slugs = [(await characters.create(creator, profile)).slug for _ in range(3)]
    other = await characters.create(creator, profile.model_copy(update={"name": "Sum"}))
    assert slugs == ["sumi", "sumi-2", "sumi-3"]
    assert other.slug == "sum"


async def test_many_at_once_get_slugs_of_their_own(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    made = await asyncio.gather(*(characters.create(creator, profile) for _ in range(6)))
    assert len({character.slug for character in made}) == 6


async def test_a_korean_name_has_a_korean_address_in_either_normal_form(
    characters: Characters, creator: Identity
) -> None:
    made = await characters.create(creator, Profile(name="바다 식당", greeting="어서 오세요"))
    assert made.slug == "바다-식당"
    import unicodedata

    assert (await characters.get(creator, unicodedata.normalize("NFD", made.slug))).id == made.id


async def test_a_visitor_cannot_make(characters: Characters, visitor: Identity, profile: Profile) -> None:
    with pytest.raises(SignInNeeded):
        await characters.create(visitor, profile)


async def test_a_draft_is_seen_by_its_maker_and_the_studio_owner_only(
    characters: Characters,
    owner: Identity,
    creator: Identity,
    stranger: Identity,
    visitor: Identity,
    profile: Profile,
) -> None:
    made = await characters.create(creator, profile)
    assert (await characters.get(owner, made.slug)).draft == profile
    for identity in (stranger, visitor, Identity("visitor", "usr_creator")):
        for key in (made.slug, made.id):
            with pytest.raises(NotFound):
                await characters.get(identity, key)
            with pytest.raises(NotFound):
                await characters.edit(identity, key, profile)
            with pytest.raises(NotFound):
                await characters.set_avatar(identity, key, b"")
            for verb in (characters.publish, characters.unpublish, characters.delete, characters.avatar):
                with pytest.raises(NotFound):
                    await verb(identity, key)
    assert await characters.mine(stranger) == []
    assert await characters.mine(visitor) == []
    assert await characters.mine(owner) == []
    assert await characters.mine(owner, everyone=True) == [made]
    assert await characters.mine(stranger, everyone=True) == []


async def test_what_does_not_exist_and_what_may_not_be_seen_say_the_same(
    characters: Characters, creator: Identity, visitor: Identity, profile: Profile
) -> None:
    await characters.create(creator, profile)
    sentences = []
    for slug in ("sumi", "nobody"):
        with pytest.raises(NotFound) as caught:
            await characters.get(visitor, slug)
        sentences.append(str(caught.value).replace(slug, "…"))
    assert sentences[0] == sentences[1]


async def test_the_studio_owner_sees_but_does_not_edit_others(
    characters: Characters, owner: Identity, creator: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    with pytest.raises(Forbidden):
        await characters.edit(owner, made.slug, profile)
    with pytest.raises(Forbidden):
        await characters.publish(owner, made.slug)


async def test_a_key_without_manage_changes_nothing_and_sees_no_draft(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    key = Identity("creator", creator.id, frozenset({"chat"}))
    with pytest.raises(Forbidden):
        await characters.create(key, profile)
    made = await characters.create(creator, profile)
    with pytest.raises(NotFound):
        await characters.get(key, made.slug)
    await characters.publish(creator, made.slug)
    await characters.edit(creator, made.slug, profile.model_copy(update={"persona": "secret plans"}))
    assert (await characters.get(key, made.slug)).draft.persona == profile.persona
    for verb in (characters.publish, characters.unpublish, characters.delete):
        with pytest.raises(Forbidden):
            await verb(key, made.slug)
    managing = Identity("creator", creator.id, frozenset({"manage"}))
    assert (await characters.edit(managing, made.slug, profile)).draft == profile


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(slug=strategies.text(max_size=260))
async def test_any_slug_is_answered_with_not_found(
    characters: Characters, creator: Identity, slug: str
) -> None:
    with pytest.raises(NotFound):
        await characters.get(creator, slug)

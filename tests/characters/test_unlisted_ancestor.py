"""A remix names what it was begun from to those who may find that, and to nobody else."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from madang.characters.access import Characters
from madang.characters.links.access import Links
from madang.characters.types import Character, Profile, Visibility
from madang.kernel.identity import Identity
from madang.storage.database import Database

CANARY = "Canary under the roof"
NEIGHBOUR = Identity("creator", "usr_neighbour")


@dataclass
class Family:
    """A character by `creator`, met through a link; a remix of it by `stranger`, found by everybody."""

    characters: Characters
    links: Links
    token: str
    first: Character
    remix: Character

    async def told(self, identity: Identity) -> list[str]:
        return [one.name for one in (await self.characters.get(identity, self.remix.slug)).ancestors]

    async def listed(self) -> list[str]:
        shown = {one.id: one for one in await self.characters.listed()}
        return [one.name for one in shown[self.remix.id].ancestors]


@pytest.fixture
async def family(database: Database, characters: Characters, creator: Identity, stranger: Identity) -> Family:
    links = Links(database)
    first = await characters.create(creator, Profile(name=CANARY, greeting="Hello."))
    first = await characters.publish(creator, first.slug, visibility="unlisted")
    token = (await links.make(creator, first.slug)).token
    await links.enter(stranger, token)
    remix = await characters.remix(stranger, first.slug)
    await characters.edit(stranger, remix.slug, Profile(name="Remix", greeting="Hi."))
    remix = await characters.publish(stranger, remix.slug)
    return Family(characters, links, token, first, remix)


async def test_only_those_who_meet_it_are_told(
    family: Family, creator: Identity, stranger: Identity, owner: Identity, visitor: Identity
) -> None:
    for identity in (creator, stranger, owner):
        assert await family.told(identity) == [CANARY], identity
    assert await family.told(visitor) == [] == await family.told(NEIGHBOUR)
    assert await family.listed() == []
    shown = [one.model_dump_json() for one in await family.characters.gallery()]
    assert shown and CANARY not in "".join(shown)
    card = (await family.characters.export_card(NEIGHBOUR, family.remix.slug, "json"))[0]
    assert "ancestors" not in json.loads(card)["data"]["extensions"].get("madang", {})
    await family.links.enter(visitor, family.token)
    assert await family.told(visitor) == [CANARY]


async def test_a_remix_of_the_remix_does_not_tell_its_maker(family: Family, owner: Identity) -> None:
    third = await family.characters.remix(NEIGHBOUR, family.remix.slug)
    twin = await family.characters.duplicate(NEIGHBOUR, third.slug)
    seen = [third, twin, *await family.characters.mine(NEIGHBOUR)]
    seen.append(await family.characters.edit(NEIGHBOUR, third.slug, Profile(name="Third", greeting="3")))
    seen.append(await family.characters.publish(NEIGHBOUR, third.slug))
    for one in seen:
        assert [ancestor.name for ancestor in one.ancestors] == ["Remix"]
    line = (await family.characters.get(owner, third.slug)).ancestors
    assert [one.name for one in line] == ["Remix", CANARY], "the attribution is kept"


@pytest.mark.parametrize("visibility", ["private", "unlisted"])
async def test_it_is_named_from_the_moment_everybody_finds_it_until_nobody_does(
    family: Family, creator: Identity, visitor: Identity, visibility: Visibility
) -> None:
    before = await family.characters.listed_until()
    await family.characters.set_visibility(creator, family.first.slug, "public")
    assert await family.told(visitor) == [CANARY] == await family.listed()
    changed = [one.id for one in await family.characters.listed(before)]
    assert family.remix.id in changed, "an index that looks again is told"
    before = await family.characters.listed_until()
    await family.characters.set_visibility(creator, family.first.slug, visibility)
    assert await family.told(visitor) == [] == await family.listed()
    assert family.remix.id in [one.id for one in await family.characters.listed(before)]


async def test_a_hidden_ancestor_is_not_named_and_a_deleted_one_as_it_was(
    family: Family, creator: Identity, owner: Identity, visitor: Identity
) -> None:
    await family.characters.set_visibility(creator, family.first.slug, "public")
    await family.characters.hide(owner, family.first.slug, "why")
    assert await family.told(visitor) == []
    await family.characters.unhide(owner, family.first.slug)
    await family.characters.delete(creator, family.first.slug)
    assert await family.told(visitor) == [CANARY] == await family.listed()


async def test_one_that_was_deleted_while_nobody_found_it_is_never_named(
    family: Family, creator: Identity, stranger: Identity, visitor: Identity
) -> None:
    await family.characters.delete(creator, family.first.slug)
    for identity in (visitor, NEIGHBOUR, stranger):
        assert await family.told(identity) == []
    assert await family.listed() == []


async def test_whoever_looks_behind_a_link_is_told_what_everybody_is(
    family: Family, stranger: Identity
) -> None:
    link = await family.links.make(stranger, family.remix.slug)
    assert (await family.links.look(link.token)).ancestors == []
    assert (await family.links.enter(NEIGHBOUR, link.token)).ancestors == []

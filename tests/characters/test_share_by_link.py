"""A maker makes a link, somebody comes in through it, and revoking it ends that at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from madang.characters.access import Characters
from madang.characters.links.access import Links
from madang.characters.store import CharacterRow
from madang.characters.types import Character, Profile
from madang.kernel.errors import BadInput, Forbidden, NotFound
from madang.kernel.identity import Identity
from madang.storage.database import Database

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def links(database: Database, clock: Clock) -> Links:
    return Links(database, now=clock)


async def change(database: Database, character: Character, **values: object) -> None:
    async with database.write() as session:
        row = await session.get(CharacterRow, character.id)
        assert row is not None
        for name, value in values.items():
            setattr(row, name, value)


@pytest.fixture
async def sumi(database: Database, characters: Characters, creator: Identity, profile: Profile) -> Character:
    made = await characters.create(creator, profile)
    made = await characters.publish(creator, made.slug)
    await change(database, made, visibility="unlisted")
    return made


async def opened(database: Database, links: Links, identity: Identity, character: Character) -> bool:
    async with database.read() as session:
        return await links.opens(session, identity, character.id)


async def test_whoever_comes_in_is_remembered_and_nobody_else(
    database: Database,
    links: Links,
    creator: Identity,
    visitor: Identity,
    stranger: Identity,
    sumi: Character,
) -> None:
    link = await links.make(creator, sumi.slug, "for my  friends\0")
    assert (link.label, link.opened) == ("for my friends", 0)
    assert not await opened(database, links, visitor, sumi)
    met = await links.enter(visitor, link.token)
    assert met.slug == sumi.slug
    assert met.draft == sumi.published
    await links.enter(visitor, link.token)
    assert await opened(database, links, visitor, sumi)
    assert not await opened(database, links, stranger, sumi)
    # the same id of another kind is somebody else
    assert not await opened(database, links, Identity("creator", visitor.id), sumi)
    assert [one.opened for one in await links.of(creator, sumi.slug)] == [1]


async def test_looking_remembers_nobody(
    database: Database, links: Links, creator: Identity, visitor: Identity, sumi: Character
) -> None:
    link = await links.make(creator, sumi.slug)
    assert (await links.look(link.token)).slug == sumi.slug
    assert not await opened(database, links, visitor, sumi)
    await links.enter(creator, link.token)
    assert (await links.of(creator, sumi.slug))[0].opened == 0, "its maker is no visitor"


async def test_revoking_ends_it_at_once_for_everybody(
    database: Database, links: Links, creator: Identity, visitor: Identity, sumi: Character
) -> None:
    first, second = await links.make(creator, sumi.slug), await links.make(creator, sumi.slug)
    await links.enter(visitor, first.token)
    await links.revoke(creator, sumi.slug, first.id)
    assert not await opened(database, links, visitor, sumi)
    with pytest.raises(NotFound):
        await links.enter(visitor, first.token)
    await links.enter(visitor, second.token)
    assert await opened(database, links, visitor, sumi)
    ended = {one.id: one.revoked_at for one in await links.of(creator, sumi.slug)}
    assert ended[first.id] is not None and ended[second.id] is None
    await links.revoke(creator, sumi.slug, first.id)
    assert (await links.of(creator, sumi.slug))[1].revoked_at == ended[first.id]


async def test_an_expired_link_opens_nothing(
    database: Database,
    links: Links,
    clock: Clock,
    creator: Identity,
    visitor: Identity,
    sumi: Character,
) -> None:
    link = await links.make(creator, sumi.slug, expires=NOON + timedelta(hours=1))
    await links.enter(visitor, link.token)
    clock.moment = NOON + timedelta(hours=2)
    assert not await opened(database, links, visitor, sumi)
    with pytest.raises(NotFound):
        await links.look(link.token)
    with pytest.raises(BadInput):
        await links.make(creator, sumi.slug, expires=NOON)


@pytest.mark.parametrize(
    "values",
    [{"visibility": "private"}, {"archived_at": NOON}, {"hidden_at": NOON}, {"published": None}],
    ids=lambda values: next(iter(values)),
)
async def test_a_link_does_not_open_what_nobody_meets(
    database: Database,
    links: Links,
    creator: Identity,
    visitor: Identity,
    sumi: Character,
    values: dict[str, object],
) -> None:
    link = await links.make(creator, sumi.slug)
    await change(database, sumi, **values)
    for enter in (links.look(link.token), links.enter(visitor, link.token)):
        with pytest.raises(NotFound):
            await enter


@pytest.mark.parametrize("token", ["", "\0", "x" * 65, "없는토큰", "nothing-like-it"])
async def test_a_guess_leads_nowhere(links: Links, visitor: Identity, token: str) -> None:
    with pytest.raises(NotFound):
        await links.enter(visitor, token)


async def test_only_the_maker_shares_and_the_owner_may_revoke(
    links: Links,
    owner: Identity,
    creator: Identity,
    visitor: Identity,
    stranger: Identity,
    sumi: Character,
) -> None:
    link = await links.make(creator, sumi.slug)
    for other in (visitor, stranger, Identity("creator", creator.id, frozenset({"chat"}))):
        with pytest.raises(NotFound):
            await links.of(other, sumi.slug)
        with pytest.raises(NotFound):
            await links.make(other, sumi.slug)
        with pytest.raises(NotFound):
            await links.revoke(other, sumi.slug, link.id)
    with pytest.raises(Forbidden):
        await links.make(owner, sumi.slug)
    assert len(await links.of(owner, sumi.slug)) == 1
    with pytest.raises(NotFound):
        await links.revoke(creator, sumi.slug, "lnk_other")
    await links.revoke(owner, sumi.slug, link.id)


async def test_deleting_the_character_deletes_its_links(
    links: Links, characters: Characters, creator: Identity, visitor: Identity, sumi: Character
) -> None:
    link = await links.make(creator, sumi.slug)
    await links.enter(visitor, link.token)
    await characters.delete(creator, sumi.slug)
    with pytest.raises(NotFound):
        await links.enter(visitor, link.token)

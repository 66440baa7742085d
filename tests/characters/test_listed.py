"""What discovery gets to know: every change of what everybody may find, and nothing else."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update
from tests.characters.conftest import MemoryBlobs

from madang.characters.access import Characters
from madang.characters.store import CharacterRow
from madang.characters.types import EXCERPT, Listed, Profile
from madang.kernel.errors import NotFound
from madang.kernel.identity import Identity
from madang.storage.database import Database


class Index:
    """What a process keeps in memory."""

    def __init__(self, characters: Characters) -> None:
        self._characters = characters
        self.since: datetime | None = None
        self.shown: dict[str, Listed] = {}

    async def catch_up(self, limit: int = 50_000) -> list[Listed]:
        seen: list[Listed] = []
        while changed := await self._characters.listed(self.since, limit):
            seen += changed
            self.since = changed[-1].changed_at
            for one in changed:
                if one.shown:
                    self.shown[one.id] = one
                else:
                    self.shown.pop(one.id, None)
        return seen


async def test_every_change_of_the_listing_is_told(
    characters: Characters, creator: Identity, owner: Identity, profile: Profile, png: bytes
) -> None:
    index = Index(characters)
    assert await index.catch_up() == [] and await characters.listed_until() is None
    slug = (await characters.create(creator, profile)).slug
    await characters.edit(creator, slug, profile)
    assert await index.catch_up() == [], "a draft is nobody's business"
    steps = [
        (characters.publish(creator, slug), True),
        (characters.set_avatar(creator, slug, png), True),
        (characters.set_visibility(creator, slug, "unlisted"), False),
        (characters.set_visibility(creator, slug, "public"), True),
        (characters.hide(owner, slug, "why"), False),
        (characters.unhide(owner, slug), True),
        (characters.archive(creator, slug), False),
        (characters.archive(creator, slug, False), True),
        (characters.unpublish(owner, slug), False),
        (characters.publish(creator, slug, note="again"), True),
        (characters.delete(creator, slug), False),
    ]
    for number, (step, there) in enumerate(steps):
        await step
        (told,) = await index.catch_up()
        assert told.shown == there and bool(index.shown) == there, number
        assert told.changed_at == await characters.listed_until()
        assert await index.catch_up() == []
    assert await Index(characters).catch_up() == []


async def test_what_is_told(characters: Characters, creator: Identity, png: bytes) -> None:
    profile = Profile(
        name="수미", tagline="시계", persona="가" * 5_000, greeting="나" * 5_000, tags=["a", "b"],
        kind="business", language="ko", rating="teen", creator="누구", licence="MIT", remixable=False,
    )  # fmt: skip
    made = await characters.create(creator, profile, avatar=png)
    await characters.publish(creator, made.slug)
    secret = profile.model_copy(update={"name": "canary", "rating": "everyone"})
    await characters.edit(creator, made.slug, secret)
    (told,) = await characters.listed()
    character = await characters.get(creator, made.slug)
    assert told == Listed(
        id=made.id, changed_at=told.changed_at, shown=True, slug=made.slug, owner_id=creator.id, name="수미",
        tagline="시계", persona="가" * EXCERPT, greeting="나" * EXCERPT, tags=("a", "b"), kind="business",
        language="ko", rating="teen", creator="누구", licence="MIT", remixable=False, avatar=made.avatar,
        version=1, published_at=character.published_at, ancestors=(),
    )  # fmt: skip


async def test_what_is_taken_out_says_nothing_more(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    start = datetime(2020, 1, 1, tzinfo=UTC)
    for how in ("private", "delete"):
        made = await characters.create(creator, profile.model_copy(update={"name": "canary"}))
        await characters.publish(creator, made.slug)
        if how == "private":
            await characters.set_visibility(creator, made.slug, "private")
        else:
            await characters.delete(creator, made.slug)
        told = next(one for one in await characters.listed(start) if one.id == made.id)
        assert told == Listed(id=made.id, changed_at=told.changed_at, shown=False)


async def test_what_was_never_found_leaves_no_trace(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    for visibility in ("private", "unlisted"):
        made = await characters.create(creator, profile)
        await characters.publish(creator, made.slug, visibility=visibility)  # type: ignore[arg-type]
        await characters.delete(creator, made.slug)
    await characters.delete(creator, (await characters.create(creator, profile)).slug)
    assert await characters.listed(datetime(2020, 1, 1, tzinfo=UTC)) == []


async def test_a_page_at_a_time_misses_nothing(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    moments = []
    for number in range(7):
        made = await characters.create(creator, profile.model_copy(update={"name": f"N{number}"}))
        await characters.publish(creator, made.slug)
    await characters.delete(creator, "n0")
    index = Index(characters)
    told = await index.catch_up(limit=2)
    moments = [one.changed_at for one in told]
    assert {one.name for one in index.shown.values()} == {f"N{number}" for number in range(1, 7)}
    assert moments == sorted(set(moments))


async def test_a_clock_that_stands_still_or_steps_back(
    database: Database, blobs: MemoryBlobs, creator: Identity, profile: Profile
) -> None:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    characters = Characters(database, blobs, now=lambda: moment)
    index = Index(characters)
    for number in range(4):
        made = await characters.create(creator, profile.model_copy(update={"name": f"N{number}"}))
        await characters.publish(creator, made.slug)
        assert len(await index.catch_up()) == 1
        moment -= timedelta(days=number)
    assert len(index.shown) == 4


async def test_several_at_once_are_all_told_in_order(
    characters: Characters, database: Database, blobs: MemoryBlobs, creator: Identity, profile: Profile
) -> None:
    """Two doors as in two processes, and an index that reads between their commits."""
    doors = (characters, Characters(database, blobs))
    slugs = [
        (await characters.create(creator, profile.model_copy(update={"name": f"N{number}"}))).slug
        for number in range(12)
    ]
    index = Index(characters)
    done = asyncio.Event()

    async def reading() -> None:
        while not done.is_set():
            await index.catch_up(limit=3)
            await asyncio.sleep(0.001)

    reader = asyncio.create_task(reading())
    await asyncio.gather(*(doors[number % 2].publish(creator, slug) for number, slug in enumerate(slugs)))
    await asyncio.gather(
        *(doors[number % 2].set_visibility(creator, slug, "private") for number, slug in enumerate(slugs[:5]))
    )
    done.set()
    await reader
    await index.catch_up()
    assert {one.slug for one in index.shown.values()} == set(slugs[5:])


async def test_what_was_published_before_there_was_a_listing_is_in_it(
    characters: Characters, database: Database, blobs: MemoryBlobs, creator: Identity, profile: Profile
) -> None:
    for name in ("Old", "Older", "Private"):
        made = await characters.create(creator, profile.model_copy(update={"name": name}))
        await characters.publish(creator, made.slug, visibility="private" if name == "Private" else "public")
    async with database.write() as session:
        await session.execute(update(CharacterRow).values(listed_at=None, version=0))
    index = Index(Characters(database, blobs))
    await index.catch_up(limit=1)
    assert {(one.name, one.version) for one in index.shown.values()} == {("Old", 1), ("Older", 1)}


async def test_a_face_is_given_to_those_who_meet_the_character(
    characters: Characters, creator: Identity, visitor: Identity, profile: Profile, png: bytes
) -> None:
    made = await characters.create(creator, profile, avatar=png)
    await characters.publish(creator, made.slug, visibility="unlisted")
    with pytest.raises(NotFound):
        await characters.avatar(visitor, made.slug)

"""A character's address: changed by its maker, the old one leads to the new one and is nobody else's."""

from __future__ import annotations

import pytest

from madang.characters.access import Characters
from madang.characters.types import Profile
from madang.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from madang.kernel.identity import Identity
from madang.kernel.settings import Settings
from madang.storage.blobs import Blobs
from madang.storage.database import Database

ANN = Identity("creator", "usr_ann")
BEN = Identity("creator", "usr_ben")
VISITOR = Identity("visitor", "vis_x")


@pytest.fixture
def characters(database: Database, settings: Settings) -> Characters:
    return Characters(database, Blobs(settings.data / "blobs"))


async def made(characters: Characters, who: Identity, name: str) -> str:
    return (await characters.create(who, Profile(name=name, greeting="Hello."))).slug


async def test_an_old_address_leads_to_the_new_one(characters: Characters) -> None:
    slug = await made(characters, ANN, "menu-final-2")
    await characters.publish(ANN, slug)
    changed = await characters.readdress(ANN, slug, "  Sea & Noodles ")
    assert changed.slug == "sea-noodles"
    for address in ("sea-noodles", slug, changed.id):
        assert (await characters.get(VISITOR, address)).slug == "sea-noodles"
    assert (await made(characters, BEN, "menu final 2")) == "menu-final-2-2", "it stays its own"
    with pytest.raises(Conflict):
        await characters.readdress(BEN, "menu-final-2-2", slug)
    with pytest.raises(Conflict):
        await characters.readdress(BEN, "menu-final-2-2", "sea-noodles")
    assert (await characters.readdress(ANN, "sea-noodles", slug)).slug == slug, "and may be taken back"
    assert (await characters.get(VISITOR, "sea-noodles")).slug == slug
    await characters.delete(ANN, slug)
    with pytest.raises(NotFound):
        await characters.get(VISITOR, "sea-noodles")
    assert (await characters.readdress(BEN, "menu-final-2-2", "sea-noodles")).slug == "sea-noodles"


async def test_nobody_else_changes_it_or_finds_a_draft_by_it(characters: Characters) -> None:
    slug = await made(characters, ANN, "Hidden")
    with pytest.raises(NotFound):
        await characters.readdress(BEN, slug, "mine")
    await characters.readdress(ANN, slug, "still-hidden")
    for who in (BEN, VISITOR):
        for address in (slug, "still-hidden"):
            with pytest.raises(NotFound):
                await characters.get(who, address)
    await characters.publish(ANN, slug)
    with pytest.raises(Forbidden):
        await characters.readdress(BEN, slug, "mine")


@pytest.mark.parametrize("wanted", ["", " ", "///", "\0", "!?", "__"])
async def test_what_makes_no_address(characters: Characters, wanted: str) -> None:
    with pytest.raises(BadInput):
        await characters.readdress(ANN, await made(characters, ANN, "Ann"), wanted)


@pytest.mark.parametrize(
    ("wanted", "slug"), [("../../etc", "etc"), ("CHR_abc", "chr-abc"), ("바다 국수", "바다-국수")]
)
async def test_an_address_has_one_form(characters: Characters, wanted: str, slug: str) -> None:
    assert (await characters.readdress(ANN, await made(characters, ANN, "Ann"), wanted)).slug == slug


async def test_names_are_not_collected(characters: Characters) -> None:
    slug = await made(characters, ANN, "Ann")
    for number in range(10):
        slug = (await characters.readdress(ANN, slug, f"ann {number} more")).slug
    with pytest.raises(BadInput):
        await characters.readdress(ANN, slug, "one too many")


async def test_a_draft_is_named_after_what_it_became(characters: Characters) -> None:
    slug = await made(characters, ANN, "scan0001")
    await characters.edit(ANN, slug, Profile(name="Sea Noodles", greeting="Hello."))
    assert (await characters.name_address(ANN, slug)).slug == "sea-noodles"
    assert await made(characters, BEN, "scan0001") == "scan0001", "nobody ever met it there"
    await characters.publish(ANN, "sea-noodles")
    await characters.edit(ANN, "sea-noodles", Profile(name="Other", greeting="Hi."))
    assert (await characters.name_address(ANN, "sea-noodles")).slug == "sea-noodles"

"""Beginning from a character: a duplicate of one's own, a remix of somebody else's."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image

from madang.characters.access import Characters
from madang.characters.checks.access import Checks
from madang.characters.copies import MOST_ANCESTORS
from madang.characters.types import Ancestor, Check, Lorebook, LoreEntry, Profile
from madang.kernel.errors import Forbidden, NotFound, SignInNeeded
from madang.kernel.identity import Identity
from madang.storage.database import Database

CARD = {
    "spec": "chara_card_v3",
    "spec_version": "3.0",
    "data": {
        "name": "Mina",
        "description": "Sells lanterns.",
        "first_mes": "Hello.",
        "tags": ["market"],
        "extensions": {"elsewhere": {"kept": True}},
        "assets": [{"type": "icon", "name": "main", "uri": "data:image/png;base64,{}", "ext": "png"}],
        "character_book": {"entries": [{"keys": ["lamp"], "content": "Oil lamps.", "extensions": {}}]},
    },
}


def with_picture() -> bytes:
    import base64

    out = io.BytesIO()
    Image.new("RGB", (30, 30), (0, 120, 0)).save(out, "PNG")
    card = json.loads(json.dumps(CARD))
    card["data"]["assets"][0]["uri"] = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    return json.dumps(card).encode()


async def test_a_duplicate_has_everything_and_a_name_of_its_own(
    characters: Characters, database: Database, creator: Identity
) -> None:
    made, _ = await characters.import_card(creator, with_picture())
    await characters.set_visibility(creator, made.slug, "unlisted")
    await characters.set_gate(creator, made.slug, True)
    checks = Checks(database, characters)
    await checks.put(creator, made.slug, Check(question="Who?", holds=["Mina"]))
    original = await characters.get(creator, made.slug)
    copy = await characters.duplicate(creator, made.slug)
    assert (copy.draft.name, copy.slug) == ("Mina 2", "mina-2")
    assert copy.draft.model_copy(update={"name": "Mina"}) == original.draft
    assert (copy.published, copy.version, copy.visibility, copy.gated) == (None, 0, "unlisted", True)
    assert copy.avatar == original.avatar and copy.id != original.id
    assert [one.question for one in await checks.of(creator, copy.slug)] == ["Who?"]
    await characters.delete(creator, made.slug)
    exported = json.loads((await characters.export_card(creator, copy.slug, "json"))[0])
    assert exported["data"]["extensions"]["elsewhere"] == {"kept": True}
    assert exported["data"]["assets"][0]["uri"].startswith("data:image/png")
    assert (await characters.duplicate(creator, copy.slug)).draft.name == "Mina 2 2"


async def test_duplicates_of_the_longest_name_and_many_of_them(
    characters: Characters, creator: Identity
) -> None:
    made = await characters.create(creator, Profile(name="가" * 120, greeting="안녕"))
    copies = [await characters.duplicate(creator, made.slug) for _ in range(3)]
    assert len({made.slug, *(copy.slug for copy in copies)}) == 4
    assert all(len(copy.draft.name) <= 120 for copy in copies)


async def test_only_ones_own_is_duplicated(
    characters: Characters, creator: Identity, owner: Identity, visitor: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    await characters.publish(creator, made.slug)
    with pytest.raises(Forbidden):
        await characters.duplicate(owner, made.slug)
    with pytest.raises(SignInNeeded):
        await characters.duplicate(visitor, made.slug)


async def test_a_remix_begins_from_what_is_published_and_names_its_ancestor(
    characters: Characters, creator: Identity, stranger: Identity, png: bytes
) -> None:
    profile = Profile(
        name="Sumi",
        greeting="Hello.",
        creator="A clockmaker",
        creator_notes="Handle with care.",
        licence="CC-BY-4.0",
        rating="teen",
        lorebook=Lorebook(entries=[LoreEntry(keys=["clock"], content="Ticks.")]),
    )
    made = await characters.create(creator, profile, avatar=png)
    await characters.publish(creator, made.slug)
    await characters.edit(creator, made.slug, profile.model_copy(update={"persona": "canary draft"}))
    remix = await characters.remix(stranger, made.slug)
    assert (remix.owner_id, remix.slug, remix.published) == (stranger.id, "sumi-2", None)
    assert remix.draft == profile.model_copy(update={"creator": ""})
    assert remix.avatar == (await characters.get(creator, made.slug)).avatar
    assert "canary" not in remix.model_dump_json()
    assert remix.ancestors == [
        Ancestor(id=made.id, slug="sumi", name="Sumi", creator="A clockmaker", version=1, licence="CC-BY-4.0")
    ]
    with pytest.raises(NotFound):
        await characters.get(creator, remix.slug)


async def test_attribution_goes_on_through_generations_and_survives_deletion(
    characters: Characters, creator: Identity, stranger: Identity, owner: Identity, visitor: Identity
) -> None:
    first = await characters.create(creator, Profile(name="First", greeting="1", creator="One"))
    await characters.publish(creator, first.slug)
    second = await characters.remix(stranger, first.slug)
    await characters.edit(stranger, second.slug, Profile(name="Second", greeting="2", creator="Two"))
    await characters.publish(stranger, second.slug)
    third = await characters.remix(owner, second.slug)
    twin = await characters.duplicate(owner, third.slug)
    await characters.delete(creator, first.slug)
    await characters.publish(owner, third.slug)
    for character in (third, twin, await characters.get(visitor, third.slug)):
        assert [(one.name, one.creator) for one in character.ancestors] == [
            ("Second", "Two"),
            ("First", "One"),
        ]
    shown = {one.id: one for one in await characters.listed()}
    assert [one.name for one in shown[third.id].ancestors] == ["Second", "First"]
    exported = json.loads((await characters.export_card(owner, third.slug, "json"))[0])
    line = exported["data"]["extensions"]["madang"]["ancestors"]
    assert [one["name"] for one in line] == ["Second", "First"]


async def test_a_maker_may_say_no(
    characters: Characters, creator: Identity, stranger: Identity, owner: Identity, profile: Profile
) -> None:
    closed = profile.model_copy(update={"remixable": False})
    made = await characters.create(creator, closed)
    await characters.publish(creator, made.slug)
    await characters.edit(creator, made.slug, profile)
    for identity in (stranger, owner):
        with pytest.raises(Forbidden):
            await characters.remix(identity, made.slug)
    assert (await characters.remix(creator, made.slug)).ancestors[0].id == made.id
    await characters.publish(creator, made.slug)
    await characters.remix(stranger, made.slug)


async def test_what_cannot_be_met_is_not_remixed(
    characters: Characters, creator: Identity, stranger: Identity, owner: Identity, visitor: Identity,
    profile: Profile,
) -> None:  # fmt: skip
    made = await characters.create(creator, profile)
    with pytest.raises(NotFound):
        await characters.remix(stranger, made.slug)
    for identity in (creator, owner):
        with pytest.raises(Forbidden):
            await characters.remix(identity, made.slug)
    await characters.publish(creator, made.slug)
    await characters.hide(owner, made.slug, "why")
    with pytest.raises(NotFound):
        await characters.remix(stranger, made.slug)
    with pytest.raises(Forbidden):
        await characters.remix(owner, made.slug)
    await characters.unhide(owner, made.slug)
    with pytest.raises(SignInNeeded):
        await characters.remix(visitor, made.slug)
    with pytest.raises(Forbidden):
        await characters.remix(Identity("creator", stranger.id, frozenset({"chat"})), made.slug)


async def test_a_private_character_is_remixed_by_nobody_else(
    characters: Characters, creator: Identity, stranger: Identity, owner: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    await characters.publish(creator, made.slug, visibility="private")
    with pytest.raises(NotFound):
        await characters.remix(stranger, made.slug)
    with pytest.raises(Forbidden):
        await characters.remix(owner, made.slug)


async def test_a_long_line_keeps_the_nearest_and_the_first(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    slug = (await characters.create(creator, profile)).slug
    names = []
    for number in range(MOST_ANCESTORS + 3):
        names.append(f"N{number}")
        await characters.edit(creator, slug, profile.model_copy(update={"name": names[-1]}))
        await characters.publish(creator, slug)
        slug = (await characters.remix(creator, slug)).slug
    line = [one.name for one in (await characters.get(creator, slug)).ancestors]
    assert len(line) == MOST_ANCESTORS
    assert line == [*names[::-1][: MOST_ANCESTORS - 1], "N0"]

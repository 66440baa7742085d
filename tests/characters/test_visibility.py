"""Where a character is found, put away and hidden: held through every way to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from madang.characters.access import Characters
from madang.characters.links.access import Links
from madang.characters.types import Character, Profile
from madang.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from madang.kernel.identity import Identity
from madang.storage.database import Database


async def shown(characters: Characters, creator: Identity, profile: Profile, png: bytes) -> Character:
    made = await characters.create(creator, profile.model_copy(update={"name": "Canary"}), avatar=png)
    return await characters.publish(creator, made.slug)


async def met_by(characters: Characters, identity: Identity, character: Character) -> bool:
    """Whether `identity` meets it: every way to it must say the same."""
    ways: list[Callable[[str], Awaitable[object]]] = [
        lambda key: characters.get(identity, key),
        lambda key: characters.avatar(identity, key),
        lambda key: characters.export_card(identity, key, "json"),
    ]
    if identity.makes and identity.may("manage"):
        ways.append(lambda key: characters.remix(identity, key))
    found = []
    for key in (character.slug, character.id):
        for way in ways:
            try:
                await way(key)
                found.append(True)
            except NotFound:
                found.append(False)
            except Forbidden:
                found.append(True)
    together = [one.id for one in await characters.several(identity, ["chr_nobody", character.id])]
    found.append(together == [character.id])
    assert len(set(found)) == 1, found
    return found[0]


async def listed(characters: Characters) -> bool:
    """Whether it is in the gallery: three ways that must agree."""
    gallery = [one.profile.name for one in await characters.gallery()] == ["Canary"]
    assert await characters.gallery_size() == gallery
    assert [one.name for one in await characters.listed()] == ["Canary"] * gallery
    return gallery


async def test_private_unlisted_public(
    characters: Characters,
    database: Database,
    creator: Identity,
    owner: Identity,
    stranger: Identity,
    visitor: Identity,
    profile: Profile,
    png: bytes,
) -> None:
    character = await shown(characters, creator, profile, png)
    key = Identity("creator", creator.id, frozenset({"chat"}))
    others = (stranger, visitor, Identity("visitor", creator.id), Identity("creator", "usr_x", frozenset()))
    links = Links(database)
    link = await links.make(creator, character.slug)
    for who in others:
        assert await met_by(characters, who, character)
    assert await listed(characters)

    await characters.set_visibility(creator, character.slug, "unlisted")
    assert not await listed(characters)
    for who in others:
        assert not await met_by(characters, who, character)
    await links.enter(visitor, link.token)
    assert await met_by(characters, visitor, character)
    assert not await met_by(characters, stranger, character)

    await characters.set_visibility(creator, character.slug, "private")
    assert not await listed(characters)
    for who in others:
        assert not await met_by(characters, who, character)
    for who in (creator, owner):
        assert await met_by(characters, who, character)
    assert (await characters.get(key, character.slug)).draft == character.published

    await characters.set_visibility(creator, character.slug, "unlisted")
    await links.revoke(creator, character.slug, link.id)
    assert not await met_by(characters, visitor, character)


async def test_a_chat_key_of_the_maker_meets_what_is_private_but_never_its_draft(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    key = Identity("creator", creator.id, frozenset({"chat"}))
    with pytest.raises(NotFound):
        await characters.get(key, made.slug)
    await characters.publish(creator, made.slug, visibility="private")
    await characters.edit(creator, made.slug, profile.model_copy(update={"persona": "canary"}))
    assert "canary" not in (await characters.get(key, made.slug)).model_dump_json()


@pytest.mark.parametrize("how", ["archive", "hide", "unpublish"])
async def test_put_away_hidden_and_unpublished_are_met_by_nobody_else(
    how: str,
    characters: Characters,
    database: Database,
    creator: Identity,
    owner: Identity,
    stranger: Identity,
    visitor: Identity,
    profile: Profile,
    png: bytes,
) -> None:
    character = await shown(characters, creator, profile, png)
    link = await Links(database).make(creator, character.slug)
    await Links(database).enter(visitor, link.token)
    if how == "archive":
        away = await characters.archive(creator, character.slug)
        assert away.archived_at is not None and not away.met
    elif how == "hide":
        away = await characters.hide(owner, character.slug, "It pretends to be a real person.")
    else:
        away = await characters.unpublish(creator, character.slug)
    assert not away.met
    assert not await listed(characters)
    for visibility in ("unlisted", "public"):
        await characters.set_visibility(creator, character.slug, visibility)
        for who in (stranger, visitor):
            assert not await met_by(characters, who, character)
    with pytest.raises(NotFound):
        await Links(database).enter(stranger, link.token)
    mine = await characters.get(creator, character.slug)
    assert mine.draft == character.draft
    if how == "hide":
        assert mine.hidden_why == "It pretends to be a real person."
        await characters.unhide(owner, character.slug)
    elif how == "archive":
        await characters.archive(creator, character.slug, False)
    else:
        await characters.publish(creator, character.slug)
    assert await listed(characters)
    back = await characters.get(visitor, character.slug)
    assert back.hidden_why == "" and back.published == character.published


async def test_its_maker_cannot_publish_what_is_hidden_back_into_the_gallery(
    characters: Characters, creator: Identity, owner: Identity, profile: Profile, png: bytes
) -> None:
    character = await shown(characters, creator, profile, png)
    await characters.hide(owner, character.slug, "No.")
    await characters.unpublish(creator, character.slug)
    await characters.publish(creator, character.slug, note="Back again", visibility="public")
    for on in (True, False):
        await characters.archive(creator, character.slug, on)
    with pytest.raises(Forbidden):
        await characters.unhide(creator, character.slug)
    assert not await listed(characters)


async def test_a_reason_is_not_shown_to_visitors(
    characters: Characters,
    creator: Identity,
    owner: Identity,
    visitor: Identity,
    profile: Profile,
    png: bytes,
) -> None:
    character = await shown(characters, creator, profile, png)
    await characters.hide(owner, character.slug, "canary-why")
    key = Identity("creator", creator.id, frozenset({"chat"}))
    assert "canary-why" not in (await characters.get(key, character.slug)).model_dump_json()
    with pytest.raises(BadInput):
        await characters.hide(owner, character.slug, "x" * 1_001)


async def test_who_may_change_it(
    characters: Characters,
    creator: Identity,
    owner: Identity,
    stranger: Identity,
    visitor: Identity,
    profile: Profile,
) -> None:
    made = await characters.create(creator, profile)
    slug = made.slug
    verbs: dict[str, Callable[[Identity], Awaitable[object]]] = {
        "publish": lambda who: characters.publish(who, slug, note="n"),
        "visibility": lambda who: characters.set_visibility(who, slug, "public"),
        "gate": lambda who: characters.set_gate(who, slug, False),
        "archive": lambda who: characters.archive(who, slug),
        "unarchive": lambda who: characters.archive(who, slug, False),
        "duplicate": lambda who: characters.duplicate(who, slug),
    }
    owners: dict[str, Callable[[Identity], Awaitable[object]]] = {
        "hide": lambda who: characters.hide(who, slug, "why"),
        "unhide": lambda who: characters.unhide(who, slug),
    }
    for verb in (*verbs.values(), *owners.values()):
        with pytest.raises(NotFound):
            await verb(stranger)
    await characters.publish(creator, slug)
    scoped = Identity("creator", creator.id, frozenset({"chat"}))
    for name, verb in verbs.items():
        for who in (stranger, visitor, owner, scoped):
            if name == "duplicate" and who == visitor:
                continue
            with pytest.raises(Forbidden):
                await verb(who)
    for verb in owners.values():
        for who in (stranger, visitor, creator, Identity("owner", owner.id, frozenset({"chat"}))):
            with pytest.raises(Forbidden):
                await verb(who)


async def test_words_that_are_no_visibility(
    characters: Characters, creator: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    for word in ("", "everyone", "PUBLIC", "public'; --"):
        with pytest.raises(BadInput):
            await characters.set_visibility(creator, made.slug, word)  # type: ignore[arg-type]
        with pytest.raises(BadInput):
            await characters.publish(creator, made.slug, visibility=word or "?")  # type: ignore[arg-type]
    assert (await characters.get(creator, made.slug)).published is None


async def test_publishing_says_where_it_is_found(
    characters: Characters, creator: Identity, visitor: Identity, profile: Profile
) -> None:
    made = await characters.create(creator, profile)
    assert (await characters.publish(creator, made.slug, visibility="unlisted")).visibility == "unlisted"
    with pytest.raises(NotFound):
        await characters.get(visitor, made.slug)
    assert (await characters.publish(creator, made.slug)).visibility == "unlisted", "it stays"
    await characters.publish(creator, made.slug, visibility="public")
    assert (await characters.get(visitor, made.slug)).visibility == "public"


async def test_the_gate_holds_publication_until_the_checks_hold(
    characters: Characters, database: Database, creator: Identity, profile: Profile
) -> None:
    from madang.characters.checks.access import Checks
    from madang.characters.types import Check, CheckResult

    made = await characters.create(creator, profile)
    checks = Checks(database, characters)
    check = await checks.put(creator, made.slug, Check(question="Who are you?", holds=["Sumi"]))
    assert (await characters.publish(creator, made.slug)).version == 1, "not gated"
    gated = await characters.set_gate(creator, made.slug, True)
    assert gated.gated
    with pytest.raises(Conflict):
        await characters.publish(creator, made.slug, note="Gated")
    result = CheckResult(check_id=check.id, question=check.question, passed=True)
    await checks.record(creator, made.slug, [result])
    assert (await characters.publish(creator, made.slug, note="Held")).version == 2
    await characters.edit(creator, made.slug, profile.model_copy(update={"persona": "Changed."}))
    with pytest.raises(Conflict):
        await characters.publish(creator, made.slug)
    await checks.record(creator, made.slug, [result.model_copy(update={"passed": False})])
    with pytest.raises(Conflict):
        await characters.publish(creator, made.slug)
    assert (await characters.get(creator, made.slug)).version == 2

"""Who sees and who changes a character. Every method of the door goes through here.

- The one who made it sees and edits it. The studio's owner sees each, and may unpublish, hide and delete it.
- Others meet it while it is published and neither archived nor hidden: everybody a public one, those who
  opened a link that still holds an unlisted one, nobody a private one. They see the published profile only.
- What may not be seen raises NotFound, so that existence does not leak; seen but not changeable, Forbidden.
- An ancestor that not everybody finds is named to those who meet it, and to nobody else.
- A key with scopes needs `manage` to see drafts and to change anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from madang.characters import store
from madang.characters.links import store as links
from madang.characters.store import CharacterRow, Session
from madang.characters.types import Ancestor, Character, Profile
from madang.kernel.errors import Forbidden, NotFound, SignInNeeded
from madang.kernel.identity import Identity

Line = Sequence[Ancestor]
"""Ancestors, nearest first."""


def may_make(identity: Identity) -> None:
    """Raises SignInNeeded for visitors and Forbidden for keys without `manage`."""
    if not identity.makes:
        raise SignInNeeded("Sign in to make a character.")
    may_manage(identity)


def may_manage(identity: Identity) -> None:
    if not identity.may("manage"):
        raise Forbidden("This key may not change characters: it lacks the scope {scope}.", scope="manage")


def theirs(identity: Identity, row: CharacterRow) -> bool:
    """Whether `identity` made it or owns the studio."""
    return identity.makes and (row.owner_id == identity.id or identity.kind == "owner")


def sees_inside(identity: Identity, row: CharacterRow) -> bool:
    """Whether `identity` sees the draft and the card, rather than what visitors see."""
    return theirs(identity, row) and identity.may("manage")


def met(row: CharacterRow) -> bool:
    """Whether visitors can meet it at all."""
    return row.published is not None and row.archived_at is None and row.hidden_at is None


def in_gallery(row: CharacterRow) -> bool:
    return met(row) and row.visibility == "public"


def may_begin_from(identity: Identity, row: CharacterRow) -> bool:
    """Whether it is met now, by more than its maker unless that is `identity`; who sees it, `seen` says."""
    return met(row) and (row.visibility != "private" or row.owner_id == identity.id)


async def meets(session: Session, identity: Identity, row: CharacterRow) -> bool:
    """Whether `identity` meets the published character."""
    if row.published is None:
        return False
    if theirs(identity, row):
        return True
    if not met(row) or row.visibility == "private":
        return False
    return row.visibility == "public" or await links.granted(session, identity, row.id)


async def seen(session: Session, identity: Identity, row: CharacterRow | None, slug: str) -> Character:
    """The character as `identity` may see it. Raises NotFound for what does not exist or may not be seen."""
    if row is not None:
        if sees_inside(identity, row):
            return whole(row, await named(session, identity, row))
        if await meets(session, identity, row):
            return outside(row, await named(session, identity, row))
    raise NotFound("There is no character called {slug}.", slug=slug)


async def own(session: Session, identity: Identity, slug: str, *, owner_too: bool = False) -> CharacterRow:
    """The character to be changed by its maker (or the studio's owner), locked until the transaction ends.

    Raises NotFound, then Forbidden.
    """
    return await may_change(
        session, identity, await store.find(session, slug, lock=True), slug, owner_too=owner_too
    )


async def may_change(
    session: Session, identity: Identity, row: CharacterRow | None, slug: str, *, owner_too: bool = False
) -> CharacterRow:
    await seen(session, identity, row, slug)  # NotFound before Forbidden
    assert row is not None  # noqa: S101  `seen` refuses None
    may_manage(identity)
    makes_it = identity.makes and row.owner_id == identity.id
    if not (makes_it or (owner_too and identity.kind == "owner")):
        raise Forbidden("Only its maker can change this character.")
    return row


async def of_the_studio(session: Session, identity: Identity, slug: str) -> CharacterRow:
    """Any character, for the studio's owner, locked until the transaction ends.

    Raises NotFound, then Forbidden.
    """
    row = await store.find(session, slug, lock=True)
    await seen(session, identity, row, slug)
    assert row is not None  # noqa: S101  `seen` refuses None
    if identity.kind != "owner":
        raise Forbidden("Only the owner of the studio can hide a character.")
    may_manage(identity)
    return row


def face(row: CharacterRow) -> str | None:
    """The face its maker sees: that of a restored version before it is published."""
    return row.avatar if row.next_avatar is None else row.next_avatar or None


async def named(session: Session, identity: Identity | None, row: CharacterRow) -> Line:
    """The ancestors of a character that `identity` is told of; with None, that everybody is."""
    return (await named_by(session, identity, [(row.id, row.ancestors)]))[row.id]


async def named_by(
    session: Session, identity: Identity | None, lines: Iterable[tuple[str, list[Any] | None]]
) -> dict[str, Line]:
    """The same for many: (character id, its ancestors as JSON) each. Costs nothing where there are none.

    Of an ancestor that is deleted counts whether everybody found it at the end.
    """
    whose = {key: [one for one in held or () if one.get("name")] for key, held in lines}
    asked = {one["id"] for held in whose.values() for one in held if one.get("id")}
    here = await store.whether_in_gallery(session, asked)
    met_here = {key for key, listed in here.items() if listed}
    if identity is not None:
        for key in here.keys() - met_here:
            row = await store.find(session, key)
            if row is not None and (theirs(identity, row) or await meets(session, identity, row)):
                met_here.add(key)

    def told(one: dict[str, Any]) -> bool:
        return one["id"] in met_here if one.get("id") in here else not one.get(store.UNNAMED)

    return {
        key: [Ancestor.model_construct(**one) for one in held if told(one)] for key, held in whose.items()
    }


def whole(row: CharacterRow, line: Line = ()) -> Character:
    """Everything, for its maker; `line`: what `named` gives."""
    return Character(
        id=row.id,
        slug=row.slug,
        owner_id=row.owner_id,
        draft=Profile.model_validate(row.draft),
        published=Profile.model_validate(row.published) if row.published is not None else None,
        avatar=face(row),
        created_at=row.created_at,
        updated_at=row.updated_at,
        published_at=row.published_at,
        version=version(row),
        visibility=row.visibility,
        archived_at=row.archived_at,
        hidden_at=row.hidden_at,
        hidden_why=row.hidden_why,
        ancestors=list(line),
        gated=row.gated,
        wrong=row.wrong,
    )


def outside(row: CharacterRow, line: Line = ()) -> Character:
    """What visitors see of a published character: `draft` is the published profile as well; `line`: what
    `named` gives."""
    profile = Profile.model_validate(row.published)
    moment = row.published_at or row.created_at
    return Character(
        id=row.id,
        slug=row.slug,
        owner_id=row.owner_id,
        draft=profile,
        published=profile,
        avatar=row.avatar,
        created_at=moment,
        updated_at=moment,
        published_at=row.published_at,
        version=version(row),
        visibility=row.visibility,
        archived_at=row.archived_at,
        hidden_at=row.hidden_at,
        ancestors=list(line),
        wrong=row.wrong,
    )


def version(row: CharacterRow) -> int:
    """Number of the newest version. What was published before there were versions is version 1."""
    return row.version or (1 if row.published is not None else 0)


INNER = (
    "persona",
    "personality",
    "scenario",
    "system_prompt",
    "post_history_instructions",
    "examples",
    "lorebook",
)
"""What of a profile makes the character rather than introduces it."""


def for_others(identity: Identity, character: Character) -> Character:
    """The character as a program of somebody else gets it: what its card would hold only where its maker lets
    others begin from it."""
    makes_it = identity.makes and (identity.kind == "owner" or identity.id == character.owner_id)
    if (makes_it and identity.may("manage")) or character.profile.remixable:
        return character
    profile = character.profile
    blank = {name: Profile.model_fields[name].get_default(call_default_factory=True) for name in INNER}
    kept = profile.model_copy(update=blank)
    return character.model_copy(update={"draft": kept, "published": kept})

"""Writing a character as a card: its profile over the original it came from, with its face and its files."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from madang.characters import picture, sight, store
from madang.characters.cards import assets, charx, document, mapping, png, spec
from madang.characters.cards.parts import Document, Kind
from madang.characters.checks import store as checks
from madang.characters.signing import seal
from madang.characters.signing.access import Signing
from madang.characters.signing.seal import Beside
from madang.characters.store import CharacterRow, Session
from madang.characters.types import Ancestor, CardReport, Check, Profile, Unmapped
from madang.kernel.errors import Forbidden, MadangError

SMALLER = "Its picture was made smaller to fit this format."


@dataclass(slots=True)
class Character:
    """What an export is made from. `same_face`: the avatar is still the one the card came with."""

    id: str
    profile: Profile
    made: datetime
    edited: datetime
    avatar: bytes | None = None
    original: Document | None = None
    baseline: Profile | None = None
    carrier: bytes | None = None
    same_face: bool = False
    files: Mapping[str, bytes] = field(default_factory=dict)
    ancestors: Sequence[Ancestor] = ()
    checks: Sequence[Check] = ()


@dataclass(slots=True)
class Taken:
    """What the database holds of an export: the character, and the hashes of what belongs to it."""

    character: Character
    avatar: str | None
    carrier: str | None
    files: dict[str, str]


async def take(session: Session, row: CharacterRow, line: Sequence[Ancestor], *, inside: bool) -> Taken:
    """The draft with its checks for those who see `inside`, else what is published. `line`: the ancestors
    that it names. Raises Forbidden."""
    profile = Profile.model_validate(row.draft if inside or row.published is None else row.published)
    if not inside and not profile.remixable:
        raise Forbidden("Its maker does not give out the card of this character.")
    source = Character(row.id, profile, row.created_at, row.updated_at if inside else _published(row))
    source.ancestors = list(line)
    if not inside:
        # the card it came from may hold what its maker never showed: only what visitors meet goes out
        return Taken(source, row.avatar, None, {})
    source.checks = [checks.check_of(one) for one in await checks.of_character(session, row.id)]
    card = await store.card_of(session, row.id)
    avatar = sight.face(row)
    if card is not None:
        source.original, source.baseline = card.document, Profile.model_validate(card.baseline)
        source.same_face = avatar == card.carrier_avatar
    files = {file.path: file.blob for file in await store.assets_of(session, row.id)}
    return Taken(source, avatar, card.carrier if card is not None else None, files)


async def packed(
    taken: Taken, kind: Kind, blob: Callable[[str], Awaitable[bytes]], signing: Signing | None
) -> tuple[bytes, CardReport]:
    """The card file and its report."""
    source = taken.character
    source.avatar = await blob(taken.avatar) if taken.avatar else None
    source.carrier = await blob(taken.carrier) if taken.carrier else None
    source.files = {path: await blob(digest) for path, digest in taken.files.items()}
    return await asyncio.to_thread(write, source, kind, signing)


def _published(row: CharacterRow) -> datetime:
    return row.published_at or row.created_at


def write(character: Character, kind: Kind, signing: Signing | None = None) -> tuple[bytes, CardReport]:
    """The card file and a report; slow, so it belongs in a thread.

    With `signing` it is signed. Another studio's signature stays on a card that is just as it was.
    """
    original = character.original
    line = [
        one if one.studio or signing is None else one.model_copy(update={"studio": signing.studio})
        for one in character.ancestors
    ]
    card = copy.deepcopy(
        mapping.to_document(
            character.profile,
            original,
            character.baseline,
            character.made,
            character.edited,
            line=line,
            checks=character.checks,
        )
    )
    report = CardReport(spec=card["spec"], mapped=sorted(set(card["data"]) & mapping.HELD))
    files = dict(character.files)
    if kind == "png":
        data = _png(character, card, files, report, signing)
    elif kind == "charx":
        data = _charx(character, card, files, report, signing)
    else:
        data = _json(character, card, files, report, signing)
    return data, report


def _signed(
    card: Document, beside: Beside, report: CardReport, signing: Signing | None, *, older: bool = False
) -> Document:
    """The finished card with its signature: the one it came with while that holds, else this studio's."""
    found = seal.read(card, beside)
    if found.state not in ("unknown", "none"):
        card = seal.without(card)
    if found.state != "unknown" and signing is not None:
        card = signing.sign(card, beside, older=older)
    if seal.block(card) is not None:
        report.signature = seal.read(card, beside) if signing is None else signing.verify(card, beside)
    return card


def _png(
    character: Character,
    card: Document,
    files: dict[str, bytes],
    report: CardReport,
    signing: Signing | None,
) -> bytes:
    icon = assets.main_icon(card)
    inside = assets.content(icon, files) if icon is not None else None
    is_png = character.carrier is not None and character.carrier.startswith(png.SIGNATURE)
    if character.same_face and character.carrier is not None and is_png:
        picture_of_it = character.carrier
    else:
        face = (inside or character.carrier or character.avatar) if character.same_face else character.avatar
        picture_of_it = _as_png(face, character)
        if icon is not None:
            # the picture around the card is the face now
            _forget(card, icon, files)
            assets.set_icon(card, assets.DEFAULT, "png")
    _, chunks = assets.carry(card, files, "png", report.unmapped)
    carrier = png.write(picture_of_it, {}, [])  # as a reader will find it: without what lies in its texts
    card = _signed(card, Beside.of(chunks, carrier), report, signing, older=True)
    return png.write(carrier, {"chara": spec.backfill(card), "ccv3": card}, chunks)


def _as_png(face: bytes | None, character: Character) -> bytes:
    for candidate in (face, character.avatar):
        if candidate is not None:
            try:
                return candidate if candidate.startswith(png.SIGNATURE) else picture.as_png(candidate)
            except MadangError:
                continue
    return picture.drawn(character.id)


def _charx(
    character: Character,
    card: Document,
    files: dict[str, bytes],
    report: CardReport,
    signing: Signing | None,
) -> bytes:
    front = None
    carrier = character.carrier if character.same_face else None
    if carrier is not None and carrier.startswith(charx.JPEG):
        front = carrier
    else:
        face = carrier or character.avatar
        icon = assets.main_icon(card)
        has_face = icon is not None and assets.content(icon, files) is not None and character.same_face
        if face is not None and not has_face:
            if icon is not None:
                _forget(card, icon, files)
            path, number = f"assets/icon/images/main.{assets.sniff(face)}", 1
            while path in files:
                number += 1
                path = f"assets/icon/images/main-{number}.{assets.sniff(face)}"
            files[path] = face
            assets.set_icon(card, f"embeded://{path}", assets.sniff(face))
    inside, _ = assets.carry(card, files, "charx", report.unmapped)
    return charx.write(_signed(card, Beside.of(inside, front), report, signing), inside, front)


def _json(
    character: Character,
    card: Document,
    files: dict[str, bytes],
    report: CardReport,
    signing: Signing | None,
) -> bytes:
    icon = assets.main_icon(card)
    has_face = icon is not None and assets.content(icon, files) is not None and character.same_face
    face = (character.carrier if character.same_face else None) or character.avatar
    if face is not None and not has_face:
        if icon is not None:
            _forget(card, icon, files)
        if len(face) > assets.MAX_INLINE and character.avatar is not None:
            report.unmapped.append(Unmapped(field="icon", reason=SMALLER, kept=False))
            face = character.avatar
        assets.set_icon(card, assets.encode(face), assets.sniff(face))
    assets.carry(card, files, "json", report.unmapped)
    return document.write(_signed(card, seal.NOTHING, report, signing))


def _forget(card: Document, icon: Document, files: dict[str, bytes]) -> None:
    """Drops the file of a face that was replaced, unless something else in the card uses it."""
    path = assets.path_of(icon["uri"])
    users = [one for one in assets.listed(card) if assets.path_of(one["uri"]) == path]
    if path is not None and len(users) == 1:
        files.pop(path, None)

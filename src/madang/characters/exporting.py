"""Writing a character as a card: its profile over the original it came from, with its face and its files."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from madang.characters import picture
from madang.characters.cards import assets, charx, document, mapping, png, spec
from madang.characters.cards.parts import Document, File, Kind
from madang.characters.types import CardReport, Profile, Unmapped
from madang.kernel.errors import MadangError

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


def write(character: Character, kind: Kind) -> tuple[bytes, CardReport]:
    """The card file and a report; slow, so it belongs in a thread."""
    original = character.original
    card = copy.deepcopy(
        mapping.to_document(character.profile, original, character.baseline, character.made, character.edited)
    )
    report = CardReport(spec=card["spec"], mapped=sorted(set(card["data"]) & mapping.HELD))
    files = dict(character.files)
    if kind == "png":
        return _png(character, card, files, report), report
    if kind == "charx":
        return _charx(character, card, files, report), report
    return _json(character, card, files, report), report


def _png(character: Character, card: Document, files: dict[str, bytes], report: CardReport) -> bytes:
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
    cards = {"chara": spec.backfill(card), "ccv3": card}
    return png.write(picture_of_it, cards, chunks)


def _as_png(face: bytes | None, character: Character) -> bytes:
    for candidate in (face, character.avatar):
        if candidate is not None:
            try:
                return candidate if candidate.startswith(png.SIGNATURE) else picture.as_png(candidate)
            except MadangError:
                continue
    return picture.drawn(character.id)


def _charx(character: Character, card: Document, files: dict[str, bytes], report: CardReport) -> bytes:
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
    return charx.write(card, [File(file.path, file.data) for file in inside], front)


def _json(character: Character, card: Document, files: dict[str, bytes], report: CardReport) -> bytes:
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
    return document.write(card)


def _forget(card: Document, icon: Document, files: dict[str, bytes]) -> None:
    """Drops the file of a face that was replaced, unless something else in the card uses it."""
    path = assets.path_of(icon["uri"])
    users = [one for one in assets.listed(card) if assets.path_of(one["uri"]) == path]
    if path is not None and len(users) == 1:
        files.pop(path, None)

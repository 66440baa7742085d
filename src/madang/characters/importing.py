"""Bringing a card in: read, map, keep the original and its files, and give the character its face."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from madang.characters import draft, picture
from madang.characters.cards import assets, document, mapping, ours, png, reader, spec
from madang.characters.cards.parts import Opened
from madang.characters.checks import store as checks
from madang.characters.signing import seal
from madang.characters.signing import store as signatures
from madang.characters.signing.seal import Beside
from madang.characters.store import AssetRow, CardRow, CharacterRow, Session
from madang.characters.types import Ancestor, CardReport, Check, Profile, Unmapped
from madang.kernel.errors import MadangError
from madang.kernel.ids import new_id

NO_PICTURE = "The picture in this card could not be read."


@dataclass(slots=True)
class Brought:
    """A card ready to be kept. `avatar` is a picture, or None for the mask; not `drawn`, it is as it came
    and must be drawn anew before anybody is given it."""

    opened: Opened
    profile: Profile
    baseline: Profile
    """What the card alone was mapped to."""
    report: CardReport
    avatar: bytes | None
    drawn: bool = True
    ancestors: list[Ancestor] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Kept:
    """Blob hashes of what was brought."""

    avatar: str | None
    carrier: str | None
    files: list[str]


def read(data: bytes, filename: str = "", *, draw: bool = True) -> Brought:
    """Everything of an import that needs no database; slow, so it belongs in a thread.

    Without `draw`, the picture is left as it came: drawing it anew takes ten times as long as all the rest.
    Raises Unreadable, TooLarge or BadInput.
    """
    opened = reader.read(data)
    baseline, report = mapping.to_profile(opened.document)
    profile = baseline
    stem = document.clean(filename.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]).strip()
    if baseline.name == mapping.UNNAMED and stem:
        profile = baseline.model_copy(update={"name": stem[: mapping.limit_of("name")]})
    report.warnings = [*opened.warnings, *report.warnings]
    files = {file.path: file.data for file in opened.files}
    _report_files(opened, files, report)
    fields = spec.recognise(opened.document).data
    if seal.block(opened.document) is not None:
        report.signature = seal.read(opened.document, Beside.of(opened.files, opened.carrier))
    face = _face(opened, files, report, draw)
    return Brought(opened, profile, baseline, report, face, draw, ours.ancestors(fields), ours.checks(fields))


def _face(opened: Opened, files: dict[str, bytes], report: CardReport, draw: bool) -> bytes | None:
    icon = assets.main_icon(opened.document)
    inside = assets.content(icon, files) if icon is not None else None
    for candidate in (inside, opened.carrier):
        if candidate is not None:
            try:
                if draw:
                    return picture.normalise(candidate)
                picture.measure(candidate)
                return candidate
            except MadangError:
                report.warnings.append(NO_PICTURE)
    return None


def _report_files(opened: Opened, files: dict[str, bytes], report: CardReport) -> None:
    declared = set()
    for asset in assets.listed(opened.document):
        path = assets.path_of(asset["uri"])
        if path is None:
            continue
        declared.add(path)
        if path not in files:
            field = document.clean(asset["uri"])[:200]
            report.unmapped.append(Unmapped(field=field, reason=assets.MISSING, kept=True))
    report.unmapped += [
        Unmapped(field=document.clean(path)[:200], reason=mapping.UNKNOWN, kept=True)
        for path in files
        if path not in declared
    ]
    report.unmapped += opened.lost


async def keep(
    session: Session, owner_id: str, brought: Brought, kept: Kept, moment: datetime
) -> CharacterRow:
    """Adds the character, its card, its checks and its files, in the caller's transaction."""
    row = await draft.start(session, owner_id, brought.profile, kept.avatar, moment)
    mark(row, brought, kept)
    await beside(session, row, brought, kept, moment)
    await session.flush()
    return row


def mark(row: CharacterRow, brought: Brought, kept: Kept) -> None:
    """What the row itself says of the card it came from."""
    row.avatar_raw = kept.avatar is not None and not brought.drawn
    row.ancestors = [one.model_dump(mode="json") for one in brought.ancestors]


async def beside(session: Session, row: CharacterRow, brought: Brought, kept: Kept, moment: datetime) -> None:
    """Adds what is kept beside a new character that came from a card."""
    opened = brought.opened
    if brought.checks:
        await checks.bring(session, row.id, brought.checks, moment)
    if brought.report.signature is not None:
        brought.report.signature = await signatures.judged(session, brought.report.signature)
        await signatures.keep(session, row.id, brought.report.signature)
    is_png = opened.carrier is not None and opened.carrier.startswith(png.SIGNATURE)
    session.add(
        CardRow(
            character_id=row.id,
            spec=brought.report.spec,
            document=opened.document,
            baseline=brought.baseline.model_dump(mode="json"),
            carrier=kept.carrier,
            carrier_kind=None if opened.carrier is None else "png" if is_png else "jpeg",
            carrier_avatar=kept.avatar,
        )
    )
    said = {assets.path_of(asset["uri"]): asset for asset in assets.listed(opened.document)}
    for position, (file, digest) in enumerate(zip(opened.files, kept.files, strict=True)):
        asset = said.get(file.path, {})
        session.add(
            AssetRow(
                id=new_id("ast"),
                character_id=row.id,
                position=position,
                blob=digest,
                path=document.clean(file.path),
                **{key: _said(asset.get(key)) for key in ("uri", "type", "name", "ext")},
            )
        )


def _said(value: Any) -> str | None:
    return document.clean(value) if isinstance(value, str) else None

"""Which version a card is, and the way from one version to another.

The version is what `spec` says, never where the card was found: a `chara` chunk may hold a V3 card.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from typing import Any, Final

from madang.characters.cards.parts import Document
from madang.kernel.errors import BadInput, Unreadable

V1_FIELDS: Final = ("name", "description", "personality", "scenario", "first_mes", "mes_example")
V3_ONLY: Final = (
    "assets",
    "nickname",
    "creator_notes_multilingual",
    "source",
    "group_only_greetings",
    "creation_date",
    "modification_date",
)
DEFAULTS: Final[dict[str, Any]] = {
    **dict.fromkeys(V1_FIELDS, ""),
    "creator_notes": "",
    "system_prompt": "",
    "post_history_instructions": "",
    "alternate_greetings": [],
    "tags": [],
    "creator": "",
    "character_version": "",
    "extensions": {},
    "group_only_greetings": [],
}
"""Every field a V3 card must have."""

BACKFILLED: Final = (
    "This character card is Character Card V3, but it is loaded as a Character Card V2. "
    "Please use a Character Card V3 compatible application to use this character card properly."
)
NEWER: Final = "This card follows a newer version of the specification than this studio knows."
NO_SPEC: Final = "This card does not say which version it follows; it was read as the version it looks like."


@dataclass(frozen=True, slots=True)
class Recognised:
    """`spec` is `chara_card_v1`, `_v2` or `_v3`; `data` is the object that holds the fields."""

    spec: str
    data: Document
    warnings: tuple[str, ...] = ()


def recognise(document: Document) -> Recognised:
    """What kind of card this is. Raises BadInput for a lorebook, Unreadable for what is no card."""
    spec, data = document.get("spec"), document.get("data")
    if spec == "lorebook_v3":
        raise BadInput("This is a lorebook. Open a character and add it there.")
    number = re.fullmatch(r"chara_card_v(\d{1,4})", spec) if isinstance(spec, str) else None
    if isinstance(data, dict) and (number or _looks(data)):
        if number is None:
            version = 3 if any(key in data for key in V3_ONLY) else 2
            return Recognised(f"chara_card_v{version}", data, (NO_SPEC,))
        version = int(number.group(1))
        newer = version > 3 or (version == 3 and _number(document.get("spec_version")) > 3.0)
        return Recognised(f"chara_card_v{max(2, min(version, 3))}", data, (NEWER,) if newer else ())
    if _looks(document):
        # a V2 `spec` without its `data` happens; the V1 fields that most programs repeat at the root remain
        return Recognised("chara_card_v1", document, (NO_SPEC,) if spec is not None else ())
    raise Unreadable("This file is not a character card.")


def upgrade(document: Document) -> Document:
    """The same card as V3: unknown keys stay where they are, missing fields get their defaults."""
    found = recognise(document)
    card = copy.deepcopy(document)
    if found.spec == "chara_card_v1":
        moved = {key: card.pop(key) for key in V1_FIELDS if key in card}
        for key in ("spec", "spec_version"):
            card.pop(key, None)
        stray = card.pop("data", None)
        card = {"spec": "chara_card_v3", "spec_version": "3.0", **card, "data": moved}
        if stray is not None:
            card["data"]["extensions"] = {"madang": {"data": stray}}
    else:
        root = {key: card[key] for key in V1_FIELDS if key in card and key not in card["data"]}
        card["data"].update(copy.deepcopy(root))
    if NEWER not in found.warnings:
        card["spec"], card["spec_version"] = "chara_card_v3", "3.0"
    for key, default in DEFAULTS.items():
        card["data"].setdefault(key, copy.deepcopy(default))
    return card


def backfill(card: Document) -> Document:
    """The V2 card for programs that do not know V3, with the notice that the specification asks for."""
    old = copy.deepcopy(card)
    old["spec"], old["spec_version"] = "chara_card_v2", "2.0"
    data = old["data"]
    for key in V3_ONLY:
        data.pop(key, None)
    notes = data.get("creator_notes")
    data["creator_notes"] = f"{notes}\n\n{BACKFILLED}" if isinstance(notes, str) and notes else BACKFILLED
    book = data.get("character_book")
    entries = book.get("entries") if isinstance(book, dict) else None
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("content"), str):
            entry["content"] = without_decorators(entry["content"])
    return old


def without_decorators(content: str) -> str:
    """A lorebook entry's text without its leading `@@` lines and the empty lines around them."""
    lines = content.split("\n")
    at = 0
    while at < len(lines) and (not lines[at].strip() or lines[at].lstrip().startswith("@@")):
        at += 1
    leading = [line for line in lines[:at] if line.strip()]
    return "\n".join(lines[at:]) if leading else content


def _looks(fields: Document) -> bool:
    """Whether an object holds what every card has: two of V1's fields as text, or a name."""
    texts = [key for key in V1_FIELDS if isinstance(fields.get(key), str)]
    return len(texts) >= 2 or (texts == ["name"] and bool(fields["name"].strip()))


def _number(version: object) -> float:
    try:
        return float(version) if isinstance(version, str | int | float) else 0.0
    except (ValueError, OverflowError):
        return 0.0

"""A card to a profile and back.

Reading never fails on a field: what is of the wrong kind is read as empty, what is too long is cut, and the
report says so; the original stays. Writing lays the profile over the original: a field that was not touched
goes back exactly as it was written, so nothing that this studio does not know is lost.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from madang.characters.cards import book, document, examples, ours, spec
from madang.characters.cards.parts import Document
from madang.characters.types import Ancestor, CardReport, Check, Profile, Unmapped
from madang.kernel.language import language_of

TEXTS: Final = {
    "description": "persona",
    "personality": "personality",
    "scenario": "scenario",
    "first_mes": "greeting",
    "system_prompt": "system_prompt",
    "post_history_instructions": "post_history_instructions",
    "creator_notes": "creator_notes",
    "creator": "creator",
    "character_version": "character_version",
    "nickname": "nickname",
}
LISTS: Final = {"alternate_greetings": "alternate_greetings", "tags": "tags"}
HELD: Final = {"name", "mes_example", "character_book", "extensions", *TEXTS, *LISTS}

CUT: Final = "It is longer than this studio can hold and was cut; the whole is in the card."
UNKNOWN: Final = "This studio does not use it."
NO_NAME: Final = "The card has no name."
UNNAMED: Final = "Unnamed"
_TAG: Final = re.compile(r"<[^>]*>|[*_#`>\[\]]|!?\(https?://[^)]*\)")


def limit_of(field: str) -> int:
    """The longest value of a profile's text (characters) or list (items)."""
    rules = Profile.model_fields[field].metadata
    return int(next(rule.max_length for rule in rules if hasattr(rule, "max_length")))


def to_profile(card: Document) -> tuple[Profile, CardReport]:
    """The profile of a card of any version, and what could not be mapped."""
    found = spec.recognise(card)
    report = CardReport(spec=found.spec, warnings=list(found.warnings))
    data: Document = {**{k: card[k] for k in spec.V1_FIELDS if k in card}, **found.data}
    values: dict[str, Any] = {}
    for key, field in TEXTS.items():
        values[field] = _text(data, key, limit_of(field), report)
    for key, field in LISTS.items():
        values[field] = _texts(data, key, limit_of(field), report)
    name = _text(data, "name", limit_of("name"), report).strip()
    if not name:
        report.warnings.append(NO_NAME)
    values["name"] = name or values["nickname"].strip() or UNNAMED
    raw_book = data.get("character_book")
    if isinstance(raw_book, dict):
        values["lorebook"] = book.read(raw_book, report)
        report.mapped.append("character_book")
    elif raw_book is not None:
        report.unmapped.append(Unmapped(field="character_book", reason=book.WRONG, kept=True))
    _examples(data, values, report)
    values.update(_derived(values))
    ours.read(data, values, report)
    _rest(card, found, report)
    return Profile.model_validate(values), report


def to_document(
    profile: Profile,
    original: Document | None,
    baseline: Profile | None,
    made: datetime,
    edited: datetime,
    *,
    line: Sequence[Ancestor] = (),
    checks: Sequence[Check] = (),
) -> Document:
    """The V3 card of a profile with its ancestors (`line`) and checks, over the card it came from
    (`original`, mapped to `baseline`), if any."""
    card = spec.upgrade(original) if original is not None else _empty(made)
    data = card["data"]
    old = baseline if original is not None else None
    before = copy.deepcopy(data)
    if old is None or profile.name != old.name:
        data["name"] = profile.name
    for key, field in {**TEXTS, **LISTS}.items():
        value = getattr(profile, field)
        if (old is None or value != getattr(old, field)) and (value or key in data):
            data[key] = copy.copy(value)
    if old is None or profile.examples != old.examples:
        data["mes_example"] = examples.write(profile.examples)
    if old is None or profile.lorebook != old.lorebook:
        raw = data.pop("character_book", None)
        if profile.lorebook is not None:
            data["character_book"] = book.merge(
                profile.lorebook, raw if isinstance(raw, dict) else None, old.lorebook if old else None
            )
    ours.write(profile, old, data, _derived(profile.model_dump()))
    ours.carry(data, line, checks)
    # some fields are often repeated at the root: where they agreed with the data, they go on doing so
    for key in (*spec.V1_FIELDS, "tags", "creator"):
        if key in card and key in data and card[key] == before.get(key):
            card[key] = data[key]
    if data != before:
        data["modification_date"] = int(edited.timestamp())
    return card


def _empty(made: datetime) -> Document:
    data = copy.deepcopy(spec.DEFAULTS)
    data["creation_date"] = int(made.timestamp())
    return {"spec": "chara_card_v3", "spec_version": "3.0", "data": data}


def _text(data: Document, key: str, limit: int, report: CardReport) -> str:
    value = data.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        report.unmapped.append(Unmapped(field=key, reason=book.WRONG, kept=True))
        return ""
    text = document.clean(value)
    if text != value and document.HALF not in report.warnings:
        report.warnings.append(document.HALF)
    if len(text) > limit:
        report.unmapped.append(Unmapped(field=key, reason=CUT, kept=True))
    elif text:
        report.mapped.append(key)
    return text[:limit]


def _texts(data: Document, key: str, limit: int, report: CardReport) -> list[str]:
    value = data.get(key)
    if value is None:
        return []
    if isinstance(value, str) and key == "tags":  # some programs write one text, separated by commas
        value = [part.strip() for part in value.split(",") if part.strip()]
    texts = [document.clean(one) for one in value if isinstance(one, str)] if isinstance(value, list) else []
    if not isinstance(value, list) or len(texts) != len(value):
        report.unmapped.append(Unmapped(field=key, reason=book.WRONG, kept=True))
    if len(texts) > limit:
        report.unmapped.append(Unmapped(field=key, reason=CUT, kept=True))
    elif texts:
        report.mapped.append(key)
    return texts[:limit]


def _examples(data: Document, values: dict[str, Any], report: CardReport) -> None:
    raw = data.get("mes_example")
    if raw is not None and not isinstance(raw, str):
        report.unmapped.append(Unmapped(field="mes_example", reason=book.WRONG, kept=True))
    text = document.clean(raw) if isinstance(raw, str) else ""
    # a text far beyond what the profile holds is not taken apart line by line
    values["examples"], whole = examples.parse(text[:2_000_000], values["name"])
    if not whole or len(text) > 2_000_000:
        report.unmapped.append(Unmapped(field="mes_example", reason=CUT, kept=True))
    elif values["examples"]:
        report.mapped.append("mes_example")


def _derived(values: dict[str, Any]) -> dict[str, Any]:
    """What a card does not say and a profile wants: its language, and a line for the gallery."""
    lines = (_TAG.sub("", line).strip() for line in values["creator_notes"][:20_000].splitlines())
    tagline = next((line for line in lines if line), "")
    if len(tagline) > 160:
        tagline = tagline[:160].rpartition(" ")[0].rstrip(" ,;:") or tagline[:160]
    spoken = "\n".join([values["greeting"], values["persona"], values["scenario"]])
    language = language_of(spoken or values["name"])
    return {"tagline": tagline, "language": language, "rating": ours.rating_of(values["tags"])}


def _rest(card: Document, found: spec.Recognised, report: CardReport) -> None:
    """Reports what has no place in a profile. All of it is kept."""
    outside = [key for key in found.data if key not in HELD and found.data[key] not in (None, [], {}, "")]
    if found.data is card:
        outside = [key for key in outside if key not in ("spec", "spec_version")]
    else:
        known = ("spec", "spec_version", "data", *spec.V1_FIELDS)
        outside += [f"/{key}" for key in card if key not in known]
    extensions = found.data.get("extensions")
    if isinstance(extensions, dict):
        outside += [f"extensions.{key}" for key in extensions if key != ours.OURS]
    elif extensions is not None:
        report.unmapped.append(Unmapped(field="extensions", reason=book.WRONG, kept=True))
    report.unmapped += [
        Unmapped(field=document.clean(field)[:200], reason=UNKNOWN, kept=True) for field in outside[:200]
    ]

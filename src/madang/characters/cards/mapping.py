"""A card to a profile and back.

Reading never fails on a field: what is of the wrong kind is read as empty, what is too long is cut, and the
report says so; the original stays. Writing lays the profile over the original: a field that was not touched
goes back exactly as it was written, so nothing that this studio does not know is lost.
"""

from __future__ import annotations

import copy
import re
from datetime import datetime
from typing import Any, Final, get_args

from madang.characters.cards import book, document, examples, spec
from madang.characters.cards.parts import Document
from madang.characters.types import CardReport, Language, Line, Profile, Unmapped
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
OURS: Final = "madang"
"""Key under `extensions` for what a profile has and a card has not."""
KINDS: Final = ("character", "business", "guide")

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
    _ours(data, values, report)
    _rest(card, found, report)
    return Profile.model_validate(values), report


def to_document(
    profile: Profile, original: Document | None, baseline: Profile | None, made: datetime, edited: datetime
) -> Document:
    """The V3 card of a profile, over the card it came from (`original`, mapped to `baseline`), if any."""
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
    _write_ours(profile, old, data)
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
    return {"tagline": tagline, "language": language_of(spoken or values["name"])}


def _ours(data: Document, values: dict[str, Any], report: CardReport) -> None:
    extensions = data.get("extensions")
    ours = extensions.get(OURS) if isinstance(extensions, dict) else None
    if not isinstance(ours, dict):
        return
    if isinstance(ours.get("tagline"), str):
        values["tagline"] = document.clean(ours["tagline"])[: limit_of("tagline")]
    if ours.get("kind") in KINDS:
        values["kind"] = ours["kind"]
    if ours.get("language") in get_args(Language):
        values["language"] = ours["language"]
    if isinstance(ours.get("starters"), list):
        starters = [document.clean(one) for one in ours["starters"] if isinstance(one, str)]
        values["starters"] = starters[: limit_of("starters")]
    held = _exchanges(ours.get("examples"))
    # another program may have edited `mes_example` since: then it is right and this is old
    if held is not None and examples.write(held) == data.get("mes_example"):
        values["examples"] = held
    report.mapped.append(f"extensions.{OURS}")


def _exchanges(value: Any) -> list[list[Line]] | None:
    try:
        return Profile.model_validate({"name": "x", "examples": value}).examples
    except ValueError:
        return None


def _write_ours(profile: Profile, old: Profile | None, data: Document) -> None:
    """Puts into `extensions.madang` what a reader could not work out from the rest of the card."""
    extensions = data.get("extensions")
    ours = dict(extensions.get(OURS) or {}) if isinstance(extensions, dict) else {}
    if old is not None and profile == old:
        return
    guess = _derived(profile.model_dump())
    parsed, whole = examples.parse(data["mes_example"], profile.name) if profile.examples else ([], True)
    same = old is not None and profile.examples == old.examples
    wanted: dict[str, tuple[Any, bool]] = {
        "tagline": (profile.tagline, profile.tagline != guess["tagline"]),
        "kind": (profile.kind, profile.kind != "character"),
        "language": (profile.language, profile.language != guess["language"]),
        "starters": (list(profile.starters), bool(profile.starters)),
        "examples": (
            [[line.model_dump() for line in exchange] for exchange in profile.examples],
            not same and not (whole and parsed == profile.examples),
        ),
    }
    for key, (value, needed) in wanted.items():
        if needed or (key in ours and key != "examples"):
            ours[key] = value
        elif key == "examples" and not same:
            ours.pop(key, None)
    if ours:
        data["extensions"] = {**(extensions if isinstance(extensions, dict) else {}), OURS: ours}


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
        outside += [f"extensions.{key}" for key in extensions if key != OURS]
    elif extensions is not None:
        report.unmapped.append(Unmapped(field="extensions", reason=book.WRONG, kept=True))
    report.unmapped += [
        Unmapped(field=document.clean(field)[:200], reason=UNKNOWN, kept=True) for field in outside[:200]
    ]

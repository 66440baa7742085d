"""Lorebooks of cards, and on their own (`lorebook_v3`), to and from `Lorebook`, losing nothing."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any, Final

from madang.characters.cards import document as text
from madang.characters.cards.parts import Document
from madang.characters.types import CardReport, Lorebook, LoreEntry, Unmapped
from madang.kernel.errors import Unreadable

WRONG: Final = "It is not of the kind the specification asks for and was read as empty."

_Reader = Callable[[Any], Any]


def _text(value: Any) -> str | None:
    return text.clean(value) if isinstance(value, str) else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _number(value: Any) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    return float(value) if good and math.isfinite(value) else None


def _count(value: Any) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number >= 0 else None


def _keys(value: Any) -> list[str] | None:
    if isinstance(value, str):  # older programs write one text, separated by commas
        value = [part.strip() for part in value.split(",")]
    if not isinstance(value, list):
        return None
    keys = [text.clean(str(one)) for one in value if isinstance(one, str | int | float)]
    return [key for key in keys if key.strip()]


def _extensions(value: Any) -> dict[str, Any] | None:
    return text.cleaned(value) if isinstance(value, dict) else None


_BOOK: Final[dict[str, _Reader]] = {
    "name": _text,
    "description": _text,
    "scan_depth": _count,
    "token_budget": _count,
    "recursive_scanning": _flag,
    "extensions": _extensions,
}
_ENTRY: Final[dict[str, _Reader]] = {
    "keys": _keys,
    "content": _text,
    "enabled": _flag,
    "insertion_order": _number,
    "constant": _flag,
    "selective": _flag,
    "secondary_keys": _keys,
    "case_sensitive": _flag,
    "use_regex": _flag,
    "priority": _number,
    "position": _text,
    "name": _text,
    "extensions": _extensions,
}


def read(raw: Document, report: CardReport, place: str = "character_book") -> Lorebook:
    """A lorebook from its JSON. A field of the wrong kind is read as empty and reported; unknown ones
    stay."""
    fields = _fields(raw, _BOOK, report, place, skip=("entries",))
    entries = raw.get("entries", [])
    if isinstance(entries, dict):  # a world-info file has its entries by number
        entries = list(entries.values())
    if not isinstance(entries, list):
        report.unmapped.append(Unmapped(field=f"{place}.entries", reason=WRONG, kept=True))
        entries = []
    found = []
    for index, entry in enumerate(entries):
        if isinstance(entry, dict):
            found.append(LoreEntry(**_fields(entry, _ENTRY, report, f"{place}.entries[{index}]")))
        else:
            report.unmapped.append(Unmapped(field=f"{place}.entries[{index}]", reason=WRONG, kept=True))
    return Lorebook(**{**fields, "entries": found})


def _fields(
    raw: Document, readers: dict[str, _Reader], report: CardReport, place: str, skip: tuple[str, ...] = ()
) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for key, value in raw.items():
        if key in skip:
            continue
        if key not in readers:
            fields[text.clean(key)] = text.cleaned(value)
        elif value is not None:
            read_value = readers[key](value)
            if read_value is None:
                report.unmapped.append(Unmapped(field=f"{place}.{key}", reason=WRONG, kept=True))
            else:
                fields[key] = read_value
    return fields


def merge(book: Lorebook, raw: Document | None, baseline: Lorebook | None) -> Document:
    """The JSON of an edited lorebook: what was not touched is as it was written, entry by entry."""
    original: Document = copy.deepcopy(raw) if raw is not None else {}
    entries = original.pop("entries", [])
    originals = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    known = baseline.entries if baseline is not None and len(baseline.entries) == len(originals) else []
    free = dict(enumerate(known))
    places: dict[int, int] = {}
    # entries that are as they were first, then those that stayed at their place: an entry that was moved or
    # added must not take another one's original
    for index, entry in enumerate(book.entries):
        same = next((at for at, one in free.items() if one == entry), None)
        if same is not None:
            places[index] = same
            del free[same]
    written = []
    for index, entry in enumerate(book.entries):
        if index in places:
            written.append(originals[places[index]])
            continue
        at = _partner(entry, index, free, len(book.entries) == len(known))
        if at is not None:
            written.append(_merged(entry, originals[at], free.pop(at), LoreEntry()))
        else:
            written.append(_fresh(entry))
    merged = _merged(book, original, baseline or Lorebook(), Lorebook(), skip=("entries",))
    merged.setdefault("extensions", {})
    return {**merged, "entries": written}


def _partner(entry: LoreEntry, index: int, free: dict[int, LoreEntry], aligned: bool) -> int | None:
    mark = (entry.model_extra or {}).get("id")
    if mark is not None:
        return next((at for at, one in free.items() if (one.model_extra or {}).get("id") == mark), None)
    by_text = next((at for at, one in free.items() if one.content and one.content == entry.content), None)
    if by_text is not None:
        return by_text
    return index if aligned and index in free else None


def _merged(
    new: LoreEntry | Lorebook,
    raw: Document,
    old: LoreEntry | Lorebook,
    empty: LoreEntry | Lorebook,
    skip: tuple[str, ...] = (),
) -> Document:
    before, after, default = (one.model_dump(mode="json") for one in (old, new, empty))
    result = dict(raw)
    for key, value in after.items():
        if key in skip or (key in before and before[key] == value):
            continue
        if value == default.get(key) and key not in raw:
            continue
        if value is None:
            result.pop(key, None)  # the specification knows absent, not null
        else:
            result[key] = _plain(value)
    return result


def _fresh(entry: LoreEntry) -> Document:
    written = {
        key: _plain(value) for key, value in entry.model_dump(mode="json").items() if value is not None
    }
    return {key: value for key, value in written.items() if not (key == "name" and not value)}


def _plain(value: Any) -> Any:
    """100 rather than 100.0: orders and priorities are whole numbers to most programs."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def read_alone(data: bytes) -> tuple[Lorebook, CardReport]:
    """A stand-alone lorebook. Raises Unreadable or TooLarge."""
    found, warnings = text.read(data)
    raw = found.get("data") if found.get("spec") == "lorebook_v3" else found
    if not isinstance(raw, dict) or not isinstance(raw.get("entries"), list | dict):
        raise Unreadable("This file is not a lorebook.")
    report = CardReport(spec="lorebook_v3", warnings=warnings)
    book = read(raw, report, "data")
    report.mapped.append("entries")
    return book, report


def write_alone(book: Lorebook) -> bytes:
    """The lorebook as a `lorebook_v3` file."""
    return text.write({"spec": "lorebook_v3", "data": merge(book, None, None)})

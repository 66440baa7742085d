"""What changed from one version of a character to another, as a person reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from pydantic import BaseModel, Field

from madang.characters.types import Line, Lorebook, LoreEntry, Profile
from madang.characters.versions.words import Piece, pieces

__all__ = ["CHOICES", "LABELS", "Change", "Piece", "changes"]

LABELS: Final = {
    "name": "Name",
    "nickname": "Nickname",
    "tagline": "In one line",
    "kind": "Kind",
    "language": "Language",
    "greeting": "Greeting",
    "alternate_greetings": "More greetings",
    "persona": "Persona",
    "personality": "Personality",
    "scenario": "Scenario",
    "examples": "Example exchanges",
    "starters": "Questions to begin with",
    "tags": "Tags",
    "rating": "Content rating",
    "system_prompt": "System prompt",
    "post_history_instructions": "Instructions after the conversation",
    "creator": "Creator",
    "creator_notes": "Creator's notes",
    "character_version": "Version",
    "licence": "Licence",
    "remixable": "Others may begin from it",
    "adapter": "Adapter",
    "lorebook": "Lorebook",
}
"""Labels of the fields, in the order in which changes are told; msgids, as in the editor."""
CHOICES: Final = {
    "character": "Character",
    "business": "Business",
    "guide": "Guide",
    "en": "English",
    "ko": "Korean",
    "everyone": "Everyone",
    "teen": "From 13",
    "adult": "From 18",
    "True": "Yes",
    "False": "No",
}
"""Names of the values of fields that are chosen; msgids."""
_CHOSEN: Final = ("kind", "language", "rating", "remixable")
_ITEMS: Final = ("tags", "starters")
_ENTRIES: Final = "Lorebook entries"
_ENTRY: Final = "Lorebook entry"
OTHER_LABELS: Final = (_ENTRIES, _ENTRY)


class Change(BaseModel):
    """One change.

    `shape` says what to show: `text` has `pieces`; `choice` has `before` and `after` as msgids; `list` has
    `added` and `removed` (neither: only the order changed); `entry`, a changed lorebook entry, `pieces` of
    its content, its keys in `added` and `removed`, and other settings in `before` and `after`.
    """

    field: str
    label: str
    """A msgid."""
    shape: Literal["text", "choice", "list", "entry"]
    name: str = ""
    """Which of several: a lorebook entry's name, or the number of a greeting or an exchange."""
    before: str = ""
    after: str = ""
    pieces: list[Piece] = Field(default_factory=list)
    added: list[str] = Field(default_factory=list)
    removed: list[str] = Field(default_factory=list)


def changes(old: Profile, new: Profile) -> list[Change]:
    """Every difference, in the editor's order; nothing for equal profiles. Slow for very long texts (up to
    about a second), so it belongs in a thread."""
    found: list[Change] = []
    for field in LABELS:
        before, after = getattr(old, field), getattr(new, field)
        if before == after:
            continue
        if field == "lorebook":
            found += _lorebook(before, after)
        elif field in _CHOSEN:
            found.append(_choice(field, before, after))
        elif field in _ITEMS:
            found.append(_items(field, LABELS[field], before, after))
        elif field == "alternate_greetings":
            found += _several(field, before, after)
        elif field == "examples":
            found += _several(field, [_exchange(one) for one in before], [_exchange(one) for one in after])
        else:
            found.append(_text(field, before, after))
    return found


def _text(field: str, before: str, after: str, name: str = "") -> Change:
    return Change(
        field=field,
        label=LABELS[field],
        shape="text",
        name=name,
        before=before,
        after=after,
        pieces=pieces(before, after),
    )


def _choice(field: str, before: object, after: object) -> Change:
    return Change(
        field=field,
        label=LABELS[field],
        shape="choice",
        before=CHOICES[str(before)],
        after=CHOICES[str(after)],
    )


def _items(field: str, label: str, before: Sequence[str], after: Sequence[str]) -> Change:
    return Change(
        field=field,
        label=label,
        shape="list",
        before="\n".join(before),
        after="\n".join(after),
        added=list((Counter(after) - Counter(before)).elements()),
        removed=list((Counter(before) - Counter(after)).elements()),
    )


def _several(field: str, before: Sequence[str], after: Sequence[str]) -> list[Change]:
    """Long texts in a row: one that was changed in its place is shown as a changed text."""
    changed: list[Change] = []
    gone: list[str] = []
    come: list[str] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        pairs = min(b - a, d - c)
        for step in range(pairs):
            changed.append(_text(field, before[a + step], after[c + step], str(c + step + 1)))
        gone += before[a + pairs : b]
        come += after[c + pairs : d]
    if gone or come:
        changed.append(Change(field=field, label=LABELS[field], shape="list", added=come, removed=gone))
    return changed


def _exchange(lines: Sequence[Line]) -> str:
    speakers = {"visitor": "{{user}}", "character": "{{char}}"}
    return "\n".join(f"{speakers[line.speaker]}: {line.text}" for line in lines)


def _lorebook(old: Lorebook | None, new: Lorebook | None) -> list[Change]:
    before, after = old or Lorebook(), new or Lorebook()
    found: list[Change] = []
    kept = _settings(before, ("entries",)), _settings(after, ("entries",))
    if kept[0] != kept[1]:
        found.append(_settled("lorebook", LABELS["lorebook"], *kept))
    left, right = _named(before.entries), _named(after.entries)
    gone = [name for name in left if name not in right]
    come = [name for name in right if name not in left]
    if gone or come:
        found.append(Change(field="lorebook", label=_ENTRIES, shape="list", added=come, removed=gone))
    found += [
        _entry(name, left[name], right[name]) for name in right if name in left and left[name] != right[name]
    ]
    if not found:
        found.append(Change(field="lorebook", label=_ENTRIES, shape="list"))  # only their order
    return found


def _entry(name: str, before: LoreEntry, after: LoreEntry) -> Change:
    keys = ("keys", "secondary_keys")
    settings = _settled(
        "lorebook",
        _ENTRY,
        _settings(before, ("content", *keys)),
        _settings(after, ("content", *keys)),
    )
    of_keys = _items(
        "lorebook", _ENTRY, [*before.keys, *before.secondary_keys], [*after.keys, *after.secondary_keys]
    )
    return settings.model_copy(
        update={
            "shape": "entry",
            "name": name,
            "pieces": pieces(before.content, after.content) if before.content != after.content else [],
            "added": of_keys.added,
            "removed": of_keys.removed,
        }
    )


def _settings(model: BaseModel, without: Sequence[str]) -> dict[str, Any]:
    return {name: value for name, value in model.model_dump(mode="json").items() if name not in without}


def _settled(field: str, label: str, before: dict[str, Any], after: dict[str, Any]) -> Change:
    """Settings that differ, by the names that the card specification gives them."""
    differ = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    texts = ["\n".join(f"{name}: {side.get(name)}" for name in differ) for side in (before, after)]
    return Change(
        field=field, label=label, shape="text", before=texts[0], after=texts[1], pieces=pieces(*texts)
    )


def _named(entries: Sequence[LoreEntry]) -> dict[str, LoreEntry]:
    """Entries by their name, or by their keys where they have none; the second of a name is `name (2)`."""
    found: dict[str, LoreEntry] = {}
    for entry in entries:
        base = name = entry.name.strip() or ", ".join(entry.keys[:4]) or entry.content[:40].strip() or "–"
        number = 1
        while name in found:
            number += 1
            name = f"{base} ({number})"
        found[name] = entry
    return found

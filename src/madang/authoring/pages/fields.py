"""The editor's form, read into a profile. What the form does not show stays as it was."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData

from madang.authoring.pages.upload import text_of, texts_of
from madang.characters.types import Line, Lorebook, Profile, writable
from madang.kernel.errors import BadInput

PLAIN = (
    "name",
    "tagline",
    "kind",
    "language",
    "greeting",
    "persona",
    "personality",
    "scenario",
    "system_prompt",
    "post_history_instructions",
    "nickname",
    "creator",
    "creator_notes",
    "character_version",
    "rating",
    "licence",
    "adapter",
)
STRIPPED = ("name", "tagline", "nickname", "licence", "adapter")
LICENCES = (
    ("CC-BY-4.0", "Others may use and change it, and name its maker"),
    ("CC-BY-SA-4.0", "Others may use and change it, name its maker, and share it alike"),
    ("CC-BY-NC-4.0", "Others may use and change it, name its maker, and earn nothing with it"),
    ("CC0-1.0", "Everybody may do anything with it"),
    ("All rights reserved", "Nobody may copy it without asking"),
)
"""Licences by what is written down, and the same in plain words (msgids)."""
MOST_FIELDS = 6_000
MOST_ENTRIES = 2_000


def values_from(found: FormData, before: Profile) -> dict[str, Any]:
    """The form over `before`, as plain values that were not looked at yet. Raises BadInput only for a
    lorebook or examples that no page of this studio sends."""
    values: dict[str, Any] = before.model_dump()
    for name in PLAIN:
        if name in found:
            text = text_of(found, name)
            values[name] = text.strip() if name in STRIPPED else text
    if values["licence"] == "other":
        values["licence"] = text_of(found, "licence_words").strip()
    if "alternate_greeting" in found:
        values["alternate_greetings"] = [
            text for text in texts_of(found, "alternate_greeting") if text.strip()
        ]
    if "tags" in found:
        values["tags"] = list(dict.fromkeys(tag for tag in split(text_of(found, "tags"), ",")))
    if "starters" in found:
        values["starters"] = split(text_of(found, "starters"), "\n")
    if "example_group" in found:
        values["examples"] = [[line.model_dump() for line in lines] for lines in examples_from(found)]
    if "remixable" in found:
        values["remixable"] = "yes" in texts_of(found, "remixable")
    if "lorebook" in found:
        values["lorebook"] = lorebook_from(text_of(found, "lorebook"), before.lorebook)
    return values


def profile_from(found: FormData, before: Profile) -> Profile:
    """A profile from the form over `before`. Raises BadInput naming the field that does not fit."""
    return checked(values_from(found, before))


def typed(found: FormData, before: Profile) -> Profile:
    """What was typed, for showing it again although it does not fit: nothing in it is validated."""
    try:
        values = values_from(found, before)
    except BadInput:
        return before
    values["examples"] = [[Line.model_construct(**line) for line in lines] for lines in values["examples"]]
    values["lorebook"] = before.lorebook
    return Profile.model_construct(**values)


def checked(values: dict[str, Any]) -> Profile:
    """A profile from plain values. Raises BadInput naming the first field that does not fit."""
    try:
        return Profile.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0]).replace("_", " ") if first["loc"] else "profile"
        if first["type"] in ("string_too_long", "too_long"):
            raise BadInput("The field {field} is too long.", field=field) from error
        if field == "name":
            raise BadInput("A character needs a name.") from error
        raise BadInput("The field {field} is missing or wrong.", field=field) from error


def examples_from(found: FormData) -> list[list[Line]]:
    """Rows of one group are one exchange; a row is one message. Raises BadInput for one too long."""
    groups: dict[str, list[Line]] = {}
    rows = zip(
        texts_of(found, "example_group"),
        texts_of(found, "example_speaker"),
        texts_of(found, "example_text"),
        strict=False,
    )
    for group, speaker, text in rows:
        if not text.strip():
            continue
        try:
            line = Line.model_validate({"speaker": speaker, "text": text})
        except ValidationError as error:
            raise BadInput("The field {field} is too long.", field="examples") from error
        groups.setdefault(group, []).append(line)
    return list(groups.values())


def lorebook_from(text: str, before: Lorebook | None) -> Lorebook | None:
    """The lorebook from the JSON that the editor sends; whatever else its entries hold comes back with it.

    Empty text leaves it as it is. Raises BadInput for what is no lorebook.
    """
    if not text.strip():
        return before
    try:
        value = json.loads(text, parse_constant=_no_number)
        book = Lorebook.model_validate(writable(value))
    except (ValueError, RecursionError) as error:
        raise BadInput("The lorebook could not be read.") from error
    if len(book.entries) > MOST_ENTRIES:
        raise BadInput("A lorebook has at most {count} entries.", count=MOST_ENTRIES)
    return book if before is not None or book.entries or book.name else None


def _no_number(name: str) -> Any:
    raise ValueError(name)


def split(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]

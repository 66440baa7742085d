"""The editor's form, read into a profile. What the form does not show stays as it was."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from starlette.datastructures import FormData

from madang.authoring.pages.upload import text_of, texts_of
from madang.characters.types import Line, Profile
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
)
MOST_FIELDS = 2_500


def profile_from(found: FormData, before: Profile) -> Profile:
    """A profile from the form over `before`. Raises BadInput naming the field that does not fit."""
    values: dict[str, Any] = before.model_dump()
    for name in PLAIN:
        if name in found:
            text = text_of(found, name)
            values[name] = text.strip() if name in ("name", "tagline", "nickname") else text
    if "alternate_greeting" in found:
        values["alternate_greetings"] = [
            text for text in texts_of(found, "alternate_greeting") if text.strip()
        ]
    if "tags" in found:
        values["tags"] = list(dict.fromkeys(tag for tag in split(text_of(found, "tags"), ",")))
    if "starters" in found:
        values["starters"] = split(text_of(found, "starters"), "\n")
    if "example_group" in found:
        values["examples"] = examples_from(found)
    return checked(values)


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
    """Rows of one group are one exchange; a row is what the visitor says and what the character replies."""
    groups: dict[str, list[Line]] = {}
    rows = zip(
        texts_of(found, "example_group"),
        texts_of(found, "example_visitor"),
        texts_of(found, "example_character"),
        strict=False,
    )
    for number, (group, visitor, character) in enumerate(rows):
        lines = groups.setdefault(group or f"new {number}", [])
        try:
            if visitor.strip():
                lines.append(Line(speaker="visitor", text=visitor))
            if character.strip():
                lines.append(Line(speaker="character", text=character))
        except ValidationError as error:
            raise BadInput("The field {field} is too long.", field="examples") from error
    return [lines for lines in groups.values() if lines]


def example_rows(profile: Profile) -> list[tuple[int, str, str]]:
    """(group, visitor, character) rows of the form; together they give the same exchanges back."""
    rows: list[tuple[int, str, str]] = []
    for group, lines in enumerate(profile.examples):
        waiting: str | None = None
        for line in lines:
            if line.speaker == "visitor":
                if waiting is not None:
                    rows.append((group, waiting, ""))
                waiting = line.text
            else:
                rows.append((group, waiting or "", line.text))
                waiting = None
        if waiting is not None:
            rows.append((group, waiting, ""))
    return rows


def split(text: str, separator: str) -> list[str]:
    return [part.strip() for part in text.split(separator) if part.strip()]

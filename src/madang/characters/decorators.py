"""Decorators: the leading `@@name value` lines of a lorebook entry (Character Card V3).

A line `@@@name value` is a fallback: it counts when the decorator above it is unknown to us, has a value that
makes no sense, or does not apply to conversations. Of two with the same name the first counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

Role = Literal["system", "user", "assistant"]
Place = Literal["before_desc", "after_desc", "personality", "scenario"]
PLACES: Final[tuple[Place, ...]] = ("before_desc", "after_desc", "personality", "scenario")
ROLES: Final[tuple[Role, ...]] = ("system", "user", "assistant")


@dataclass(slots=True)
class Decorators:
    """What was understood. None and False mean: not there."""

    depth: int | None = None
    role: Role | None = None
    scan_depth: int | None = None
    position: Place | None = None
    activate: bool = False
    dont_activate: bool = False
    activate_only_after: int | None = None
    activate_only_every: int | None = None
    keep_activate_after_match: bool = False
    dont_activate_after_match: bool = False
    is_greeting: int | None = None
    ignore_on_max_context: bool = False
    additional_keys: list[list[str]] = field(default_factory=list)
    """Of each list one key must be there."""
    exclude_keys: list[str] = field(default_factory=list)


def _whole(value: str) -> int | None:
    try:
        number = int(float(value))
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 10**9 else None


def _positive(value: str) -> int | None:
    number = _whole(value)
    return number if number is not None and number > 0 else None


def _flag(value: str) -> bool | None:
    return None if value.strip().lower() in ("false", "0", "no") else True


def _role(value: str) -> Role | None:
    return next((role for role in ROLES if role == value.strip().lower()), None)


def _place(value: str) -> Place | None:
    return next((place for place in PLACES if place == value.strip().lower()), None)


def _keys(value: str) -> list[str] | None:
    return [key.strip() for key in value.split(",") if key.strip()] or None


_READERS: Final[dict[str, Callable[[str], object]]] = {
    "depth": _whole,
    "role": _role,
    "scan_depth": _whole,
    "position": _place,
    "activate": _flag,
    "dont_activate": _flag,
    "activate_only_after": _whole,
    "activate_only_every": _positive,
    "keep_activate_after_match": _flag,
    "dont_activate_after_match": _flag,
    "is_greeting": _whole,
    "ignore_on_max_context": _flag,
    "additional_keys": _keys,
    "exclude_keys": _keys,
}


def split(content: str) -> tuple[Decorators, str]:
    """The decorators of an entry's content, and the content without them and the empty lines around them."""
    found = Decorators()
    if not content.lstrip().startswith("@@"):
        return found, content.strip("\r\n")
    lines = content.splitlines()
    seen: set[str] = set()
    taken = True  # whether the decorator that a fallback would stand in for was understood
    at = 0
    for at, raw in enumerate(lines):  # noqa: B007  the first line of the text is where this stops
        line = raw.strip()
        if line.startswith("@@@"):
            taken = taken or _take(line[3:], found, seen)
        elif line.startswith("@@"):
            taken = _take(line[2:], found, seen)
        elif line:
            break
    else:
        at = len(lines)
    return found, "\n".join(lines[at:]).strip("\r\n")


def _take(line: str, found: Decorators, seen: set[str]) -> bool:
    name, _, value = line.partition(" ")
    name = name.strip().lower()
    reader = _READERS.get(name)
    read = reader(value.strip()) if reader is not None else None
    if read is None:
        return False
    if name == "additional_keys":
        found.additional_keys.append(read)  # type: ignore[arg-type]
    elif name not in seen:
        seen.add(name)
        setattr(found, name, read)
    return True

"""Macros in the texts of a character: `{{char}}`, `{{random:A,B}}` and their kind.

Chance comes from seeds, so that the same prompt has the same bytes: `{{pick}}` depends on `seed` alone (a
conversation's id, say), `{{random}}` and `{{roll}}` on `turn` as well. Leave `turn` empty for everything in a
prompt's unchanging beginning. What a macro becomes is never read for macros again: a visitor who calls
himself `{{original}}` stays that. Macros we do not know stay as they are written.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

MAX_DEPTH: Final = 16
_SIGNS: Final = re.compile(r"\{\{|\}\}|<(?:user|bot|char)>", re.IGNORECASE)
_NAMED: Final = re.compile(r"\s*(//|[a-z_]+)\s*(::?)?(.*)", re.IGNORECASE | re.DOTALL)
_DICE: Final = re.compile(r"\s*(?:(\d{1,2})?d)?(\d{1,9})\s*", re.IGNORECASE)
_COMMA: Final = re.compile(r"(?<!\\),")


@dataclass(frozen=True, slots=True)
class Names:
    """What the macros of one text become. `original` is the text that a system prompt takes the place of."""

    char: str
    user: str = "User"
    original: str = ""
    seed: str = ""
    turn: str = ""


def expand(text: str, names: Names) -> str:
    """`text` for a prompt: macros filled in, comments and hidden keys gone."""
    if "{{" not in text and "<" not in text:
        return text
    return _walk(text, _Filler(names))


def scannable(text: str, *, recursive: bool = False) -> str:
    """`text` for finding keys of a lorebook: without comments; hidden keys count in scanned entries only."""
    return _walk(text, _Scanner(recursive)) if "{{" in text else text


class _Filler:
    """Fills macros in, counting those that need chance so that two of the same differ."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._count = 0

    def mark(self, sign: str) -> str:
        return self._names.user if sign.lower() == "<user>" else self._names.char

    def macro(self, body: str) -> str | None:
        found = _NAMED.fullmatch(body)
        if found is None:
            return None
        name, colon, rest = found.group(1).lower(), found.group(2), found.group(3)
        if name == "//" or (colon and name in ("comment", "hidden_key")):
            return ""
        if not colon and not rest.strip():
            return {"char": self._names.char, "user": self._names.user, "original": self._names.original}.get(
                name
            )
        if not colon:
            return None
        if name == "reverse":
            return rest.strip()[::-1]
        if name in ("random", "pick"):
            return self._choose(name, rest)
        return self._roll(rest) if name == "roll" else None

    def _choose(self, name: str, rest: str) -> str:
        parts = rest.split("::") if "::" in rest else [p.replace("\\,", ",") for p in _COMMA.split(rest)]
        return parts[self._chance(name == "pick", rest) % len(parts)].strip()

    def _roll(self, rest: str) -> str | None:
        dice = _DICE.fullmatch(rest)
        sides = int(dice.group(2)) if dice else 0
        if dice is None or sides < 1:
            return None
        return str(sum(self._chance(False, rest) % sides + 1 for _ in range(int(dice.group(1) or 1))))

    def _chance(self, lasting: bool, body: str) -> int:
        self._count += 1
        key = "\0".join([self._names.seed, "" if lasting else self._names.turn, str(self._count), body])
        return int.from_bytes(hashlib.sha256(key.encode("utf-8", "replace")).digest()[:8], "big")


class _Scanner:
    """Takes away what must not be found, and leaves every other macro as it is."""

    def __init__(self, recursive: bool) -> None:
        self._recursive = recursive

    def mark(self, sign: str) -> str:
        return sign

    def macro(self, body: str) -> str | None:
        found = _NAMED.fullmatch(body)
        name = found.group(1).lower() if found else ""
        if found is not None and name == "hidden_key" and found.group(2):
            return found.group(3).strip() if self._recursive else ""
        return "" if name == "//" or (name == "comment" and found and found.group(2)) else None


def _walk(text: str, reader: _Filler | _Scanner) -> str:
    """Reads `text` once, innermost macros first; what is not closed, or too deep, stays as written."""
    stack: list[list[str]] = [[]]
    at = 0
    for sign in _SIGNS.finditer(text):
        stack[-1].append(text[at : sign.start()])
        at = sign.end()
        match sign.group():
            case "{{" if len(stack) <= MAX_DEPTH:
                stack.append([])
            case "}}" if len(stack) > 1:
                body = "".join(stack.pop())
                value = reader.macro(body)
                stack[-1].append(f"{{{{{body}}}}}" if value is None else value)
            case "{{" | "}}" as literal:
                stack[-1].append(literal)
            case mark:
                stack[-1].append(reader.mark(mark))
    stack[-1].append(text[at:])
    return "{{".join("".join(pieces) for pieces in stack)

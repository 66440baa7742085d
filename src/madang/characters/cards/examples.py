"""`mes_example` to example exchanges and back."""

from __future__ import annotations

import re
from typing import Final

from madang.characters.types import Line, Profile

_START: Final = re.compile(r"^[ \t]*<START>[ \t]*$", re.IGNORECASE | re.MULTILINE)
_SPEAKER: Final = re.compile(
    r"^[ \t]*(?:(?P<visitor>\{\{user\}\}|<user>)|(?P<character>\{\{char\}\}|<bot>|<char>))[ \t]*:[ \t]?",
    re.IGNORECASE,
)
_LINE_LIMIT: Final = 8_000
_EXCHANGE_LIMIT: Final = next(
    rule.max_length for rule in Profile.model_fields["examples"].metadata if hasattr(rule, "max_length")
)


def parse(text: str, name: str = "") -> tuple[list[list[Line]], bool]:
    """Exchanges, and whether all of the text is in them (False: something was too long and was cut).

    Exchanges begin at `<START>`, messages at `{{user}}:`, `{{char}}:` or the character's own name; other
    lines continue the message before them, or are the character's when there is none.
    """
    whole = True
    exchanges: list[list[Line]] = []
    own = f"{name}:" if name else None
    for block in _START.split(text.replace("\r\n", "\n")):
        lines: list[tuple[bool, list[str]]] = []
        for raw in block.split("\n"):
            found = _SPEAKER.match(raw)
            if found:
                lines.append((found["visitor"] is not None, [raw[found.end() :]]))
            elif own and raw.lstrip().startswith(own):
                lines.append((False, [raw.lstrip()[len(own) :].lstrip(" ")]))
            elif lines:
                lines[-1][1].append(raw)
            elif raw.strip():
                lines.append((False, [raw]))
        exchange = []
        for visitor, parts in lines:
            said = "\n".join(parts).strip()
            if said:
                whole &= len(said) <= _LINE_LIMIT
                exchange.append(Line(speaker="visitor" if visitor else "character", text=said[:_LINE_LIMIT]))
        if exchange:
            exchanges.append(exchange)
    return exchanges[:_EXCHANGE_LIMIT], whole and len(exchanges) <= _EXCHANGE_LIMIT


def write(exchanges: list[list[Line]]) -> str:
    """`mes_example` of the exchanges; `parse` gives them back unless a message itself looks like a marker."""
    blocks = []
    for exchange in exchanges:
        said = [
            f"{{{{{'user' if line.speaker == 'visitor' else 'char'}}}}}: {line.text}" for line in exchange
        ]
        blocks.append("\n".join(["<START>", *said]))
    return "\n".join(blocks)

"""The JSON of a card, read under limits and written so that it reads back equal.

JSON that only some programs accept is taken with a warning where its meaning is clear (a byte-order mark, a
key twice, NaN); what could exhaust memory or the stack is refused before it is parsed.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

from madang.characters.cards.parts import MAX_JSON, Document
from madang.kernel.errors import TooLarge, Unreadable

MAX_DEPTH: Final = 96
MAX_VALUES: Final = 400_000
"""Most values, so that 24 MB of `[],[],…` do not become gigabytes of objects."""
_TOKEN: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

NOT_A_NUMBER: Final = "A number that JSON cannot hold was read as empty."
TWICE: Final = "A key was written twice; the last one counts."
HALF: Final = "A broken character was replaced."


def read(data: bytes) -> tuple[Document, list[str]]:
    """The JSON object in `data` and warnings. Raises Unreadable or TooLarge."""
    if len(data) > MAX_JSON:
        raise TooLarge("The text of this card is larger than {limit} MB.", limit=MAX_JSON // 2**20)
    text = _decode(data)
    _measure(text)
    warnings: set[str] = set()
    try:
        value = json.loads(
            text,
            parse_constant=lambda _: _nothing(warnings),
            parse_float=lambda number: _real(number, warnings),
            parse_int=lambda number: _whole(number, warnings),
            object_pairs_hook=lambda pairs: _object(pairs, warnings),
        )
    except (ValueError, RecursionError) as error:
        raise Unreadable("The text of this card is not valid JSON.") from error
    if not isinstance(value, dict):
        raise Unreadable("This file is not a character card.")
    return value, sorted(warnings)


def write(document: Document) -> bytes:
    """UTF-8 JSON; escaped where a text holds what UTF-8 cannot (half a character)."""
    try:
        return json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1).encode()
    except UnicodeEncodeError:
        return json.dumps(document, allow_nan=False, indent=1).encode()


def clean(text: str) -> str:
    """Text that every database and page can hold: no half characters, no NUL."""
    return _SURROGATE.sub("\ufffd", text).replace("\0", "\ufffd")


def cleaned(value: Any) -> Any:
    """`clean` in every text of a JSON value, keys too."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [cleaned(one) for one in value]
    if isinstance(value, dict):
        return {clean(key): cleaned(one) for key, one in value.items()}
    return value


def _decode(data: bytes) -> str:
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("The text of this card is not valid UTF-8.") from error


def _measure(text: str) -> None:
    depth = values = 0
    for match in _TOKEN.finditer(text):
        sign = match.group()[0]
        if sign in "[{":
            depth += 1
            values += 1
        elif sign in "]}":
            depth -= 1
        elif sign == ",":
            values += 1
        if depth > MAX_DEPTH or values > MAX_VALUES:
            raise TooLarge("The text of this card is nested too deeply or holds too many values.")


def _nothing(warnings: set[str]) -> None:
    warnings.add(NOT_A_NUMBER)


def _real(number: str, warnings: set[str]) -> float | None:
    value = float(number)
    if math.isfinite(value):
        return value
    warnings.add(NOT_A_NUMBER)
    return None


def _whole(number: str, warnings: set[str]) -> int | None:
    # Python refuses to parse integers of more than 4,300 digits, and no card needs them
    if len(number) <= 400:
        return int(number)
    warnings.add(NOT_A_NUMBER)
    return None


def _object(pairs: list[tuple[str, Any]], warnings: set[str]) -> Document:
    found = dict(pairs)
    if len(found) != len(pairs):
        warnings.add(TWICE)
    return found

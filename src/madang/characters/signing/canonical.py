"""One way to write a JSON value, so that what is signed does not depend on who wrote the file (RFC 8785).

Keys are in the order of their UTF-16 code units, numbers as ECMAScript writes them, nothing is escaped that
need not be. Two things beyond the RFC, which real cards need: half a character (a lone surrogate) is written
as UTF-8 would write it, and an integer that no double holds keeps all its digits.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from json.encoder import encode_basestring
from typing import Any


def canonical(value: Any) -> bytes:
    """The canonical bytes of a JSON value. Raises ValueError for what JSON cannot hold."""
    return "".join(_pieces(value)).encode("utf-8", "surrogatepass")


def _pieces(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield encode_basestring(value)
    elif value is None or isinstance(value, bool):
        yield {None: "null", True: "true", False: "false"}[value]
    elif isinstance(value, int):
        yield _whole(value)
    elif isinstance(value, float):
        yield _real(value)
    elif isinstance(value, list):
        yield "["
        for number, item in enumerate(value):
            if number:
                yield ","
            yield from _pieces(item)
        yield "]"
    elif isinstance(value, dict):
        yield "{"
        for number, key in enumerate(sorted(value, key=_order)):
            yield f"{',' if number else ''}{encode_basestring(key)}:"
            yield from _pieces(value[key])
        yield "}"
    else:
        raise ValueError(f"not JSON: {type(value).__name__}")


def _order(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _whole(value: int) -> str:
    try:
        double = float(value)
    except OverflowError:
        return str(value)
    return _real(double) if double == value else str(value)


def _real(value: float) -> str:
    """Number::toString of ECMAScript: the shortest digits that read back as the same double."""
    if not math.isfinite(value):
        raise ValueError("not a number that JSON can hold")
    if value == 0:
        return "0"
    _, parts, exponent = Decimal(repr(abs(value))).as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - finite
    digits = "".join(map(str, parts))
    stripped = digits.rstrip("0")
    point = len(digits) + exponent
    """Where the decimal point stands, counted from the first digit."""
    digits = stripped
    if len(digits) <= point <= 21:
        text = digits + "0" * (point - len(digits))
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = f"0.{'0' * -point}{digits}"
    else:
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        text = f"{digits[0]}{fraction}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return f"-{text}" if value < 0 else text

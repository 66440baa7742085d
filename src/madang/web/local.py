"""Addresses that lead back into this studio."""

from __future__ import annotations

from urllib.parse import urlsplit


def local(address: str) -> str:
    """`address` if it is a path of this studio, else `/`: nothing here ever leads elsewhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    plain = not any(character in address for character in "\\\r\n\t\0")
    return address if inside and plain and not parts.scheme and not parts.netloc else "/"

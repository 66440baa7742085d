"""Identifiers: `prefix_` and 26 characters that sort by time (48 bits of milliseconds, 80 bits of chance)."""

from __future__ import annotations

import re
import secrets
import time
import unicodedata

_DEVICE = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
"""Names that are no file names on Windows, where a card is saved under its character's slug."""
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u


def new_id(prefix: str) -> str:
    """A new id such as `chr_01k9…`; `prefix` is three lower-case letters naming the kind of object."""
    number = (int(time.time() * 1000) << 80) | secrets.randbits(80)
    return f"{prefix}_" + "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -5, -5))


def new_secret(bytes_of_chance: int = 32) -> str:
    """A URL-safe secret for links, keys and cookies."""
    return secrets.token_urlsafe(bytes_of_chance)


def slugify(name: str, fallback: str = "character") -> str:
    """A readable slug of at most 48 characters: letters of any script, digits and single hyphens."""
    text = unicodedata.normalize("NFKC", name).lower()
    text = re.sub(r"[^\w]+", "-", text.replace("_", "-"), flags=re.UNICODE).strip("-")
    text = text[:48].strip("-") or fallback
    return f"{text}-{fallback}" if _DEVICE.fullmatch(text) else text


def normal_slug(slug: str) -> str:
    """The stored form of a slug from an address: a browser on macOS may send decomposed Hangul."""
    return unicodedata.normalize("NFKC", slug).lower()

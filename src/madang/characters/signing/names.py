"""How a studio and its key are written: `did:web:…` and multibase, as the W3C's did:web and Multikey say."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

PREFIX: Final = "did:web:"
LONGEST: Final = 300
_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519: Final = b"\xed\x01"
_PART: Final = re.compile(r"[A-Za-z0-9._-]{1,253}")
_HOST: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}(%3[Aa][0-9]{1,5})?")


def studio_of(host: str) -> str:
    """The identity of the studio at a host such as `example.org` or `example.org:8600`."""
    return PREFIX + quote(host.lower(), safe=".-")


def address_of(studio: str) -> str | None:
    """Where a studio's document is; None for what is no `did:web`.

    Which server may be asked is the fetcher's to say: a private one never is.
    """
    if len(studio) > LONGEST or not studio.startswith(PREFIX):
        return None
    host, *path = studio.removeprefix(PREFIX).split(":")
    if not _HOST.fullmatch(host) or not all(map(_PART.fullmatch, path)):
        return None
    folder = "/".join(path) if path else ".well-known"
    return f"https://{unquote(host)}/{folder}/did.json"


def multibase(public: bytes) -> str:
    """A raw Ed25519 public key (32 bytes) as `z6Mk…`."""
    data = _ED25519 + public
    number = int.from_bytes(data, "big")
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = _ALPHABET[digit] + text
    return "z" + text


def public_key(text: str) -> bytes | None:
    """The 32 bytes of a key written by `multibase`; None for anything else."""
    if not text.startswith("z") or not 40 <= len(text) <= 60:
        return None
    number = 0
    for character in text[1:]:
        digit = _ALPHABET.find(character)
        if digit < 0:
            return None
        number = number * 58 + digit
    data = number.to_bytes(64, "big").lstrip(b"\0")
    return data[2:] if len(data) == 34 and data.startswith(_ED25519) else None

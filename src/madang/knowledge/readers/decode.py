"""Bytes to text: BOMs, UTF-8, the Korean code pages, and a detector for the rest."""

from __future__ import annotations

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

from madang.kernel.errors import Unreadable

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# zero-width and direction controls, soft hyphens, and the tag block: text can be hidden in them
_UNSEEN = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\U000e0000-\U000e007f]"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_DETECTED_BYTES = 200_000


def decode(data: bytes, name: str, declared: str | None = None) -> str:
    """The text of `data`. Raises Unreadable when it is not text in any encoding known here."""
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _checked(data.decode(encoding, errors="replace"), name)
    if b"\0" in data[:_DETECTED_BYTES]:
        for encoding in ("utf-16-le", "utf-16-be"):
            text = _try(data, encoding)
            if text is not None and _looks_written(text):
                return _checked(text, name)
        raise Unreadable("“{name}” is not text.", name=name)
    for candidate in (*([declared] if declared else []), "utf-8", "cp949"):
        text = _try(data, candidate)
        if text is not None and (candidate != "cp949" or _looks_korean(text)):
            return _checked(text, name)
    best = from_bytes(data[:_DETECTED_BYTES]).best()
    if best is not None:
        text = data.decode(best.encoding, errors="replace")
        if _looks_written(text):
            return _checked(text, name)
    # one damaged byte must not lose a document
    text = data.decode("utf-8", errors="replace")
    if text.count("\ufffd") <= len(text) // 50:
        return _checked(text, name)
    raise Unreadable("The letters of “{name}” are in an encoding that is not known.", name=name)


def clean(text: str) -> str:
    """One form for every letter (NFC), line breaks as `\\n`, without characters that nobody can see."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\u2028", "\n")
    text = _CONTROL.sub("", _UNSEEN.sub("", text)).replace("\u00a0", " ")
    return unicodedata.normalize("NFC", text)


def line(text: str) -> str:
    """`text` on one line, single spaces, clean."""
    return " ".join(clean(text).split())


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None


def _looks_korean(text: str) -> bool:
    foreign = [c for c in text[:20_000] if c > "\x7f"]
    return bool(foreign) and sum("가" <= c <= "힣" for c in foreign) >= 0.5 * len(foreign)


def _looks_written(text: str) -> bool:
    sample = text[:20_000]
    if not sample:
        return False
    odd = sum(unicodedata.category(c) in ("Cc", "Cn", "Co", "Cs") and c not in "\t\r\n\f" for c in sample)
    return odd <= len(sample) / 100 and any(c.isalpha() for c in sample)


def _checked(text: str, name: str) -> str:
    sample = text[:_DETECTED_BYTES]
    if len(_CONTROL.findall(sample)) > max(8, len(sample) // 50):
        raise Unreadable("“{name}” is not text.", name=name)
    return clean(text)

"""Text that says one thing in two languages, one beside the other: "30 min 30분", "Price 가격"."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\s/|·,()\[\]（）]+")
_HANGUL = re.compile("[가-힣]")
_LETTER = re.compile(r"[^\W\d_]")


def sides(text: str) -> tuple[str, str] | None:
    """(English, Korean); None for what is in one language, or in two by turns. A number belongs to the word
    behind it."""
    found: list[tuple[str, int, int]] = []
    for match in _WORD.finditer(text):
        kind = "ko" if _HANGUL.search(match[0]) else "en" if _LETTER.search(match[0]) else ""
        found.append((kind, match.start(), match.end()))
    runs: list[tuple[str, int, int]] = []
    for kind, start, end in reversed(found):
        if runs and (not kind or kind == runs[-1][0]):
            runs[-1] = (runs[-1][0], start, runs[-1][2])
        else:
            runs.append((kind, start, end))
    if sorted(kind for kind, _, _ in runs) != ["en", "ko"]:
        return None
    said = {kind: _whole(text, start, end) for kind, start, end in runs}
    return said["en"], said["ko"]


def _whole(text: str, start: int, end: int) -> str:
    """With the bracket that closes what it opens."""
    said = text[start:end]
    closing = re.match(r"\s*[)）\]]", text[end:]) if re.search(r"[(（\[][^)）\]]*$", said) else None
    return said + closing[0] if closing is not None else said


def side_in(text: str, language: str) -> str:
    """What a text says in a language; all of it where it is in one language."""
    both = sides(text)
    return text if both is None else both[1 if language == "ko" else 0]

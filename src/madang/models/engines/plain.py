"""What a model says, as text that can be kept, sent and shown, whatever model or server made of it."""

from __future__ import annotations

import re

# C0 and C1 controls but tab and line feed; what turns a line around; what is no character at all
_UNSHOWN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)


class Plain:
    """Feed it pieces. Halves of a surrogate pair are joined across pieces; a lone one becomes `�`."""

    def __init__(self) -> None:
        self._high = ""

    def feed(self, piece: str) -> str:
        if not self._high and piece.isascii() and piece.isprintable():
            return piece  # nearly every piece
        text = (self._high + piece).replace("\r\n", "\n").replace("\r", "\n")
        self._high = ""
        if text and "\ud800" <= text[-1] <= "\udbff":
            text, self._high = text[:-1], text[-1]
        return _UNSHOWN.sub("", joined(text))

    def finish(self) -> str:
        """What was held back: half a character."""
        held, self._high = self._high, ""
        return "\ufffd" if held else ""


def joined(text: str) -> str:
    """The text without lone surrogates, which no file, database or answer can hold."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")

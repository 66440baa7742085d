"""Keeps the free talk of a small model short, and ends it when it begins to repeat itself.

A small model's second and third sentence are its best; then it wanders, narrates or says the same again.
`Brief` works on a stream: words go on at once, only what may turn out to be a repeated sentence is held.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from madang.chat.sentences import sentences, split

ENOUGH = 36
"""Tokens after which the reply ends with its sentence."""
PARAGRAPH = 10
"""Tokens after which an empty line ends it."""
SHORT = 3
"""A sentence of fewer words may come again: "Haha!"."""
_TWICE = re.compile(r"\b(\w+)[\s,!.-]+\1(?:[\s,!.-]*|[\s,!.-]+\w*)$", re.IGNORECASE)
_GAP = re.compile(r"\n[^\S\n]*\n|\A[^\S\n]*\n")
"""An empty line, or the rest of one: the sentence before it took its first line break."""
_THRICE = re.compile(r"\b(\w+)(?:[\s,!.-]+\1\b){2}", re.IGNORECASE)


class Brief:
    """Feed it pieces, one a token; it gives back what may be shown. `ended`: enough, or a repetition.

    `said` are earlier texts of the same speaker, whose sentences are not said again.
    """

    def __init__(self, said: Iterable[str] = ()) -> None:
        self._known = {key for text in said for part in sentences(text) if (key := _key(part))}
        self._open = ""
        self._shown = 0
        self._tokens = 0
        self._any = False
        self._space = ""
        self.ended = False

    def feed(self, piece: str) -> str:
        """The text that can be shown now; empty after the end."""
        if self.ended or not piece:
            return ""
        self._tokens += 1
        self._open += piece
        done, rest = split(self._open)
        if stuck := _THRICE.search(self._open):
            # "no no no": nothing more will come of it
            self.ended = True
            text = self._spaced(self._open[self._shown : max(stuck.end(1), self._shown)])
            return text.rstrip(" ,-") + ("" if text.endswith((".", "!", "?")) else "…")
        gap = _GAP.search(self._open)
        if gap and (self._any or gap.start()) and self._tokens >= PARAGRAPH:
            self.ended = True
            last = self._complete(self._open[: gap.start()]) if gap.start() else ""
            return self._spaced(last).rstrip()
        out = ""
        for sentence in done:
            out += self._complete(sentence)
            if self.ended:
                return self._spaced(out).rstrip()
        self._open = rest
        if self._shown or not self._any or not self._may_repeat(rest):
            twice = _TWICE.search(rest)
            ready = max(twice.end(1), self._shown) if twice else len(rest)
            out += rest[self._shown : ready]
            self._shown = ready
        return self._spaced(out)

    def finish(self, *, cut: bool = False) -> str:
        """What was held at the end of the stream. With `cut` the stream ended inside a sentence."""
        if self.ended:
            return ""
        self.ended = True
        rest = self._open
        if not rest.strip():
            return ""
        if self._any and not self._shown and _key(rest) in self._known:
            return ""
        text = self._spaced(rest[self._shown :]).rstrip()
        whole = re.search(r"[.!?…。！？][\"'”’)*]*$", rest.rstrip())
        return text + "…" if cut and not whole else text

    def _complete(self, sentence: str) -> str:
        """What is shown of a sentence that is complete now."""
        shown, self._shown = self._shown, 0
        key = _key(sentence)
        if key in self._known:
            # the first sentence is never held, so that the first word comes at once
            self.ended = True
            return "" if self._any else sentence[shown:]
        if key:
            self._known.add(key)
        self._any = True
        self.ended = self.ended or self._tokens >= ENOUGH
        return sentence[shown:]

    def _may_repeat(self, begun: str) -> bool:
        key = _plain(begun)
        return not key or any(known.startswith(key) for known in self._known)

    def _spaced(self, text: str) -> str:
        """`text` with the space held back before: a reply never ends in space."""
        text = self._space + text
        self._space = text[len(text.rstrip()) :]
        return text[: len(text) - len(self._space)]


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


def _key(sentence: str) -> str:
    """The words of a sentence long enough to count as said again; empty for a shorter one."""
    words = re.findall(r"\w+", sentence.lower())
    return " ".join(words) if len(words) >= SHORT else ""

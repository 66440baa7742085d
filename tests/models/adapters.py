"""Writes LoRA adapters as GGUF: small random ones that fit SmolLM2-135M, and ones that fit nothing."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

LAYERS, WIDE, NARROW = 30, 576, 192


def _string(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<Q", len(raw)) + raw


def make_adapter(
    seed: int = 1,
    *,
    strength: float = 0.05,
    rank: int = 4,
    architecture: str = "llama",
    kind: str = "adapter",
    width: int = WIDE,
    layers: int = LAYERS,
    halves: tuple[str, ...] = ("lora_a", "lora_b"),
    claimed: int | None = None,
) -> bytes:
    """Of the attention's queries and values. `claimed`: the rows that the first tensor is said to have."""
    rng = np.random.default_rng(seed)
    tensors: list[tuple[str, NDArray[np.float32]]] = []
    for layer in range(layers):
        for name, out in (("attn_q", WIDE), ("attn_v", NARROW)):
            for half, shape in (("lora_a", (rank, width)), ("lora_b", (out, rank))):
                if half in halves:
                    values = rng.normal(0, strength, shape).astype("<f4")
                    tensors.append((f"blk.{layer}.{name}.weight.{half}", values))
    entries = [
        _string("general.architecture") + struct.pack("<I", 8) + _string(architecture),
        _string("general.type") + struct.pack("<I", 8) + _string(kind),
        _string("adapter.type") + struct.pack("<I", 8) + _string("lora"),
        _string("adapter.lora.alpha") + struct.pack("<If", 6, 8.0),
    ]
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries)) + b"".join(entries)
    data = b""
    for place, (name, values) in enumerate(tensors):
        rows = claimed if claimed is not None and place == 0 else values.shape[0]
        head += _string(name) + struct.pack("<IQQIQ", 2, values.shape[1], rows, 0, len(data))
        data += values.tobytes() + b"\0" * (-values.nbytes % 32)
    return head + b"\0" * (-len(head) % 32) + data

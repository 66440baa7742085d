"""Makes the second reading of messages for self-harm (`safety/harm/hints.json`) from sentences for it.

What speaks of harm: `corpus`, `heldout` and `hints` in `tests/safety`. What does not: the rest of those
files, the studio's own words in both languages, and what people ask of documents (`benchmarks.reader`);
questions on documents kept apart there count false alarms. `unseen` is read by the tests alone.

    python -m benchmarks.calibrate_harm [--check]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.reader import material
from benchmarks.report import report
from madang.kernel.settings import Settings
from madang.models.registry import Models
from madang.safety.harm import hints
from madang.safety.harm.detect import detect

ROOT = Path(__file__).parents[1]
OUT = Path(hints.__file__).with_name("hints.json")
PENALTY = 100.0
ALONE, TOGETHER = 0.6, 0.2
"""About three false alarms in a thousand sentences written to be near, asked of parts that were left
out of the fit; none in four thousand questions on documents kept apart."""
ASKED, APART = 6_000, 4_000
"""Questions on documents to fit with, and to count with."""
PARTS = 8
Numbers = NDArray[np.float64]


def sentences() -> tuple[list[str], list[bool]]:
    texts: list[str] = []
    harm: list[bool] = []
    for language in ("en", "ko"):
        for name in ("corpus", "heldout", "hints"):
            path = ROOT / "tests/safety" / f"{name}_{language}.tsv"
            for line in path.read_text("utf-8").splitlines():
                kind, _, text = line.partition("\t")
                texts.append(text)
                harm.append(kind in ("risk", "other"))
    for path in sorted((ROOT / "src/madang").glob("*/locale/*.po")):
        for text in re.findall(r'^msg(?:id|str) "(.{13,159})"$', path.read_text("utf-8"), re.M):
            texts.append(text.replace('\\"', '"'))
            harm.append(False)
    return texts, harm


def asked(folder: Path, most: int) -> list[str]:
    """Questions that people ask of documents."""
    found = [
        question for path in sorted(folder.glob("*/*.questions")) for question, _ in material.questions(path)
    ]
    return random.Random(1).sample(found, most)


def fitted(vectors: Numbers, harm: Numbers) -> tuple[Numbers, float]:
    """Logistic regression with a penalty on the weights, by Newton's method."""
    middle = vectors.mean(0)
    scale = (vectors - middle).std()
    design = np.hstack([(vectors - middle) / scale, np.ones((len(vectors), 1))])
    penalty = np.eye(design.shape[1]) * PENALTY
    penalty[-1, -1] = 0
    found = np.zeros(design.shape[1])
    for _ in range(25):
        said = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (said - harm) + penalty @ found
        step = np.linalg.solve((design.T * (said * (1 - said) + 1e-6)) @ design + penalty, slope)
        found -= step
        if abs(step).max() < 1e-6:
            break
    weights = found[:-1] / scale
    return weights, float(found[-1] - middle @ weights)


async def main() -> None:
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("--check", action="store_true", help="write nothing")
    check = told.parse_args().check
    texts, said = sentences()
    usual = asked(material.LEARNT, ASKED)
    texts, said = texts + usual, said + [False] * len(usual)
    models = Models(Settings())
    embedder = await models.embedder()
    vectors = np.array([await embedder.query(text) for text in texts], np.float64)
    apart = np.array([await embedder.query(text) for text in asked(material.APART, APART)], np.float64)
    harm = np.array(said, float)
    part = np.random.default_rng(0).integers(0, PARTS, len(texts))
    scores = np.zeros(len(texts))
    for one in range(PARTS):
        weights, bias = fitted(vectors[part != one], harm[part != one])
        scores[part == one] = vectors[part == one] @ weights + bias
    readable = np.array([not hints.NAMED.search(text) for text in texts])
    by_rules = np.array([detect(text) is not None for text in texts])
    alarm = (scores >= ALONE) & readable
    weights, bias = fitted(vectors, harm)
    if not check:
        kept = {"model": embedder.name, "alone": ALONE, "together": TOGETHER, "bias": round(bias, 5)}
        OUT.write_text(
            json.dumps({**kept, "weights": [round(float(one), 4) for one in weights]}) + "\n", "utf-8"
        )
    await models.close()
    report(
        "calibrate_harm",
        {
            "sentences": len(texts),
            "harm": int(harm.sum()),
            "found_by_rules": float(by_rules[harm == 1].mean()),
            "found_by_both": float((by_rules | alarm)[harm == 1].mean()),
            "false_alarms_by_hints": int(alarm[harm == 0].sum()),
            "harmless": int((harm == 0).sum()),
            "false_alarms_apart": int((apart @ weights + bias >= ALONE).sum()),
            "apart": len(apart),
        },
    )


if __name__ == "__main__":
    asyncio.run(main())

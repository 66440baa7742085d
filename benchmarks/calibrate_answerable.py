"""Makes the coefficients of `answerable` from the questions in `benchmarks/answerable`.

Each document there has questions that it answers (`+ question | words of the answer`) and questions on its
subject that it does not answer (`-`). An answered question is asked twice: as it is, and with the passages
that hold its answer taken away. Every document is asked alone, among those of its language, and among all.
Nothing here is in a benchmark.

    python -m benchmarks.calibrate_answerable [--check]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.knowing import Forgetful, KeptVectors, open_knowledge
from benchmarks.report import auroc, report
from madang.knowledge import answerable
from madang.knowledge.access import Knowledge
from madang.knowledge.features import VECTOR_FEATURES, WORD_FEATURES
from madang.knowledge.split import context
from madang.knowledge.types import Passage
from madang.storage.segment import terms

FOLDER = Path(__file__).parent / "answerable"
OUT = Path(answerable.__file__).parent / "calibration" / "answerable.json"
PENALTY = 100.0
"""Strong: many of the features say nearly the same, and documents of other kinds come."""
UNANSWERED = 0.3
"""Share of visitors' questions that the sources do not answer, for which the curve is made."""
LEVELS = [level / 100 for level in range(5, 100, 2)]
"""Thresholds at which the curve is taken."""
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    document: str
    values: dict[str, float]
    answered: bool


def questions(path: Path) -> list[tuple[str, str | None]]:
    """Questions of a document with words of the answer, None for those that it does not answer."""
    found: list[tuple[str, str | None]] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        question, _, gold = line[2:].rpartition(" | ") if line.startswith("+") else (line[2:], "", None)
        if line.strip():
            found.append((question, gold))
    return found


async def examples(knowledge: Knowledge, embedder: KeptVectors, search: Forgetful) -> list[Example]:
    embedder.keep_questions = True
    found: list[Example] = []
    documents = sorted(FOLDER.glob("*.md"))
    for name, members in _characters(documents).items():
        sources = [await knowledge.add_file(name, path.name, path.read_bytes()) for path in members]
        passages = []
        for source in sources:
            await knowledge.wait(source.id, "ready")
            passages.extend(await knowledge.passages(name, source.id))
        for path in members:
            for question, gold in questions(path.with_suffix(".questions")):
                _, values = await knowledge.weigher.measured(name, question)
                found.append(Example(path.stem, values, gold is not None))
                if gold is not None:
                    holding = frozenset(passage.id for passage in passages if gold in passage.text)
                    assert holding, f"{path.stem}: no passage holds “{gold}”"
                    search.hidden = _only_in(passages, holding)
                    _, values = await knowledge.weigher.measured(name, question, without=holding)
                    search.hidden = frozenset()
                    found.append(Example(path.stem, values, False))
    return [example for example in found if example.values]


def _only_in(passages: list[Passage], ids: frozenset[str]) -> frozenset[str]:
    """Terms that no other passage has."""
    inside: set[str] = set()
    outside: set[str] = set()
    for passage in passages:
        found = terms(context(passage.title, passage.headings, passage.text))
        (inside if passage.id in ids else outside).update(found)
    return frozenset(inside - outside)


def _characters(documents: list[Path]) -> dict[str, list[Path]]:
    alone = {f"chr_{path.stem}": [path] for path in documents}
    korean = [path for path in documents if path.stem.endswith("_ko")]
    english = [path for path in documents if path.stem.endswith("_en")]
    return {**alone, "chr_ko": korean, "chr_en": english, "chr_all": documents}


def fit(names: tuple[str, ...], found: list[Example]) -> dict[str, float]:
    """Logistic regression by Newton's method, classes balanced, L2 penalty on standardised features."""
    raw = np.array([[example.values.get(name, 0.0) for name in names] for example in found])
    labels = np.array([float(example.answered) for example in found])
    mean, spread = raw.mean(axis=0), raw.std(axis=0)
    spread[spread == 0] = 1.0
    table = np.hstack([(raw - mean) / spread, np.ones((len(raw), 1))])
    share = labels.mean()
    importance = np.where(labels > 0, 0.5 / share, 0.5 / (1 - share))
    penalty = np.diag([PENALTY] * len(names) + [0.0])
    weights: Numbers = np.zeros(table.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-(table @ weights)))
        slope = table.T @ (importance * (chance - labels)) + penalty @ weights
        bend = (table * (importance * chance * (1 - chance))[:, None]).T @ table + penalty
        step = np.linalg.solve(bend, slope)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    scaled = weights[:-1] / spread
    bias = float(weights[-1] - scaled @ mean)
    return {"bias": bias, **dict(zip(names, map(float, scaled), strict=True))}


def score(names: tuple[str, ...], found: list[Example]) -> tuple[list[float], list[float]]:
    """Estimates of answered and unanswered questions, each document by a model that has not seen it."""
    there: list[float] = []
    gone: list[float] = []
    for document in sorted({example.document for example in found}):
        weights = fit(names, [example for example in found if example.document != document])
        for example in found:
            if example.document == document:
                total = weights["bias"] + sum(weights[n] * example.values.get(n, 0.0) for n in names)
                (there if example.answered else gone).append(float(total))
    return there, gone


def curve(there: list[float], gone: list[float]) -> list[list[float]]:
    """Rows [threshold, share of the answers that are wrong, share of the answerable that are declined].

    Never falling and never rising where they may not: no threshold promises more than a higher one keeps.
    """
    held, not_held = 1 / (1 + np.exp(-np.array(there))), 1 / (1 + np.exp(-np.array(gone)))
    rows: list[list[float]] = []
    worst = 0.0
    for level in reversed(LEVELS):
        right = (1 - UNANSWERED) * float((held >= level).mean())
        wrong = UNANSWERED * float((not_held >= level).mean())
        worst = max(worst, wrong / (right + wrong) if right + wrong else 0.0)
        rows.append([level, round(worst, 4), round(float((held < level).mean()), 4)])
    return rows[::-1]


def written(coefficients: dict[str, Any]) -> str:
    """As it is kept: a row of a curve stays on one line."""
    text = json.dumps(coefficients, indent=2)
    return re.sub(r"\[\s+([^\[\]]+?)\s+\]", lambda row: f"[{' '.join(row[1].split())}]", text) + "\n"


async def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="measure only, write no coefficients")
    options = parser.parse_args()
    async with open_knowledge() as (knowledge, embedder, search):
        found = await examples(knowledge, embedder, search)
    sets = {
        "words": WORD_FEATURES,
        "vectors": (*WORD_FEATURES, *VECTOR_FEATURES),
    }
    results: dict[str, Any] = {"examples": len(found), "answered": sum(example.answered for example in found)}
    coefficients: dict[str, Any] = {"curves": {}}
    for name, features in sets.items():
        there, gone = score(features, found)
        results[f"auroc_{name}"] = auroc(there, gone)
        coefficients["curves"][name] = curve(there, gone)
        coefficients[name] = {key: round(value, 4) for key, value in fit(features, found).items()}
    for feature in sets["vectors"]:
        there = [example.values[feature] for example in found if example.answered]
        gone = [example.values[feature] for example in found if not example.answered]
        results[f"alone_{feature}"] = auroc(there, gone)
    if not options.check:
        OUT.write_text(written(coefficients))
    report("calibrate_answerable", results)
    return 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))

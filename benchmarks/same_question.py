"""Whether an approved answer meets a paraphrase of its question, and keeps off one that only looks alike.

The pairs (`same/pairs.tsv`, written for this) are asked both ways round: by words alone, and with the second
opinion of vectors. Also told: the cosines of both sorts, for whoever chooses a threshold.

And which questions in two languages stand together in the inbox: `same/across_choose.tsv` is for choosing,
and `same/across_report.tsv` was not looked at before.

    python -m benchmarks.same_question [--pairs FILE]
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import report
from madang.inbox.grouping import ask_the_same
from madang.kernel.settings import Settings
from madang.knowledge.answers import ENOUGH
from madang.knowledge.meaning import SURE, Meaning
from madang.knowledge.same import about_the_same, alike, meant, meets
from madang.models.registry import Models

PAIRS = Path(__file__).parent / "same" / "pairs.tsv"
ACROSS = {name: PAIRS.with_name(f"across_{name}.tsv") for name in ("choose", "report")}


def pairs(path: Path) -> list[tuple[bool, str, str]]:
    found = []
    for line in path.read_text("utf-8").splitlines():
        sign, one, other = line.split("\t")
        found.append((sign == "+", one, other))
    return found


def by_words(one: str, other: str) -> bool:
    return max(meets(meant(one), meant(other), ""), meets(meant(other), meant(one), "")) >= ENOUGH


def score(told: list[tuple[bool, bool]]) -> dict[str, float | int]:
    """Of pairs (is the same, was taken for the same)."""
    right = sum(is_ and was for is_, was in told)
    taken = sum(was for _, was in told)
    wanted = sum(is_ for is_, _ in told)
    return {
        "precision": round(right / taken, 4) if taken else 1.0,
        "recall": round(right / wanted, 4),
        "wrong": taken - right,
    }


async def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=Path, default=PAIRS)
    options = parser.parse_args()
    models = Models(Settings())
    meaning = Meaning(models)
    every = pairs(options.pairs)
    rows = await meaning.vectors([text for _, one, other in every for text in (one, other)])
    assert rows is not None, "there is no embedder"
    cosines = [float(rows[2 * at] @ rows[2 * at + 1]) for at in range(len(every))]
    results: dict[str, Any] = {"pairs": len(every), "sure": SURE}
    for language in ("en", "ko"):
        here = [at for at, (_, one, _) in enumerate(every) if meant(one).language == language]
        words = [by_words(*every[at][1:]) for at in here]
        like = [alike(meant(every[at][1]), meant(every[at][2])) for at in here]
        truth = [every[at][0] for at in here]
        sure = [cosines[at] >= SURE for at in here]
        both = [w or (k and v) for w, k, v in zip(words, like, sure, strict=True)]
        results[f"words_{language}"] = score(list(zip(truth, words, strict=True)))
        results[f"meaning_{language}"] = score(list(zip(truth, both, strict=True)))
        for sign, name in ((True, "same"), (False, "other")):
            found = [cosines[at] for at in here if every[at][0] is sign]
            results[f"cosine_{name}_{language}"] = [
                round(x, 3) for x in np.quantile(found, (0.05, 0.5, 0.95))
            ]
        together = [about_the_same(meant(every[at][1]), meant(every[at][2])) for at in here]
        results[f"about_{language}"] = score(list(zip(truth, together, strict=True)))
        for at, taken in zip(here, both, strict=True):
            if taken != every[at][0]:
                print("wrongly" if taken else "missed", f"{cosines[at]:.3f}", *every[at][1:], sep="\t")
    for name, file in ACROSS.items():
        both_ways = pairs(file)
        rows = await meaning.vectors([text for _, one, other in both_ways for text in (one, other)])
        assert rows is not None, "there is no embedder"
        results[f"across_{name}"] = score(
            [
                (is_, ask_the_same(meant(one), meant(other), float(rows[2 * at] @ rows[2 * at + 1])))
                for at, (is_, one, other) in enumerate(both_ways)
            ]
        )
    await models.close()
    report("same_question", results)
    return 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))

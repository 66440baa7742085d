"""Makes the coefficients by which one asks back in large English sources (`madang.chat.unclear.estimate`).

From the turns of `benchmarks.made.talks`, of which every one says whether it leaves open what it means.
Conversations that were written for this count twice. One asks back from where the F1 of it is highest, pages
left out in turn, and rather less than more where that is as good.

    python -m benchmarks.calibrate_unclear --talks FOLDER … [--store]

The folders are those of `benchmarks.calibrate_answerable --talks`, in the same order.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.knowing import open_knowledge
from benchmarks.logistic import Numbers, left_out, logistic
from benchmarks.made import talks
from benchmarks.report import auroc, report
from madang.chat.unclear.estimate import FILE
from madang.chat.unclear.signs import FROM_FEATURES, SIGNS, signs
from madang.knowledge.evidence import Weigher

PENALTY = 10.0
WRITTEN_FOR_IT = 2.0
"""What a turn of a conversation that was written for it counts."""
LEVELS = [level / 100 for level in range(5, 80)]
"""Estimates from which one asks back, that are tried."""
BY_RULE = ("lost", "answering")
"""Readings of which a rule decides."""
AS_GOOD = 0.01
"""Of F1."""
NAMES = (*SIGNS, *FROM_FEATURES)


@dataclass(frozen=True, slots=True)
class Example:
    file: str
    document: str
    """The page that is talked about."""
    values: dict[str, float]
    left_open: bool

    @property
    def importance(self) -> float:
        return 1.0 if self.file == talks.EN.stem else WRITTEN_FOR_IT


def of_turns(found: Sequence[talks.Asked]) -> list[Example]:
    return [
        Example(
            one.file.stem,
            one.talk.title,
            signs(one.turn.message, one.standing, one.history, one.evidence),
            one.turn.answered == "~",
        )
        for one in found
        if one.standing.how not in BY_RULE
    ]


def fit(found: Sequence[Example]) -> dict[str, float]:
    labels = np.array([float(one.left_open) for one in found])
    importance = np.array([one.importance for one in found])
    return logistic(NAMES, [one.values for one in found], labels, importance, PENALTY)


def told(found: Sequence[Example], estimates: Numbers, level: float) -> dict[str, float]:
    """Precision, recall and F1 of asking back from `level` on."""
    wanted = np.array([one.left_open for one in found])
    asked = estimates >= level
    both = float((asked & wanted).sum())
    return {
        "precision": both / max(1.0, float(asked.sum())),
        "recall": both / float(wanted.sum()),
        "f1": 2 * both / float(asked.sum() + wanted.sum()),
    }


def results(found: Sequence[Example]) -> tuple[dict[str, Any], float]:
    """What is reported, and the level."""
    estimates = left_out(found, fit)
    f1 = {tried: told(found, estimates, tried)["f1"] for tried in LEVELS}
    level = max(tried for tried in LEVELS if f1[tried] >= max(f1.values()) - AS_GOOD)
    by_file = {}
    for file in sorted({one.file for one in found}):
        places = [place for place, one in enumerate(found) if one.file == file]
        some = [found[place] for place in places]
        wanted = [float(estimates[place]) for place in places if found[place].left_open]
        others = [float(estimates[place]) for place in places if not found[place].left_open]
        by_file[file] = {
            "turns": len(some),
            "left_open": len(wanted),
            "auroc": auroc(wanted, others),
            **told(some, estimates[places], level),
        }
    return {"turns": len(found), "from": level, **told(found, estimates, level), "by_file": by_file}, level


async def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--talks", type=Path, nargs="+", required=True, help="folders of HTML talked about")
    parser.add_argument("--store", action="store_true", help=f"keep the coefficients as {FILE.name}")
    options = parser.parse_args()
    async with open_knowledge() as (knowledge, embedder, _):
        embedder.keep_questions = True
        files = (talks.EN, talks.BACK, talks.FOURS)
        weigher = Weigher(knowledge.weigher.retriever)
        found = of_turns(await talks.asked(knowledge, weigher, options.talks, files))
    made, level = results(found)
    if options.store:
        weights = {name: round(value, 4) for name, value in fit(found).items()}
        FILE.write_text(json.dumps({"from": level, "weights": weights}, indent=2) + "\n", encoding="utf-8")
    report("calibrate_unclear", made)
    return 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))

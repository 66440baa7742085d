"""Does a character of the embedded model answer from its own material: right, cited, short, quick, honest?

Hypothesis: with a model of 135M parameters the system alone reaches the bars below, on questions it was
never tuned on. What each number means stands in the part that measures it (`korquad.py`, …).

    python -m benchmarks.grounded [--korquad FILE] [--questions N] [--split all|choose|rest] [--no-deletion]
                                  [--mtrag FILE] [--peers MTRAG_FILE] [--documents N] [--only PART]

A part without its file is left out. Intervals (`…_95`) are bootstraps over whole paragraphs or conversations.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from benchmarks.grounded import korquad, mtrag, peers
from benchmarks.report import report

Part = Callable[[Path, argparse.Namespace], Awaitable[dict[str, Any]]]
PARTS: dict[str, tuple[Part, dict[str, str], str]] = {
    "korquad": (
        lambda path, options: korquad.measure(
            path, questions=options.questions, split=options.split, gone=not options.no_deletion
        ),
        korquad.BARS,
        "KorQuAD 1.0 dev set as JSON",
    ),
    "mtrag": (
        lambda path, options: mtrag.measure(path, tasks=options.questions),
        mtrag.BARS,
        "MTRAG-UN tasks, a JSON object a line",
    ),
    "peers": (
        lambda path, options: peers.measure(
            path,
            korquad=options.korquad,
            documents=options.documents,
            **({"tasks": options.questions, "questions": options.questions} if options.questions else {}),
        ),
        {},
        "MTRAG-UN tasks for the same model in the peers' ways, with --korquad on that too",
    ),
}
"""Option to what measures its file, its bars, and what the file is."""


async def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, (_, _, help_) in PARTS.items():
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=help_)
    parser.add_argument(
        "--questions", type=int, default=0, help="the first so many of a part; all by default"
    )
    parser.add_argument("--split", choices=("all", "choose", "rest"), default="all", help="of KorQuAD")
    parser.add_argument(
        "--documents", type=int, default=0, help="what --peers knows at most, the right ones among it"
    )
    parser.add_argument("--only", choices=PARTS, help="of the parts that have a file")
    parser.add_argument("--no-deletion", action="store_true", help="ask only while the answer is there")
    options = parser.parse_args()
    wanted = [name for name in PARTS if getattr(options, name) is not None and options.only in (None, name)]
    if not wanted:
        parser.error(f"give one of {', '.join(f'--{name} FILE' for name in PARTS)}")
    results: dict[str, Any] = {}
    bars: dict[str, str] = {}
    for name in wanted:
        measure, its_bars, _ = PARTS[name]
        results |= await measure(getattr(options, name), options)
        bars |= its_bars
    name = f"grounded_{options.only}" if options.only else "grounded"
    return 0 if report(name, results, bars)["passed"] else 1


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))

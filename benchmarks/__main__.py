"""`make bench`: every benchmark, one after another, each in a process of its own.

    python -m benchmarks [NAME ...] [--korquad FILE]

Ends with 1 when one of them failed or missed a bar. One that needs data which was not given is left out,
and said.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
NAMES = (
    "setup",
    "startup",
    "overhead",
    "ingest",
    "retrieval",
    "grounded",
    "gallery",
    "embed",
    "embedder",
    "crawl",
    "customers",
)
NEEDS = {"retrieval": "korquad", "grounded": "korquad", "embedder": "korquad"}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(NAMES)}; all without one")
    parser.add_argument(
        "--korquad", type=Path, help="KorQuAD 1.0 dev set as JSON, for `retrieval` and `grounded`"
    )
    options = parser.parse_args()
    unknown = set(options.names) - set(NAMES)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    failed = []
    for name in options.names or NAMES:
        arguments = []
        if data := NEEDS.get(name):
            path = getattr(options, data)
            if path is None:
                print(f"· {name}: left out, it needs --{data} FILE", flush=True)
                continue
            arguments = [f"--{data}", str(path)]
        print(f"· {name}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *arguments], check=False)
        if done.returncode or not _met(name):
            failed.append(name)
    if failed:
        print(f"missed or failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _met(name: str) -> bool:
    """Whether the result that was just written met all of its bars."""
    path = FOLDER / "results" / f"{name}.json"
    return path.is_file() and json.loads(path.read_text()).get("passed", True) is not False


if __name__ == "__main__":
    sys.exit(main())

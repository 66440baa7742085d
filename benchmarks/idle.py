"""What characters cost while nobody talks with them.

Hypothesis: a studio with 1,000 published characters takes at most 30 MB more memory than one with none, model
loaded and one page served. Told beside it: what a character takes on the disk, in the database and computed.

Both studios are started as a person starts them (`madang up`), with the chat model loaded. What is computed
of a character of 1,255 tokens is made for `--computed` of them; for the others it is linked, so that the
store holds as many.

    python -m benchmarks.idle [--characters N] [--computed N]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.processes import ROOT, first_page, free_port, rss_mb, started
from benchmarks.report import report
from benchmarks.switch import persona, settings_in, visit
from madang.app.demos.seed import DEMOS
from madang.app.studio import open_studio
from madang.characters.types import Profile
from madang.kernel.settings import Settings
from madang.models.catalogue import SMOLLM2
from madang.models.registry import Models

BARS = {"added_mb": "<= 30"}
WORDS = 900
SETTLE_SECONDS = 8
SAMPLES = 5


async def _make(data: Path, characters: int) -> None:
    """A studio with so many published characters, and without the demos."""
    (data / "demos.json").write_text(json.dumps(dict.fromkeys(DEMOS, "none")))
    async with open_studio(settings_in(data), jobs=False) as studio:
        owner = await studio.accounts.owner()
        for number in range(characters):
            profile = Profile(
                name=f"Number {number}",
                tagline="One of many.",
                greeting="Hello!",
                persona=persona(number, WORDS),
            )
            made = await studio.characters.create(owner, profile)
            await studio.characters.publish(owner, made.slug)


def _computed(data: Path, characters: int, computed: int) -> float:
    """Fills the store of what is computed; MB of one."""
    counts = asyncio.run(visit(data, range(computed)))["counts"]
    folder = data / "prefixes"
    made = list(folder.glob("*/*.kv"))
    for number in range(computed, characters):
        source = made[number % len(made)]
        target = folder / f"{number:032x}"
        target.mkdir(mode=0o700)
        os.link(source, target / source.name)
    return float(counts.kept_bytes / counts.kept / 1e6)


def _weigh(data: Path) -> list[float]:
    """Resident MB of a started studio that has loaded its model and is left alone, several times."""
    port, log = free_port(), data / "log"
    environment = os.environ | {"MADANG_DATA": str(data), "MADANG_PORT": str(port)}
    command = [str(Path(sys.executable).parent / "madang"), "up"]
    address = f"http://127.0.0.1:{port}"
    with started(command, ROOT, environment, log) as process:
        first_page(f"{address}/", process, log, 300)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and rss_mb(process.pid) < 350:
            time.sleep(0.5)  # the model is loaded behind the first page
        for _ in range(3):
            with urllib.request.urlopen(f"{address}/", timeout=60) as response:
                response.read()
        time.sleep(SETTLE_SECONDS)
        weights = []
        for _ in range(SAMPLES):
            weights.append(rss_mb(process.pid))
            time.sleep(1)
        return weights


def measure(characters: int, computed: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="madang-idle-") as name:
        empty, full = Path(name, "empty"), Path(name, "full")
        for data in (empty, full):
            settings: Settings = settings_in(data)
            asyncio.run(_pulled(settings))
            asyncio.run(_make(data, characters if data is full else 0))
        rows = _size(full) - _size(empty)
        mb = _computed(full, characters, computed)
        none, many = _weigh(empty), _weigh(full)
        return {
            "added_mb": statistics.median(many) - statistics.median(none),
            "rss_none_mb": statistics.median(none),
            "rss_many_mb": statistics.median(many),
            "characters": characters,
            "computed_mb_a_character": mb,
            "database_kb_a_character": rows / characters / 1000,
        }


async def _pulled(settings: Settings) -> None:
    models = Models(settings)
    await models.pull(SMOLLM2.name)
    await models.close()


def _size(data: Path) -> int:
    return sum(path.stat().st_size for path in data.glob("studio.db*"))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--characters", type=int, default=1000)
    parser.add_argument("--computed", type=int, default=4, help="of whom it is really computed")
    options = parser.parse_args()
    report("idle", measure(options.characters, min(options.computed, options.characters)), BARS)


if __name__ == "__main__":
    main()

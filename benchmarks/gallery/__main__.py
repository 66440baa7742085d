"""Hypothesis: an index in memory keeps search and the first page of a gallery of 20,000 characters fluent for
20 people at once on two cores.

    python -m benchmarks.gallery [--characters 20000] [--requests 2000] [--meaning 240]

Imports the characters as cards, serves the studio as people run it, and asks: searches as one types (each
query once, then again), first pages of new visitors, and the same searches as SQL LIKE, all 20 in flight.
`…_cpu_ms` is the server's processor time a request: it says more than the clock on a machine that others use
too. Then the relevance set: nDCG@10 of words alone, meaning alone, both.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import os
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks.gallery import made, relevance
from benchmarks.gallery.load import Taken, ask_all
from benchmarks.processes import first_page, free_port, rss_mb, started
from benchmarks.report import percentile, report

BARS = {
    "search_p95_ms": "<= 60",
    "search_again_p95_ms": "<= 60",
    "feed_p95_ms": "<= 80",
    "import_per_second": ">= 300",
    "lost": "<= 0",
    "refused": "<= 0",
}
TYPED = "hx-request: true\r\n"


async def bring(data: Path, count: int) -> dict[str, Any]:
    """Imports `count` cards through the door; how fast, and how many were lost."""
    from madang.app.studio import open_studio
    from madang.kernel.settings import Settings

    cards = [(f"{number}.json", made.card(profile)) for number, profile in enumerate(made.profiles(count))]
    async with open_studio(Settings(data=data, hub="off"), jobs=False) as studio:
        owner = await studio.accounts.owner()
        began = time.perf_counter()
        summary = await studio.characters.import_cards(owner, cards, publish=True)
        seconds = time.perf_counter() - began
        there = await studio.characters.gallery_size()
    return {
        "import_per_second": count / seconds,
        "import_seconds": seconds,
        "lost": count - summary.published + summary.lost + max(0, count - there),
    }


def figures(name: str, taken: Taken) -> dict[str, Any]:
    return {
        f"{name}_p50_ms": percentile(taken.ms, 0.5),
        f"{name}_p95_ms": percentile(taken.ms, 0.95),
        f"{name}_max_ms": max(taken.ms),
        f"{name}_cpu_ms": taken.cpu_ms,
        f"{name}_per_second": len(taken.ms) / taken.seconds,
    }


def state(port: int) -> dict[str, Any]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}/benchmark/state", timeout=60) as answer:
        found: dict[str, Any] = json.loads(answer.read())
    return found


def settle(port: int, count: int, seconds: float) -> dict[str, Any]:
    """Waits until the index holds everybody, and for the meaning at most `seconds`."""
    began = time.perf_counter()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    indexed = None
    while True:
        with opener.open(f"http://127.0.0.1:{port}/", timeout=60) as answer:
            answer.read()
        now = state(port)
        if indexed is None and now["characters"] >= count:
            indexed = time.perf_counter() - began
        done = indexed is not None and not now["waiting"] and now["words"]
        if done or time.perf_counter() - began > seconds + (indexed or 120):
            return {
                "index_seconds": indexed,
                "meaning_seconds": time.perf_counter() - began,
                "meant_share": now["meant"] / max(1, now["characters"]),
                "indexed": now["characters"],
            }
        time.sleep(1)


async def ask(port: int, pid: int, count: int) -> dict[str, Any]:
    """The requests, one kind after another."""
    asked = functools.partial(ask_all, port, pid=pid)
    texts = made.queries(count)
    searches = [f"/?q={quote(text)}" for text in texts]
    await asked(["/"] * 60)
    before = state(port)["exact"]
    cold = await asked(searches, headers=TYPED)
    exact = state(port)["exact"] - before
    again = await asked(searches[-250:] * (count // 250), headers=TYPED)
    whole = await asked(searches[: count // 2])
    feed = await asked(["/"] * count)
    api = await asked([f"/api/gallery?q={quote(text)}" for text in texts[: count // 2]])
    plain = await asked([f"/benchmark/plain?q={quote(text)}" for text in texts[: max(40, count // 20)]])
    return {
        **figures("search", cold),
        **figures("search_again", again),
        **figures("search_page", whole),
        **figures("feed", feed),
        **figures("api", api),
        **figures("plain_like", plain),
        "own_vector_share": exact / len(searches),
        "feed_kb": feed.bytes / len(feed.ms) / 1000,
        "search_kb": cold.bytes / len(cold.ms) / 1000,
        "refused": sum(one.failed for one in (cold, again, whole, feed, api, plain)),
    }


def measure(options: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="madang-gallery-") as name:
        folder = Path(options.data or name)
        data = folder / "data"
        results: dict[str, Any] = {"characters": options.characters}
        if not (data / "studio.db").exists():
            results |= asyncio.run(bring(data, options.characters))
            print(json.dumps(results), file=sys.stderr, flush=True)
        port, log = free_port(), folder / "log"
        command = [sys.executable, "-m", "benchmarks.gallery.served", str(data), str(port)]
        with started(command, Path(__file__).parents[2], os.environ, log) as process:
            first_page(f"http://127.0.0.1:{port}/benchmark/state", process, log, 120)
            before = rss_mb(process.pid)
            results |= settle(port, options.characters, options.meaning)
            results["index_mb"] = rss_mb(process.pid) - before
            results |= asyncio.run(ask(port, process.pid, options.requests))
        if not options.no_relevance:
            results |= asyncio.run(relevance.measure())
    return results


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--characters", type=int, default=20_000)
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--meaning", type=float, default=240, help="seconds to wait for vectors")
    parser.add_argument("--data", help="a folder to keep, with the characters of an earlier run")
    parser.add_argument("--no-relevance", action="store_true")
    report("gallery", measure(parser.parse_args()), BARS)


if __name__ == "__main__":
    main()

"""What a second machine gives, what its loss costs, and what it is worth that a character returns to the
replica that knows it.

Hypotheses: a visitor whose replica or whose replica's machine dies in the middle of a reply waits some
seconds, and every reply is told whole, once; conversations get nearly twice the tokens a second from two
replicas that have a processor each; and the first word comes sooner when requests are routed by their prefix
than at random, because the beginning of the character's prompts is computed already.

A Ray cluster of two machines on this one. Losses: twelve visitors and replicas that say a known text, a word
every 50 ms. Speed: the default model, one thread a replica. On two cores both replicas, Ray and the asking
side share them: tokens a second say little about machines that stand apart. Characters have beginnings of
about `--tokens` tokens; each is visited `--turns` times in random order, twice: with the studio's router, and
with one that picks a replica at random.

    python -m benchmarks.cluster [--characters N] [--turns N] [--tokens N] [--data FOLDER] [--part NAME]

With `--data` every part that was measured stays in that folder, and another run goes on with the others.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

from tests.models.cluster.visitors import under_load, until
from tests.models.machines import Machines, two_machines

from benchmarks.report import percentile, report
from benchmarks.switch import persona, question
from madang.kernel.settings import Settings
from madang.models.catalogue import SMOLLM2
from madang.models.cluster.link import Link
from madang.models.cluster.plan import LLAMA
from madang.models.cluster.runtime import ClusterRuntime
from madang.models.types import ChatRequest, Message

BARS = {"hit_share": ">= .9", "longest_pause_replica_s": "<= 10", "longest_pause_machine_s": "<= 10"}
REPLY_TOKENS = 32
AT_ONCE = 4
"""Conversations that the speed is measured with, each with a character of its own."""
ROUNDS = 3
PATIENCE = 200.0
PARTS = ("losses", "two", "random", "one")


async def losses(machines: Machines) -> dict[str, float]:
    """The longest time without a word. Every reply is held against its script (`Visitor.talk`)."""
    plan = machines.plan()
    link = Link(machines.address, plan)
    runtime = await ClusterRuntime.connect(link)

    async def lose_replica() -> None:
        killed = machines.kill_replica(plan)
        await until(lambda: len(set(machines.seats(plan)) - {killed}) == 2)

    async def lose_machine() -> None:
        await asyncio.to_thread(machines.remove)
        await until(lambda: link.state.wanted == 1 and link.state.replicas == 1)

    async def pause(work: Callable[[], Awaitable[None]]) -> tuple[float, int, int]:
        await until(lambda: link.state.replicas == 2)
        before = runtime.lost_replicas
        visitors = await under_load(runtime, work)
        replies = sum(one.replies for one in visitors)
        return max(one.longest for one in visitors), runtime.lost_replicas - before, replies

    try:
        replica, machine = await pause(lose_replica), await pause(lose_machine)
    finally:
        await runtime.close()
        await link.close()
    return {
        "longest_pause_replica_s": replica[0],
        "longest_pause_machine_s": machine[0],
        "went_on_elsewhere": replica[1] + machine[1],
        "replies_told_whole": replica[2] + machine[2],
    }


async def asked(runtime: ClusterRuntime, number: int, turn: int, words: int) -> tuple[float, int, bool]:
    """Milliseconds to the first text, tokens written, whether the beginning was found."""
    messages = [Message("system", persona(number, words)), Message("user", f"{question(turn)} ({turn})")]
    request = ChatRequest(
        messages, max_tokens=REPLY_TOKENS, temperature=0.0, beginning=1, keep=f"character {number}"
    )
    began, first, written, cached, prompt = time.perf_counter(), 0.0, 0, 0, 0
    async with aclosing(runtime.stream(request)) as deltas:  # type: ignore[type-var]
        async for delta in deltas:
            if delta.text and not first:
                first = time.perf_counter() - began
            if delta.usage is not None:
                written, cached = delta.usage.completion_tokens, delta.usage.cached_tokens
                prompt = delta.usage.prompt_tokens
    return first * 1000, written, cached > prompt / 2


async def visits(runtime: ClusterRuntime, args: argparse.Namespace) -> dict[str, float]:
    """The visits after each character's first: milliseconds to the first text, and the share of hits."""
    order = [number for number in range(args.characters) for _ in range(args.turns)]
    random.Random(1).shuffle(order)
    met: dict[int, int] = {}
    firsts, hits = [], []
    for number in order:
        turn = met[number] = met.get(number, 0) + 1
        first, _, hit = await asked(runtime, number, turn, args.tokens // 2)
        if turn > 1:
            firsts.append(first)
            hits.append(hit)
    return {
        "first_p50_ms": statistics.median(firsts),
        "first_p95_ms": percentile(firsts, 0.95),
        "hit_share": sum(hits) / len(hits),
    }


async def rate(runtime: ClusterRuntime, args: argparse.Namespace) -> dict[str, float]:
    """Tokens a second of some conversations at once whose beginnings are known, and the middle first text."""
    for number in range(AT_ONCE):
        await asked(runtime, 1000 + number, 0, args.tokens // 2)
    began, found = time.perf_counter(), []
    for turn in range(1, ROUNDS + 1):
        every = (asked(runtime, 1000 + number, turn, args.tokens // 2) for number in range(AT_ONCE))
        found += await asyncio.gather(*every)
    took = time.perf_counter() - began
    return {
        "tokens_per_second": sum(one[1] for one in found) / took,
        "busy_first_p50_ms": statistics.median(one[0] for one in found),
    }


async def with_model(
    machines: Machines,
    name: str,
    measure: Callable[[ClusterRuntime], Awaitable[dict[str, float]]],
    **more: Any,
) -> dict[str, float]:
    """What is measured of an application of the default model, once all its replicas answer."""
    options = {
        "model": SMOLLM2.name,
        "opens": LLAMA,
        "context": 2048,
        "threads": 1,
        "hub": "off",
        "cpus": 0.2,
    }
    plan = machines.plan(name=name, **{**options, "replicas": 2, **more})
    link = Link(machines.address, plan)
    runtime = await ClusterRuntime.connect(link)
    try:
        async with asyncio.timeout(PATIENCE):
            while link.state.replicas < (plan.replicas or 1):
                await asyncio.sleep(0.2)
        return await measure(runtime)
    finally:
        await runtime.close()
        await link.close()


def measured(part: str, args: argparse.Namespace) -> dict[str, float]:
    """One part, on a cluster of its own."""

    async def both(runtime: ClusterRuntime) -> dict[str, float]:
        return {**await rate(runtime, args), **await visits(runtime, args)}

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "weights").symlink_to(Settings().weights)
        with two_machines(folder) as machines:
            if part == "losses":
                return asyncio.run(losses(machines))
            if part == "two":
                return asyncio.run(with_model(machines, "bench", both))
            if part == "random":
                found = asyncio.run(with_model(machines, "bench", lambda it: visits(it, args), spread=True))
                return {f"at_random_{name}": value for name, value in found.items()}
            found = asyncio.run(with_model(machines, "bench", lambda it: rate(it, args), replicas=1))
            return {f"one_replica_{name}": value for name, value in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--characters", type=int, default=8)
    parser.add_argument("--turns", type=int, default=4)
    parser.add_argument("--tokens", type=int, default=500)
    parser.add_argument("--data", type=Path, help="folder that keeps the parts that were measured")
    parser.add_argument("--part", choices=PARTS, help="measure only this one")
    args = parser.parse_args()
    results: dict[str, Any] = {"characters": args.characters, "turns": args.turns, "tokens": args.tokens}
    for part in PARTS:
        kept = args.data / f"{part}.json" if args.data else None
        if args.part == part or (args.part is None and not (kept and kept.exists())):
            found = measured(part, args)
            print(part, json.dumps(found), flush=True)
            if kept:
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(json.dumps(found))
            results |= found
        elif kept and kept.exists():
            results |= json.loads(kept.read_text())
    if "tokens_per_second" in results and "one_replica_tokens_per_second" in results:
        results["two_to_one"] = results["tokens_per_second"] / results["one_replica_tokens_per_second"]
    report("cluster", results, BARS)


if __name__ == "__main__":
    main()

"""Whether anything grows or is left behind while people come and go.

Hypothesis: over 5,000 short conversations with 40 characters, some of them left in the middle of a reply, the
memory grows by less than 5 % after the first 500; afterwards no slot is busy, nobody waits, and there are no
more open files, tasks, threads or files of the runtime than after those 500.

One process holds the whole studio and its real model; visitors talk through the door of conversations, eight
at a time. Replies are short (`--tokens`), so that many conversations fit into an hour; what did not fit into
`--minutes` is left out, and `conversations` says how many there were.

    python -m benchmarks.soak [--conversations N] [--warm N] [--tokens N] [--minutes N] [--threads N]
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import math
import random
import statistics
import sys
import tempfile
import threading
import time
from contextlib import aclosing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.report import report
from benchmarks.switch import persona, settings_in
from madang.app.studio import Studio, open_studio
from madang.characters.types import Profile
from madang.chat.strategies import persona as persona_strategy
from madang.kernel.identity import Identity
from madang.models.catalogue import SMOLLM2
from madang.models.llama import LlamaRuntime
from madang.models.registry import Models

BARS = {"growth_percent": "<= 5", "left_behind": "<= 0"}
CHARACTERS = 40
AT_ONCE = 8
SAMPLES = 5
SAYINGS = (
    "What do you remember of the harbour?",
    "Tell me about your yard, please.",
    "Why do you wait for the rain?",
    "Sing something about the river for me.",
    "And what did the tiger say to you?",
)


@dataclass(frozen=True)
class State:
    """What may not grow."""

    rss_mb: float
    files: int
    tasks: int
    threads: int
    workspace: int
    slots_busy: int
    waiting: int


async def state(studio: Studio, runtime: LlamaRuntime) -> State:
    """As it is when nobody talks."""
    assert runtime._keeper is not None
    await runtime._keeper.settled()
    deadline = time.monotonic() + 10
    while runtime.busy and time.monotonic() < deadline:
        await asyncio.sleep(0.05)
    sizes = []
    for _ in range(SAMPLES):
        gc.collect()
        await asyncio.sleep(0.2)
        fields = Path("/proc/self/status").read_text().split("VmRSS:")[1].split()
        sizes.append(int(fields[0]) * 1024 / 1e6)
    counts = await runtime.counts()
    return State(
        rss_mb=statistics.median(sizes),
        files=len(list(Path("/proc/self/fd").iterdir())),
        tasks=len(asyncio.all_tasks()),
        threads=threading.active_count(),
        workspace=len(list((studio.settings.data / "prefixes").glob(".run-*/*"))),
        slots_busy=counts.busy,
        waiting=counts.waiting,
    )


async def talk(studio: Studio, slugs: list[str], number: int) -> None:
    """A visitor says two things; one in seven leaves while the answer comes."""
    chance = random.Random(number)
    visitor = Identity("visitor", f"vis_{number}")
    conversation = await studio.chat.start(visitor, chance.choice(slugs))
    for turn in range(2):
        leaves = chance.random() < 1 / 7
        async with aclosing(studio.chat.say(visitor, conversation.id, chance.choice(SAYINGS))) as events:
            async for event in events:
                if event.kind == "failed":
                    raise RuntimeError(f"conversation {number}, turn {turn}: {event.text}")
                if leaves and event.kind == "delta":
                    return


async def measure(conversations: int, warm: int, minutes: float, threads: int | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="madang-soak-") as name:
        settings = settings_in(Path(name)).model_copy(update={"threads": threads})
        models = Models(settings)
        await models.pull(SMOLLM2.name)
        async with open_studio(settings, models=models, jobs=False) as studio:
            slugs = await _characters(studio)
            runtime = (await models.chat()).inner
            assert isinstance(runtime, LlamaRuntime)
            left = iter(range(conversations))
            began = time.perf_counter()
            done = 0

            async def some(count: int, until: float) -> None:
                last = done + count

                async def visitor() -> None:
                    nonlocal done
                    while done < last and time.perf_counter() < until:
                        done += 1
                        await talk(studio, slugs, next(left))
                        if done % 100 == 0:
                            print(
                                f"{done} conversations, {time.perf_counter() - began:.0f} s", file=sys.stderr
                            )

                async with asyncio.TaskGroup() as group:
                    for _ in range(AT_ONCE):
                        group.create_task(visitor())

            await some(warm, math.inf)
            first = await state(studio, runtime)
            await some(conversations - warm, began + minutes * 60)
            last = await state(studio, runtime)
            counts = await runtime.counts()
            grown = {
                key: max(0, value - asdict(first)[key])
                for key, value in asdict(last).items()
                if key not in ("rss_mb", "slots_busy", "waiting", "threads", "files")
            }
            # pools of threads and of connections grow to their bounds whenever more is asked at once
            over = max(0, last.files - first.files - AT_ONCE) + max(0, last.threads - first.threads - AT_ONCE)
            return {
                "growth_percent": (last.rss_mb / first.rss_mb - 1) * 100,
                "left_behind": sum(grown.values()) + over + last.slots_busy + last.waiting,
                "conversations": done,
                "wanted": conversations,
                "warm": warm,
                "reply_tokens": persona_strategy.WEAK_MAX_TOKENS,
                "minutes": (time.perf_counter() - began) / 60,
                "hit_rate": counts.cached_tokens / counts.prompt_tokens,
                "restored": counts.restored,
                **{f"first_{key}": value for key, value in asdict(first).items()},
                **{f"last_{key}": value for key, value in asdict(last).items()},
            }


async def _characters(studio: Studio) -> list[str]:
    owner = await studio.accounts.owner()
    slugs = []
    for number in range(CHARACTERS):
        profile = Profile(name=f"Number {number}", greeting="Hello, you!", persona=persona(number, 120))
        made = await studio.characters.create(owner, profile)
        await studio.characters.publish(owner, made.slug)
        slugs.append(made.slug)
    return slugs


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--conversations", type=int, default=5000)
    parser.add_argument("--warm", type=int, default=500, help="after so many the memory is first taken")
    parser.add_argument("--tokens", type=int, default=16, help="of a reply, at most")
    parser.add_argument("--minutes", type=float, default=math.inf, help="after so many nobody new comes")
    parser.add_argument("--threads", type=int, help="of the model: one, where others need the cores")
    options = parser.parse_args()
    persona_strategy.WEAK_MAX_TOKENS = options.tokens
    results = asyncio.run(measure(options.conversations, options.warm, options.minutes, options.threads))
    report("soak", results, BARS)


if __name__ == "__main__":
    main()

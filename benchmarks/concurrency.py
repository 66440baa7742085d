"""What is left of the runtime's speed when many talk at once, and whether all get the same.

Hypothesis: with 1, 2, 4, 8 and 16 conversations our scheduler makes at least 95 % of the tokens a second that
the same runtime makes when it is asked directly (`throughput_ratio`, the lowest of the five), and nobody gets
more than 1.5 times the tokens of another (`fairness`, the highest of the five). Who leaves in the middle of a
long prompt frees the slot within 100 ms.

All sides have the same weights, sixteen slots (`MADANG_SLOTS`), the same context, batches' threads and word
threads, ours and the plain server each in a process of its own: two in one process have more threads than
there are cores, and then OpenMP lets each of them sleep at every barrier, which made both a fifth slower. The
plain server has its own defaults otherwise (its queue, its batches of 2,048). It is asked twice: it chooses
the slots itself, or it is told neighbouring ones (`pinned`, the best it can do: it computes only neighbours
together). The ratio is to the better of both. Each conversation asks again as soon as it has its answer, for
`--seconds` at a time; the sides take turns, and who begins changes. What the plain server makes with all
cores is told beside it.

    python -m benchmarks.concurrency [--seconds N] [--rounds N]
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import multiprocessing
import statistics
import tempfile
import threading
import time
from contextlib import aclosing
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.plain import Plain
from benchmarks.report import percentile, report
from benchmarks.switch import in_a_process, settings_in
from madang.models.catalogue import SMOLLM2
from madang.models.llama import LlamaRuntime
from madang.models.registry import Models
from madang.models.types import ChatRequest, Message

BARS = {"throughput_ratio": ">= .95", "fairness": "<= 1.5", "cancel_p95_ms": "<= 100"}
COUNTS = (1, 2, 4, 8, 16)
REPLY_TOKENS = 48
SETTLE = 3.0
"""Seconds before a window: the plain server goes on for a while with what nobody reads any more."""
TURNS = itertools.count(1000)


@dataclass
class Window:
    """Some seconds of some conversations."""

    tokens: dict[int, int] = field(default_factory=dict)
    first: list[float] = field(default_factory=list)
    """Milliseconds from a question to its first text."""
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return sum(self.tokens.values()) / self.seconds

    @property
    def fairness(self) -> float:
        return max(self.tokens.values()) / max(min(self.tokens.values()), 1)


def asked(number: int, turn: int) -> list[dict[str, str]]:
    """No two are the same: what is asked again is answered from the plain server's cache of whole prompts."""
    return [
        {"role": "system", "content": f"You are storyteller {number} of Busan. You tell long stories."},
        {"role": "user", "content": f"Tell me story number {turn} about a night in the yard."},
    ]


async def ours(runtime: LlamaRuntime, count: int, seconds: float) -> Window:
    window = Window(dict.fromkeys(range(count), 0))
    end = time.perf_counter() + seconds

    async def talk(number: int) -> None:
        while time.perf_counter() < end:
            turn = next(TURNS)
            began, first = time.perf_counter(), True
            messages = [Message(one["role"], one["content"]) for one in asked(number, turn)]  # type: ignore[arg-type]
            request = ChatRequest(
                messages,
                max_tokens=REPLY_TOKENS,
                temperature=0.0,
                slot_hint=f"cnv_{number}",
                beginning=1,
                keep=f"chr_{number}",
            )
            async with aclosing(runtime.stream(request)) as deltas:  # type: ignore[type-var]
                async for delta in deltas:
                    if not delta.text:
                        continue
                    if first:
                        window.first.append((time.perf_counter() - began) * 1000)
                        first = False
                    window.tokens[number] += 1
                    if time.perf_counter() >= end:
                        break

    began = time.perf_counter()
    await asyncio.gather(*(talk(number) for number in range(count)))
    window.seconds = time.perf_counter() - began
    while runtime.busy:
        await asyncio.sleep(0.01)
    return window


def plainly(plain: Plain, count: int, seconds: float, *, pinned: bool = False) -> Window:
    window = Window(dict.fromkeys(range(count), 0))
    end = time.perf_counter() + seconds

    def talk(number: int) -> None:
        while time.perf_counter() < end:
            turn = next(TURNS)
            said = plain.ask(asked(number, turn), REPLY_TOKENS, end, number if pinned else None)
            window.tokens[number] += said.tokens
            if said.first:
                window.first.append(said.first * 1000)

    began = time.perf_counter()
    threads = [threading.Thread(target=talk, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    window.seconds = time.perf_counter() - began
    return window


async def cancelled(runtime: LlamaRuntime, times: int) -> list[float]:
    """Milliseconds from leaving to a free slot, in the middle of a long prompt."""
    waited = []
    for number in range(times):
        message = Message("user", f"Number {number}. " + "alpha beta gamma " * 400)
        stream = runtime.stream(ChatRequest([message], max_tokens=4, slot_hint="cancel"))
        reading = asyncio.ensure_future(anext(stream))  # type: ignore[arg-type]
        await asyncio.sleep(0.3 + 0.017 * number)
        began = time.perf_counter()
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        while runtime.busy:
            await asyncio.sleep(0.001)
        waited.append((time.perf_counter() - began) * 1000)
    return waited


async def _ours_side(orders: Connection, data: str, seconds: float) -> None:
    """In a process: a window for each number that comes, then how long those who leave are waited for."""
    models = Models(settings_in(Path(data)).model_copy(update={"slots": COUNTS[-1]}))
    await models.pull(SMOLLM2.name)
    runtime = (await models.chat()).inner
    assert isinstance(runtime, LlamaRuntime)
    await ours(runtime, COUNTS[-1], 4)  # allocates, and computes what is kept
    orders.send((runtime.slots, runtime.batch, runtime.card.context, models.threads))
    while (order := orders.recv()) is not None:
        orders.send(await ours(runtime, order[0], seconds))
    orders.send(await cancelled(runtime, 20))
    await models.close()


def _ours(orders: Connection, data: str, seconds: float) -> None:
    asyncio.run(_ours_side(orders, data, seconds))


def _plain(orders: Connection, weights: str, shape: dict[str, int], seconds: float) -> None:
    """In a process: a window for each number that comes."""
    plain = Plain(Path(weights), all_cores=False, **shape)
    plainly(plain, COUNTS[-1], 4)
    orders.send(None)  # ready: nobody is measured while another loads
    while (order := orders.recv()) is not None:
        count, pinned = order
        orders.send(plainly(plain, count, seconds, pinned=pinned))
    plain.close()


def _started(side: Any, *arguments: Any) -> Connection:
    """Its end of the pipe, which raises EOFError when the process has ended."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    context.Process(target=side, args=(there, *arguments), daemon=True).start()
    there.close()
    return here


def _window(side: Connection, count: int, *, pinned: bool = False) -> Window:
    time.sleep(SETTLE)
    side.send((count, pinned))
    window: Window = side.recv()
    return window


def measure(seconds: float, rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="madang-concurrency-") as name:
        scheduler = _started(_ours, name, seconds)
        slots, batch, context, threads = scheduler.recv()
        weights = str(settings_in(Path(name)).weights / SMOLLM2.file)
        shape = {"slots": slots, "context": context, "threads": threads}
        plain = _started(_plain, weights, shape, seconds)
        plain.recv()
        sides = {
            "": lambda count: _window(scheduler, count),
            "plain_": lambda count: _window(plain, count),
            "pinned_": lambda count: _window(plain, count, pinned=count <= slots),
        }
        results: dict[str, Any] = {"slots": slots, "batch": batch, "seconds": seconds, "rounds": rounds}
        ratios, fairness = [], []
        for count in COUNTS:
            windows: dict[str, list[Window]] = {side: [] for side in sides}
            for number in range(rounds):
                for side in reversed(sides) if number % 2 else sides:
                    windows[side].append(sides[side](count))
            rates = {side: statistics.mean(one.rate for one in made) for side, made in windows.items()}
            ratios.append(rates[""] / max(rates["plain_"], rates["pinned_"]))
            fairness.append(max(one.fairness for one in windows[""]))
            results[f"ratio_{count}"] = ratios[-1]
            for side, made in windows.items():
                first = [ms for one in made for ms in one.first]
                results |= {
                    f"{side}per_second_{count}": rates[side],
                    f"{side}fairness_{count}": max(one.fairness for one in made),
                    f"{side}first_p95_ms_{count}": percentile(first, 0.95),
                }
        plain.send(None)
        scheduler.send(None)
        left = scheduler.recv()
        return {
            "throughput_ratio": min(ratios),
            "fairness": max(fairness),
            **results,
            "cancel_p50_ms": statistics.median(left),
            "cancel_p95_ms": percentile(left, 0.95),
            **in_a_process(_at_its_best, weights, threads, seconds),
        }


def _at_its_best(weights: str, threads: int, seconds: float, answer: Any) -> None:
    """In a process: the plain server with a slot for each conversation, and with all cores."""
    wide = Plain(Path(weights), slots=COUNTS[-1], context=1024, threads=threads)
    plainly(wide, COUNTS[-1], 2)
    rates = {
        f"plain_sixteen_slots_all_cores_per_second_{count}": plainly(wide, count, seconds).rate
        for count in (1, COUNTS[-1])
    }
    wide.close()
    answer.put(rates)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=12, help="of one window")
    parser.add_argument("--rounds", type=int, default=2, help="windows of each side at each count")
    options = parser.parse_args()
    report("concurrency", measure(options.seconds, options.rounds), BARS)


if __name__ == "__main__":
    main()

"""How soon a character answers whom nobody has visited since the start.

Hypothesis: with 200 characters of 1,255 tokens each, visited in random order after a restart, one question
each, the first word comes at least 15 times sooner than from the same runtime's plain server, which reads the
persona anew; in at most .7 s (p95); and every answer is, at temperature 0, word for word that of a cold run.

The cold run is the first of our own: nothing is kept yet, each persona is computed by itself, then answers.
Then the process ends, and another one visits all in another order. The plain server (its own defaults, all
cores, in a process of its own) is asked the first `--peers` of them.

`transformers` with PyTorch is asked too, in an environment of its own. llama-cpp-python's server has no
prebuilt wheel on PyPI.

    python -m benchmarks.switch [--characters N] [--peers N] [--transformers N] [--data FOLDER]

The cold run takes the longest. With `--data` its characters and answers stay in that folder, and another run
begins at the restart.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.environment import environment
from benchmarks.plain import Plain
from benchmarks.report import percentile, report
from madang.kernel.settings import Settings
from madang.models.catalogue import SMOLLM2
from madang.models.llama import LlamaRuntime
from madang.models.registry import Models
from madang.models.types import ChatRequest, Message

BARS = {"p50_ratio_to_cold": ">= 15", "p95_ms": "<= 700", "identical": ">= 1"}
TRANSFORMERS = ("torch==2.13.0", "transformers==5.24.0", "gguf==0.19.0", "accelerate==1.15.0")
PROMPT_TOKENS = 1255
REPLY_TOKENS = 24
_TEXT = (
    "baker sailor painter teacher doctor smith market harbour morning evening letter song bread salt river "
    "mountain window garden lantern kite drum mask yard bridge rain snow paper ink tea rice pear plum pine "
    "crane tiger rabbit fox kind brief proud quiet merry stubborn careful curious honest gentle early late "
    "walks sings writes cooks mends carries remembers forgets laughs waits listens tells"
)
WORDS = _TEXT.split()
QUESTIONS = (
    "Who are you?",
    "What do you do in the morning?",
    "Tell me about your yard.",
    "What do you remember?",
    "What do you like to cook?",
)


def persona(number: int, words: int) -> str:
    """The same words for the same number, and unlike any other's from the first sentence on."""
    chance = random.Random(number)
    text = [f"You are {chance.choice(WORDS).capitalize()} number {number} of Busan."]
    while words > 0:
        length = chance.randint(6, 14)
        text.append(" ".join(chance.choice(WORDS) for _ in range(length)).capitalize() + ".")
        words -= length
    return " ".join(text)


def question(number: int) -> str:
    return QUESTIONS[number % len(QUESTIONS)]


def _asked(words: int, number: int) -> list[dict[str, str]]:
    return [
        {"role": "system", "content": persona(number, words)},
        {"role": "user", "content": question(number)},
    ]


def settings_in(data: Path) -> Settings:
    own = Settings()
    data.mkdir(parents=True, exist_ok=True)
    if own.weights.is_dir() and not (data / "weights").exists():
        (data / "weights").symlink_to(own.weights)
    return Settings(data=data, prefix_mb=32_000)


async def visit(data: Path, numbers: Sequence[int]) -> dict[str, Any]:
    """Ours: each asked once, in this order; milliseconds to the first text, answers, and what was counted."""
    models = Models(settings_in(data))
    await models.pull(SMOLLM2.name)
    runtime = (await models.chat()).inner
    assert isinstance(runtime, LlamaRuntime)
    first: dict[int, float] = {}
    texts: dict[int, str] = {}
    tokens: list[int] = []
    async for _ in runtime.stream(ChatRequest([Message("user", "Hello.")], max_tokens=2)):
        pass  # the first generation of an engine allocates
    words = await _words(runtime)
    for number in numbers:
        request = ChatRequest(
            [Message("system", persona(number, words)), Message("user", question(number))],
            max_tokens=REPLY_TOKENS,
            temperature=0.0,
            beginning=1,
            keep=f"chr_{number}",
            slot_hint=f"cnv_{number}",
        )
        began = time.perf_counter()
        text = ""
        async for delta in runtime.stream(request):
            if delta.text and not text:
                first[number] = (time.perf_counter() - began) * 1000
            text += delta.text
            if delta.usage:
                tokens.append(delta.usage.prompt_tokens)
        texts[number] = text
    assert runtime._keeper is not None
    await runtime._keeper.settled()
    counts = await runtime.counts()
    await models.close()
    return {"first": first, "texts": texts, "tokens": tokens, "words": words, "counts": counts}


async def _words(runtime: LlamaRuntime) -> int:
    """Words of a persona with which a whole prompt has about `PROMPT_TOKENS`."""
    sample = await runtime.count_tokens(persona(0, 1000))
    return int((PROMPT_TOKENS - 28) * 1012 / sample)


def _ours(data: str, numbers: Sequence[int], answer: Any) -> None:
    answer.put(asyncio.run(visit(Path(data), numbers)))


def _plainly(weights: str, words: int, numbers: Sequence[int], threads: int, answer: Any) -> None:
    plain = Plain(Path(weights), context=4096, slots=1, threads=threads)
    plain.ask([{"role": "user", "content": "Hello."}], 2)
    first = {}
    for number in numbers:
        first[number] = plain.ask(_asked(words, number), REPLY_TOKENS).first * 1000
    plain.close()
    answer.put(first)


def in_a_process(function: Callable[..., None], *arguments: Any) -> Any:
    """What a function puts into its last argument, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    answer = context.Queue()
    process = context.Process(target=function, args=(*arguments, answer))
    process.start()
    while True:
        try:
            result = answer.get(timeout=5)
            break
        except Exception as error:
            if not process.is_alive():
                raise RuntimeError(f"a process ended with {process.exitcode}") from error
    process.join()
    return result


def cold_run(data: Path, order: Sequence[int]) -> dict[str, Any]:
    """The first visit of each, or what an earlier run in this folder left of it."""
    kept = data / "cold.json"
    if kept.exists():
        cold: dict[str, Any] = json.loads(kept.read_text())
        for by_number in ("first", "texts"):
            cold[by_number] = {int(number): value for number, value in cold[by_number].items()}
        if set(cold["texts"]) == set(order):
            return cold
    cold = in_a_process(_ours, str(data), order)
    del cold["counts"]
    kept.write_text(json.dumps(cold))
    return cold


def _transformed(weights: Path, words: int, numbers: Sequence[int], threads: int) -> list[float]:
    """Milliseconds to the first token of `transformers`."""
    if not numbers:
        return []
    order = {"weights": str(weights), "threads": threads, "prompts": [_asked(words, one) for one in numbers]}
    program = Path(__file__).with_name("switch_transformers.py")
    python = environment("transformers", TRANSFORMERS)
    done = subprocess.run(
        [str(python), str(program)], input=json.dumps(order), stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def measure(data: Path, characters: int, peers: int, transformers: int) -> dict[str, Any]:
    order = list(range(characters))
    random.Random(1).shuffle(order)
    cold = cold_run(data, order)
    random.Random(2).shuffle(order)
    warm = in_a_process(_ours, str(data), order)
    settings = settings_in(data)
    weights, threads = settings.weights / SMOLLM2.file, Models(settings).threads
    plain = in_a_process(_plainly, str(weights), cold["words"], order[:peers], threads)
    others = _transformed(weights, cold["words"], order[:transformers], threads)
    counts = warm["counts"]
    ours = list(warm["first"].values())
    peer = list(plain.values())
    same = sum(warm["texts"][number] == cold["texts"][number] for number in order)
    return {
        "p50_ratio_to_cold": statistics.median(peer) / statistics.median(ours),
        "p50_ms": statistics.median(ours),
        "p95_ms": percentile(ours, 0.95),
        "identical": same / characters,
        "plain_p50_ms": statistics.median(peer),
        "plain_p95_ms": percentile(peer, 0.95),
        "transformers_p50_ms": statistics.median(others) if others else None,
        "own_cold_p50_ms": statistics.median(cold["first"].values()),
        "characters": characters,
        "peers": len(peer),
        "prompt_tokens": statistics.median(cold["tokens"]),
        "restored": counts.restored,
        "hit_rate": counts.cached_tokens / counts.prompt_tokens,
        "mb_a_character": counts.kept_bytes / counts.kept / 1e6,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--characters", type=int, default=200)
    parser.add_argument("--peers", type=int, default=30, help="characters that the plain server is asked")
    parser.add_argument("--transformers", type=int, default=10, help="characters that it is asked")
    parser.add_argument("--data", type=Path, help="a folder to keep the cold run in")
    options = parser.parse_args()
    peers = min(options.peers, options.characters), min(options.transformers, options.characters)
    with tempfile.TemporaryDirectory(prefix="madang-switch-") as name:
        report("switch", measure(options.data or Path(name), options.characters, *peers), BARS)


if __name__ == "__main__":
    main()

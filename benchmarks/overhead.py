"""What our own code costs between a person and the model.

Hypothesis: through our HTTP stream a conversation decodes at no less than 95 % of the speed of the same
model called directly; our code adds at most 25 ms before the first token; in the browser the first word is
visible at most 60 ms after the model made it; the first page is at most 150 kB in 15 requests.

One process holds the studio, its server and its one model, which writes down every request it is given and
when its first token came. So a direct call repeats exactly what our code asked, for the same person and so
on the same slot with the same warm prefix. The HTTP client is another process. Direct and HTTP take turns;
who begins changes from pair to pair.

    python -m benchmarks.overhead [--pairs N] [--decodes N] [--no-browser]
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.browser import Page, enter_to_word, first_page
from benchmarks.processes import free_port
from benchmarks.report import percentile, report
from madang.kernel.settings import Settings
from madang.models.registry import Models
from madang.models.types import ChatRequest, Delta

BARS = {
    "decode_ratio": ">= .95",
    "added_ms_p50": "<= 25",
    "enter_added_ms_p50": "<= 60",
    "page_kb": "<= 150",
    "page_requests": "<= 15",
    "page_interactive_ms": "<= 1000",
}
PROMPT = "Tell me a long story about a night in the yard."
DECODE_TOKENS = 160


@dataclass
class Timed:
    """One reply, seen from where it was read. Milliseconds from asking to the first and to the last text."""

    first_ms: float
    last_ms: float
    tokens: int

    @property
    def per_second(self) -> float:
        """Tokens a second between the first and the last."""
        return (self.tokens - 1) / (self.last_ms - self.first_ms) * 1000


class Noting:
    """The chat runtime, with a note of each request and of its first token."""

    def __init__(self, runtime: Any) -> None:
        self._runtime = runtime
        self.requests: list[ChatRequest] = []
        self.first_ms: list[float] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._runtime, name)

    async def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        self.requests.append(request)
        began = time.perf_counter()
        waiting = True
        async with aclosing(self._runtime.stream(request)) as deltas:
            async for delta in deltas:
                if waiting and delta.text:
                    self.first_ms.append((time.perf_counter() - began) * 1000)
                    waiting = False
                yield delta


class NotingModels(Models):
    """The studio's models, with the chat runtime wrapped."""

    noting: Noting | None = None

    async def chat(self) -> Any:
        runtime = await super().chat()
        if self.noting is None:
            self.noting = Noting(runtime)
        return self.noting


@asynccontextmanager
async def studio(data: Path, port: int) -> AsyncIterator[tuple[NotingModels, str, str]]:
    """A studio with its demo characters, served on `port`; gives its models, the slug of the one to talk
    with, and a key: without one every request is another stranger's, who gets a slot prepared anew."""
    import uvicorn

    from madang.app.application import create_app
    from madang.app.studio import open_studio

    settings = Settings(data=data, port=port)
    models = NotingModels(settings)
    for name in models.needed():
        await models.pull(name)
    async with open_studio(settings, models=models) as opened:
        slug = await _demos(opened)
        key, _ = await opened.accounts.create_key(await opened.accounts.owner(), "overhead", ["chat"])
        config = uvicorn.Config(create_app(opened), port=port, log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        serving = asyncio.create_task(server.serve())
        while not server.started:
            await asyncio.sleep(0.02)
        try:
            yield models, slug, key
        finally:
            server.should_exit = True
            await serving


async def _demos(opened: Any) -> str:
    """The demo characters, without their material, whose vectors would be made meanwhile; the slug of one
    whose every word comes from the model."""
    import madang.app.demos
    from madang.characters.types import Profile

    owner = await opened.accounts.owner()
    slugs = {}
    for file in sorted(Path(madang.app.demos.__file__).parent.glob("*/character.json")):
        profile = Profile.model_validate_json(file.read_text("utf-8"))
        made = await opened.characters.create(owner, profile)
        await opened.characters.publish(owner, made.slug)
        slugs[profile.kind, profile.language] = made.slug
    return str(slugs["character", "en"])


def http_client(address: str, key: str, asked: Any, answered: Any) -> None:
    """A process that asks over HTTP what it is told to, and answers how long it took."""
    import httpx

    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=address, headers=headers, timeout=120, trust_env=False) as client:
        while (body := asked.get()) is not None:
            began = time.perf_counter()
            first = last = 0.0
            tokens = 0
            said = []
            with client.stream("POST", "/v1/chat/completions", json=body) as response:
                for line in response.iter_lines():
                    said.append(line)
                    if not line.startswith("data: {"):
                        continue
                    chunk = json.loads(line[6:])
                    if chunk.get("usage"):
                        tokens = chunk["usage"]["completion_tokens"]
                    if chunk["choices"] and chunk["choices"][0]["delta"].get("content"):
                        last = (time.perf_counter() - began) * 1000
                        first = first or last
            # an answer without text is no measurement: say what came instead
            answered.put((first, last, tokens) if last else "\n".join(said[-5:]))


async def direct(noting: Noting, request: ChatRequest) -> Timed:
    """The model's own time for exactly this request, without our code."""
    began = time.perf_counter()
    first = last = 0.0
    tokens = 0
    async with aclosing(noting._runtime.stream(request)) as deltas:
        async for delta in deltas:
            if delta.text:
                last = (time.perf_counter() - began) * 1000
                first = first or last
            tokens = delta.usage.completion_tokens if delta.usage else tokens
    return Timed(first, last, tokens)


class Pairs:
    """The same request through HTTP and directly, in turns."""

    def __init__(self, noting: Noting, slug: str, asked: Any, answered: Any) -> None:
        self._noting, self._slug, self._asked, self._answered = noting, slug, asked, answered

    async def http(self, prompt: str, tokens: int) -> Timed:
        self._asked.put(
            {
                "model": self._slug,
                "messages": [{"role": "user", "content": prompt}],
                "stream": True,
                "stream_options": {"include_usage": True},
                "temperature": 0,
                "seed": 7,
                "max_tokens": tokens,
            }
        )
        times = await asyncio.to_thread(self._answered.get)
        if isinstance(times, str):
            raise RuntimeError(f"the studio did not answer:\n{times}")
        return Timed(*times)

    async def run(self, prompt: str, tokens: int, pairs: int) -> tuple[list[Timed], list[Timed]]:
        """Times over HTTP and direct times, pair by pair, after two that warm the prefix up."""
        over, bare = [], []
        await self.http(prompt, tokens)
        request = dataclasses.replace(self._noting.requests[-1])
        await direct(self._noting, request)
        for number in range(pairs):
            if number % 2:
                bare.append(await direct(self._noting, request))
                over.append(await self.http(prompt, tokens))
            else:
                over.append(await self.http(prompt, tokens))
                bare.append(await direct(self._noting, request))
        return over, bare


async def measure(pairs: int, decodes: int, browser: bool) -> dict[str, Any]:
    own = Settings()
    with tempfile.TemporaryDirectory(prefix="madang-overhead-") as name:
        data, port = Path(name), free_port()
        if own.weights.is_dir():
            (data / "weights").symlink_to(own.weights)
        asked: Any = multiprocessing.get_context("spawn").Queue()
        answered: Any = multiprocessing.get_context("spawn").Queue()
        async with studio(data, port) as (models, slug, key):
            client = multiprocessing.get_context("spawn").Process(
                target=http_client, args=(f"http://127.0.0.1:{port}", key, asked, answered)
            )
            client.start()
            try:
                noting: Noting = await models.chat()
                run = Pairs(noting, slug, asked, answered)
                firsts, bare_firsts = await run.run(PROMPT, 4, pairs)
                over, bare = await run.run(PROMPT, DECODE_TOKENS, decodes)
                added = [
                    one.first_ms - other.first_ms for one, other in zip(firsts, bare_firsts, strict=True)
                ]
                results: dict[str, Any] = {
                    "decode_ratio": statistics.median(one.per_second for one in over)
                    / statistics.median(one.per_second for one in bare),
                    "decode_http": statistics.median(one.per_second for one in over),
                    "decode_direct": statistics.median(one.per_second for one in bare),
                    "decode_tokens": statistics.median(one.tokens for one in over),
                    "added_ms_p50": statistics.median(added),
                    "added_ms_p95": percentile(added, 0.95),
                    "direct_first_ms_p50": statistics.median(one.first_ms for one in bare_firsts),
                    "pairs": pairs,
                }
                if browser:
                    results |= await _in_the_browser(f"http://127.0.0.1:{port}", slug, noting, pairs)
                return results
            finally:
                asked.put(None)
                client.join(10)


async def _in_the_browser(address: str, slug: str, noting: Noting, turns: int) -> dict[str, Any]:
    page: Page = await first_page(address)
    seen, made = [], []
    async for visible_ms in enter_to_word(f"{address}/c/{slug}", PROMPT, turns):
        seen.append(visible_ms)
        made.append(noting.first_ms[-1])
    added = [one - other for one, other in zip(seen[1:], made[1:], strict=True)]
    return {
        "enter_added_ms_p50": statistics.median(added),
        "enter_added_ms_p95": percentile(added, 0.95),
        "enter_ms_p50": statistics.median(seen[1:]),
        "page_kb": page.kb,
        "page_font_kb": page.font_kb,
        "page_requests": page.requests,
        "page_interactive_ms": page.interactive_ms,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--pairs", type=int, default=24, help="pairs for the first token, and turns in the browser"
    )
    parser.add_argument("--decodes", type=int, default=8, help="pairs for the decoding speed")
    parser.add_argument("--no-browser", action="store_true", help="leave the browser's numbers out")
    options = parser.parse_args()
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    report("overhead", asyncio.run(measure(options.pairs, options.decodes, not options.no_browser)), BARS)


if __name__ == "__main__":
    main()

"""A runtime for replicas in tests: says a known text word by word, and goes on from what was said already."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from madang.models.cluster.plan import Plan
from madang.models.types import ChatRequest, Delta, Message, ModelCard, Usage

PAUSE = 0.05
WORDS = 40


def script(question: str) -> str:
    """What is answered to a question: the question's own words, numbered, so that nothing can be mixed up."""
    words = question.split()
    return " ".join(f"{words[number % len(words)]}-{number}" for number in range(WORDS))


class Scripted:
    """Remembers the beginnings it served: `cached_tokens` tells whether this one was among them."""

    grammars = True
    slots = 4

    def __init__(self, pid_file: Path | None = None) -> None:
        self.card = ModelCard("scripted", "chat", parameters=135_000_000, context=4096)
        self._known: set[str] = set()
        self._pids = pid_file
        self.running = 0

    async def stream(self, request: ChatRequest) -> AsyncIterator[Delta]:
        messages = list(request.messages)
        said = messages.pop().content if messages[-1].role == "assistant" else ""
        whole = script(messages[-1].content)
        assert whole.startswith(said), (whole, said)
        began = " ".join(one.content for one in messages[: request.beginning])
        cached = len(began.split()) if request.keep and began in self._known else 0
        self._known.add(began)
        words = re.findall(r"\s*\S+", whole[len(said) :])
        self.running += 1
        try:
            for word in words[: request.max_tokens]:
                await asyncio.sleep(PAUSE)
                yield Delta(word)
        finally:
            self.running -= 1
            if self._pids is not None:
                self._pids.write_text(str(self.running))
        prompt = sum(len(one.content.split()) for one in messages)
        finish = "stop" if len(words) <= request.max_tokens else "length"
        yield Delta(finish=finish, usage=Usage(prompt, min(len(words), request.max_tokens), cached))

    async def keep(self, name: str, beginning: Sequence[Message]) -> None:
        self._known.add(" ".join(one.content for one in beginning))

    async def forget(self, name: str) -> None:
        self._known.clear()

    async def count_tokens(self, text: str) -> int:
        return len(text.split())

    async def close(self) -> None:
        return None


async def opened(plan: Plan, folder: Path, threads: int) -> Scripted:
    """The replica's process writes its number down, so that a test can kill it."""
    (folder / "pid").write_text(str(os.getpid()))
    return Scripted(folder / "running")

"""Visitors of a cluster whose replicas say what `scripted` says: every word of every reply is known."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from madang.models.cluster.runtime import ClusterRuntime
from madang.models.types import ChatRequest, Message
from tests.models.scripted import script

CONVERSATIONS = 12
PATIENCE = 120.0
LONGEST = 60.0
"""Seconds without a word: no stopwatch, the machine is busy in tests. `benchmarks.cluster` measures."""


async def until(held: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not held():
            await asyncio.sleep(0.1)


class Visitor:
    """Talks with a character, one message after another; every message must get its whole reply, once."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.replies = 0
        self.longest = 0.0
        """Seconds without a word, at most."""

    async def talk(self, runtime: ClusterRuntime, over: Callable[[], bool]) -> None:
        while not over():
            question = f"visitor {self.number} asks {self.replies} please"
            text, last = "", time.monotonic()
            async for delta in runtime.stream(asked(f"character {self.number}", question)):
                if delta.text:
                    self.longest, last = max(self.longest, time.monotonic() - last), time.monotonic()
                text += delta.text
            assert text == script(question)
            self.replies += 1


def asked(character: str, question: str) -> ChatRequest:
    messages = [
        Message("system", f"You are {character}. " + "You are kind. " * 20),
        Message("user", question),
    ]
    return ChatRequest(messages, beginning=1, keep=character)


async def under_load(runtime: ClusterRuntime, work: Callable[[], Awaitable[None]]) -> list[Visitor]:
    """`work` while twelve visitors talk; each begins at least one message more afterwards."""
    visitors = [Visitor(number) for number in range(CONVERSATIONS)]
    done: list[int] = []

    def over(one: Visitor) -> bool:
        return bool(done) and one.replies >= done[one.number] + 2

    talks = [asyncio.create_task(one.talk(runtime, lambda one=one: over(one))) for one in visitors]
    try:
        await until(lambda: all(one.replies for one in visitors))
        await work()
        done.extend(one.replies for one in visitors)
        await asyncio.gather(*talks)
    finally:
        for talk in talks:
            talk.cancel()
    return visitors

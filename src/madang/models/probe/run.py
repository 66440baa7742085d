"""Measures a model: speed, memory, the context that works, and the skills of `tasks`."""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from madang.kernel import clock
from madang.kernel.errors import TooLarge
from madang.models.probe.tasks import (
    CALLING,
    DEPTHS,
    HAY,
    LENGTHS,
    NEEDLE,
    NEEDLE_QUESTION,
    NEEDLE_WORDS,
    SPECS,
    TASKS,
    Task,
)
from madang.models.probe.types import Case, First, Measured, Needle, Score, Skill
from madang.models.types import ChatRequest, ChatRuntime, Delta, Message, ToolSpec, calls_tools

Progress = Callable[[int, int, str], None]
"""(steps done, steps in all, what comes next)."""
LONGEST_ANSWER = 600
"""Characters of an answer that are kept."""
PROMPTS = (128, 512, 1024, 2048)
"""Tokens of prompts whose first token is timed."""
DECODE = 96
RESERVE = 96
"""Tokens that a template and an answer need beside a text."""


@dataclass(slots=True)
class _Answer:
    text: str
    first: float
    """Seconds to the first token."""
    rate: float
    """Tokens a second after it."""
    prompt_tokens: int


class Prober:
    """One measurement. `runtime` is asked as any caller asks it, greedily, and no other engine instead."""

    def __init__(self, runtime: ChatRuntime, progress: Progress | None = None) -> None:
        self._runtime = runtime
        self._progress = progress or (lambda _done, _total, _next: None)
        self._done = 0
        self._total = len(TASKS) + len(PROMPTS) + 1
        self._salt = 0

    async def measure(self, key: str, *, server: bool) -> Measured:
        """Everything, in some minutes. Raises ModelFailed or Busy when the model cannot go on."""
        began, card = time.perf_counter(), self._runtime.card
        lengths = [length for length in LENGTHS if length <= card.context]
        self._total += len(lengths) * len(DEPTHS)
        self._step("speed")
        written = await self._asked([Message("user", "Tell a long story about a fox.")], most=DECODE)
        firsts = await self._firsts(card.context)
        needles = await self._needles(lengths)
        scores = await self._scores()
        reading = [first for first in firsts if first.ms > 0]
        return Measured(
            key=key,
            name=card.name,
            server=server,
            at=clock.now(),
            machine="" if server else machine(),
            seconds=round(time.perf_counter() - began, 1),
            parameters=card.parameters,
            context=card.context,
            tokens_per_second=round(written.rate, 1),
            read_per_second=round(reading[-1].tokens / reading[-1].ms * 1000, 1) if reading else 0.0,
            firsts=firsts,
            memory_mb=None if server else memory_mb(),
            works=works(needles),
            needles=needles,
            scores=scores,
        )

    def _step(self, what: str) -> None:
        self._progress(self._done, self._total, what)
        self._done += 1

    async def _asked(
        self,
        messages: list[Message],
        *,
        most: int,
        grammar: str | None = None,
        tools: Sequence[ToolSpec] = (),
    ) -> _Answer:
        request = ChatRequest(
            messages, max_tokens=most, temperature=0.0, seed=1, grammar=grammar, reroute=False, tools=tools
        )
        began = time.perf_counter()
        first, text, usage, pieces = 0.0, "", None, 0
        async with aclosing(self._runtime.stream(request)) as stream:  # type: ignore[type-var]
            async for delta in stream:
                if delta.text and not first:
                    first = time.perf_counter() - began
                pieces += bool(delta.text)
                text += delta.text or _call(delta)
                usage = delta.usage or usage
        passed = time.perf_counter() - began - first
        tokens = (usage.completion_tokens if usage else 0) or pieces
        rate = (tokens - 1) / passed if first and passed > 0 and tokens > 1 else 0.0
        return _Answer(text, first, rate, usage.prompt_tokens if usage else 0)

    async def _firsts(self, context: int) -> list[First]:
        found = []
        for tokens in PROMPTS:
            self._step("first token")
            if tokens + RESERVE > context:
                continue
            text = await self._hay(tokens)
            answer = await self._asked([Message("user", f"{text}\n\nAnswer with one word: why?")], most=2)
            if answer.first:
                found.append(First(tokens=answer.prompt_tokens or tokens, ms=round(answer.first * 1000, 1)))
        return found

    async def _hay(self, tokens: int) -> str:
        """A text of about so many tokens that no other begins like: nothing of it can be remembered."""
        self._salt += 1
        each = [await self._runtime.count_tokens(line) for line in HAY]
        text, count, at = f"Notes, part {self._salt * 37}. ", 8, self._salt
        while count + each[at % len(HAY)] < tokens:
            text += HAY[at % len(HAY)]
            count += each[at % len(HAY)]
            at += 1
        return text

    async def _needles(self, lengths: list[int]) -> list[Needle]:
        """Longer and longer texts, until the needle is lost in most places."""
        found: list[Needle] = []
        for length in lengths:
            here: list[Needle] = []
            for depth, word in zip(DEPTHS, NEEDLE_WORDS, strict=True):
                self._step("context")
                text = await self._hay(length - RESERVE)
                cut = text.find(". ", int(len(text) * depth)) + 2
                whole = f"{text[:cut]}{NEEDLE.format(word=word)} {text[cut:]}"
                try:
                    answer = await self._asked([Message("user", f"{whole}\n\n{NEEDLE_QUESTION}")], most=16)
                except TooLarge:
                    return found
                here.append(Needle(tokens=length, depth=depth, found=word in answer.text.lower()))
            found += here
            if sum(needle.found for needle in here) * 2 < len(here):
                break
        return found

    async def _scores(self) -> list[Score]:
        scores: dict[Skill, Score] = {}
        for task in TASKS:
            self._step(task.skill)
            if task.grammar is not None and not self._runtime.grammars:
                continue
            score = scores.setdefault(task.skill, Score(skill=task.skill))
            score.cases.append(await self._case(task))
        return list(scores.values())

    async def _case(self, task: Task) -> Case:
        by_itself = task.skill == "tools_native" and calls_tools(self._runtime)
        messages = [Message("system", CALLING if by_itself else task.system), Message("user", task.ask)]
        tools = SPECS if by_itself else ()
        try:
            answer = (await self._asked(messages, most=task.most, grammar=task.grammar, tools=tools)).text
        except TooLarge as error:  # the model's context is smaller than the task
            answer = str(error)
        return Case(task=task.ask, answer=answer[:LONGEST_ANSWER], right=task.judge(answer))


def _call(delta: Delta) -> str:
    """The one tool that was called, as the tasks have it; anything else as it came."""
    if not delta.calls:
        return ""
    called = delta.calls[0]
    try:
        arguments = json.loads(called.arguments or "{}")
        return json.dumps({"tool": called.name, **arguments}) if len(delta.calls) == 1 else "several calls"
    except (ValueError, TypeError, RecursionError):
        return called.arguments


def works(needles: list[Needle]) -> int:
    """The longest length at which the needle was found in most places, and at all lengths before."""
    longest = 0
    for length in sorted({needle.tokens for needle in needles}):
        here = [needle.found for needle in needles if needle.tokens == length]
        if sum(here) * 2 < len(here):
            break
        longest = length
    return longest


def memory_mb() -> float | None:
    """Resident memory of this process, where the system tells it."""
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
    except OSError:
        return None
    line = next((line for line in status.splitlines() if line.startswith("VmRSS:")), "")
    return round(int(line.split()[1]) / 1024, 1) if line else None


def machine() -> str:
    """What the speeds are of: the processor and its cores."""
    name = platform.processor() or platform.machine()
    try:
        told = Path("/proc/cpuinfo").read_text("utf-8", "replace")
        line = next((line for line in told.splitlines() if line.startswith("model name")), "")
        name = line.partition(":")[2].strip() or name
    except OSError:
        pass
    return f"{name}, {os.cpu_count() or 1} cores"

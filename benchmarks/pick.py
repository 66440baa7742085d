"""Does a small model pick the sentence that answers better than the plain best span does?

Hypothesis: asked for the number of the sentence that answers, and held to those numbers by a grammar, the
embedded model is right more often than the order of the evidence. Asked are the English questions with one
fixed answer of `tests/chat/dialogues.txt`, made to stand alone; candidates are the best span and the
sentences around it, in the order of the passage, so that their place tells nothing.

    python -m benchmarks.pick [--candidates N]
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.chat.dialogue import Dialogue, Line, World, dialogues, world

from benchmarks.report import percentile, report
from madang.chat.followup import standing
from madang.kernel.settings import Settings
from madang.knowledge.sentences import sentences
from madang.knowledge.types import Evidence
from madang.models.registry import Models
from madang.models.types import ChatRequest, ChatRuntime, Message

TASK = "Which sentence answers the question? Reply with its number only."


async def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--candidates", type=int, default=5, help="sentences to choose among")
    options = parser.parse_args()
    every = [one for one in dialogues() if not one.sources[0].endswith("_ko")]
    models = Models(Settings())
    with tempfile.TemporaryDirectory(prefix="madang-benchmark-") as folder:
        settings = Settings(data=Path(folder), hub="off", database=None)
        async with world(settings, every, models) as here:
            chat = await models.chat()
            asked = [one for dialogue in every for one in await _asked(here, dialogue)]
            results = await _measured(chat, asked, options.candidates)
        await chat.close()
    return 0 if report("pick", results)["passed"] else 1


async def _asked(here: World, dialogue: Dialogue) -> list[tuple[str, Line, Evidence]]:
    """Questions that want one answer, standing alone, with their evidence."""
    history: list[Message] = []
    found = []
    for line in dialogue.lines:
        question = standing(line.says, history).question
        if line.decisions == ("answer",) and len(line.every) == 1:
            evidence = await here.knowledge.evidence(here.made[dialogue.sources].id, question)
            if evidence.spans:
                found.append((question, line, evidence))
        history += [Message("user", line.says), Message("assistant", line.instead or "> quoted [1]")]
    return found


async def _measured(
    chat: ChatRuntime, asked: Sequence[tuple[str, Line, Evidence]], most: int
) -> dict[str, Any]:
    plain, picked, first, possible = [], [], [], []
    took: list[float] = []
    for question, line, evidence in asked:
        words = line.every[0]
        texts, best = _candidates(evidence, most)
        if len(texts) < 2:
            continue
        clock = asyncio.get_running_loop().time
        began = clock()
        choice = await _choice(chat, question, texts)
        took.append((clock() - began) * 1000)
        plain.append(any(word in texts[best] for word in words))
        picked.append(any(word in texts[choice] for word in words))
        first.append(choice == 0)
        possible.append(any(word in text for word in words for text in texts))
    count = len(plain) or 1
    return {
        "plain_right": sum(plain) / count,
        "picked_right": sum(picked) / count,
        "possible": sum(possible) / count,
        "picked_the_first_candidate": sum(first) / count,
        "only_plain_right": sum(a and not b for a, b in zip(plain, picked, strict=True)),
        "only_picked_right": sum(b and not a for a, b in zip(plain, picked, strict=True)),
        "p50_ms": percentile(took, 0.5),
        "questions": len(plain),
    }


def _candidates(evidence: Evidence, most: int) -> tuple[list[str], int]:
    """The sentences around the best span, in their order, and the place of the span's own."""
    span = evidence.spans[0]
    text = span.passage.text
    places = sentences(text)
    inside = next((n for n, (s, e) in enumerate(places) if s < span.end and span.start < e), None)
    if inside is None:
        return [span.text], 0
    begin = max(0, min(inside - most // 2, len(places) - most))
    return [text[s:e] for s, e in places[begin : begin + most]], inside - begin


async def _choice(chat: ChatRuntime, question: str, texts: Sequence[str]) -> int:
    numbered = "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))
    numbers = " | ".join(f'"{number}"' for number in range(1, len(texts) + 1))
    request = ChatRequest(
        [Message("system", TASK), Message("user", f"Sentences:\n{numbered}\n\nQuestion: {question}")],
        max_tokens=2,
        temperature=0.0,
        grammar=f"root ::= {numbers}",
    )
    said = "".join([delta.text async for delta in chat.stream(request)])
    return int(said.strip()[:1]) - 1


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))

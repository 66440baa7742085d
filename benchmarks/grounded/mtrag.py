"""MTRAG-UN: everybody's contexts are what one character knows, each last message asked in its conversation.

What each task demands is known: an answer, a clarifying question, or a plain "I don't know". A task counts
once:

`facts_shown`  of the answerable tasks whose target has a number or a name: the reply is from sources and
               holds at least half of them. Peers are measured by the same function (`peers.py`).
`declined_unanswerable`  of the unanswerable tasks: the reply says that it does not know.
`invented`     share of replies with a number, date or name standing neither in what the reply cites, nor in
               the titles of the character's sources, nor in the conversation.
`decision_macro_f1`  mean F1 over answer, clarify and decline. A reply from sources, partial or not, is
               *answer*; a clarifying question is *clarify*; everything else is *decline*. A partially
               answerable task wants *answer*.

The 30 tasks with the smallest SHA-256 of their id are the development split: they were looked at. They are
reported apart (`dev_…`), and are in no other number.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np

from benchmarks.grounded.intervals import drawn, interval, mean_interval
from benchmarks.grounded.place import Place, place
from benchmarks.grounded.stated import holds_half, invented, stated
from benchmarks.report import percentile
from madang.chat.types import Reply
from madang.models.types import Message

BARS = {
    "facts_shown": ">= .60",
    "declined_unanswerable": ">= .80",
    "invented": "<= 0",
    "decision_macro_f1": ">= .60",
}
DECISIONS = ("answer", "clarify", "decline")
Decision = Literal["answer", "clarify", "decline"]
WANTED: dict[str, Decision] = {
    "ANSWERABLE": "answer",
    "PARTIAL": "answer",
    "UNDERSPECIFIED": "clarify",
    "UNANSWERABLE": "decline",
}
LOOKED_AT = 30
"""Tasks of the development split."""


@dataclass(frozen=True, slots=True)
class Task:
    id: str
    conversation: str
    kind: str
    """ANSWERABLE, PARTIAL, UNDERSPECIFIED or UNANSWERABLE."""
    messages: tuple[Message, ...]
    """The last one is to be answered."""
    target: str
    contexts: tuple[str, ...]

    @property
    def wanted(self) -> Decision:
        return WANTED[self.kind]


@dataclass(frozen=True, slots=True)
class Answered:
    task: Task
    reply: Reply
    milliseconds: float
    facts: bool | None
    """Whether it holds half of the target's facts; None where the target has none."""
    invented: tuple[str, ...]

    @property
    def decision(self) -> Decision:
        return decision_of(self.reply.basis)


def decision_of(basis: str) -> Decision:
    if basis in {"sources", "partial"}:
        return "answer"
    return "clarify" if basis == "clarify" else "decline"


def load(path: Path) -> list[Task]:
    tasks = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        said = tuple(
            Message("user" if one["speaker"] == "user" else "assistant", one["text"]) for one in row["input"]
        )
        tasks.append(
            Task(
                id=row["task_id"],
                conversation=row["conversation_id"],
                kind=row["answerability"][0],
                messages=said,
                target=row["targets"][0]["text"],
                contexts=tuple(one["text"].strip() for one in row["contexts"] if one["text"].strip()),
            )
        )
    return tasks


def split(tasks: Sequence[Task]) -> tuple[list[Task], list[Task]]:
    """The development split, and the others."""
    ordered = sorted(tasks, key=lambda task: hashlib.sha256(task.id.encode()).hexdigest())
    return ordered[:LOOKED_AT], ordered[LOOKED_AT:]


def knowledge_of(tasks: Sequence[Task]) -> list[str]:
    """Every context once, in the order of the file."""
    return list(dict.fromkeys(context for task in tasks for context in task.contexts))


async def answered(here: Place, task: Task, titles: str) -> Answered:
    """`titles`: of all sources."""
    reply, _, milliseconds = await here.answer(task.messages)
    evidence = "\n".join(f"{one.source}\n{one.quote}" for one in reply.citations)
    said = "\n".join(message.content for message in task.messages)
    text = without_marks(reply)
    facts = stated(task.target)
    return Answered(
        task,
        reply,
        milliseconds,
        (decision_of(reply.basis) == "answer" and holds_half(facts, text)) if facts else None,
        tuple(sorted(invented(text, f"{evidence}\n{said}\n{titles}"))),
    )


def without_marks(reply: Reply) -> str:
    """The reply without the numbers of its citations and the titles that its lead names."""
    text = reply.text
    for one in reply.citations:
        text = text.replace(f"[{one.number}]", " ").replace(f"“{one.source}”", " ")
    return text


async def measure(
    path: Path, *, tasks: int = 0, only: Literal["all", "dev"] = "all", notes: Path | None = None
) -> dict[str, Any]:
    """`tasks`: only the first so many of each split. `only` the development split is answered with `dev`.

    `notes`: a file for what was answered to each task of the development split.
    """
    every = load(path)
    looked_at, rest = split(every)
    if tasks:
        looked_at, rest = looked_at[:tasks], rest[:tasks]
    async with place("en") as here:
        await here.learn([("", text) for text in knowledge_of(every)])
        await here.answer((Message("user", "hello"),))
        sources = await here.studio.knowledge.sources(here.character_id)
        titles = "\n".join(source.title for source in sources)
        dev = [await answered(here, task, titles) for task in looked_at]
        found = [await answered(here, task, titles) for task in rest] if only == "all" else []
    if notes is not None:
        notes.write_text("\n".join(_noted(one) for one in dev), encoding="utf-8")
    return {**(numbers(found) if found else {}), **{f"dev_{k}": v for k, v in numbers(dev).items()}}


def numbers(found: Sequence[Answered]) -> dict[str, Any]:
    """The numbers of some answered tasks, with the middle 95 % of a bootstrap over conversations."""
    draws = drawn([one.task.conversation for one in found])
    wanted = [one.task.wanted for one in found]
    made = [one.decision for one in found]

    def share(
        these: Callable[[Answered], bool], value: Callable[[Answered], bool]
    ) -> tuple[float, list[float]]:
        some = [one for one in found if these(one)]
        values = [float(value(one)) for one in some]
        between = mean_interval(values, drawn([one.task.conversation for one in some])) if values else []
        return float(np.mean(values)) if values else 0.0, between

    facts, facts_95 = share(
        lambda one: one.task.kind == "ANSWERABLE" and one.facts is not None, lambda one: bool(one.facts)
    )
    declined, declined_95 = share(
        lambda one: one.task.kind == "UNANSWERABLE", lambda one: one.decision == "decline"
    )
    made_up, made_up_95 = share(lambda _: True, lambda one: bool(one.invented))

    def f1(places: np.ndarray[Any, Any]) -> float:
        return macro_f1([wanted[place] for place in places], [made[place] for place in places])

    return {
        "facts_shown": facts,
        "facts_shown_95": facts_95,
        "declined_unanswerable": declined,
        "declined_unanswerable_95": declined_95,
        "invented": made_up,
        "invented_95": made_up_95,
        "decision_macro_f1": f1(np.arange(len(found))),
        "decision_macro_f1_95": interval(f1, draws),
        "confusion": confusion(found),
        "p50_ms": percentile([one.milliseconds for one in found], 0.5),
        "tasks": len(found),
        "tasks_with_facts": sum(one.task.kind == "ANSWERABLE" and one.facts is not None for one in found),
    }


def confusion(found: Sequence[Answered]) -> dict[str, dict[str, int]]:
    """Kind of the task to what was decided."""
    counts = Counter((one.task.kind, one.decision) for one in found)
    return {kind: {made: counts[kind, made] for made in DECISIONS} for kind in WANTED}


def macro_f1(wanted: Sequence[str], made: Sequence[str]) -> float:
    """Mean over the three decisions; one that is neither wanted nor made counts as 0."""
    scores = []
    for one in DECISIONS:
        both = sum(w == m == one for w, m in zip(wanted, made, strict=True))
        every = sum(w == one for w in wanted) + sum(m == one for m in made)
        scores.append(2 * both / every if every else 0.0)
    return float(np.mean(scores))


def _noted(one: Answered) -> str:
    return json.dumps(
        {
            "kind": one.task.kind,
            "question": one.task.messages[-1].content,
            "basis": one.reply.basis,
            "facts": one.facts,
            "invented": one.invented,
            "text": one.reply.text,
            "target": one.task.target,
        },
        ensure_ascii=False,
    )

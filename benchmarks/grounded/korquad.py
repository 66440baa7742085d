"""KorQuAD 1.0 dev: 964 paragraphs as what one character knows, its questions asked in conversations.

Every paragraph is a source titled with its article. A question counts once, whatever becomes of it:

`cited_right`  the reply cites sources, and its first citation lies in the gold paragraph; a question that is
               declined is not right.
`answer_shown` the reply is from sources, all that it quotes is together at most 220 characters long, and one
               quotation holds a gold answer, letter by letter.
`p50_ms`       from the message to the last event, the embedder and both commits included.
`auroc`        of the estimate that decides whether to answer, as it is against when the gold paragraph has
               been deleted (really: words, vectors and statistics).
`answered_unanswerable`  share of the questions answered after deletion, at the threshold that still answers
               95 % of them before; `…_as_set`: at the studio's own threshold, in real replies.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Literal

import numpy as np

from benchmarks.grounded.intervals import drawn, interval, mean_interval
from benchmarks.grounded.place import Place, place
from benchmarks.report import auroc, percentile
from madang.chat.types import Reply

MOST_QUOTED = 220
BARS = {
    "cited_right": ">= .93",
    "answer_shown": ">= .85",
    "p50_ms": "<= 500",
    "auroc": ">= .95",
    "answered_unanswerable": "<= .15",
}
CHOSEN_ON = 1000
"""Questions on which variants may be compared: the first ones in the order of their paragraphs' hashes."""
Split = Literal["all", "choose", "rest"]


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    paragraph: int
    answers: tuple[str, ...]


@dataclass(slots=True)
class Asked:
    question: Question
    cited_right: bool
    shown: bool
    declined: bool
    quoted: int
    ms: float
    before: float
    """The estimate while the paragraph is there, and after."""
    after: float = 0.0
    still: bool = False
    """Whether it was answered from sources after its paragraph was deleted."""


def load(path: Path) -> tuple[list[tuple[str, str]], list[Question]]:
    """Paragraphs as (title, text), and the questions."""
    paragraphs: list[tuple[str, str]] = []
    questions: list[Question] = []
    for article in json.loads(path.read_text(encoding="utf-8"))["data"]:
        for paragraph in article["paragraphs"]:
            for qa in paragraph["qas"]:
                answers = tuple(answer["text"] for answer in qa["answers"])
                questions.append(Question(qa["question"], len(paragraphs), answers))
            paragraphs.append((article["title"], " ".join(paragraph["context"].split())))
    return paragraphs, questions


def part(paragraphs: list[tuple[str, str]], questions: list[Question], split: Split) -> list[Question]:
    """The questions of a split, by the hashes of their paragraphs."""
    hashes = [hashlib.sha256(text.encode()).hexdigest() for _, text in paragraphs]
    ordered = sorted(questions, key=lambda question: hashes[question.paragraph])
    if split == "all":
        return ordered
    last = hashes[ordered[CHOSEN_ON].paragraph] if len(ordered) > CHOSEN_ON else "~"
    return [q for q in ordered if (hashes[q.paragraph] < last) == (split == "choose")]


def judged(question: Question, reply: Reply, estimate: float, ms: float, source_of: dict[str, int]) -> Asked:
    cited = reply.citations if reply.basis == "sources" else []
    quoted = sum(len(citation.quote) for citation in cited)
    holds = any(answer in citation.quote for answer in question.answers for citation in cited)
    return Asked(
        question,
        cited_right=bool(cited) and source_of[cited[0].passage_id] == question.paragraph,
        shown=holds and quoted <= MOST_QUOTED and all(citation.quote in reply.text for citation in cited),
        declined=not cited,
        quoted=quoted,
        ms=ms,
        before=estimate,
    )


async def ask_all(here: Place, sources: list[str], questions: list[Question], gone: bool) -> list[Asked]:
    source_of = {
        passage.id: number
        for number, source in enumerate(sources)
        for passage in await here.studio.knowledge.passages(here.character_id, source)
    }
    await here.ask("처음")  # loads the models and the matrix
    found = []
    for number, group in groupby(questions, key=lambda question: question.paragraph):
        of_one = []
        for question in group:
            reply, evidence, ms = await here.ask(question.text)
            estimate = evidence.answerable if evidence else 0.0
            of_one.append(judged(question, reply, estimate, ms, source_of))
        if gone:
            async with here.without(sources[number]):
                for one in of_one:
                    reply, evidence, _ = await here.ask(one.question.text)
                    one.after, one.still = evidence.answerable if evidence else 0.0, reply.basis == "sources"
        found.extend(of_one)
    return found


def summary(found: list[Asked], gone: bool) -> dict[str, Any]:
    draws = drawn([one.question.paragraph for one in found])
    results: dict[str, Any] = {"korquad_questions": len(found)}
    for name, values in (
        ("cited_right", [one.cited_right for one in found]),
        ("answer_shown", [one.shown for one in found]),
        ("declined_answerable", [one.declined for one in found]),
    ):
        results |= {name: float(np.mean(values)), f"{name}_95": mean_interval(values, draws)}
    answered = [one for one in found if not one.declined] or found
    ms = [one.ms for one in found]
    array = np.array(ms)
    results |= {
        "cited_right_of_answered": float(np.mean([one.cited_right for one in answered])),
        "quoted_mean": float(np.mean([one.quoted for one in answered])),
        "quoted_over_220": float(np.mean([one.quoted > MOST_QUOTED for one in answered])),
        "p50_ms": percentile(ms, 0.5),
        "p50_ms_95": interval(lambda places: float(np.median(array[places])), draws),
        "p95_ms": percentile(ms, 0.95),
    }
    if gone:
        before, after = np.array([o.before for o in found]), np.array([o.after for o in found])

        def kept(places: np.ndarray[Any, Any]) -> float:
            threshold = np.sort(before[places])[len(places) // 20]
            return float((after[places] >= threshold).mean())

        every = np.arange(len(found))
        still = [one.still for one in found]
        results |= {
            "auroc": auroc(before.tolist(), after.tolist()),
            "auroc_95": interval(lambda p: auroc(before[p].tolist(), after[p].tolist()), draws),
            "answered_unanswerable": kept(every),
            "answered_unanswerable_95": interval(kept, draws),
            "answered_unanswerable_as_set": float(np.mean(still)),
            "answered_unanswerable_as_set_95": mean_interval(still, draws),
        }
    return results


async def measure(
    path: Path, *, questions: int = 0, split: Split = "all", gone: bool = True
) -> dict[str, Any]:
    """All numbers above; of the first `questions` of the split only, where that is not 0."""
    paragraphs, every = load(path)
    asked = part(paragraphs, every, split)
    if questions:
        asked = asked[:questions]
    async with place("ko") as here:
        sources = await here.learn(paragraphs)
        found = await ask_all(here, sources, asked, gone)
    return {"korquad_split": split, **summary(found, gone)}

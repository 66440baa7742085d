"""What the reader learns from: documents and questions written for it, with the sentences the studio finds.

`learnt/<kind>/<document>.md` and `.questions`: `+ question | words of the answer` (more words after another
`|` where several sentences answer) and `- question` for what the document does not say. Most are hard, many
of them near misses; in half of the documents plain ones follow, as people type them. In folders `wide_…` half
ask for explanations, steps, lists and topics, of which every sentence that belongs to the answer counts, and
some are in another language than the document or go on from a talk; `rows` are full of rows that nearly fit.
`.typed` beside some of them has questions as people type them on a phone, in other words than the document's,
a third of them in the other language. The documents are made up, and none of a benchmark is among them. From
those in `apart` nothing is learnt: the reader is measured on them, and the estimate can be calibrated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from madang.kernel.language import language_of
from madang.knowledge.access import Knowledge
from madang.knowledge.reading import candidate
from madang.models.types import Candidate

LEARNT, APART = (Path(__file__).parent / name for name in ("learnt", "apart"))
MOST = 32
"""Sentences of a question, likeliest first."""


@dataclass(frozen=True, slots=True)
class Exercise:
    question: str
    """As it is read: spelled plainly."""
    language: str
    candidates: tuple[Candidate, ...]
    """Likeliest first, before anything was read."""
    answers: tuple[bool, ...]
    """Which of them answer."""
    scores: tuple[float, ...]
    """What the studio weighs them by words."""

    @property
    def answered(self) -> bool:
        return any(self.answers)


async def exercises(knowledge: Knowledge, folder: Path) -> list[Exercise]:
    """Those of a folder of kinds. A question whose answer is not among the likeliest is left out."""
    found: list[Exercise] = []
    for path in sorted(folder.glob("*/*.md")):
        name = f"chr_{path.parent.name}_{path.stem}"
        source = await knowledge.add_file(name, path.name, path.read_bytes())
        await knowledge.wait(source.id, "ready", seconds=600)
        for question, pieces in [*questions(path.with_suffix(".questions")), *typed(path)]:
            read, units = await knowledge.weigher.weighed(name, question)
            answers = tuple(any(piece in unit.text for piece in pieces) for unit in units[:MOST])
            if units and any(answers) == bool(pieces):
                candidates = tuple(candidate(unit) for unit in units[:MOST])
                scores = tuple(unit.score for unit in units[:MOST])
                found.append(Exercise(read, language_of(question), candidates, answers, scores))
    return found


def typed(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Questions of a document as they are typed on a phone; none where nobody wrote some."""
    file = path.with_suffix(".typed")
    return questions(file) if file.exists() else iter(())


def questions(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Questions with words of the sentences that answer; none where the document does not answer.

    Raises ValueError for a line that is neither.
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        question, *pieces = line[2:].split(" | ")
        if not line.strip():
            continue
        if line[:2] not in ("+ ", "- ") or (line[0] == "+") != bool(pieces):
            raise ValueError(f"{path}: {line}")
        yield question, tuple(piece.strip() for piece in pieces)

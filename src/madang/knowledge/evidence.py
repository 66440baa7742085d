"""Evidence: what a character's sources say to a question, and how surely they answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from madang.knowledge.answerable import Answerable, features
from madang.knowledge.asking import Asking
from madang.knowledge.questions import asked, content_terms, follow_up
from madang.knowledge.retrieve import Retriever
from madang.knowledge.spans import choose, weigh
from madang.knowledge.types import Evidence, Span

UNTOUCHED = 0.3
"""The most that is said for a span without any word of the question: likely the right passage, hardly the
right sentence. So a question in another language is answered where the words of `lexicon` meet, or not."""


class Weigher:
    """Makes evidence of what the retriever finds."""

    def __init__(self, retriever: Retriever, answerable: Answerable | None = None) -> None:
        self._retriever = retriever
        self._answerable = answerable or Answerable.load()

    async def evidence(
        self, character_id: str, question: str, history: Sequence[str] = (), limit: int = 8
    ) -> Evidence:
        """Evidence for `question`; `history` holds the visitor's messages before it, oldest first.

        A question without a content word ("thanks!", "그래요?") has no evidence: it asks for nothing.
        """
        evidence, _ = await self.measured(character_id, question, history, limit)
        return evidence

    async def measured(
        self,
        character_id: str,
        question: str,
        history: Sequence[str] = (),
        limit: int = 8,
        without: frozenset[str] = frozenset(),
    ) -> tuple[Evidence, dict[str, float]]:
        """Evidence with the features it was estimated from; calibration learns from these."""
        whole = follow_up(question, history)
        if not content_terms(whole):
            return Evidence(question=question, answerable=0.0), {}
        retrieval = await self._retriever.retrieve(character_id, whole, limit, without)
        asking = retrieval.asking
        if not retrieval.found or asking is None:
            return Evidence(question=question, answerable=0.0), {}
        asking = replace(asking, kind=asked(question))
        units = weigh(asking, retrieval.found)
        values = features(whole, asking, retrieval, units)
        spans, estimate = choose(asking, units), self._answerable.estimate(values)
        evidence = Evidence(
            question=question,
            answerable=estimate if spans and _touches(asking, spans[0]) else min(estimate, UNTOUCHED),
            spans=spans,
            found=retrieval.found,
        )
        return evidence, values


def _touches(asking: Asking, span: Span) -> bool:
    return bool(asking.present(" ".join([span.text, *span.passage.headings])))

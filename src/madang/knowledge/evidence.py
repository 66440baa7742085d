"""Evidence: what a character's sources say to a question, and how surely they answer it."""

from __future__ import annotations

from collections.abc import Sequence

from madang.knowledge.answerable import Answerable, features
from madang.knowledge.questions import asked, content_terms, follow_up
from madang.knowledge.retrieve import Retriever
from madang.knowledge.spans import Asking, choose, weigh
from madang.knowledge.types import Evidence
from madang.storage.search import SearchIndex


class Weigher:
    """Makes evidence of what the retriever finds."""

    def __init__(
        self, retriever: Retriever, search: SearchIndex, answerable: Answerable | None = None
    ) -> None:
        self._retriever = retriever
        self._search = search
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
        wanted = content_terms(whole)
        if not wanted:
            return Evidence(question=question, answerable=0.0), {}
        retrieval = await self._retriever.retrieve(character_id, whole, limit, without)
        if not retrieval.found:
            return Evidence(question=question, answerable=0.0), {}
        asking = Asking(asked(question), await self._search.idf(character_id, wanted))
        units = weigh(asking, retrieval.found)
        values = features(whole, asking, retrieval, units)
        evidence = Evidence(
            question=question,
            answerable=self._answerable.estimate(values),
            spans=choose(asking, units),
            found=retrieval.found,
        )
        return evidence, values
